//! `retention.below-minimum`: records are kept for a shorter time than the law wants.
//!
//! In: the classes that name a topic with a least period. Out: findings. The rule it keeps: the days both rules yield are compared, for every kind of day; whether the date is the event the law means is for people to say.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::law::{FiscalYears, LegalKeep, Minimum, Shortfall, in_language};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::{Class, Keep, Leg};
use crate::said;

/// Records are kept for a shorter time than the law wants.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.below-minimum",
    severity: Severity::Error,
    weight: Weight::Adjustable,
    what: Words {
        en: "Records are kept for a shorter time than the law wants.",
        ja: "法令の定める期間より短い保存期間です。",
    },
    why: Words {
        en: "Records that the law wants kept would be destroyed too early, and nothing brings them back. Lengths are compared; whether the date is the event the law counts from is for people to see.",
        ja: "法令で保存すべき記録が早く廃棄されてしまい、元に戻せません。比べるのは期間の長さで、起算日が法令の定める出来事かどうかは人が確かめます。",
    },
    example: "keep: { for: P2Y, after: retired }\nauthority: { topic: labour.worker-register }",
    fix: Words {
        en: "Write a period that is at least as long as the legal one.",
        ja: "法令の期間以上の保存期間にしてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "keep: { for: P5Y, after: treated, starting: month-end }\n      authority: { own-rule: { ja: 文書規程, en: Own rules } }",
    "keep: { for: P2Y, after: treated, starting: month-end }\n      authority: { topic: labour.worker-register }",
    "P2Y",
)];

/// Reports classes whose own rule lets a record go before the law does.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for class in &lint.policy.classes {
        let Some(topic) = &class.authority.topic else { continue };
        let Some(minimum) = lint.law.minimum(topic, lint.as_of) else { continue };
        let own = lint.policy.organization.fiscal_year_starts;
        let years = FiscalYears { own, law: lint.law.fiscal_year_starts(topic) };
        if let Some(short) = minimum.keep.shortfall(&class.keep, years) {
            report(lint, class, topic, minimum, &short, years);
        }
    }
}

fn report(lint: &Lint<'_>, class: &Class, topic: &str, minimum: &Minimum, short: &Shortfall<'_>, years: FiscalYears) {
    let Shortfall { own, law, date, own_day, law_day } = short;
    let leg = match &class.keep {
        Keep::Permanent | Keep::For(_) => String::new(),
        Keep::EarlierOf(_) => format!("earlier-of.{own}."),
        Keep::LaterOf(_) => format!("later-of.{own}."),
    };
    let path = |key: &str| format!("retention.{}.keep.{leg}{key}", class.id);
    let (title, title_ja) = (lint.law.title(topic, "en"), lint.law.title(topic, "ja"));
    let written = match &class.keep {
        Keep::Permanent => String::new(),
        Keep::For(leg) => leg.period.to_string(),
        Keep::EarlierOf(legs) | Keep::LaterOf(legs) => legs[*own].period.to_string(),
    };
    let found = said!(
        "`{written}` is shorter than the legal period for {title}: a record of {date} could go on {own_day}, by law not before {law_day}",
        "`{written}`は「{title_ja}」の法定の期間より短い期間です：{date}の記録は{own_day}に廃棄できますが、法令では{law_day}からです"
    );
    let cited = |language| lint.law.citation(topic, lint.as_of, language).unwrap_or_default();
    let (cited, cited_ja) = (cited("en"), cited("ja"));
    let (period, starting) = (law.period, law.starting);
    let (event, event_ja) = (in_language(&law.counted_from, "en"), in_language(&law.counted_from, "ja"));
    let note = |language| minimum.note.as_ref().map_or("", |note| in_language(note, language));
    let (note, note_ja) = (aside(note("en"), "; "), aside(note("ja"), "。"));
    let help = said!(
        "{cited} wants at least `{period}`, starting `{starting}`, counted from {event}{note}",
        "{cited_ja}により、{event_ja}から`{period}`以上（数え方は`{starting}`）の保存が必要です{note_ja}"
    );
    let finding = lint.finding(&RULE, &path("for"), found).help(help);
    lint.send(if is_enough(class, short, minimum, years) { finding.replace_by(period.to_string()) } else { finding });
}

fn aside(text: &str, mark: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{mark}{text}") }
}

/// Whether the law's period in place of the own one would do.
fn is_enough(class: &Class, short: &Shortfall<'_>, minimum: &Minimum, years: FiscalYears) -> bool {
    let mended = |legs: &[Leg]| {
        let mend = |(n, leg): (usize, &Leg)| match n == short.own {
            true => Leg { period: short.law.period, ..leg.clone() },
            false => leg.clone(),
        };
        legs.iter().enumerate().map(mend).collect::<Vec<Leg>>()
    };
    let keep = match &class.keep {
        Keep::Permanent => Keep::Permanent,
        Keep::For(leg) => Keep::For(Leg { period: short.law.period, ..leg.clone() }),
        Keep::EarlierOf(legs) => Keep::EarlierOf(mended(legs)),
        Keep::LaterOf(legs) => Keep::LaterOf(mended(legs)),
    };
    LegalKeep::shortfall(&minimum.keep, &keep, years).is_none()
}
