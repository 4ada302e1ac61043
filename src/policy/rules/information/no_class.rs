//! `information.no-class`: no class of records keeps this type of information.
//!
//! In: the checked set. Out: findings. The rule it keeps: a set without classes says nothing about keeping.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::Id;
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;
use std::collections::BTreeSet;

/// No class of records keeps this type of information.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "information.no-class",
    severity: Severity::Note,
    weight: Weight::Adjustable,
    what: Words {
        en: "No class of records keeps this type of information.",
        ja: "この種類の個人情報を含む記録の種類がありません。",
    },
    why: Words {
        en: "For information that stands in no record, nobody can say how long it is kept and how it ends.",
        ja: "どの記録にも含まれない情報は、いつまで保存し、どう廃棄するのかを示せません。",
    },
    example: "information: [{ id: addresses, … }]   # and no class names addresses",
    fix: Words {
        en: "Name it in the class whose records hold it.",
        ja: "この情報を含む記録の種類の`information`に書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("information: [minutes, addresses]", "information: [minutes]", "addresses")];

/// Reports types of information that no class names.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let policy = lint.policy;
    if !lint.is_whole(&["retention"]) || policy.classes.is_empty() {
        return;
    }
    let kept: BTreeSet<&Id> = policy.classes.iter().flat_map(|class| &class.information).collect();
    for information in policy.information.iter().filter(|information| !kept.contains(&information.id)) {
        let id = &information.id;
        let found = said!("no class keeps `{id}`", "`{id}`を含む記録の種類がありません");
        lint.report(&RULE, &format!("information.{id}.id"), found);
    }
}
