//! `retention.keep`: `keep` is not one whole rule.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// `keep` is not one whole rule.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.keep",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "`keep` is not one whole rule.", ja: "`keep`が1つのまとまった定めになっていません。"
    },
    why: Words {
        en: "A class has one rule: for ever, one period, or the earlier or later of several.",
        ja: "記録の種類ごとの定めは1つです。永久保存、1つの期間、複数の期間の早い方又は遅い方のいずれかになります。",
    },
    example: "keep: { for: P5Y }   # after what?",
    fix: Words {
        en: "Write `permanent`, `{ for, after, starting }`, `{ earlier-of: [...] }` or `{ later-of: [...] }`.",
        ja: "`permanent`、`{ for, after, starting }`、`{ earlier-of: [...] }`、`{ later-of: [...] }`のいずれかの形で書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("keep: permanent", "keep: for-ever", "for-ever"),
    ("keep: permanent", "keep: { later-of: [{ for: P1Y, after: moved }] }", "["),
    ("keep: permanent", "keep: {}", "{"),
];
