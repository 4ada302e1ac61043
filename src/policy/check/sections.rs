//! Joins the sections of all files of a set.
//!
//! In: one tree per file, in order of their paths. Out: each section once. The rule it keeps: lists are joined in order;
//! a key of any other section may stand once over the whole set, except `retention.classes`, which is a list.

use crate::diag::Finding;
use crate::policy::raw::{Key, Node, Value};
use crate::policy::rules::section;

use super::desk::Desk;
use super::item::{distinct, suggest, wrong_type};

/// The sections a set may have.
const SECTIONS: [&str; 13] = [
    "organization",
    "parties",
    "principles",
    "purposes",
    "information",
    "joint-use",
    "consent",
    "dates",
    "retention",
    "disposal-methods",
    "pages",
    "notices",
    "service",
];

/// The sections of a set, joined.
#[derive(Default)]
pub(super) struct Sections {
    pub(super) organization: Option<Node>,
    pub(super) parties: Vec<Node>,
    pub(super) principles: Vec<Node>,
    pub(super) purposes: Vec<Node>,
    pub(super) information: Vec<Node>,
    pub(super) joint_use: Vec<Node>,
    pub(super) consent: Option<Node>,
    pub(super) dates: Vec<Node>,
    pub(super) retention: Option<Node>,
    pub(super) disposal_methods: Option<Node>,
    pub(super) pages: Vec<Node>,
    pub(super) notices: Vec<Node>,
    pub(super) service: Option<Node>,
}

impl Sections {
    /// Joins the sections of these files.
    pub(super) fn join(files: &[Node], desk: &Desk) -> Sections {
        let mut sections = Sections::default();
        for file in files {
            match &file.value {
                Value::Map(entries) => {
                    distinct(desk, entries);
                    entries.iter().for_each(|(key, node)| sections.add(key, node, desk));
                }
                Value::Nothing => {}
                Value::Scalar(_) | Value::List(_) => {
                    wrong_type(desk, file, "a map of sections");
                }
            }
        }
        sections
    }

    fn add(&mut self, key: &Key, node: &Node, desk: &Desk) {
        match key.name.as_str() {
            "organization" => merge(&mut self.organization, key, node, desk),
            "parties" => append(&mut self.parties, node, desk),
            "principles" => append(&mut self.principles, node, desk),
            "purposes" => append(&mut self.purposes, node, desk),
            "information" => append(&mut self.information, node, desk),
            "joint-use" => append(&mut self.joint_use, node, desk),
            "consent" => merge(&mut self.consent, key, node, desk),
            "dates" => append(&mut self.dates, node, desk),
            "retention" => merge(&mut self.retention, key, node, desk),
            "disposal-methods" => merge(&mut self.disposal_methods, key, node, desk),
            "pages" => append(&mut self.pages, node, desk),
            "notices" => append(&mut self.notices, node, desk),
            "service" => merge(&mut self.service, key, node, desk),
            unknown => {
                let found = format!("`{unknown}` is not a section of the policy language");
                let help = suggest(unknown, SECTIONS.into_iter());
                desk.report(Finding::at(&section::UNKNOWN_KEY, key.place(), found).help(help));
            }
        }
    }
}

fn append(joined: &mut Vec<Node>, node: &Node, desk: &Desk) {
    match &node.value {
        Value::List(items) => joined.extend(items.iter().cloned()),
        Value::Nothing | Value::Scalar(_) | Value::Map(_) => {
            wrong_type(desk, node, "a list");
        }
    }
}

fn merge(joined: &mut Option<Node>, section_key: &Key, node: &Node, desk: &Desk) {
    let Value::Map(entries) = &node.value else {
        wrong_type(desk, node, "a map");
        return;
    };
    let earlier = match joined.take().map(|node| node.value) {
        Some(Value::Map(earlier)) => earlier,
        Some(Value::Nothing | Value::Scalar(_) | Value::List(_)) | None => Vec::new(),
    };
    *joined = Some(Node::joined(section_key, with(earlier, section_key, entries, desk)));
}

/// The entries of both parts; a key that stands in both is reported, the list of classes is joined.
fn with(earlier: Vec<(Key, Node)>, section_key: &Key, entries: &[(Key, Node)], desk: &Desk) -> Vec<(Key, Node)> {
    let mut all = earlier;
    let before = all.len();
    for (key, node) in entries {
        let Some((first, value)) = all[..before].iter_mut().find(|(first, _)| first.name == key.name) else {
            all.push((key.clone(), node.clone()));
            continue;
        };
        let is_list_of_classes = section_key.name == "retention" && key.name == "classes";
        if let (Value::List(classes), Value::List(more), true) = (&mut value.value, &node.value, is_list_of_classes) {
            classes.extend(more.iter().cloned());
            continue;
        }
        let found = format!("`{}.{}` stands twice in the set", section_key.name, key.name);
        desk.report(Finding::at(&section::STATED_TWICE, key.place(), found).also(first.place()));
    }
    all
}
