//! Checks what the organization decides about findings: `rules`, `accepted-findings`.
//!
//! In: these sections. Out: their checked types. The rule it keeps: whoever lowers an error or accepts a finding says why,
//! by whom and until when.

use std::collections::BTreeMap;

use crate::diag::{Finding, Locale, Place, Rule, Severity, Weight};
use crate::policy::raw::{Key, Node, Value};
use crate::policy::rules::{self, organization::DATE, reference, settings};
use crate::policy::shape::{self as shapes, ITEM, Shape, Takes, forms, map, needed, words};
use crate::policy::{AcceptedFinding, Reasoned, RuleSeverity};
use crate::said;

use super::desk::{Checked, Desk, good};
use super::item::{Item, choice, entries, suggest, word};
use super::sections::Sections;

/// A finding the organization lives with.
pub(super) const ACCEPTED: Shape = map(&[
    needed("rule", Takes::Rule, "The rule that finds it."),
    needed("at", Takes::Form(&ITEM), "What it is about."),
    REASON,
    BY,
    UNTIL,
]);
/// What a rule weighs.
pub(super) const WEIGHT: Takes = Takes::Either(&[Takes::Choice(&words(&SEVERITIES)), Takes::Map(&SEVERITY)]);
const REASON: shapes::Key = needed("reason", Takes::Word, "Why.");
const BY: shapes::Key = needed("by", Takes::Word, "Who decided it.");
const UNTIL: shapes::Key = needed("until", Takes::Form(&forms::DATE), "The last day on which that holds.");
const SEVERITY: Shape =
    map(&[needed("severity", Takes::Choice(&words(&SEVERITIES)), "What its findings weigh."), REASON, BY, UNTIL]);
const SEVERITIES: [(&str, Severity); 3] =
    [("error", Severity::Error), ("warning", Severity::Warning), ("note", Severity::Note)];

/// Checks the severities of rules.
pub(super) fn severities(sections: &Sections, desk: &Desk) -> Vec<RuleSeverity> {
    beside(desk, |desk| {
        let entries = sections.rules.as_ref().and_then(|node| entries(desk, node).ok());
        good(entries.unwrap_or_default(), |(key, node)| severity(desk, key, node))
    })
}

/// Checks what weighs findings and changes no value of the set: where it cannot be used, nothing of the set is missing.
fn beside<T>(desk: &Desk, check: impl FnOnce(&Desk) -> T) -> T {
    let mut own = Desk::new(desk.as_of());
    own.speak(desk.languages().to_vec());
    let checked = check(&own);
    own.tell(desk);
    checked
}

fn severity(desk: &Desk, key: &Key, node: &Node) -> Checked<RuleSeverity> {
    let rule = known(desk, &key.name, key.place())?;
    if rule.weight == Weight::Fixed {
        return Err(desk.refuse(unchangeable(rule, key.place(), node)));
    }
    let (severity, reasoned) = match &node.value {
        Value::Map(_) => {
            let item = Item::open(desk, node, &SEVERITY)?;
            let (severity, reasoned) = (item.choice("severity", &SEVERITIES), reasoned(&item));
            (severity?, Some(reasoned?))
        }
        Value::Nothing | Value::Scalar(_) | Value::List(_) => (choice(desk, node, &SEVERITIES)?, None),
    };
    if rule.severity == Severity::Error && severity != Severity::Error && reasoned.is_none() {
        let name = rule.name;
        let found = said!(
            "`{name}` is an error; lowering it needs `severity`, `reason`, `by` and `until`",
            "`{name}`はエラーです。軽くするには`severity`、`reason`、`by`、`until`が必要です"
        );
        return Err(desk.refuse_at(&settings::no_reason::RULE, node.place(), found));
    }
    Ok(RuleSeverity { rule: rule.name.to_owned(), severity, reasoned })
}

/// The finding for a rule that always weighs the same; an entry that says just that is no attempt to lower it.
fn unchangeable(rule: &Rule, place: Place, node: &Node) -> Finding {
    let stated = node.scalar().or_else(|| node.get("severity").and_then(Node::scalar));
    let is_same = SEVERITIES.iter().any(|(word, severity)| *severity == rule.severity && stated == Some(word));
    let (name, severity) = (rule.name, rule.severity.word(Locale::English));
    if is_same {
        let found = said!("`{name}` is always of severity `{severity}`", "`{name}`の重さは常に`{severity}`です");
        let help = said!("remove the entry: it changes nothing", "この行を消してください（書いても何も変わりません）");
        return Finding::at(&settings::fixed::RULE, place, found).help(help);
    }
    let found = said!(
        "`{name}` is always of severity `{severity}`: `rules` cannot change it",
        "`{name}`の重さは常に`{severity}`です。`rules`では変えられません"
    );
    Finding::at(&settings::fixed::RULE, place, found)
}

/// Returns the rule of this name.
fn known(desk: &Desk, name: &str, place: Place) -> Checked<&'static Rule> {
    let Some(rule) = rules::all().find(|rule| rule.name == name) else {
        let found = said!("there is no rule `{name}`", "`{name}`という規則はありません");
        let finding = Finding::at(&reference::DANGLING, place, found);
        return Err(desk.refuse(suggest(finding, name, rules::all().map(|rule| rule.name))));
    };
    Ok(rule)
}

/// Returns the rule of this name, if it is one whose findings may be accepted.
fn acceptable(desk: &Desk, name: &str, place: Place) -> Checked<&'static Rule> {
    let rule = known(desk, name, place.clone())?;
    match rule.weight {
        Weight::Adjustable => Ok(rule),
        Weight::Fixed => {
            let found = said!("what `{name}` finds cannot be accepted", "`{name}`の指摘は受け入れられません");
            Err(desk.refuse_at(&settings::fixed::RULE, place, found))
        }
    }
}

fn reasoned(item: &Item<'_>) -> Checked<Reasoned> {
    let (reason, by, until) = (item.word("reason"), item.word("by"), item.parsed("until", &DATE));
    Ok(Reasoned { reason: reason?.to_owned(), by: by?.to_owned(), until: until? })
}

/// Checks the findings that are accepted.
pub(super) fn accepted(sections: &Sections, desk: &Desk) -> Vec<AcceptedFinding> {
    beside(desk, |desk| {
        let mut seen: BTreeMap<(&str, &str), Place> = BTreeMap::new();
        good(&sections.accepted_findings, |node| {
            let item = Item::open(desk, node, &ACCEPTED)?;
            let word_of = |key: &str| node.get(key).and_then(Node::scalar);
            if let (Some(rule), Some(at)) = (word_of("rule"), word_of("at"))
                && let Some(first) = seen.insert((rule, at), item.place_of("at"))
            {
                let found = said!("`{rule}` at `{at}` is accepted twice", "`{at}`の`{rule}`を2回受け入れています");
                let help = said!("keep the entry that holds", "有効な方だけを残してください");
                desk.report(Finding::at(&reference::DUPLICATE_ID, item.place_of("at"), found).also(first).help(help));
            }
            let rule = item.needed("rule").and_then(|node| acceptable(desk, word(desk, node)?, node.place()));
            let (at, reasoned) = (item.word("at"), reasoned(&item));
            Ok(AcceptedFinding { rule: rule?.name.to_owned(), at: at?.to_owned(), reasoned: reasoned? })
        })
    })
}
