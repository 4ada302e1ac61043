//! Power that fails at any moment: the program is killed at a system call, and what is on the disk at that moment, without
//! anything that nobody had synced, is mounted and gone on with.
//!
//! In: an instance on a journaled file system of its own. Out: nothing is lost, nothing is half done, everything verifies
//! after the next call. The rule it keeps: the backing file is copied before the first file system is unmounted, so that no
//! unmounting writes what a power failure would take.
//!
//! A few moments of each kind are tried in every run, many with `HOKAN_FAULTS=all`, then also on xfs and btrfs.

use super::rekey::Handed;
use super::restore::LastWeek;
use super::sweep::Planned;
use super::{TAKE_IN, at_each, kill, most, report};
use crate::image::{Kind, Mounted};
use crate::restore::put;
use crate::scene::{self, Taken};

/// More calls than this of one kind are thinned out.
fn calls() -> usize {
    most(2, 12)
}

/// The kinds of file systems of this run.
fn kinds() -> Vec<Kind> {
    let all = [Kind::Ext4, Kind::Xfs, Kind::Btrfs];
    all[..most(1, all.len())].to_vec()
}

#[test]
fn i1_power_that_fails_during_a_take_in_loses_nothing() {
    for kind in kinds() {
        let Some(template) = Mounted::of(kind) else { return };
        let files = scene::files();
        scene::ready(&template.instance);
        scene::fill(&template.instance, &files);
        let identity = template.instance.home().join("identity");
        let unharmed = template.copy();
        let points = kill::points(&unharmed.instance, &TAKE_IN, calls());
        let expected = Taken { identity, records: scene::listed(&unharmed.instance), files };
        let killed = at_each(&points, |_, point, worker| {
            let case = template.copy();
            let killed = kill::killed(&case.instance, &TAKE_IN, point, worker);
            let after = case.after_power_failure();
            let moment = format!("{kind:?}: power failed at {point:?}");
            expected.nothing_is_lost(&after.instance, &moment);
            after.instance.hokan(&TAKE_IN).expect_code(0);
            expected.hold_in(&after.instance, &moment);
            killed
        });
        report(&format!("{kind:?}: take-in without power"), &points, killed);
    }
}

#[test]
fn i3_power_that_fails_during_a_sweep_leaves_it_to_the_next() {
    for kind in kinds() {
        let Some(template) = Mounted::of(kind) else { return };
        let planned = Planned::new(&template.instance);
        let run = ["sweep", "run", planned.plan.to_str().unwrap()];
        let unharmed = template.copy();
        let points = kill::points(&unharmed.instance, &run, calls());
        planned.is_done(&unharmed.instance, "unharmed", &[]);
        let killed = at_each(&points, |_, point, worker| {
            let case = template.copy();
            let killed = kill::killed(&case.instance, &run, point, worker);
            let after = case.after_power_failure();
            let moment = format!("{kind:?}: power failed at {point:?}");
            planned.keeps_what_it_must(&after.instance, &moment);
            after.instance.hokan(&run).expect_code(0);
            planned.is_done(&after.instance, &moment, &[]);
            killed
        });
        report(&format!("{kind:?}: sweep run without power"), &points, killed);
    }
}

#[test]
fn power_that_fails_during_a_rekeying_leaves_one_good_header() {
    for kind in kinds() {
        let Some(template) = Mounted::of(kind) else { return };
        let handed = Handed::new(&template.instance);
        let unharmed = template.copy();
        let points = kill::points(&unharmed.instance, &handed.run(), calls());
        handed.is_done(&unharmed.instance, "unharmed");
        let killed = at_each(&points, |_, point, worker| {
            let case = template.copy();
            let killed = kill::killed(&case.instance, &handed.run(), point, worker);
            let after = case.after_power_failure();
            let moment = format!("{kind:?}: power failed at {point:?}");
            handed.opens(&after.instance, &moment);
            after.instance.hokan(&handed.again()).expect_code(0);
            handed.is_done(&after.instance, &moment);
            killed
        });
        report(&format!("{kind:?}: rekey without power"), &points, killed);
    }
}

#[test]
fn i11_power_that_fails_during_a_restore_brings_nothing_back() {
    for kind in kinds() {
        let Some(template) = Mounted::of(kind) else { return };
        let last_week = LastWeek::new(&template.instance);
        let unharmed = template.copy();
        let own = last_week.witness_of(&unharmed.instance);
        let points = kill::points(&unharmed.instance, &["restore", "--apply", &own], calls());
        last_week.is_done(&unharmed.instance, "unharmed");
        let killed = at_each(&points, |_, point, worker| {
            let case = template.copy();
            let own = last_week.witness_of(&case.instance);
            let killed = kill::killed(&case.instance, &["restore", "--apply", &own], point, worker);
            let after = case.after_power_failure();
            // The witness lies on another machine, whose power did not fail.
            let kept = after.instance.home().join("witness").display().to_string();
            put(&after.instance, &own, &kept);
            let moment = format!("{kind:?}: power failed at {point:?}");
            last_week.nothing_is_lost(&after.instance, &moment);
            after.instance.hokan(&["restore", "--apply", &kept]).expect_code(0);
            last_week.is_done(&after.instance, &moment);
            killed
        });
        report(&format!("{kind:?}: restore without power"), &points, killed);
    }
}
