//! `organization.email`: an e-mail address cannot be one.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// An e-mail address cannot be one.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "organization.email",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "An e-mail address cannot be one.", ja: "メールアドレスとして使えない書き方です。"
    },
    why: Words {
        en: "People write to the address on the page; what they send must arrive.",
        ja: "公表された宛先に本人が連絡します。届かない宛先では請求や苦情を受けられません。",
    },
    example: "email: privacy at example.jp",
    fix: Words {
        en: "Write the address with one `@` and no spaces, such as `privacy@example.jp`.",
        ja: "`privacy@example.jp`のように、半角の`@`を1つ含め、空白を入れずに書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("email: privacy@example.jp", "email: privacy＠example.jp", "privacy＠example.jp"),
    ("email: privacy@example.jp", "email: privacy at example.jp", "privacy at example.jp"),
];
