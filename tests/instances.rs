//! Instances in working order: an accepted policy, confirmed recipients, some records.
//!
//! In: nothing, or a change of the policies. Out: [`Ready`], a directory of its own for each test. The rule it keeps:
//! every step is one a person would take with the real program; one instance is made per run and copied for each test.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::Value;

use crate::support::{Instance, Ran};

/// Needs an approver: it was due when it arrived, and its class asks for one.
pub const RECEIPT: &str = "receipts/2019-04/M1000001-診療報酬明細書.csv";
/// Its class asks for nobody, but it was due when it arrived.
pub const PROVISION: &str = "provision-records/2021-05-10-事業主提供記録.csv";
/// As above, of another class.
pub const LOG: &str = "access-logs/2022-01/受付端末.csv";
/// Kept for ever.
pub const MINUTES: &str = "minutes/2012-06-01-理事会会議録.pdf";
/// Counts from an event that nobody has reported.
pub const ELIGIBILITY: &str = "eligibility/M1000002/2015-04-01-資格取得届.pdf";
/// Every record of the set above.
pub const ALL: [&str; 5] = [RECEIPT, PROVISION, LOG, MINUTES, ELIGIBILITY];
/// Who places holds and reports events.
pub const OFFICER: &str = "給付課 山田花子";

/// An instance with an accepted policy whose files settle at once, and confirmed recipients.
pub struct Ready {
    instance: Instance,
}

impl Deref for Ready {
    type Target = Instance;

    fn deref(&self) -> &Instance {
        &self.instance
    }
}

impl Ready {
    /// Returns an instance without records.
    pub fn new() -> Ready {
        let instance = Instance::new();
        let from = format!("{}/.", template().display());
        let to = instance.root().parent().unwrap().display().to_string();
        instance.run("cp", &["-a", &from, &to]).expect_code(0);
        Ready { instance }
    }

    /// Returns an instance that holds [`ALL`].
    pub fn with_records() -> Ready {
        let ready = Ready::new();
        ALL.iter().for_each(|path| ready.drop_in(path, content(path)));
        let taken = ready.take_in();
        assert_eq!(taken["taken"].as_array().unwrap().len(), ALL.len(), "{taken}");
        ready
    }

    /// Returns an instance that holds [`ALL`], and a plan for everything due that the approver has signed.
    pub fn with_approved_plan() -> Ready {
        let ready = Ready::with_records();
        ready.plan("plan.json");
        ready.approve("plan.json");
        ready
    }

    /// Takes in a record that falls due within the next sixty days; returns its path and in how many days.
    pub fn due_soon(&self) -> (String, u32) {
        let today = self.json(&["status"])["today"].as_str().unwrap().to_owned();
        let date = |words: &str, form: &str| {
            let ran = self.run("date", &["-d", &format!("{today} {words}"), form]);
            ran.expect_code(0).stdout.trim().to_owned()
        };
        let days: Vec<String> = (0..=60).map(|days| date(&format!("{days} days"), "+%F")).collect();
        // An access log is kept for a time from its month.
        for back in 1..40 {
            let path = format!("access-logs/{}/業務端末.csv", date(&format!("-{back} months"), "+%Y-%m"));
            self.drop_in(&path, content(&path));
            self.take_in();
            let shown = self.json(&["records", "show", &self.record(&path)]);
            let due = shown["records"][0]["due"].as_str().unwrap().to_owned();
            if let Some(place) = days[1..].iter().position(|day| *day == due) {
                return (path, place as u32 + 1);
            }
        }
        panic!("no month falls due within sixty days");
    }

    /// Puts a file into the watched folder.
    pub fn drop_in(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        self.write(Path::new("records/in").join(path), bytes);
    }

    /// Makes a file appear below the watched folder in one step, as a careful program puts it there.
    pub fn arrive(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let (aside, place) = (self.home().join("arriving"), self.inbox(path));
        std::fs::write(&aside, bytes).unwrap();
        // The service removes folders that are empty: it may come between.
        until("the file has arrived", || {
            std::fs::create_dir_all(place.parent().unwrap()).ok()?;
            std::fs::rename(&aside, &place).ok()
        });
    }

    /// Returns the place of a path below the watched folder.
    pub fn inbox(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root().join("records/in").join(path)
    }

