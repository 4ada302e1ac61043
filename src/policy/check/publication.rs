//! Checks what is published and how: `disposal-methods`, `pages`, `notices`.
//!
//! In: these sections. Out: their checked types. The rule it keeps: a page or a notice gets a file name of its own.

use crate::diag::Finding;
use crate::policy::raw::Node;
use crate::policy::rules::{publication as rules, section};
use crate::policy::{Audience, DisposalMethod, Medium, Notice, NoticeWhen, Page, Section};

use super::desk::{Checked, Desk, advice, all};
use super::item::{Item, choice, list};
use super::sections::Sections;

const METHODS: [(&str, Medium); 3] =
    [("electronic", Medium::Electronic), ("paper", Medium::Paper), ("device", Medium::Device)];
const PAGE: [&str; 3] = ["id", "title", "show"];
const NOTICE: [&str; 5] = ["id", "title", "audience", "when", "template"];
const WHEN: [&str; 2] = ["policy-changes?", "sweep?"];
const SHOWN: [(&str, Section); 6] = [
    ("principles", Section::Principles),
    ("purposes", Section::Purposes),
    ("joint-use", Section::JointUse),
    ("consent", Section::Consent),
    ("retention", Section::Retention),
    ("contacts", Section::Contacts),
];

/// The page hokan writes itself.
const RESERVED: &str = "index";

/// Checks the words for each medium.
pub(super) fn disposal_methods(sections: &Sections, desk: &Desk) -> Checked<Vec<DisposalMethod>> {
    let Some(node) = &sections.disposal_methods else {
        return Ok(Vec::new());
    };
    let item = Item::open(desk, node, &["electronic?", "paper?", "device?"])?;
    let stated = METHODS.iter().filter(|(key, _)| item.optional(key).is_some());
    all(stated, |(key, medium)| Ok(DisposalMethod { medium: *medium, text: item.text(key)? }))
}

/// Checks the pages.
pub(super) fn pages(sections: &Sections, desk: &Desk) -> Checked<Vec<Page>> {
    all(&sections.pages, |node| {
        let item = Item::open(desk, node, &PAGE)?;
        let (id, title) = (item.id("id"), item.text("title"));
        let show = item.list("show").and_then(|nodes| all(nodes, |node| choice(desk, node, &SHOWN)));
        let id = id?;
        if id == RESERVED {
            let found = format!("a page cannot be called `{RESERVED}`");
            return Err(desk.refuse_at(&rules::RESERVED_PAGE, item.place_of("id"), found));
        }
        Ok(Page { id, title: title?, show: show? })
    })
}

/// Checks the notices.
pub(super) fn notices(sections: &Sections, desk: &Desk) -> Checked<Vec<Notice>> {
    const AUDIENCES: [(&str, Audience); 2] = [("public", Audience::Public), ("internal", Audience::Internal)];
    all(&sections.notices, |node| {
        let item = Item::open(desk, node, &NOTICE)?;
        let (id, title, audience) = (item.id("id"), item.text("title"), item.choice("audience", &AUDIENCES));
        let when = item.needed("when").and_then(|node| when(desk, node));
        let template = template(&item);
        Ok(Notice { id: id?, title: title?, audience: audience?, when: when?, template: template? })
    })
}

fn when(desk: &Desk, node: &Node) -> Checked<NoticeWhen> {
    let item = Item::open(desk, node, &WHEN)?;
    match (item.optional("policy-changes"), item.optional("sweep")) {
        (Some(changes), None) => {
            let sections = all(list(desk, changes)?, |node| choice(desk, node, &SHOWN));
            if changes.value.is_empty_list() {
                let found = "the list of sections is empty";
                return Err(desk.refuse_at(&section::WRONG_TYPE, changes.place(), found));
            }
            sections.map(NoticeWhen::PolicyChanges)
        }
        (None, Some(_)) => item.choice("sweep", &[("completed", ())]).map(|()| NoticeWhen::SweepCompleted),
        (Some(_), Some(_)) | (None, None) => {
            let found = "a notice is printed for one reason: `policy-changes` or `sweep: completed`";
            Err(desk.refuse_at(&section::WRONG_TYPE, item.place(), found))
        }
    }
}

fn template(item: &Item<'_>) -> Checked<String> {
    let path = item.word("template")?;
    let climbs = path.split('/').any(|segment| matches!(segment, "" | "." | ".."));
    if climbs || path.contains('\\') {
        let found = format!("`{path}` is not a path below `templates/`");
        let finding = Finding::at(&rules::TEMPLATE, item.place_of("template"), found);
        return Err(item.desk().refuse(finding.help(advice(&rules::TEMPLATE))));
    }
    Ok(path.to_owned())
}
