//! Checks `retention`: the classes, and what holds between them.
//!
//! In: the section, the declared dates, the recipients. Out: checked classes. The rule it keeps: every record of a class
//! can fall due by its whole rule, can be opened by somebody, and belongs to one class only.

pub(super) mod class;
pub(super) mod dates;
mod instead;
pub(super) mod methods;
mod read;
mod register;
mod units;

use std::collections::BTreeMap;

use crate::diag::{Finding, Place, Said};
use crate::policy::pattern::Outline;
use crate::policy::raw::{Node, Value};
use crate::policy::rules::settings::not_carried_out::RULE as NOT_CARRIED_OUT;
use crate::policy::rules::{retention as rules, service as service_rules};
use crate::policy::shape::{Shape, Takes, map, maybe, words};
use crate::policy::{Class, Medium, Pattern, Service};
use crate::said;

use super::desk::{Desk, good};
use super::item::{Item, once, twice_in_list};
use super::known::Known;
use super::sections::Sections;

/// What is kept, and for how long.
pub(super) const RETENTION: Shape = map(&[
    maybe("classes", Takes::List(&Takes::Map(&class::CLASS)), "The classes of records."),
    maybe("unclassified", Takes::Choice(&words(&UNCLASSIFIED)), "What happens with files that no class accepts."),
]);
const UNCLASSIFIED: [(&str, bool); 2] = [("report", false), ("seal", true)];

/// Checks the classes of the set.
pub(super) fn classes(sections: &Sections, known: &Known, desk: &Desk) -> Vec<Class> {
    let mut accepted = Vec::new();
    let declared = dates::declared(sections);
    let open = |node| Item::open(desk, node, &RETENTION);
    let (classes, stated) = match sections.retention.as_ref().map(open) {
        Some(Ok(item)) => {
            unclassified(&item);
            let nodes = item.list("classes").unwrap_or_default();
            one_class_each(nodes, desk);
            (good(nodes, |node| class::class(desk, node, known, &declared, &mut accepted)), nodes.len())
        }
        Some(Err(_)) | None => (Vec::new(), 0),
    };
    one_path_one_class(&accepted, desk);
    let is_whole = classes.len() == stated && !known.classes.is_open();
    if is_whole && !classes.iter().any(|class| class.medium == Medium::Electronic) {
        let found = said!(
            "no class is electronic, so nothing that is filed will be taken in",
            "電子データの記録の種類がないため、置かれたファイルは何も受け入れられません"
        );
        let finding = Finding {
            places: place_of(sections).into_iter().collect(),
            ..Finding::whole(&rules::NO_ELECTRONIC_CLASS, found)
        };
        desk.report(finding);
    }
    classes
}

/// Reports earlier ids that two classes claim, for their records would belong to either, or one class twice.
fn one_class_each(classes: &[Node], desk: &Desk) {
    let lists = classes.iter().filter_map(|class| match &class.get("was")?.value {
        Value::List(former) => Some(former.iter().filter_map(|node| Some((node.scalar()?, node.place())))),
        Value::Nothing | Value::Scalar(_) | Value::Map(_) => None,
    });
    let mut named: Vec<(&str, Place)> = Vec::new();
    for former in lists {
        once(desk, former.clone(), twice_in_list);
        let mut own: BTreeMap<&str, Place> = BTreeMap::new();
        for (id, place) in former {
            own.entry(id).or_insert(place);
        }
        named.extend(own);
    }
    once(desk, named.into_iter(), |former| {
        said!("`{former}` is an earlier id of two classes", "`{former}`が、2つの種類の以前のIDになっています")
    });
}

/// What happens with files of no class: they are left and reported.
fn unclassified(item: &Item<'_>) {
    if item.choice_or("unclassified", &UNCLASSIFIED, false) == Ok(true) {
        let found = said!(
            "this version leaves unclassified files where they are; it does not seal them",
            "この版では、種類の決まらないファイルはそのまま残します（封かんはしません）"
        );
        item.desk().refuse_at(&NOT_CARRIED_OUT, item.place_of("unclassified"), found);
    }
}

fn place_of(sections: &Sections) -> Option<Place> {
    sections.retention.as_ref().map(Node::place)
}

/// A pattern, the class that has it, and where it stands.
pub(super) struct Accepted {
    class: String,
    pattern: Pattern,
    place: Place,
}

/// A pattern that meets many others is told of these: who mends it sees the rest, if there is any.
const MOST_PER_PATTERN: usize = 3;

