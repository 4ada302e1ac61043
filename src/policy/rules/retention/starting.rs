//! `retention.starting`: the rule for when counting starts is not known.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// The rule for when counting starts is not known.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.starting",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "The rule for when counting starts is not known.", ja: "起算の方法として使えない語です。"
    },
    why: Words {
        en: "A period that starts at the end of the fiscal year ends up to a year later than one that starts the next day.",
        ja: "年度末から数える期間は、翌日から数える期間より、最長で1年遅く満了します。",
    },
    example: "keep: { for: P5Y, after: treated, starting: mouth-end }",
    fix: Words {
        en: "Write one of `same-day`, `next-day`, `month-end`, `year-end`, `fiscal-year-end`, `next-fiscal-year-end`, `following MM-DD`.",
        ja: "`same-day`、`next-day`、`month-end`、`year-end`、`fiscal-year-end`、`next-fiscal-year-end`、`following MM-DD`のいずれかを書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("starting: month-end", "starting: mouth-end", "mouth-end")];
