//! Applies what an organization decided about findings: severities, and findings it accepts.
//!
//! In: findings, the policy's `rules` and `accepted-findings`, the day. Out: the same findings, weighed. The rule it keeps:
//! nothing disappears: an accepted finding stays in the report with who accepted it and until when; a decision that has
//! run out, or that nothing needs any more, is itself a finding.

use crate::calendar::Date;
use crate::diag::{Accepted, Finding, Place, Weight};
use crate::policy::check::meant;
use crate::policy::rules::{self, settings};
use crate::policy::{AcceptedFinding, Policy, Reasoned};
use crate::said;

use super::Map;

/// Weighs the findings of a run; only of a set that could be read whole is it known what is not found any more.
pub(in crate::policy) fn weigh(
    mut findings: Vec<Finding>,
    policy: &Policy,
    map: &Map<'_>,
    today: Date,
    is_whole: bool,
) -> Vec<Finding> {
    for finding in &mut findings {
        finding.at = at(finding, map);
        if rules::all().any(|rule| rule.name == finding.rule && rule.weight == Weight::Adjustable) {
            lower(finding, policy, today);
            accept(finding, policy, map, today);
        }
    }
    let unused = if is_whole { unused(policy, map, &findings, today) } else { Vec::new() };
    let stale = [expired(policy, map, today), unused].concat();
    findings.extend(stale.into_iter().map(|finding| Finding { at: at(&finding, map), ..finding }));
    findings
}

/// The item a finding is about.
fn at(finding: &Finding, map: &Map<'_>) -> Option<String> {
    finding.places.first().and_then(|place| map.item_at(place)).map(str::to_owned)
}

fn lower(finding: &mut Finding, policy: &Policy, today: Date) {
    let holds = |reasoned: &Option<Reasoned>| reasoned.as_ref().is_none_or(|reasoned| today <= reasoned.until);
    let stated = policy.rules.iter().find(|stated| stated.rule == finding.rule && holds(&stated.reasoned));
    if let Some(stated) = stated {
        finding.severity = stated.severity;
    }
}

/// Whether a finding is what somebody accepted: at the item, or at the part of it that is named.
fn is_meant(one: &AcceptedFinding, finding: &Finding, map: &Map<'_>) -> bool {
    let is_inside = || finding.places.first().is_some_and(|place| map.is_part(&one.at, place));
    one.rule == finding.rule && (finding.at.as_ref() == Some(&one.at) || is_inside())
}

fn accept(finding: &mut Finding, policy: &Policy, map: &Map<'_>, today: Date) {
    let covers = |one: &&AcceptedFinding| today <= one.reasoned.until && is_meant(one, finding, map);
    finding.accepted = policy.accepted_findings.iter().find(covers).map(|one| {
        let Reasoned { reason, by, until } = &one.reasoned;
        Accepted { reason: reason.clone(), by: by.clone(), until: until.to_string() }
    });
}

/// Decisions whose last day has passed.
fn expired(policy: &Policy, map: &Map<'_>, today: Date) -> Vec<Finding> {
    let lowered = policy.rules.iter().filter_map(|stated| {
        let until = stated.reasoned.as_ref()?.until;
        let rule = &stated.rule;
        (until < today).then(|| {
            let found =
                said!("the severity of `{rule}` held until {until}", "`{rule}`の重さの定めは{until}で終わりました");
            Finding::at(&settings::severity_expired::RULE, map.place(&format!("rules.{rule}")), found)
        })
    });
    let accepted = policy.accepted_findings.iter().filter_map(|one| {
        let (AcceptedFinding { rule, at, .. }, until) = (one, one.reasoned.until);
        (until < today).then(|| {
            let found = said!(
                "`{rule}` at `{at}` was accepted until {until}",
                "`{at}`の`{rule}`を受け入れる期限は{until}で終わりました"
            );
            Finding::at(&settings::expired::RULE, place(map, one, "until"), found)
        })
    });
    lowered.chain(accepted).collect()
}

/// Accepted findings that no run makes any more.
fn unused(policy: &Policy, map: &Map<'_>, findings: &[Finding], today: Date) -> Vec<Finding> {
    let current = policy.accepted_findings.iter().filter(|one| today <= one.reasoned.until);
    let gone = current.filter(|one| !findings.iter().any(|finding| is_meant(one, finding, map)));
    let mut guesses = 0;
    gone.map(|one| {
        let AcceptedFinding { rule, at, .. } = one;
        if map.has(at) || map.states(at) {
            let found = said!("`{rule}` is not found at `{at}` any more", "`{at}`に`{rule}`の指摘はもうありません");
            return Finding::at(&settings::unused::RULE, place(map, one, "at"), found);
        }
        let found = said!("there is nothing called `{at}`", "`{at}`という項目はありません");
        let finding = Finding::at(&settings::unused::RULE, place(map, one, "at"), found);
        guesses += 1;
        let near = if guesses <= MOST_GUESSED { map.meant(at) } else { None };
        near.into_iter().fold(finding, |finding, near| meant(finding, &near))
    })
    .collect()
}

/// Names that are nowhere are compared with all that are there: of very many, the first.
const MOST_GUESSED: usize = 50;

/// Where a key of an accepted finding stands: its section may be spread over files.
fn place(map: &Map<'_>, one: &AcceptedFinding, key: &str) -> Place {
    let until = one.reasoned.until.to_string();
    map.place_where("accepted-findings", &[("rule", &one.rule), ("at", &one.at), ("until", &until)], key)
}
