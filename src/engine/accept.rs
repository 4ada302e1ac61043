//! Which policy is in force, and how another one gets there.
//!
//! In: the accepted version in the catalog, the commit `HEAD` names. Out: what is in force, what waits, what was
//! accepted. The rule it keeps (I13, I14): publishing, sealing and destruction obey the accepted policy only; a commit
//! whose effect asks for nobody is accepted by the service, any other waits for an approver's signature.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::attention::still_shown;
use super::bundle::{self, Bundle, Checked};
use super::due::recompute_all;
use super::instance::Instance;
use super::needs::{lost_holds, needs};
use super::signing::Consent;
use super::{EngineError, Result, witness};
use crate::Digest;
use crate::calendar::Instant;
use crate::diag::{Report, Sources};
use crate::ledger::{Entry, What};
use crate::policy::{AsOf, PolicySet};
use crate::publish::templates::Templates;
use crate::retention::acceptance::Need;
use crate::retention::approval::{Purpose, Signed};
use crate::retention::gate::Rules;
use crate::store::{Accepted, Catalog, Store, Version, Writing};
use crate::vault::files::{self, Readers};

/// A policy in force.
pub struct InForce {
    /// Which version.
    pub version: Version,
    /// What it says.
    pub policy: PolicySet,
    /// Its templates.
    pub templates: Templates,
    pub(super) source: Bundle,
    /// When it was accepted.
    pub accepted: Instant,
    /// The ledger entry of its acceptance.
    pub entry: u64,
}

/// A version that is not in force.
pub struct Waiting {
    /// Which version.
    pub version: Version,
    /// What it says, or its findings.
    pub policy: std::result::Result<PolicySet, (Report, Sources)>,
    pub(super) bundle: Bundle,
}

/// What is in force and what waits.
pub struct PolicyState {
    /// The accepted policy.
    pub in_force: Option<InForce>,
    /// The commit that `HEAD` names (without git: the work tree), where it is another version.
    pub waiting: Option<Waiting>,
}

impl PolicyState {
    /// Returns the policy in force.
    ///
    /// # Errors
    /// Refuses where nothing was accepted yet.
    pub fn accepted(&self) -> Result<&InForce> {
        self.in_force.as_ref().ok_or_else(|| {
            EngineError::refused(
                "policy.not-accepted",
                "no policy is accepted yet: nothing is published, sealed or destroyed",
            )
            .help("commit the policy, then run `hokan policy accept --key APPROVER_KEY`")
        })
    }

    /// Returns the waiting policy that a sweep must respect as well.
    ///
    /// # Errors
    /// Refuses where the waiting version has errors: what it would keep longer cannot be known (I10).
    pub fn respected(&self) -> Result<Option<&PolicySet>> {
        match self.waiting.as_ref().map(|waiting| &waiting.policy) {
            None => Ok(None),
            Some(Ok(policy)) => Ok(Some(policy)),
            Some(Err((report, sources))) => {
                Err(EngineError::Policy { report: report.clone(), sources: sources.clone() })
            }
        }
    }
}

/// An acceptance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// Which version.
    pub version: Version,
    /// Who accepted it; nobody for an acceptance by the service itself.
    pub by: Option<String>,
    /// The index of the ledger entry.
    pub entry: u64,
    /// How many records have another due day now.
    pub moved: usize,
}

/// Reads what is in force and what waits.
///
/// # Errors
/// Fails when the accepted policy cannot be read or has errors under this program (I10), or git fails.
pub fn policy_state(instance: &Instance, store: &Store) -> Result<PolicyState> {
    let in_force = in_force(store)?;
    let (commit, bundle, unread) = match bundle::head(&instance.dir)? {
        Some(commit) => (Some(commit.clone()), bundle::committed(&instance.dir, &commit)?, Vec::new()),
        None => {
            let (bundle, unread) = bundle::work_tree(&instance.dir)?;
            (None, bundle, unread)
        }
    };
    let version = Version { digest: bundle.digest(), commit };
    let is_accepted = in_force.as_ref().is_some_and(|accepted| accepted.version.digest == version.digest);
    if is_accepted && !unread.iter().any(|finding| finding.severity == crate::diag::Severity::Error) {
        return Ok(PolicyState { in_force, waiting: None });
    }
    let Checked { report, sources, policy } = bundle.check_whole(instance, unread, AsOf::Now(instance.now()));
    let policy = policy.ok_or((report, sources));
    Ok(PolicyState { in_force, waiting: Some(Waiting { version, policy, bundle }) })
}

