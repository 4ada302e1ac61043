//! `retention.date-unknown`: a rule counts from a date that some records of the class can never have.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A rule counts from a date that some records of the class can never have.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.date-unknown",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A rule counts from a date that some records of the class can never have.",
        ja: "この種類の記録の中に、起点となる日付を決して持ち得ないものがあります。",
    },
    why: Words {
        en: "Such a record would never fall due, or fall due by only a part of its rule.",
        ja: "そのような記録は、いつまでも保存期間が満了しないか、定めの一部だけで満了することになります。",
    },
    example: "accept: [\"post/{subject}-*.csv\"]\nkeep: { for: P5Y, after: treated }   # the path says no treated",
    fix: Words {
        en: "Capture the date in every pattern of the class, allow a sidecar for it, or count from another date.",
        ja: "すべてのパターンでその日付を読み取るか、添付ファイルを受け取るようにするか、別の日付から数えてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("accept: [\"receipts/", "accept: [\"post/{subject}-*.csv\", \"receipts/", "treated")];
