//! Confinement of worker processes with landlock, and what confines this process.
//!
//! In: nothing. Out: how far this process is confined, or is from now on. The rule it keeps: the kernel's answer is reported,
//! never assumed.

use std::io;
use std::path::Path;
use std::time::Duration;

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

/// What this process cannot do, as the kernel tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Bounds {
    /// It has no network but its own loopback.
    pub no_network: bool,
    /// The file system is read-only but for what lies on mounts of their own.
    pub write_paths: bool,
    /// The kernel's calls go through a filter.
    pub call_filter: bool,
    /// It has no capability and cannot gain any.
    pub no_privileges: bool,
}

/// Returns what this process cannot do.
///
/// # Errors
/// Fails where the kernel does not tell.
///
/// # Source
/// `proc_pid_status(5)`, `proc_pid_mountinfo(5)`, `proc_pid_net(5)`.
pub fn bounds() -> io::Result<Bounds> {
    let read = |name: &str| std::fs::read_to_string(Path::new("/proc/self").join(name));
    Ok(bounds_of(&read("status")?, &read("mountinfo")?, &read("net/dev")?))
}

fn bounds_of(status: &str, mounts: &str, devices: &str) -> Bounds {
    let says = |key: &str| {
        let value = status.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
        value.map(str::trim).unwrap_or_default()
    };
    let has_none = |key: &str| !says(key).is_empty() && says(key).bytes().all(|digit| digit == b'0');
    // The mount that was made last on a place is the one that is seen.
    let root =
        mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>()).rfind(|fields| fields.get(4) == Some(&"/"));
    let devices: Vec<&str> = devices.lines().filter_map(|line| Some(line.split_once(':')?.0.trim())).collect();
    Bounds {
        no_network: devices == ["lo"],
        write_paths: root
            .is_some_and(|fields| fields.get(5).is_some_and(|flags| flags.split(',').any(|flag| flag == "ro"))),
        call_filter: says("Seccomp") == "2",
        no_privileges: says("NoNewPrivs") == "1" && has_none("CapEff") && has_none("CapPrm"),
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

/// Has the kernel end this process by the signal `XCPU`, whatever it is doing, when it has worked for this long, in whole seconds,
/// since it began. No picture of its memory is left on the disk.
///
/// # Errors
/// Fails when the system refuses, such as below a lower limit that is already set.
pub fn limit_work(work: Duration) -> io::Result<()> {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    let seconds = work.as_secs();
    Ok(setrlimit(Resource::Cpu, Rlimit { current: Some(seconds), maximum: Some(seconds.saturating_add(1)) })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADS: &str = "Inter-|   Receive\n face |bytes\n";

    #[test]
    fn what_confines_a_process_is_read_from_the_kernels_words() {
        let status =
            "Name:\thokan\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n";
        let mounts = "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
                      90 21 8:1 / / ro,relatime master:1 - ext4 /dev/sda1 rw\n\
                      91 90 8:1 /srv /srv rw,relatime - ext4 /dev/sda1 rw\n";
        let all = Bounds { no_network: true, write_paths: true, call_filter: true, no_privileges: true };
        let alone = format!("{HEADS}    lo: 0 0\n");
        assert_eq!(bounds_of(status, mounts, &alone), all);
        let wired = format!("{alone}  eth0: 1 2\n");
        assert_eq!(bounds_of(status, mounts, &wired), Bounds { no_network: false, ..all });
        let open = mounts.replace(" / / ro,", " / / rw,");
        assert_eq!(bounds_of(status, &open, &alone), Bounds { write_paths: false, ..all });
        let unfiltered = status.replace("Seccomp:\t2", "Seccomp:\t0");
        assert_eq!(bounds_of(&unfiltered, mounts, &alone), Bounds { call_filter: false, ..all });
        for (from, to) in [("NoNewPrivs:\t1", "NoNewPrivs:\t0"), ("CapEff:\t0", "CapEff:\t1"), ("CapPrm", "Cap")] {
            let found = bounds_of(&status.replace(from, to), mounts, &alone);
            assert_eq!(found, Bounds { no_privileges: false, ..all }, "{from}");
        }
        // What is not said counts as not so.
        let none = Bounds { no_network: false, write_paths: false, call_filter: false, no_privileges: false };
        assert_eq!(bounds_of("", "", HEADS), none);
    }

    #[test]
    fn the_kernel_tells_of_this_process() {
        bounds().unwrap();
    }
}
