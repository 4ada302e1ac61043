//! Words that several commands share.

use serde_json::{Value, json};

use crate::diag::Locale;
use crate::engine::Acceptance;
use crate::intake::State;
use crate::policy::Review;
use crate::retention::acceptance::Need;
use crate::retention::gate::Why;
use crate::retention::plan::{Change, Judged, Verdict};
use crate::store::Version;

/// Returns a version as people read it.
pub(super) fn version(version: &Version) -> String {
    let digest = &version.digest.to_string()[..12];
    match &version.commit {
        Some(commit) => format!("policy {digest} (commit {})", &commit[..commit.len().min(12)]),
        None => format!("policy {digest}"),
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
        Verdict::Due => match judged.review {
            Review::None => "due".to_owned(),
            Review::One => "due, needs one approver".to_owned(),
            Review::Two => "due, needs two approvers".to_owned(),
        },
        Verdict::NotYet(day) => format!("not before {day}"),
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
pub(super) fn why(why: &Why) -> String {
    match why {
        Why::Verdict(Verdict::OnHold(holds)) => format!("on hold ({})", holds.join(", ")),
        Why::Verdict(Verdict::NotYet(day)) => format!("not before {day}"),
        Why::Verdict(Verdict::KeptLonger(until, how)) => format!("{} until {until}", how.as_str()),
        Why::Verdict(Verdict::WaitsForDate(names)) => format!("waits for {}", names.join(", ")),
        Why::Verdict(other) => verdict_code(other).replace('-', " "),
        Why::NeedsApproval { needed, found } => format!("needs {needed} approvers in a signed plan, has {found}"),
        Why::ChangedSincePlan(change) => {
            let what = match change {
                Change::Rule => "its rule changed",
                Change::Facts => "a date or an event of it changed",
                Change::Holds => "a hold on it was placed and released",
                Change::Header => "it was sealed anew",
            };
            format!("{what} since the plan was made: make a new plan")
        }
        Why::Gone => "destroyed already".to_owned(),
        Why::Altered => "the catalog says of it what the ledger does not: run hokan verify".to_owned(),
        Why::NumberFirst => "its Individual Number is to be masked first: hokan mask".to_owned(),
        Why::ToBeHandedOver => "it is to be handed over, which this version does not do".to_owned(),
        Why::ByHand => "boxes and devices go by a work order: hokan sweep order".to_owned(),
        Why::OverLimit { at_most, found } => {
            format!("{found} records are more than the {at_most} a sweep may destroy without an approved plan")
        }
    }
}

/// Returns the code and the reason of a path's state, where it has them.
pub(super) fn reason(state: &State) -> Option<(&'static str, &str)> {
    match state {
        State::Refused(code, why) => Some((code, why)),
        State::Unclassified => Some(("intake.unclassified", "no class accepts this path")),
        State::Waiting => Some(("intake.waiting", "it waits for its sidecar or its record")),
        State::Ignored | State::Settling | State::RemovalPending | State::SidecarOf(_) | State::Ready(_) => None,
    }
}

/// Returns a count with the thing counted.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
