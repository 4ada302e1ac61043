//! Joins the sections of all files of a set.
//!
//! In: one tree per file, in order of their paths. Out: each section once. The rule it keeps: lists are joined in order;
//! a key of any other section may stand once over the whole set, except `retention.classes`, which is a list.

use std::collections::BTreeSet;

use crate::diag::{Finding, near};
use crate::policy::raw::{Key, Node, Value};
use crate::policy::rules::section;
use crate::policy::shape::{CASES, Shape, Takes, map, maybe, names};
use crate::said;

use super::desk::Desk;
use super::item::{Expected, distinct, suggest, wrong_type};
use super::{conduct, consent, disclosure, organization, publication, purposes, retention, service, settings};

/// The whole language: the sections a set may have.
pub(in crate::policy) const POLICY: Shape = map(&[
    maybe("organization", Takes::Spread(&organization::ORGANIZATION), "Who speaks."),
    maybe("parties", Takes::List(&Takes::Map(&organization::PARTY)), "Who else is named."),
    maybe("terms", Takes::List(&Takes::Map(&organization::TERM)), "Words that are used in one meaning."),
    maybe("principles", Takes::List(&Takes::Map(&organization::PRINCIPLE)), "The basic policy."),
    maybe("purposes", Takes::List(&Takes::Map(&purposes::PURPOSE)), "What personal data is used for."),
    maybe("information", Takes::List(&Takes::Map(&purposes::INFORMATION)), "The types of information that are held."),
    maybe("processes", Takes::List(&Takes::Map(&purposes::PROCESS)), "How information is used, per kind of document."),
    maybe("joint-use", Takes::List(&Takes::Map(&disclosure::JOINT_USE)), "What is used jointly with others."),
    maybe("entrustments", Takes::List(&Takes::Map(&disclosure::ENTRUSTMENT)), "What others are entrusted with."),
    maybe("provisions", Takes::List(&Takes::Map(&disclosure::PROVISION)), "What third parties are given."),
    maybe("exceptions", CASES, "When third parties are given data without consent, as the law allows."),
    maybe("notice-exceptions", CASES, "When a purpose need not be told, as the law allows."),
    maybe("not-third-parties", CASES, "Who is no third party, as the law says."),
    maybe(
        "abroad",
        Takes::Either(&[Takes::Choice(&["none"]), Takes::List(&Takes::Map(&disclosure::ABROAD))]),
        "Who is given data in other countries; `none` where nobody is.",
    ),
    maybe("consent", Takes::Spread(&consent::CONSENT), "How consent is asked for and given."),
    maybe("dates", Takes::List(&Takes::Map(&retention::dates::DATE)), "The dates that periods count from."),
    maybe("retention", Takes::Spread(&retention::RETENTION), "What is kept, and for how long."),
    maybe("disposal-methods", Takes::Spread(&retention::methods::METHODS), "How each medium is disposed of."),
    maybe("security", Takes::Spread(&conduct::SECURITY), "How data is protected."),
    maybe("procedures", Takes::List(&Takes::Map(&conduct::PROCEDURE)), "How people make requests about their data."),
    maybe("pages", Takes::List(&Takes::Map(&publication::PAGE)), "The pages of the site."),
    maybe("notices", Takes::List(&Takes::Map(&publication::NOTICE)), "The notices on paper."),
    maybe("service", Takes::Spread(&service::SERVICE), "How the service runs."),
    maybe("rules", Takes::Names(&Takes::Rule, &settings::WEIGHT), "What findings weigh, by rule."),
    maybe("accepted-findings", Takes::List(&Takes::Map(&settings::ACCEPTED)), "Findings the organization lives with."),
]);

/// The names of the sections.
pub(in crate::policy) const SECTIONS: [&str; POLICY.keys.len()] = names(&POLICY);

