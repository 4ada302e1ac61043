//! Texts for readers.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one constant per rule; the checker refers to it by name.

use super::error;
use crate::diag::Rule;

/// A text lacks one of the organization's languages.
pub(in crate::policy) const MISSING_LANGUAGE: Rule = error(
    "text.missing-language",
    "A text lacks one of the organization's languages.",
    "Readers of that language would see a gap.",
    "Add the translation, or take the language out of `organization.languages`.",
);

/// A text is given in a language the organization does not list.
pub(in crate::policy) const UNLISTED_LANGUAGE: Rule = error(
    "text.unlisted-language",
    "A text is given in a language the organization does not list.",
    "It would never be shown.",
    "Add the language to `organization.languages`, or remove the text.",
);

/// A text is empty.
pub(in crate::policy) const EMPTY: Rule =
    error("text.empty", "A text is empty.", "An empty text is a gap on the published page.", "Write the text.");
