//! `hokan explain RECORD`: why a record falls due on its day, in words of both languages.

use serde_json::{Value, json};

use super::dates::step_json;
use super::event::event_json;
use super::out::Out;
use super::steps::{day, length, starts, steps, together};
use super::words::{verdict_code, version, version_json};
use crate::calendar::Date;
use crate::diag::{Locale, Said, Words};
use crate::engine::{ByLanguage, Explained, LawSaid, Origin};
use crate::policy::{Combine, ComesFrom, Review};
use crate::retention::count::Step;
use crate::retention::due::Due;
use crate::retention::plan::Verdict;
use crate::said;
use crate::store::{EarlyRequest, How, Kept, Listed, Stated};

const CLASS: Words = Words { en: "class", ja: "種類" };
const FILE: Words = Words { en: "file", ja: "ファイル" };
const SUBJECTS: Words = Words { en: "about", ja: "対象者" };
const TAKEN_IN: Words = Words { en: "taken in", ja: "受入日" };
const FIRST_DAY: Words = Words { en: "may be destroyed", ja: "廃棄できる最初の日" };
const TODAY: Words = Words { en: "today", ja: "本日の状態" };
const WHY: Words = Words { en: "Why this day", ja: "この日になる理由" };
const RULE: Words = Words { en: "rule", ja: "保存期間の定め" };
const DECIDES: Words = Words { en: "this period decides", ja: "この期間によって決まります" };
const GROUNDS: Words = Words { en: "What the rule rests on", ja: "定めの根拠" };
const OWN_RULE: Words = Words { en: "own rule", ja: "組織の規程" };
const EARLY: Words = Words { en: "early", ja: "早期の廃棄" };
const LAW: Words = Words { en: "law", ja: "法令" };
const POLICY: Words = Words { en: "policy", ja: "方針の版" };
const BEFORE: Words = Words { en: "Before it is destroyed", ja: "廃棄までの手続" };
const HOLD: Words = Words { en: "hold", ja: "廃棄停止" };
const KEPT: Words = Words { en: "kept longer", ja: "延期・延長" };
const APPROVAL: Words = Words { en: "approval", ja: "承認" };
const WINDOW: Words = Words { en: "window", ja: "廃棄の期限" };
const EVENTS: Words = Words { en: "Events that were stated", ja: "登録された出来事" };

/// Prints the explanation.
pub(super) fn show(it: &Explained, out: &mut Out) {
    let document = document(it);
    let locale = out.locale();
    out.result("explain", document, |out| {
        head(it, locale, out);
        why(it, locale, out);
        grounds(it, locale, out);
        before(it, locale, out);
        events(it, locale, out);
    });
}

fn word(text: &ByLanguage, locale: Locale) -> &str {
    let language = match locale {
        Locale::English => "en",
        Locale::Japanese => "ja",
    };
    text.get(language).map_or("", String::as_str)
}

/// A text by language as a message of both.
fn both(text: &ByLanguage) -> Said {
    let (en, ja) = (word(text, Locale::English), word(text, Locale::Japanese));
    said!("{en}", "{ja}")
}

fn line(out: &mut Out, name: Words, said: &str, locale: Locale) {
    match locale {
        Locale::English => out.line(&format!("  {:<17} {said}", name.en)),
        Locale::Japanese => out.line(&format!("  {}：{said}", name.ja)),
    }
}

fn heading(out: &mut Out, name: Words, locale: Locale) {
    out.line("");
    out.line(name.of(locale));
}

