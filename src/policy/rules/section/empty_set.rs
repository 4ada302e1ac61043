//! `section.empty-set`: the policy set is empty, or says nothing about the organization.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// The policy set is empty, or says nothing about the organization.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "section.empty-set",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "The policy set is empty, or says nothing about the organization.",
        ja: "方針が空か、組織についての記載がありません。",
    },
    why: Words {
        en: "An empty policy never means that nothing need be kept: it stops publishing and sweeping.",
        ja: "空の方針は「何も保存しなくてよい」という意味にはなりません。公表も廃棄も止まります。",
    },
    example: "# nothing else below policies/\npages: []",
    fix: Words {
        en: "Check the folder `policies/`; the set needs at least the section `organization`.",
        ja: "`policies/`フォルダーを確かめてください。少なくとも`organization`の節が必要です。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[];
