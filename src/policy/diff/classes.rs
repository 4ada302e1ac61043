//! Retention classes, dates and the calendar.
//!
//! In: two sets. Out: changes of which records are kept, how long and how they end. The rule it keeps: a class is followed
//! by its id and by what it `was`.

use std::collections::BTreeSet;

use super::change::{Kind, WHOLE};
use super::compared::{Compared, new_ids, written};
use super::keep::{self, Order, Rule};
use crate::policy::{Class, ComesFrom};
use crate::said;

pub(super) fn compare(found: &mut Compared<'_>) {
    let (before, after) = (found.before, found.after);
    for was in &before.classes {
        match after.class_of(&was.id) {
            Some(is) => class(found, was, is),
            None => vanished(found, was),
        }
    }
    let followed: BTreeSet<&str> =
        before.classes.iter().filter_map(|was| Some(after.class_of(&was.id)?.id.as_str())).collect();
    for class in after.classes.iter().filter(|class| !followed.contains(class.id.as_str())) {
        let id = &class.id;
        let said = said!("class `{id}` is new", "記録の種類`{id}`を新設します");
        found.add(Kind::ClassAppears, at(id), said).showing("", keep::written(&class.keep));
    }
    dates(found);
    calendar(found);
}

fn at(class: &str) -> String {
    format!("retention.{class}")
}

/// A class that no other one was: where a new one looks the same, only its earlier id is missing.
fn vanished(found: &mut Compared<'_>, was: &Class) {
    let (before, after, id) = (found.before, found.after, &was.id);
    let is_new =
        |class: &&Class| before.classes.iter().all(|one| after.class_of(&one.id).is_none_or(|is| is.id != class.id));
    let takes_same = |class: &Class| !was.accept.is_empty() && was.accept == class.accept;
    let is_alike =
        |class: &Class| class.medium == was.medium && (takes_same(class) || found.says_same(&class.title, &was.title));
    let heir = after.classes.iter().filter(is_new).find(|class| is_alike(class));
    let said = match heir {
        Some(Class { id: new, .. }) => said!(
            "class `{id}` is gone: nothing new is taken in for it, and its records are kept until a class takes them up; if it is called `{new}` now, write `was: [{id}]` there",
            "記録の種類`{id}`がなくなります。新たな記録は受け入れず、保管中の記録は引き継ぐ種類ができるまで廃棄されません。IDを`{new}`に変えただけなら、そこに`was: [{id}]`と書いてください"
        ),
        None => said!(
            "class `{id}` is gone: nothing new is taken in for it, and its records are kept until a class takes them up with `was`",
            "記録の種類`{id}`がなくなります。新たな記録は受け入れず、保管中の記録は`was`で引き継ぐ種類ができるまで廃棄されません"
        ),
    };
    found.add(Kind::ClassVanishes, at(id), said);
}

fn class(found: &mut Compared<'_>, was: &Class, is: &Class) {
    if was.id != is.id {
        let (old, new) = (&was.id, &is.id);
        let said = said!(
            "class `{old}` is called `{new}` now; its records follow",
            "記録の種類`{old}`のIDが`{new}`に変わります。保管中の記録は引き継がれます"
        );
        found.add(Kind::ClassRenamed, at(new), said).showing(old, new);
        found.follow(at(old), at(new));
    }
    period(found, was, is);
    disposal(found, was, is);
    intake(found, was, is);
}

fn period(found: &mut Compared<'_>, was: &Class, is: &Class) {
    let before = Rule { policy: found.before, keep: &was.keep };
    let after = Rule { policy: found.after, keep: &is.keep };
    let (kind, said) = match keep::order(before, after) {
        Order::Same => return authority(found, was, is),
        Order::Shorter => (Kind::PeriodShorter, said!("records are kept shorter", "保存期間が短くなります")),
        Order::Longer => (Kind::PeriodLonger, said!("records are kept longer", "保存期間が長くなります")),
        Order::Differs => (
            Kind::PeriodDiffers,
            said!(
                "records are kept shorter or longer, depending on their dates",
                "記録の日付によって、保存期間が短くなるものも長くなるものもあります"
            ),
        ),
    };
    found.add(kind, at(&is.id), said).showing(keep::written(&was.keep), keep::written(&is.keep));
    authority(found, was, is);
}

fn authority(found: &mut Compared<'_>, was: &Class, is: &Class) {
    let words = |found: &Compared<'_>, class: &Class| {
        let own = found.perhaps(class.authority.own_rule.as_ref());
        let parts = [own, class.authority.topic.clone().unwrap_or_default()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" / ")
    };
    let (from, to) = (words(found, was), words(found, is));
    if from != to {
        let said = said!("the period rests on another authority", "保存期間の根拠が変わります");
        found.add(Kind::Authority, at(&is.id), said).showing(from, to);
    }
}