fn head(it: &Explained, locale: Locale, out: &mut Out) {
    let known = &it.record.known;
    let id = known.id;
    out.line(said!("Record {id}", "記録 {id}").of(locale));
    let class = match &it.class {
        Some(class) => {
            let (title, id) = (word(&class.title, locale), &it.judged.class);
            said!("{title} (`{id}`)", "{title}（`{id}`）").of(locale).to_owned()
        }
        None => format!("`{}`", known.class),
    };
    line(out, CLASS, &class, locale);
    line(out, FILE, &known.name, locale);
    if !known.subjects.is_empty() {
        line(out, SUBJECTS, &listed(&known.subjects, locale), locale);
    }
    let zone = it.in_force.policy.organization.time_zone;
    line(out, TAKEN_IN, &day(zone.date(known.arrived()), locale), locale);
    let first = match it.judged.due.day() {
        Some(date) => {
            let kept = it.judged.kept_past(date);
            let by_rule = it.counted.as_ref().and_then(|counted| counted.due.day()).map(|date| day(date, locale));
            let date = day(kept.map_or(date, |(until, _)| until), locale);
            match by_rule.filter(|_| kept.is_some()) {
                Some(by_rule) => {
                    said!("from {date} on; by its rule from {by_rule} on", "{date}（保存期間の定めでは{by_rule}）")
                }
                None => said!("from {date} on", "{date}"),
            }
            .of(locale)
            .to_owned()
        }
        None if it.judged.due == Due::Permanent => said!("never", "ありません").of(locale).to_owned(),
        None => said!("no day yet", "まだ決まっていません").of(locale).to_owned(),
    };
    line(out, FIRST_DAY, &first, locale);
    if let Some(EarlyRequest { day: date, requested_by, reason, by, .. }) = &it.early {
        let date = day(*date, locale);
        let said = said!(
            "granted on {date}, asked for by {requested_by} ({reason}), entered by {by}; no law stands against it from the day above on",
            "{date}に請求により認められたため、保存期間の満了を待たずに廃棄できます（請求者：{requested_by}、理由：{reason}、登録者：{by}。法令に反しない日から）"
        );
        line(out, EARLY, said.of(locale), locale);
    }
    let today = day(it.today, locale);
    let standing = verdict(it);
    let standing = standing.of(locale);
    line(out, TODAY, said!("{standing} ({today})", "{standing}（{today}現在）").of(locale), locale);
}

/// The first names of many, and how many there are.
fn listed(names: &[String], locale: Locale) -> String {
    const MOST: usize = 10;
    let separator = match locale {
        Locale::English => ", ",
        Locale::Japanese => "、",
    };
    let first = names.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(separator);
    match names.len().checked_sub(MOST) {
        None | Some(0) => first,
        Some(more) => said!("{first} and {more} more", "{first}ほか{more}名").of(locale).to_owned(),
    }
}

/// What may be done with it today, in a sentence of both languages.
fn verdict(it: &Explained) -> Said {
    let title = |name: &String| {
        let found = it.steps().find(|(step, _)| step.after == *name);
        found.map_or_else(|| said!("{name}", "{name}"), |(_, origin)| both(&origin.title))
    };
    match &it.judged.verdict {
        Verdict::Due if it.early.is_some() => {
            said!("may go early, once a plan is approved", "請求により、承認を得て廃棄できます")
        }
        Verdict::Due => said!("its period is over", "保存期間が終わっています"),
        Verdict::NotYet(date) if it.judged.kept_past(*date).is_some() => {
            let (until, how) = it.judged.kept_past(*date).unwrap_or((*date, How::Postponed));
            kept_longer(until, how)
        }
        Verdict::NotYet(date) => {
            let (en, ja) = (day(*date, Locale::English), day(*date, Locale::Japanese));
            said!("kept until {en}", "{ja}より前には廃棄できません")
        }
        Verdict::Permanent => said!("kept for ever", "期限なく保存します"),
        Verdict::WaitsForDate(names) => {
            let titles: Vec<Said> = names.iter().map(title).collect();
            let en = titles.iter().map(|it| it.en.as_str()).collect::<Vec<_>>().join(", ");
            let ja = titles.iter().map(|it| format!("「{}」", it.ja)).collect::<Vec<_>>().join("、");
            said!("kept: not known yet is {en}", "{ja}がまだ分からないため、廃棄できません")
        }
        Verdict::OnHold(_) => said!(
            "its period is over, and a hold keeps it",
            "保存期間は終わっていますが、廃棄停止の措置がとられています"
        ),
        Verdict::KeptLonger(until, how) => kept_longer(*until, *how),
        Verdict::UnknownClass => {
            said!("kept: the accepted policy has no such class", "承認された方針にこの種類がないため、廃棄できません")
        }
        Verdict::RemovalPending => {
            said!("kept: its original is still to be removed", "元のファイルの消去が済んでいないため、廃棄できません")
        }
        Verdict::KeptByWaitingPolicy(_) => said!(
            "kept: the policy that waits for acceptance would keep it longer",
            "承認待ちの方針ではさらに保存することになるため、廃棄できません"
        ),
    }
}

