//! What the law asks of joint use.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one constant per rule; the checker refers to it by name.

use super::{error, warning};
use crate::diag::Rule;

/// A joint use names no items, no users or no purposes.
pub(in crate::policy) const ELEMENTS: Rule = error(
    "joint-use.required-elements",
    "A joint use names no items, no users or no purposes.",
    "Joint use is lawful only if its items, its users, their purposes and the responsible party are announced beforehand.",
    "State each of them in the policy itself.",
);

/// The responsible party has no address.
pub(in crate::policy) const RESPONSIBLE_ADDRESS: Rule = error(
    "joint-use.responsible-address",
    "The responsible party has no address.",
    "The announcement of a joint use names the responsible party with its address.",
    "Add `address` to the party.",
);

/// The responsible party has no representative.
pub(in crate::policy) const RESPONSIBLE_REPRESENTATIVE: Rule = error(
    "joint-use.responsible-representative",
    "The responsible party has no representative.",
    "The announcement of a joint use names the representative of a responsible legal person.",
    "Add `representative` with title and name to the party.",
);

/// The responsible party is not one of the users.
pub(in crate::policy) const RESPONSIBLE_USER: Rule = error(
    "joint-use.responsible-user",
    "The responsible party is not one of the users.",
    "Only somebody who uses the data jointly can answer for it.",
    "Add the party to `users`, or name one of the users as responsible.",
);

/// A processor is named in a joint use.
pub(in crate::policy) const PROCESSOR: Rule = error(
    "joint-use.processor",
    "A processor is named in a joint use.",
    "Somebody who works on the organization's behalf is entrusted with data; it is not a joint user, and it cannot be responsible.",
    "Remove the processor; an entrustment is not a joint use.",
);

/// An item has an open end, such as `etc.` or `など`.
pub(in crate::policy) const OPEN_ENDED: Rule = warning(
    "joint-use.items-open-ended",
    "An item has an open end, such as `etc.` or `など`.",
    "People must be able to see which items are used; an open end says that there are others.",
    "List every item.",
);
