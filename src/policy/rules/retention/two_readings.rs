//! `retention.two-readings`: patterns of one class read the same paths in two ways.
//!
//! In: the checked set. Out: findings. The rule it keeps: which date a record has is never a matter of the order of
//! patterns.

use crate::diag::{Finding, Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::{Class, Pattern};
use crate::said;

/// Patterns of one class read the same paths in two ways.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.two-readings",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "Two patterns of one class read the same path in two ways.",
        ja: "同じ種類の2つのパターンが、1つのパスを別々に読み取ります。",
    },
    why: Words {
        en: "The date and the subject of a record would be a guess, and with them the day on which it goes; hokan would refuse every such file.",
        ja: "記録の日付や対象者が推測になり、廃棄の日も定まりません。そのようなファイルは受け入れられません。",
    },
    example: "accept: [\"rr/{completed:date}-*.pdf\", \"rr/*-{completed:date}.pdf\"]   # 2010-01-01-2024-01-01.pdf",
    fix: Words {
        en: "Keep one of the patterns, or make them differ in a fixed part, such as the folder.",
        ja: "どちらか一方だけにするか、フォルダー名などの固定の部分を別にしてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "\"letters/{treated:date}-{subject}.pdf\"",
    "\"letters/{treated:date}-{subject}-*.pdf\", \"letters/*-{subject}-{treated:date}.pdf\"",
    "\"letters/*",
)];

/// The most findings of one class: who mends these sees the rest, if there is any.
const MOST: usize = 3;

/// Reports the later one of two such patterns.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for class in &lint.policy.classes {
        pairs(class).take(MOST).for_each(|(earlier, later)| report(lint, class, earlier, later));
    }
}

/// The places of two patterns each that read some path differently.
fn pairs(class: &Class) -> impl Iterator<Item = (usize, usize)> {
    let mut sorted: Vec<(usize, &Pattern)> = class.accept.iter().enumerate().collect();
    sorted.sort_by_key(|(_, pattern)| pattern.fixed_start());
    // Two patterns can meet only if one fixed start begins with the other; sorted, those follow at once.
    (0..sorted.len()).flat_map(move |n| {
        let (place, first) = sorted[n];
        let rest = sorted[n + 1..].iter();
        let meets = rest.take_while(|(_, other)| other.fixed_start().starts_with(first.fixed_start()));
        let differ = meets.filter(|(_, other)| other.ends_like(first) && other.reads_otherwise(first));
        differ.map(|(other, _)| (place.min(*other), place.max(*other))).collect::<Vec<_>>()
    })
}

fn report(lint: &Lint<'_>, class: &Class, earlier: usize, later: usize) {
    let (first, second) = (&class.accept[earlier], &class.accept[later]);
    let place = |n: usize| lint.place(&format!("retention.{}.accept.{n}", class.id));
    let found = said!(
        "`{second}` and `{first}` read the same paths in two ways",
        "`{second}`と`{first}`は、同じパスを別々に読み取ります"
    );
    lint.send(Finding::at(&RULE, place(later), found).also(place(earlier)));
}
