//! `purposes.category`: two categories are the same in one language and not in another.
//!
//! In: the checked set. Out: findings. The rule it keeps: only categories that agree in a language are compared; how near
//! two words are is not guessed.

use crate::diag::{Finding, Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::{Purpose, Text};
use crate::said;

/// Two categories are the same in one language and not in another.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "purposes.category",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "Two categories of purposes are the same in one language and not in another.",
        ja: "利用目的の区分が、ある言語では同じなのに、別の言語では異なります。",
    },
    why: Words {
        en: "Purposes are printed together where their categories are the same: a letter less makes a second group of one purpose.",
        ja: "利用目的は、区分が同じものをまとめて掲載します。1字でも違うと、別の区分として掲載されます。",
    },
    example: "category: { ja: 保険給付, en: Insurance benefit }   # elsewhere: Insurance benefits",
    fix: Words {
        en: "Write the category the same way each time, in every language.",
        ja: "同じ区分は、どの言語でも毎回同じ表記で書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("category: { ja: 連絡, en: Contact }", "category: { ja: 給付, en: Benefit }", "Benefit")];

/// Reports the rarer of two such categories; of two that are as frequent, the later one.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let languages = lint.languages();
    // Each category once, how many have it, and the first of them.
    let mut kinds: Vec<(&Text, usize, &Purpose)> = Vec::new();
    for purpose in &lint.policy.purposes {
        match kinds.iter_mut().find(|(category, ..)| **category == purpose.category) {
            Some((_, count, _)) => *count += 1,
            None => kinds.push((&purpose.category, 1, purpose)),
        }
    }
    let agree = |one: &Text, other: &Text| {
        let same = languages.iter().filter(|language| one.get(language) == other.get(language)).count();
        0 < same && same < languages.len()
    };
    // For each category, the first purpose of the more usual one it agrees with.
    let usual: Vec<Option<&Purpose>> = kinds
        .iter()
        .enumerate()
        .map(|(n, (category, count, _))| {
            let mut others = kinds.iter().enumerate();
            let found = others
                .find(|(at, (other, there, _))| (there > count || there == count && *at < n) && agree(category, other));
            found.map(|(_, (_, _, first))| *first)
        })
        .collect();
    for purpose in &lint.policy.purposes {
        let kind = kinds.iter().position(|(category, ..)| **category == purpose.category);
        let Some(other) = kind.and_then(|kind| usual[kind]) else { continue };
        for language in languages {
            let (is, usual) = (purpose.category.get(language), other.category.get(language));
            if is != usual {
                let found = said!(
                    "the category is `{is}` here, and `{usual}` where it is the same in another language",
                    "区分が`{is}`ですが、別の言語で同じ区分は`{usual}`と書かれています"
                );
                let place = lint.part(&format!("purposes.{}.category.{language}", purpose.id), is, 0..is.len());
                let also = lint.place(&format!("purposes.{}.category.{language}", other.id));
                let help = said!("did you mean `{usual}`?", "`{usual}`の間違いではありませんか");
                lint.send(Finding::at(&RULE, place, found).help(help).replace_by(usual).also(also));
            }
        }
    }
}
