//! `service.paths`: a path of the service climbs out of its place, or lies inside another one.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A path of the service climbs out of its place, or lies inside another one.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "service.paths",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "A path of the service climbs out of its place, or lies inside another one.", ja: "" },
    why: Words {
        en: "Records, vault and public site must lie apart: the site is replaced as a whole, and what lies in `records` is taken in.",
        ja: "",
    },
    example: "",
    fix: Words { en: "Write three separate paths without `..`, relative to the instance or absolute.", ja: "" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("  watch:", "  paths: { vault: records/in/vault }\n  watch:", "records/in/vault"),
    ("  watch:", "  paths: { vault: ../vault }\n  watch:", "../vault"),
];
