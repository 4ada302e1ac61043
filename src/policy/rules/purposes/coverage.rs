//! `purposes.coverage`: A step uses information for a purpose that none of its types of information is listed for.
//!
//! In: the checked set. Out: findings. The rule it keeps: a purpose that is not declared is a matter of references.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::{Id, Information};
use crate::said;

/// A step uses information for a purpose that none of its types of information is listed for.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "purposes.coverage",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "A step uses information for a purpose that none of its types of information is listed for.",
        ja: "手順の中に、その個人情報の利用目的として挙げられていない目的があります。",
    },
    why: Words {
        en: "The published table of purposes must cover everything that is done with the data.",
        ja: "公表する利用目的の表は、実際に行うことをすべて含んでいなければなりません。",
    },
    example: "information: [{ id: receipts, purposes: [benefit-review], … }]\nprocesses: [{ id: translation, information: [receipts], steps: [{ text: {…}, purposes: [overseas-care] }] }]",
    fix: Words {
        en: "Add the purpose to the information it is used for, or name the purpose that covers the step.",
        ja: "該当する個人情報の`purposes`にこの目的を加えるか、手順に当てはまる目的に直してください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "by: { joint-use: high-cost-grant }\n        purposes:\n          - benefit-review",
    "by: { joint-use: high-cost-grant }\n        purposes:\n          - leavers",
    "leavers",
)];

/// Reports purposes of steps that the table does not list for their information.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    if !lint.is_whole(&["information"]) {
        return;
    }
    for process in &lint.policy.processes {
        let uses = |information: &&Information| process.information.contains(&information.id);
        let listed =
            |purpose: &Id| lint.policy.information.iter().filter(uses).any(|one| one.purposes.contains(purpose));
        for (n, step) in process.steps.iter().enumerate() {
            for (m, purpose) in step.purposes.iter().enumerate().filter(|(_, purpose)| !listed(purpose)) {
                let process = &process.id;
                let found = said!(
                    "the step serves `{purpose}`, which none of the information of `{process}` is listed for",
                    "この手順の目的`{purpose}`は、`{process}`で使う個人情報の利用目的に挙げられていません",
                );
                lint.report(&RULE, &format!("processes.{process}.steps.{n}.purposes.{m}"), found);
            }
        }
    }
}
