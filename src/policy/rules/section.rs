//! The shape of policy files: YAML, sections, keys.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one constant per rule; the checker refers to it by name.

use super::error;
use crate::diag::Rule;

/// A policy file is not valid YAML.
pub(in crate::policy) const SYNTAX: Rule = error(
    "section.syntax",
    "A policy file is not valid YAML.",
    "Nothing in an unreadable file can be checked, and a policy that cannot be read stops publishing and sweeping.",
    "Look at the line shown and the one above: indent by spaces, close quotes and brackets, quote a text that holds `: ` or ` #`.",
);

/// A policy file is larger or more deeply nested than hokan reads.
pub(in crate::policy) const TOO_LARGE: Rule = error(
    "section.too-large",
    "A policy file is larger or more deeply nested than hokan reads.",
    "A file may be at most 1 MiB and 32 levels deep, so that a slip or an attack cannot exhaust the machine.",
    "Spread the section over several files; lists of the same section are joined.",
);

/// A policy file uses anchors, aliases, merge keys or tags.
pub(in crate::policy) const FEATURE: Rule = error(
    "section.yaml-feature",
    "A policy file uses anchors, aliases, merge keys or tags.",
    "A reader must see every value where it stands; YAML's shortcuts hide what a change really changes.",
    "Write the values out.",
);

/// A key is not part of the policy language.
pub(in crate::policy) const UNKNOWN_KEY: Rule = error(
    "section.unknown-key",
    "A key is not part of the policy language.",
    "A misspelt key would otherwise be ignored, and the policy would not say what its author meant.",
    "Use the nearest known name shown, or remove the key.",
);

/// A key stands twice in one map.
pub(in crate::policy) const DUPLICATE_KEY: Rule = error(
    "section.duplicate-key",
    "A key stands twice in one map.",
    "Only one of the two values could count, and a reader cannot tell which.",
    "Keep one of the two.",
);

/// A key of a section stands in two files.
pub(in crate::policy) const STATED_TWICE: Rule = error(
    "section.stated-twice",
    "A key of a section stands in two files.",
    "A section may be spread over files, but each of its keys has one value for the whole set.",
    "Keep the key in one of the two places shown.",
);

/// A key that is needed is not there.
pub(in crate::policy) const MISSING_KEY: Rule = error(
    "section.missing-key",
    "A key that is needed is not there.",
    "A policy with a gap would publish a gap, or leave hokan to guess.",
    "Add the key; the policy language shows its shape.",
);

/// A value has another shape than its key takes.
pub(in crate::policy) const WRONG_TYPE: Rule = error(
    "section.wrong-type",
    "A value has another shape than its key takes.",
    "A list where a text belongs, or a text where a map belongs, cannot be understood as it was meant.",
    "Write the value in the shape the message names.",
);

/// A value is not one of the words its key takes.
pub(in crate::policy) const UNKNOWN_WORD: Rule = error(
    "section.unknown-word",
    "A value is not one of the words its key takes.",
    "A word that is not known would have to be guessed.",
    "Use one of the words shown.",
);

/// The policy set is empty, or says nothing about the organization.
pub(in crate::policy) const EMPTY_SET: Rule = error(
    "section.empty-set",
    "The policy set is empty, or says nothing about the organization.",
    "An empty policy never means that nothing need be kept: it stops publishing and sweeping.",
    "Check the folder `policies/`; the set needs at least the section `organization`.",
);
