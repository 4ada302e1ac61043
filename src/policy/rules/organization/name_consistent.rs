//! `organization.name-consistent`: A text calls the organization by another name than its own.
//!
//! In: the checked set. Out: findings. The rule it keeps: a name of its own, or of a party it names, is no other name.

use crate::diag::{Rule, Severity, Weight, Words, capital};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::rules::words::{in_text, is_kanji, stands};
use crate::policy::{Party, PartyKind, Policy};
use crate::said;
use std::ops::Range;

/// A text calls the organization by another name than its own.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "organization.name-consistent",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "A text calls the organization by another name than its own.",
        ja: "組織自身を、定めた名称や略称とは別の呼び方で書いた文があります。",
    },
    why: Words {
        en: "A reader who meets several names cannot tell whether one body speaks or several.",
        ja: "呼び方がいくつもあると、読む人は同じ組織のことかどうか判断できません。",
    },
    example: "short-name: { ja: 当組合, en: the Society }\ntext: { ja: 当健保は、…, en: \"Our company …\" }",
    fix: Words {
        en: "Write the name in `organization.short-name`.",
        ja: "`organization.short-name`の呼び方に直してください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    (
        "explanation: { ja: 同意とは, en: Consent means }",
        "explanation: { ja: 当健保における同意とは, en: Consent means }",
        "当健保",
    ),
    (
        "explanation: { ja: 同意とは, en: Consent means }",
        "explanation: { ja: 同意とは, en: Consent to our company means }",
        "our company",
    ),
];

/// What organizations call themselves. In Japanese each begins with a word for `this` or `our`.
const JAPANESE: [&str; 18] = [
    "当健康保険組合",
    "当健保",
    "当社",
    "弊社",
    "小社",
    "我が社",
    "当法人",
    "当団体",
    "当協会",
    "当財団",
    "当基金",
    "当機構",
    "当会",
    "本会",
    "本組合",
    "本法人",
    "本協会",
    "弊組合",
];
const LATIN: [&str; 14] = [
    "our company",
    "our society",
    "our association",
    "our union",
    "our organization",
    "our organisation",
    "our firm",
    "our corporation",
    "this society",
    "this association",
    "this company",
    "the company",
    "the association",
    "the union",
];

/// Reports other names, with the organization's own.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for language in lint.languages() {
        let own = lint.policy.organization.short_name.get(language);
        if own.is_empty() {
            continue;
        }
        let foreign = foreign(lint, language);
        for text in lint.texts().iter().filter(|text| text.language == language) {
            let found = foreign.iter().flat_map(|name| stands(text.text, language, name));
            for range in found.filter(|at| language != "ja" || is_whole(text.text, at)) {
                let word = &text.text[range.clone()];
                let found = said!(
                    "the organization is called `{word}` here, not `{own}`",
                    "ここでは組織を「{own}」ではなく「{word}」と呼んでいます"
                );
                let own = if word.starts_with(char::is_uppercase) { capital(own) } else { own.to_owned() };
                lint.send(in_text(lint, &RULE, text, range, found, Some(&own)));
            }
        }
    }
}

/// The names that texts of a language use and that are not the organization's own, nor somebody else's.
fn foreign(lint: &Lint<'_>, language: &str) -> Vec<&'static str> {
    let organization = &lint.policy.organization;
    let own = [organization.short_name.get(language), organization.name.get(language)].map(str::to_lowercase);
    let names: &[&str] = if language == "ja" { &JAPANESE } else { &LATIN };
    let used = names.iter().filter(|name| lint.says(language, name));
    used.filter(|name| !own.iter().any(|own| own.contains(**name)) && !is_another(lint.policy, name)).copied().collect()
}

/// Whether an English name with an article may mean somebody else who is named in the set.
fn is_another(policy: &Policy, name: &str) -> bool {
    let Some(noun) = name.strip_prefix("the ").or_else(|| name.strip_prefix("this ")) else {
        return false;
    };
    let is_called = |party: &Party| party.name.get("en").to_lowercase().contains(noun);
    policy.parties.iter().any(|party| is_called(party) || (noun == "company" && party.kind == PartyKind::Employer))
}

/// Whether a Japanese name is a word of its own: 担当社員 holds 当社, and 日本組合 holds 本組合.
fn is_whole(text: &str, at: &Range<usize>) -> bool {
    let after = text[at.end..].chars().next();
    let goes_on = match text[at.clone()].chars().next_back() {
        Some('会') => after.is_some_and(is_kanji),
        Some('社' | '合') => after == Some('員'),
        _ => false,
    };
    !goes_on && !text[..at.start].chars().next_back().is_some_and(is_kanji)
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn a_name_is_a_word_of_its_own() {
        let cases = [
            ("当社は、", "当社", true),
            ("担当社員は、", "当社", false),
            ("当社員", "当社", false),
            ("日本組合", "本組合", false),
            ("本組合員", "本組合", false),
            ("当会計年度", "当会", false),
            ("当会は、", "当会", true),
        ];
        for (text, name, expected) in cases {
            let at = text.find(name).unwrap();
            assert_eq!(is_whole(text, &(at..at + name.len())), expected, "{text}");
        }
    }
}
