//! `purposes.contradiction`: A purpose says `only`, but there are purposes of other kinds.
//!
//! In: the checked set. Out: findings. The rule it keeps: purposes of one category do not contradict each other.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// A purpose says `only`, but there are purposes of other kinds.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "purposes.contradiction",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "A purpose says `only`, but there are purposes of other kinds.",
        ja: "「これ以外には利用しない」とする利用目的があるのに、ほかの種類の利用目的があります。",
    },
    why: Words {
        en: "Who reads that data serves nothing else is misled by what follows.",
        ja: "「ほかには利用しない」と読んだ人は、続きを読んで惑わされます。",
    },
    example: "purposes:\n- { id: health-services, category: {…}, only: true, … }\n- { id: premiums, category: {…}, … }   # another category",
    fix: Words {
        en: "Remove `only`, or say in the text of which information it is true.",
        ja: "`only`を取り除くか、どの情報についての定めなのかを文で示してください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("{ id: leavers, category", "{ id: leavers, only: true, category", "true")];

/// Reports purposes that say `only` beside purposes of another category.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let purposes = &lint.policy.purposes;
    for sole in purposes.iter().filter(|purpose| purpose.only) {
        let Some(other) = purposes.iter().find(|other| other.category != sole.category) else { continue };
        let (sole, other) = (&sole.id, &other.id);
        let found = said!(
            "`{sole}` is said to be the only purpose, but `{other}` is of another kind",
            "`{sole}`以外には利用しないとされていますが、`{other}`は別の種類の利用目的です"
        );
        let finding = lint.finding(&RULE, &format!("purposes.{sole}.only"), found);
        lint.send(finding.also(lint.place(&format!("purposes.{other}"))));
    }
}
