//! The demonstration: the whole job on an instance of the fictional society.
//!
//! In: an empty directory. Out: an instance with about 300 records, a sweep, a certificate. The rule it keeps: it uses
//! the same verbs as everybody, and no clock is moved: records carry legal dates in the past.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::accept::{Acceptance, accept};
use super::bundle;
use super::certify::{Certified, certificate};
use super::events::{EventWish, Mode, Whom, add_event};
use super::holds::{HoldWish, place_hold};
use super::init::{ApproverWish, InitWish, Initialised, KeyPlace, init, opened};
use super::instance::Instance;
use super::open::confirm_recipients;
use super::plan::{PlanWish, approve_plan, make_plan};
use super::render::{Presses, Rendered, render};
use super::signing::Consent;
use super::sweep::{Forecast, Swept, forecast, run_sweep};
use super::take_in::{Intake, Progress, preview, take_in};
use super::verify::{Extent, VerifyReport, VerifyWish, verify};
use super::{EngineError, Result};
use crate::calendar::{Date, Wait};
use crate::demo::{DemoContent, DemoRefused, HELD, HOLD_REASON, SEED, events, records, refused};
use crate::host::{Host, read_limited};
use crate::intake::State;
use crate::publish::templates::Templates;
use crate::publish::typeset::Job;
use crate::store::Scope;
use crate::vault::files::{self, Readers};

/// Who acts in the demonstration.
const OFFICER: &str = "記録管理担当";

/// Everything the demonstration did.
pub struct DemoOutcome {
    /// The instance.
    pub dir: PathBuf,
    /// Its keys.
    pub keys: Initialised,
    /// The acceptance of the policy.
    pub accepted: Acceptance,
    /// The site.
    pub rendered: Rendered,
    /// Files put under `records/in`, refused ones included.
    pub files: usize,
    /// What was taken in.
    pub intake: Intake,
    /// The hold.
    pub hold: String,
    /// Events added, and how many due days each moved.
    pub events: Vec<(String, usize)>,
    /// What was due before the sweep.
    pub forecast: Forecast,
    /// Records in the plan, and who signed it.
    pub planned: (usize, String),
    /// What was destroyed.
    pub swept: Swept,
    /// The certificate.
    pub certified: Certified,
    /// The check of everything.
    pub verified: VerifyReport,
}

/// Makes the instance in `dir` and does the whole job on it.
///
/// # Errors
/// Refuses a directory that holds anything; fails as the verbs do.
pub fn demo(host: &Host, dir: &Path, program: &Path, progress: &mut dyn Progress) -> Result<DemoOutcome> {
    let keys_dir = dir.join("demo-keys");
    let wish = InitWish {
        dir: dir.to_owned(),
        identity_out: keys_dir.join("identity"),
        approver: ApproverWish::New(keys_dir.join("approver")),
        place: KeyPlace::Demonstration,
        settle: Some(Wait::seconds(1)),
    };
    let keys = init(host, &wish)?;
    let instance = opened(&keys, host.clone())?;
    commit(&instance)?;
    let approver = key_in(&keys_dir.join("approver"))?;
    let accepted = accept(&instance, &approver, None)?;
    let rendered = render(&instance, program, progress)?;
    for identity in &keys.identities {
        confirm_recipients(&instance, &text(identity)?)?;
    }
    let files = fill(&instance, program, progress)?;
    settle(&instance)?;
    let intake = take_in(&instance, progress)?;
    let (scope, reason, by) = (Scope::Subject(HELD.to_owned()), HOLD_REASON.to_owned(), OFFICER.to_owned());
    let hold = place_hold(&instance, HoldWish { scope, reason, by, owner: None, review: None, anew: None })?.hold.id;
    let mut moved = Vec::new();
    for event in events(today(&instance)) {
        let (whom, name) = (Whom::Subject(event.subject.clone()), event.event.to_owned());
        let wish = EventWish { whom, event: name, date: event.date };
        let records = add_event(&instance, &wish, OFFICER, Mode::Act)?.moved.len();
        moved.push((event.event.to_owned(), records));
    }
    let forecast = forecast(&instance, None)?;
    let planner = new_planner(host, &keys_dir.join("planner"))?;
    let wish = PlanWish { day: None, classes: Vec::new(), key: text(&planner)?, by: Some(OFFICER.to_owned()) };
    let plan = make_plan(&instance, &wish)?.plan;
    let plan_file = dir.join("sweep-plan.json");
    files::write_new(&plan_file, &plan.bytes(), Readers::Everyone).map_err(EngineError::io("write", &plan_file))?;
    approve_plan(&instance, &plan.bytes(), &key_in(&planner)?)?;
    let signed = approve_plan(&instance, &plan.bytes(), &approver)?.signed;
    let swept = run_sweep(&instance, Some(&plan.bytes()))?;
    let certified = certificate(&instance, None, program)?;
    let verified = verify(&instance, &VerifyWish { kept: &[], extent: Extent::All, opener: None }, progress)?;
    let planned = (plan.records.len(), signed.name);
    Ok(DemoOutcome {
        dir: dir.to_owned(),
        keys,
        accepted,
        rendered,
        files,
        intake,
        hold,
        events: moved,
        forecast,
        planned,
        swept,
        certified,
        verified,
    })
}

