//! Reads the pages of the book.
//!
//! In: Markdown. Out: cases: the files of a set, and the findings that are expected. The rule it keeps: a page that is
//! written wrongly stops the test with its file and title; nothing in it is skipped.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{generate, repository};

/// Where the pages lie.
const PAGES: &str = "tests/book";
/// Stands for the place of a finding about the whole set.
pub const WHOLE_SET: &str = "(the set)";
/// Follows the rule of a finding that somebody accepted.
pub const ACCEPTED: &str = " (accepted)";
/// Of more findings of one rule than this, three are listed and the others counted.
const MANY: usize = 20;
/// What a page says where nothing is found.
const NOTHING: &str = "none";

/// The files of a set by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A page of cases.
pub struct Book {
    /// Its path in the repository.
    pub file: String,
    /// Its cases, in order.
    pub cases: Vec<Case>,
    path: PathBuf,
    lines: Vec<String>,
}

/// One case.
pub struct Case {
    /// Its title.
    pub title: String,
    /// What is expected, in order.
    pub expected: Vec<Expected>,
    /// Whether it also goes through the program.
    pub is_run: bool,
    blocks: Vec<Block>,
    /// The lines of the page between the fences of the expected findings.
    findings_at: std::ops::Range<usize>,
}

/// A finding that is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Place, severity and rule.
    pub line: String,
    /// Parts of what is said.
    pub parts: Vec<String>,
}

/// A fenced block that makes or changes a file.
struct Block {
    kind: String,
    file: String,
    lines: Vec<String>,
}

/// Returns the files of the set that cases change.
pub fn base() -> Files {
    let root = repository(PAGES).join("base");
    let folder = root.join("policies");
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files = entries.map(|entry| {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let bytes = std::fs::read(folder.join(&name)).unwrap();
        (format!("policies/{name}"), bytes)
    });
    files.collect()
}

impl Book {
    /// Reads every page, in order.
    pub fn all() -> Vec<Book> {
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(repository(PAGES)).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let is_page =
            |path: &PathBuf| path.extension().is_some_and(|ending| ending == "md") && !path.ends_with("README.md");
        paths.into_iter().filter(is_page).map(Book::read).collect()
    }

    fn read(path: PathBuf) -> Book {
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let file = format!("{PAGES}/{}", path.file_name().unwrap().to_string_lossy());
        let starts: Vec<usize> = (0..lines.len()).filter(|n| lines[*n].starts_with("## ")).collect();
        let ends = starts.iter().skip(1).copied().chain([lines.len()]);
        let cases = starts.iter().zip(ends).map(|(start, end)| Case::read(&file, &lines, *start..end)).collect();
        Book { file, cases, path, lines }
    }

    /// Writes the page with what its cases expect now.
    pub fn write(&mut self) {
        for case in self.cases.iter().rev() {
            let listed: Vec<String> = case.expected.iter().map(Expected::written).collect();
            let listed = if listed.is_empty() { vec![NOTHING.to_owned()] } else { listed };
            self.lines.splice(case.findings_at.clone(), listed);
        }
        std::fs::write(&self.path, self.lines.join("\n") + "\n").unwrap();
    }
}

impl Case {
    fn read(file: &str, lines: &[String], at: std::ops::Range<usize>) -> Case {
        let title = lines[at.start].trim_start_matches("## ").to_owned();
        let (mut blocks, mut findings, mut is_run, mut has_prose) = (Vec::new(), None, false, false);
        let mut n = at.start + 1;
        while n < at.end {
            let Some(fence) = lines[n].strip_prefix("```") else {
                has_prose |= !lines[n].trim().is_empty();
                n += 1;
                continue;
            };
            let close = (n + 1..at.end).find(|n| lines[*n] == "```");
            let close = close.unwrap_or_else(|| panic!("{file} § {title}: a block is not closed"));
            let (kind, rest) = fence.split_once(' ').unwrap_or((fence, ""));
            match (kind, rest) {
                ("findings", "" | "and the program") => {
                    assert!(findings.is_none(), "{file} § {title}: two blocks of findings");
                    is_run = !rest.is_empty();
                    findings = Some(n + 1..close);
                }
                ("yaml" | "diff" | "generate", path) if path.starts_with("policies/") => {
                    let (kind, file) = (kind.to_owned(), path.to_owned());
                    blocks.push(Block { kind, file, lines: lines[n + 1..close].to_vec() });
                }
                _ => panic!("{file} § {title}: what is a block of `{fence}`?"),
            }
            n = close + 1;
        }
        let findings_at = findings.unwrap_or_else(|| panic!("{file} § {title}: no findings"));
        assert!(has_prose, "{file} § {title}: no word of explanation");
        let listed = lines[findings_at.clone()].iter().filter(|line| *line != NOTHING);
        let expected = listed.map(|line| Expected::read(line)).collect();
        Case { title, expected, is_run, blocks, findings_at }
    }

