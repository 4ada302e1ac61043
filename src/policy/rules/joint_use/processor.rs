//! `joint-use.processor`: a processor is named in a joint use.
//!
//! In: the checked set. Out: findings. The rule it keeps: it looks at checked values only.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::{Entrustment, Id, JointUse, PartyKind};
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
        en: "Remove the processor from the joint use and describe its work under `entrustments`; where it does use the data for purposes of its own, the entrustment names other information.",
        ja: "委託先を共同利用から外し、その業務は`entrustments`に書いてください。自らの目的でも利用する場合は、委託する情報を分けて書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("users: [", "users: [{ party: print-house, scope: { ja: x, en: x } }, ", "print-house")];

/// Reports processors among the users, and one that is responsible.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for joint in &lint.policy.joint_use {
        let at = format!("joint-use.{}", joint.id);
        for (n, user) in joint.users.iter().enumerate() {
            let Some(id) = &user.party else { continue };
            let path = format!("{at}.users.{n}.party");
            if is_processor(lint, id) {
                let found = said!(
                    "`{id}` is a processor, so it cannot be a joint user",
                    "`{id}`は委託先なので、共同して利用する者にはなれません"
                );
                lint.report(&RULE, &path, found);
            } else if let Some(work) = entrusted(lint, joint, id) {
                let work = &work.id;
                let found = said!(
                    "`{id}` handles this information under the entrustment `{work}`, so it is no joint user of it",
                    "`{id}`はこの情報の取扱いを委託`{work}`で受けているため、共同して利用する者にはなれません"
                );
                lint.send(lint.finding(&RULE, &path, found).also(lint.place(&format!("entrustments.{work}"))));
            }
        }
        if let Some(id) = joint.responsible.as_ref().filter(|id| is_processor(lint, id)) {
            let found = said!(
                "`{id}` is a processor, so it cannot be responsible",
                "`{id}`は委託先なので、管理について責任を有する者にはなれません"
            );
            lint.report(&RULE, &format!("{at}.responsible"), found);
        }
    }
}

fn is_processor(lint: &Lint<'_>, id: &str) -> bool {
    lint.policy.party(id).is_some_and(|party| party.kind == PartyKind::Processor)
}

/// The work with information of a joint use that a party is entrusted with.
fn entrusted<'l>(lint: &Lint<'l>, joint: &JointUse, id: &Id) -> Option<&'l Entrustment> {
    let shares = |work: &&Entrustment| work.information.iter().any(|one| joint.information.contains(one));
    lint.policy.entrustments.iter().filter(|work| work.to == *id).find(shares)
}
