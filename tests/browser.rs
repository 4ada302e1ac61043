//! The published site as readers meet it: in Debian's Chromium, with the tests below `tests/browser` (node's own runner,
//! Playwright's core, axe-core, html-validate).
//!
//! In: the sites of the example policy and of the small charity, published by the real program. Out: what the tests found
//! and counted; the counts are printed also when they pass. The rule it keeps: nothing is fetched here. `npm ci` has
//! been run before (`.ci/run` does it); where it, node or Chromium is missing these tests say so and pass, and with `CI`
//! in the environment they fail.
//!
//! With `HOKAN_PICTURES=DIR` in the environment, pictures of the main pages are written into `DIR` as well.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::instances::{Ready, kept};
use crate::site_life::{accept, edit};
use crate::support::{Instance, Ran};

/// What publishes the second site.
const CHARITY: &str = "docs/examples/saltmarsh-community-trust";

#[test]
fn every_page_meets_wcag_22_aa_at_every_width_and_scheme() {
    passes("accessible.test.mjs");
}

#[test]
fn a_reader_gets_everywhere_with_the_keyboard_and_without_scripts() {
    passes("behaviour.test.mjs");
}

#[test]
fn no_text_is_cut_off_or_covered_at_any_width_or_size() {
    passes("layout.test.mjs");
}

#[test]
fn pages_are_valid_and_their_links_resolve() {
    passes("valid.test.mjs");
}

#[test]
fn pictures_of_the_main_pages_show_the_site_as_it_is() {
    if std::env::var_os("HOKAN_PICTURES").is_some() {
        passes("pictures.test.mjs");
    }
}

/// Runs a file of tests on both sites.
#[track_caller]
fn passes(tests: &str) {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    if let Err(missing) = ready(&place) {
        assert!(std::env::var_os("CI").is_none(), "the site is not tested in a browser: {missing}");
        say(&format!("NOT TESTED: {tests}: {missing}"));
        return;
    }
    let ran = node(&place, tests);
    ran.stdout.lines().filter(|line| line.starts_with("TOTAL ")).for_each(say);
    ran.expect_code(0);
}

/// Says what is missing, with the next step.
fn ready(place: &Path) -> Result<(), String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    if !std::env::split_paths(&path).any(|dir| dir.join("node").is_file()) {
        return Err("there is no program `node`: install the package `nodejs`".to_owned());
    }
    let chromium = chromium();
    if !chromium.is_file() {
        let why =
            format!("there is no `{}`: install the package `chromium`, or name it in CHROMIUM", chromium.display());
        return Err(why);
    }
    if !place.join("node_modules/.package-lock.json").is_file() {
        return Err("their packages are not installed: run `npm ci --prefix tests/browser`".to_owned());
    }
    Ok(())
}

fn chromium() -> PathBuf {
    std::env::var_os("CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from)
}

/// Starts node's test runner in `place`.
fn node(place: &Path, tests: &str) -> Ran {
    // A home of its own: Chromium keeps its profile there.
    let home = Instance::new();
    let mut command = home.command("node", &["--test", "--test-reporter=spec", tests]);
    command.current_dir(place).env("HOKAN_SITES", sites()).env("CHROMIUM", chromium());
    command.envs(std::env::var_os("HOKAN_PICTURES").map(|dir| ("HOKAN_PICTURES", absolute(dir))));
    let output = command.output().unwrap();
    Ran {
        command: format!("node --test {tests}"),
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A directory is named from the top of the repository.
fn absolute(dir: OsString) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(dir)
}

/// Returns the sites as lines of `name=directory`, published by the first test that asks.
fn sites() -> &'static str {
    static SITES: OnceLock<String> = OnceLock::new();
    SITES.get_or_init(|| {
        let example = example();
        let charity = charity();
        let kept = kept("sites");
        std::fs::create_dir_all(&kept).unwrap();
        let lines = [("example", example.root()), ("charity", charity.root())].map(|(name, root)| {
            let to = kept.join(name);
            let from = root.join("public").display().to_string();
            example.run("cp", &["-a", &from, &to.display().to_string()]).expect_code(0);
            format!("{name}={}", to.display())
        });
        lines.join("\n")
    })
}

/// Publishes the example policy after a few revisions of every kind, so that the history has something to show.
fn example() -> Ready {
    let ready = Ready::new();
    edit(&ready, "policies/purposes.yaml", "ja: 法定給付", "ja: 法律に定める給付", "Reword a purpose");
    edit(&ready, "policies/retention.yaml", "for: P5Y", "for: P6Y", "Keep longer");
    accept(&ready);
    edit(&ready, "policies/purposes.yaml", "purposes:", "purposes: [", "Break it");
    edit(&ready, "policies/purposes.yaml", "purposes: [", "purposes:", "Mend it");
    edit(&ready, "policies/service.yaml", "records: 5000", "records: 6000", "Raise a limit, which is not published");
    edit(&ready, "policies/joint-use.yaml", "since: 2022-04-01", "since: 2022-04-02", "Another day");
    accept(&ready);
    ready.hokan(&["render"]).expect_code(0);
    ready
}

/// Publishes the policy of the small charity, with an approver whose key is here.
fn charity() -> Instance {
    let instance = Instance::new();
    let (root, key) = (instance.root(), |name: &str| instance.home().join(name).display().to_string());
    let keys = ["--identity-out", &key("identity"), "--approver-out", &key("approver")];
    instance.hokan(&[&["init", root.to_str().unwrap()], keys.as_slice()].concat()).expect_code(0);
    std::fs::remove_dir_all(root.join("policies")).unwrap();
    let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join(CHARITY).join("policies");
    instance.run("cp", &["-r", policies.to_str().unwrap(), root.to_str().unwrap()]).expect_code(0);
    let service = instance.read("policies/service.yaml");
    let shipped =
        service.split_once("name: Morwenna Pike, key: ").and_then(|(_, rest)| rest.split_once(" }")).unwrap().0;
    let public = std::fs::read_to_string(key("approver.pub")).unwrap();
    let own: Vec<&str> = public.split_whitespace().take(2).collect();
    instance.write("policies/service.yaml", service.replace(shipped, &own.join(" ")));
    // What stands where a number is expected may be long: it must not make a page wider than the window.
    let organization = instance.read("policies/organization.yaml");
    let long = "telephone: \"01632 960142 (reception), 01632 960143 (records), 01632 960144\"";
    instance.write("policies/organization.yaml", organization.replacen("telephone: 01632 960142", long, 1));
    instance.git(&["add", "--all"]);
    instance.git(&["commit", "--quiet", "--no-verify", "--message", "Adopt the charity's policy"]);
    instance.hokan(&["policy", "accept", "--key", &key("approver")]).expect_code(0);
    instance.hokan(&["render"]).expect_code(0);
    instance
}

/// Prints a line that is seen also when the test passes.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
