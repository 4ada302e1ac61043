//! The register of consents: stated, listed, and the question that every letter asks.
//!
//! In: who said what about which item. Out: a row in the catalog and a ledger entry that commits to it. The rule it keeps:
//! what is not in the ledger does not count, and a register that differs from the ledger answers nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::accept::policy_state;
use super::facts::said;
use super::instance::Instance;
use super::{EngineError, Result};
use crate::RecordId;
use crate::calendar::Date;
use crate::consent::{Answer, Member, may};
use crate::diag::nearest;
use crate::ledger::{Entry, What};
use crate::policy::{ConsentItem, ConsentKind, PolicySet};
use crate::store::{Choice, ConsentStatement, Store};

/// What a member said.
pub struct ConsentWish {
    /// The member.
    pub member: String,
    /// The item of `consent`.
    pub item: String,
    /// What they said.
    pub choice: Choice,
    /// The day on which they said it; today by default.
    pub said: Option<Date>,
    /// The day from which it holds; the day it was said by default.
    pub since: Option<Date>,
    /// The record that shows it.
    pub evidence: Option<RecordId>,
    /// Who enters it.
    pub by: String,
}

/// What was entered.
pub struct ConsentStated {
    /// The statement.
    pub statement: ConsentStatement,
    /// What may be done for the member on the day from which it holds.
    pub answer: Answer,
    /// Whether the member is known by records or earlier statements.
    pub was_known: bool,
}

/// Enters what a member said about an item.
///
/// # Errors
/// Refuses an unknown item or record, a day to come for what was said, a day before it for its effect, explicit consent
/// without evidence, the withdrawal of nothing, and empty words.
///
/// # Durability
/// On return the statement is in the ledger.
pub fn state_consent(instance: &Instance, wish: ConsentWish) -> Result<ConsentStated> {
    said("consent.by", "who enters it", &wish.by)?;
    said("consent.member", "the member", &wish.member)?;
    let mut store = instance.store()?;
    let state = policy_state(instance, &store)?;
    let policy = &state.accepted()?.policy;
    let item = known_item(policy, &wish.item)?.clone();
    let today = policy.organization.time_zone.date(instance.now());
    let day = wish.said.unwrap_or(today);
    let since = wish.since.unwrap_or(day);
    in_order(day, since, today)?;
    let register = Register::read(&store)?;
    let was_known = register.is_known(&store, &wish.member)?;
    evident(&store, &wish, &item)?;
    let before = register.answer(&store, &item, &wish.member, since, None)?;
    if wish.choice == Choice::Withdrawn && !register.has_said(&wish.member, &item, since) {
        let why =
            format!("on {since} nothing that `{}` said about `{}` holds: nothing is withdrawn", wish.member, item.id);
        let help = format!("it stands at `{}`; `hokan consent list --member {}` shows all", before.word(), wish.member);
        return Err(EngineError::refused("consent.nothing", why).help(help));
    }
    let random = RecordId::new(instance.now(), instance.host.random()?);
    let pending = store.write_pending()?;
    // Under the lock: two statements about one member carry one id.
    let handle = pending.catalog().handle(&wish.member)?.unwrap_or(random);
    let ConsentWish { member, choice, evidence, by, .. } = wish;
    let (item_id, salt) = (item.id.clone(), instance.salt()?);
    let mut statement =
        ConsentStatement { member, item: item_id, choice, said: day, since, evidence, by, handle, salt, entry: None };
    let row = pending.add_consent(&statement)?;
    pending.commit()?;
    let key = instance.key()?;
    let mut writing = store.write()?;
    let what = What::ConsentStated { about: handle, fact: statement.commitment() };
    let entry = writing.append(&Entry { at: instance.now(), what })?;
    writing.consent_entered(row, entry)?;
    writing.commit(&key)?;
    statement.entry = Some(entry);
    let answer = Register::read(&store)?.answer(&store, &item, &statement.member, since, None)?;
    Ok(ConsentStated { statement, answer, was_known })
}

fn in_order(day: Date, since: Date, today: Date) -> Result<()> {
    if day > today {
        let why = format!("what is entered was said already, not on {day}; today is {today}");
        return Err(
            EngineError::refused("consent.said", why).help("name the day with `--said`; `--since` may be ahead")
        );
    }
    if since < day {
        let why = format!("what was said on {day} does not hold before, from {since} on");
        return Err(EngineError::refused("consent.since", why).help("name that day or a later one with `--since`"));
    }
    Ok(())
}

/// Refuses evidence that is not there, and explicit consent without any.
fn evident(store: &Store, wish: &ConsentWish, item: &ConsentItem) -> Result<()> {
    match wish.evidence {
        Some(id) if store.catalog().record(id)?.is_none() => {
            let why = format!("the catalog knows no record `{id}`");
            Err(EngineError::refused("consent.evidence", why).help("`hokan records list` shows what is held"))
        }
        None if wish.choice == Choice::Granted && item.kind == ConsentKind::Explicit => {
            let why = format!("`{}` needs explicit consent, which is shown by a record", item.id);
            Err(EngineError::refused("consent.evidence", why)
                .help("take in the form, the letter or the note of the call, and name it with `--evidence`"))
        }
        Some(_) | None => Ok(()),
    }
}

