//! `joint-use.responsible-representative`: the responsible party has no representative.
//!
//! In: the checked set. Out: findings. The rule it keeps: it speaks where a law pack asks for it.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::PartyKind;
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// The responsible party has no representative.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "joint-use.responsible-representative",
    severity: Severity::Error,
    weight: Weight::Adjustable,
    what: Words {
        en: "The responsible party has no representative.",
        ja: "管理について責任を有する者の代表者がありません。",
    },
    why: Words {
        en: "The announcement of a joint use names the representative of a responsible legal person.",
        ja: "管理について責任を有する者が法人であるときは、代表者の氏名も公表します。",
    },
    example: "responsible: federation   # the party has no representative",
    fix: Words {
        en: "Add `representative` with title and name to the party under `parties`.",
        ja: "`parties`の該当する者に、役職と氏名を記した`representative`を書き加えてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "    representative: { title: { ja: 会長, en: President }, name: { ja: 沖 進, en: Susumu Oki } }\n",
    "",
    "federation",
)];

/// Reports responsible parties without a representative.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    if !lint.law.elements("appi.joint-use", lint.as_of).contains(&"responsible.representative") {
        return;
    }
    for joint in &lint.policy.joint_use {
        let Some(id) = &joint.responsible else { continue };
        let Some(party) = lint.policy.party(id) else { continue };
        if party.representative.is_none() && party.kind != PartyKind::Person {
            let found = said!(
                "`{id}` is responsible, but has no `representative`",
                "`{id}`が責任を有する者とされていますが、代表者（`representative`）がありません"
            );
            let finding = lint.finding(&RULE, &format!("joint-use.{}.responsible", joint.id), found);
            lint.send(finding.also(lint.place(&format!("parties.{id}"))));
        }
    }
}
