//! `joint-use.responsible-address`: the responsible party has no address.
//!
//! In: the checked set. Out: findings. The rule it keeps: it speaks where a law pack asks for it.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// The responsible party has no address.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "joint-use.responsible-address",
    severity: Severity::Error,
    weight: Weight::Adjustable,
    what: Words {
        en: "The responsible party has no address.", ja: "管理について責任を有する者の住所がありません。"
    },
    why: Words {
        en: "The announcement of a joint use names the responsible party with its address.",
        ja: "共同利用の公表事項には、管理について責任を有する者の住所が含まれます。",
    },
    example: "responsible: federation   # the party has a name only",
    fix: Words {
        en: "Add `address` to the party under `parties`.",
        ja: "`parties`の該当する者に`address`を書き加えてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("    address: { ja: 東京都, en: Tokyo }\n", "", "federation")];

/// Reports responsible parties without an address.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    if !lint.law.elements("appi.joint-use", lint.as_of).contains(&"responsible.address") {
        return;
    }
    for joint in &lint.policy.joint_use {
        let Some(id) = &joint.responsible else { continue };
        let Some(party) = lint.policy.party(id) else { continue };
        if party.address.is_none() {
            let found = said!(
                "`{id}` is responsible, but has no `address`",
                "`{id}`が責任を有する者とされていますが、住所（`address`）がありません"
            );
            let finding = lint.finding(&RULE, &format!("joint-use.{}.responsible", joint.id), found);
            lint.send(finding.also(lint.place(&format!("parties.{id}"))));
        }
    }
}
