//! Consent: what people agreed to, and whether they have to be asked again.
//!
//! In: two sets. Out: changes of consent items. The rule it keeps: who agreed to less has not agreed to more; silence about
//! one thing is no consent to another.

use super::change::Kind;
use super::compared::{Compared, Pair, new_ids, pairs, written};
use super::owed::{Duty, Owed, When};
use crate::policy::{Changeable, Consent, ConsentItem, ConsentKind, Objection};
use crate::said;

/// The topic of provision to third parties, which consent is for.
const PROVISION: &str = "appi.provision";

pub(super) fn compare(found: &mut Compared<'_>) {
    let (before, after) = (found.before, found.after);
    let items =
        |consent: &'_ Option<Consent>| consent.as_ref().map(|consent| consent.items.clone()).unwrap_or_default();
    let (was, is) = (items(&before.consent), items(&after.consent));
    let same = |was: &ConsentItem, is: &ConsentItem| found.says_same(&was.title, &is.title);
    for pair in pairs(&was, &is, |one| &one.id, same) {
        match pair {
            Pair::Both(was, is) => item(found, was, is),
            Pair::Vanished(was) => {
                let id = &was.id;
                let said = said!("consent item `{id}` is gone", "同意事項`{id}`がなくなります");
                found.add(Kind::ConsentVanishes, at(was), said);
            }
            Pair::Appeared(is) => {
                let (id, owed) = (&is.id, first(found, is.kind));
                let said = said!("consent item `{id}` is new", "同意事項`{id}`を新設します");
                found.add(Kind::ConsentAppears, at(is), said).owing(owed);
            }
        }
    }
    if let (Some(was), Some(is)) = (&before.consent, &after.consent) {
        objection(found, &was.objection, &is.objection);
    }
}

fn at(item: &ConsentItem) -> String {
    format!("consent.{}", item.id)
}

/// What is owed for something nobody has agreed to yet.
pub(super) fn first(found: &Compared<'_>, kind: ConsentKind) -> Option<Owed> {
    match kind {
        ConsentKind::Implied => found.always(PROVISION, Duty::Announce, When::Before),
        ConsentKind::Explicit => found.always(PROVISION, Duty::Consent, When::Before),
    }
}

/// What is owed where people agreed to something else.
pub(super) fn again(found: &Compared<'_>, kind: ConsentKind) -> Option<Owed> {
    match kind {
        ConsentKind::Implied => found.always(PROVISION, Duty::AnnounceAgain, When::Before),
        ConsentKind::Explicit => found.always(PROVISION, Duty::AskAgain, When::Before),
    }
}

fn item(found: &mut Compared<'_>, was: &ConsentItem, is: &ConsentItem) {
    if was.kind != is.kind {
        let owed = first(found, is.kind);
        let said = match is.kind {
            ConsentKind::Implied => {
                said!("silence counts as consent now", "今後は、申出がなければ同意があったものとして扱います")
            }
            ConsentKind::Explicit => {
                said!("silence counts as consent no more", "今後は、明示の同意が必要になります")
            }
        };
        let change = found.add(Kind::ConsentKind, at(is), said);
        change.showing(written(&was.kind), written(&is.kind)).owing(owed);
    }
    let words = |found: &Compared<'_>, one: &ConsentItem| {
        let parts = [found.words(&one.title), found.perhaps(one.text.as_ref()), found.words(&one.given_to)];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" / ")
    };
    let (mut from, mut to) = (words(found, was), words(found, is));
    let more = new_ids(&was.information, &is.information);
    let is_reworded = from != to;
    if !is_reworded {
        (from, to) = (was.information.join(", "), is.information.join(", "));
    } else if !more.is_empty() {
        from = format!("{from} / {}", was.information.join(", "));
        to = format!("{to} / {}", is.information.join(", "));
    }
    if is_reworded || !more.is_empty() {
        let said =
            said!("what people agree to is wider or worded differently", "同意の対象が広がるか、記載が変わります");
        let owed = again(found, is.kind);
        found.add(Kind::ConsentWidened, at(is), said).showing(from, to).owing(owed);
    } else if !new_ids(&is.information, &was.information).is_empty() {
        let said = said!("what people agree to covers less information", "同意の対象となる情報が減ります");
        found.add(Kind::ConsentNarrowed, at(is), said).showing(from, to);
    }
}

fn objection(found: &mut Compared<'_>, was: &Objection, is: &Objection) {
    let harder = (is.reason_required && !was.reason_required)
        || (was.changeable, is.changeable) == (Changeable::AnyTime, Changeable::AtSetTimes);
    let differs = (was.reason_required, was.changeable) != (is.reason_required, is.changeable);
    if !differs {
        return;
    }
    let said = match harder {
        true => said!("it is harder to object", "申出がしにくくなります"),
        false => said!("it is easier to object", "申出がしやすくなります"),
    };
    let words = |one: &Objection| {
        let (changeable, reason) = (written(&one.changeable), one.reason_required);
        format!("changeable: {changeable}, reason-required: {reason}")
    };
    found.add(Kind::Objection, "consent", said).showing(words(was), words(is));
}
