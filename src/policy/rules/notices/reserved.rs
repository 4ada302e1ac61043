//! `notices.reserved`: a notice has an id that hokan needs itself.
//!
//! In: the checked set. Out: findings. The rule it keeps: a document of its own keeps its name.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// The document that hokan prints itself.
const BOOKLET: &str = "booklet";

/// A notice has an id that hokan needs itself.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "notices.reserved",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A notice has an id that hokan needs itself.",
        ja: "hokan自身が使うIDがお知らせに付いています。",
    },
    why: Words {
        en: "`booklet` is the whole policy as one document; hokan prints it beside the notices.",
        ja: "`booklet`は方針の全体を1つにまとめた冊子で、hokanがお知らせと並べて作ります。",
    },
    example: "notices: [{ id: booklet, … }]",
    fix: Words { en: "Give the notice another id.", ja: "お知らせに別のIDを付けてください。" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("{ id: announcement,", "{ id: booklet,", "booklet")];

/// Reports such a notice.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    if lint.policy.notices.iter().any(|notice| notice.id == BOOKLET) {
        let found = said!("a notice cannot be called `{BOOKLET}`", "お知らせのIDに`{BOOKLET}`は使えません");
        lint.report(&RULE, &format!("notices.{BOOKLET}.id"), found);
    }
}
