//! `hokan diff`: what a change of policy does.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::arguments::{DiffArguments, FailOn};
use super::out::Out;
use super::{Done, Failure};
use crate::diag::{self, Said, Severity, Words};
use crate::engine::{Diffed, Difference, Faulty, Instance, Side, Which, diff};
use crate::policy::diff::{Change, Concern, Group};
use crate::retention::moves::{ClassMoves, Moved, Span};
use crate::said;

pub(super) fn run(instance: &Instance, wish: &DiffArguments, out: &mut Out) -> Done {
    let difference = match diff(instance, wish.before.as_deref(), wish.after.as_deref())? {
        Diffed::Told(difference) => difference,
        Diffed::Faulty(faulty) => return refused(&faulty, out),
    };
    let raised = raised(&difference, &wish.fail_on);
    let mut document = document(&difference);
    document["failed-on"] = raised.iter().map(|(word, _)| *word).collect();
    out.result("diff", document, |out| {
        tell(&difference, out);
        announcement(&difference, wish, out);
        stopped(&raised, out);
    });
    Ok(ExitCode::from(u8::from(!raised.is_empty())))
}

/// Says how the announcement is printed that a change of purposes or joint uses owes.
fn announcement(difference: &Difference, wish: &DiffArguments, out: &mut Out) {
    let mut owed = [Group::Purposes, Group::JointUse].into_iter().flat_map(|group| difference.of_group(group));
    if !owed.any(|change| change.raises(Concern::Notice)) {
        return;
    }
    let sides = [&wish.before, &wish.after].into_iter().flatten();
    let sides = sides.map(|side| format!("{side} ")).collect::<String>();
    let said = said!(
        "the announcement that is owed: hokan notice change {sides}-o FOLDER",
        "必要なお知らせの作成: hokan notice change {sides}-o フォルダー"
    );
    let locale = out.locale();
    out.line(said.of(locale));
}

/// Says which side has errors, and which.
fn refused(faulty: &Faulty, out: &mut Out) -> Done {
    let side = side(&faulty.side);
    let document = json!({
        "side": side_json(&faulty.side),
        "findings": diag::json(&faulty.report),
        "errors": faulty.report.count(Severity::Error),
    });
    let locale = out.locale();
    out.result("findings", document, |out| {
        out.findings(&faulty.report, &faulty.sources);
        let (en, ja) = (side.en, side.ja);
        let said = said!(
            "{en} has errors: what the change does cannot be told until they are mended",
            "{ja}に誤りがあります。直すまで、変更の影響は分かりません"
        );
        out.note(said.of(locale));
    });
    Ok(ExitCode::from(1))
}

