//! The page of real mistakes shows what hokan says, and says it still.
//!
//! In: `docs/mistakes.md`: for each mistake the YAML before, the message, the YAML after. Out: nothing, or the message as
//! it is now. The rule it keeps: what stands there as the YAML after is the example charity's own policy.

use hokan::diag::{self, Locale, Sources};

use super::{WRITE, charity, check, repository};

const PAGE: &str = "docs/mistakes.md";

/// A block of the page: what it is, the file it belongs to, its lines, and where they stand.
struct Block {
    kind: String,
    file: String,
    lines: Vec<String>,
    at: std::ops::Range<usize>,
}

fn blocks(lines: &[String]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut n = 0;
    while n < lines.len() {
        if let Some(fence) = lines[n].strip_prefix("```") {
            let close = (n + 1..lines.len()).find(|n| lines[*n] == "```").unwrap();
            let (kind, file) = fence.split_once(' ').unwrap_or((fence, ""));
            let (kind, file) = (kind.to_owned(), file.to_owned());
            blocks.push(Block { kind, file, lines: lines[n + 1..close].to_vec(), at: n + 1..close });
            n = close;
        }
        n += 1;
    }
    blocks
}

/// The file with `after`, wherever it is indented to, replaced by `before`.
fn mistaken(text: &str, after: &[String], before: &[String]) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let stands = |n: usize, indent: &str| {
        let shown = after.iter().map(|line| if line.is_empty() { String::new() } else { format!("{indent}{line}") });
        lines[n..].len() >= after.len() && shown.zip(&lines[n..]).all(|(shown, line)| shown == **line)
    };
    let indents: Vec<String> = (0..12).map(|n| " ".repeat(n)).collect();
    let places: Vec<(usize, &String)> = (0..lines.len())
        .flat_map(|n| indents.iter().map(move |indent| (n, indent)))
        .filter(|(n, indent)| stands(*n, indent))
        .collect();
    let [(place, indent)] = places[..] else { panic!("{after:?} stands {} times", places.len()) };
    let before = before.iter().map(|line| format!("{indent}{line}"));
    let kept = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let all = kept(&lines[..place]).into_iter().chain(before).chain(kept(&lines[place + after.len()..]));
    all.map(|line| format!("{line}\n")).collect()
}

/// What hokan says about the mistake.
fn said(sources: &Sources, locale: Locale) -> Vec<String> {
    let report = check(sources).0;
    assert!(!report.findings().is_empty());
    diag::text(&report, sources, locale, false).trim_end().lines().map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn the_messages_of_the_page_are_true() {
    let text = std::fs::read_to_string(repository(PAGE)).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let writes = std::env::var(WRITE).is_ok_and(|value| value == "write");
    let blocks = blocks(&lines);
    let (mut sets, mut told, mut wrong) = (0, Vec::new(), Vec::new());
    let mut messages: Vec<&Block> = Vec::new();
    let mut before: Option<&Block> = None;
    for block in &blocks {
        match (block.kind.as_str(), before) {
            ("text" | "ja", _) => messages.push(block),
            ("yaml", None) => before = Some(block),
            ("yaml", Some(earlier)) => {
                let mut sources = charity::sources();
                let file = sources.get_mut(&earlier.file).unwrap();
                *file = mistaken(file, &block.lines, &earlier.lines);
                for message in messages.drain(..) {
                    let locale = if message.kind == "ja" { Locale::Japanese } else { Locale::English };
                    told.push((message.at.clone(), said(&sources, locale), &message.lines));
                }
                (sets, before) = (sets + 1, None);
            }
            (kind, _) => panic!("what is a block of `{kind}`?"),
        }
    }
    for (at, now, shown) in told.iter().rev() {
        if now != *shown {
            wrong.push(format!("line {}:\n{}", at.start, now.join("\n")));
        }
        lines.splice(at.clone(), now.clone());
    }
    if writes {
        std::fs::write(repository(PAGE), lines.join("\n") + "\n").unwrap();
    }
    assert!(writes || wrong.is_empty(), "{PAGE} shows other words:\n{}", wrong.join("\n"));
    assert!(sets >= 6, "only {sets} mistakes are shown");
}
