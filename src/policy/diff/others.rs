//! Who else handles the data: entrustments, provisions, receivers abroad, exceptions of the law.
//!
//! In: two sets. Out: changes of who gets what on which basis. The rule it keeps: a provision that rests on consent and
//! goes further needs that consent again.

use super::change::{Kind, WHOLE};
use super::compared::{Compared, Pair, new_ids, pairs, written};
use super::consent::{again, first};
use super::owed::{Duty, Owed, When};
use crate::policy::{Abroad, AbroadBasis, Basis, ConsentKind, Entrustment, Policy, Provision};
use crate::said;

pub(super) fn compare(found: &mut Compared<'_>) {
    entrustments(found);
    provisions(found);
    abroad(found);
    let (before, after) = (found.before, found.after);
    for (section, was, is) in [
        ("exceptions", &before.exceptions, &after.exceptions),
        ("notice-exceptions", &before.notice_exceptions, &after.notice_exceptions),
        ("not-third-parties", &before.not_third_parties, &after.not_third_parties),
    ] {
        if was != is {
            let said = said!("other cases of the law are named", "掲げる法令上の例外が変わります");
            found.add(Kind::Exceptions, section, said).showing(written(was), written(is));
        }
    }
}

fn entrustments(found: &mut Compared<'_>) {
    let (before, after) = (found.before, found.after);
    let same = |was: &Entrustment, is: &Entrustment| found.says_same(&was.title, &is.title);
    for pair in pairs(&before.entrustments, &after.entrustments, |one| &one.id, same) {
        match pair {
            Pair::Both(was, is) => entrustment(found, was, is),
            Pair::Vanished(was) => {
                let id = &was.id;
                let said = said!("work `{id}` is entrusted no more", "委託`{id}`を取りやめます");
                found.add(Kind::EntrustmentVanishes, entrustment_at(was), said);
                key(found, was.recipient.as_deref(), None, entrustment_at(was));
            }
            Pair::Appeared(is) => {
                let (id, to) = (&is.id, &is.to);
                let said = said!("work `{id}` is entrusted to `{to}`", "`{to}`に`{id}`を委託します");
                found.add(Kind::EntrustmentAppears, entrustment_at(is), said);
                key(found, None, is.recipient.as_deref(), entrustment_at(is));
            }
        }
    }
}

fn entrustment_at(entrustment: &Entrustment) -> String {
    format!("entrustments.{}", entrustment.id)
}

fn entrustment(found: &mut Compared<'_>, was: &Entrustment, is: &Entrustment) {
    let words = |found: &Compared<'_>, one: &Entrustment| {
        let (to, information) = (one.to.clone(), one.information.join(", "));
        let re = format!("re-entrustment: {}, certificate: {}", written(&one.re_entrustment), one.certificate);
        let parts = [to, found.words(&one.work), information, found.perhaps(one.safeguards.as_ref()), re];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" / ")
    };
    let (from, to) = (words(found, was), words(found, is));
    if from != to {
        let said = said!("the work is entrusted in another way", "委託の内容が変わります");
        found.add(Kind::EntrustmentDiffers, entrustment_at(is), said).showing(from, to);
    }
    key(found, was.recipient.as_deref(), is.recipient.as_deref(), entrustment_at(is));
}

/// The key that files for a processor are sealed to: who can open them.
fn key(found: &mut Compared<'_>, was: Option<&str>, is: Option<&str>, item: String) {
    let (kind, said) = match (was, is) {
        (None, Some(_)) => (
            Kind::RecipientAppears,
            said!("it can open files sealed to it", "委託先が、宛てに封をしたファイルを開封できるようになります"),
        ),
        (Some(_), None) => {
            (Kind::RecipientVanishes, said!("nothing is sealed to it any more", "委託先宛てに封をしなくなります"))
        }
        (Some(was), Some(is)) if was != is => (
            Kind::RecipientDiffers,
            said!("files for it are sealed to another key", "委託先宛てに封をする鍵が変わります"),
        ),
        (Some(_), Some(_)) | (None, None) => return,
    };
    let change = found.add(kind, item, said).telling(&["recipient"]);
    change.showing(was.unwrap_or_default(), is.unwrap_or_default());
}

fn provisions(found: &mut Compared<'_>) {
    let (before, after) = (found.before, found.after);
    let same = |was: &Provision, is: &Provision| found.says_same(&was.title, &is.title);
    for pair in pairs(&before.provisions, &after.provisions, |one| &one.id, same) {
        match pair {
            Pair::Both(was, is) => provision(found, was, is),
            Pair::Vanished(was) => {
                let id = &was.id;
                let said = said!("provision `{id}` is gone", "第三者提供`{id}`がなくなります");
                found.add(Kind::ProvisionVanishes, provision_at(was), said);
            }
            Pair::Appeared(is) => {
                let (id, to) = (&is.id, &is.to);
                let owed = kind(after, &is.basis).and_then(|kind| first(found, kind));
                let said = said!("provision `{id}` to `{to}` is new", "`{to}`への第三者提供`{id}`を新たに行います");
                let change = found.add(Kind::ProvisionAppears, provision_at(is), said);
                change.showing("", basis(&is.basis)).owing(owed);
            }
        }
    }
}