/// Returns how many errors this program finds in the accepted policy: they stop nothing, and the next commit.
pub(super) fn errors_in_force(store: &Store, now: Instant) -> Result<usize> {
    let bundle = store.catalog().accepted()?.and_then(|accepted| Bundle::unpack(&accepted.bundle));
    let errors = |bundle: Bundle| bundle.check(Vec::new(), AsOf::Now(now)).report.count(crate::diag::Severity::Error);
    Ok(bundle.map_or(0, errors))
}

pub(super) fn in_force(store: &Store) -> Result<Option<InForce>> {
    newest_accepted(store)?.map(|accepted| read_accepted(store, accepted)).transpose()
}

/// Returns the newest accepted policy of the catalog, whether or not the ledger has a newer one: for the due days and the places
/// of a vault that is being restored. What destroys and seals asks [`in_force`].
pub(super) fn newest_known(store: &Store) -> Result<Option<InForce>> {
    store.catalog().accepted()?.map(|accepted| read_accepted(store, accepted)).transpose()
}

/// Puts the policies back that were accepted and are not in a catalog of an earlier day, as the commits have them that the
/// ledger names. That they are the accepted ones is told by their digests; what git lacks stays lost.
///
/// # Durability
/// On return they are in the catalog.
pub(super) fn bring_back(instance: &Instance, store: &mut Store) -> Result<()> {
    let mut newest = BTreeMap::new();
    for (entry, accepted) in store.reader().acceptances()? {
        if let What::PolicyAccepted { commit, policy, enforced, .. } = accepted.what {
            newest.insert(policy, (entry, Version { digest: policy, commit }, enforced));
        }
    }
    let mut marks = Vec::new();
    for (entry, version, enforced) in newest.into_values() {
        if store.catalog().policy(version.digest)?.is_none() {
            let found = match &version.commit {
                Some(commit) => bundle::committed(&instance.dir, commit),
                None => bundle::work_tree(&instance.dir).map(|(bundle, _)| bundle),
            };
            let Some(bundle) = found.ok().filter(|bundle| bundle.digest() == version.digest) else { continue };
            let pending = store.write_pending()?;
            pending.add_policy(&version, enforced, &bundle.pack(), &serde_json::json!([]))?;
            pending.commit()?;
        }
        marks.push((version.digest, entry));
    }
    let writing = store.write()?;
    marks.into_iter().try_for_each(|(digest, entry)| writing.policy_accepted(digest, entry))?;
    Ok(writing.commit(&instance.key()?)?)
}

fn read_accepted(store: &Store, accepted: Accepted) -> Result<InForce> {
    let damaged = || {
        EngineError::refused("policy.damaged", "the accepted policy in the catalog is damaged: nothing is done with it")
            .help("commit the policy again and run `hokan policy accept`; then run `hokan verify`")
    };
    let bundle = Bundle::unpack(&accepted.bundle).filter(|bundle| bundle.digest() == accepted.version.digest);
    let bundle = bundle.ok_or_else(damaged)?;
    let entry = store.reader().entry(accepted.entry)?;
    let confirmed = matches!(&entry.what, What::PolicyAccepted { policy, .. } if *policy == accepted.version.digest);
    if !confirmed {
        return Err(damaged());
    }
    let templates = bundle.templates();
    let policy = bundle.read().accepted()?;
    let (version, entry, at) = (accepted.version, accepted.entry, entry.at);
    Ok(InForce { version, policy, templates, source: bundle, accepted: at, entry })
}

