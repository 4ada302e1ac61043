//! Holds: placed, looked at again, released; and what they cover.
//!
//! In: who holds what, and why. Out: a row in the catalog and a ledger entry that commits to it. The rule it keeps: a hold
//! counts from its first commit on; who places one that comes too late for a record is told so.

use std::collections::{BTreeMap, BTreeSet};

use super::accept::policy_state;
use super::alike::{Alike, alike};
use super::facts::said;
use super::instance::Instance;
use super::{EngineError, Result};
use crate::calendar::{Date, Period, Zone};
use crate::diag::nearest;
use crate::intake::unfit;
use crate::ledger::{Entry, What};
use crate::policy::{ComesFrom, Glob, PolicySet};
use crate::retention::hold::{self, Cover, Looked};
use crate::retention::order::{OrderState, is_order};
use crate::retention::{plan, sweep};
use crate::store::{Catalog, Hold, HoldReview, Query, Release, Scope, Store, StoreError};
use crate::{Digest, RecordId};

/// After how long a hold is looked at again where nobody says.
const LOOKED_AT_AGAIN: Period = Period::Months(12);

/// A hold to be placed.
pub struct HoldWish {
    /// What it covers.
    pub scope: Scope,
    /// Why.
    pub reason: String,
    /// Who places it.
    pub by: String,
    /// Who answers for it; who places it by default.
    pub owner: Option<String>,
    /// When it is looked at again; in a year by default.
    pub review: Option<Date>,
    /// The hold in force that is stated anew, because the catalog lost it or has other words for it.
    pub anew: Option<String>,
}

/// A record that a sweep had begun on when a hold was placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLate {
    /// The record.
    pub record: RecordId,
    /// The sweep.
    pub sweep: String,
    /// The index of its intent in the ledger.
    pub intent: u64,
    /// Whether it is a box or a device that was handed over by a work order.
    pub is_handed_over: bool,
}

/// A hold that was placed.
pub struct Placed {
    /// The hold.
    pub hold: Hold,
    /// How many records it covers now, where that can be told.
    pub covers: Option<usize>,
    /// Covered records whose destruction was begun before: the hold keeps them only where their headers are still whole.
    pub too_late: Vec<TooLate>,
    /// Subjects written like the one it names, which it does not cover.
    pub alike: Vec<Alike>,
    /// Whether it stands in the ledger yet; if not, the next take-in or sweep enters it, and it counts all the same.
    pub is_entered: bool,
}

/// Places a hold: from now on nothing it covers is destroyed.
///
/// # Errors
/// Refuses an unknown record or class, an unreadable pattern, dates that are no record's own, a review date that is not
/// ahead, empty words, to state anew what is not lost, and to let go in passing what a row still says that it covers.
///
/// # Durability
/// The hold counts from the first commit on; on return it is in the ledger too, unless a stop had left the catalog behind.
pub fn place_hold(instance: &Instance, wish: HoldWish) -> Result<Placed> {
    let HoldWish { scope, reason, by, owner, review, anew } = wish;
    let owner = owner.unwrap_or_else(|| by.clone());
    said("hold.reason", "a reason", &reason)?;
    said("hold.by", "who places it", &by)?;
    said("hold.owner", "who answers for it", &owner)?;
    let mut store = instance.store()?;
    check_scope(instance, &store, &scope)?;
    let today = today(instance, &store);
    let review = review.or_else(|| LOOKED_AT_AGAIN.after(today));
    ahead(review, today)?;
    let random = instance.host.random::<4>()?;
    let id: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    anew.iter().try_for_each(|id| is_lost(instance, &store, id, &scope))?;
    let (id, salt) = (anew.clone().unwrap_or_else(|| format!("hold-{id}")), instance.salt()?);
    let hold = Hold { id, scope, reason, by, owner, review, salt, entry: None };
    let pending = store.write_pending()?;
    match &anew {
        Some(_) => pending.restate_hold(&hold)?,
        None => pending.add_hold(&hold)?,
    }
    pending.commit()?;
    let is_entered = enter(instance, &mut store, &hold, anew.is_some())?;
    let too_late = too_late(instance, &store, &hold)?;
    // The hold stands, whatever hinders the counting and what else is told.
    let mut count = 0;
    let covers = covered(instance, &store, &hold, |_| count += 1).ok().map(|()| count);
    let subject = match &hold.scope {
        Scope::Subject(subject) => Some(subject),
        Scope::Query(query) => query.subject.as_ref(),
        Scope::Record(_) | Scope::Class(_) | Scope::Path(_) => None,
    };
    let alike = alike(&store.catalog(), subject.map(String::as_str)).unwrap_or_default();
    Ok(Placed { hold, covers, too_late, alike, is_entered })
}

