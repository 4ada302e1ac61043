//! `retention.accept-missing`: an electronic class accepts no path.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// An electronic class accepts no path.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.accept-missing",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "An electronic class accepts no path.",
        ja: "電子データの記録の種類に、受け入れるパスがありません。",
    },
    why: Words {
        en: "No file could ever belong to the class, and what people file for it would stay unclassified.",
        ja: "どのファイルもこの種類に入らず、この種類のつもりで置かれたファイルは分類されないまま残ります。",
    },
    example: "medium: electronic   # accept is missing",
    fix: Words {
        en: "Add `accept` with at least one path pattern.",
        ja: "`accept`にパスのパターンを1つ以上書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("      accept: [\"letters/{treated:date}-{subject}.pdf\"]\n", "", "letters")];
