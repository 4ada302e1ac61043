//! `consent.ground`: implied consent has no ground, or explicit consent has one.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// Implied consent has no ground, or explicit consent has one.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "consent.ground",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "Implied consent has no ground, or explicit consent has one.",
        ja: "黙示の同意に理由がないか、明示の同意に理由が付いています。",
    },
    why: Words {
        en: "Silence may count as consent only for a stated reason; where people are asked, no reason is needed.",
        ja: "申し出がないことをもって同意とみなせるのは、その理由を示した場合に限られます。本人に確認する明示の同意には、理由は要りません。",
    },
    example: "items:\n- id: household-cost-notice\n  kind: implied   # ground is missing",
    fix: Words {
        en: "Add `ground: benefits-the-person` or `ground: undue-burden` to an implied item; remove `ground` from an explicit one.",
        ja: "黙示の同意には`ground: benefits-the-person`（本人の利益になる）か`ground: undue-burden`（個別に確認する負担が過大である）を書き、明示の同意からは`ground`を消してください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("ground: benefits-the-person, ", "", "implied"), ("kind: implied", "kind: explicit", "benefits-the-person")];
