//! Joint uses, element by element.
//!
//! In: two sets. Out: changes of joint uses and which notice is owed when. The rule it keeps: purposes and the responsible
//! one may change after a notice; items and users may only shrink, unless the persons consent.

use super::change::Kind;
use super::compared::{Compared, Pair, new_ids, pairs, ticked};
use super::owed::{Duty, When};
use crate::policy::{Id, JointPurpose, JointUse, Officer, Organization, Party};
use crate::said;

/// The topic of what is made known beforehand.
const JOINT_USE: &str = "appi.joint-use";
/// The topic of changes.
const CHANGE: &str = "appi.joint-use.change";
/// The topic of provision, which needs consent where it is no joint use.
const PROVISION: &str = "appi.provision";

pub(super) fn compare(found: &mut Compared<'_>) {
    let (before, after) = (found.before, found.after);
    let same = |was: &JointUse, is: &JointUse| found.says_same(&was.title, &is.title);
    for pair in pairs(&before.joint_use, &after.joint_use, |one| &one.id, same) {
        match pair {
            Pair::Both(was, is) => joint_use(found, was, is),
            Pair::Vanished(was) => {
                let id = &was.id;
                let said = said!("joint use `{id}` is gone", "共同利用`{id}`がなくなります");
                found.add(Kind::JointUseVanishes, at(was), said);
            }
            Pair::Appeared(is) => {
                let (id, owed) = (&is.id, found.law(JOINT_USE, Duty::Notify, When::Before));
                let said = said!("joint use `{id}` is new", "共同利用`{id}`を新たに始めます");
                found.add(Kind::JointUseAppears, at(is), said).owing(owed);
            }
        }
    }
}

fn at(joint_use: &JointUse) -> String {
    format!("joint-use.{}", joint_use.id)
}

fn joint_use(found: &mut Compared<'_>, was: &JointUse, is: &JointUse) {
    items(found, was, is);
    persons(found, was, is);
    users(found, was, is);
    purposes(found, was, is);
    responsible(found, was, is);
    if was.since != is.since {
        let said = said!("it is said to be in effect since another day", "共同利用の開始日の記載が変わります");
        found.add(Kind::JointUseSince, at(is), said).showing(was.since.to_string(), is.since.to_string());
    }
}

fn items(found: &mut Compared<'_>, was: &JointUse, is: &JointUse) {
    let kinds = |from: &[Id], to: &[Id]| new_ids(from, to).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (&was.information, &is.information);
    let more = [found.beyond(&was.items, &is.items), kinds(from, to)].concat();
    let less = [found.beyond(&is.items, &was.items), kinds(to, from)].concat();
    if !more.is_empty() {
        let owed = found.law(PROVISION, Duty::Consent, When::Before);
        let said = said!(
            "items are added or worded differently: joint use may not grow without the persons' prior consent",
            "共同して利用する項目が増えるか、書き換わります。項目を広げることは、あらかじめ本人の同意がない限りできません"
        );
        let change = found.add(Kind::JointUseWidened, at(is), said);
        change.showing(less.join(" / "), more.join(" / ")).owing(owed);
    } else if !less.is_empty() {
        let said = said!("fewer items are used jointly", "共同して利用する項目が減ります");
        found.add(Kind::JointUseNarrowed, at(is), said).showing(less.join(" / "), "");
    }
}

fn persons(found: &mut Compared<'_>, was: &JointUse, is: &JointUse) {
    let (from, to) = (found.perhaps(was.persons.as_ref()), found.perhaps(is.persons.as_ref()));
    if from != to {
        let owed = found.law(JOINT_USE, Duty::Notify, When::Before);
        let said = said!(
            "it is about other persons: for those who are added it is a new joint use",
            "対象となる方の範囲が変わります。新たに加わる方にとっては、新しい共同利用に当たります"
        );
        found.add(Kind::JointUsePersons, at(is), said).showing(from, to).owing(owed);
    }
}

fn users(found: &mut Compared<'_>, was: &JointUse, is: &JointUse) {
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    for user in &is.users {
        let former = was.users.iter().find(|one| found.is_same_party(one.party.as_ref(), user.party.as_ref()));
        match former {
            Some(former) if found.says_same(&former.scope, &user.scope) => {}
            Some(former) => {
                gone.push(found.words(&former.scope));
                come.push(found.words(&user.scope));
            }
            None => come.push(who(user.party.as_ref())),
        }
        if let (Some(former), Some(now)) = (former.and_then(|one| one.party.clone()), &user.party) {
            renamed(found, is, &former, now);
        }
    }
    let stays = |party: Option<&Id>| is.users.iter().any(|user| found.is_same_party(party, user.party.as_ref()));
    gone.extend(was.users.iter().map(|user| user.party.as_ref()).filter(|party| !stays(*party)).map(who));
    if !come.is_empty() {
        let owed = found.law(PROVISION, Duty::Consent, When::Before);
        let said = said!(
            "users are added or their scope is worded differently: more users need the persons' prior consent, unless one merely takes over another's business or name",
            "利用する者が増えるか、その範囲の記載が変わります。名称の変更や事業の承継にすぎない場合を除き、あらかじめ本人の同意が必要です"
        );
        let change = found.add(Kind::JointUseUsersWidened, at(is), said);
        change.showing(gone.join(" / "), come.join(" / ")).owing(owed);
    } else if !gone.is_empty() {
        let said = said!("fewer may use it", "利用する者が減ります");
        found.add(Kind::JointUseUsersNarrowed, at(is), said).showing(gone.join(" / "), "");
    }
}