fn provision_at(provision: &Provision) -> String {
    format!("provisions.{}", provision.id)
}

/// Whether silence counts for the consent a provision rests on; nothing where it rests on the law.
fn kind(policy: &Policy, basis: &Basis) -> Option<ConsentKind> {
    match basis {
        Basis::Consent(item) => {
            let items = policy.consent.iter().flat_map(|consent| &consent.items);
            items.into_iter().find(|one| one.id == *item).map(|one| one.kind)
        }
        Basis::Law(_) => None,
    }
}

fn basis(basis: &Basis) -> String {
    match basis {
        Basis::Consent(item) => format!("consent: {item}"),
        Basis::Law(topic) => format!("law: {topic}"),
    }
}

fn provision(found: &mut Compared<'_>, was: &Provision, is: &Provision) {
    if was.basis != is.basis {
        let owed = kind(found.after, &is.basis).and_then(|kind| first(found, kind));
        let said = said!("it rests on another basis", "提供の根拠が変わります");
        let change = found.add(Kind::ProvisionBasis, provision_at(is), said);
        change.showing(basis(&was.basis), basis(&is.basis)).owing(owed);
    }
    let kinds = |ids: Vec<&str>| ids.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let mut more = found.beyond(&was.items, &is.items);
    let mut less = found.beyond(&is.items, &was.items);
    more.extend(kinds(new_ids(&was.information, &is.information)));
    less.extend(kinds(new_ids(&is.information, &was.information)));
    if !found.is_same_party(Some(&was.to), Some(&is.to)) {
        more.push(is.to.clone());
        less.push(was.to.clone());
    }
    if !more.is_empty() {
        let owed = kind(found.after, &is.basis).and_then(|kind| again(found, kind));
        let said = said!("more is provided, or to somebody else", "提供する項目が増えるか、提供先が変わります");
        let change = found.add(Kind::ProvisionWidened, provision_at(is), said);
        change.showing(less.join(" / "), more.join(" / ")).owing(owed);
    } else if !less.is_empty() {
        let said = said!("less is provided", "提供する項目が減ります");
        found.add(Kind::ProvisionNarrowed, provision_at(is), said).showing(less.join(" / "), "");
    }
}

fn abroad(found: &mut Compared<'_>) {
    let receivers = |policy: &Policy| policy.abroad.clone().unwrap_or_default();
    let (was, is) = (receivers(found.before), receivers(found.after));
    let never = |_: &Abroad, _: &Abroad| false;
    let at = |one: &Abroad| format!("abroad.{}", one.id);
    if was.len() != is.len() {
        found.cover("abroad".to_owned());
    }
    for pair in pairs(&was, &is, |one| &one.id, never) {
        match pair {
            Pair::Both(was, is) => receiver(found, was, is, at(is)),
            Pair::Vanished(was) => {
                let id = &was.id;
                let said = said!("nothing goes abroad to `{id}` any more", "外国にある`{id}`への提供がなくなります");
                found.add(Kind::AbroadVanishes, at(was), said);
            }
            Pair::Appeared(is) => {
                let (to, owed) = (&is.to, consent_abroad(found, is));
                let said = said!("data goes abroad to `{to}`", "外国にある`{to}`に提供します");
                found.add(Kind::AbroadAppears, at(is), said).owing(owed);
            }
        }
    }
    let says = |policy: &Policy| policy.abroad.as_ref().is_some_and(Vec::is_empty);
    if says(found.before) != says(found.after) && was.is_empty() && is.is_empty() {
        let said = said!("whether anything goes abroad is said in another way", "外国への提供の有無の記載が変わります");
        found.add(Kind::AbroadDiffers, "abroad", said).telling(WHOLE);
    }
}

fn consent_abroad(found: &Compared<'_>, receiver: &Abroad) -> Option<Owed> {
    match receiver.basis {
        AbroadBasis::Consent => found.always("appi.abroad", Duty::Consent, When::Before),
        AbroadBasis::EquivalentCountry | AbroadBasis::Safeguards => None,
    }
}

fn receiver(found: &mut Compared<'_>, was: &Abroad, is: &Abroad, item: String) {
    let words = |found: &Compared<'_>, one: &Abroad| {
        format!("{} / {} / {}", one.to, found.words(&one.country), written(&one.basis))
    };
    let (from, to) = (words(found, was), words(found, is));
    if from != to {
        let (owed, said) =
            (consent_abroad(found, is), said!("data goes abroad in another way", "外国への提供の内容が変わります"));
        found.add(Kind::AbroadDiffers, item, said).showing(from, to).owing(owed);
    }
}