/// Returns the newest acceptance of the catalog.
///
/// Refused where the ledger has another newest one although the catalog has seen all of it: a row was taken away, and an older
/// policy, or none and anybody's key, would count (I6).
fn newest_accepted(store: &Store) -> Result<Option<Accepted>> {
    let (catalog, reader) = (store.catalog(), store.reader());
    let differs = |accepted: &Option<Accepted>| -> Result<bool> {
        let (newest, size) = (reader.newest_acceptance()?, reader.size()?);
        let known = accepted.as_ref().map(|accepted| accepted.entry);
        Ok(catalog.reflected()? == size && known != newest)
    };
    let mut accepted = catalog.accepted()?;
    // What was accepted between two of these readings is there at the second look.
    if differs(&accepted)? {
        accepted = catalog.accepted()?;
    }
    if differs(&accepted)? {
        let why =
            "the ledger accepted another policy than the one that is in force by the catalog: nothing is done with it";
        return Err(EngineError::refused("policy.altered", why)
            .help("run `hokan verify`, then put the newest copy of `catalog.db` back; after a restore, bring the commits of the accepted policies into the repository and run `hokan restore --apply WITNESS` again"));
    }
    Ok(accepted)
}

/// The policies that were accepted once, read from the catalog's copies.
pub(super) struct OnceAccepted;

impl Rules for OnceAccepted {
    fn rules(&self, catalog: &Catalog<'_>, version: Digest, classes: &BTreeSet<&str>) -> BTreeMap<String, Digest> {
        let bundle = catalog.policy(version).ok().flatten().and_then(|packed| Bundle::unpack(&packed));
        let policy = bundle.filter(|bundle| bundle.digest() == version).and_then(|bundle| bundle.read().policy);
        let Some(policy) = policy else { return BTreeMap::new() };
        let rule = |id: &&str| Some(((*id).to_owned(), policy.rule_digest(policy.class_of(id)?)));
        classes.iter().filter_map(rule).collect()
    }
}

/// Which versions there are.
pub struct Versions {
    /// The one in force.
    pub in_force: Option<Version>,
    /// The one that waits.
    pub waiting: Option<Candidate>,
    /// The one that readers still see, where another one is in force.
    pub still_shown: Option<Version>,
}

/// A version that waits.
pub struct Candidate {
    /// Which one.
    pub version: Version,
    /// Why it needs a person, none where it is accepted by itself; nothing where it has errors.
    pub needs: Option<Vec<Need>>,
}

/// Returns which policy is in force and which one waits.
///
/// # Errors
/// Fails as the stores and git do.
pub fn policy_versions(instance: &Instance) -> Result<Versions> {
    let store = instance.store_to_read()?;
    let state = policy_state(instance, &store)?;
    let waiting = match &state.waiting {
        None => None,
        Some(waiting) => {
            let policy = waiting.policy.as_ref().ok();
            let needs = policy.map(|policy| needs(instance, &store.catalog(), &state, policy)).transpose()?;
            Some(Candidate { version: waiting.version.clone(), needs })
        }
    };
    let in_force = state.in_force.map(|accepted| accepted.version);
    let still_shown = in_force.as_ref().and_then(|version| still_shown(instance, version));
    Ok(Versions { in_force, waiting, still_shown })
}

/// Accepts by itself what needs nobody: a committed version without errors whose effect asks for no person (I14).
/// Returns what is in force then and what waits, and the acceptance.
///
/// # Errors
/// Fails as the stores do.
///
/// # Durability
/// On return the acceptance is in the ledger.
pub(super) fn settled(instance: &Instance, store: &mut Store) -> Result<(PolicyState, Option<Acceptance>)> {
    let state = policy_state(instance, store)?;
    let accepted = settle(instance, store, &state)?;
    // What it was before holds still where nothing was accepted.
    let state = if accepted.is_some() { policy_state(instance, store)? } else { state };
    Ok((state, accepted))
}

fn settle(instance: &Instance, store: &mut Store, state: &PolicyState) -> Result<Option<Acceptance>> {
    let Some(waiting) = &state.waiting else { return Ok(None) };
    let Ok(policy) = &waiting.policy else { return Ok(None) };
    if waiting.version.commit.is_none() || !needs(instance, &store.catalog(), state, policy)?.is_empty() {
        return Ok(None);
    }
    enter(instance, store, state, policy, None)
}