/// Returns the concerns asked for that the change raises, and how often.
fn raised(difference: &Difference, fail_on: &[FailOn]) -> Vec<(&'static str, usize)> {
    let mut raised: Vec<(&'static str, usize)> = Vec::new();
    for word in fail_on {
        let (word, concern) = match word {
            FailOn::Shortening => ("shortening", Concern::Shortening),
            FailOn::Notice => ("notice", Concern::Notice),
            FailOn::Consent => ("consent", Concern::Consent),
            FailOn::People => ("people", Concern::People),
            FailOn::Classes => ("classes", Concern::Classes),
            FailOn::Any => ("any", Concern::Any),
        };
        let count = difference.raised(concern);
        if count > 0 && !raised.iter().any(|(other, _)| *other == word) {
            raised.push((word, count));
        }
    }
    raised
}

fn stopped(raised: &[(&'static str, usize)], out: &mut Out) {
    if raised.is_empty() {
        return;
    }
    let words = raised.iter().map(|(word, count)| format!("{word} ({count})")).collect::<Vec<_>>().join(", ");
    let said = said!("stopped by --fail-on: {words}", "`--fail-on`の条件に該当しました（{words}）");
    out.line("");
    let locale = out.locale();
    out.line(said.of(locale));
}

/// Returns what the change does as JSON, without its format.
pub(super) fn document(difference: &Difference) -> Value {
    json!({
        "before": side_json(&difference.before),
        "after": side_json(&difference.after),
        "law": difference.effect.law,
        "changes": difference.effect.changes,
        "records": difference.records,
        "files": difference.files,
    })
}

fn side_json(side: &Side) -> Value {
    let (what, revision) = match &side.which {
        Which::Revision(name) => ("revision", Some(name)),
        Which::WorkTree => ("work-tree", None),
        Which::InForce => ("in-force", None),
        Which::Waiting => ("waiting", None),
    };
    json!({ "what": what, "revision": revision, "digest": side.version.digest, "commit": side.version.commit })
}

fn side(side: &Side) -> Said {
    let whole = side.version.commit.as_deref().unwrap_or_default();
    let commit = &whole[..whole.len().min(12)];
    match &side.which {
        Which::Revision(name) if whole.starts_with(name.as_str()) => said!("commit {commit}", "コミット{commit}"),
        Which::Revision(name) => said!("{name} (commit {commit})", "{name}（コミット{commit}）"),
        Which::WorkTree => said!("the work tree", "作業中のファイル"),
        Which::InForce => said!("the policy in force", "施行中の方針"),
        Which::Waiting => said!("the policy that waits", "承認待ちの方針"),
    }
}

/// Prints what the change does.
pub(super) fn tell(difference: &Difference, out: &mut Out) {
    let locale = out.locale();
    let (before, after) = (side(&difference.before), side(&difference.after));
    out.line(&format!("{} → {}", before.of(locale), after.of(locale)));
    if difference.is_nothing() {
        let files = difference.files.len();
        let said = match files {
            0 => said!("nothing changed", "変更はありません"),
            1 => said!(
                "the texts differ in 1 file, nothing they do changes",
                "1個のファイルに違いがありますが、働きは変わりません"
            ),
            _ => said!(
                "the texts differ in {files} files, nothing they do changes",
                "{files}個のファイルに違いがありますが、働きは変わりません"
            ),
        };
        return out.line(said.of(locale));
    }
    for group in Group::ALL {
        let changes: Vec<&Change> = difference.of_group(group).collect();
        let records = if group == Group::Records { records(difference) } else { Vec::new() };
        let templates = if group == Group::Texts { templates(difference) } else { None };
        if changes.is_empty() && records.is_empty() && templates.is_none() {
            continue;
        }
        out.line("");
        out.line(group.heading().of(locale));
        changes.into_iter().for_each(|change| tell_change(change, out));
        records.iter().chain(&templates).for_each(|said| out.line(&format!("  {}", said.of(locale))));
    }
    out.line("");
    out.line(summary(difference).of(locale));
    if difference.records.is_none() {
        let said = said!(
            "records were not looked at: there is no vault here",
            "保管庫がないため、記録への影響は調べていません"
        );
        out.line(said.of(locale));
    }
    if difference.effect.law.is_empty() {
        let said = said!(
            "which notices are owed is not known: no law pack of `organization.law` says so",
            "`organization.law`の法令集に定めがないため、必要な通知・公表は分かりません"
        );
        out.line(said.of(locale));
    }
}

fn tell_change(change: &Change, out: &mut Out) {
    let locale = out.locale();
    out.line(&format!("  {}: {}", change.item, change.message.of(locale)));
    let [before, after, owed] = [
        Words { en: "before: ", ja: "変更前: " },
        Words { en: "after:  ", ja: "変更後: " },
        Words { en: "owed:   ", ja: "必要なこと: " },
    ];
    let shown = [(before, &change.before), (after, &change.after)];
    for (title, text) in shown.into_iter().filter_map(|(title, text)| Some((title, text.as_ref()?))) {
        out.line(&format!("      {}{text}", title.of(locale)));
    }
    for duty in &change.owes {
        out.line(&format!("      {}{}", owed.of(locale), duty.said().of(locale)));
    }
}

fn templates(difference: &Difference) -> Option<Said> {
    let names: Vec<&str> = difference.templates().collect();
    let (count, names) = (names.len(), names.join(", "));
    (count > 0)
        .then(|| said!("templates: {count} differ ({names})", "テンプレート: {count}個に違いがあります（{names}）"))
}

/// What becomes of the records, by class.
fn records(difference: &Difference) -> Vec<Said> {
    let Some(moves) = &difference.records else { return Vec::new() };
    moves.classes.iter().filter(|class| class.is_news()).flat_map(class_lines).collect()
}

fn class_lines(one: &ClassMoves) -> Vec<Said> {
    let (class, moved) = (&one.class, &one.moved);
    let held = moved.held;
    let mut lines = Vec::new();
    match &one.becomes {
        None => lines.push(said!(
            "`{class}`: {held} held, of a class that is gone: they are kept",
            "`{class}`: 保管中{held}件。記録の種類がなくなるため、廃棄されません"
        )),
        Some(becomes) if becomes != class => lines.push(said!(
            "`{class}`: {held} held, in `{becomes}` now",
            "`{class}`: 保管中{held}件。`{becomes}`に引き継がれます"
        )),
        Some(_) => {}
    }
    if moved.moves > 0 {
        lines.extend(moved_lines(class, moved));
    }
    let may = moved.may_be_earlier;
    if may > 0 {
        lines.push(said!(
            "`{class}`: {may} of {held} held could fall due earlier once a date is reported or corrected",
            "`{class}`: 保管中{held}件のうち{may}件は、日付の報告や訂正によって廃棄可能日が早まることがあります"
        ));
    }
    lines
}

fn moved_lines(class: &str, moved: &Moved) -> Vec<Said> {
    let Moved { held, moves, earlier, later, at_once, at_once_unapproved, at_once_on_hold, .. } = *moved;
    let mut lines = vec![said!(
        "`{class}`: the due day of {moves} of {held} held moves, {earlier} earlier, {later} later",
        "`{class}`: 保管中{held}件のうち{moves}件の廃棄可能日が動きます（早まるもの{earlier}件、遅くなるもの{later}件）"
    )];
    let (from, to) = (days(moved.from, moved.from_none), days(moved.to, moved.to_none));
    let (from_en, to_en, from_ja, to_ja) = (from.en, to.en, from.ja, to.ja);
    lines.push(said!("    from {from_en} to {to_en}", "    変更前 {from_ja}、変更後 {to_ja}"));
    if at_once > 0 {
        lines.push(said!(
            "    {at_once} may be destroyed at once ({at_once_unapproved} without approval, {at_once_on_hold} on hold)",
            "    直ちに廃棄できるようになるもの{at_once}件（承認なしで廃棄されるもの{at_once_unapproved}件、廃棄停止中{at_once_on_hold}件）"
        ));
    }
    lines
}

fn days(span: Option<Span>, none: usize) -> Said {
    let days = match span {
        None => None,
        Some(Span { first, last }) if first == last => Some(said!("{first}", "{first}")),
        Some(Span { first, last }) => Some(said!("{first} – {last}", "{first}～{last}")),
    };
    match (days, none) {
        (Some(days), 0) => days,
        (None, _) => said!("no due day", "廃棄可能日なし"),
        (Some(days), none) => {
            let (en, ja) = (days.en, days.ja);
            said!("{en} ({none} without a due day)", "{ja}（廃棄可能日なし{none}件）")
        }
    }
}

/// Returns the change in one line.
pub(super) fn summary(difference: &Difference) -> Said {
    let count = difference.effect.changes.len();
    let mut en = vec![if count == 1 { "1 change".to_owned() } else { format!("{count} changes") }];
    let mut ja = vec![format!("変更{count}件")];
    let mut add = |count: usize, one: &str, many: &str, ja_what: &str| {
        if count > 0 {
            en.push(format!("{count} {}", if count == 1 { one } else { many }));
            ja.push(format!("{ja_what}{count}件"));
        }
    };
    add(difference.raised(Concern::Notice), "notice owed", "notices owed", "通知・公表が必要なもの");
    add(
        difference.raised(Concern::Consent),
        "consent to ask for or announce",
        "consents to ask for or announce",
        "同意の取得・公表が必要なもの",
    );
    add(
        difference.raised(Concern::People),
        "that a person must accept",
        "that a person must accept",
        "承認者による承認が必要なもの",
    );
    if let Some(moves) = &difference.records {
        add(moves.all.earlier, "record due earlier", "records due earlier", "廃棄可能日が早まる記録");
        add(
            moves.all.may_be_earlier,
            "that may fall due earlier",
            "that may fall due earlier",
            "廃棄可能日が早まり得る記録",
        );
        add(moves.all.later, "record due later", "records due later", "廃棄可能日が遅くなる記録");
        add(moves.all.at_once, "destroyable at once", "destroyable at once", "直ちに廃棄できるようになる記録");
    }
    Said { en: en.join(", "), ja: ja.join("、") }
}

/// Shows what the waiting policy changes and, on a terminal, asks; an answer that is not yes stops.
pub(super) fn agree(difference: &Difference, is_asked: bool, out: &mut Out) -> Result<(), Failure> {
    let locale = out.locale();
    let question = Words { en: "accept this policy? [y/N]", ja: "この方針を承認しますか？ [y/N]" };
    let answer = if is_asked { out.ask(question.of(locale)) } else { None };
    match answer.as_deref() {
        None | Some("y" | "Y" | "yes" | "はい") => Ok(()),
        Some(_) => Err(Failure::Refused {
            code: "policy.not-agreed",
            message: format!("nothing was accepted: {}", summary(difference).of(locale)),
            help: Some("`hokan diff` shows what the change does".to_owned()),
        }),
    }
}
