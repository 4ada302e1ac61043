//! Rules about law packs and the topics policies name.
//!
//! In: nothing. Out: the pages of these rules, and the topics a policy names. The rule it keeps: one file per rule.

pub(in crate::policy) mod pack;
pub(in crate::policy) mod pending;
pub(in crate::policy) mod unknown_pack;
pub(in crate::policy) mod unknown_topic;

use crate::policy::lint::Lint;
use crate::policy::{Basis, Cases, Id};

/// Every topic a policy names, with its path.
fn topics(lint: &Lint<'_>) -> Vec<(String, Id)> {
    let policy = lint.policy;
    let duties = policy.principles.iter().flat_map(|principle| {
        let duty = |(n, topic): (usize, &Id)| (format!("principles.{}.duty.{n}", principle.id), topic.clone());
        principle.duty.iter().enumerate().map(duty)
    });
    let provisions = policy.provisions.iter().filter_map(|provision| match &provision.basis {
        Basis::Law(topic) => Some((format!("provisions.{}.topic", provision.id), topic.clone())),
        Basis::Consent(_) => None,
    });
    let classes = policy
        .classes
        .iter()
        .filter_map(|class| Some((format!("retention.{}.authority.topic", class.id), class.authority.topic.clone()?)));
    let procedures = policy
        .procedures
        .iter()
        .filter_map(|procedure| Some((format!("procedures.{}.topic", procedure.request), procedure.topic.clone()?)));
    let lists = [
        ("exceptions", &policy.exceptions),
        ("notice-exceptions", &policy.notice_exceptions),
        ("not-third-parties", &policy.not_third_parties),
    ];
    let cases = lists.into_iter().flat_map(|(section, cases)| {
        let named = match cases {
            Cases::All => &[][..],
            Cases::Topics(named) => named,
        };
        named.iter().enumerate().map(move |(n, topic)| (format!("{section}.{n}"), topic.clone()))
    });
    duties.chain(provisions).chain(classes).chain(procedures).chain(cases).collect()
}
