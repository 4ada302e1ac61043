//! On which days the law holds that a rule speaks of, by the packs that are shipped.
//!
//! In: a rule. Out: a sentence for its page. The rule it keeps: the days are those of the pack, written nowhere else.

use crate::calendar::Date;
use crate::diag::{Rule, Said};
use crate::said;

use super::law::{Pack, Span};
use super::{check, rules};

/// Says where the law is that a rule speaks of, and on which days it holds; nothing for a rule that no single topic decides.
pub fn days_of(rule: &Rule) -> Option<Said> {
    let law = rules::pages().find(|page| page.rule.name == rule.name)?.law?;
    let (topic, element) = law.split_once('#').map_or((law, None), |(topic, element)| (topic, Some(element)));
    let held: Vec<(&str, Date, Option<Date>)> =
        check::shipped_packs().filter_map(|pack| held(pack, topic, element)).collect();
    let days = |one: &dyn Fn(&str, Date, Option<Date>) -> String, mark: &str| {
        held.iter().map(|(pack, from, until)| one(pack, *from, *until)).collect::<Vec<_>>().join(mark)
    };
    let en = |pack: &str, from: Date, until: Option<Date>| {
        let until = until.map(|until| format!(" to {until}")).unwrap_or_default();
        format!("from {from}{until} in `{pack}`")
    };
    let ja = |pack: &str, from: Date, until: Option<Date>| {
        let until = until.map(|until| format!("{until}まで")).unwrap_or_default();
        format!("`{pack}`では{from}から{until}")
    };
    let (en, ja) = (days(&en, ", "), days(&ja, "、"));
    Some(match element {
        Some(element) => said!(
            "Looked for where a law pack asks for `{element}` under `{topic}`: {en}.",
            "法令集の事項`{topic}`で`{element}`が求められるときに調べます（{ja}）。"
        ),
        None => said!(
            "Looked for where a law pack has the topic `{topic}`: {en}.",
            "法令集に事項`{topic}`があるときに調べます（{ja}）。"
        ),
    })
}

/// The first and the last day on which a pack has a topic, or asks for an element of it.
fn held<'p>(pack: &'p Pack, topic: &str, element: Option<&str>) -> Option<(&'p str, Date, Option<Date>)> {
    let topic = pack.topics.iter().find(|one| one.id == topic)?;
    let spans: Vec<Span> = match element {
        None => topic.entries.iter().map(|entry| entry.span).collect(),
        Some(key) => topic.elements.iter().filter(|one| one.key == key).map(|one| one.span).collect(),
    };
    let first = spans.iter().map(|span| span.from).min()?;
    let is_open = spans.iter().any(|span| span.until.is_none());
    Some((&pack.name, first, spans.iter().filter_map(|span| span.until).max().filter(|_| !is_open)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_of_a_rules_law_are_those_of_the_pack() {
        let named: Vec<&rules::Page> = rules::pages().filter(|page| page.law.is_some()).collect();
        assert!(named.len() > 8);
        for page in named {
            let said = days_of(page.rule).unwrap();
            let has_day = |text: &str| text.contains("`jp`") && text.bytes().filter(u8::is_ascii_digit).count() >= 8;
            assert!(has_day(&said.en) && has_day(&said.ja), "{}: {said:?}", page.rule.name);
        }
        let address = days_of(&rules::joint_use::responsible_address::RULE).unwrap();
        assert!(address.en.ends_with("under `appi.joint-use`: from 2022-04-01 in `jp`."), "{address:?}");
        assert_eq!(days_of(&rules::retention::period::RULE), None);
    }
}
