//! `dates.unused`: no rule counts from this date.
//!
//! In: the checked set. Out: findings. The rule it keeps: a date that a pattern captures is in use.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;
use std::collections::BTreeSet;

/// No rule counts from this date.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "dates.unused",
    severity: Severity::Note,
    weight: Weight::Adjustable,
    what: Words { en: "No rule counts from this date.", ja: "この日付から数える定めがありません。" },
    why: Words {
        en: "Whoever states an event expects something to follow from it.",
        ja: "出来事を届け出る人は、それによって何かが決まると考えます。",
    },
    example: "dates: [{ id: retired, … }]   # and no keep or purpose names it",
    fix: Words {
        en: "Remove the date, or count from it.",
        ja: "この日付を取り除くか、この日付から数える定めを書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "dates:\n",
    "dates:\n  - { id: retired, title: { ja: x, en: x }, comes-from: event, about: subject }\n",
    "retired",
)];

/// Reports declared dates that nothing counts from.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let policy = lint.policy;
    if !lint.is_whole(&["retention", "purposes"]) {
        return;
    }
    let rules = policy.classes.iter().flat_map(|class| class.keep.legs().iter().map(|leg| &leg.after));
    let read = policy.classes.iter().flat_map(|class| class.read.keys());
    let purposes = policy.purposes.iter().filter_map(|purpose| purpose.after.as_ref());
    let patterns = policy.classes.iter().flat_map(|class| &class.accept);
    let captured = patterns.flat_map(|pattern| pattern.capture_names().map(|(name, _)| name));
    let named = rules.chain(read).chain(purposes).map(String::as_str);
    let used: BTreeSet<&str> = named.chain(captured).collect();
    for id in policy.dates.iter().map(|date| &date.id).filter(|id| !used.contains(id.as_str())) {
        let found = said!("nothing counts from `{id}`", "`{id}`から数える定めがありません");
        lint.report(&RULE, &format!("dates.{id}.id"), found);
    }
}
