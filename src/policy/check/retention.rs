//! Checks `retention`: the classes, and what holds between them.
//!
//! In: the section, the declared dates, the recipients. Out: checked classes. The rule it keeps: every record of a class
//! can fall due by its whole rule, can be opened by somebody, and belongs to one class only.

pub(super) mod class;
pub(super) mod dates;

use crate::diag::{Finding, Place};
use crate::policy::raw::Node;
use crate::policy::rules::{retention as rules, service as service_rules};
use crate::policy::{Class, Medium, Pattern, Service};

use super::desk::{Checked, Desk, advice, all};
use super::item::Item;
use super::known::Known;
use super::sections::Sections;

const RETENTION: [&str; 2] = ["classes?", "unclassified?"];

/// Checks the classes of the set.
pub(super) fn classes(sections: &Sections, known: &Known, desk: &Desk) -> Checked<Vec<Class>> {
    let mut accepted = Vec::new();
    let classes = match &sections.retention {
        Some(node) => {
            let item = Item::open(desk, node, &RETENTION)?;
            let unclassified = item.optional("unclassified").map(|_| item.choice("unclassified", &[("report", ())]));
            let declared = dates::declared(sections);
            let nodes = item.list("classes")?;
            let classes = all(nodes, |node| class::class(desk, node, known, &declared, &mut accepted));
            unclassified.transpose()?;
            classes?
        }
        None => Vec::new(),
    };
    one_path_one_class(&accepted, desk);
    if !classes.iter().any(|class| class.medium == Medium::Electronic) {
        let found = "no class is electronic, so nothing that is filed will be taken in";
        let finding = Finding {
            places: place_of(sections).into_iter().collect(),
            ..Finding::whole(&rules::NO_ELECTRONIC_CLASS, found)
        };
        desk.report(finding.help(advice(&rules::NO_ELECTRONIC_CLASS)));
    }
    Ok(classes)
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

/// Reports patterns of different classes that one path could match.
fn one_path_one_class(accepted: &[Accepted], desk: &Desk) {
    let mut sorted: Vec<&Accepted> = accepted.iter().collect();
    sorted.sort_by_key(|one| one.pattern.fixed_start());
    for (n, first) in sorted.iter().enumerate() {
        // Two patterns can meet only if one fixed start begins with the other; sorted, those follow at once.
        let start = first.pattern.fixed_start();
        let meets = sorted[n + 1..].iter().take_while(|other| other.pattern.fixed_start().starts_with(start));
        for other in meets.filter(|other| other.class != first.class && other.pattern.overlaps(&first.pattern)) {
            let (earlier, later) = if first.place < other.place { (first, other) } else { (other, first) };
            let found =
                format!("`{}` and `{}` of `{}` accept the same paths", later.pattern, earlier.pattern, earlier.class);
            desk.report(Finding::at(&rules::SAME_PATH, later.place.clone(), found).also(earlier.place.clone()));
        }
    }
}

/// Reports electronic classes that nobody, or only one key, could open, and reviews that nobody could give.
pub(super) fn openable(classes: &[Class], service: &Service, known: &Known, desk: &Desk) {
    for class in classes {
        let Some(place) = known.classes.place(&class.id) else { continue };
        if class.medium == Medium::Electronic {
            let able = |named: &&str| service.recipients.iter().any(|one| one.id == *named && !one.always);
            let always = service.recipients.iter().filter(|one| one.always).count();
            let count = always + class.recipients.iter().map(String::as_str).filter(able).count();
            sealed_to(count, &class.id, place, desk);
        }
        let (needed, there) = (class.disposal.review.approvers(), service.approvers.len());
        if needed > there {
            let found = format!("`{}` needs {needed} approvers, `service.approvers` names {there}", class.id);
            let finding = Finding::at(&service_rules::TOO_FEW_APPROVERS, place.clone(), found);
            desk.report(finding.help(advice(&service_rules::TOO_FEW_APPROVERS)));
        }
    }
}

fn sealed_to(count: usize, class: &str, place: &Place, desk: &Desk) {
    let (rule, found) = match count {
        0 => (&rules::NO_RECIPIENTS, format!("nobody could open the records of `{class}`")),
        1 => (&rules::ONE_RECIPIENT, format!("only one key could open the records of `{class}`")),
        _ => return,
    };
    desk.report(Finding::at(rule, place.clone(), found).help(advice(rule)));
}
