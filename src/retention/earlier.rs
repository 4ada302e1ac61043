//! Whether another policy could ever let a held record go earlier: today, or once a date is reported or corrected.
//!
//! In: two policies, a record's class under each, the dates it came with. Out: yes or no. The rule it keeps: "no" is said
//! only where it is shown for every date that may still come, so a doubt counts as earlier.
//!
//! A rule is the earliest or the latest of its legs. A leg that counts from a date the record came with is a day; one that
//! counts from an event, or from a date that is missing, is open: it may turn out to be any day, or none. A missing date
//! stands for later than everything, in both kinds of rule, so rules are compared leg by leg:
//!
//! ```text
//! before ≤ after   if after is the earliest:  before ≤ each leg of it
//!                  if before is the latest:   each leg of it ≤ after
//!                  else:                      some leg of before ≤ some leg of after
//! open ≤ open      if both count from the same date and `policy::diff` shows it for every date
//! day  ≤ open      never: the date to come may be early; an event may lie in the past
//! ```

use super::due::Known;
use crate::calendar::{Date, first_day_allowed};
use crate::policy::diff::leg_never_earlier;
use crate::policy::{Class, ComesFrom, Keep, Leg, Medium, Policy};

/// A policy, and the class it has for the record; without one nothing is destroyed.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The class.
    pub class: Option<&'a Class>,
}

/// One leg, as far as it is known of one record.
#[derive(Clone, Copy)]
enum Atom<'a> {
    Day(Date),
    Never,
    Open(&'a Leg),
}

/// How the legs of a rule are taken together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Together {
    Earliest,
    Latest,
}

/// Returns whether a record of which `known` is known could go earlier under `after` than under `before`, at any time.
///
/// Of `known` only the dates the record came with are used: events may be added and corrected.
pub fn could_be_earlier(before: Side<'_>, after: Side<'_>, known: &Known) -> bool {
    // What a register says of boxes and devices is corrected by the next one.
    let is_fixed = [before, after].iter().filter_map(|side| side.class).all(|class| class.medium == Medium::Electronic);
    let known = Some(known).filter(|_| is_fixed);
    let ((was_together, was), (together, is)) = (atoms(before, known), atoms(after, known));
    !is_no_later(before.policy, after.policy, (was_together, &was), (together, &is))
}

/// Returns whether any record at all of this class could go earlier, whatever it came with.
pub fn rule_could_be_earlier(before: Side<'_>, after: Side<'_>) -> bool {
    let ((was_together, was), (together, is)) = (atoms(before, None), atoms(after, None));
    !is_no_later(before.policy, after.policy, (was_together, &was), (together, &is))
}

fn atoms<'a>(side: Side<'a>, known: Option<&Known>) -> (Together, Vec<Atom<'a>>) {
    let atom = |leg: &'a Leg| match known.and_then(|known| fixed(side.policy, leg, known)) {
        None => Atom::Open(leg),
        Some(date) => {
            let year_starts = side.policy.organization.fiscal_year_starts;
            first_day_allowed(date, leg.period, leg.starting, year_starts).map_or(Atom::Never, Atom::Day)
        }
    };
    match side.class.map(|class| &class.keep) {
        None | Some(Keep::Permanent) => (Together::Earliest, vec![Atom::Never]),
        Some(Keep::For(leg)) => (Together::Earliest, vec![atom(leg)]),
        Some(Keep::EarlierOf(legs)) => (Together::Earliest, legs.iter().map(atom).collect()),
        Some(Keep::LaterOf(legs)) => (Together::Latest, legs.iter().map(atom).collect()),
    }
}

/// Returns the date a leg counts from, where the record came with it.
fn fixed(policy: &Policy, leg: &Leg, known: &Known) -> Option<Date> {
    match policy.date(&leg.after)?.comes_from {
        ComesFrom::Path | ComesFrom::Sidecar | ComesFrom::Field => known.dates.get(&leg.after).copied(),
        ComesFrom::Event => None,
    }
}

