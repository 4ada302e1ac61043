//! Holds: what keeps a record whatever its date.
//!
//! In: the holds in force, a record, its class of today, the organization's zone. Out: the ones that cover it. The rule it
//! keeps: a hold that is merely pending counts like any other, a class that was renamed is covered under both names, and
//! a pattern that cannot be read covers everything.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use crate::RecordId;
use crate::calendar::{Date, Zone};
use crate::policy::{Class, Glob, Policy};
use crate::store::{Hold, NewRecord, Query, Scope, Standing};

/// What a hold looks at in a record.
#[derive(Clone, Copy)]
pub struct Looked<'a> {
    /// Its id.
    pub id: RecordId,
    /// Its class as it was sealed.
    pub class: &'a String,
    /// Its path below `records`, as text.
    pub name: &'a str,
    /// Whom it is about.
    pub subjects: &'a [String],
    /// The dates it came with, by declared name.
    pub dates: &'a BTreeMap<String, Date>,
}

impl<'a> From<&'a NewRecord> for Looked<'a> {
    fn from(record: &'a NewRecord) -> Looked<'a> {
        let NewRecord { id, class, name, subjects, dates, .. } = record;
        Looked { id: *id, class, name, subjects, dates }
    }
}

impl<'a> From<&'a Standing> for Looked<'a> {
    fn from(record: &'a Standing) -> Looked<'a> {
        let Standing { record, class, name, subjects, dates, .. } = record;
        Looked { id: *record, class, name, subjects, dates }
    }
}

/// A hold that is compared with many records: its pattern is read once.
pub struct Cover<'a> {
    scope: &'a Scope,
    /// Nothing where there is none, or where it cannot be read, which covers every name.
    glob: Option<Glob>,
}