/// Enters a pending hold in the ledger; returns whether it stands there. Where a stop left the catalog behind, the next
/// take-in or sweep brings it up to date and enters the hold, which counts already.
fn enter(instance: &Instance, store: &mut Store, hold: &Hold, is_anew: bool) -> Result<bool> {
    let key = instance.key()?;
    let mut writing = match store.write() {
        Err(StoreError::CatalogBehind(_)) => return Ok(false),
        writing => writing?,
    };
    let known = writing.catalog().hold_rows()?.into_iter().filter_map(|row| row.whole);
    let is_entered = known.into_iter().any(|(other, _)| other.id == hold.id && other.entry.is_some());
    match (is_entered, is_anew) {
        (true, _) => {}
        (false, true) => writing.enter_hold_anew(hold, instance.now())?,
        (false, false) => writing.enter_hold(hold, instance.now())?,
    }
    writing.commit(&key)?;
    Ok(true)
}

/// Refuses to state a hold anew that is not in force, or that the catalog holds as the ledger committed to it.
fn is_lost(instance: &Instance, store: &Store, id: &str, scope: &Scope) -> Result<()> {
    let Some(fact) = store.reader().holds_in_force()?.remove(id) else { return Err(unknown_hold(store, id)?) };
    // One that cannot be read, or that is released by no entry of the ledger, is lost, and says nothing of the others.
    let Some(row) = store.catalog().hold_rows()?.into_iter().find(|row| row.id == id) else { return Ok(()) };
    let is_whole = |(hold, release): &(Hold, Option<(Release, Option<u64>)>)| {
        hold.commitment() == fact && release.as_ref().is_none_or(|(_, entry)| entry.is_none())
    };
    if row.whole.as_ref().is_some_and(is_whole) {
        let why = format!("`{id}` stands as it was stated: nothing of it is lost");
        return Err(EngineError::refused("hold.not-lost", why)
            .help("place another hold, then release this one, where it should cover something else"));
    }
    // Only its other words may be altered: what the row still covers is not let go in passing.
    let stands = row.scope.filter(|stands| stands != scope && check_scope(instance, store, stands).is_ok());
    if let Some(stands) = stands {
        let why = format!("the catalog still says that `{id}` covers {stands}, not {scope}");
        return Err(EngineError::refused("hold.other-scope", why)
            .help("state it anew with that scope, and place another hold on what it should cover besides"));
    }
    Ok(())
}

/// Today in the organization's zone; in UTC where no policy tells it, which must not keep anybody from holding records.
fn today(instance: &Instance, store: &Store) -> Date {
    zone(instance, store).map_or(instance.now().utc_date(), |zone| zone.date(instance.now()))
}

fn zone(instance: &Instance, store: &Store) -> Option<Zone> {
    let state = policy_state(instance, store).ok();
    state.and_then(|state| Some(state.in_force?.policy.organization.time_zone))
}

fn ahead(review: Option<Date>, today: Date) -> Result<()> {
    if review.is_some_and(|review| review > today) {
        return Ok(());
    }
    let day = review.map_or("no day".to_owned(), |day| day.to_string());
    let why = format!("a hold is looked at again on a day to come, not on {day}; today is {today}");
    Err(EngineError::refused("hold.review", why).help("name a later day with `--review`"))
}

fn check_scope(instance: &Instance, store: &Store, scope: &Scope) -> Result<()> {
    match scope {
        Scope::Record(id) if store.catalog().record(*id)?.is_none() => {
            Err(EngineError::refused("hold.unknown-record", format!("the catalog knows no record `{id}`"))
                .help("`hokan records list` shows what is held"))
        }
        Scope::Record(_) => Ok(()),
        Scope::Subject(subject) => fit(&store.catalog(), subject),
        Scope::Path(glob) => readable(glob),
        Scope::Class(class) => {
            let state = policy_state(instance, store)?;
            known_class(&state.accepted()?.policy, class)
        }
        Scope::Query(query) => {
            let state = policy_state(instance, store)?;
            query.subject.iter().try_for_each(|subject| fit(&store.catalog(), subject))?;
            check_query(&state.accepted()?.policy, query)
        }
    }
}