    /// Returns the identity of the daily recipient.
    pub fn identity(&self) -> String {
        self.home().join("identity").display().to_string()
    }

    /// Returns the approver's private key.
    pub fn approver(&self) -> String {
        self.home().join("approver").display().to_string()
    }

    /// Runs hokan with `--json`, expects success and returns the document.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        self.json_with_code(arguments, 0)
    }

    /// Runs hokan with `--json`, expects an exit code and returns the document.
    #[track_caller]
    pub fn json_with_code(&self, arguments: &[&str], code: i32) -> Value {
        let ran = self.hokan(&[&["--json"], arguments].concat()).expect_code(code);
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{}: {error}\n{}", ran.command, ran.stdout))
    }

    /// Takes in.
    #[track_caller]
    pub fn take_in(&self) -> Value {
        self.json(&["take-in", "--yes"])
    }

    /// Returns the planner's private key, which is no approver's.
    pub fn planner(&self) -> String {
        self.home().join("planner").display().to_string()
    }

    /// Makes the plan of what is due today, signed by the planner.
    #[track_caller]
    pub fn plan(&self, plan: &str) -> Value {
        self.json(&["sweep", "plan", "-o", plan, "--no-pdf", "--key", &self.planner()])
    }

    /// Signs a plan as the approver.
    #[track_caller]
    pub fn approve(&self, plan: &str) -> Value {
        self.json(&["sweep", "approve", plan, "--key", &self.approver()])
    }

    /// Returns the id of the record that came from `path`.
    #[track_caller]
    pub fn record(&self, path: &str) -> String {
        let found = self.find(path);
        found.unwrap_or_else(|| panic!("nothing is held of `{path}`"))
    }

    /// Returns the id of the record that came from `path`, if it is held.
    pub fn find(&self, path: &str) -> Option<String> {
        let listed = self.json(&["records", "list"]);
        let found = listed["records"].as_array().unwrap().iter().find(|record| record["name"] == path)?;
        Some(found["record"].as_str().unwrap().to_owned())
    }

    /// Opens a record and returns its bytes.
    #[track_caller]
    pub fn opened(&self, record: &str) -> Vec<u8> {
        let target = self.home().join(format!("{record}.opened"));
        let (identity, to) = (self.identity(), target.display().to_string());
        self.hokan(&["open", record, "-i", &identity, "-o", &to, "--why", "試験"]).expect_code(0);
        let bytes = std::fs::read(&target).unwrap();
        std::fs::remove_file(target).unwrap();
        bytes
    }

    /// Expects every path to be held, whole and openable, and everything to verify.
    #[track_caller]
    pub fn expect_held(&self, paths: &[&str]) {
        for path in paths {
            assert_eq!(self.opened(&self.record(path)), content(path).into_bytes(), "{path}");
        }
        self.expect_verified();
    }

    /// Expects `verify` to find nothing wrong.
    #[track_caller]
    pub fn expect_verified(&self) {
        self.hokan(&["verify"]).expect_code(0);
    }

    /// Returns the reasons why a sweep refused, by record.
    pub fn refusals(swept: &Value) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        swept["refused"].as_array().unwrap().iter().map(|one| (text(&one["record"]), text(&one["why"]))).collect()
    }

    /// Replaces a text that a file of the instance must contain.
    #[track_caller]
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{file} does not contain `{from}`");
        self.write(file, text.replacen(from, to, 1));
    }

    /// Commits everything and returns the commit.
    pub fn commit(&self, message: &str) -> String {
        commit(self, message);
        self.git(&["rev-parse", "HEAD"]).stdout.trim().to_owned()
    }

    /// Commits what `git add` was told, such as that files are gone.
    pub fn commit_removal(&self) {
        self.git(&["commit", "--quiet", "--no-verify", "--message", "Remove"]);
    }

    /// Accepts the committed policy as the approver.
    #[track_caller]
    pub fn accept(&self) -> Ran {
        self.hokan(&["policy", "accept", "--key", &self.approver()]).expect_code(0)
    }

    /// Opens the catalog beside hokan.
    pub fn catalog(&self) -> Connection {
        Connection::open(self.root().join("vault/catalog.db")).unwrap()
    }

    /// Opens the ledger beside hokan.
    pub fn ledger(&self) -> Connection {
        Connection::open(self.root().join("vault/ledger.db")).unwrap()
    }

    /// Returns the bytes of every ledger entry, as text.
    pub fn entries(&self) -> Vec<String> {
        let ledger = self.ledger();
        let mut select = ledger.prepare("SELECT bytes FROM entries ORDER BY idx").unwrap();
        let rows = select.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        rows.map(|bytes| String::from_utf8(bytes.unwrap()).unwrap()).collect()
    }

    /// Returns how many ledger entries are of a kind.
    pub fn entries_of(&self, kind: &str) -> i64 {
        self.ledger().query_row("SELECT count(*) FROM entries WHERE kind = ?1", [kind], |row| row.get(0)).unwrap()
    }

    /// Returns the files of a record in the vault: its header and its body.
    pub fn files_of(&self, record: &str) -> [PathBuf; 2] {
        let of = |part: &str, ending: &str| {
            let name = format!("{record}.{ending}");
            let found =
                files_below(&self.root().join("vault").join(part)).into_iter().find(|path| path.ends_with(&name));
            found.unwrap_or_else(|| panic!("no {name} in the vault"))
        };
        [of("headers", "header"), of("bodies", "body")]
    }
}

