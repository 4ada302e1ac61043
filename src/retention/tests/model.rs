//! What the interleavings know of rules, records, holds and plans: days as numbers, holds as a list.
//!
//! In: rolls of dice. Out: the first allowed day by plain counting. The rule it keeps: it shares no code with what it
//! judges; only [`policy`] turns a rule of the model into a real one.

use super::*;

/// A small generator of numbers (SplitMix64): the same seed is the same interleaving.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    pub(super) fn one_in(&mut self, sides: u64) -> bool {
        self.below(sides) == 0
    }

    pub(super) fn days(&mut self, most: u64) -> i64 {
        self.below(most).cast_signed()
    }
}

/// Which date a leg of a rule counts from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    Made,
    Left,
}

/// How legs are taken together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Together {
    Earliest,
    Latest,
}

/// A rule as the model knows it: from the day after each date so many days, and how many people must approve.
#[derive(Clone)]
pub(super) struct Rule {
    pub(super) legs: Vec<(After, i64)>,
    pub(super) together: Together,
    pub(super) review: usize,
}

impl Rule {
    /// The first day on which disposal is allowed: by plain counting, or on which somebody asked for it, if that is before.
    pub(super) fn day(&self, record: &Held) -> Option<i64> {
        let asked = record.early.map(|(_, day)| day);
        self.counted(record).into_iter().chain(asked).min()
    }

    fn counted(&self, record: &Held) -> Option<i64> {
        let days = self.legs.iter().map(|(from, period)| {
            let date = match from {
                After::Made => Some(record.made),
                After::Left => record.left.map(|(_, day)| day),
            };
            date.map(|date| date + 1 + period)
        });
        let known: Vec<i64> = days.flatten().collect();
        match self.together {
            Together::Earliest => known.iter().min().copied(),
            Together::Latest if known.len() == self.legs.len() => known.iter().max().copied(),
            Together::Latest => None,
        }
    }
}

/// Every rule that a policy of the test has.
pub(super) fn rules() -> Vec<Rule> {
    use After::{Left, Made};
    use Together::{Earliest, Latest};
    let shapes: [(&[(After, i64)], Together); 9] = [
        (&[(Made, 10)], Earliest),
        (&[(Made, 30)], Earliest),
        (&[(Made, 50)], Earliest),
        (&[(Left, 5)], Earliest),
        (&[(Made, 40), (Left, 3)], Earliest),
        (&[(Made, 40), (Left, 20)], Earliest),
        (&[(Made, 15), (Left, 3)], Latest),
        (&[(Made, 15), (Left, 20)], Latest),
        (&[], Earliest),
    ];
    let of = |(legs, together): &(&[(After, i64)], Together), review| Rule {
        legs: legs.to_vec(),
        together: *together,
        review,
    };
    shapes.iter().flat_map(|shape| [0, 0, 1, 2].map(|review| of(shape, review))).collect()
}

/// A class as the model knows it: what it is called, what it was called, and its rule by number.
pub(super) struct Named {
    pub(super) id: &'static str,
    pub(super) was: &'static [&'static str],
    pub(super) rule: usize,
}

/// A policy as the model knows it.
pub(super) struct Variant {
    pub(super) classes: Vec<Named>,
}

impl Variant {
    /// The class that records sealed as `sealed` belong to.
    pub(super) fn class_of(&self, sealed: &str) -> Option<&Named> {
        self.classes.iter().find(|class| class.id == sealed || class.was.contains(&sealed))
    }
}

/// How the two classes are called: as at first, one or both renamed, renamed twice, the first or the second taken out.
type Naming = (Option<(&'static str, &'static [&'static str])>, Option<(&'static str, &'static [&'static str])>);

const NAMINGS: [Naming; 7] = [
    (Some(("a", &[])), Some(("b", &[]))),
    (Some(("a-new", &["a"])), Some(("b", &[]))),
    (Some(("a-newer", &["a", "a-new"])), Some(("b-new", &["b"]))),
    // A name in between is forgotten.
    (Some(("a-newer", &["a"])), Some(("b", &[]))),
    (None, Some(("b", &[]))),
    (Some(("a", &[])), None),
    // The second class takes up what the first one was.
    (None, Some(("b", &["a", "a-new", "a-newer", "b-new"]))),
];

