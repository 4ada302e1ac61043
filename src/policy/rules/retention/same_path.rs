//! `retention.same-path`: two classes accept the same paths.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// Two classes accept the same paths.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.same-path",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "Two classes accept the same paths.", ja: "2つの記録の種類に、同じパスが当てはまります。"
    },
    why: Words {
        en: "One path has one class and one rule; hokan would refuse every such file.",
        ja: "1つのパスの種類と定めは1つです。両方に当てはまるファイルは、受け入れられません。",
    },
    example: "accept: [\"letters/*.pdf\"]        # of one class\naccept: [\"letters/2026-*.pdf\"]   # of another",
    fix: Words {
        en: "Make the patterns differ in a fixed part, such as the first folder.",
        ja: "先頭のフォルダー名を変えるなど、パターンの固定の部分を別にしてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("\"letters/{treated:date}-{subject}.pdf\"", "\"receipts/**/{treated:date}-{subject}.*\"", "\"receipts/")];
