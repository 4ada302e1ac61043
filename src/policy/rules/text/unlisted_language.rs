//! `text.unlisted-language`: a text is given in a language the organization does not list.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A text is given in a language the organization does not list.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "text.unlisted-language",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "A text is given in a language the organization does not list.", ja: "" },
    why: Words { en: "It would never be shown.", ja: "" },
    example: "",
    fix: Words { en: "Add the language to `organization.languages`, or remove the text.", ja: "" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("{ ja: 当組合, en: the Society }", "{ ja: 当組合, en: the Society, fr: x }", "fr")];
