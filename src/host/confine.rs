//! Confinement of worker processes with landlock.
//!
//! In: nothing. Out: how far this process is confined from now on. The rule it keeps: the kernel's answer is reported,
//! never assumed.

use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus,
    path_beneath_rules,
};

/// How far a process is confined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confinement {
    /// No file can be opened and no network address reached any more.
    Full,
    /// The kernel knows only a part of it.
    Partial,
    /// The kernel knows none of it.
    None,
}

/// Confines this process: from now on it can open no file and no network connection; open descriptors stay usable.
///
/// Call it before threads start: it binds the calling thread and its later children.
pub fn confine_worker() -> Confinement {
    confine_to(&[])
}

/// Confines this thread and the programs it starts: they read below `readable`, write nowhere and reach no network.
pub(super) fn confine_to(readable: &[&Path]) -> Confinement {
    let abi = ABI::V5;
    let asked = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(abi))
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(abi)))
        .and_then(|ruleset| ruleset.create())
        .and_then(|created| created.add_rules(path_beneath_rules(readable, AccessFs::from_read(abi))))
        .and_then(|created| created.restrict_self());
    match asked.map(|status| status.ruleset) {
        Ok(RulesetStatus::FullyEnforced) => Confinement::Full,
        Ok(RulesetStatus::PartiallyEnforced) => Confinement::Partial,
        Ok(RulesetStatus::NotEnforced) | Err(_) => Confinement::None,
    }
}

/// Returns how far this kernel can confine a worker, without confining anything.
pub fn can_confine() -> Confinement {
    let asked = |level, abi| {
        let ruleset = Ruleset::default().set_compatibility(level).handle_access(AccessFs::from_all(abi))?;
        if abi >= ABI::V4 { ruleset.handle_access(AccessNet::from_all(abi))?.create() } else { ruleset.create() }
    };
    if asked(CompatLevel::HardRequirement, ABI::V5).is_ok() {
        Confinement::Full
    } else if asked(CompatLevel::HardRequirement, ABI::V1).is_ok() {
        Confinement::Partial
    } else {
        Confinement::None
    }
}

/// Limits the memory this process may map to `bytes`; what asks for more fails.
///
/// # Errors
/// Fails when the system refuses, such as below a lower limit that is already set.
pub fn limit_memory(bytes: u64) -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    Ok(setrlimit(Resource::As, Rlimit { current: Some(bytes), maximum: Some(bytes) })?)
}