fn who(party: Option<&Id>) -> String {
    party.cloned().unwrap_or_else(|| "organization".to_owned())
}

/// A user that has another name and is the same party; the responsible one is looked at in [`responsible`].
fn renamed(found: &mut Compared<'_>, joint_use: &JointUse, former: &Id, now: &Id) {
    if joint_use.responsible.as_ref() == Some(now) {
        return;
    }
    let (Some(was), Some(is)) = (found.before.party(former), found.after.party(now)) else { return };
    let (from, to) = (found.words(&was.name), found.words(&is.name));
    if from != to {
        let said = said!(
            "user `{now}` has another name: allowed without consent where nothing but the name changed",
            "利用する者`{now}`の名称が変わります。名称だけの変更であれば、本人の同意は要りません"
        );
        found.add(Kind::JointUseUserRenamed, at(joint_use), said).showing(from, to);
    }
}

fn purposes(found: &mut Compared<'_>, was: &JointUse, is: &JointUse) {
    let text = |found: &Compared<'_>, one: &JointPurpose| {
        let published = super::compared::written(&one.publishes);
        let group = one.smallest_group.map(|least| format!(", {least}")).unwrap_or_default();
        let publishes = if published == "none" { String::new() } else { format!(" [{published}{group}]") };
        format!("{}: {}{publishes}", who(one.party.as_ref()), found.words(&one.text))
    };
    let known = |found: &Compared<'_>, one: &JointPurpose, list: &[JointPurpose]| {
        list.iter().any(|other| {
            (one.publishes, one.smallest_group) == (other.publishes, other.smallest_group)
                && found.says_same(&one.text, &other.text)
                && (found.is_same_party(one.party.as_ref(), other.party.as_ref())
                    || found.is_same_party(other.party.as_ref(), one.party.as_ref()))
        })
    };
    let only = |found: &Compared<'_>, list: &[JointPurpose], other: &[JointPurpose]| {
        let rest = list.iter().filter(|one| !known(found, one, other));
        rest.map(|one| text(found, one)).collect::<Vec<_>>().join(" / ")
    };
    let (from, to) = (only(found, &was.purposes, &is.purposes), only(found, &is.purposes, &was.purposes));
    if from.is_empty() && to.is_empty() {
        return;
    }
    let owed = found.law(CHANGE, Duty::Notify, When::Before);
    let said = said!(
        "the users' purposes change; they may change only within what a person may expect",
        "利用する者の利用目的が変わります。変更できるのは、本人が通常予期し得る範囲に限られます"
    );
    found.add(Kind::JointUsePurposes, at(is), said).showing(from, to).owing(owed);
}

/// Name, address and representative of whoever answers for jointly used data.
struct Details {
    name: String,
    address: String,
    representative: String,
}

fn responsible(found: &mut Compared<'_>, was: &JointUse, is: &JointUse) {
    let (from, to) = (was.responsible.as_ref(), is.responsible.as_ref());
    if !found.is_same_party(from, to) {
        let owed = found.law(CHANGE, Duty::Notify, When::Before);
        let said = said!("somebody else answers for the data", "管理について責任を有する者が変わります");
        let change = found.add(Kind::JointUseResponsible, at(is), said);
        change.showing(who(from), who(to)).owing(owed);
        return;
    }
    let (before, after) = (found.before, found.after);
    let former = details(found, &before.organization, from.and_then(|id| before.party(id)));
    let now = details(found, &after.organization, to.and_then(|id| after.party(id)));
    let parts = [
        ("name", former.name, now.name),
        ("address", former.address, now.address),
        ("representative", former.representative, now.representative),
    ];
    let changed: Vec<_> = parts.iter().filter(|(_, from, to)| from != to).collect();
    if changed.is_empty() {
        return;
    }
    let owed = found.law(CHANGE, Duty::Notify, When::WithoutDelay);
    let keys = ticked(&changed.iter().map(|(key, _, _)| *key).collect::<Vec<_>>());
    let said =
        said!("who answers for the data stays, with another {keys}", "管理について責任を有する者の{keys}が変わります");
    let (from, to): (Vec<&str>, Vec<&str>) = changed.iter().map(|(_, from, to)| (from.as_str(), to.as_str())).unzip();
    found.add(Kind::JointUseResponsibleDetails, at(is), said).showing(from.join(" / "), to.join(" / ")).owing(owed);
}

fn details(found: &Compared<'_>, organization: &Organization, party: Option<&Party>) -> Details {
    let officer = |officer: &Officer| format!("{} {}", found.words(&officer.title), found.words(&officer.name));
    match party {
        Some(party) => Details {
            name: found.words(&party.name),
            address: found.perhaps(party.address.as_ref()),
            representative: party.representative.as_ref().map(officer).unwrap_or_default(),
        },
        None => Details {
            name: found.words(&organization.name),
            address: found.words(&organization.address),
            representative: officer(&organization.representative),
        },
    }
}