/// The sections of a set, joined.
#[derive(Default)]
pub(in crate::policy) struct Sections {
    pub(in crate::policy) organization: Option<Node>,
    pub(in crate::policy) parties: Vec<Node>,
    pub(in crate::policy) terms: Vec<Node>,
    pub(in crate::policy) principles: Vec<Node>,
    pub(in crate::policy) purposes: Vec<Node>,
    pub(in crate::policy) information: Vec<Node>,
    pub(in crate::policy) processes: Vec<Node>,
    pub(in crate::policy) joint_use: Vec<Node>,
    pub(in crate::policy) entrustments: Vec<Node>,
    pub(in crate::policy) provisions: Vec<Node>,
    pub(in crate::policy) exceptions: Option<Node>,
    pub(in crate::policy) notice_exceptions: Option<Node>,
    pub(in crate::policy) not_third_parties: Option<Node>,
    pub(in crate::policy) abroad: Option<Node>,
    pub(in crate::policy) consent: Option<Node>,
    pub(in crate::policy) dates: Vec<Node>,
    pub(in crate::policy) retention: Option<Node>,
    pub(in crate::policy) disposal_methods: Option<Node>,
    pub(in crate::policy) security: Option<Node>,
    pub(in crate::policy) procedures: Vec<Node>,
    pub(in crate::policy) pages: Vec<Node>,
    pub(in crate::policy) notices: Vec<Node>,
    pub(in crate::policy) service: Option<Node>,
    pub(in crate::policy) rules: Option<Node>,
    pub(in crate::policy) accepted_findings: Vec<Node>,
    /// Sections and lists in them of which a part could not be read: what they declare is not known.
    pub(in crate::policy) unread: BTreeSet<String>,
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
                    wrong_type(desk, file, Expected::Map(None));
                }
            }
        }
        sections.unread();
        sections
    }

    /// Notes the lists that have to be there and are not, or are none; without recipients nothing else is said of them.
    fn unread(&mut self) {
        let lists = [
            ("organization.contacts", &self.organization, "contacts", true),
            ("consent.items", &self.consent, "items", self.consent.is_some()),
            ("retention.classes", &self.retention, "classes", false),
            ("service.recipients", &self.service, "recipients", true),
        ];
        for (name, section, key, is_needed) in lists {
            let is_list = match section.as_ref().and_then(|section| section.get(key)).map(|node| &node.value) {
                Some(Value::List(items)) => !items.is_empty() || name != "service.recipients",
                Some(Value::Nothing | Value::Scalar(_) | Value::Map(_)) => false,
                None => !is_needed,
            };
            let is_misspelt = self.unread.contains(name.split('.').next().unwrap_or(name));
            if !is_list || is_misspelt {
                self.unread.insert(name.to_owned());
            }
        }
    }

    fn add(&mut self, key: &Key, node: &Node, desk: &Desk) {
        let is_read = match key.name.as_str() {
            "organization" => merge(&mut self.organization, key, node, desk),
            "parties" => append(&mut self.parties, node, desk),
            "terms" => append(&mut self.terms, node, desk),
            "principles" => append(&mut self.principles, node, desk),
            "purposes" => append(&mut self.purposes, node, desk),
            "information" => append(&mut self.information, node, desk),
            "processes" => append(&mut self.processes, node, desk),
            "joint-use" => append(&mut self.joint_use, node, desk),
            "entrustments" => append(&mut self.entrustments, node, desk),
            "provisions" => append(&mut self.provisions, node, desk),
            "exceptions" => once(&mut self.exceptions, key, node, desk),
            "notice-exceptions" => once(&mut self.notice_exceptions, key, node, desk),
            "not-third-parties" => once(&mut self.not_third_parties, key, node, desk),
            "abroad" => once(&mut self.abroad, key, node, desk),
            "consent" => merge(&mut self.consent, key, node, desk),
            "dates" => append(&mut self.dates, node, desk),
            "retention" => merge(&mut self.retention, key, node, desk),
            "disposal-methods" => merge(&mut self.disposal_methods, key, node, desk),
            "security" => merge(&mut self.security, key, node, desk),
            "procedures" => append(&mut self.procedures, node, desk),
            "pages" => append(&mut self.pages, node, desk),
            "notices" => append(&mut self.notices, node, desk),
            "service" => merge(&mut self.service, key, node, desk),
            "rules" => merge(&mut self.rules, key, node, desk),
            "accepted-findings" => append(&mut self.accepted_findings, node, desk),
            _ if desk.passed_over(&section::UNKNOWN_KEY).is_some() => true,
            unknown => {
                let found =
                    said!("`{unknown}` is not a section of the policy language", "`{unknown}`という節はありません");
                desk.refuse(suggest(
                    Finding::at(&section::UNKNOWN_KEY, key.place(), found),
                    unknown,
                    SECTIONS.into_iter(),
                ));
                self.unread.extend(near(unknown, SECTIONS).names().map(str::to_owned));
                true
            }
        };
        if !is_read {
            self.unread.insert(key.name.clone());
        }
    }
}

/// Adds the items of a list; returns whether it is one.
fn append(joined: &mut Vec<Node>, node: &Node, desk: &Desk) -> bool {
    match &node.value {
        Value::List(items) => joined.extend(items.iter().cloned()),
        Value::Nothing | Value::Scalar(_) | Value::Map(_) => {
            wrong_type(desk, node, Expected::List(None));
            return false;
        }
    }
    true
}

/// A section that is one value, which may stand once over the whole set.
fn once(joined: &mut Option<Node>, key: &Key, node: &Node, desk: &Desk) -> bool {
    let Some(first) = joined else {
        *joined = Some(node.clone());
        return true;
    };
    // Twice in one file is a doubled key, which was reported.
    if first.place().file == key.place().file {
        return true;
    }
    let name = &key.name;
    let found = said!("`{name}` stands twice in the set", "`{name}`が2か所に書かれています");
    desk.refuse(Finding::at(&section::STATED_TWICE, key.place(), found).also(first.place()));
    true
}

/// Joins the keys of a map; returns whether it is one.
fn merge(joined: &mut Option<Node>, section_key: &Key, node: &Node, desk: &Desk) -> bool {
    let Value::Map(entries) = &node.value else {
        wrong_type(desk, node, Expected::Map(None));
        return false;
    };
    let earlier = match joined.take().map(|node| node.value) {
        Some(Value::Map(earlier)) => earlier,
        Some(Value::Nothing | Value::Scalar(_) | Value::List(_)) | None => Vec::new(),
    };
    *joined = Some(Node::joined(section_key, with(earlier, section_key, entries, desk)));
    true
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
        let (section, name) = (&section_key.name, &key.name);
        let found = said!("`{section}.{name}` stands twice in the set", "`{section}.{name}`が2か所に書かれています");
        desk.refuse(Finding::at(&section::STATED_TWICE, key.place(), found).also(first.place()));
    }
    all
}
