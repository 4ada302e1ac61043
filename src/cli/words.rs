//! Words that several commands share.

use serde_json::{Value, json};

use super::out::Out;
use crate::diag::{Locale, Said};
use crate::engine::{Acceptance, Alike, Namesake};
use crate::intake::State;
use crate::policy::Review;
use crate::retention::acceptance::Need;
use crate::retention::gate::Why;
use crate::retention::plan::{Change, Judged, Verdict};
use crate::said;
use crate::store::{How, Version};

/// Returns a version as people read it.
pub(super) fn version(version: &Version) -> String {
    let digest = &version.digest.to_string()[..12];
    match &version.commit {
        Some(commit) => format!("policy {digest} (commit {})", &commit[..commit.len().min(12)]),
        None => format!("policy {digest}"),
    }
}

/// Returns a version as people of both languages read it.
pub(super) fn version_said(named: &Version) -> Said {
    let digest = &named.digest.to_string()[..12];
    let en = version(named);
    match &named.commit {
        Some(commit) => {
            let commit = &commit[..commit.len().min(12)];
            said!("{en}", "方針{digest}（コミット{commit}）")
        }
        None => said!("{en}", "方針{digest}"),
    }
}

/// Returns that readers still see an older version, and what to do.
pub(super) fn still_shown(version: &Version) -> Said {
    let Said { en, ja } = version_said(version);
    said!(
        "the site still shows {en}: hokan render publishes the one in force, or says why it cannot",
        "公表しているサイトは{ja}のままです：hokan renderが施行中の方針を公表するか、公表できない理由を示します"
    )
}

/// Returns what to say of subjects that are written like the one named; of many the first few.
pub(super) fn alike(alike: &[Alike]) -> Vec<Said> {
    const SHOWN: usize = 10;
    let one = |Alike { subject, records }: &Alike| {
        let count = counted(usize::try_from(*records).unwrap_or(usize::MAX), "record", "records");
        said!(
            "nearly the same, and not meant by this: `{subject}` ({count})",
            "表記が似ていますが、対象ではありません：「{subject}」（{records}件）"
        )
    };
    let more = alike.len().saturating_sub(SHOWN);
    let more = (more > 0).then(|| said!("and {more} more that are nearly the same", "ほか{more}件も表記が似ています"));
    alike.iter().take(SHOWN).map(one).chain(more).collect()
}

/// Tells what other registers have under the numbers of a register; of many the first few.
pub(super) fn namesakes(namesakes: &[Namesake], out: &mut Out) {
    const SHOWN: usize = 10;
    for Namesake { of, number, register, holds } in namesakes.iter().take(SHOWN) {
        let held = if holds.is_empty() { String::new() } else { format!(", which is on hold ({})", holds.join(", ")) };
        out.line(&format!("  `{of}`: the register {register} has `{number}`, too{held}: another thing, or the same?"));
    }
    if namesakes.len() > SHOWN {
        out.line(&format!("  and {} more that other registers have, too", namesakes.len() - SHOWN));
    }
}

/// Returns a version as JSON.
pub(super) fn version_json(version: &Version) -> Value {
    json!({ "digest": version.digest, "commit": version.commit })
}

/// Returns what an acceptance was.
pub(super) fn acceptance(accepted: &Acceptance) -> String {
    let who = accepted.by.as_ref().map_or("by itself: its effect needs nobody".to_owned(), |name| format!("by {name}"));
    let moved = match accepted.moved {
        0 => String::new(),
        1 => "; 1 record has another due day now".to_owned(),
        n => format!("; {n} records have another due day now"),
    };
    format!("accepted {} {who} (ledger entry {}){moved}", version(&accepted.version), accepted.entry)
}