    /// Returns the files of the set: those of the base with what the case changes.
    pub fn files(&self) -> Files {
        let mut files = base();
        for Block { kind, file, lines } in &self.blocks {
            match kind.as_str() {
                "yaml" => {
                    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
                    files.insert(file.clone(), text.into_bytes());
                }
                "diff" => {
                    let before = files.get(file).unwrap_or_else(|| panic!("{}: no file `{file}`", self.title));
                    let after = edited(&self.title, std::str::from_utf8(before).unwrap(), lines);
                    files.insert(file.clone(), after.into_bytes());
                }
                _ => {
                    let before = files.remove(file).unwrap_or_default();
                    files.insert(file.clone(), generate::generated(before, lines));
                }
            }
        }
        files
    }

    /// Expects what was found; the parts of messages stay with the rule they were written for.
    pub fn expect(&mut self, found: &[(String, String)]) {
        let mut earlier = std::mem::take(&mut self.expected);
        for (line, words) in found {
            let rule = |line: &str| line.split_once(' ').map(|(_, rest)| rest.to_owned());
            let fits =
                |one: &Expected| rule(&one.line) == rule(line) && one.parts.iter().all(|part| words.contains(part));
            let known = earlier.iter().position(fits).map(|n| earlier.remove(n).parts);
            self.expected.push(Expected { line: line.clone(), parts: known.unwrap_or_default() });
        }
    }
}

/// Lists what was found (line and words); of very many findings of one rule the first three, with how many more there are.
pub fn listed(found: Vec<(String, String)>) -> Vec<(String, String)> {
    let weight = |line: &str| line.split_once(' ').map_or(String::new(), |(_, weight)| weight.to_owned());
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (line, _) in &found {
        *counts.entry(weight(line)).or_default() += 1;
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut listed: Vec<(String, String)> = Vec::new();
    for (line, words) in found {
        let n = seen.entry(weight(&line)).or_default();
        *n += 1;
        if counts[&weight(&line)] <= MANY || *n <= 3 {
            listed.push((line, words));
        }
    }
    let more = counts.into_iter().filter(|(_, count)| *count > MANY);
    listed.extend(more.map(|(weight, count)| (format!("and {} more: {weight}", count - 3), String::new())));
    listed
}

impl Expected {
    fn read(line: &str) -> Expected {
        let mut parts = line.split(" — ").map(str::to_owned);
        Expected { line: parts.next().unwrap_or_default(), parts: parts.collect() }
    }

    fn written(&self) -> String {
        [std::slice::from_ref(&self.line), self.parts.as_slice()].concat().join(" — ")
    }
}

/// Replaces, hunk by hunk (`@@` between them), lines that must stand once in the file; an empty line stays one.
fn edited(title: &str, text: &str, hunks: &[String]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for hunk in hunks.split(|line| line == "@@") {
        let odd = hunk.iter().find(|line| !line.is_empty() && !line.starts_with(['-', '+', ' ']));
        assert!(odd.is_none(), "{title}: a line of a change begins with `-`, `+` or a space, not as {odd:?}");
        let side = |sign: char| -> Vec<String> {
            let of = |line: &&String| line.starts_with(sign) || line.starts_with(' ') || line.is_empty();
            hunk.iter().filter(of).map(|line| line.get(1..).unwrap_or_default().to_owned()).collect()
        };
        let (old, new) = (side('-'), side('+'));
        assert!(!old.is_empty(), "{title}: a change without a line that is there already");
        let places: Vec<usize> = (0..lines.len()).filter(|n| lines[*n..].starts_with(&old)).collect();
        let [place] = places[..] else { panic!("{title}: {old:?} stands {} times", places.len()) };
        lines.splice(place..place + old.len(), new);
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_change_replaces_what_stands_once() {
        assert_eq!(edited("t", "a\n\nb\nc\n", &lines(" a\n\n-b\n+d\n@@\n-c\n+e")), "a\n\nd\ne\n");
    }

    #[test]
    #[should_panic(expected = "begins with `-`, `+` or a space")]
    fn a_line_of_a_change_without_its_sign_is_refused() {
        edited("t", "a\nb\n", &lines("-a\nb"));
    }

    #[test]
    #[should_panic(expected = "two blocks of findings")]
    fn a_case_has_one_block_of_findings() {
        let page = lines("## t\nWords.\n```findings\nnone\n```\n```findings\nnone\n```");
        drop(Case::read("p.md", &page, 0..page.len()));
    }
}
