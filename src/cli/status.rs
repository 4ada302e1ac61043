//! `hokan status`: where everything stands.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::Done;
use super::arguments::StatusArguments;
use super::out::Out;
use super::take_in::one;
use super::verify::round_document;
use super::words::{counted, reason, still_shown, version_json, version_said, why};
use crate::calendar::Date;
use crate::diag::{Said, Words};
use crate::engine::{
    ClassStatus, Expiring, Figures, HoldToReview, Instance, Lateness, Left, OrderWaiting, Overdue, Status, state_name,
    status,
};
use crate::intake::State;
use crate::policy::Review;
use crate::retention::gate::Why;
use crate::said;

pub(super) fn run(instance: &Instance, wish: &StatusArguments, out: &mut Out) -> Done {
    let status = status(instance)?;
    let (attention, locale) = (attention(&status), out.locale());
    out.result("status", document(&status, &attention), |out| match wish.attention {
        true => attention.iter().for_each(|said| out.line(said.of(locale))),
        false => tell(&status, &attention, out),
    });
    Ok(if wish.attention && !attention.is_empty() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// What needs a person, the most pressing first.
fn attention(status: &Status) -> Vec<Said> {
    let mut lines: Vec<Said> = status.overdue.iter().map(overdue).collect();
    lines.extend(kept_back(status));
    if let Some((waiting, has_errors)) = &status.waiting {
        let Said { en, ja } = version_said(waiting);
        lines.push(match has_errors {
            true => said!(
                "{en} has errors: nothing is destroyed until it is mended",
                "{ja}にエラーがあります。直すまで何も廃棄されません"
            ),
            false => said!("{en} waits for its acceptance", "{ja}が承認を待っています"),
        });
    }
    for (class, one) in status.classes.iter().filter(|(_, one)| one.unknown_class > 0) {
        let (stay, count) = (counted(one.unknown_class as usize, "record stays", "records stay"), one.unknown_class);
        lines.push(said!(
            "{stay}: the accepted policy has no class {class}; put it back, or name it under `was` of another",
            "承認された方針に種類{class}がないため、{count}件の記録を廃棄できません：種類を戻すか、別の種類の`was`に加えてください"
        ));
    }
    lines.extend(trouble(status));
    if !status.unconfirmed.is_empty() {
        let names = status.unconfirmed.join(", ");
        lines.push(said!(
            "recipients to confirm before records are taken in: {names}",
            "記録を受け入れる前に、鍵の確認が必要な開封者：{names}"
        ));
    }
    for HoldToReview { hold, review, owner, is_restated } in &status.holds_to_review {
        lines.push(match is_restated {
            true => said!(
                "{hold} was stated anew on {review}, and nobody has looked since whether it covers all that it should: hokan hold show {hold}, then hokan hold review {hold}",
                "{hold}は{review}に内容が届け直されましたが、対象に漏れがないかの確認がまだです：hokan hold show {hold} で確かめ、hokan hold review {hold} を実行してください"
            ),
            false => said!(
            "{hold} is to be looked at since {review} by {owner}: hokan hold review {hold}, or hokan hold release {hold}",
            "{hold}は{review}以降、{owner}による見直しが必要です：hokan hold review {hold} 又は hokan hold release {hold}"
            ),
        });
    }
    for sweep in &status.unfinished_sweeps {
        lines.push(said!(
            "sweep {sweep} is not finished: run `hokan sweep run`",
            "廃棄{sweep}が終わっていません：`hokan sweep run`を実行してください"
        ));
    }
    lines.extend(status.orders.iter().map(tell_order));
    let faults = status.verify.known_faults();
    if faults > 0 {
        let found = counted(usize::try_from(faults).unwrap_or(usize::MAX), "fault", "faults");
        lines.push(said!(
            "{found} in the files of records: run `hokan verify`",
            "記録のファイルに{faults}件の異常があります：`hokan verify`を実行してください"
        ));
    }
    lines
}

fn overdue(one: &Overdue) -> Said {
    let Overdue { class, review, records, days } = one;
    let next = match review {
        Review::None => said!("nobody must approve: hokan sweep run", "承認は不要です：hokan sweep run"),
        Review::One => {
            said!(
                "one approver must sign a plan: hokan sweep plan",
                "廃棄計画に承認者1名の署名が必要です：hokan sweep plan"
            )
        }
        Review::Two => {
            said!(
                "two approvers must sign a plan: hokan sweep plan",
                "廃棄計画に承認者2名の署名が必要です：hokan sweep plan"
            )
        }
    };
    let (count, Said { en, ja }) = (counted(*records as usize, "record", "records"), next);
    let past = counted(usize::try_from(*days).unwrap_or(0), "day", "days");
    said!(
        "overdue: {count} of {class}, up to {past} past the window; {en}",
        "期限超過：{class}の{records}件が廃棄の期限を最大{days}日過ぎています。{ja}"
    )
}

/// What stays of approved plans, by plan and reason; what the next sweep takes is told once a day has passed.
fn kept_back(status: &Status) -> Vec<Said> {
    let mut groups: BTreeMap<(String, String, String), (Date, usize)> = BTreeMap::new();
    let (is_stopped, today) = (!status.attention.stopped.is_empty(), status.today);
    // While nothing can go at all, what nothing else stands against is not told.
    for left in status.left.iter().filter(|left| left.why.is_some() || left.since < today && !is_stopped) {
        let Said { en, ja } = stays(left);
        let plan = left.plan.to_string()[..12].to_owned();
        // The longest comes first.
        groups.entry((plan, en, ja)).or_insert((left.since, 0)).1 += 1;
    }
    let said = |((plan, en, ja), (since, records)): ((String, String, String), (Date, usize))| {
        let stay = counted(records, "record stays", "records stay");
        said!(
            "approved by the plan {plan}, and {stay} since {since}: {en}",
            "計画{plan}で承認済みの{records}件が、{since}から廃棄されずに残っています：{ja}"
        )
    };
    groups.into_iter().map(said).collect()
}

/// Why a record of an approved plan stays.
fn stays(left: &Left) -> Said {
    left.why.as_ref().map_or_else(
        || {
            said!(
                "nothing stands against it: `hokan sweep run PLAN`, or the service",
                "妨げるものはありません（`hokan sweep run PLAN`又はサービスが廃棄します）"
            )
        },
        why,
    )
}

/// What stops sweeps or the policy, and paths that nobody takes in: counts and reasons, for a mail that anybody may read.
fn trouble(status: &Status) -> Vec<Said> {
    let attention = &status.attention;
    let stopped = attention.stopped.iter();
    let mut lines: Vec<Said> = stopped
        .map(|(code, why)| said!("sweeps are stopped ({code}): {why}", "廃棄処理が止まっています（{code}）：{why}"))
        .collect();
    if attention.is_copy_stale {
        lines.push(said!(
            "the second copy does not hold every record: hokan second-copy",
            "保管庫の写しに、すべての記録が含まれていません：hokan second-copy"
        ));
    }
    if let Some(missed) = attention.missed {
        lines.push(said!(
            "the sweep of {missed} was not made: see whether the service runs, or hokan sweep run",
            "{missed}の廃棄処理が行われていません：サービスの稼働を確かめるか、hokan sweep runを実行してください"
        ));
    }
    if attention.is_edited {
        lines.push(said!(
            "policies or templates are edited and not committed: the edits are not in force",
            "方針又はテンプレートに、コミットされていない変更があります。変更は施行されていません"
        ));
    }
    lines.extend(attention.still_shown.as_ref().map(still_shown));
    for Expiring { rule, at, until } in &attention.expiring {
        lines.push(said!(
            "{rule} at {at} is accepted until {until}: mend it",
            "{at}の{rule}を受け入れる期限は{until}です：それまでに直してください"
        ));
    }
    for (code, count) in &status.failing {
        let files = counted(usize::try_from(*count).unwrap_or(usize::MAX), "file fails", "files fail");
        lines.push(said!(
            "{files} to be taken in ({code}): hokan take-in says why",
            "受け入れに失敗し続けているファイルが{count}件あります（{code}）：hokan take-inが理由を示します"
        ));
    }
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for path in &status.paths {
        let pending = Some("removal-pending").filter(|_| path.state == State::RemovalPending);
        let refused =
            reason(&path.state).map(|(code, _)| code).filter(|_| !matches!(path.state, State::Waiting | State::InUse));
        pending.or(refused).iter().for_each(|code| *left.entry(code).or_default() += 1);
    }
    for (code, count) in left {
        let paths = counted(count, "path", "paths");
        lines.push(said!(
            "{paths} not taken in ({code}): hokan status",
            "受け入れられていないパスが{count}件あります（{code}）：hokan status"
        ));
    }
    lines
}

fn figures(figures: &Figures) -> Value {
    json!({ "records": figures.records, "p99": figures.p99, "most": figures.most })
}

fn tell_lateness(lateness: &Lateness, out: &mut Out) {
    let locale = out.locale();
    let Figures { records, p99, most } = &lateness.after_first_day;
    let count = counted(*records as usize, "record", "records");
    let first = said!(
        "destroyed so far: {count}; days after the first allowed day: 99 % within {p99}, all within {most}",
        "これまでの廃棄：{records}件。廃棄できる最初の日からの日数：99%が{p99}日以内、すべてが{most}日以内"
    );
    out.line(first.of(locale));
    if let Some(Figures { records, p99, most }) = &lateness.after_approval {
        let count = counted(*records as usize, "record", "records");
        let approval = said!(
            "of those by a plan: {count}; days after the last approval: 99 % within {p99}, all within {most}",
            "うち計画によるもの：{records}件。最後の承認からの日数：99%が{p99}日以内、すべてが{most}日以内"
        );
        out.line(approval.of(locale));
    }
}

fn document(status: &Status, attention: &[Said]) -> Value {
    let classes: serde_json::Map<String, Value> =
        status.classes.iter().map(|(id, class)| (id.clone(), class_json(class))).collect();
    let waiting = status.waiting.as_ref().map(
        |(version, has_errors)| json!({ "digest": version.digest, "commit": version.commit, "has-errors": has_errors }),
    );
    let overdue = status
        .overdue
        .iter()
        .map(|one| json!({ "class": one.class, "review": one.review, "records": one.records, "days": one.days }));
    let lateness = status.lateness.as_ref().map(|lateness| {
        json!({
            "after-first-day": figures(&lateness.after_first_day),
            "after-approval": lateness.after_approval.as_ref().map(figures),
        })
    });
    let odd = status.paths.iter().filter(|path| reason(&path.state).is_some());
    json!({
        "today": status.today,
        "policy": version_json(&status.policy),
        "waiting": waiting,
        "classes": classes,
        "records": status.classes.values().map(|class| class.held).sum::<u64>(),
        "paths": { "found": status.paths.len(), "by-state": status.paths_by_state() },
        "not-taken": odd.map(|path| one(&path.path, &path.state)).collect::<Vec<_>>(),
        "holds": status.holds,
        "holds-to-review": status.holds_to_review.iter().map(|one| json!({ "hold": one.hold, "review": one.review, "owner": one.owner, "restated": one.is_restated })).collect::<Vec<_>>(),
        "overdue": overdue.collect::<Vec<_>>(),
        "left": status.left.iter().map(left_json).collect::<Vec<_>>(),
        "lateness": lateness,
        "attention": attention,
        "unconfirmed": status.unconfirmed,
        "unfinished-sweeps": status.unfinished_sweeps,
        "orders": status.orders.iter().map(order_json).collect::<Vec<_>>(),
        "unlisted": status.unlisted,
        "verify": round_document(&status.verify),
        "entries": status.entries,
    })
}

fn left_json(left: &Left) -> Value {
    json!({
        "plan": left.plan, "record": left.record, "class": left.class, "since": left.since,
        "why": left.why.as_ref().map(Why::code), "detail": stays(left),
    })
}

fn order_json(waiting: &OrderWaiting) -> Value {
    json!({
        "id": waiting.state.id, "step": waiting.state.step(), "medium": waiting.state.order.medium,
        "count": waiting.open.len(), "late": waiting.is_late,
        "expected": waiting.state.handed_over.as_ref().map(|handed| handed.expected),
    })
}

/// What an order waits for; a confirmation that is late is asked for.
fn tell_order(waiting: &OrderWaiting) -> Said {
    let (id, open) = (&waiting.state.id, waiting.open.len());
    let count = counted(open, "box or device", "boxes or devices");
    match &waiting.state.handed_over {
        None => said!(
            "work order {id}: {count} to be handed over: hokan sweep hand-over {id}",
            "作業指示書{id}：引渡し前の箱又は機器{open}点：hokan sweep hand-over {id}"
        ),
        Some(handed) if waiting.is_late => {
            let (on, expected) = (handed.on, handed.expected);
            said!(
                "work order {id}: {count} handed over on {on}, not confirmed; the confirmation was expected by {expected}: ask for it",
                "作業指示書{id}：{on}に引き渡した箱又は機器{open}点の証明書が、期日（{expected}）を過ぎても届いていません。督促してください"
            )
        }
        Some(handed) => {
            let on = handed.on;
            said!(
                "work order {id}: {count} handed over on {on}, not confirmed yet",
                "作業指示書{id}：{on}に引き渡した箱又は機器{open}点の証明書を待っています"
            )
        }
    }
}

fn class_json(class: &ClassStatus) -> Value {
    json!({
        "held": class.held, "due": class.due, "review": class.review, "on-hold": class.on_hold,
        "kept-longer": class.kept_longer,
        "waiting-policy": class.waiting_policy, "later": class.later, "waits-for-date": class.waits_for_date,
        "permanent": class.permanent, "unknown-class": class.unknown_class, "removal-pending": class.removal_pending,
        "next": class.next,
    })
}

fn tell(status: &Status, attention: &[Said], out: &mut Out) {
    let locale = out.locale();
    head(status, out);
    attention.iter().for_each(|said| out.line(said.of(locale)));
    if status.unlisted > 0 {
        let (count, unlisted) =
            (counted(status.unlisted as usize, "box or device is", "boxes or devices are"), status.unlisted);
        let said = said!(
            "{count} not in the newest register any more, and held all the same",
            "最新の台帳にない箱又は機器が{unlisted}点ありますが、引き続き保管中です"
        );
        out.line(said.of(locale));
    }
    out.line("");
    let rows = status.classes.iter().map(|(id, class)| {
        let numbers =
            [class.held, class.due, class.review, class.on_hold, class.later, class.waits_for_date, class.permanent];
        let other = class.kept_longer + class.unknown_class + class.removal_pending + class.waiting_policy;
        let cells = numbers.into_iter().chain([other]).map(|n| if n == 0 { "-".to_owned() } else { n.to_string() });
        let next = class.next.map_or("-".to_owned(), |day| day.to_string());
        std::iter::once(id.clone()).chain(cells).chain([next]).collect()
    });
    out.table(&HEAD.map(|column| column.of(locale)), rows.collect(), &[1, 2, 3, 4, 5, 6, 7, 8]);
    let held: u64 = status.classes.values().map(|class| class.held).sum();
    out.line(said!("{held} records held", "保管中の記録：{held}件").of(locale));
    status.lateness.iter().for_each(|lateness| tell_lateness(lateness, out));
    out.line("");
    paths(status, out);
}

/// The columns of the classes.
const HEAD: [Words; 10] = [
    Words { en: "CLASS", ja: "種類" },
    Words { en: "HELD", ja: "保管中" },
    Words { en: "DUE", ja: "廃棄可" },
    Words { en: "TO APPROVE", ja: "要承認" },
    Words { en: "ON HOLD", ja: "廃棄停止" },
    Words { en: "LATER", ja: "期間内" },
    Words { en: "NO DATE", ja: "日付待ち" },
    Words { en: "FOR EVER", ja: "無期限" },
    Words { en: "OTHER", ja: "その他" },
    Words { en: "NEXT DUE", ja: "次の期日" },
];

fn head(status: &Status, out: &mut Out) {
    let (Said { en, ja }, Status { today, entries, holds, .. }) = (version_said(&status.policy), status);
    let on_hold = counted(*holds as usize, "hold", "holds");
    let said = said!(
        "{today}: {en} in force, {entries} ledger entries, {on_hold}",
        "{today}：{ja}を施行中、台帳の記載{entries}件、廃棄停止{holds}件"
    );
    out.line(said.of(out.locale()));
}

fn paths(status: &Status, out: &mut Out) {
    let locale = out.locale();
    let states: Vec<String> =
        status.paths_by_state().into_iter().map(|(state, count)| format!("{count} {state}")).collect();
    let (found, states) = (status.paths.len(), states.join(", "));
    let said = match found {
        0 => said!("0 paths under records/: none", "records/の下のパス：0件"),
        _ => said!("{found} paths under records/: {states}", "records/の下のパス：{found}件（{states}）"),
    };
    out.line(said.of(locale));
    for path in status.paths.iter().filter(|path| !matches!(path.state, State::Ignored | State::Ready(_))) {
        let why = reason(&path.state).map_or(String::new(), |(_, why)| format!(": {why}"));
        out.line(&format!("  {:<12} {}{why}", state_name(&path.state), path.path));
    }
}