/// Returns why a version needs a person, as its approver reads it.
pub(super) fn need(need: &Need, locale: Locale) -> String {
    match (need, locale) {
        (Need::First, Locale::English) => "no policy is in force yet".to_owned(),
        (Need::First, Locale::Japanese) => "施行中の方針がまだありません".to_owned(),
        (Need::Earlier { class }, Locale::English) => {
            format!("held records of `{class}` fall due earlier, or could once a date is reported")
        }
        (Need::Earlier { class }, Locale::Japanese) => {
            format!("保管中の`{class}`の記録が、今より早く廃棄可能になるか、日付の報告によってなり得ます")
        }
        (Need::Touches { item }, Locale::English) => format!("`{item}` changes"),
        (Need::Touches { item }, Locale::Japanese) => format!("`{item}`が変わります"),
        (Need::TakenUp { class }, Locale::English) => {
            format!("held records that have no class now would belong to `{class}`: look at its whole stanza")
        }
        (Need::TakenUp { class }, Locale::Japanese) => {
            format!("今は区分のない保管中の記録が`{class}`に属することになります。区分の定め全体を確かめてください")
        }
        (Need::Hold { hold, class }, Locale::English) => {
            format!(
                "the hold `{hold}` would not cover all that it covers: keep `{class}` in `was`, or release the hold"
            )
        }
        (Need::Hold { hold, class }, Locale::Japanese) => {
            format!(
                "廃棄停止`{hold}`の対象から外れる記録が生じます。`{class}`を`was`に残すか、先に廃棄停止を解除してください"
            )
        }
        (Need::History, Locale::English) => {
            "it does not carry on from the commit in force: history was rewritten, or an older version put back"
                .to_owned()
        }
        (Need::History, Locale::Japanese) => {
            "施行中の方針のコミットの続きではありません（履歴の書換え、又は以前の版への巻戻し）".to_owned()
        }
    }
}

/// Returns what a verdict means.
pub(super) fn verdict(judged: &Judged) -> String {
    match &judged.verdict {
        Verdict::Due => {
            let due = if judged.is_early { "due early on request" } else { "due" };
            let needs = match judged.review {
                Review::None => "",
                Review::One => ", needs one approver",
                Review::Two => ", needs two approvers",
            };
            format!("{due}{needs}")
        }
        Verdict::NotYet(day) => match judged.kept_past(*day) {
            Some((until, how)) => format!("{} until {until}", how.as_str()),
            None => format!("not before {day}"),
        },
        Verdict::Permanent => "kept for ever".to_owned(),
        Verdict::WaitsForDate(names) => format!("waits for {}", names.join(", ")),
        Verdict::OnHold(holds) => format!("on hold ({})", holds.join(", ")),
        Verdict::KeptLonger(until, how) => format!("{} until {until}", how.as_str()),
        Verdict::UnknownClass => "its class is not in the accepted policy".to_owned(),
        Verdict::RemovalPending => "its plaintext is still to be removed".to_owned(),
        Verdict::KeptByWaitingPolicy(Some(day)) => format!("kept until {day} by the policy that waits for acceptance"),
        Verdict::KeptByWaitingPolicy(None) => "kept by the policy that waits for acceptance".to_owned(),
    }
}

/// Returns the code of a verdict.
pub(super) fn verdict_code(verdict: &Verdict) -> &'static str {
    Why::Verdict(verdict.clone()).code()
}

