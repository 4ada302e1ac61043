//! `retention.period`: a period is not a calendar duration.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A period is not a calendar duration.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.period",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A period is not a calendar duration.", ja: "期間が、暦による長さとして読めません。"
    },
    why: Words {
        en: "The period decides when a record is destroyed; nothing about it may be guessed.",
        ja: "期間は記録を廃棄する時を決めるものです。推し量って読むことはできません。",
    },
    example: "keep: { for: 5 years, after: treated }",
    fix: Words {
        en: "Write an ISO 8601 duration such as `P5Y`, `P6M` or `P30D`.",
        ja: "`P5Y`（5年）、`P6M`（6か月）、`P30D`（30日）のように、ISO 8601の形で書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("for: P5Y", "for: 5 yeers", "5 yeers"), ("headers-kept: P30D", "headers-kept: 30 days", "30 days")];
