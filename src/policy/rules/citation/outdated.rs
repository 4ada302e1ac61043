//! `citation.outdated`: a text cites an article by a number that it no longer has.
//!
//! In: every text for readers. Out: findings. The rule it keeps: the topic decides first, the date second; a number that may be right is left alone.

use crate::calendar::Date;
use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::law::{Entry, Topic, Verdict};
use crate::policy::lint::{Cited, Lint};
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::rules::words::in_text;
use crate::said;

/// A text cites an article by a number that it no longer has.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "citation.outdated",
    severity: Severity::Error,
    weight: Weight::Adjustable,
    what: Words {
        en: "A text cites an article by a number that it no longer has.",
        ja: "今は使われていない条番号で条文を引いています。",
    },
    why: Words {
        en: "The articles were renumbered in 2017 and in 2022; readers who look the number up find another rule.",
        ja: "条番号は2017年と2022年に大きく変わりました。古い番号で調べると、別の規定にたどり着きます。",
    },
    example: "text:\n  ja: 法第23条第4項第3号により共同して利用します。\n  en: We use data jointly under Article 23(4)(iii) of the Act.",
    fix: Words {
        en: "Write the number that holds today, or leave the number out: pages print it from the topic.",
        ja: "現在の条番号に直すか、番号を書かずに済ませてください（ページには事項から条番号を載せます）。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    (
        "text: { ja: 特定する。, en: They are specified. }",
        "text: { ja: 法第23条第4項第3号による。, en: They are specified. }",
        "第23条第4項第3号",
    ),
    (
        "purposes: [{ party: federation, text: { ja: 交付, en: Grants } }]",
        "purposes: [{ party: federation, text: { ja: 交付, en: Grants under Article 23(5)(iii) of the APPI } }]",
        "23(5)(iii)",
    ),
    (
        "explanation: { ja: 同意とは, en: Consent means }",
        "explanation: { ja: 個人情報保護法23条1項の同意とは, en: Consent means }",
        "23条1項",
    ),
];

/// Reports numbers that held before, with the one that holds now.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for Cited { text, citation, judged } in super::cited(lint) {
        let (range, written) = (citation.range.clone(), &text.text[citation.range.clone()]);
        match &judged.verdict {
            Verdict::Current | Verdict::Unknown => {}
            Verdict::Outdated { topic, entry, now } => {
                let (title, title_ja) = (lint.law.title(&topic.id, "en"), lint.law.title(&topic.id, "ja"));
                let until = entry.span.until.map_or_else(String::new, |until| until.to_string());
                let found = said!(
                    "`{written}` stood for {title} until {until}",
                    "`{written}`は{until}まで「{title_ja}」を指していた番号です"
                );
                let way = way(topic, entry, lint.as_of);
                let now = now.as_ref().and_then(|now| citation.written(now));
                let finding = in_text(
                    lint,
                    &RULE,
                    text,
                    range,
                    found,
                    now.as_ref().filter(|_| citation.is_exact()).map(String::as_str),
                );
                lint.send(match (now, way) {
                    (Some(now), (way, way_ja)) => {
                        finding.help(said!("write `{now}` ({way})", "`{now}`に直してください（{way_ja}）"))
                    }
                    (None, (way, way_ja)) if !way.is_empty() => finding.help(said!(
                        "look up what is meant today: the article is {way}",
                        "指している規定を確かめ、現在の番号に直してください（条は{way_ja}）"
                    )),
                    (None, _) => finding,
                });
            }
            Verdict::Ambiguous(several) => {
                let one = |language: &str| {
                    let now = |topic| lint.law.citation(topic, lint.as_of, language);
                    let several = several.iter().map(|(topic, _)| match now(topic.id.as_str()) {
                        Some(now) => format!("{} ({now})", lint.law.title(&topic.id, language)),
                        None => lint.law.title(&topic.id, language),
                    });
                    several.collect::<Vec<_>>().join(", ")
                };
                let (en, ja) = (one("en"), one("ja"));
                let found = said!("`{written}` is not in force any more", "`{written}`は現在の条番号ではありません");
                let help = said!("what is meant may be: {en}", "次のどれかと思われます：{ja}");
                lint.send(in_text(lint, &RULE, text, range, found, None).help(help));
            }
        }
    }
}

/// The numbers a topic has had since an entry, with their first days, in English and Japanese.
fn way(topic: &Topic, entry: &Entry, on: Date) -> (String, String) {
    let since = |later: &&Entry| later.span.from > entry.span.from && later.span.from <= on;
    let later: Vec<&Entry> = topic.entries.iter().filter(since).collect();
    let english = |later: &&Entry| format!("{} since {}", later.cite, later.span.from);
    let japanese = |later: &&Entry| format!("{}から{}", later.span.from, later.cite.japanese());
    let joined = |steps: Vec<String>, mark: &str| steps.join(mark);
    (joined(later.iter().map(english).collect(), ", "), joined(later.iter().map(japanese).collect(), "、"))
}
