//! `organization.fiscal-year-starts`: the first day of the fiscal year is not a day of every year.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// The first day of the fiscal year is not a day of every year.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "organization.fiscal-year-starts",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "The first day of the fiscal year is not a day of every year.",
        ja: "年度の初日が、毎年ある日になっていません。",
    },
    why: Words {
        en: "Periods that count from the end of a fiscal year need a first day that comes every year.",
        ja: "年度末から数える保存期間には、毎年必ず来る年度の初日が必要です。",
    },
    example: "fiscal-year-starts: 02-29",
    fix: Words {
        en: "Write `MM-DD`, such as `04-01`; `02-29` does not exist every year.",
        ja: "`04-01`のように`MM-DD`の形で書いてください。`02-29`は毎年ある日ではありません。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("fiscal-year-starts: 04-01", "fiscal-year-starts: 02-29", "02-29")];
