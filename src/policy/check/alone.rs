//! What is wrong with files by themselves, while another one is no YAML.
//!
//! In: the trees of the files that can be read. Out: findings. The rule it keeps: what the unreadable file declares is not
//! known, so nothing is said about what is missing, or named and not declared; a wrong key, word, text, date or period is
//! wrong whatever stands elsewhere.

use std::collections::BTreeSet;

use crate::diag::{Finding, Place, Sources};
use crate::policy::AsOf;
use crate::policy::raw::{Node, Value};
use crate::policy::rules::{
    disposal_methods, organization as organization_rules, reference, retention, section, service, text,
};

use super::desk::Desk;
use super::sections::Sections;
use super::spelling::{self, Spoken};
use super::{law, organization, policy};

/// The rules whose findings need no other file.
const ALONE: [&str; 30] = [
    section::UNKNOWN_KEY.name,
    section::DUPLICATE_KEY.name,
    section::STATED_TWICE.name,
    section::MISSING_KEY.name,
    section::WRONG_TYPE.name,
    section::UNKNOWN_WORD.name,
    reference::ID.name,
    reference::DUPLICATE_ID.name,
    text::MISSING_LANGUAGE.name,
    text::UNLISTED_LANGUAGE.name,
    text::EMPTY.name,
    organization_rules::LANGUAGES.name,
    organization_rules::TIME_ZONE.name,
    organization_rules::FISCAL_YEAR.name,
    organization_rules::DATE.name,
    organization_rules::INSURER_NUMBER.name,
    organization_rules::CORPORATE_NUMBER.name,
    organization_rules::EMAIL.name,
    retention::PERIOD.name,
    retention::STARTING.name,
    retention::KEEP.name,
    retention::PATTERN.name,
    disposal_methods::PARTICLE.name,
    service::RECIPIENT_KEY.name,
    service::APPROVER_KEY.name,
    service::SAME_KEY.name,
    service::SCHEDULE.name,
    service::WAIT.name,
    service::IGNORE.name,
    service::LIMIT.name,
];

/// Returns what is unreadable, with what is wrong in the other files by itself.
pub(super) fn findings(sources: &Sources, trees: &mut [Node], as_of: AsOf, unreadable: Vec<Finding>) -> Vec<Finding> {
    let mut desk = Desk::new(organization::day(trees, as_of));
    spelling::mend(trees, &desk);
    let mut sections = Sections::join(trees, &desk);
    sections.open();
    desk.speak(organization::languages(&sections, &Spoken::new(), &desk));
    let law = law::law(sources, &sections, &desk);
    desk.know(law.clone());
    // Only what is found on the way counts: without the other file there is no policy.
    drop(policy(&sections, law, &desk));
    let spread = spread(trees);
    let is_alone = |finding: &Finding| {
        let is_part = finding.places.first().is_none_or(|place| spread.contains(place));
        ALONE.contains(&finding.rule) && !(finding.rule == section::MISSING_KEY.name && is_part)
    };
    unreadable.into_iter().chain(desk.into_findings().into_iter().filter(is_alone)).collect()
}

/// The places of sections, whose other keys may stand in another file.
fn spread(trees: &[Node]) -> BTreeSet<Place> {
    let sections = trees.iter().filter_map(|tree| match &tree.value {
        Value::Map(entries) => Some(entries),
        Value::Nothing | Value::Scalar(_) | Value::List(_) => None,
    });
    sections.flatten().map(|(key, _)| key.place()).collect()
}