/// Refuses what no record that is taken in can be about; what earlier versions took in is held as it is written.
fn fit(catalog: &Catalog<'_>, subject: &str) -> Result<()> {
    said("hold.subject", "a subject", subject)?;
    match unfit(subject) {
        Some(fault) if !catalog.is_subject(subject)? => {
            let why = format!("`{subject}` {fault}: no record is about that subject");
            Err(EngineError::refused("hold.subject", why).help("type the subject by hand"))
        }
        Some(_) | None => Ok(()),
    }
}

fn check_query(policy: &PolicySet, query: &Query) -> Result<()> {
    query.class.iter().try_for_each(|class| known_class(policy, class))?;
    query.path.iter().try_for_each(|glob| readable(glob))?;
    query.dates.keys().try_for_each(|name| own_date(policy, name))
}

fn readable(glob: &str) -> Result<()> {
    match glob.parse::<Glob>() {
        Ok(_) => Ok(()),
        Err(error) => Err(EngineError::refused("hold.path", error.to_string()).help(
            "write a path below `records`, with `*` within a folder, `**` across folders, `?` for one character",
        )),
    }
}

/// Refuses a date that does not come with records: an event may be corrected, and would let records out of a hold.
fn own_date(policy: &PolicySet, name: &str) -> Result<()> {
    let own = |date: &&crate::policy::DateName| date.comes_from != ComesFrom::Event;
    if policy.dates.iter().filter(own).any(|date| date.id == name) {
        return Ok(());
    }
    let known: Vec<&str> = policy.dates.iter().filter(own).map(|date| date.id.as_str()).collect();
    let why = match policy.date(name) {
        Some(_) => format!("`{name}` is an event, which may be corrected later: hold its subject instead"),
        None => format!("the accepted policy declares no date `{name}`"),
    };
    let near = nearest(name, known.iter().copied()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    Err(EngineError::refused("hold.date", why).help(format!("{near}records come with: {}", known.join(", "))))
}

/// Tells of each record that a hold covers now. Records, subjects and classes are found by their index; for anything else
/// every record is looked at once, one row at a time.
fn covered(instance: &Instance, store: &Store, hold: &Hold, mut tell: impl FnMut(RecordId)) -> Result<()> {
    let state = policy_state(instance, store)?;
    let policy = &state.accepted()?.policy;
    let (catalog, cover) = (store.catalog(), Cover::of(hold));
    let mut look = |record: Looked<'_>| {
        if covers(policy, &cover, record) {
            tell(record.id);
        }
    };
    match &hold.scope {
        Scope::Record(id) => catalog.record(*id)?.iter().for_each(|record| look((&record.known).into())),
        Scope::Subject(subject) | Scope::Query(Query { subject: Some(subject), .. }) => {
            catalog.about(subject)?.iter().for_each(|record| look((&record.known).into()));
        }
        Scope::Class(target) => {
            for sealed in catalog.classes()?.iter().filter(|sealed| hold::covers_class(policy, sealed, target)) {
                catalog.ids_of(sealed)?.into_iter().for_each(&mut tell);
            }
        }
        Scope::Path(_) | Scope::Query(_) => catalog.walk(|standing| {
            look((&*standing).into());
            Ok::<_, EngineError>(())
        })?,
    }
    Ok(())
}

fn covers(policy: &PolicySet, cover: &Cover<'_>, record: Looked<'_>) -> bool {
    let class = policy.class_of(record.class);
    class.is_some_and(|class| cover.covers(record, class, policy.organization.time_zone))
}