fn kept_longer(until: Date, how: How) -> Said {
    let (en, ja) = (day(until, Locale::English), day(until, Locale::Japanese));
    match how {
        How::Postponed => {
            said!("its disposal is postponed until {en}", "廃棄を延期しているため、{ja}より前には廃棄できません")
        }
        How::Extended => {
            said!("its period is extended until {en}", "保存期間を延長しているため、{ja}より前には廃棄できません")
        }
    }
}

fn why(it: &Explained, locale: Locale, out: &mut Out) {
    heading(out, WHY, locale);
    let (Some(class), Some(counted)) = (&it.class, &it.counted) else {
        let said =
            said!("the accepted policy has no rule for it", "承認された方針に、この記録についての定めがありません");
        out.line(&format!("  {}", said.of(locale)));
        return;
    };
    line(out, RULE, word(&class.rule, locale), locale);
    let year_starts = it.in_force.policy.organization.fiscal_year_starts;
    let several = counted.steps.len() > 1;
    for (n, (step, origin)) in it.steps().enumerate() {
        if several {
            let n = n + 1;
            out.line(&format!("  ({n})"));
        }
        let indent = if several { "      " } else { "  " };
        let mut lines = steps(step, &both(&origin.title), year_starts).into_iter();
        if let Some(first) = lines.next() {
            let from = comes_from(it, step, origin);
            let (en, ja) = (format!("{}{}", first.en, from.en), format!("{}{}", first.ja, from.ja));
            out.line(&format!("{indent}{}", said!("{en}", "{ja}").of(locale)));
        }
        lines.for_each(|said| out.line(&format!("{indent}{}", said.of(locale))));
        if several && counted.decides(step) {
            out.line(&format!("{indent}→ {}", DECIDES.of(locale)));
        }
    }
    if let Some(said) = together(counted) {
        out.line(&format!("  {}", said.of(locale)));
    }
}

/// Where a date comes from, as an addition to its line.
fn comes_from(it: &Explained, step: &Step, origin: &Origin) -> Said {
    if step.date.is_none() && !origin.missing.is_empty() {
        let (en, ja) = (listed(&origin.missing, Locale::English), listed(&origin.missing, Locale::Japanese));
        return said!(" (no event for {en})", "（{ja}についての登録がありません）");
    }
    if step.date.is_none() {
        return match origin.comes_from {
            Some(ComesFrom::Event) => said!(" (no event was stated)", "（まだ登録がありません）"),
            _ => said!("", ""),
        };
    }
    match origin.comes_from {
        Some(ComesFrom::Path) => said!(" (from its path)", "（ファイルの場所と名前から）"),
        Some(ComesFrom::Sidecar) => said!(" (from its sidecar)", "（添付ファイルから）"),
        Some(ComesFrom::Field) => {
            let name = origin.field.as_deref().unwrap_or_default();
            said!(" (from its field `{name}`)", "（記録の中の項目「{name}」から）")
        }
        Some(ComesFrom::Event) => {
            let numbers = origin.events.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
            match (it.record.known.subjects.len(), origin.events.len()) {
                (_, 0 | 1) => said!(" (event {numbers})", "（登録番号{numbers}）"),
                _ => said!(" (the last of the events {numbers})", "（登録番号{numbers}のうち最も遅い日）"),
            }
        }
        None => said!("", ""),
    }
}

fn grounds(it: &Explained, locale: Locale, out: &mut Out) {
    heading(out, GROUNDS, locale);
    if let Some(class) = &it.class {
        if let Some(own) = &class.own_rule {
            line(out, OWN_RULE, word(own, locale), locale);
        }
        if let Some(law) = &class.law {
            line(out, LAW, &law_words(law, locale), locale);
        }
    }
    let zone = it.in_force.policy.organization.time_zone;
    let (accepted, entry) = (day(zone.date(it.accepted_at()), locale), it.accepted.0);
    let version = version(&it.in_force.version);
    let version = version.trim_start_matches("policy ");
    let by = it.accepted.1.join(", ");
    let said = match by.is_empty() {
        true => said!(
            "{version}, accepted on {accepted} without a signature, since its effect needed none (ledger entry {entry})",
            "{version}、{accepted}に自動承認（署名を要しない変更、台帳番号{entry}）"
        ),
        false => said!(
            "{version}, accepted on {accepted} by the key {by} (ledger entry {entry})",
            "{version}、{accepted}承認（署名鍵{by}、台帳番号{entry}）"
        ),
    };
    line(out, POLICY, said.of(locale), locale);
}

