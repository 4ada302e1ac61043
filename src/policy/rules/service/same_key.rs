//! `service.same-key`: two recipients or two approvers have the same key.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// Two recipients or two approvers have the same key.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "service.same-key",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "Two recipients or two approvers have the same key.",
        ja: "2人の開封者又は2人の承認者が同じ鍵を持っています。",
    },
    why: Words {
        en: "Two names with one key are one person: a second copy of one key protects nothing, and one person could approve twice.",
        ja: "鍵が同じなら、名前が2つあっても1人です。鍵を失ったときの備えにならず、1人で2回承認できてしまいます。",
    },
    example: "recipients: [{ id: benefits, key: age1x…, … }, { id: escrow, key: age1x…, … }]",
    fix: Words { en: "Give each their own key.", ja: "それぞれに別の鍵を持たせてください。" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg",
    "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
    "age1ql3",
)];