/// Returns why the gate kept a record.
pub(super) fn why(why: &Why) -> Said {
    match why {
        Why::Verdict(verdict) => kept_by(verdict),
        Why::NeedsApproval { needed, found } => {
            let approvers = counted(*needed, "approver", "approvers");
            said!(
                "needs {approvers} in a signed plan, has {found}",
                "署名済みの廃棄計画に承認者{needed}名の署名が必要です（現在{found}名）"
            )
        }
        Why::ChangedSincePlan(change) => {
            let (en, ja) = match change {
                Change::Rule => ("its rule changed", "保存期間の定めが変わりました"),
                Change::Facts => ("a date or an event of it changed", "日付又は出来事が変わりました"),
                Change::Holds => {
                    ("a hold on it was placed and released", "廃棄停止の措置がとられ、その後解除されました")
                }
                Change::HoldRestated => (
                    "a hold was stated anew, and what it covered before is not known,",
                    "廃棄停止の内容が届け直され、以前の対象を確かめられません",
                ),
                Change::History => (
                    "the ledger is another than the one it was made by: an older copy was put back",
                    "台帳が別のもの（以前の写し）に置き換わりました",
                ),
                Change::Header => ("it was sealed anew", "封かんがやり直されました"),
            };
            said!("{en} since the plan was made: make a new plan", "計画の作成後に{ja}。新しい計画を作成してください")
        }
        Why::Gone => said!("destroyed already", "既に廃棄されています"),
        Why::Altered => said!(
            "the catalog says of it what the ledger does not: run hokan verify",
            "台帳と目録の内容が一致しません。hokan verifyで確かめてください"
        ),
        Why::Begun => said!(
            "its destruction began in an earlier sweep, which is not finished",
            "以前の廃棄の処理が始まっており、まだ終わっていません"
        ),
        Why::NumberFirst => said!(
            "its Individual Number is to be masked first: hokan mask",
            "先に個人番号をマスキングする必要があります（hokan mask）"
        ),
        Why::ToBeHandedOver => said!(
            "it is to be handed over, which this version does not do",
            "移管することになっていますが、この版では移管できません"
        ),
        Why::ByHand => said!(
            "boxes and devices go by a work order: hokan sweep order",
            "箱や機器は作業指示書によって廃棄します（hokan sweep order）"
        ),
        Why::PolicyChanged => said!(
            "another policy was accepted since its sweep began",
            "廃棄の処理を始めた後に、別の方針が承認されました"
        ),
        Why::OverLimit { at_most, found } => said!(
            "{found} records are more than the {at_most} a sweep may destroy without an approved plan",
            "{found}件は、承認された計画なしに1回で廃棄できる{at_most}件を超えています"
        ),
    }
}

fn kept_by(verdict: &Verdict) -> Said {
    match verdict {
        Verdict::OnHold(holds) => {
            let holds = holds.join(", ");
            said!("on hold ({holds})", "廃棄停止の措置がとられています（{holds}）")
        }
        Verdict::NotYet(day) => said!("not before {day}", "{day}より前には廃棄できません"),
        Verdict::KeptLonger(until, How::Postponed) => {
            said!("postponed until {until}", "{until}まで廃棄を延期しています")
        }
        Verdict::KeptLonger(until, How::Extended) => {
            said!("extended until {until}", "{until}まで保存期間を延長しています")
        }
        Verdict::WaitsForDate(names) => {
            let names = names.join(", ");
            said!("waits for {names}", "{names}の日付がまだ分かりません")
        }
        Verdict::Due => said!("due", "廃棄できます"),
        Verdict::Permanent => said!("permanent", "期限なく保存します"),
        Verdict::UnknownClass => said!(
            "its class is not in the accepted policy: put it back, or name it under `was` of another",
            "承認された方針にない種類です（種類を戻すか、別の種類の`was`に加えてください）"
        ),
        Verdict::RemovalPending => said!("removal pending", "受け入れた原本の消去がまだ終わっていません"),
        Verdict::KeptByWaitingPolicy(_) => {
            said!(
                "kept by the policy that waits: hokan policy accept, or take the change back",
                "承認を待っている方針がより長い保存を定めています（hokan policy acceptで承認するか、変更を取り消してください）"
            )
        }
    }
}

/// Returns the code and the reason of a path's state, where it has them.
pub(super) fn reason(state: &State) -> Option<(&'static str, &str)> {
    match state {
        State::Refused(code, why) => Some((code, why)),
        State::Unclassified => Some(("intake.unclassified", "no class accepts this path")),
        State::Waiting => Some(("intake.waiting", "it waits for its sidecar or its record")),
        State::InUse => {
            Some(("intake.in-use", "it is sealed and stays until its letters are made: `hokan notice run`"))
        }
        State::Ignored | State::Settling | State::RemovalPending | State::SidecarOf(_) | State::Ready(_) => None,
    }
}

/// Returns a count with the thing counted.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
