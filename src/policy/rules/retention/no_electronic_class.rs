//! `retention.no-electronic-class`: no class is electronic.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// No class is electronic.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.no-electronic-class",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words { en: "No class is electronic.", ja: "電子データの記録の種類がありません。" },
    why: Words {
        en: "Nothing that is filed will be taken in.", ja: "置かれたファイルは、1件も取り込まれません。"
    },
    example: "retention:\n  classes:\n    - { id: minutes, medium: paper, title: … }   # and every other class is of paper or a device",
    fix: Words {
        en: "Add a class with `medium: electronic` and `accept`.",
        ja: "`medium: electronic`と`accept`を持つ種類を書き加えてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[];
