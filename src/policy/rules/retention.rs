//! Retention classes: which paths, how long, and how they end.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one constant per rule; the checker refers to it by name.

use super::{error, warning};
use crate::diag::Rule;

/// A period is not a calendar duration.
pub(in crate::policy) const PERIOD: Rule = error(
    "retention.period",
    "A period is not a calendar duration.",
    "The period decides when a record is destroyed; nothing about it may be guessed.",
    "Write an ISO 8601 duration such as `P5Y`, `P6M` or `P30D`.",
);

/// The rule for when counting starts is not known.
pub(in crate::policy) const STARTING: Rule = error(
    "retention.starting",
    "The rule for when counting starts is not known.",
    "A period that starts at the end of the fiscal year ends up to a year later than one that starts the next day.",
    "Write one of `same-day`, `next-day`, `month-end`, `year-end`, `fiscal-year-end`, `next-fiscal-year-end`, `following MM-DD`.",
);

/// `keep` is not one whole rule.
pub(in crate::policy) const KEEP: Rule = error(
    "retention.keep",
    "`keep` is not one whole rule.",
    "A class has one rule: for ever, one period, or the earlier or later of several.",
    "Write `permanent`, `{ for, after, starting }`, `{ earlier-of: [...] }` or `{ later-of: [...] }`.",
);

/// A path pattern cannot be read, or could be read in two ways.
pub(in crate::policy) const PATTERN: Rule = error(
    "retention.pattern",
    "A path pattern cannot be read, or could be read in two ways.",
    "The path decides a record's class and its dates; it must say them in one way only.",
    "Separate captures by `-`, `_`, `.` or `/`; the policy language describes patterns.",
);

/// An electronic class accepts no path.
pub(in crate::policy) const ACCEPT_MISSING: Rule = error(
    "retention.accept-missing",
    "An electronic class accepts no path.",
    "No file could ever belong to the class, and what people file for it would stay unclassified.",
    "Add `accept` with at least one path pattern.",
);

/// A class of paper or devices accepts paths.
pub(in crate::policy) const ACCEPT_MEDIUM: Rule = error(
    "retention.accept-medium",
    "A class of paper or devices accepts paths.",
    "hokan seals and destroys files; for other media it publishes the rule.",
    "Remove `accept`, or make the class electronic.",
);

/// Two classes accept the same paths.
pub(in crate::policy) const SAME_PATH: Rule = error(
    "retention.same-path",
    "Two classes accept the same paths.",
    "One path has one class and one rule; hokan would refuse every such file.",
    "Make the patterns differ in a fixed part, such as the first folder.",
);

/// A pattern captures a date that does not come from the path, or a subject under another name.
pub(in crate::policy) const CAPTURE: Rule = error(
    "retention.capture",
    "A pattern captures a date that does not come from the path, or a subject under another name.",
    "The same date would have two sources that may contradict each other.",
    "Declare the date with `comes-from: path`, or take it out of the pattern; write `{subject}` for the subject.",
);

/// A rule counts from a date that some records of the class can never have.
pub(in crate::policy) const DATE_UNKNOWN: Rule = error(
    "retention.date-unknown",
    "A rule counts from a date that some records of the class can never have.",
    "Such a record would never fall due, or fall due by only a part of its rule.",
    "Capture the date in every pattern of the class, allow a sidecar for it, or count from another date.",
);

/// A date read from a record is declared as one about a subject.
pub(in crate::policy) const DATE_ABOUT: Rule = error(
    "dates.about",
    "A date read from a record is declared as one about a subject.",
    "A path or a sidecar speaks of one record; only an event can reach all records of a subject.",
    "Write `about: record`, or `comes-from: event`.",
);

/// A class names no type of information.
pub(in crate::policy) const NO_INFORMATION: Rule = warning(
    "retention.no-information",
    "A class names no type of information.",
    "The published schedule cannot say whose data the class holds.",
    "Name the types of information in it.",
);

/// Records of the class would be sealed to nobody.
pub(in crate::policy) const NO_RECIPIENTS: Rule = error(
    "retention.no-recipients",
    "Records of the class would be sealed to nobody.",
    "A record sealed to nobody could never be opened again.",
    "Name recipients of `service.recipients`, or mark one of them `always: true`.",
);

/// Records of the class are sealed to one recipient only.
pub(in crate::policy) const ONE_RECIPIENT: Rule = warning(
    "retention.one-recipient",
    "Records of the class are sealed to one recipient only.",
    "If that one key is lost, every record of the class is lost.",
    "Add a second recipient, such as one for escrow marked `always: true`.",
);

/// No class is electronic.
pub(in crate::policy) const NO_ELECTRONIC_CLASS: Rule = warning(
    "retention.no-electronic-class",
    "No class is electronic.",
    "Nothing that is filed will be taken in.",
    "Add a class with `medium: electronic` and `accept`.",
);
