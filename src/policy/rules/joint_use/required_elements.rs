//! `joint-use.required-elements`: a joint use names no items, no users or no purposes.
//!
//! In: the checked set. Out: findings. The rule it keeps: it speaks where a law pack asks for it.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// A joint use names no items, no users or no purposes.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "joint-use.required-elements",
    severity: Severity::Error,
    weight: Weight::Adjustable,
    what: Words {
        en: "A joint use names no items, no users or no purposes.",
        ja: "共同利用の項目、利用する者、利用目的のいずれかが書かれていません。",
    },
    why: Words {
        en: "Joint use is lawful only if its items, its users, their purposes and the responsible party are announced beforehand; a link to another page does not count.",
        ja: "共同利用は、項目、利用する者の範囲、利用目的及び管理について責任を有する者を、あらかじめ本人に通知するか容易に知り得る状態に置いて初めて認められます。別のページへのリンクでは足りません。",
    },
    example: "joint-use: [{ id: grant, items: [], … }]",
    fix: Words {
        en: "State each of them in the policy itself.", ja: "それぞれを方針の中に書いてください。"
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("items: [{ ja: 氏名, en: Name }]", "items: []", "[")];

/// Reports joint uses that lack items, users or purposes.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let asked = lint.law.elements("appi.joint-use", lint.as_of);
    for joint in &lint.policy.joint_use {
        let missing = [
            (joint.items.is_empty(), "items", "共同して利用する項目"),
            (joint.users.is_empty(), "users", "共同して利用する者"),
            (joint.purposes.is_empty(), "purposes", "利用する者の利用目的"),
        ];
        for (_, key, ja) in missing.into_iter().filter(|(is_missing, key, _)| *is_missing && asked.contains(key)) {
            let found = said!("the joint use names no {key}", "{ja}がありません");
            lint.report(&RULE, &format!("joint-use.{}.{key}", joint.id), found);
        }
    }
}