/// Returns what stands in the file that the tests put at `path`.
pub fn content(path: &str) -> String {
    format!("{path}\n本文,1,2,3\n").repeat(20)
}

/// Returns every regular file below `dir`, sorted.
pub fn files_below(dir: &Path) -> Vec<PathBuf> {
    let (mut waiting, mut files) = (vec![dir.to_owned()], Vec::new());
    while let Some(next) = waiting.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                waiting.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    files
}

/// Returns whether `bytes` contain `part`.
pub fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A program of ours that is ended with the test, whatever happens.
pub struct Running(pub Child);

impl Running {
    /// Asks it to end and returns its exit code.
    pub fn terminate(&mut self) -> Option<i32> {
        use rustix::process::{Pid, Signal, kill_process};
        kill_process(Pid::from_child(&self.0), Signal::TERM).unwrap();
        let ended = until("the program ends", || self.0.try_wait().unwrap());
        ended.code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Asks again and again until there is an answer, for at most a minute.
#[track_caller]
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "waited a minute until {what}");
        std::thread::yield_now();
    }
}

fn commit(instance: &Instance, message: &str) {
    instance.git(&["add", "--all", "policies", "templates", "README.md", ".gitignore"]);
    instance.git(&["commit", "--quiet", "--no-verify", "--message", message]);
}

/// Returns the directory that is copied, made by the first test that asks.
fn template() -> &'static Path {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let made = kept("ready");
        let instance = make();
        let from = instance.root().parent().unwrap().display().to_string();
        instance.run("cp", &["-a", &from, &made.display().to_string()]).expect_code(0);
        made
    })
}

/// Returns a place for what all tests of this run share, and removes what runs that have ended have left there.
pub fn kept(name: &str) -> PathBuf {
    let parent = Path::new(env!("CARGO_TARGET_TMPDIR"));
    remove_earlier(parent, &format!("{name}-"));
    parent.join(format!("{name}-{}", std::process::id()))
}

fn remove_earlier(parent: &Path, prefix: &str) {
    for entry in std::fs::read_dir(parent).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.strip_prefix(prefix).is_some_and(|run| !Path::new("/proc").join(run).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Makes the key of somebody who makes plans and approves none.
pub fn make_planner(instance: &Instance) {
    let key = instance.home().join("planner").display().to_string();
    instance.run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", "planner", "-f", &key]).expect_code(0);
}

fn make() -> Instance {
    let instance = Instance::new();
    let (root, identity) =
        (instance.root().display().to_string(), instance.home().join("identity").display().to_string());
    let approver = instance.home().join("approver").display().to_string();
    let keys = ["--identity-out", &identity, "--approver-out", &approver];
    instance.hokan(&[&["init", root.as_str(), "--settle", "PT0S"], keys.as_slice()].concat()).expect_code(0);
    commit(&instance, "Adopt the example policy");
    instance.hokan(&["policy", "accept", "--key", &approver]).expect_code(0);
    make_planner(&instance);
    let escrow = format!("{identity}.escrow");
    instance.hokan(&["recipients", "confirm", "-i", &identity, "-i", &escrow]).expect_code(0);
    instance
}
