//! The layers: which module may name which, and where each third-party crate may be named.
//!
//! In: the sources below `src/`. Out: one line for each fault, with file, line and the arrow that is missing. The rule it
//! keeps: the tables below are the whole truth; what they do not say is not allowed. A new arrow needs a line here and a
//! reason in the review.

mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use source::{Named, Token};

/// A module and what it and everything below it may name, besides itself, `diag` and the identities.
const ARROWS: &[(&str, &[&str])] = &[
    ("main", &["cli"]),
    // Values of the modules below stand in what the engine takes and returns; the command line reads and prints them.
    // It calls none of their functions: `publish/typeset` alone is called, to become the worker.
    (
        "cli",
        &[
            "engine",
            "host",
            "diag",
            "calendar",
            "policy",
            "intake/classify",
            "retention/plan",
            "retention/count",
            "retention/due",
            "retention/gate",
            "retention/moves",
            "retention/order",
            "retention/acceptance",
            "store",
            "consent",
            "publish/mirror",
            "publish/typeset",
        ],
    ),
    (
        "engine",
        &[
            "calendar",
            "consent",
            "demo",
            "host",
            "intake",
            "ledger",
            "policy",
            "publish",
            "retention",
            "rows",
            "store",
            "vault",
        ],
    ),
    ("demo", &["calendar"]),
    // Statements of the register, read by the caller.
    ("consent", &["policy", "calendar", "store"]),
    ("retention", &["ledger", "calendar"]),
    ("retention/due", &["policy"]),
    ("retention/count", &["policy"]),
    // Rows and classes are arguments here: values, read by the caller.
    ("retention/hold", &["policy", "store"]),
    ("retention/plan", &["policy", "store", "retention/due", "retention/hold"]),
    // Facts of work orders, read by the caller.
    ("retention/order", &["store"]),
    // What an edit does to rows: values, read by the caller.
    ("retention/moves", &["policy", "store", "retention/due", "retention/hold", "retention/plan", "retention/earlier"]),
    // What an edit could do to rows: rules compared leg by leg.
    ("retention/earlier", &["policy", "retention/due"]),
    ("retention/acceptance", &["policy", "retention/earlier", "retention/plan"]),
    // What an edit does to what is held: rows and holds, read here because there may be a million of them.
    (
        "retention/needs",
        &["policy", "store", "retention/acceptance", "retention/due", "retention/earlier", "retention/hold"],
    ),
    ("retention/approval", &["policy"]),
    (
        "retention/gate",
        &["policy", "store", "retention/due", "retention/hold", "retention/approval", "retention/warrant"],
    ),
    ("retention/sweep", &["retention/gate", "retention/warrant", "vault", "store", "host"]),
    ("publish", &["policy", "calendar"]),
    // A certificate is a plain value; the notice only lays it out.
    ("publish/notice", &["retention/certificate", "retention/order", "rows"]),
    ("publish/typeset", &["host"]),
    ("intake", &["calendar"]),
    ("intake/classify", &["policy"]),
    ("intake/fields", &["policy", "rows"]),
    ("intake/names", &["policy"]),
    ("intake/register", &["policy", "rows"]),
    ("intake/scan", &["host"]),
    ("intake/watch", &["host"]),
    // YAML is read in one place, as policies are.
    ("rows", &["policy"]),
    ("store", &["ledger", "calendar", "host"]),
    ("ledger", &["calendar"]),
    // Warrant is a leaf: a record and two digests.
    ("vault", &["host", "retention/warrant"]),
    ("policy", &["calendar"]),
    ("host", &["calendar"]),
    ("identity", &["calendar"]),
    ("calendar", &[]),
    ("diag", &[]),
];

