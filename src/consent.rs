//! Consent: may this be done for this member, on this day?
//!
//! In: an item of the policy, what the register holds of a member, a day. Out: yes or no, and on what ground. The rule it
//! keeps: everything asks [`may`] and nothing else; an objection needs no reason and excludes, and an unknown member is
//! not a consenting one.

mod household;

use crate::calendar::Date;
use crate::policy::{ConsentItem, ConsentKind};
use crate::store::{Choice, ConsentStatement};

pub use household::{For, Grouped, Owned, group};

/// What is known of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// Whether any record about the member is held, besides the one that is asked about.
    pub is_held: bool,
    /// What the member said, about any item.
    pub statements: &'a [ConsentStatement],
}

/// Whether something may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It may.
    Yes(Ground),
    /// It may not.
    No(Reason),
}

/// Why something may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// The member said so.
    Granted,
    /// It was announced, and the member did not object.
    Implied,
}

/// Why something may not be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The member objected.
    Objected,
    /// It needs explicit consent, and the member has not given it.
    NotGiven,
    /// Nothing is known of the member: a mistyped number, perhaps.
    Unknown,
}

impl Answer {
    /// Returns whether it may be done.
    pub fn is_yes(self) -> bool {
        matches!(self, Answer::Yes(_))
    }

    /// Returns the word for it: `granted`, `implied`, `objected`, `not-given` or `unknown-member`.
    pub fn word(self) -> &'static str {
        match self {
            Answer::Yes(Ground::Granted) => "granted",
            Answer::Yes(Ground::Implied) => "implied",
            Answer::No(Reason::Objected) => "objected",
            Answer::No(Reason::NotGiven) => "not-given",
            Answer::No(Reason::Unknown) => "unknown-member",
        }
    }
}

/// Answers whether what `item` is about may be done for a member on a day.
///
/// Of the statements that hold by then the one that holds since the latest day counts; of the same day, the one that was
/// entered last.
///
/// # Source
/// Act on the Protection of Personal Information, article 27(1); the sector guidance on implied consent, III-7(3).
pub fn may(item: &ConsentItem, member: &Member<'_>, date: Date) -> Answer {
    let own =
        member.statements.iter().filter(|said| said.item == item.id && said.since <= date && said.entry.is_some());
    let last = own.max_by_key(|said| (said.since, said.entry)).map(|said| said.choice);
    let is_known = member.is_held || !member.statements.is_empty();
    match (last, item.kind) {
        (Some(Choice::Granted), _) => Answer::Yes(Ground::Granted),
        (Some(Choice::Objected), _) => Answer::No(Reason::Objected),
        (Some(Choice::Withdrawn) | None, _) if !is_known => Answer::No(Reason::Unknown),
        (Some(Choice::Withdrawn) | None, ConsentKind::Implied) => Answer::Yes(Ground::Implied),
        (Some(Choice::Withdrawn) | None, ConsentKind::Explicit) => Answer::No(Reason::NotGiven),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::RecordId;
    use crate::calendar::Instant;
    use crate::policy::ConsentGround;
    use crate::policy::sample::text;

    fn item(kind: ConsentKind) -> ConsentItem {
        let ground = (kind == ConsentKind::Implied).then_some(ConsentGround::BenefitsThePerson);
        let (title, given_to) = (text("題", "title"), text("誰", "who"));
        ConsentItem { id: "letters".into(), kind, ground, title, text: None, information: Vec::new(), given_to }
    }

    fn day(n: u32) -> Date {
        "2026-04-01".parse::<Date>().unwrap().plus_days(n).unwrap()
    }

    fn said(item: &str, choice: Choice, since: u32, entry: Option<u64>) -> ConsentStatement {
        ConsentStatement {
            member: "M1".to_owned(),
            item: item.to_owned(),
            choice,
            said: day(0),
            since: day(since),
            evidence: None,
            by: "Sato".to_owned(),
            handle: RecordId::new(Instant::from_micros(0), [1; 10]),
            salt: [0; 16],
            entry,
        }
    }

    #[test]
    fn silence_counts_for_implied_consent_of_a_known_member_only() {
        let silent = |is_held| Member { is_held, statements: &[] };
        let (implied, explicit) = (item(ConsentKind::Implied), item(ConsentKind::Explicit));
        assert_eq!(may(&implied, &silent(true), day(0)), Answer::Yes(Ground::Implied));
        assert_eq!(may(&explicit, &silent(true), day(0)), Answer::No(Reason::NotGiven));
        assert_eq!(may(&implied, &silent(false), day(0)), Answer::No(Reason::Unknown));
        assert_eq!(may(&explicit, &silent(false), day(0)), Answer::No(Reason::Unknown));
    }

    #[test]
    fn what_holds_since_the_latest_day_counts_and_what_is_still_to_come_does_not() {
        let statements = [
            said("letters", Choice::Objected, 5, Some(1)),
            said("letters", Choice::Granted, 3, Some(2)),
            said("letters", Choice::Withdrawn, 9, Some(3)),
            said("others", Choice::Objected, 0, Some(4)),
            said("letters", Choice::Objected, 0, None),
        ];
        let member = Member { is_held: false, statements: &statements };
        let implied = item(ConsentKind::Implied);
        let answers: Vec<Answer> = [2, 3, 5, 8, 9].map(|n| may(&implied, &member, day(n))).to_vec();
        let (yes, no) = (Answer::Yes(Ground::Implied), Answer::No(Reason::Objected));
        assert_eq!(answers, [yes, Answer::Yes(Ground::Granted), no, no, yes]);
        assert_eq!(may(&item(ConsentKind::Explicit), &member, day(9)), Answer::No(Reason::NotGiven));
    }

    fn choices() -> impl Strategy<Value = Choice> {
        prop_oneof![Just(Choice::Granted), Just(Choice::Objected), Just(Choice::Withdrawn)]
    }

    proptest! {
        /// Whatever was said before: who objects is not asked again until they say otherwise, and silence never makes
        /// consent where it has to be explicit.
        #[test]
        fn an_objection_excludes_until_the_member_says_otherwise(
            before in proptest::collection::vec((choices(), 0u32..100), 0..8), is_held: bool, explicit: bool, on in 100u32..200,
        ) {
            let item = item(if explicit { ConsentKind::Explicit } else { ConsentKind::Implied });
            let mut statements: Vec<ConsentStatement> = before.iter().zip(1u64..)
                .map(|((choice, since), entry)| said("letters", *choice, *since, Some(entry))).collect();
            let answer = may(&item, &Member { is_held, statements: &statements }, day(on));
            let may_be_silent = !explicit && (is_held || !statements.is_empty());
            prop_assert!(may_be_silent || answer != Answer::Yes(Ground::Implied));
            statements.push(said("letters", Choice::Objected, 100, Some(50)));
            for later in [on, on + 1_000] {
                let answer = may(&item, &Member { is_held, statements: &statements }, day(later));
                prop_assert_eq!(answer, Answer::No(Reason::Objected));
            }
            statements.push(said("letters", Choice::Granted, 100, Some(51)));
            let answer = may(&item, &Member { is_held, statements: &statements }, day(on));
            prop_assert_eq!(answer, Answer::Yes(Ground::Granted));
        }
    }
}