fn known_item<'a>(policy: &'a PolicySet, id: &str) -> Result<&'a ConsentItem> {
    let items = policy.consent.as_ref().map(|consent| consent.items.as_slice()).unwrap_or_default();
    items.iter().find(|item| item.id == id).ok_or_else(|| {
        let why = format!("the accepted policy has no item of consent `{id}`");
        let known = || items.iter().map(|item| item.id.as_str());
        let help = match nearest(id, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are: {}", known().collect::<Vec<_>>().join(", ")),
        };
        EngineError::refused("consent.unknown-item", why).help(help)
    })
}

/// The whole register, compared with the ledger.
pub(super) struct Register {
    by_member: BTreeMap<String, Vec<ConsentStatement>>,
}

impl Register {
    /// Reads the register and compares it with the ledger (I6): a statement that is altered, and one that is gone while
    /// anything about its member is known, answers nothing.
    pub(super) fn read(store: &Store) -> Result<Register> {
        let statements = store.catalog().consents()?;
        let entered: BTreeMap<u64, (RecordId, crate::Digest)> =
            store.reader().consents()?.into_iter().map(|(index, about, fact)| (index, (about, fact))).collect();
        let altered = |entry: u64| {
            let why = format!("the register of consents is not what ledger entry {entry} committed to");
            EngineError::refused("consent.altered", why).help("run `hokan verify`; put back the newest catalog")
        };
        let mut there = BTreeSet::new();
        for statement in &statements {
            let entry = statement.entry.unwrap_or_default();
            if entered.get(&entry) != Some(&(statement.handle, statement.commitment())) {
                return Err(altered(entry));
            }
            there.insert(entry);
        }
        for (entry, (about, _)) in entered.iter().filter(|(entry, _)| !there.contains(entry)) {
            if store.catalog().knows_handle(*about)? {
                return Err(altered(*entry));
            }
        }
        let mut by_member: BTreeMap<String, Vec<ConsentStatement>> = BTreeMap::new();
        for statement in statements {
            by_member.entry(statement.member.clone()).or_default().push(statement);
        }
        Ok(Register { by_member })
    }

    fn of(&self, member: &str) -> &[ConsentStatement] {
        self.by_member.get(member).map(Vec::as_slice).unwrap_or_default()
    }

    fn is_known(&self, store: &Store, member: &str) -> Result<bool> {
        Ok(!self.of(member).is_empty() || store.catalog().is_subject(member)?)
    }

    /// Whether something that the member said about an item holds on a day and is not withdrawn.
    fn has_said(&self, member: &str, item: &ConsentItem, on: Date) -> bool {
        let own = self.of(member).iter().filter(|said| said.item == item.id && said.since <= on);
        own.max_by_key(|said| (said.since, said.entry)).is_some_and(|said| said.choice != Choice::Withdrawn)
    }

    /// Answers for one member; the record `but` does not make anybody known.
    pub(super) fn answer(
        &self,
        store: &Store,
        item: &ConsentItem,
        member: &str,
        on: Date,
        but: Option<RecordId>,
    ) -> Result<Answer> {
        let is_held = store.catalog().is_subject_besides(member, but)?;
        Ok(may(item, &Member { is_held, statements: self.of(member) }, on))
    }
}

/// What is listed of the register.
#[derive(Default)]
pub struct ConsentFilter {
    /// Of this member.
    pub member: Option<String>,
    /// About this item.
    pub item: Option<String>,
    /// The day for which the answers are given; today by default.
    pub on: Option<Date>,
}

/// The register, and what may be done for a member.
pub struct Consents {
    /// The statements asked for, in the order they were entered.
    pub statements: Vec<ConsentStatement>,
    /// The day for which the answers are given.
    pub on: Date,
    /// For a member: each item of the accepted policy, and the answer.
    pub answers: Vec<(String, Answer)>,
}

/// Returns statements of the register and, for one member, what may be done on a day.
///
/// # Errors
/// Refuses an unknown item and a register that differs from the ledger.
pub fn consents(instance: &Instance, filter: &ConsentFilter) -> Result<Consents> {
    let store = instance.store_to_read()?;
    let state = policy_state(instance, &store)?;
    let policy = &state.accepted()?.policy;
    let item = filter.item.as_ref().map(|id| known_item(policy, id)).transpose()?;
    let on = filter.on.unwrap_or_else(|| policy.organization.time_zone.date(instance.now()));
    let register = Register::read(&store)?;
    let is_asked = |said: &&ConsentStatement| {
        filter.member.as_ref().is_none_or(|member| *member == said.member)
            && item.is_none_or(|item| item.id == said.item)
    };
    let mut statements: Vec<_> = register.by_member.values().flatten().filter(is_asked).cloned().collect();
    statements.sort_by_key(|said| said.entry);
    let mut answers = Vec::new();
    if let Some(member) = &filter.member {
        let items = policy.consent.as_ref().map(|consent| consent.items.as_slice()).unwrap_or_default();
        for one in items.iter().filter(|one| item.is_none_or(|item| item.id == one.id)) {
            answers.push((one.id.clone(), register.answer(&store, one, member, on, None)?));
        }
    }
    Ok(Consents { statements, on, answers })
}
