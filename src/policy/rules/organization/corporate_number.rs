//! `organization.corporate-number`: a corporate number is not thirteen digits with the right check digit.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A corporate number is not thirteen digits with the right check digit.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "organization.corporate-number",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A corporate number is not thirteen digits with the right check digit.",
        ja: "法人番号が13桁でないか、検査用数字が合いません。",
    },
    why: Words {
        en: "A mistyped corporate number names nobody, or another body.",
        ja: "打ち間違えた法人番号は、存在しないか別の法人を指します。",
    },
    example: "corporate-number: \"5012345678901\"",
    fix: Words {
        en: "Compare it with the register of corporate numbers and put it in quotes.",
        ja: "法人番号の公表情報と見比べ、引用符で囲んで書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("  insurer-number: \"06990014\"", "  corporate-number: \"5012345678901\"", "\"5012345678901\"")];
