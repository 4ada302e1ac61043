//! `organization.dates`: the day of revision lies before the day of enactment.
//!
//! In: the checked set. Out: findings. The rule it keeps: a day that is missing is a matter of shape.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// The day of revision lies before the day of enactment.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "organization.dates",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "The day of revision lies before the day of enactment.",
        ja: "改正日が制定日より前の日になっています。",
    },
    why: Words {
        en: "Readers tell by these two days which edition they have before them.",
        ja: "読む人は、制定日と改正日を見て、どの版の方針かを確かめます。",
    },
    example: "enacted: 2005-04-01\nrevised: 2004-04-01",
    fix: Words {
        en: "Write the day of the last revision in `revised`, or leave it out until there is one.",
        ja: "`revised`に直近の改正日を書いてください。改正がなければ書かないでおきます。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("  enacted: 2005-04-01\n", "  enacted: 2005-04-01\n  revised: 2004-04-01\n", "2004-04-01")];

/// Reports a revision before the enactment.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let organization = &lint.policy.organization;
    let enacted = organization.enacted;
    if let Some(revised) = organization.revised.filter(|revised| *revised < enacted && lint.is_whole(&["organization"]))
    {
        let found = said!(
            "the policy was revised on {revised}, before it was enacted on {enacted}",
            "改正日の{revised}が、制定日の{enacted}より前です"
        );
        let finding = lint.finding(&RULE, "organization.revised", found);
        lint.send(finding.also(lint.place("organization.enacted")));
    }
}