/// Modules that name only these of their own siblings: one that checks must not share the fault of what it checks.
const CLOSED: &[(&str, &[&str])] = &[
    ("ledger/verify", &["ledger/entry", "ledger/checkpoint", "ledger/annex"]),
    ("retention/due", &["retention", "retention/count"]),
    ("retention/count", &["retention", "retention/due"]),
    ("retention/hold", &["retention"]),
    ("retention/plan", &["retention", "retention/due", "retention/hold"]),
    ("retention/moves", &["retention", "retention/due", "retention/earlier", "retention/hold", "retention/plan"]),
    ("retention/earlier", &["retention", "retention/due"]),
    ("retention/acceptance", &["retention", "retention/earlier", "retention/plan"]),
    ("retention/needs", &["retention", "retention/acceptance", "retention/due", "retention/earlier", "retention/hold"]),
    ("retention/approval", &["retention", "retention/plan"]),
    ("retention/order", &["retention"]),
    (
        "retention/gate",
        &["retention", "retention/due", "retention/hold", "retention/plan", "retention/approval", "retention/warrant"],
    ),
    // The gate for work orders reads the open intents that the sweep reads.
    ("retention/gate/outside", &["retention/sweep"]),
    ("retention/warrant", &[]),
    ("retention/certificate", &["retention"]),
];

/// What every module may name at the root of the crate.
const IDENTITIES: &[&str] = &["RecordId", "Digest", "Digesting", "said"];