/// Accepts the version that waits where it needs nobody's signature; returns why it needs one otherwise.
///
/// # Errors
/// Refuses where nothing waits, it has errors, or it is not the version shown.
///
/// # Durability
/// As [`accept`].
pub fn accept_unsigned(
    instance: &Instance,
    shown: Option<Digest>,
) -> Result<std::result::Result<Acceptance, Vec<Need>>> {
    let mut store = instance.store()?;
    let state = policy_state(instance, &store)?;
    let (waiting, policy) = acceptable(&state)?;
    as_shown(waiting, shown)?;
    no_hold_is_lost(&store.catalog(), &state, policy)?;
    let found = needs(instance, &store.catalog(), &state, policy)?;
    if !found.is_empty() {
        return Ok(Err(found));
    }
    let changed = || {
        let why = "records arrived at this moment that the change concerns: nothing was accepted";
        EngineError::refused("policy.changed", why).help("run the command again")
    };
    enter(instance, &mut store, &state, policy, None)?.map(Ok).ok_or_else(changed)
}

/// Refuses a policy under which a hold would cover less than it does: no approver can wish that unknowingly.
fn no_hold_is_lost(catalog: &Catalog<'_>, state: &PolicyState, policy: &PolicySet) -> Result<()> {
    match lost_holds(catalog, state, policy)?.into_iter().next() {
        Some(Need::Hold { hold, class }) => {
            let why = format!("the hold `{hold}` on the class `{class}` would not cover all that it covers");
            Err(EngineError::refused("policy.hold", why).help(format!(
                "name `{class}` in the `was` of the class its records belong to, or release the hold first"
            )))
        }
        Some(Need::First | Need::Earlier { .. } | Need::Touches { .. } | Need::TakenUp { .. } | Need::History)
        | None => Ok(()),
    }
}

fn as_shown(waiting: &Waiting, shown: Option<Digest>) -> Result<()> {
    if shown.is_none_or(|shown| shown == waiting.version.digest) {
        return Ok(());
    }
    let why = "the policy changed after its effect was shown: nothing was accepted";
    Err(EngineError::refused("policy.changed", why).help("run the command again"))
}

/// Returns the text an approver signs to accept the version that waits.
///
/// # Errors
/// Refuses where none waits, or it has errors.
pub fn message(instance: &Instance) -> Result<String> {
    let store = instance.store_to_read()?;
    let state = policy_state(instance, &store)?;
    let (waiting, _) = acceptable(&state)?;
    Ok(signed_text(&store.origin(), waiting, state.in_force.as_ref()))
}

/// What an approver signs: the version, and the acceptance it comes after, so that a signature counts for one acceptance.
fn signed_text(origin: &str, waiting: &Waiting, in_force: Option<&InForce>) -> String {
    let after = in_force.map_or("none".to_owned(), |former| format!("{} {}", former.entry, former.version.digest));
    format!("hokan-policy/2\n{origin}\n{}\nafter {after}\n", waiting.version.digest)
}

fn acceptable(state: &PolicyState) -> Result<(&Waiting, &PolicySet)> {
    let Some(waiting) = &state.waiting else {
        return Err(EngineError::refused(
            "policy.nothing-waits",
            "the committed policy is the accepted one: there is nothing to accept",
        ));
    };
    match &waiting.policy {
        Ok(policy) => Ok((waiting, policy)),
        Err((report, sources)) => Err(EngineError::Policy { report: report.clone(), sources: sources.clone() }),
    }
}