/// The covered records on which a sweep has an intent that is neither carried out nor given up.
fn too_late(instance: &Instance, store: &Store, hold: &Hold) -> Result<Vec<TooLate>> {
    let (mut found, cover) = (Vec::new(), Cover::of(hold));
    let state = policy_state(instance, store).ok();
    let policy = state.as_ref().and_then(|state| Some(&state.in_force.as_ref()?.policy));
    // What a work order merely lists has not left: handing it over asks for holds once more.
    let orders = OrderState::all(store.catalog().order_facts()?)?.into_iter();
    let handed: BTreeSet<String> = orders.filter(|one| one.handed_over.is_some()).map(|one| one.id).collect();
    let unfinished = store.reader().sweeps()?.into_iter().filter(|(_, finished)| !finished);
    for (sweep, _) in unfinished.filter(|(sweep, _)| !is_order(sweep) || handed.contains(sweep)) {
        for open in sweep::open_intents(&store.reader(), &sweep)? {
            let Some(record) = store.catalog().record(open.record)? else { continue };
            // Where no policy tells the class, every open intent is told.
            let is_covered = policy.is_none_or(|policy| covers(policy, &cover, (&record.known).into()));
            if is_covered {
                let (record, intent, is_handed_over) = (open.record, open.intent, is_order(&sweep));
                found.push(TooLate { record, sweep: sweep.clone(), intent, is_handed_over });
            }
        }
    }
    Ok(found)
}

fn unknown_hold(store: &Store, id: &str) -> Result<EngineError> {
    if store.reader().holds_in_force()?.contains_key(id) {
        let why = format!("the hold `{id}` stands in the ledger, and the catalog lost it");
        return Ok(EngineError::refused("hold.lost", why).help(format!(
            "put the newest copy of `catalog.db` back, or state it anew: `hokan hold place --anew {id}`"
        )));
    }
    let known = store.catalog().holds()?;
    let help = match nearest(id, known.iter().map(|hold| hold.id.as_str())) {
        Some(near) => format!("did you mean `{near}`? `hokan hold list` shows the holds in force"),
        None => "`hokan hold list` shows the holds in force".to_owned(),
    };
    Ok(EngineError::refused("hold.unknown", format!("no hold `{id}` is in force")).help(help))
}

/// Releases a hold.
///
/// # Errors
/// Refuses an unknown or released hold, one that the catalog lost or has with other words, and empty words.
///
/// # Durability
/// The hold ends when the release is in the ledger, which it is on return.
pub fn release_hold(instance: &Instance, id: &str, reason: &str, by: &str) -> Result<()> {
    said("hold.reason", "a reason", reason)?;
    said("hold.by", "who releases it", by)?;
    let mut store = instance.store()?;
    if lost(&store)?.iter().any(|lost| lost == id) {
        return Err(unknown_hold(&store, id)?);
    }
    let release = Release { hold: id.to_owned(), by: by.to_owned(), reason: reason.to_owned(), salt: instance.salt()? };
    let pending = store.write_pending()?;
    if !pending.add_release(&release)? {
        drop(pending);
        return Err(unknown_hold(&store, id)?);
    }
    pending.commit()?;
    let key = instance.key()?;
    let mut writing = store.write()?;
    let what = What::HoldReleased { hold: id.to_owned(), fact: release.commitment() };
    let entry = writing.append(&Entry { at: instance.now(), what })?;
    writing.release_entered(id, entry)?;
    Ok(writing.commit(&key)?)
}

/// Notes that somebody looked at a hold, that it stays, and when it is looked at again.
///
/// # Errors
/// Refuses an unknown or released hold, a day that is not ahead, and empty words.
///
/// # Durability
/// On return the review is in the ledger.
pub fn review_hold(instance: &Instance, id: &str, review: Date, reason: &str, by: &str) -> Result<()> {
    said("hold.reason", "a reason", reason)?;
    said("hold.by", "who looked at it", by)?;
    let mut store = instance.store()?;
    ahead(Some(review), today(instance, &store))?;
    let (hold, reason, by, salt) = (id.to_owned(), reason.to_owned(), by.to_owned(), instance.salt()?);
    let review = HoldReview { hold, review, reason, by, salt };
    let pending = store.write_pending()?;
    let Some(row) = pending.add_hold_review(&review)? else {
        drop(pending);
        return Err(unknown_hold(&store, id)?);
    };
    pending.commit()?;
    let key = instance.key()?;
    let mut writing = store.write()?;
    let what = What::HoldReviewed { hold: id.to_owned(), fact: review.commitment() };
    let entry = writing.append(&Entry { at: instance.now(), what })?;
    writing.hold_review_entered(row, entry)?;
    Ok(writing.commit(&key)?)
}