/// Reports patterns of different classes that one path could match.
fn one_path_one_class(accepted: &[Accepted], desk: &Desk) {
    let mut sorted: Vec<(&Accepted, Outline<'_>)> =
        accepted.iter().map(|one| (one, Outline::of(&one.pattern))).collect();
    sorted.sort_by_key(|(one, _)| one.pattern.fixed_start());
    let mut told = vec![0; sorted.len()];
    for (n, (first, outline)) in sorted.iter().enumerate() {
        // Two patterns can meet only if one fixed start begins with the other; sorted, those follow at once.
        let start = first.pattern.fixed_start();
        let rest = sorted.iter().enumerate().skip(n + 1);
        let meets = rest.take_while(|(_, (other, _))| other.pattern.fixed_start().starts_with(start));
        for (m, (other, other_outline)) in meets {
            // Where thousands of patterns meet, nearly all pairs end here.
            if told[n] == MOST_PER_PATTERN && told[m] == MOST_PER_PATTERN {
                continue;
            }
            if other.class == first.class {
                continue;
            }
            let (earlier, later, at) = if first.place < other.place { (first, other, m) } else { (other, first, n) };
            if told[at] == MOST_PER_PATTERN || !other_outline.meets(outline) {
                continue;
            }
            told[at] += 1;
            let (later_pattern, Accepted { pattern, class, .. }) = (&later.pattern, earlier);
            let found = said!(
                "`{later_pattern}` and `{pattern}` of `{class}` accept the same paths",
                "`{later_pattern}`と、`{class}`の`{pattern}`に、同じパスが当てはまります"
            );
            desk.report(Finding::at(&rules::SAME_PATH, later.place.clone(), found).also(earlier.place.clone()));
        }
    }
}

/// Reports electronic classes that nobody, or only one key, could open, and reviews that nobody could give.
pub(super) fn openable(sections: &Sections, classes: &[Class], service: &Service, known: &Known, desk: &Desk) {
    reviewed(sections, classes, service, known, desk);
    let always = service.recipients.iter().filter(|one| one.always).count();
    let able = |named: &&str| service.recipients.iter().any(|one| one.id == *named && !one.always);
    let electronic = classes.iter().filter(|class| class.medium == Medium::Electronic);
    let counted: Vec<(&Class, usize)> = electronic
        .map(|class| (class, always + class.recipients.iter().map(String::as_str).filter(able).count()))
        .collect();
    let is_every_one = counted.len() > 1 && counted.iter().all(|(_, count)| *count == 1);
    if let Some(service) = sections.service.as_ref().filter(|_| is_every_one) {
        let finding = one_key(counted.iter().map(|(class, _)| *class), service, known);
        return desk.report(if always == 0 { finding.help(mark_one()) } else { finding });
    }
    for (class, count) in counted {
        let Some(place) = known.classes.place(&class.id) else { continue };
        sealed_to(count, &class.id, place, desk);
    }
}

/// What to do where nobody can open everything.
fn mark_one() -> Said {
    said!(
        "mark one recipient `always: true`, such as one for escrow: it can then open every record",
        "予備の鍵などの開封者に`always: true`を付けてください。すべての記録を開けるようになります"
    )
}

/// The finding for classes of which each has one key alone: the list of those who can open lacks somebody who always can.
fn one_key<'c>(classes: impl Iterator<Item = &'c Class> + Clone, service: &Node, known: &Known) -> Finding {
    let count = classes.clone().count();
    let found = said!(
        "only one key could open the records of each of the {count} classes",
        "{count}種類の記録は、いずれも開ける鍵が1つしかありません"
    );
    let place = service.get("recipients").unwrap_or(service).place();
    let finding = Finding::at(&rules::ONE_RECIPIENT, place, found);
    let shown = classes.filter_map(|class| known.classes.place(&class.id)).take(MOST_SHOWN);
    shown.cloned().fold(finding, Finding::also)
}

/// The most places that a finding about many classes shows.
const MOST_SHOWN: usize = 3;

/// Reports reviews that nobody could give: at the list of those who give them.
fn reviewed(sections: &Sections, classes: &[Class], service: &Service, known: &Known, desk: &Desk) {
    let there = service.approvers.len();
    let lacking: Vec<&Class> = classes.iter().filter(|class| class.disposal.review.approvers() > there).collect();
    let (Some(first), Some(section)) = (lacking.first(), &sections.service) else { return };
    let needed = lacking.iter().map(|class| class.disposal.review.approvers()).max().unwrap_or_default();
    let (id, count) = (&first.id, lacking.len());
    let found = match count {
        1 => said!(
            "`{id}` needs {needed} approvers, `service.approvers` names {there}",
            "`{id}`の承認には{needed}名が必要ですが、`service.approvers`には{there}名しかいません"
        ),
        _ => said!(
            "{count} classes need approvers, up to {needed} of them, `service.approvers` names {there}",
            "{count}種類の記録に最大{needed}名の承認が必要ですが、`service.approvers`には{there}名しかいません"
        ),
    };
    let place = section.get("approvers").unwrap_or(section).place();
    let finding = Finding::at(&service_rules::TOO_FEW_APPROVERS, place, found);
    let shown = lacking.iter().filter_map(|class| known.classes.place(&class.id)).take(MOST_SHOWN);
    desk.report(shown.cloned().fold(finding, Finding::also));
}

fn sealed_to(count: usize, class: &str, place: &Place, desk: &Desk) {
    let (rule, found) = match count {
        0 => (
            &rules::NO_RECIPIENTS,
            said!("nobody could open the records of `{class}`", "`{class}`の記録を開ける人がいません"),
        ),
        1 => (
            &rules::ONE_RECIPIENT,
            said!("only one key could open the records of `{class}`", "`{class}`の記録を開ける鍵が1つしかありません"),
        ),
        _ => return,
    };
    desk.report(Finding::at(rule, place.clone(), found));
}
