//! `organization.time-zone`: the time zone is not known.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// The time zone is not known.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "organization.time-zone",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "The time zone is not known.", ja: "使えないタイムゾーン名です。" },
    why: Words {
        en: "A record falls due when the day turns in this zone.",
        ja: "記録の保存期間は、このタイムゾーンで日付が変わるときに満了します。",
    },
    example: "time-zone: Asia/Edo",
    fix: Words {
        en: "Write an IANA name such as `Asia/Tokyo`.",
        ja: "`Asia/Tokyo`のように、IANAのタイムゾーン名で書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("Asia/Tokyo", "Asia/Edo", "Asia/Edo")];
