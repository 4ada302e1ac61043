//! What a run prints: rows read, screened, asked about, grouped.
//!
//! In: the bytes of a record, the register, the lines that are in letters already. Out: letters still to make, and every
//! other row with the reason. The rule it keeps: each line is in one letter or one reason, and no reason says whose it is.

use std::collections::{BTreeMap, BTreeSet};

use super::super::consents::Register;
use super::super::{EngineError, Result};
use crate::RecordId;
use crate::calendar::Date;
use crate::consent::{Answer, For, Ground, Owned, group};
use crate::intake::{mask_numbers, numbers_in};
use crate::policy::{Notice, Otherwise, PolicySet};
use crate::publish::notice::{Addressee, Cost, CostRow, Grouping, Letter, Member, Screened, cost_data};
use crate::store::{FailedRows, Store};

/// What is prepared.
pub(super) struct Question<'a> {
    pub store: &'a Store,
    pub policy: &'a PolicySet,
    pub notice: &'a Notice,
    /// The bytes of the record.
    pub plain: &'a [u8],
    /// The day of the letters.
    pub on: Date,
    /// The record they stand in: it makes nobody known.
    pub from: Option<RecordId>,
    /// The lines that are in sealed letters.
    pub done: &'a BTreeSet<u64>,
}

/// A letter that is to be made.
pub(super) struct ToMake {
    /// What it says; without a number yet.
    pub letter: Letter,
    /// The lines of its rows.
    pub rows: Vec<u64>,
    /// Whom it is about.
    pub members: Vec<String>,
}

/// What is still to be made, and what will not be.
pub(super) struct Prepared {
    /// How many statements the register held.
    pub statements: usize,
    pub letters: Vec<ToMake>,
    pub failed: Vec<FailedRows>,
}

/// The lines of a record that are in sealed letters of a notice, of any run.
pub(super) fn lettered(store: &Store, notice: &Notice, from: RecordId) -> Result<BTreeSet<u64>> {
    let mut lines = BTreeSet::new();
    for run in super::runs_of(store, notice, from)? {
        lines.extend(store.catalog().lettered(run.id)?);
    }
    Ok(lines)
}

pub(super) fn prepare(asked: &Question<'_>) -> Result<Prepared> {
    let Question { store, notice, plain, on, done, .. } = asked;
    let Some(read) = &notice.read else {
        return Err(EngineError::refused("notice.which", format!("`{}` is no letter from data", notice.id)));
    };
    let screen = |text: &str| match numbers_in(text) {
        0 => Screened::Plain,
        _ if notice.masks_individual_numbers => Screened::Masked(mask_numbers(text)),
        _ => Screened::Refused,
    };
    let statements = store.reader().consents()?.len();
    let data = cost_data(read, plain, *on, &screen).map_err(|fault| {
        EngineError::refused("notice.data", format!("the rows cannot be read: {fault}"))
            .help("nothing was printed; take in a corrected file")
    })?;
    let mut failed = Vec::new();
    let mut stopped: BTreeMap<String, u64> = BTreeMap::new();
    for bad in data.bad.iter().filter(|bad| !done.contains(&bad.spot.line)) {
        let why = format!("line {}, column {}: {}", bad.spot.line, bad.spot.column, bad.what);
        failed.push(FailedRows { rows: vec![bad.spot.line], code: bad.code.to_owned(), why });
        if let Some(household) = &bad.household {
            stopped.entry(household.clone()).or_insert(bad.spot.line);
        }
    }
    let open: Vec<&CostRow> = data.rows.iter().filter(|row| !done.contains(&row.line)).collect();
    let mut waiting: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for row in &open {
        if let Some(line) = stopped.get(&row.household) {
            waiting.entry(*line).or_default().push(row.line);
        }
    }
    failed.extend(waiting.into_iter().map(|(line, rows)| FailedRows {
        rows,
        code: "notice.waits".to_owned(),
        why: format!("its letter waits for line {line}, which cannot be used"),
    }));
    let open: Vec<&CostRow> = open.into_iter().filter(|row| !stopped.contains_key(&row.household)).collect();
    let (letters, rest) = grouped(asked, &open)?;
    failed.extend(rest);
    failed.sort_by_key(|one| one.rows.first().copied());
    Ok(Prepared { statements, letters, failed })
}