fn disposal(found: &mut Compared<'_>, was: &Class, is: &Class) {
    let (from, to) = (&was.disposal, &is.disposal);
    if from.review != to.review {
        let (few, many) = (from.review.approvers(), to.review.approvers());
        let kind = if many < few { Kind::ReviewLooser } else { Kind::ReviewStricter };
        let said = said!(
            "{many} instead of {few} people must approve the destruction of its records",
            "記録の廃棄に必要な承認者が{few}人から{many}人に変わります"
        );
        found.add(kind, at(&is.id), said).showing(written(&from.review), written(&to.review));
    }
    if from.then != to.then {
        let said = said!("its records end in another way", "保存期間の満了後の扱いが変わります");
        found.add(Kind::Disposal, at(&is.id), said).showing(written(&from.then), written(&to.then));
    }
    if (&from.rest, &from.mask) != (&to.rest, &to.mask) {
        let said = said!(
            "what stays of a record without its number differs",
            "個人番号を消した後に残す記録の扱いが変わります"
        );
        found.add(Kind::Disposal, at(&is.id), said).showing(written(&from.rest), written(&to.rest));
    }
    if from.within != to.within {
        let said = said!("the window for disposal differs", "満了後に廃棄するまでの期間が変わります");
        found.add(Kind::Within, at(&is.id), said).showing(from.within.to_string(), to.within.to_string());
    }
    if was.extension != is.extension {
        let said = said!("the extension differs", "延長できる期間が変わります");
        found.add(Kind::Extension, at(&is.id), said).showing(written(&was.extension), written(&is.extension));
    }
}

fn intake(found: &mut Compared<'_>, was: &Class, is: &Class) {
    let item = at(&is.id);
    let mut note = |kind, differs: bool, said, from: String, to: String| {
        if differs {
            found.add(kind, item.clone(), said).showing(from, to);
        }
    };
    let accept = |class: &Class| class.accept.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let said = said!("other paths are accepted", "受け入れる場所が変わります");
    note(Kind::Accept, was.accept != is.accept, said, accept(was), accept(is));
    let said = said!("other fields are read from records", "記録から読み取る項目が変わります");
    note(Kind::Read, was.read != is.read, said, written(&was.read), written(&is.read));
    let said = said!("other columns of its registers are read", "台帳から読み取る列が変わります");
    note(Kind::Register, was.register != is.register, said, written(&was.register), written(&is.register));
    let said = said!("the rule for sidecars differs", "添付ファイルの扱いが変わります");
    note(Kind::Sidecar, was.sidecar != is.sidecar, said, written(&was.sidecar), written(&is.sidecar));
    let said = said!("its records are of another medium", "記録の媒体が変わります");
    note(Kind::Medium, was.medium != is.medium, said, written(&was.medium), written(&is.medium));
    let moved = !new_ids(&was.information, &is.information).is_empty()
        || !new_ids(&is.information, &was.information).is_empty();
    let said = said!("it holds other information", "含まれる情報の種類が変わります");
    note(Kind::ClassInformation, moved, said, was.information.join(", "), is.information.join(", "));
    let moved =
        !new_ids(&was.recipients, &is.recipients).is_empty() || !new_ids(&is.recipients, &was.recipients).is_empty();
    let said = said!("other people can open its new records", "新たな記録を開封できる者が変わります");
    note(Kind::RecipientDiffers, moved, said, was.recipients.join(", "), is.recipients.join(", "));
}

fn dates(found: &mut Compared<'_>) {
    let (before, after) = (found.before, found.after);
    for was in &before.dates {
        let (id, item) = (&was.id, format!("dates.{}", was.id));
        match after.date(id) {
            None => {
                let said = said!("date `{id}` is declared no more", "日付`{id}`の宣言がなくなります");
                found.add(Kind::Date, item, said).telling(WHOLE);
            }
            Some(is) if (is.comes_from, is.about) != (was.comes_from, was.about) => {
                let said = said!("date `{id}` is read in another way", "日付`{id}`の読み取り方が変わります");
                let words = |from: ComesFrom, about| format!("{}, {}", written(&from), written(&about));
                let (from, to) = (words(was.comes_from, was.about), words(is.comes_from, is.about));
                found.add(Kind::Date, item, said).showing(from, to);
            }
            Some(_) => {}
        }
    }
    for is in after.dates.iter().filter(|is| before.date(&is.id).is_none()) {
        let id = &is.id;
        let said = said!("date `{id}` is declared", "日付`{id}`を宣言します");
        found.add(Kind::Date, format!("dates.{id}"), said).telling(WHOLE);
    }
}

fn calendar(found: &mut Compared<'_>) {
    let (was, is) = (&found.before.organization, &found.after.organization);
    if was.fiscal_year_starts != is.fiscal_year_starts {
        let said = said!("fiscal years begin on another day", "年度の開始日が変わります");
        let (from, to) = (was.fiscal_year_starts.to_string(), is.fiscal_year_starts.to_string());
        found.add(Kind::Calendar, "organization", said).telling(&["fiscal_year_starts"]).showing(from, to);
    }
    if was.time_zone != is.time_zone {
        let said = said!("days turn in another time zone", "日付の変わる時刻（タイムゾーン）が変わります");
        let change = found.add(Kind::Calendar, "organization", said).telling(&["time_zone"]);
        change.showing(written(&was.time_zone), written(&is.time_zone));
    }
}
