//! `service.recipient-key`: a recipient's key is not an age public key.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A recipient's key is not an age public key.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "service.recipient-key",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "A recipient's key is not an age public key.", ja: "" },
    why: Words { en: "A record sealed to a mistyped key could not be opened.", ja: "" },
    example: "",
    fix: Words {
        en: "Copy the line that starts with `age1` from the key's file; the identity itself never belongs here.",
        ja: "",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("9aqmcac8p }", "9aqmcac8 }", "age1")];
