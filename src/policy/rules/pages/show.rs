//! `pages.show`: a page shows a section twice, or nothing.
//!
//! In: the checked set. Out: findings. The rule it keeps: a heading stands on a page once.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// A page shows a section twice, or nothing.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "pages.show",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A page shows a section twice, or nothing.", ja: "ページに同じ節が2回あるか、節がありません。"
    },
    why: Words {
        en: "Links and the search lead to a section by its name, which stands on a page once.",
        ja: "リンクと検索は節の名前をたどるため、同じ節は1つのページに1度しか置けません。",
    },
    example: "show: [procedures, procedures]",
    fix: Words {
        en: "Name each section once; take out a page that shows nothing.",
        ja: "節は1度ずつ指定してください。何も載せないページは取り除いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("show: [principles, contacts]", "show: [principles, contacts, principles]", "principles"),
    (
        "show: [principles, contacts] }\n",
        "show: [principles, contacts] }\n  - { id: empty, title: { ja: 空, en: Empty }, show: [] }\n",
        "[",
    ),
];

/// Reports such pages.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for page in &lint.policy.pages {
        let path = format!("pages.{}.show", page.id);
        if page.show.is_empty() {
            lint.report(&RULE, &path, said!("this page shows nothing", "このページには載せる節がありません"));
        }
        let twice = page.show.iter().enumerate().find(|(n, section)| page.show[..*n].contains(section));
        if let Some((n, _)) = twice {
            let found = said!("this page shows the section twice", "このページには同じ節が2回あります");
            lint.report(&RULE, &format!("{path}.{n}"), found);
        }
    }
}