impl<'a> Cover<'a> {
    /// Returns what compares this hold.
    pub fn of(hold: &'a Hold) -> Cover<'a> {
        let glob = match &hold.scope {
            Scope::Path(glob) => Some(glob),
            Scope::Query(query) => query.path.as_ref(),
            Scope::Record(_) | Scope::Subject(_) | Scope::Class(_) => None,
        };
        Cover { scope: &hold.scope, glob: glob.and_then(|glob| composed(glob).parse().ok()) }
    }

    /// Returns whether it covers `record`, which is of `class` today.
    pub fn covers(&self, record: Looked<'_>, class: &Class, zone: Zone) -> bool {
        // Letters may be composed or not, as the machine writes them that a file comes from; nobody sees it.
        let is_named =
            || self.glob.as_ref().is_none_or(|glob| glob.matches(record.name) || glob.matches(&composed(record.name)));
        match self.scope {
            Scope::Record(target) => *target == record.id,
            Scope::Subject(target) => record.subjects.contains(target),
            Scope::Class(target) => is_of(record.class, class, target),
            Scope::Path(_) => is_named(),
            Scope::Query(query) => meets(record, class, zone, query) && is_named(),
        }
    }
}

/// A path with its letters composed.
///
/// # Source
/// NFC: Unicode Standard Annex #15.
fn composed(path: &str) -> String {
    path.nfc().collect()
}

/// Returns the ids of the holds that cover `record`, which is of `class` today.
///
/// A hold on a class covers its records under every name the class has or had: a record keeps the name it was sealed
/// under, and a hold the name it was placed under.
pub fn covering(holds: &[Hold], record: &NewRecord, class: &Class, zone: Zone) -> Vec<String> {
    let covers = |hold: &&Hold| Cover::of(hold).covers(record.into(), class, zone);
    holds.iter().filter(covers).map(|hold| hold.id.clone()).collect()
}

/// Whether a hold on the class `target` covers records that were sealed as `sealed`, under this policy.
pub fn covers_class(policy: &Policy, sealed: &String, target: &String) -> bool {
    policy.class_of(sealed).is_some_and(|class| is_of(sealed, class, target))
}

/// Returns the holds on classes that would lose records under another policy, with the class each one names: a class must
/// keep every name that a hold knows it by.
///
/// `held` are the classes records were sealed under. A class that is gone holds nothing on to what was sealed under it.
pub fn lost(before: &Policy, after: &Policy, held: &[String], holds: &[Hold]) -> Vec<(String, String)> {
    let target = |hold: &Hold| match &hold.scope {
        Scope::Class(class) => Some(class.clone()),
        Scope::Query(query) => query.class.clone(),
        Scope::Record(_) | Scope::Subject(_) | Scope::Path(_) => None,
    };
    let loses = |target: &String| {
        after.class_of(target).is_none()
            || held.iter().any(|sealed| covers_class(before, sealed, target) && !covers_class(after, sealed, target))
    };
    let named = holds.iter().filter_map(|hold| Some((hold.id.clone(), target(hold)?)));
    named.filter(|(_, class)| loses(class)).collect()
}

/// Whether a hold on the class `target` covers records that were sealed as `sealed` and are of `class` today.
fn is_of(sealed: &String, class: &Class, target: &String) -> bool {
    target == sealed || *target == class.id || class.was.contains(target)
}

fn meets(record: Looked<'_>, class: &Class, zone: Zone, query: &Query) -> bool {
    query.class.as_ref().is_none_or(|target| is_of(record.class, class, target))
        && query.subject.as_ref().is_none_or(|subject| record.subjects.contains(subject))
        && query.taken_in.is_none_or(|days| days.contain(zone.date(record.id.time())))
        && query.dates.iter().all(|(name, days)| record.dates.get(name).is_some_and(|date| days.contain(*date)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Digest;
    use crate::calendar::Instant;
    use crate::policy::sample::{sample, sample_with};

    /// A record taken in on 1 January 2026 at 00:30 in Japan, which is the day before in UTC.
    fn record(class: &str) -> NewRecord {
        NewRecord {
            id: RecordId::new(Instant::from_micros(1_767_195_000_000_000), [1; 10]),
            class: class.to_owned(),
            name: "receipts/2025-11/M1-fees.csv".to_owned(),
            bytes: 1,
            body: Digest::of(b"body"),
            header: Digest::of(b"header"),
            rule: Digest::of(b"rule"),
            persistent: true,
            salt: [0; 16],
            subjects: vec!["M1".to_owned()],
            handles: BTreeMap::new(),
            dates: BTreeMap::from([("treated".to_owned(), "2025-11-30".parse().unwrap())]),
            letter: None,
        }
    }

    fn hold(id: &str, scope: Scope) -> Hold {
        let (reason, by, owner) = ("court".to_owned(), "somebody".to_owned(), "somebody".to_owned());
        Hold { id: id.to_owned(), scope, reason, by, owner, review: None, salt: [0; 16], entry: None }
    }

    fn covers(scope: Scope) -> bool {
        let policy = sample();
        let zone = policy.organization.time_zone;
        !covering(&[hold("hold-1", scope)], &record("receipts"), &policy.classes[0], zone).is_empty()
    }

    #[test]
    fn i2_a_hold_on_a_class_covers_its_records_under_every_name_it_has_or_had() {
        let policy = sample();
        let mut class = policy.classes[0].clone();
        class.was = vec!["earlier".to_owned()];
        let on = |target: &str| hold(&format!("on-{target}"), Scope::Class(target.to_owned()));
        let holds = [on(&class.id), on("earlier"), on("another")];
        for sealed_as in [class.id.as_str(), "earlier"] {
            let zone = policy.organization.time_zone;
            let covered = covering(&holds, &record(sealed_as), &class, zone);
            assert_eq!(covered, [format!("on-{}", class.id), "on-earlier".to_owned()]);
        }
    }

    #[test]
    fn i2_a_hold_on_a_class_keeps_what_it_covers_through_every_renaming() {
        let id = sample().classes[0].id.clone();
        let named = |name: &str, was: &[&str]| {
            sample_with(|policy| {
                name.clone_into(&mut policy.classes[0].id);
                policy.classes[0].was = was.iter().map(|one| (*one).to_owned()).collect();
            })
        };
        let hold = |target: &str| hold("hold-1", Scope::Class(target.to_owned()));
        let held = [id.clone()];
        let lost = |before: &Policy, after: &Policy, target| super::lost(before, after, &held, &[hold(target)]).len();
        let (first, second) = (named(&id, &[]), named("logs", &[&id]));
        assert_eq!(lost(&first, &second, &id), 0);
        assert_eq!(lost(&second, &named("journal", &["logs", &id]), "logs"), 0);
        assert_eq!(lost(&second, &named("journal", &[&id]), "logs"), 1, "the name between is forgotten");
        assert_eq!(lost(&second, &named("journal", &["logs"]), "logs"), 1, "its records are of no class");
        let apart = sample_with(|policy| {
            let mut other = policy.classes[0].clone();
            (other.id, other.was) = ("other".to_owned(), vec!["logs".to_owned()]);
            (policy.classes[0].id, policy.classes[0].was) = ("journal".to_owned(), vec![id.clone()]);
            policy.classes.push(other);
        });
        assert_eq!(lost(&second, &apart, "logs"), 1, "the name is another class's now");
    }

    #[test]
    fn a_path_covers_by_the_whole_name_and_an_unreadable_one_covers_everything() {
        for (glob, expected) in [
            ("receipts/**", true),
            ("receipts/2025-*/M1-*.csv", true),
            ("receipts/2025-11/M1-fees.csv", true),
            ("receipts", false),
            ("receipts/*", false),
            ("checkups/**", false),
            ("receipts/{unreadable", true),
        ] {
            assert_eq!(covers(Scope::Path(glob.to_owned())), expected, "{glob}");
        }
    }

    #[test]
    fn a_path_covers_names_whose_letters_are_composed_and_names_whose_letters_are_not() {
        let (policy, mut record) = (sample(), record("receipts"));
        let zone = policy.organization.time_zone;
        let [composed, decomposed] = ["が", "か\u{3099}"];
        for name in [composed, decomposed] {
            record.name = format!("receipts/{name}ん.csv");
            for glob in [composed, decomposed] {
                let hold = hold("hold-1", Scope::Path(format!("receipts/*{glob}ん*")));
                assert_eq!(covering(&[hold], &record, &policy.classes[0], zone).len(), 1, "{glob:?} {name:?}");
            }
        }
    }

    #[test]
    fn a_query_covers_what_meets_all_of_its_conditions() {
        let days = |text: &str| text.parse().unwrap();
        let all = Query {
            class: Some("receipts".into()),
            subject: Some("M1".into()),
            path: Some("receipts/**".into()),
            taken_in: Some(days("2026-01-01")),
            dates: BTreeMap::from([("treated".to_owned(), days("2025-11-01..2025-11-30"))]),
        };
        assert!(covers(Scope::Query(all.clone())), "the day of taking in is the organization's");
        for one_fails in [
            Query { class: Some("minutes".into()), ..all.clone() },
            Query { subject: Some("M2".into()), ..all.clone() },
            Query { path: Some("minutes/**".into()), ..all.clone() },
            Query { taken_in: Some(days("..2025-12-31")), ..all.clone() },
            Query { dates: BTreeMap::from([("treated".to_owned(), days("2025-12-01.."))]), ..all.clone() },
            Query { dates: BTreeMap::from([("made".to_owned(), days("2025-11-01.."))]), ..all },
        ] {
            assert!(!covers(Scope::Query(one_fails.clone())), "{one_fails}");
        }
    }
}
