//! `service.wait`: a waiting time cannot be read.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A waiting time cannot be read.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "service.wait",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "A waiting time cannot be read.", ja: "待ち時間の書き方が正しくありません。" },
    why: Words {
        en: "A file is taken in when it has been left alone for this long.",
        ja: "ファイルは、この時間だけ変更がないことを確かめてから取り込みます。",
    },
    example: "watch: { settle: 1 minute, rescan: PT10M }",
    fix: Words {
        en: "Write hours, minutes or seconds such as `PT1M`, up to a day.",
        ja: "`PT1M`（1分）のように、時・分・秒で1日以内の長さを書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("settle: PT1M", "settle: P1D", "P1D")];