/// Asks for each member, groups, and makes the letters.
fn grouped(asked: &Question<'_>, open: &[&CostRow]) -> Result<(Vec<ToMake>, Vec<FailedRows>)> {
    let owned: Vec<Owned<'_>> =
        open.iter().map(|row| Owned { row: row.line, member: &row.member, household: &row.household }).collect();
    let answers = answers(asked, open)?;
    let otherwise = asked.notice.needs.as_ref().map_or(Otherwise::LeaveOut, |needs| needs.otherwise);
    // Whoever is asked about stands in the answers.
    let nobody = Answer::No(crate::consent::Reason::Unknown);
    let grouped = group(&owned, otherwise, |member| answers.get(member).copied().unwrap_or(nobody));
    let by_line: BTreeMap<u64, &CostRow> = open.iter().map(|row| (row.line, *row)).collect();
    let letters = grouped.letters.iter().map(|(to, rows)| {
        let rows: Vec<&CostRow> = rows.iter().filter_map(|line| by_line.get(line).copied()).collect();
        letter(asked, *to, &rows)
    });
    let mut failed = Vec::new();
    for line in grouped.unclear {
        let why = format!("line {line}: somebody of its household stands in another household, too");
        failed.push(FailedRows { rows: vec![line], code: "notice.two-households".to_owned(), why });
    }
    for line in grouped.left_out {
        let why =
            format!("line {line}: whom it is about has not consented, and the policy makes no letter of their own");
        failed.push(FailedRows { rows: vec![line], code: "notice.no-consent".to_owned(), why });
    }
    Ok((letters.collect(), failed))
}

/// What each member allows; everything where the notice asks for no consent.
fn answers<'a>(asked: &Question<'_>, open: &[&'a CostRow]) -> Result<BTreeMap<&'a str, Answer>> {
    let members: BTreeSet<&str> = open.iter().map(|row| row.member.as_str()).collect();
    let Some(needs) = &asked.notice.needs else {
        return Ok(members.into_iter().map(|member| (member, Answer::Yes(Ground::Granted))).collect());
    };
    let register = Register::read(asked.store)?;
    let items = asked.policy.consent.as_ref().map(|consent| consent.items.as_slice()).unwrap_or_default();
    let item = items.iter().find(|item| item.id == needs.consent).ok_or_else(|| {
        EngineError::refused("consent.unknown-item", format!("the policy has no item of consent `{}`", needs.consent))
    })?;
    let answer = |member: &'a str| Ok((member, register.answer(asked.store, item, member, asked.on, asked.from)?));
    members.into_iter().map(answer).collect()
}

/// The letter of these rows; there is at least one.
fn letter(asked: &Question<'_>, to: For<'_>, rows: &[&CostRow]) -> ToMake {
    let mut members: Vec<(&str, Member)> = Vec::new();
    for row in rows {
        let cost = Cost {
            month: row.month,
            provider: row.provider.clone(),
            kind: row.kind.clone(),
            total: row.total,
            paid: row.paid,
        };
        match members.iter_mut().find(|(member, _)| *member == row.member) {
            Some((_, known)) => known.costs.push(cost),
            None => members.push((&row.member, Member { name: row.name.clone(), costs: vec![cost] })),
        }
    }
    let first = rows[0];
    let (grouping, name) = match to {
        For::Household(_) => (Grouping::Household, first.insured.clone()),
        For::Member(_) => (Grouping::Own, first.name.clone()),
    };
    let addressee = Addressee { postal_code: first.postal_code.clone(), address: first.address.clone(), name };
    let months = || rows.iter().map(|row| row.month);
    let (from, until) = (months().min().unwrap_or(asked.on), months().max().unwrap_or(asked.on));
    let who: Vec<String> = members.iter().map(|(member, _)| (*member).to_owned()).collect();
    let members = members.into_iter().map(|(_, member)| member).collect();
    let insured = first.insured.clone();
    let letter = Letter { number: None, date: asked.on, addressee, insured, from, to: until, members, grouping };
    ToMake { letter, rows: rows.iter().map(|row| row.line).collect(), members: who }
}
