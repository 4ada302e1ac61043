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
    what: Words {
        en: "A recipient's key is not an age public key.", ja: "開封者の鍵がageの公開鍵ではありません。"
    },
    why: Words {
        en: "A record sealed to a mistyped key could not be opened.",
        ja: "打ち間違えた鍵に宛てて封かんした記録は、開けません。",
    },
    example: "recipients: [{ id: benefits, name: {…}, key: AGE-SECRET-KEY-… }]",
    fix: Words {
        en: "Copy the line that starts with `age1` from the key's file; the identity itself never belongs here.",
        ja: "鍵のファイルの`age1`で始まる部分を書き写してください。秘密の鍵をここに書いてはいけません。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("9aqmcac8p }", "9aqmcac8 }", "age1")];