fn law_words(law: &LawSaid, locale: Locale) -> String {
    let title = word(&law.title, locale);
    let cited = law.citation.as_ref().map(|citation| {
        let citation = word(citation, locale);
        said!(" ({citation})", "（{citation}）").of(locale).to_owned()
    });
    let cited = cited.unwrap_or_default();
    let Some(minimum) = &law.minimum else {
        return format!("{title}{cited}");
    };
    let leg = |(period, starting, from): &(crate::calendar::Period, crate::calendar::Starting, ByLanguage)| {
        let (length, starts) = (length(*period), starts(*starting));
        let (length, starts, from) = (length.of(locale), starts.of(locale), word(from, locale));
        if matches!(period, crate::calendar::Period::Days(0) | crate::calendar::Period::Months(0)) {
            return said!(
                "the day reached after {from}, {starts}, without a further period",
                "{from}を基準とする起算日（{starts}）の前日まで"
            )
            .of(locale)
            .to_owned();
        }
        said!("{length} after {from}, {starts}", "{from}から{length}（{starts}）").of(locale).to_owned()
    };
    let legs: Vec<String> = minimum.legs.iter().map(leg).collect();
    let joined = match (minimum.combine, locale) {
        (None, _) => legs.join(""),
        (Some(Combine::EarlierOf), Locale::English) => format!("the earlier of {}", legs.join(" and ")),
        (Some(Combine::LaterOf), Locale::English) => format!("the later of {}", legs.join(" and ")),
        (Some(Combine::EarlierOf), Locale::Japanese) => format!("{}のいずれか早い方", legs.join("、")),
        (Some(Combine::LaterOf), Locale::Japanese) => format!("{}のいずれか遅い方", legs.join("、")),
    };
    said!("{title}{cited}: at least {joined}", "{title}{cited}：少なくとも{joined}").of(locale).to_owned()
}

fn before(it: &Explained, locale: Locale, out: &mut Out) {
    if it.judged.due.day().is_none() && it.holds.is_empty() && it.kept.is_empty() {
        return;
    }
    heading(out, BEFORE, locale);
    for hold in &it.holds {
        let (id, by, reason) = (&hold.id, &hold.by, &hold.reason);
        let said = said!(
            "{id}, placed by {by}: {reason}; while it is there, the record stays",
            "{id}（設定者：{by}、理由：{reason}）。解除されるまで廃棄できません"
        );
        line(out, HOLD, said.of(locale), locale);
    }
    for Kept { how, until, reason, by, .. } in &it.kept {
        let until = day(*until, locale);
        let said = match how {
            How::Postponed => {
                said!(
                    "postponed until {until} by {by}: {reason}",
                    "廃棄を{until}まで延期（登録者：{by}、理由：{reason}）"
                )
            }
            How::Extended => {
                said!(
                    "extended until {until} by {by}: {reason}",
                    "保存期間を{until}まで延長（登録者：{by}、理由：{reason}）"
                )
            }
        };
        line(out, KEPT, said.of(locale), locale);
    }
    if it.judged.due.day().is_none() {
        return;
    }
    let approval = match it.judged.review {
        Review::None => said!("none is needed", "不要です"),
        Review::One => said!("one approver must sign the plan", "廃棄計画に承認者1名の署名が必要です"),
        Review::Two => said!("two approvers must sign the plan", "廃棄計画に承認者2名の署名が必要です"),
    };
    line(out, APPROVAL, approval.of(locale), locale);
    if let Some(by) = it.judged.by {
        let date = day(by, locale);
        line(out, WINDOW, said!("to be destroyed by {date}", "{date}までに廃棄します").of(locale), locale);
    }
}