/// Where each third-party crate may be named; `*` is everywhere.
const CRATES: &[(&str, &[&str])] = &[
    ("serde", &["*"]),
    ("serde_json", &["*"]),
    ("thiserror", &["*"]),
    (
        "tracing",
        &[
            "cli",
            "engine",
            "host",
            "intake/scan",
            "intake/watch",
            "publish",
            "retention/gate",
            "retention/sweep",
            "store",
            "vault",
        ],
    ),
    ("serde_saphyr", &["policy/raw"]),
    ("annotate_snippets", &["diag"]),
    ("chrono", &["calendar"]),
    ("chrono_tz", &["calendar"]),
    ("croner", &["calendar"]),
    ("tera", &["publish/site"]),
    ("html5gum", &["publish/site/search", "publish/mirror"]),
    ("url", &["publish/mirror"]),
    ("similar", &["publish/mirror"]),
    ("typst", &["publish/typeset"]),
    ("typst_pdf", &["publish/typeset"]),
    ("typst_layout", &["publish/typeset"]),
    ("typst_render", &["publish/typeset"]),
    ("rayon", &["policy/check", "publish/site", "publish/typeset"]),
    ("memchr", &["policy/rules", "policy/lint"]),
    ("csv", &["rows", "intake/numbers"]),
    // Names of files too are Shift_JIS in places.
    ("encoding_rs", &["rows", "intake/names", "intake/numbers"]),
    ("unicode_normalization", &["intake/names", "retention/hold"]),
    ("roxmltree", &["rows"]),
    ("png", &["demo"]),
    ("walkdir", &["host"]),
    ("notify", &["intake/watch"]),
    ("sha2", &["identity", "vault/seal"]),
    ("uuid", &["identity"]),
    // Whether a recipient's key is one is asked when the policy is checked: a mistyped one would open nothing.
    ("age", &["vault/seal", "vault/open", "policy/check"]),
    ("age_core", &["vault/seal", "vault/open"]),
    // The MAC of a header that is written anew over an old body.
    ("hmac", &["vault/seal"]),
    // Identities and private keys pass through these on their way from a person's file.
    ("zeroize", &["vault", "ledger", "engine", "cli", "retention/approval"]),
    ("ed25519_dalek", &["ledger"]),
    ("ssh_key", &["retention/approval"]),
    ("rusqlite", &["store"]),
    ("base64", &["policy", "ledger", "publish", "vault/seal"]),
    ("getrandom", &["host"]),
    ("rustix", &["vault/files", "host"]),
    ("landlock", &["host"]),
    ("signal_hook", &["cli"]),
    ("mimalloc", &["main"]),
    ("anyhow", &["cli"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("comfy_table", &["cli"]),
    ("hyper", &["cli/preview/http"]),
    ("http_body_util", &["cli/preview/http"]),
    ("tracing_subscriber", &["cli"]),
];

/// Where the one call that makes a `Warrant` may stand.
const MAY_ISSUE: &[&str] = &["retention/gate", "retention/warrant"];

/// Lines of code a file may have, without comments, empty lines and unit tests.
const LONGEST: usize = 450;

/// One source file: its path below `src/`, its module, its code and the paths the code names.
struct Source {
    path: String,
    module: String,
    text: String,
    code: Vec<Token>,
    named: Vec<Named>,
}

impl Source {
    fn new(path: &str, text: &str) -> Source {
        let module = path.strip_suffix(".rs").unwrap_or(path);
        let module = module.strip_suffix("/mod").unwrap_or(module);
        let code = source::tokens(text);
        let named = source::paths(&code);
        Source { path: path.to_owned(), module: module.to_owned(), text: text.to_owned(), code, named }
    }

    fn fault(&self, line: usize, message: &str) -> String {
        format!("src/{}:{line}: {message}", self.path)
    }
}

/// The modules of the crate, and the names a module hands on from those below it: `ledger/Entry` is in `ledger/entry`.
struct Crate {
    modules: BTreeSet<String>,
    handed_on: BTreeMap<String, String>,
}

impl Crate {
    fn new(sources: &[Source]) -> Crate {
        let modules: BTreeSet<String> = sources.iter().map(|source| source.module.clone()).collect();
        let handed_on = sources.iter().flat_map(|source| {
            let names = source.named.iter().filter_map(|named| {
                let [child, name] = named.path.as_slice() else { return None };
                let child = format!("{}/{child}", source.module);
                modules.contains(&child).then(|| (format!("{}/{name}", source.module), child))
            });
            names.collect::<Vec<_>>()
        });
        Crate { handed_on: handed_on.collect(), modules }
    }

    fn has(&self, module: &str) -> bool {
        self.modules.iter().any(|known| is_below(known, module))
    }
}

/// Returns every fault of `sources` against the tables, in their order.
fn faults(sources: &[Source]) -> Vec<String> {
    let all = Crate::new(sources);
    let checks = sources.iter().flat_map(|source| {
        [arrow_faults(source, &all), crate_faults(source), shape_faults(source), word_faults(source)].concat()
    });
    checks.collect()
}

/// Faults of the arrows between modules.
fn arrow_faults(source: &Source, all: &Crate) -> Vec<String> {
    if source.module == "lib" {
        return Vec::new();
    }
    if lines_of(ARROWS, &source.module).is_empty() {
        let message = format!("the module `{}` has no line in ARROWS of tests/layers.rs", source.module);
        return vec![source.fault(1, &message)];
    }
    let targets = source.named.iter().filter_map(|named| Some((named.line, target(&source.module, named, all)?)));
    let wrong = targets.filter(|(_, target)| !may_name(&source.module, target));
    wrong.map(|(line, target)| source.fault(line, &format!("{} → {target} is not an arrow", source.module))).collect()
}

/// Returns the module that a path names, or `root::NAME` for what lies at the root; `None` for paths out of this crate.
fn target(module: &str, named: &Named, all: &Crate) -> Option<String> {
    let mut at: Vec<&str> = module.split('/').collect();
    let mut rest = named.path.iter().map(String::as_str).peekable();
    match rest.next()? {
        "crate" => at.clear(),
        "hokan" if module == "main" => at.clear(),
        "self" => {}
        "super" => {
            at.pop();
            while rest.next_if_eq(&"super").is_some() {
                at.pop();
            }
        }
        _ => return None,
    }
    for name in rest {
        at.push(name);
        let path = at.join("/");
        if !all.has(&path) {
            at.pop();
            let holder = if at.is_empty() { format!("root::{name}") } else { at.join("/") };
            return Some(all.handed_on.get(&path).cloned().unwrap_or(holder));
        }
    }
    Some(if at.is_empty() { "root::*".to_owned() } else { at.join("/") })
}

/// Returns whether the tables let `from` name `to`.
fn may_name(from: &str, to: &str) -> bool {
    if let Some(name) = to.strip_prefix("root::") {
        return IDENTITIES.contains(&name);
    }
    if is_below(to, from) || is_below(to, "diag") && from != "calendar" {
        return true;
    }
    let top = |module: &str| module.split('/').next().unwrap_or_default().to_owned();
    if top(from) != top(to) {
        return lines_of(ARROWS, from).iter().any(|(_, arrows)| arrows.iter().any(|arrow| is_below(to, arrow)));
    }
    let closed = lines_of(CLOSED, from);
    // `retention` in a line means the types at its root; `retention/due` also what lies below.
    let opens = |open: &&str| to == *open || open.contains('/') && is_below(to, open);
    closed.is_empty() || closed.iter().any(|(of, siblings)| is_below(to, of) || siblings.iter().any(opens))
}

/// Returns the lines of a table that hold for `module`: its own and those of the modules above it.
fn lines_of<'a>(table: &'a [(&str, &[&str])], module: &str) -> Vec<&'a (&'a str, &'a [&'a str])> {
    table.iter().filter(|(of, _)| is_below(module, of)).collect()
}

