//! The organization and its calendar.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one constant per rule; the checker refers to it by name.

use super::error;
use crate::diag::Rule;

/// The list of languages is empty, or an entry is not a language code.
pub(in crate::policy) const LANGUAGES: Rule = error(
    "organization.languages",
    "The list of languages is empty, or an entry is not a language code.",
    "The first language is the authoritative one; every text is given in each of them.",
    "List two-letter codes once each, such as `[ja, en]`.",
);

/// The time zone is not known.
pub(in crate::policy) const TIME_ZONE: Rule = error(
    "organization.time-zone",
    "The time zone is not known.",
    "A record falls due when the day turns in this zone.",
    "Write an IANA name such as `Asia/Tokyo`.",
);

/// The first day of the fiscal year is not a day of every year.
pub(in crate::policy) const FISCAL_YEAR: Rule = error(
    "organization.fiscal-year-starts",
    "The first day of the fiscal year is not a day of every year.",
    "Periods that count from the end of a fiscal year need it.",
    "Write `MM-DD`, such as `04-01`; `02-29` does not exist every year.",
);

/// A date does not exist, or is not written as `YYYY-MM-DD`.
pub(in crate::policy) const DATE: Rule = error(
    "organization.date",
    "A date does not exist, or is not written as `YYYY-MM-DD`.",
    "A date on a published page must be a real day, and must be read the same by everybody.",
    "Write four digits, two digits, two digits, such as `2005-04-01`.",
);

/// The insurer number is not eight digits with the right check digit.
pub(in crate::policy) const INSURER_NUMBER: Rule = error(
    "organization.insurer-number",
    "The insurer number is not eight digits with the right check digit.",
    "A mistyped insurer number names nobody, or somebody else.",
    "Compare it with the notice of designation; keep leading zeros and put it in quotes.",
);
