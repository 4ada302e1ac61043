//! `purposes.without-end`: A purpose goes on after an event, and for no stated time.
//!
//! In: the checked set. Out: findings. The rule it keeps: it looks at checked values only.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// A purpose goes on after an event, and for no stated time.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "purposes.without-end",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "A purpose goes on after an event, and for no stated time.",
        ja: "出来事の後も続く利用目的に、期間の定めがありません。",
    },
    why: Words {
        en: "Data of people who have left may not be used for ever; they should know when it ends.",
        ja: "資格を失った方などの情報を、いつまでも利用することはできません。いつまで利用するのかを示す必要があります。",
    },
    example: "purposes: [{ id: contact-after-leaving, after: left, … }]",
    fix: Words {
        en: "Add `for` with a period such as `P1Y`.", ja: "`for`に`P1Y`のような期間を書いてください。"
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("after: settled, for: P1Y", "after: settled", "settled")];

/// Reports purposes that go on without an end.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for purpose in lint.policy.purposes.iter().filter(|purpose| purpose.period.is_none()) {
        if let Some(after) = &purpose.after {
            let found = said!(
                "the purpose goes on after `{after}` without end",
                "この利用目的は`{after}`の後、期限なく続くことになっています"
            );
            lint.report(&RULE, &format!("purposes.{}.after", purpose.id), found);
        }
    }
}
