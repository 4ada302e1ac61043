//! Sweeps of the service: approved plans are carried out by themselves, each record on its own day.
//!
//! In: an instance with an approved plan, a clock that is moved, or the running service. Out: exactly what was approved
//! goes, when its day comes. The rule it keeps: what nobody approved stays, whatever the schedule says.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use hokan::engine::{Instance, Scheduled, run_scheduled};
use hokan::host::Host;

use crate::instances::*;

/// The sweeps of the schedule so many days from now.
fn swept(ready: &Ready, days: u32) -> Vec<Scheduled> {
    let now = Host::machine().now().plus_days(i64::from(days));
    let instance = Instance::open(&ready.root(), Host::fixed(now, u64::from(days))).unwrap();
    run_scheduled(&instance).unwrap()
}

/// What one of them destroyed and why the others stay, by id.
fn outcome(scheduled: &Scheduled) -> (Vec<String>, Vec<(String, &'static str)>) {
    let swept = scheduled.swept.as_ref().unwrap();
    let destroyed = swept.destroyed.iter().map(ToString::to_string).collect();
    let mut stays: Vec<_> = swept.refused.iter().map(|one| (one.record.to_string(), one.why.code())).collect();
    stays.sort();
    (destroyed, stays)
}

fn sorted<T: Ord>(mut all: Vec<T>) -> Vec<T> {
    all.sort();
    all
}

#[test]
fn i2_an_approved_plan_is_carried_out_by_the_schedule_each_record_on_its_own_day() {
    let ready = Ready::with_records();
    let (soon, days) = ready.due_soon();
    let [receipt, provision, log, soon] = [RECEIPT, PROVISION, LOG, &soon].map(|path| ready.record(path));
    let sixty = ready.run("date", &["-d", "60 days", "+%F"]).stdout.trim().to_owned();
    let planner = ready.planner();
    ready.json(&["sweep", "plan", "--no-pdf", "-o", "ahead.json", "--for", &sixty, "--key", &planner]);
    let [by_rule] = &swept(&ready, 0)[..] else { panic!("a plan that nobody approved is no plan") };
    assert!(by_rule.plan.is_none() && outcome(by_rule).0.is_empty());
    ready.approve("ahead.json");
    ready.json(&["hold", "place", "--record", &provision, "--reason", "監査", "--by", OFFICER]);
    let [planned, by_rule] = &swept(&ready, 0)[..] else { panic!("one plan, and what goes by rule") };
    let (destroyed, stays) = outcome(planned);
    assert_eq!(sorted(destroyed), sorted(vec![receipt, log]));
    assert_eq!(stays, sorted(vec![(provision.clone(), "on-hold"), (soon.clone(), "not-due")]));
    assert!(planned.plan.is_some() && by_rule.plan.is_none() && outcome(by_rule).0.is_empty());
    let before = (5..days).step_by(5).chain([days - 1]);
    for day in before {
        assert!(swept(&ready, day).iter().all(|one| outcome(one).0.is_empty()), "{day} days from now of {days}");
    }
    let [planned, _] = &swept(&ready, days)[..] else { panic!("one plan, and what goes by rule") };
    let (destroyed, stays) = outcome(planned);
    assert_eq!(destroyed, [soon]);
    assert!(stays.contains(&(provision.clone(), "on-hold")), "{stays:?}");
    // What is left of it is held, and then void: the plan stays approved, and destroys nothing any more.
    assert!(swept(&ready, days + 1).iter().all(|one| outcome(one).0.is_empty()));
    ready.expect_held(&[PROVISION, MINUTES, ELIGIBILITY]);
    ready.expect_verified();
}

#[test]
fn the_running_service_carries_out_what_is_approved_and_says_what_stays() {
    let ready = Ready::with_records();
    ready.edit("policies/service.yaml", "schedule: \"0 3 * * *\"", "schedule: \"* * * * *\"");
    ready.commit("Sweep each minute");
    ready.accept();
    ready.plan("plan.json");
    ready.approve("plan.json");
    let provision = ready.record(PROVISION);
    ready.json(&["hold", "place", "--record", &provision, "--reason", "監査", "--by", OFFICER]);
    let mut service = ready.command(env!("CARGO_BIN_EXE_hokan"), &["run", "--yes"]);
    service.env("HOKAN_LOG", "info").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut running = Running(service.spawn().unwrap());
    let log = BufReader::new(running.0.stderr.take().unwrap());
    let mut lines = log.lines().map(Result::unwrap);
    // The first minute that begins is the first sweep.
    let swept = lines.find(|line| line.contains("swept by an approved plan")).expect("the service goes on");
    assert!(swept.contains("destroyed=2") && swept.contains("kept=1"), "{swept}");
    let kept = lines.next().expect("the service goes on");
    assert!(kept.contains("kept although approved") && kept.contains("on-hold"), "{kept}");
    assert_eq!(running.terminate(), Some(0));
    ready.expect_held(&[PROVISION, MINUTES, ELIGIBILITY]);
    ready.expect_verified();
}

#[test]
fn status_tells_what_stays_of_an_approved_plan_why_and_since_when_until_nothing_is_left_of_it() {
    let ready = Ready::with_approved_plan();
    let today = ready.json(&["status"])["today"].clone();
    let provision = ready.record(PROVISION);
    let placed = ready.json(&["hold", "place", "--record", &provision, "--reason", "監査", "--by", OFFICER]);
    let left = |ready: &Ready| {
        let told = ready.json(&["status"])["left"].as_array().unwrap().clone();
        assert!(told.iter().all(|one| one["since"] == today), "{told:?}");
        let reason = |one: &serde_json::Value| (one["record"].as_str().unwrap().to_owned(), one["why"].clone());
        told.iter().map(reason).collect::<std::collections::BTreeMap<_, _>>()
    };
    let told = left(&ready);
    assert_eq!(told.len(), 3);
    assert_eq!(told.values().filter(|why| why.is_null()).count(), 2, "nothing stands against these: {told:?}");
    assert_eq!(told[&provision], "on-hold");
    let attention = ready.hokan(&["status", "--attention"]).expect_code(1).stdout;
    assert!(attention.contains("and 1 record stays since") && attention.contains("on hold (hold-"), "{attention}");
    assert_eq!(attention.matches("approved by the plan").count(), 1, "today's sweep may still come: {attention}");
    ready.json(&["sweep", "run", "plan.json"]);
    assert_eq!(left(&ready).len(), 1);
    let attention = ready.hokan(&["--lang", "ja", "status", "--attention"]).expect_code(1).stdout;
    assert!(attention.contains("で承認済みの1件が"), "{attention}");
    assert!(attention.contains("廃棄停止の措置がとられています"), "{attention}");
    ready.json(&["hold", "release", placed["hold"].as_str().unwrap(), "--reason", "終了", "--by", OFFICER]);
    assert_eq!(left(&ready)[&provision], "changed-since-plan");
    ready.plan("again.json");
    ready.approve("again.json");
    assert!(left(&ready)[&provision].is_null(), "the plan made last is the one that counts");
    ready.json(&["sweep", "run", "again.json"]);
    assert_eq!(left(&ready).len(), 0);
    let done = "SELECT count(*) FROM meta WHERE key GLOB 'plan-done:*'";
    assert_eq!(ready.catalog().query_row(done, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
    assert!(!ready.hokan(&["status", "--attention"]).stdout.contains("approved by the plan"));
}