/// Returns whether `module` is `above` or lies below it.
fn is_below(module: &str, above: &str) -> bool {
    module.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Faults of third-party crates named outside their module.
fn crate_faults(source: &Source) -> Vec<String> {
    let own = own_names(source);
    let wrong = source.named.iter().filter_map(|named| {
        let first = named.path.first()?;
        let (_, places) = CRATES.iter().find(|(name, _)| name == first)?;
        let allowed = places.iter().any(|place| *place == "*" || is_below(&source.module, place));
        let is_own = named.path.len() > 1 && own.contains(first.as_str());
        (!allowed && !is_own).then(|| {
            let places = places.join("`, `");
            source.fault(named.line, &format!("the crate `{first}` is named in `{places}` alone"))
        })
    });
    wrong.collect()
}

/// Returns the modules of our own that hide a crate of the same name in this file.
fn own_names(source: &Source) -> BTreeSet<&str> {
    let declared = source.code.windows(2).filter(|pair| pair[0].text == "mod").map(|pair| pair[1].text.as_str());
    let ours = |named: &&Named| ["crate", "super", "self"].contains(&named.path[0].as_str());
    let imported = source.named.iter().filter(ours).filter_map(|named| named.path.last());
    declared.chain(imported.map(String::as_str)).collect()
}

/// Faults of a file as a whole: its first line and its length.
fn shape_faults(source: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    if !source.text.starts_with("//!") {
        faults.push(source.fault(1, "a file opens with `//!`: what it is for, what comes in, what goes out, its rule"));
    }
    let lines: BTreeSet<usize> = source.code.iter().map(|token| token.line).collect();
    if lines.len() > LONGEST {
        let message = format!("{} lines of code, expected at most {LONGEST}: make it a folder", lines.len());
        faults.push(source.fault(1, &message));
    }
    faults
}

/// Faults of single words: `unsafe`, and warrants issued by anything but the gate.
fn word_faults(source: &Source) -> Vec<String> {
    let is = |token: &Token, text: &str| token.text == text;
    let may_issue = MAY_ISSUE.iter().any(|place| is_below(&source.module, place));
    let unsafe_code = source.code.iter().filter(|token| is(token, "unsafe"));
    let unsafe_code = unsafe_code.map(|token| source.fault(token.line, "`unsafe` is not used"));
    let calls = source.code.windows(3).filter(|it| is(&it[0], "Warrant") && is(&it[1], "::") && is(&it[2], "issue"));
    let calls = calls.filter(|_| !may_issue);
    let calls = calls.map(|it| source.fault(it[0].line, "only retention/gate issues a `Warrant`"));
    unsafe_code.chain(calls).collect()
}

/// Reads every `.rs` file below `dir` but unit tests in files of their own (`tests.rs`), sorted by path.
fn read(dir: &Path) -> Vec<Source> {
    let mut waiting = vec![dir.to_owned()];
    let mut sources = Vec::new();
    while let Some(next) = waiting.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                sources.push(Source::new(path.strip_prefix(dir).unwrap().to_str().unwrap(), &text));
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

#[test]
fn the_source_keeps_to_the_layers() {
    let sources = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let faults = faults(&sources);
    assert!(sources.len() > 10, "found only {} files below src", sources.len());
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_dependency_has_its_place() {
    let manifest = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let section = manifest.split("\n[").find_map(|section| section.strip_prefix("dependencies]")).unwrap();
    let names = section.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
    let names: BTreeSet<String> = names.map(|(name, _)| name.replace('-', "_")).collect();
    let placed: BTreeSet<String> = CRATES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let missing: Vec<_> = names.difference(&placed).collect();
    assert!(names.len() > 10 && missing.is_empty(), "no line in CRATES of tests/layers.rs for {missing:?}");
}

mod faults_are_found {
    use super::*;

    /// Returns the faults of `text` as the file `path`, in a crate that also has the modules of ARROWS.
    fn of(path: &str, text: &str) -> Vec<String> {
        let mut sources: Vec<Source> =
            ARROWS.iter().map(|(module, _)| Source::new(&format!("{module}.rs"), "//! Empty.\n")).collect();
        for (module, text) in [
            ("ledger", "//! Hands on.\nmod entry; mod tree; pub use entry::{Entry, What}; pub use tree::root;"),
            ("ledger/entry", "//! Empty.\n"),
            ("ledger/tree", "//! Empty.\n"),
            ("retention/warrant", "//! Empty.\n"),
        ] {
            sources.push(Source::new(&format!("{module}.rs"), text));
        }
        sources.push(Source::new(path, &format!("//! A file.\n{text}")));
        faults(&sources)
    }

    #[test]
    fn arrows_that_are_not_in_the_table() {
        assert_eq!(
            of("vault/seal.rs", "use crate::policy::Class;"),
            ["src/vault/seal.rs:2: vault/seal → policy is not an arrow"]
        );
        assert_eq!(of("retention/due.rs", "fn f(host: &crate::host::Host) {}").len(), 1);
        assert_eq!(of("retention/plan.rs", "use super::gate;").len(), 1);
        assert_eq!(of("ledger/verify.rs", "use super::{entry::Entry, tree::root};").len(), 1);
        assert_eq!(of("ledger/verify.rs", "use crate::ledger::{Entry, root};").len(), 1);
        assert_eq!(of("store/catalog.rs", "use super::super::engine::take_in;").len(), 1);
        assert_eq!(of("main.rs", "fn main() { hokan::store::open() }").len(), 1);
        assert_eq!(of("vault/seal.rs", "use crate::retention::Plan;").len(), 1);
        assert_eq!(of("vault/seal.rs", "use crate::*;").len(), 1);
        assert_eq!(of("wonder.rs", "").len(), 1);
    }

    #[test]
    fn arrows_that_are_in_the_table_pass() {
        let none: [&str; 0] = [];
        assert_eq!(of("vault/destroy.rs", "use crate::retention::warrant::Warrant; use crate::{Digest, diag};"), none);
        assert_eq!(of("engine.rs", "use crate::{policy, store::catalog, vault::{self, seal}};"), none);
        assert_eq!(of("retention/plan.rs", "use super::{Plan, due::Due, hold};"), none);
        assert_eq!(of("ledger/verify.rs", "use super::{What, entry::Entry};"), none);
        assert_eq!(of("main.rs", "fn main() { hokan::cli::main() }"), none);
    }

    #[test]
    fn crates_out_of_their_place() {
        assert_eq!(of("policy/check.rs", "fn f() { tracing::info!(\"\") }").len(), 1);
        assert_eq!(
            of("engine.rs", "use rusqlite::Connection;"),
            ["src/engine.rs:2: the crate `rusqlite` is named in `store` alone"]
        );
        assert_eq!(of("engine.rs", "use chrono as time;").len(), 1);
        assert_eq!(of("demo/scan.rs", "use super::csv; fn f() { csv::table(); png::Encoder::new() }").len(), 0);
    }

    #[test]
    fn files_without_an_opening_or_too_long() {
        let long = "fn f() {}\n".repeat(LONGEST + 1);
        assert_eq!(of("engine.rs", &long).len(), 1);
        assert_eq!(of("engine.rs", &"/// Words.\n\n".repeat(LONGEST + 1)).len(), 0);
        assert_eq!(faults(&[Source::new("diag.rs", "use std::fmt;")]).len(), 1);
    }

    #[test]
    fn unsafe_code_and_warrants_from_elsewhere() {
        assert_eq!(of("host/files.rs", "fn f() { unsafe { g() } }").len(), 1);
        let issues = "use super::warrant::Warrant; fn f() { Warrant::issue(a, b, c); }";
        assert_eq!(
            of("retention/sweep.rs", issues),
            ["src/retention/sweep.rs:2: only retention/gate issues a `Warrant`"]
        );
        assert_eq!(of("retention/gate/intent.rs", issues).len(), 0);
    }
}
