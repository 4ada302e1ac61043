//! `retention.one-recipient`: records of the class are sealed to one recipient only.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// Records of the class are sealed to one recipient only.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.one-recipient",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "Records of the class are sealed to one recipient only.",
        ja: "この種類の記録を開ける鍵が1つしかありません。",
    },
    why: Words {
        en: "If that one key is lost, every record of the class is lost.",
        ja: "その鍵を失うと、この種類の記録はすべて失われます。",
    },
    example: "recipients: [benefits]   # and nobody else has a key",
    fix: Words {
        en: "Add a second recipient, such as one for escrow marked `always: true`.",
        ja: "保管用の鍵を`always: true`で加えるなど、2人目の開封者を書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[];
