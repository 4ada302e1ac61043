//! `citation.mixed-generations`: one policy cites a law by numbers of different editions.
//!
//! In: every text for readers. Out: findings. The rule it keeps: a number counts for an edition only if it can belong to no other one.

use crate::diag::{Finding, Place, Rule, Severity, Weight, Words};
use crate::policy::lint::{Cited, Lint};
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::rules::words::place_in;
use crate::said;

use std::collections::BTreeMap;

/// One policy cites a law by numbers of different editions.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "citation.mixed-generations",
    severity: Severity::Error,
    weight: Weight::Adjustable,
    what: Words {
        en: "One policy cites a law by numbers of different editions.",
        ja: "同じ法律の条番号が、異なる時期のものと混ざっています。",
    },
    why: Words {
        en: "The same number means different things in different editions, so no reader can tell what is meant.",
        ja: "同じ番号でも時期によって指す規定が異なるため、読む人には何を指すのか分かりません。",
    },
    example: "text:\n  ja: 法第23条第4項第3号及び法第21条第4項による。",
    fix: Words {
        en: "Write every number as it holds today.", ja: "すべて現在の条番号にそろえてください。"
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "text: { ja: 特定する。, en: They are specified. }",
    "text: { ja: 法第23条第4項第3号及び法第27条第5項第3号による。, en: They are specified. }",
    "第23条第4項第3号",
)];

/// Reports a law cited by numbers of several editions: once, at the first number of the oldest edition.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let mut laws: BTreeMap<String, BTreeMap<String, (String, Place)>> = BTreeMap::new();
    for Cited { text, citation, judged } in super::cited(lint) {
        let Some(edition) = judged.edition else { continue };
        let written = text.text[citation.range.clone()].to_owned();
        let place = place_in(lint, text, citation.range.clone());
        let editions = laws.entry(citation.statute.clone()).or_default();
        editions.entry(edition.span.from.to_string()).or_insert((written, place));
    }
    for editions in laws.into_values().filter(|editions| editions.len() > 1) {
        let count = editions.len();
        let listed = editions.iter().map(|(from, (written, _))| format!("`{written}` ({from})"));
        let listed = listed.collect::<Vec<_>>().join(", ");
        let found = said!(
            "the numbers of {count} editions stand side by side: {listed}",
            "{count}つの時期の条番号が混ざっています：{listed}"
        );
        let mut places = editions.into_values().map(|(_, place)| place);
        let first = places.next().map(|first| Finding::at(&RULE, first, found));
        first.into_iter().for_each(|finding| lint.send(places.by_ref().fold(finding, Finding::also)));
    }
}
