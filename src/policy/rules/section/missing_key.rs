//! `section.missing-key`: a key that is needed is not there.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A key that is needed is not there.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "section.missing-key",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "A key that is needed is not there.", ja: "必要なキーがありません。" },
    why: Words {
        en: "A policy with a gap would publish a gap, or leave hokan to guess.",
        ja: "書かれていない事項は、空欄のまま公表されるか、推測で補われることになってしまいます。",
    },
    example: "joint-use: [{ id: grant, … }]   # since is missing",
    fix: Words {
        en: "Add the key; the policy language shows its shape.",
        ja: "そのキーを書き加えてください。書き方は方針の書式の説明にあります。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("    since: 2022-04-01\n", "", "id")];
