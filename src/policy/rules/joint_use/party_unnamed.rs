//! `joint-use.party-unnamed`: A joint use states the purpose of a party that is not one of its users.
//!
//! In: the checked set. Out: findings. The rule it keeps: it looks at checked values only.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// A joint use states the purpose of a party that is not one of its users.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "joint-use.party-unnamed",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "A joint use states the purpose of a party that is not one of its users.",
        ja: "共同して利用する者に含まれていない者の利用目的が書かれています。",
    },
    why: Words {
        en: "Who uses the data and what for must agree; otherwise somebody uses it without being named.",
        ja: "利用する者と利用目的は対応していなければなりません。そうでないと、名前を示さないまま利用する者がいることになります。",
    },
    example: "users: [{ party: organization, scope: {…} }]\npurposes: [{ party: federation, text: {…} }]",
    fix: Words {
        en: "Add the party to `users`, or remove its purpose.",
        ja: "その者を`users`に加えるか、その利用目的を取り除いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("purposes: [{ party: federation, text", "purposes: [{ party: employers, text", "employers")];

/// Reports purposes of parties that are not among the users.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for joint in lint.policy.joint_use.iter().filter(|joint| !joint.users.is_empty()) {
        for (n, purpose) in joint.purposes.iter().enumerate() {
            if joint.users.iter().any(|user| user.party == purpose.party) {
                continue;
            }
            let name = purpose.party.as_deref().unwrap_or("organization");
            let found = said!(
                "`{name}` has a purpose here, but is not one of the users",
                "`{name}`の利用目的が書かれていますが、共同して利用する者に含まれていません"
            );
            lint.report(&RULE, &format!("joint-use.{}.purposes.{n}.party", joint.id), found);
        }
    }
}
