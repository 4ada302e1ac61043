//! `retention.capture`: a pattern captures a date that does not come from the path.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A pattern captures a date that does not come from the path.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.capture",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A pattern captures a date that does not come from the path.",
        ja: "パスから得るとされていない日付を、パターンが読み取っています。",
    },
    why: Words {
        en: "The same date would have two sources that may contradict each other.",
        ja: "同じ日付の出どころが2つになり、食い違うおそれがあります。",
    },
    example: "dates: [{ id: moved, comes-from: event, … }]\naccept: [\"letters/{moved:date}/*.pdf\"]",
    fix: Words {
        en: "Declare the date with `comes-from: path`, or take it out of the pattern.",
        ja: "日付を`comes-from: path`とするか、パターンから取り除いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("{subject}-*.csv", "{moved:date}/{subject}-*.csv", "\"receipts/")];
