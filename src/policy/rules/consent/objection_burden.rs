//! `consent.objection-burden`: an objection must give a reason, or a decision may be changed at set times only.
//!
//! In: the checked set. Out: findings. The rule it keeps: it speaks where a law pack asks for it.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::Changeable;
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// An objection must give a reason, or a decision may be changed at set times only.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "consent.objection-burden",
    severity: Severity::Note,
    weight: Weight::Adjustable,
    what: Words {
        en: "An objection must give a reason, or a decision may be changed at set times only.",
        ja: "不同意の申出に理由が求められているか、意思の変更が決まった時期に限られています。",
    },
    why: Words {
        en: "Silence counts as consent only because anybody can object easily and at any time; what makes that harder takes the ground away.",
        ja: "黙示の同意は、いつでも容易に不同意を申し出られることを前提としています。申出の妨げになる条件は、その前提を損ないます。",
    },
    example: "objection: { how: {…}, contact: privacy-desk, reason-required: true }",
    fix: Words {
        en: "Remove `reason-required`, and write `changeable: any-time`.",
        ja: "`reason-required`を取り除き、`changeable: any-time`としてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("objection: { how:", "objection: { reason-required: true, how:", "true"),
    ("objection: { how:", "objection: { changeable: at-set-times, how:", "at-set-times"),
];

/// Reports conditions that an objection has to meet.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let Some(consent) = lint.policy.consent.as_ref().filter(|_| lint.has_law("appi.provision")) else {
        return;
    };
    if consent.objection.reason_required {
        let found = said!("an objection must give a reason", "不同意の申出に理由が求められています");
        lint.report(&RULE, "consent.objection.reason-required", found);
    }
    match consent.objection.changeable {
        Changeable::AnyTime => {}
        Changeable::AtSetTimes => {
            let found =
                said!("a decision may be changed at set times only", "意思の変更が決まった時期に限られています");
            lint.report(&RULE, "consent.objection.changeable", found);
        }
    }
}