fn events(it: &Explained, locale: Locale, out: &mut Out) {
    if it.events.is_empty() {
        return;
    }
    heading(out, EVENTS, locale);
    for event in &it.events {
        let Listed { entry, event: said, .. } = event;
        let title = match it.in_force.policy.date(&said.event) {
            Some(date) => Said { en: date.title.get("en").to_owned(), ja: date.title.get("ja").to_owned() },
            None => Said { en: said.event.clone(), ja: said.event.clone() },
        };
        let title = if title.of(locale).is_empty() { said.event.clone() } else { title.of(locale).to_owned() };
        let (about, date, by) = (&said.subject, day(said.date, locale), &said.by);
        let about = if it.record.known.id.to_string() == *about {
            said!("this record", "この記録").of(locale).to_owned()
        } else {
            about.clone()
        };
        let standing = standing(event);
        let standing = standing.of(locale);
        let told = said!(
            "{entry}  {title}: {date}, {about}, stated by {by}; {standing}",
            "番号{entry}　{title}：{date}、{about}、登録者：{by}、{standing}"
        );
        out.line(&format!("  {}", told.of(locale)));
    }
}

/// Returns what became of an event, in words.
pub(super) fn standing(it: &Listed) -> Said {
    match (&it.event.stated, it.replaced_by, it.counts) {
        (_, Some(by), _) => said!("replaced by event {by}", "番号{by}により置き換え済み"),
        (Stated::Withdrawn { of, reason }, None, _) => {
            said!("withdraws event {of} ({reason})", "番号{of}の取消し（理由：{reason}）")
        }
        (Stated::Corrected { of, reason }, None, true) => {
            said!("counts, corrects event {of} ({reason})", "有効、番号{of}の訂正（理由：{reason}）")
        }
        (Stated::Corrected { of, reason }, None, false) => said!(
            "stated again later, corrects event {of} ({reason})",
            "後に改めて登録あり、番号{of}の訂正（理由：{reason}）"
        ),
        (Stated::Added, None, true) => said!("counts", "有効"),
        (Stated::Added, None, false) => said!("stated again later", "後に改めて登録あり"),
    }
}

fn document(it: &Explained) -> Value {
    let known = &it.record.known;
    let steps: Vec<Value> = it
        .steps()
        .map(|(step, origin)| {
            let mut leg = step_json(step);
            leg["title"] = json!(origin.title);
            leg["comes-from"] = json!(origin.comes_from);
            leg["field"] = json!(origin.field);
            leg["events"] = json!(origin.events);
            leg["not-known-for"] = json!(origin.missing);
            leg["decides"] = json!(it.counted.as_ref().is_some_and(|counted| counted.decides(step)));
            leg
        })
        .collect();
    let class = it.class.as_ref();
    let law = class.and_then(|class| class.law.as_ref());
    let minimum = law.and_then(|law| law.minimum.as_ref()).map(|minimum| {
        let leg = |(period, starting, from): &(crate::calendar::Period, crate::calendar::Starting, ByLanguage)| {
            json!({ "for": period, "starting": starting, "counted-from": from })
        };
        json!({ "combine": minimum.combine, "of": minimum.legs.iter().map(leg).collect::<Vec<Value>>() })
    });
    let law =
        law.map(|law| json!({ "topic": law.topic, "title": law.title, "citation": law.citation, "minimum": minimum }));
    let hold = |hold: &crate::store::Hold| json!({ "hold": hold.id, "by": hold.by, "reason": hold.reason });
    let early = it.early.as_ref().map(|one| {
        json!({ "day": one.day, "requested-by": one.requested_by, "reason": one.reason, "by": one.by, "entry": one.entry })
    });
    let kept = it.kept.iter().map(|one| {
        json!({ "how": one.how.as_str(), "until": one.until, "reason": one.reason, "by": one.by, "entry": one.entry })
    });
    let date = |date: Option<Date>| json!(date);
    json!({
        "record": known.id, "class": it.judged.class, "title": class.map(|class| &class.title), "name": known.name,
        "subjects": known.subjects, "today": it.today, "due": date(it.judged.due.day()), "by": date(it.judged.by),
        "verdict": verdict_code(&it.judged.verdict), "review": it.judged.review,
        "rule": class.map(|class| &class.rule), "combine": it.counted.as_ref().and_then(|counted| counted.combine),
        "steps": steps, "own-rule": class.and_then(|class| class.own_rule.as_ref()), "law": law,
        "policy": version_json(&it.in_force.version), "accepted": it.accepted_at().to_string(),
        "accepted-entry": it.accepted.0, "accepted-by": it.accepted.1,
        "early": early, "kept-longer": kept.collect::<Vec<Value>>(), "holds": it.holds.iter().map(hold).collect::<Vec<Value>>(),
        "events": it.events.iter().map(event_json).collect::<Vec<Value>>(),
    })
}
