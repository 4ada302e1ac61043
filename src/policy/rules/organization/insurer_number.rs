//! `organization.insurer-number`: the insurer number is not eight digits with the right check digit.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// The insurer number is not eight digits with the right check digit.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "organization.insurer-number",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "The insurer number is not eight digits with the right check digit.",
        ja: "保険者番号が8桁でないか、検証番号が合いません。",
    },
    why: Words {
        en: "A mistyped insurer number names nobody, or somebody else.",
        ja: "打ち間違えた保険者番号は、存在しないか、ほかの保険者を指します。",
    },
    example: "insurer-number: 6990014   # the leading zero is lost",
    fix: Words {
        en: "Compare it with the notice of designation; keep leading zeros and put it in quotes.",
        ja: "番号の通知書と見比べ、先頭の0を省かずに引用符で囲んで書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("\"06990014\"", "06990015", "06990015"), ("\"06990014\"", "6990014", "6990014")];
