//! Purposes of use, and the information they are for.
//!
//! In: two sets. Out: changes of what information is used for. The rule it keeps: information that gains a purpose is
//! told apart from information that loses one.

use super::change::Kind;
use super::compared::{Compared, Pair, new_ids, pairs, ticked};
use super::owed::{Duty, Owed, When};
use crate::policy::{Information, Purpose};
use crate::said;

pub(super) fn compare(found: &mut Compared<'_>) {
    let (before, after) = (found.before, found.after);
    let same = |was: &Purpose, is: &Purpose| found.says_same(&was.title, &is.title);
    let purposes = pairs(&before.purposes, &after.purposes, |one| &one.id, same);
    let mut renamed = Vec::new();
    for pair in purposes {
        match pair {
            Pair::Both(was, is) => {
                renamed.push((was.id.as_str(), is.id.as_str()));
                purpose(found, was, is);
            }
            Pair::Vanished(was) => {
                let id = &was.id;
                let said = said!("purpose `{id}` is gone", "利用目的`{id}`がなくなります");
                let words = told(found, was);
                found.add(Kind::PurposeVanishes, at(was), said).showing(words, "");
            }
            Pair::Appeared(is) => {
                let id = &is.id;
                let said = said!(
                    "purpose `{id}` is new; see which information is used for it",
                    "利用目的`{id}`を新設します。どの情報に用いるかをご確認ください"
                );
                let words = told(found, is);
                found.add(Kind::PurposeAppears, at(is), said).showing("", words);
            }
        }
    }
    let same = |was: &Information, is: &Information| found.says_same(&was.title, &is.title);
    for pair in pairs(&before.information, &after.information, |one| &one.id, same) {
        match pair {
            Pair::Both(was, is) => information(found, was, is, &renamed),
            Pair::Vanished(was) => {
                let id = &was.id;
                let said = said!("information `{id}` is gone", "情報の種類`{id}`がなくなります");
                found.add(Kind::InformationVanishes, information_at(was), said);
            }
            Pair::Appeared(is) => {
                let (id, owed) = (&is.id, found.law("appi.notice", Duty::Publish, When::WithIt));
                let said = said!(
                    "information `{id}` is new: its purposes are made known before or promptly after it is acquired",
                    "情報の種類`{id}`を新設します。利用目的は、取得の前又は取得後速やかに知らせます"
                );
                let change = found.add(Kind::InformationAppears, information_at(is), said);
                change.showing("", is.purposes.join(", ")).owing(owed);
            }
        }
    }
}

fn at(purpose: &Purpose) -> String {
    format!("purposes.{}", purpose.id)
}

fn information_at(information: &Information) -> String {
    format!("information.{}", information.id)
}

/// What is owed where information is used for something else than before.
fn owed(found: &Compared<'_>) -> Vec<Owed> {
    let related = found.law("appi.purpose-change", Duty::StayRelated, When::Before);
    let publish = found.law("appi.notice.change", Duty::Publish, When::WithIt);
    related.into_iter().chain(publish).collect()
}

fn told(found: &Compared<'_>, purpose: &Purpose) -> String {
    let parts = [found.words(&purpose.title), found.perhaps(purpose.text.as_ref())];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" / ")
}

fn purpose(found: &mut Compared<'_>, was: &Purpose, is: &Purpose) {
    let (from, to) = (told(found, was), told(found, is));
    if from != to {
        let said = said!(
            "the purpose is worded differently: where it means something else, it is a changed purpose",
            "利用目的の記載が変わります。意味が変わる場合は、利用目的の変更に当たります"
        );
        let owed = owed(found);
        found.add(Kind::PurposeReworded, at(is), said).showing(from, to).owing(owed);
    }
    let limits = |one: &Purpose| (one.only, one.after.clone(), one.period);
    if limits(was) == limits(is) {
        return;
    }
    let words = |one: &Purpose| {
        let only = one.only.then(|| "only: true".to_owned());
        let after = one.after.as_ref().map(|after| format!("after: {after}"));
        let period = one.period.map(|period| format!("for: {period}"));
        only.into_iter().chain(after).chain(period).collect::<Vec<_>>().join(", ")
    };
    let keeps_event = was.after == is.after || was.after.is_none();
    let ends_no_later = match (was.period, is.period) {
        (None, _) => true,
        (Some(was), Some(is)) => super::keep::lasts_no_less(is, was),
        (Some(_), None) => false,
    };
    if keeps_event && ends_no_later && (is.only || !was.only) {
        let said = said!("the limits of the purpose are narrower", "利用目的の範囲が狭くなります");
        found.add(Kind::PurposeNarrowed, at(is), said).showing(words(was), words(is));
    } else {
        let said = said!("the limits of the purpose are wider or other ones", "利用目的の範囲が広くなるか、変わります");
        let owed = owed(found);
        found.add(Kind::PurposeWidened, at(is), said).showing(words(was), words(is)).owing(owed);
    }
}

fn information(found: &mut Compared<'_>, was: &Information, is: &Information, renamed: &[(&str, &str)]) {
    // A purpose whose id alone was changed is the purpose it was.
    let follow =
        |id: &String| renamed.iter().find(|(old, _)| old == id).map_or(id.clone(), |(_, new)| (*new).to_owned());
    let former: Vec<String> = was.purposes.iter().map(follow).collect();
    let (more, less) = (new_ids(&former, &is.purposes), new_ids(&is.purposes, &former));
    if !more.is_empty() {
        let (id, purposes) = (&is.id, ticked(&more));
        let said = said!(
            "information `{id}` is used for more: {purposes}",
            "情報の種類`{id}`の利用目的に{purposes}が加わります"
        );
        let owed = owed(found);
        found.add(Kind::InformationGainsPurpose, information_at(is), said).owing(owed);
    }
    if !less.is_empty() {
        let (id, purposes) = (&is.id, ticked(&less));
        let said = said!(
            "information `{id}` is used for less: {purposes}",
            "情報の種類`{id}`の利用目的から{purposes}がなくなります"
        );
        found.add(Kind::InformationLosesPurpose, information_at(is), said);
    }
    let words = |found: &Compared<'_>, one: &Information| {
        let flags = [(one.special_care, "special-care"), (one.individual_number, "individual-number")];
        let flags = flags.iter().filter(|(is_set, _)| *is_set).map(|(_, key)| (*key).to_owned());
        let lists = [found.list(&one.items), found.list(&one.acquired_from)];
        flags.chain(lists.into_iter().filter(|list| !list.is_empty())).collect::<Vec<_>>().join("; ")
    };
    let (from, to) = (words(found, was), words(found, is));
    if from != to {
        let said =
            said!("its items, its sources or the care it needs differ", "項目、取得元又は取扱い上の区分が変わります");
        found.add(Kind::InformationDiffers, information_at(is), said).showing(from, to);
    }
}
