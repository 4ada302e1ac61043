//! `joint-use.processor`: a processor is named in a joint use.
//!
//! In: the checked set. Out: findings. The rule it keeps: it looks at checked values only.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::{PartyKind, Responsible};
use crate::said;

/// A processor is named in a joint use.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "joint-use.processor",
    severity: Severity::Error,
    weight: Weight::Adjustable,
    what: Words {
        en: "A processor is named in a joint use.", ja: "委託先が共同利用に含まれています。"
    },
    why: Words {
        en: "Somebody who works on the organization's behalf is entrusted with data and has to be supervised; it is not a joint user, and it cannot be responsible.",
        ja: "組織に代わって作業をする者は委託先であり、監督を受ける立場です。共同して利用する者にも、管理について責任を有する者にもなりません。",
    },
    example: "users: [{ party: print-house, scope: {…} }]   # a party of kind processor",
    fix: Words {
        en: "Remove the processor from the joint use; describe its work under `entrustments`.",
        ja: "委託先を共同利用から外し、その業務は`entrustments`に書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("users: [", "users: [{ party: print-house, scope: { ja: x, en: x } }, ", "print-house")];

/// Reports processors among the users, and one that is responsible.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let is_processor = |id: &str| lint.policy.party(id).is_some_and(|party| party.kind == PartyKind::Processor);
    for joint in &lint.policy.joint_use {
        for (n, user) in joint.users.iter().enumerate() {
            if let Some(id) = user.party.as_ref().filter(|id| is_processor(id)) {
                let found = said!(
                    "`{id}` is a processor, so it cannot be a joint user",
                    "`{id}`は委託先なので、共同して利用する者にはなれません"
                );
                lint.report(&RULE, &format!("joint-use.{}.users.{n}.party", joint.id), found);
            }
        }
        if let Responsible::Party(id) = &joint.responsible
            && is_processor(id)
        {
            let found = said!(
                "`{id}` is a processor, so it cannot be responsible",
                "`{id}`は委託先なので、管理について責任を有する者にはなれません"
            );
            lint.report(&RULE, &format!("joint-use.{}.responsible", joint.id), found);
        }
    }
}