fn is_no_later(before: &Policy, after: &Policy, was: (Together, &[Atom<'_>]), is: (Together, &[Atom<'_>])) -> bool {
    let no_later = |a: &Atom<'_>, b: &Atom<'_>| match (a, b) {
        (_, Atom::Never) => true,
        (Atom::Day(a), Atom::Day(b)) => a <= b,
        (Atom::Open(a), Atom::Open(b)) => leg_never_earlier(before, a, after, b),
        (Atom::Never, Atom::Day(_) | Atom::Open(_)) | (Atom::Day(_), Atom::Open(_)) | (Atom::Open(_), Atom::Day(_)) => {
            false
        }
    };
    let ((was_together, was), (together, is)) = (was, is);
    let some_before = |b: &Atom<'_>| was.iter().any(|a| no_later(a, b));
    let all_before = |b: &Atom<'_>| was.iter().all(|a| no_later(a, b));
    match (was_together, together) {
        (Together::Earliest, Together::Earliest) => is.iter().all(some_before),
        (Together::Latest, Together::Earliest) => is.iter().all(all_before),
        (Together::Latest, Together::Latest) => was.iter().all(|a| is.iter().any(|b| no_later(a, b))),
        (Together::Earliest, Together::Latest) => is.iter().any(some_before),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    use super::*;
    use crate::policy::sample::sample_with;
    use crate::policy::{About, DateName, PolicySet};
    use crate::retention::due::{Due, due};

    /// The dates rules count from: two a record comes with, two that are reported of a subject, one of the record.
    const NAMES: [(&str, ComesFrom, About); 5] = [
        ("made", ComesFrom::Path, About::Record),
        ("settled", ComesFrom::Sidecar, About::Record),
        ("left", ComesFrom::Event, About::Subject),
        ("moved", ComesFrom::Event, About::Subject),
        ("closed", ComesFrom::Event, About::Record),
    ];

    fn date() -> impl Strategy<Value = Date> {
        // Month ends and leap days come up often: they are where calendars differ.
        let near = (2015_i32..2030, 1_u32..13, prop_oneof![Just(1_u32), 27_u32..32, 1_u32..32]);
        near.prop_map(|(year, month, day)| (0..4).find_map(|back| Date::from_ymd(year, month, day - back)).unwrap())
    }

    fn leg() -> impl Strategy<Value = Leg> {
        let periods = ["P0D", "P30D", "P365D", "P366D", "P1M", "P2M", "P12M", "P1Y", "P3Y", "P5Y"];
        let startings = [
            "same-day",
            "next-day",
            "month-end",
            "year-end",
            "fiscal-year-end",
            "next-fiscal-year-end",
            "following 01-10",
            "following 03-31",
        ];
        (0..NAMES.len(), 0..periods.len(), 0..startings.len()).prop_map(move |(name, period, starting)| Leg {
            after: NAMES[name].0.to_owned(),
            period: periods[period].parse().unwrap(),
            starting: startings[starting].parse().unwrap(),
        })
    }

    fn keep() -> impl Strategy<Value = Keep> {
        let legs = || prop::collection::vec(leg(), 2..4);
        prop_oneof![
            1 => Just(Keep::Permanent),
            4 => leg().prop_map(Keep::For),
            4 => legs().prop_map(Keep::EarlierOf),
            4 => legs().prop_map(Keep::LaterOf),
        ]
    }

    /// A rule near another one: most edits change one leg, add one, or take one away.
    fn edited(keep: Keep) -> impl Strategy<Value = Keep> {
        (Just(keep), leg(), 0..6_u8).prop_map(|(keep, other, how)| {
            let mut legs = keep.legs().to_vec();
            match how {
                0 if !legs.is_empty() => legs[0].period = other.period,
                1 if !legs.is_empty() => legs[0].starting = other.starting,
                2 => legs.push(other),
                3 if legs.len() > 1 => drop(legs.pop()),
                4 => return Keep::Permanent,
                _ => {}
            }
            match (legs.len(), keep) {
                (0, keep) => keep,
                (1, _) => Keep::For(legs.remove(0)),
                (_, Keep::LaterOf(_)) => Keep::LaterOf(legs),
                _ => Keep::EarlierOf(legs),
            }
        })
    }

    fn pair() -> impl Strategy<Value = (Keep, Keep)> {
        keep().prop_flat_map(|before| (Just(before.clone()), prop_oneof![keep(), edited(before)]))
    }

    fn policy(keep: Keep, year_starts: &str) -> PolicySet {
        sample_with(|policy| {
            policy.organization.fiscal_year_starts = year_starts.parse().unwrap();
            let title = policy.dates[0].title.clone();
            policy.dates = NAMES
                .iter()
                .map(|(id, comes_from, about)| DateName {
                    id: (*id).to_owned(),
                    title: title.clone(),
                    comes_from: *comes_from,
                    about: *about,
                })
                .collect();
            policy.classes[0].keep = keep;
        })
    }

    /// What is known at one time: the dates the record came with, and those reported until then.
    fn at_a_time(came_with: &[Option<Date>; 2], reported: &[Option<Date>; 3]) -> Known {
        let map = |names: &[usize], dates: &[Option<Date>]| -> BTreeMap<String, Date> {
            names.iter().zip(dates).filter_map(|(n, date)| Some((NAMES[*n].0.to_owned(), (*date)?))).collect()
        };
        Known {
            dates: map(&[0, 1], came_with),
            of_subjects: vec![map(&[2, 3], &reported[..2])],
            of_record: map(&[4], &reported[2..]),
            ..Known::default()
        }
    }

    fn side_of(policy: &PolicySet) -> Side<'_> {
        Side { policy, class: Some(&policy.classes[0]) }
    }

    fn days(before: &PolicySet, after: &PolicySet, known: &Known) -> (Option<Date>, Option<Date>) {
        let day = |policy: &PolicySet| match due(policy, &policy.classes[0], known) {
            Due::On(day) => Some(day),
            Due::Waiting(_) | Due::Permanent => None,
        };
        (day(before), day(after))
    }

    fn is_earlier((before, after): (Option<Date>, Option<Date>)) -> bool {
        match (before, after) {
            (Some(before), Some(after)) => after < before,
            (None, Some(_)) => true,
            (_, None) => false,
        }
    }

    /// One edit, and what is known of one record at several times.
    #[derive(Clone, Debug)]
    struct Case {
        before: Keep,
        after: Keep,
        years: (&'static str, &'static str),
        came_with: [Option<Date>; 2],
        filled: [Option<Date>; 2],
        times: Vec<[Option<Date>; 3]>,
    }

    fn case() -> impl Strategy<Value = Case> {
        let years = prop_oneof![Just(("04-01", "04-01")), Just(("04-10", "04-10")), Just(("04-01", "01-01"))];
        let own = || prop::option::weighted(0.8, date());
        let reported = || prop::option::of(date());
        let times = prop::collection::vec([reported(), reported(), reported()], 1..12);
        (pair(), years, [own(), own()], [reported(), reported()], times).prop_map(
            |((before, after), years, came_with, arrives, times)| {
                let filled = [came_with[0].or(arrives[0]), came_with[1].or(arrives[1])];
                Case { before, after, years, came_with, filled, times }
            },
        )
    }

    /// Returns at which times the edit lets the record go earlier, dates that were missing filled in or not.
    fn earlier_at(case: &Case, before: &PolicySet, after: &PolicySet) -> Option<Known> {
        let at = case
            .times
            .iter()
            .flat_map(|reported| [&case.came_with, &case.filled].map(|came_with| at_a_time(came_with, reported)));
        at.into_iter().find(|known| is_earlier(days(before, after, known)))
    }

    /// Asks `decide` about many edits; returns how many it calls harmless, and the first of those that is not.
    fn asked(decide: impl Fn(&PolicySet, &PolicySet, &Known) -> bool) -> (usize, Option<(Case, Known)>) {
        let mut runner = TestRunner::deterministic();
        let mut harmless = 0;
        for _ in 0..20_000 {
            let case = case().new_tree(&mut runner).unwrap().current();
            let before = policy(case.before.clone(), case.years.0);
            let after = policy(case.after.clone(), case.years.1);
            if decide(&before, &after, &at_a_time(&case.came_with, &case.times[0])) {
                continue;
            }
            harmless += 1;
            if let Some(known) = earlier_at(&case, &before, &after) {
                return (harmless, Some((case, known)));
            }
        }
        (harmless, None)
    }

    #[test]
    fn i14_what_is_called_harmless_is_not_earlier_at_any_later_time() {
        let (harmless, wrong) = asked(|before, after, known| {
            let (was, is) = (side_of(before), side_of(after));
            let could = could_be_earlier(was, is, known);
            assert!(could <= rule_could_be_earlier(was, is), "what holds for every record holds for this one");
            could
        });
        assert!(wrong.is_none(), "{wrong:#?}");
        assert!(harmless > 4000, "only {harmless} of 20000 edits were called harmless: too few to show anything");
    }

    #[test]
    fn to_decide_by_the_days_of_today_alone_would_be_found_out() {
        let (_, wrong) = asked(|before, after, known| is_earlier(days(before, after, known)));
        assert!(wrong.is_some());
    }

    fn leg_of(text: &str) -> Leg {
        let mut words = text.splitn(3, ' ');
        let mut next = || words.next().unwrap();
        Leg { period: next().parse().unwrap(), after: next().to_owned(), starting: next().parse().unwrap() }
    }

    fn could(before: Keep, after: Keep, made: Option<&str>) -> bool {
        let (before, after) = (policy(before, "04-01"), policy(after, "04-01"));
        let came_with = [made.map(|date| date.parse().unwrap()), None];
        let known = at_a_time(&came_with, &[None, None, None]);
        could_be_earlier(side_of(&before), side_of(&after), &known)
    }

    #[test]
    fn a_leg_added_to_the_earlier_of_counts_although_its_event_has_not_come() {
        let made = || leg_of("P5Y made fiscal-year-end");
        let moved = || leg_of("P0D moved next-day");
        let earlier = || Keep::EarlierOf(vec![made(), moved()]);
        for date in [Some("2020-10-15"), None] {
            assert!(could(Keep::For(made()), earlier(), date));
            assert!(!could(earlier(), Keep::For(made()), date), "taken away: only later");
            assert!(!could(earlier(), Keep::EarlierOf(vec![moved(), made()]), date), "the order says nothing");
        }
        assert!(could(Keep::LaterOf(vec![made(), moved()]), Keep::For(made()), Some("2020-10-15")));
        assert!(!could(Keep::For(made()), Keep::LaterOf(vec![made(), moved()]), Some("2020-10-15")));
    }

    #[test]
    fn what_a_record_came_with_decides_where_the_rule_alone_does_not() {
        // Fewer days by another way of counting: earlier for some dates, later for others.
        let before = || Keep::For(leg_of("P1Y made fiscal-year-end"));
        let after = || Keep::For(leg_of("P1Y made year-end"));
        assert!(could(before(), after(), Some("2020-05-01")), "2021-01-01 instead of 2021-04-01, and a year");
        assert!(!could(before(), after(), Some("2020-02-01")), "2021-01-01 instead of 2020-04-01, and a year");
        assert!(could(before(), after(), None), "its date is still to come");
        assert!(could(Keep::Permanent, before(), None));
        assert!(!could(before(), Keep::Permanent, None));
    }

    #[test]
    fn a_class_that_is_gone_destroys_nothing_and_one_that_takes_records_up_does() {
        let policy = policy(Keep::For(leg_of("P1Y made next-day")), "04-01");
        let (known, none) = (Known::default(), Side { policy: &policy, class: None });
        let some = Side { policy: &policy, class: Some(&policy.classes[0]) };
        assert!(!could_be_earlier(some, none, &known));
        assert!(could_be_earlier(none, some, &known));
    }
}
