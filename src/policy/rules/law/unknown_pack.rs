//! `law.unknown-pack`: the organization answers to a law pack that does not exist.
//!
//! In: the names in `organization.law`. Out: findings. The rule it keeps: a pack of the set comes before the shipped one of its name.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// The organization answers to a law pack that does not exist.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "law.unknown-pack",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "The organization answers to a law pack that does not exist.",
        ja: "組織が従う法令集として、存在しない名前が書かれています。",
    },
    why: Words {
        en: "Without the pack no duty can be checked and no article can be cited.",
        ja: "法令集がないと、義務を確かめることも条文を示すこともできません。",
    },
    example: "organization:\n  law: [jpn]",
    fix: Words {
        en: "Name a shipped pack, or put your own at `policies/laws/NAME.yaml`.",
        ja: "用意されている法令集の名前を書くか、`policies/laws/名前.yaml`に法令集を置いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("law: [jp]", "law: [jq]", "jq")];
