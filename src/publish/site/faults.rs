//! What is wrong in templates, with its place.
//!
//! In: what the template engine says, and the texts it read. Out: [`Fault`]s. The rule it keeps: the engine alone decides what
//! is wrong; its words are read only to point at the place, and what they do not tell is left open.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tera::ErrorKind;

use crate::publish::templates::Templates;

/// What is wrong in a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The file below `templates/`; none where no one file is at fault.
    pub template: Option<String>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.template {
            Some(template) => write!(f, "templates/{template}:{}:{}: {}", self.line, self.column, self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl Fault {
    /// A fault of no file, or of a file as a whole.
    pub(super) fn whole(template: Option<&str>, message: String) -> Fault {
        Fault { template: template.map(str::to_owned), line: 1, column: 1, message }
    }
}

/// Reads what the template engine says.
pub(super) fn faults(error: &tera::Error, templates: &Templates) -> Vec<Fault> {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => vec![Fault {
            template: Some(report.filename().to_owned()),
            line: report.span().start_line,
            column: report.span().start_col + 1,
            message: report.message().to_owned(),
        }],
        ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => {
            vec![Fault::whole(Some(tpl), error.to_string())]
        }
        ErrorKind::MissingParent { current, .. } => vec![Fault::whole(Some(current), error.to_string())],
        other => told(&other.to_string(), templates),
    }
}

/// Reads a message that has no place of its own: reports one after the other, or one sentence.
fn told(message: &str, templates: &Templates) -> Vec<Fault> {
    let mut reports: Vec<Fault> = Vec::new();
    for fault in message.split("\n\n").filter_map(report).map(|fault| at_the_own_file(fault, templates)) {
        if !reports.contains(&fault) {
            reports.push(fault);
        }
    }
    if !reports.is_empty() {
        return reports;
    }
    let components = Components::of(templates);
    let fault = components.twice(message).or_else(|| components.endless(message));
    vec![fault.unwrap_or_else(|| Fault::whole(None, message.to_owned()))]
}

/// Reads one report: `error: MESSAGE`, then a line ` --> FILE:LINE:COLUMN`.
fn report(text: &str) -> Option<Fault> {
    let mut lines = text.lines();
    let message = lines.next()?.strip_prefix("error: ")?;
    let place = lines.find_map(|line| line.trim_start().strip_prefix("--> "))?;
    let mut parts = place.rsplitn(3, ':');
    let (column, line, template) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?);
    Some(Fault { template: Some(template.to_owned()), line, column, message: message.to_owned() })
}

/// Where a built-in template calls a component that a file of the instance's own no longer defines, that file is at fault.
fn at_the_own_file(fault: Fault, templates: &Templates) -> Fault {
    let is_own = |template: &str| templates.own(template).next() == Some(template);
    if fault.template.as_deref().is_none_or(is_own) {
        return fault;
    }
    let shipped = Templates::shipped();
    let components = Components::of(&shipped).defined.into_iter();
    let mut missing = components.filter(|(name, _)| fault.message.contains(&format!("`{name}`")));
    let defined = missing.find_map(|(name, all)| Some((name, all.iter().find(|one| is_own(one.template))?.template)));
    match defined {
        Some((name, template)) => {
            Fault::whole(Some(template), format!("component `{name}`, which others call, is not defined here any more"))
        }
        None => fault,
    }
}

/// Where components are defined and called.
struct Components<'t> {
    /// By name: each definition, the instance's own last.
    defined: BTreeMap<&'t str, Vec<Defined<'t>>>,
}

struct Defined<'t> {
    template: &'t str,
    text: &'t str,
    /// Where the name stands in the text.
    at: usize,
    /// What is called in it, and where.
    calls: Vec<(&'t str, usize)>,
}

impl<'t> Components<'t> {
    fn of(templates: &'t Templates) -> Components<'t> {
        let mut defined: BTreeMap<&str, Vec<Defined<'_>>> = BTreeMap::new();
        for (template, bytes) in templates.below("pages/") {
            let text = std::str::from_utf8(bytes).unwrap_or_default();
            for (begin, _) in text.match_indices("component ").filter(|(at, _)| is_in_tag(&text[..*at])) {
                let at = begin + "component ".len();
                let name = word(&text[at..]);
                let end = text[at..].find("endcomponent").map_or(text.len(), |end| at + end);
                let called = text[at..end].match_indices('<').map(|(call, _)| at + call);
                let called = called.filter(|call| is_in_tag(&text[..*call]));
                let calls = called.map(|call| (word(&text[call + 1..]), call + 1)).collect();
                defined.entry(name).or_default().push(Defined { template, text, at, calls });
            }
        }
        for all in defined.values_mut() {
            all.sort_by_key(|one| templates.own(one.template).next().is_some());
        }
        Components { defined }
    }

    /// The component that a message says is in two files.
    fn twice(&self, message: &str) -> Option<Fault> {
        let (_, all) = self.defined.iter().find(|(name, all)| {
            let files: BTreeSet<&str> = all.iter().map(|one| one.template).collect();
            files.len() > 1 && message.contains(&format!("`{name}`"))
        })?;
        let last = all.last()?;
        Some(last.fault(last.at, message.to_owned()))
    }

    /// The component that calls itself without end, if a message says that one does.
    fn endless(&self, message: &str) -> Option<Fault> {
        if !message.contains("recursion") {
            return None;
        }
        let all = self.defined.iter().flat_map(|(name, all)| all.iter().map(move |one| (*name, one)));
        let (name, one, at) = all.into_iter().find_map(|(name, one)| {
            let (_, at) = one.calls.iter().find(|(called, _)| self.leads_to(called, name))?;
            Some((name, one, *at))
        })?;
        Some(one.fault(at, format!("component `{name}` calls itself here again and again: {message}")))
    }

    /// Whether a component calls another, itself or through others.
    fn leads_to(&self, from: &str, to: &str) -> bool {
        let (mut known, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(name) = next.pop() {
            if name == to {
                return true;
            }
            if known.insert(name) {
                let called = self.defined.get(name).into_iter().flatten().flat_map(|one| &one.calls);
                next.extend(called.map(|(called, _)| *called));
            }
        }
        false
    }
}

impl Defined<'_> {
    fn fault(&self, at: usize, message: String) -> Fault {
        let before = &self.text[..at];
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let line = before.matches('\n').count() + 1;
        Fault { template: Some(self.template.to_owned()), line, column, message }
    }
}

/// Whether a text ends with the beginning of a tag.
fn is_in_tag(before: &str) -> bool {
    let before = before.trim_end();
    let before = before.strip_suffix('-').unwrap_or(before);
    before.ends_with("{%") || before.ends_with("{{")
}

/// Returns the name a text begins with.
fn word(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len());
    &text[..end]
}
