//! `dates.about`: a date read from a record is declared as one about a subject.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A date read from a record is declared as one about a subject.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "dates.about",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A date read from a record is declared as one about a subject.",
        ja: "記録から読み取る日付が、対象者についての日付とされています。",
    },
    why: Words {
        en: "A path, a sidecar or a field speaks of one record; only an event can reach all records of a subject.",
        ja: "パスや添付ファイルに書かれた日付は、その記録1件についてのものです。対象者の記録すべてに及ぶのは、届け出られた出来事だけです。",
    },
    example: "dates: [{ id: treated, title: {…}, comes-from: path, about: subject }]",
    fix: Words {
        en: "Write `about: record`, or `comes-from: event`.",
        ja: "`about: record`とするか、`comes-from: event`としてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("comes-from: path, about: record", "comes-from: path, about: subject", "subject")];
