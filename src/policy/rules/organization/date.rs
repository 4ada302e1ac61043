//! `organization.date`: a date does not exist, or is not written as `YYYY-MM-DD`.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A date does not exist, or is not written as `YYYY-MM-DD`.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "organization.date",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A date does not exist, or is not written as `YYYY-MM-DD`.",
        ja: "存在しない日付か、`YYYY-MM-DD`の形でない日付です。",
    },
    why: Words {
        en: "A date on a published page must be a real day, and must be read the same by everybody.",
        ja: "公表する日付は実在する日でなければならず、誰が読んでも同じ日と分かる必要があります。",
    },
    example: "enacted: 2005-04-31",
    fix: Words {
        en: "Write four digits, two digits, two digits, such as `2005-04-01`.",
        ja: "`2005-04-01`のように、年4桁・月2桁・日2桁で書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("enacted: 2005-04-01", "enacted: 2005-04-31", "2005-04-31")];
