//! `joint-use.individual-number`: information with Individual Numbers is used jointly.
//!
//! In: joint uses, types of information. Out: findings. The rule it keeps: it holds on the days on which a law pack has `number-act.no-joint-use`.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// Information with Individual Numbers is used jointly.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "joint-use.individual-number",
    severity: Severity::Error,
    weight: Weight::Adjustable,
    what: Words {
        en: "Information with Individual Numbers is used jointly.",
        ja: "個人番号を含む情報を共同利用することになっています。",
    },
    why: Words {
        en: "The Number Act takes specific personal information out of the provisions on joint use, whatever is announced.",
        ja: "特定個人情報には共同利用の規定が適用されません。何を公表しても共同利用はできません。",
    },
    example: "joint-use:\n  - { id: employer, information: [year-end-papers], … }",
    fix: Words {
        en: "Take the information out of the joint use.", ja: "その情報を共同利用から外してください。"
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("information: [receipts]\n    items", "information: [receipts, numbers]\n    items", "numbers")];

/// The topic that says so.
const TOPIC: &str = "number-act.no-joint-use";

/// Reports joint uses of information with Individual Numbers.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let cited = |language| lint.law.citation(TOPIC, lint.as_of, language);
    let (Some(cited), Some(cited_ja)) = (cited("en"), cited("ja")) else { return };
    let policy = lint.policy;
    for joint in &policy.joint_use {
        for (n, id) in
            joint.information.iter().enumerate().filter(|(_, id)| policy.holds_numbers(std::slice::from_ref(*id)))
        {
            let found = said!(
                "`{id}` holds Individual Numbers and cannot be used jointly ({cited})",
                "`{id}`は個人番号を含むため、共同利用できません（{cited_ja}）"
            );
            lint.report(&RULE, &format!("joint-use.{}.information.{n}", joint.id), found);
        }
    }
}