/// Every policy of the test: each rule for the first class, some for the second, under several names.
fn variants(rules: &[Rule]) -> Vec<Variant> {
    let mut variants = Vec::new();
    for first in 0..rules.len() {
        for (n, second) in [0, 5, 24, 33].into_iter().enumerate() {
            for naming in [0, 1 + (first + n) % (NAMINGS.len() - 1)] {
                let (a, b) = NAMINGS[naming];
                let of = |named: Option<(&'static str, &'static [&'static str])>, rule| {
                    named.map(|(id, was)| Named { id, was, rule })
                };
                variants.push(Variant { classes: of(a, first).into_iter().chain(of(b, second)).collect() });
            }
        }
    }
    variants
}

fn policy(variant: &Variant, rules: &[Rule], approvers: &[Approver]) -> PolicySet {
    let leg = |(from, days): &(After, i64)| Leg {
        after: if *from == After::Made { "made" } else { "left" }.to_owned(),
        period: Period::Days(u32::try_from(*days).unwrap()),
        starting: Starting::NextDay,
    };
    sample_with(|policy| {
        let title = policy.dates[0].title.clone();
        let date =
            |id: &str, comes_from, about| DateName { id: id.to_owned(), title: title.clone(), comes_from, about };
        policy.dates =
            vec![date("made", ComesFrom::Path, About::Record), date("left", ComesFrom::Event, About::Subject)];
        let class = |named: &Named| {
            let (rule, mut class) = (&rules[named.rule], policy.classes[0].clone());
            let mut legs: Vec<Leg> = rule.legs.iter().map(leg).collect();
            class.keep = match (legs.len(), rule.together) {
                (0, _) => Keep::Permanent,
                (1, _) => Keep::For(legs.remove(0)),
                (_, Together::Earliest) => Keep::EarlierOf(legs),
                (_, Together::Latest) => Keep::LaterOf(legs),
            };
            class.disposal.review = [Review::None, Review::One, Review::Two][rule.review];
            (class.id, class.was) = (named.id.to_owned(), named.was.iter().map(|name| (*name).to_owned()).collect());
            class.authority.topic = None;
            class
        };
        policy.classes = variant.classes.iter().map(class).collect();
        policy.service.approvers = approvers.to_vec();
    })
}

/// Everything that is the same in all interleavings.
pub(super) struct Setting {
    pub(super) rules: Vec<Rule>,
    pub(super) variants: Vec<Variant>,
    pub(super) policies: Vec<PolicySet>,
    pub(super) versions: BTreeMap<Digest, usize>,
    pub(super) approvers: Vec<KeyFile>,
    pub(super) planner: KeyFile,
    pub(super) planned_by: Planner,
}

impl Setting {
    pub(super) fn new() -> Setting {
        let key = |seed| {
            let (private, public) = new_key(&[seed; 32], "test").unwrap();
            (KeyFile::parse(&private).unwrap(), public_line(&public).unwrap())
        };
        let ((one, one_line), (two, two_line), (planner, line)) = (key(1), key(2), key(3));
        let approver = |name: &str, key: &String| Approver { name: name.to_owned(), key: key.clone() };
        let listed = [approver("one", &one_line), approver("two", &two_line), approver("planner", &line)];
        let rules = rules();
        let variants = variants(&rules);
        let policies: Vec<_> = variants.iter().map(|variant| policy(variant, &rules, &listed)).collect();
        let versions = (0..policies.len()).map(|policy| (version(policy), policy)).collect();
        let planned_by = Planner { name: "planner".to_owned(), key: line };
        Setting { rules, variants, policies, versions, approvers: vec![one, two], planner, planned_by }
    }

    /// The rule of a record under a policy; none where that has no class for it.
    pub(super) fn rule(&self, policy: usize, record: &Held) -> Option<&Rule> {
        Some(&self.rules[self.variants[policy].class_of(record.sealed)?.rule])
    }
}

/// A record as the model knows it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) id: RecordId,
    pub(super) subject: String,
    /// The class it was sealed as.
    pub(super) sealed: &'static str,
    pub(super) made: i64,
    pub(super) arrived: i64,
    /// What counts of the reported event, with its ledger entry: of those that stand the last one.
    pub(super) left: Option<(u64, i64)>,
    /// The request to destroy it early, with its ledger entry.
    pub(super) early: Option<(u64, i64)>,
    /// Released holds that covered it: an approval before a release is void.
    pub(super) released: BTreeSet<String>,
    pub(super) is_overwritten: bool,
    pub(super) is_gone: bool,
}

