//! `information.special-care`: information that needs special care is not marked as such.
//!
//! In: titles and items of `information`. Out: findings. The rule it keeps: words of the law packs decide; one finding for each type of information.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::law::in_language;
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::rules::words::in_text;
use crate::said;

/// Information that needs special care is not marked as such.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "information.special-care",
    severity: Severity::Note,
    weight: Weight::Adjustable,
    what: Words {
        en: "Information that needs special care is not marked as such.",
        ja: "要配慮個人情報と思われる情報に、その印がありません。",
    },
    why: Words {
        en: "Special care-required information must not be acquired without consent, and a leak of one person's is to be reported.",
        ja: "要配慮個人情報は同意なしに取得できず、一人分の漏えいでも報告の対象になります。",
    },
    example: "information:\n  - { id: receipts, title: { ja: 診療報酬明細書, en: Medical fee statements }, purposes: […] }",
    fix: Words {
        en: "Write `special-care: true`, or accept the finding where the words mislead.",
        ja: "`special-care: true`と書いてください。言葉の上だけで該当しない場合は、指摘を受け入れてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("    special-care: true\n", "", "レセプト")];

/// Reports types of information whose words betray special care and that are not marked.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let kinds = lint.law.special_care(lint.as_of);
    let texts = lint.texts();
    for information in lint.policy.information.iter().filter(|information| !information.special_care) {
        let at = format!("information.{}", information.id);
        let own = texts.iter().filter(|text| text.at == at && ["title", "items"].contains(&text.key.as_str()));
        let betrayed = own.filter_map(|text| {
            let found = kinds.iter().find_map(|kind| Some((kind, kind.betrayed_by(text.text, text.language)?)));
            found.map(|(kind, range)| (text, kind, range))
        });
        if let Some((text, kind, range)) = betrayed.into_iter().next() {
            let word = &text.text[range.clone()];
            let (title, title_ja) = (in_language(&kind.title, "en"), in_language(&kind.title, "ja"));
            let found = said!(
                "`{word}` looks like special care-required information ({title}), and it is not marked",
                "「{word}」は要配慮個人情報（{title_ja}）と思われますが、`special-care`が書かれていません"
            );
            lint.send(in_text(lint, &RULE, text, range, found, None));
        }
    }
}
