//! `retention.no-recipients`: records of the class would be sealed to nobody.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// Records of the class would be sealed to nobody.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.no-recipients",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "Records of the class would be sealed to nobody.", ja: "この種類の記録を開ける人がいません。"
    },
    why: Words {
        en: "A record sealed to nobody could never be opened again.",
        ja: "開封者のいない記録は、封かんした後に誰も開けません。",
    },
    example: "recipients: []   # and none of service.recipients is marked always",
    fix: Words {
        en: "Name recipients of `service.recipients`, or mark one of them `always: true`.",
        ja: "`service.recipients`の開封者を書くか、そのうちの1人を`always: true`としてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[];
