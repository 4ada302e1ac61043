//! `procedures.method-choice`: the person who asks cannot choose an electronic answer.
//!
//! In: procedures, the requests of the law packs. Out: findings. The rule it keeps: a kind the packs do not know is left alone.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::{Chooser, Way};
use crate::said;

/// The person who asks cannot choose an electronic answer.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "procedures.method-choice",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "The person who asks cannot choose an electronic answer.",
        ja: "請求した人が、電子的な方法での回答を選べません。",
    },
    why: Words {
        en: "The law lets the person choose how data is disclosed; paper alone is allowed only where another way is too costly or hard.",
        ja: "開示の方法は請求した人が選べるのが原則です。紙だけでよいのは、ほかの方法に多額の費用がかかるなど難しい場合に限られます。",
    },
    example: "procedures:\n  - { request: disclosure, ways: [paper], chosen-by: organization, … }",
    fix: Words {
        en: "Write `ways: [paper, electronic]` and `chosen-by: person`.",
        ja: "`ways: [paper, electronic]`、`chosen-by: person`としてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("ways: [electronic, paper], chosen-by: person", "ways: [paper], chosen-by: person", "["),
    (
        "ways: [electronic, paper], chosen-by: person",
        "ways: [electronic, paper], chosen-by: organization",
        "organization",
    ),
];

/// Reports procedures that give no choice where the law gives one.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let chosen = lint.law.requests(lint.as_of).into_iter().filter(|request| request.person_chooses_way);
    for request in chosen {
        let Some(procedure) = lint.policy.procedures.iter().find(|one| one.request == request.id) else { continue };
        let path = |key: &str| format!("procedures.{}.{key}", request.id);
        if !procedure.ways.contains(&Way::Electronic) {
            let found = said!("an electronic answer is not offered", "電子的な方法での回答がありません");
            lint.report(&RULE, &path("ways"), found);
        }
        match procedure.chosen_by {
            Some(Chooser::Person) => {}
            Some(Chooser::Organization) | None => {
                let found = said!("the person does not choose the way", "回答の方法を本人が選べません");
                lint.report(&RULE, &path("chosen-by"), found);
            }
        }
    }
}