/// A hold with what was stated about it since.
pub struct HoldView {
    /// The hold.
    pub hold: Hold,
    /// Its reviews, in the order they were stated.
    pub reviews: Vec<HoldReview>,
    /// When it was last stated anew, because the catalog had lost its earlier words.
    pub restated: Option<Restated>,
    /// Its release, where it ended.
    pub release: Option<Release>,
    /// The records it covers now; only for one hold asked for by id, and where that can be told.
    pub covers: Option<Vec<RecordId>>,
}

/// A hold stated anew: what it covered before is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restated {
    /// The day, by the organization's zone.
    pub on: Date,
    /// The index of the entry `hold-restated`.
    pub entry: u64,
    /// Whether a review was stated since.
    pub is_reviewed: bool,
}

impl HoldView {
    /// Returns whether it was stated anew and nobody has looked since whether it covers all that it should.
    pub fn awaits_look(&self) -> bool {
        self.restated.is_some_and(|restated| !restated.is_reviewed)
    }

    /// Returns the day on which it is to be looked at again.
    pub fn next_review(&self) -> Option<Date> {
        self.reviews.last().map(|review| review.review).or(self.hold.review)
    }
}

/// Returns the holds in force.
///
/// # Errors
/// Fails as the store does.
pub fn holds(instance: &Instance) -> Result<Vec<HoldView>> {
    let store = instance.store_to_read()?;
    in_force(instance, &store)
}

/// Returns the holds in force, with their reviews.
pub(super) fn in_force(instance: &Instance, store: &Store) -> Result<Vec<HoldView>> {
    let mut views = views(instance, store)?;
    views.retain(|view| view.release.is_none());
    Ok(views)
}

fn views(instance: &Instance, store: &Store) -> Result<Vec<HoldView>> {
    let (catalog, mut restated, zone) = (store.catalog(), store.reader().holds_restated()?, zone(instance, store));
    let reviews = catalog.hold_reviews()?;
    let views = catalog.all_holds()?.into_iter().map(|(hold, release)| {
        let own: Vec<_> = reviews.iter().filter(|(review, _)| review.hold == hold.id).collect();
        let restated = restated.remove(&hold.id).map(|(entry, at)| Restated {
            on: zone.map_or(at.utc_date(), |zone| zone.date(at)),
            entry,
            is_reviewed: own.iter().any(|(_, review)| *review > entry),
        });
        // A release without its entry is not one yet.
        let release = release.filter(|(_, entry)| entry.is_some()).map(|(release, _)| release);
        HoldView {
            reviews: own.into_iter().map(|(review, _)| review.clone()).collect(),
            restated,
            hold,
            release,
            covers: None,
        }
    });
    Ok(views.collect())
}

/// Returns the holds that the ledger has in force and the catalog lost or has with other words: the gate is shut for all.
pub(super) fn lost(store: &Store) -> Result<Vec<String>> {
    let held = store.catalog().hold_rows()?.into_iter().filter_map(|row| row.whole);
    // As the gate sees them: what is released in the catalog is not in force there.
    let held = held.filter(|(_, release)| release.as_ref().is_none_or(|(_, entry)| entry.is_none()));
    let held: BTreeMap<String, Digest> = held.map(|(hold, _)| (hold.id.clone(), hold.commitment())).collect();
    let in_force = store.reader().holds_in_force()?.into_iter();
    Ok(in_force.filter(|(id, fact)| held.get(id) != Some(fact)).map(|(id, _)| id).collect())
}

/// Returns one hold, released ones included, with the records it covers.
///
/// # Errors
/// Refuses an unknown id.
pub fn show_hold(instance: &Instance, id: &str) -> Result<HoldView> {
    let store = instance.store_to_read()?;
    let Some(mut view) = views(instance, &store)?.into_iter().find(|view| view.hold.id == id) else {
        return Err(unknown_hold(&store, id)?);
    };
    let mut ids = Vec::new();
    view.covers = covered(instance, &store, &view.hold, |id| ids.push(id)).ok().map(|()| ids);
    Ok(view)
}

fn known_class(policy: &PolicySet, class: &str) -> Result<()> {
    if plan::class_of(policy, class).is_some() {
        return Ok(());
    }
    let near = nearest(class, policy.classes.iter().map(|class| class.id.as_str()));
    let error = EngineError::refused("hold.unknown-class", format!("the accepted policy has no class `{class}`"));
    Err(match near {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error,
    })
}
