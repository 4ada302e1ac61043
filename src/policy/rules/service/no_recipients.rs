//! `service.no-recipients`: the set names no recipients.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// The set names no recipients.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "service.no-recipients",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "The set names no recipients.", ja: "開封者が1人も書かれていません。" },
    why: Words {
        en: "Records are sealed to recipients; without one nothing can be sealed, and nothing may be.",
        ja: "記録は開封者の鍵で封かんします。開封者がいなければ、封かんできません。",
    },
    example: "service:\n  recipients: []",
    fix: Words {
        en: "Add `service.recipients` with the public keys of those who may open records.",
        ja: "記録を開くことのできる人の公開鍵を`service.recipients`に書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[];
