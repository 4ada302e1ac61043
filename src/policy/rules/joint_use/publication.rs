//! `joint-use.publication`: A joint user publishes cases or figures that could tell whom they are about.
//!
//! In: the checked set. Out: findings. The rule it keeps: a stated smallest group is taken at its word.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::Publishes;
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// A joint user publishes cases or figures that could tell whom they are about.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "joint-use.publication",
    severity: Severity::Note,
    weight: Weight::Adjustable,
    what: Words {
        en: "A joint user publishes cases or figures that could tell whom they are about.",
        ja: "共同して利用する者が、誰のことか分かるおそれのある事例や数字を公表するとされています。",
    },
    why: Words {
        en: "A rare illness together with a high amount tells who it is, even without a name.",
        ja: "まれな病気と高額な医療費の組合せは、氏名がなくても誰のことかを示してしまいます。",
    },
    example: "purposes: [{ party: federation, text: {…}, publishes: cases }]",
    fix: Words {
        en: "Write `publishes: statistics` with `smallest-group`, the smallest number of persons a published figure may be about.",
        ja: "`publishes: statistics`とし、公表する数字の対象となる最小の人数を`smallest-group`に書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("text: { ja: 交付, en: Grants } }]", "text: { ja: 交付, en: Grants }, publishes: cases }]", "cases"),
    ("text: { ja: 交付, en: Grants } }]", "text: { ja: 交付, en: Grants }, publishes: statistics }]", "statistics"),
];

/// Reports purposes that publish something about groups of any size.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for joint in &lint.policy.joint_use {
        for (n, purpose) in joint.purposes.iter().enumerate().filter(|(_, purpose)| purpose.smallest_group.is_none()) {
            let found = match purpose.publishes {
                Publishes::None => continue,
                Publishes::Statistics => said!(
                    "figures are published, but no `smallest-group` is stated",
                    "統計を公表するとされていますが、最小の人数（`smallest-group`）の定めがありません"
                ),
                Publishes::Cases => said!(
                    "single cases are published, which can tell whom they are about",
                    "個別の事例を公表するとされていますが、誰のことかが分かるおそれがあります"
                ),
            };
            lint.report(&RULE, &format!("joint-use.{}.purposes.{n}.publishes", joint.id), found);
        }
    }
}
