//! How the service runs.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one constant per rule; the checker refers to it by name.

use super::{error, warning};
use crate::diag::Rule;

/// The set names no recipients.
pub(in crate::policy) const NO_RECIPIENTS: Rule = error(
    "service.no-recipients",
    "The set names no recipients.",
    "Records are sealed to recipients; without one nothing can be sealed, and nothing may be.",
    "Add `service.recipients` with the public keys of those who may open records.",
);

/// A recipient's key is not an age public key.
pub(in crate::policy) const RECIPIENT_KEY: Rule = error(
    "service.recipient-key",
    "A recipient's key is not an age public key.",
    "A record sealed to a mistyped key could not be opened.",
    "Copy the line that starts with `age1` from the key's file; the identity itself never belongs here.",
);

/// An approver's key is not an SSH Ed25519 public key.
pub(in crate::policy) const APPROVER_KEY: Rule = error(
    "service.approver-key",
    "An approver's key is not an SSH Ed25519 public key.",
    "Approvals are signatures by this key; a mistyped key can approve nothing.",
    "Copy the line of the `.pub` file, such as `ssh-ed25519 AAAA…`, without its comment.",
);

/// Two recipients or two approvers have the same key.
pub(in crate::policy) const SAME_KEY: Rule = error(
    "service.same-key",
    "Two recipients or two approvers have the same key.",
    "Two names with one key are one person: a second copy of one key protects nothing, and one person could approve twice.",
    "Give each their own key.",
);

/// A class needs more approvers than there are.
pub(in crate::policy) const TOO_FEW_APPROVERS: Rule = error(
    "service.too-few-approvers",
    "A class needs more approvers than there are.",
    "Its records could never be disposed of.",
    "Add approvers under `service.approvers`, or ask for less review.",
);

/// A path of the service climbs out of its place, or lies inside another one.
pub(in crate::policy) const PATH: Rule = error(
    "service.paths",
    "A path of the service climbs out of its place, or lies inside another one.",
    "Records, vault and public site must lie apart: the site is replaced as a whole, and what lies in `records` is taken in.",
    "Write three separate paths without `..`, relative to the instance or absolute.",
);

/// The schedule of sweeps is not a cron line that ever comes.
pub(in crate::policy) const SCHEDULE: Rule = error(
    "service.schedule",
    "The schedule of sweeps is not a cron line that ever comes.",
    "A sweep that never comes leaves records beyond their period.",
    "Write five fields such as `0 3 * * *`.",
);

/// A waiting time cannot be read.
pub(in crate::policy) const WAIT: Rule = error(
    "service.wait",
    "A waiting time cannot be read.",
    "A file is taken in when it has been left alone for this long.",
    "Write hours, minutes or seconds such as `PT1M`, up to a day.",
);

/// A pattern of ignored paths cannot be read.
pub(in crate::policy) const IGNORE: Rule = error(
    "service.ignore",
    "A pattern of ignored paths cannot be read.",
    "A file that should be ignored would be sealed, or the other way round.",
    "Write a glob with `*`, `**` and `?`, such as `**/Thumbs.db`.",
);

/// The limit of a sweep is not a whole number above zero.
pub(in crate::policy) const LIMIT: Rule = error(
    "service.limit",
    "The limit of a sweep is not a whole number above zero.",
    "The limit keeps one mistake from destroying everything at once; it must be a number.",
    "Write `at-most: { records: 5000 }`.",
);

/// The set does not say how long backups of headers and catalog live.
pub(in crate::policy) const HEADERS_KEPT: Rule = warning(
    "service.headers-kept",
    "The set does not say how long backups of headers and catalog live.",
    "A destroyed record can be opened until the last backup of its header is gone; a certificate must state that day.",
    "Add `backup: { headers-kept: P30D }` and let backups expire accordingly.",
);
