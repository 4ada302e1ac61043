//! `service.too-few-approvers`: a class needs more approvers than there are.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A class needs more approvers than there are.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "service.too-few-approvers",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A class needs more approvers than there are.",
        ja: "記録の種類に必要な人数の承認者がいません。",
    },
    why: Words {
        en: "Its records could never be disposed of.", ja: "この種類の記録は、いつまでも廃棄できません。"
    },
    example: "disposal: { review: two, … }   # and one approver",
    fix: Words {
        en: "Add approvers under `service.approvers`, or ask for less review.",
        ja: "`service.approvers`に承認者を加えるか、必要な承認の人数を減らしてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "    - { name: 沖 進, key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI }\n",
    "",
    "-",
)];
