//! `joint-use.responsible-user`: the responsible party is not one of the users.
//!
//! In: the checked set. Out: findings. The rule it keeps: it looks at checked values only.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// The responsible party is not one of the users.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "joint-use.responsible-user",
    severity: Severity::Error,
    weight: Weight::Adjustable,
    what: Words {
        en: "The responsible party is not one of the users.",
        ja: "管理について責任を有する者が、共同して利用する者に含まれていません。",
    },
    why: Words {
        en: "The responsible one takes complaints and answers for the data first of all users, so it must be one of them.",
        ja: "管理について責任を有する者は、共同して利用する者の中で最初に苦情を受け、開示や訂正に応じる者です。",
    },
    example: "users: [{ party: organization, scope: {…} }]\nresponsible: federation",
    fix: Words {
        en: "Add the party to `users`, or name one of the users as responsible.",
        ja: "その者を`users`に加えるか、`users`の中の者を`responsible`に書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("    responsible: federation", "    responsible: employers", "employers")];

/// Reports responsible parties that are not among the users.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for joint in lint.policy.joint_use.iter().filter(|joint| !joint.users.is_empty()) {
        if !joint.users.iter().any(|user| user.party == joint.responsible) {
            let name = joint.responsible.as_deref().unwrap_or("organization");
            let found = said!(
                "`{name}` is responsible, but not one of the users",
                "`{name}`が責任を有する者とされていますが、共同して利用する者に含まれていません"
            );
            lint.report(&RULE, &format!("joint-use.{}.responsible", joint.id), found);
        }
    }
}