fn key_in(path: &Path) -> Result<Consent> {
    Ok(Consent::Key { path: path.to_owned(), text: text(path)? })
}

/// Makes the key of the person who makes the plan: any Ed25519 key but an approver's of that plan.
fn new_planner(host: &Host, path: &Path) -> Result<PathBuf> {
    let (private, _) = crate::retention::approval::new_key(&host.random::<32>()?, "planner")?;
    files::write_new(path, private.as_bytes(), Readers::Owner).map_err(EngineError::io("write", path))?;
    Ok(path.to_owned())
}

fn text(path: &Path) -> Result<Zeroizing<String>> {
    let bytes = read_limited(path, 64 << 10).map_err(EngineError::io("read", path))?;
    Ok(Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned()))
}

fn today(instance: &Instance) -> Date {
    // The example's organization is Japanese; its zone is in its policy, which is Japan's.
    "Asia/Tokyo".parse().map_or(instance.now().utc_date(), |zone: crate::calendar::Zone| zone.date(instance.now()))
}

/// The first commit, as a person would make it.
fn commit(instance: &Instance) -> Result<()> {
    let exclude = instance.dir.join(".git/info/exclude");
    files::replace_file(&exclude, b"demo-keys/\nsweep-plan.json\ncertificates/\n", Readers::Everyone)
        .map_err(EngineError::io("write", &exclude))?;
    let who = ["-c", "user.name=hokan demo", "-c", "user.email=demo@example.jp", "-c", "commit.gpgsign=false"];
    for rest in [vec!["add", "."], vec!["commit", "-q", "--no-verify", "-m", "Adopt the example policy"]] {
        let arguments: Vec<&str> = who.iter().copied().chain(rest).collect();
        let ended = bundle::git(&instance.dir, &arguments, &[])?;
        if ended.code != 0 {
            return Err(EngineError::refused("demo.git", format!("git could not commit: {}", ended.stderr.trim())));
        }
    }
    Ok(())
}

/// Puts the records under `records/in`, and some files that hokan must refuse.
fn fill(instance: &Instance, program: &Path, progress: &mut dyn Progress) -> Result<usize> {
    let today = today(instance);
    let root = instance.dir.join("records/in");
    let files = records(today, SEED);
    let count = files.len();
    progress.begin("making records", count as u64);
    let mut jobs = Vec::new();
    for file in files {
        if let Some(sidecar) = &file.sidecar {
            put(&root.join(format!("{}{}", file.path, crate::intake::SIDECAR)), sidecar.as_bytes())?;
        }
        match file.content {
            DemoContent::Bytes(bytes) => put(&root.join(&file.path), &bytes)?,
            DemoContent::Document(data) => jobs.push((file.path.clone(), document(instance, &file.path, data))),
        }
        progress.advance(1);
    }
    for (path, pdf) in Presses::start_at_most(program, jobs.len()).print(jobs, progress)? {
        put(&root.join(path), &pdf)?;
    }
    progress.end();
    let odd = refused(today);
    odd.iter().try_for_each(|odd| refuse(&root, odd))?;
    let hard_links = odd.iter().filter(|odd| matches!(odd, DemoRefused::HardLink { .. })).count();
    Ok(count + odd.len() + hard_links)
}

fn document(instance: &Instance, path: &str, data: serde_json::Value) -> Job {
    let shipped = Templates::shipped();
    let files = shipped.below("notices/").map(|(name, bytes)| (name.to_owned(), bytes.to_vec()));
    let files = files.collect::<std::collections::BTreeMap<_, _>>().into();
    let title = data["title"].as_str().unwrap_or(path).to_owned();
    let (template, language, at) = ("notices/document.typ".to_owned(), "ja".to_owned(), instance.now());
    Job { template, files, data, language, title, at, ident: path.to_owned() }
}

fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    files::scratch(path, bytes).map_err(EngineError::io("write", path))
}

fn refuse(root: &Path, odd: &DemoRefused) -> Result<()> {
    match odd {
        DemoRefused::Symlink { path, target } => {
            files::symlink(Path::new(target), &root.join(path)).map_err(EngineError::io("link", root.join(path)))
        }
        DemoRefused::HardLink { path, other, bytes } => {
            put(&root.join(path), bytes)?;
            files::hard_link(&root.join(path), &root.join(other)).map_err(EngineError::io("link", root.join(other)))
        }
        DemoRefused::Fifo { path } => files::fifo(&root.join(path)).map_err(EngineError::io("make", root.join(path))),
        DemoRefused::Empty { path } => put(&root.join(path), b""),
        DemoRefused::FutureDate { path, bytes }
        | DemoRefused::NoSuchDate { path, bytes }
        | DemoRefused::Unclassified { path, bytes } => put(&root.join(path), bytes),
        DemoRefused::BadName { path, bytes } => put(&root.join(OsStr::from_bytes(path)), bytes),
    }
}

/// Waits until everything has settled: a second, on the clock the files are dated by.
fn settle(instance: &Instance) -> Result<()> {
    let bell = crate::intake::Bell::default();
    while preview(instance)?.paths.iter().any(|(_, state)| *state == State::Settling) {
        bell.wait(std::time::Duration::from_millis(100));
    }
    Ok(())
}