/// Accepts the version that waits, signed by an approver of the accepted policy (the first one: by one it names).
///
/// `shown` is the version whose effect the approver was shown, where it was.
///
/// # Errors
/// Refuses where nothing waits, it is not the version shown, it has errors, it moves the vault, or the signature is not
/// an approver's.
///
/// # Durability
/// On return the acceptance is in the ledger and every due day in the catalog follows the new policy.
pub fn accept(instance: &Instance, consent: &Consent, shown: Option<Digest>) -> Result<Acceptance> {
    let mut store = instance.store()?;
    let state = policy_state(instance, &store)?;
    let (waiting, policy) = acceptable(&state)?;
    as_shown(waiting, shown)?;
    no_hold_is_lost(&store.catalog(), &state, policy)?;
    if waiting.version.commit.is_none() && instance.dir.join(".git").exists() {
        return Err(EngineError::refused(
            "policy.not-committed",
            "the repository has no commit yet: what is accepted is a commit",
        )
        .help("run `git add -A && git commit`, then accept"));
    }
    let vault = instance.dir.join(&policy.service.paths.vault);
    if vault.canonicalize().ok() != instance.vault_dir().canonicalize().ok() {
        let why = format!(
            "`service.paths.vault` is `{}`, but the vault lies at `{}`",
            vault.display(),
            instance.vault_dir().display()
        );
        return Err(EngineError::refused("policy.vault-moves", why).help("a policy does not move a vault: put the path back, or move the directory first and name it in `.hokan/vault`"));
    }
    let approvers =
        state.in_force.as_ref().map_or(&policy.service.approvers, |accepted| &accepted.policy.service.approvers);
    let message = signed_text(&store.origin(), waiting, state.in_force.as_ref());
    let signed = consent.signed(Purpose::Policy, message.as_bytes(), approvers)?;
    let entered = enter(instance, &mut store, &state, policy, Some(signed))?;
    Ok(entered.expect("of what was signed nothing is asked again"))
}

/// The file that is written anew whenever a policy was accepted: a hint, never read.
pub(super) fn accepted_mark(instance: &Instance) -> PathBuf {
    instance.vault_dir().join("accepted")
}

/// Enters the acceptance of what waits; without a signature only if it needs none once nobody else can write.
fn enter(
    instance: &Instance,
    store: &mut Store,
    state: &PolicyState,
    policy: &PolicySet,
    signed: Option<Signed>,
) -> Result<Option<Acceptance>> {
    let Some(waiting) = &state.waiting else { return Ok(None) };
    // Before the entry: an old ledger that goes on could not be restored any more.
    witness::check(instance, store, policy, witness::Need::Seal)?;
    let enforced = policy.enforced_digest();
    let signatures =
        signed.as_ref().map(|signed| serde_json::json!([{ "name": signed.name, "signature": signed.signature }]));
    let pending = store.write_pending()?;
    pending.add_policy(
        &waiting.version,
        enforced,
        &waiting.bundle.pack(),
        &signatures.unwrap_or_else(|| serde_json::json!([])),
    )?;
    pending.commit()?;
    let key = instance.key()?;
    let mut writing = store.write()?;
    if let Some(in_force) = &state.in_force {
        still_in_force(&writing, &in_force.version)?;
    }
    no_hold_is_lost(&writing.catalog(), state, policy)?;
    if signed.is_none() && !needs(instance, &writing.catalog(), state, policy)?.is_empty() {
        return Ok(None);
    }
    let what = What::PolicyAccepted {
        commit: waiting.version.commit.clone(),
        policy: waiting.version.digest,
        enforced,
        by: signed.iter().map(|signed| signed.fingerprint.clone()).collect(),
    };
    let entry = writing.append(&Entry { at: instance.now(), what })?;
    writing.policy_accepted(waiting.version.digest, entry)?;
    let moved = recompute_all(&writing, policy)?;
    writing.commit(&key)?;
    // Wakes a service that runs beside this; without it the next look finds the acceptance.
    let _ = files::replace_file(
        &accepted_mark(instance),
        format!("{}\n", waiting.version.digest).as_bytes(),
        Readers::Owner,
    );
    // The acceptance stands, whatever hinders the copy; it is written again with whatever comes next.
    let _ = witness::catch_up(instance, store, policy, witness::Need::Seal);
    Ok(Some(Acceptance { version: waiting.version.clone(), by: signed.map(|signed| signed.name), entry, moved }))
}

/// Refuses to write what was decided under a policy that is not the accepted one any more.
pub(super) fn still_in_force(writing: &Writing<'_>, version: &Version) -> Result<()> {
    if writing.catalog().accepted()?.is_some_and(|accepted| accepted.version.digest == version.digest) {
        return Ok(());
    }
    let why = "another policy was accepted at this moment: nothing of this was written";
    Err(EngineError::refused("policy.changed", why).help("run the command again"))
}
