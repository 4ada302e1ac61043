//! Measures the site of a policy inside the program, and beside it the same templates rendered by Tera alone.
//!
//! In: policy sets as arguments, `NAME=DIR`. Out: lines of milliseconds for each. The rule it keeps: Tera alone gets the very values that hokan's
//! templates get, and the pages it prints are compared with hokan's, byte for byte. `benches/site.sh` starts it.
#![expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a measurement reads files and prints")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use hokan::Digest;
use hokan::diag::Sources;
use hokan::policy::{self, AsOf, PolicySet};
use hokan::publish::site;
use hokan::publish::templates::Templates;
use hokan::publish::{Imprint, Issue};
use tera::{Context, Tera};

/// The day of the law and of the imprint.
const DAY: &str = "2026-11-22";

/// How long one policy is measured at most, in milliseconds.
const LONGEST: f64 = 5000.0;

fn main() {
    // Cargo adds an argument of its own.
    for set in std::env::args().skip(1).filter(|argument| argument != "--bench") {
        let (name, dir) = set.split_once('=').expect("each argument is NAME=DIR");
        measure(name, &checked(&sources(Path::new(dir))));
    }
}

/// Measures hokan and Tera alone on one policy, in turns.
fn measure(name: &str, policy: &PolicySet) {
    let (issue, templates) = (Issue::alone(imprint()), Templates::shipped());
    let ours = || site::render(policy, &issue, &templates).unwrap();
    let sheets = sheets(policy, &issue, &templates);
    let pages = ours();
    let same = bare(&templates, &sheets).iter().filter(|(path, text)| pages[*path] == text.as_bytes()).count();
    let bytes: usize = pages.values().map(Vec::len).sum();
    let (mut whole, mut alone) = (Vec::new(), Vec::new());
    let measured = Instant::now();
    while whole.len() < 40 && (whole.len() < 3 || milliseconds(measured) < LONGEST) {
        let begun = Instant::now();
        drop(ours());
        whole.push(milliseconds(begun));
        let begun = Instant::now();
        drop(bare(&templates, &sheets));
        alone.push(milliseconds(begun));
    }
    let (whole, alone) = (median(whole), median(alone));
    println!("{:<58} {whole:8.1} ms ({} files, {} KiB)", format!("{name}: the whole site"), pages.len(), bytes / 1024);
    println!(
        "{:<58} {alone:8.1} ms ({same} of {} pages identical)",
        format!("{name}: the same templates, Tera alone"),
        sheets.len()
    );
    println!("{:<58} {:8.2} times", format!("{name}: hokan takes"), whole / alone);
}

/// What a page is printed from.
struct Sheet {
    path: String,
    template: String,
    context: Context,
}

/// Asks every template that begins a page for its values instead of its page.
fn sheets(policy: &PolicySet, issue: &Issue, templates: &Templates) -> Vec<Sheet> {
    let begins = |text: &[u8]| String::from_utf8_lossy(text).contains("{% extends ");
    let dumps = templates.below("pages/").filter(|(_, text)| begins(text)).map(|(name, _)| {
        let dump = format!("{{\"template\": \"{name}\", \"context\": {{{{ __tera_context | safe }}}}}}");
        (name.to_owned(), dump.into_bytes())
    });
    let asked = templates.clone().overridden(dumps.collect());
    let pages = site::render(policy, issue, &asked).unwrap().into_iter().filter(|(path, _)| path.ends_with(".html"));
    let sheet = |(path, text): (String, Vec<u8>)| {
        let told: serde_json::Value = serde_json::from_str(&json(&String::from_utf8(text).unwrap())).unwrap();
        let context = Context::from_serialize(&told["context"]).unwrap();
        Sheet { path, template: told["template"].as_str().unwrap().to_owned(), context }
    };
    pages.map(sheet).collect()
}

/// Turns Tera's way of showing values into JSON: it writes nothing for none, and escapes as Rust does.
fn json(shown: &str) -> String {
    let mut out = String::with_capacity(shown.len() + shown.len() / 8);
    let mut chars = shown.chars().peekable();
    let (mut quoted, mut last) = (false, ' ');
    while let Some(one) = chars.next() {
        match one {
            '"' => quoted = !quoted,
            '\\' => match chars.next().unwrap() {
                'u' => {
                    chars.next();
                    let code: String = chars.by_ref().take_while(|one| *one != '}').collect();
                    let code = char::from_u32(u32::from_str_radix(&code, 16).unwrap()).unwrap();
                    out.push_str(serde_json::to_string(&code).unwrap().trim_matches('"'));
                    continue;
                }
                '0' => {
                    out.push_str("\\u0000");
                    continue;
                }
                '\'' => {
                    out.push('\'');
                    continue;
                }
                other => {
                    out.extend(['\\', other]);
                    continue;
                }
            },
            ',' | '}' | ']' if !quoted && (last == ':' || last == ',') => out.push_str("null"),
            _ => {}
        }
        out.push(one);
        if !one.is_whitespace() {
            last = if quoted { '"' } else { one };
        }
    }
    out
}

/// Prints the pages with Tera and nothing else: reads the templates, renders each page, on every core as hokan does.
fn bare(templates: &Templates, sheets: &[Sheet]) -> BTreeMap<String, String> {
    use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
    let texts = templates.below("pages/").map(|(name, text)| (name, std::str::from_utf8(text).unwrap()));
    let mut engine = Tera::default();
    engine.add_raw_templates(texts).unwrap();
    let print = |sheet: &Sheet| (sheet.path.clone(), engine.render(&sheet.template, &sheet.context).unwrap());
    sheets.par_iter().map(print).collect()
}

fn imprint() -> Imprint {
    Imprint::published(None, Digest::of(b"measured"), DAY.parse().unwrap())
}

fn checked(sources: &Sources) -> PolicySet {
    let (report, policy) = policy::check(sources, AsOf::Day(DAY.parse().unwrap()));
    policy.unwrap_or_else(|| panic!("{:#?}", report.findings().first()))
}

/// Returns the texts of a policy set.
fn sources(dir: &Path) -> Sources {
    let files = std::fs::read_dir(dir.join("policies")).unwrap().map(|entry| entry.unwrap().path());
    let yaml = files.filter(|path| path.extension().is_some_and(|kind| kind == "yaml"));
    let text = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        (format!("policies/{name}"), std::fs::read_to_string(&path).unwrap())
    };
    yaml.map(text).collect()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn milliseconds(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1000.0
}
