//! `retention.no-information`: a class names no type of information.
//!
//! In: the checked set. Out: findings. The rule it keeps: it looks at checked values only.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// A class names no type of information.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.no-information",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "A class names no type of information.",
        ja: "記録の種類に、含まれる個人情報の種類が書かれていません。",
    },
    why: Words {
        en: "The published schedule cannot say whose data the class holds and what it is used for.",
        ja: "公表する保存期間の表で、誰のどのような情報が含まれ、何のために使われるのかを示せません。",
    },
    example: "retention: { classes: [{ id: boxes, medium: paper, … }] }   # information is missing",
    fix: Words {
        en: "Name the types of information in it.",
        ja: "含まれる個人情報の種類を`information`に書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("en: Fee statements }\n      information: [receipts]\n", "en: Fee statements }\n", "receipts")];

/// Reports classes that hold nothing the policy speaks of.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for class in lint.policy.classes.iter().filter(|class| class.information.is_empty()) {
        let found = said!("the class names no type of information", "この記録に含まれる個人情報の種類がありません");
        lint.report(&RULE, &format!("retention.{}.id", class.id), found);
    }
}
