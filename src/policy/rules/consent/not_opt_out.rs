//! `consent.not-opt-out`: consent is described as an opt-out.
//!
//! In: the checked set. Out: findings. The rule it keeps: a sentence that says there is no opt-out is left alone.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
use crate::policy::lint::TextAt;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::rules::words::{in_text, stands};
use crate::said;
use std::ops::Range;

/// Consent is described as an opt-out.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "consent.not-opt-out",
    severity: Severity::Error,
    weight: Weight::Adjustable,
    what: Words {
        en: "Consent is described as an opt-out.", ja: "同意がオプトアウトとして説明されています。"
    },
    why: Words {
        en: "Implied consent is a way to obtain consent; an opt-out provides data without any, is filed with the authority, and is barred for special care-required information.",
        ja: "黙示の同意は本人の同意を得る方法の1つです。オプトアウトは同意を得ずに提供する別の手続で、個人情報保護委員会への届出が必要であり、要配慮個人情報には使えません。",
    },
    example: "consent: { explanation: { ja: オプトアウトにより提供します。, en: \"Data is provided on an opt-out basis.\" }, … }",
    fix: Words {
        en: "Describe how consent is obtained and how to object, without calling it an opt-out.",
        ja: "同意をどのように得るのか、不同意をどのように申し出るのかを、オプトアウトという語を使わずに書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    (
        "explanation: { ja: 同意とは, en: Consent means }",
        "explanation: { ja: オプトアウトによる, en: Consent means }",
        "オプトアウト",
    ),
    (
        "explanation: { ja: 同意とは, en: Consent means }",
        "explanation: { ja: 同意とは, en: You may Opt-Out at any time }",
        "Opt-Out",
    ),
];

const JAPANESE: [&str; 1] = ["オプトアウト"];
const LATIN: [&str; 4] = ["opt-out", "opt out", "opting out", "opted out"];
/// Words that say in the same sentence that it is none.
const NOT_JAPANESE: [&str; 5] = ["ない", "ません", "異なり", "異なる", "とは別"];
const NOT_LATIN: [&str; 5] = ["not", "no", "never", "unlike", "instead of"];

/// Reports texts about consent and provisions that speak of an opt-out, unless they say that there is none.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    if !lint.has_law("appi.opt-out") {
        return;
    }
    let about = |text: &&TextAt<'_>| text.path.starts_with("consent.") || text.path.starts_with("provisions.");
    for text in lint.texts().iter().filter(about) {
        if let Some(range) = opt_out(text.text, text.language) {
            let word = &text.text[range.clone()];
            let found = said!("consent is described as `{word}`", "同意が「{word}」として説明されています");
            lint.send(in_text(lint, &RULE, text, range, found, None));
        }
    }
}

/// Where a sentence speaks of an opt-out and does not deny it.
fn opt_out(text: &str, language: &str) -> Option<Range<usize>> {
    let is_japanese = language == "ja";
    let words: &[&str] = if is_japanese { &JAPANESE } else { &LATIN };
    let denials: &[&str] = if is_japanese { &NOT_JAPANESE } else { &NOT_LATIN };
    let end = if is_japanese { '。' } else { '.' };
    let mut start = 0;
    for sentence in text.split_inclusive(end) {
        let found = words.iter().find_map(|word| stands(sentence, language, word).into_iter().next());
        let is_denied = || denials.iter().any(|word| !stands(sentence, language, word).is_empty());
        if let Some(at) = found.filter(|_| !is_denied()) {
            return Some(start + at.start..start + at.end);
        }
        start += sentence.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::opt_out;

    #[test]
    fn a_sentence_may_say_that_it_is_none() {
        let cases = [
            ("ja", "オプトアウトによる提供です。", true),
            ("ja", "オプトアウトによる第三者提供は行いません。", false),
            ("ja", "提供は行いません。オプトアウトの方法によります。", true),
            ("en", "This is not an opt-out.", false),
            ("en", "Data is not sold. You may opt out.", true),
        ];
        for (language, text, expected) in cases {
            assert_eq!(opt_out(text, language).is_some(), expected, "{text}");
        }
    }
}