/// A hold in force, as the model knows it.
#[derive(Clone)]
pub(super) struct InForce {
    pub(super) id: String,
    pub(super) covers: BTreeSet<RecordId>,
}

/// What somebody signed, as the model knows it.
#[derive(Clone, Default)]
pub(super) struct Signed {
    pub(super) approvers: usize,
    /// What each record was at that time.
    pub(super) basis: BTreeMap<RecordId, Basis>,
    /// The policies that came into force since.
    pub(super) since: Vec<usize>,
}

impl Signed {
    /// The policy it was signed under; none where it names no record.
    pub(super) fn policy(&self) -> Option<usize> {
        self.basis.values().next().map(|(policy, ..)| *policy)
    }
}

/// What an approval rests on: policy, event, request, released holds.
pub(super) type Basis = (usize, Option<(u64, i64)>, Option<(u64, i64)>, BTreeSet<String>);

/// What is told wrongly to the real code, to see whether the model finds it out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lie {
    None,
    /// Holds never reach the catalog.
    HoldsAreLost,
    /// The clock of the sweep is ahead.
    ClockAhead,
    /// Events are entered with an earlier day than was reported.
    EventsEarlier,
    /// Corrections and withdrawals never reach the catalog.
    CorrectionsAreLost,
    /// Requests are entered that nobody made.
    RequestsInvented,
    /// Signed policies are accepted although holds lose the names of their classes.
    NamesAreLost,
    /// Whatever waits is accepted without a person.
    EverythingIsHarmless,
    /// The sweep does not hear of the policy that waits.
    WaitingUnheard,
    /// Holds that are stated anew are entered as if they were placed.
    RestatementsUnsaid,
    /// The sweep does not hear of the rules between a plan and today.
    RulesForgotten,
}

/// What went wrong, by the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    Early(String),
    OnHold(String),
    Unapproved(String),
    Twice(String),
}

/// Figures of many interleavings.
#[derive(Clone, Debug, Default)]
pub(super) struct Figures {
    pub(super) interleavings: u64,
    pub(super) steps: u64,
    pub(super) destroyed: u64,
    pub(super) refused: u64,
    pub(super) kills: u64,
    pub(super) taken_up: u64,
    pub(super) given_up: u64,
    pub(super) by_itself: u64,
    /// Events corrected or withdrawn.
    pub(super) corrected: u64,
    /// Requests to destroy early.
    pub(super) asked: u64,
    /// Acceptances refused because a hold would lose records.
    pub(super) holds_kept: u64,
    /// Policies of a plan that came into force again after another one.
    pub(super) again: u64,
    /// Holds stated anew.
    pub(super) restated: u64,
}

impl Figures {
    pub(super) fn add(&mut self, other: &Figures) {
        let Figures { interleavings, steps, destroyed, refused, kills, taken_up, given_up, by_itself, .. } = other;
        self.interleavings += interleavings;
        self.steps += steps;
        self.destroyed += destroyed;
        self.refused += refused;
        self.kills += kills;
        self.taken_up += taken_up;
        self.given_up += given_up;
        self.by_itself += by_itself;
        let Figures { corrected, asked, holds_kept, again, restated, .. } = other;
        self.corrected += corrected;
        self.asked += asked;
        self.holds_kept += holds_kept;
        self.again += again;
        self.restated += restated;
    }
}
