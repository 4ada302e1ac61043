//! Whatever happens to the text of a policy, it is answered: never a panic, never a place outside of the file.
//!
//! In: the valid set and the files of the shipped example, changed at random. Out: findings with true places. The rule it
//! keeps: no text is too strange to be checked. `PROPTEST_CASES=100000` makes the run longer.

use proptest::prelude::*;
use proptest::sample::Index;

use super::{FILE, VALID, check};
use crate::diag::{self, Locale, Place, Sources};

/// Characters and words that mean something to YAML, or look as if they did.
const NASTY: [&str; 42] = [
    ":", ": ", " ", "  ", "\t", "\n", "\r", "\r\n", "\n\n", "-", "- ", "#", " #", "{", "}", "[", "]", ",", "\"", "'",
    "|", ">", "&", "*", "!", "%", "@", "`", "?", "? ", "---\n", "...\n", "<<: ", "~", "\u{0}", "\u{7}", "\u{feff}",
    "\u{202e}", "\u{3000}", "\u{2028}", "：", "é",
];

#[derive(Clone, Debug)]
enum Change {
    DeleteLine(Index),
    RepeatLine(Index),
    SwapLines(Index, Index),
    Insert(Index, Index),
    Cut(Index, usize),
    Indent(Index, usize),
    Outdent(Index),
    SwapValues(Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    prop_oneof![
        index().prop_map(Change::DeleteLine),
        index().prop_map(Change::RepeatLine),
        (index(), index()).prop_map(|(a, b)| Change::SwapLines(a, b)),
        (index(), index()).prop_map(|(at, what)| Change::Insert(at, what)),
        (index(), 1..40usize).prop_map(|(at, length)| Change::Cut(at, length)),
        (index(), 1..5usize).prop_map(|(at, by)| Change::Indent(at, by)),
        index().prop_map(Change::Outdent),
        (index(), index()).prop_map(|(a, b)| Change::SwapValues(a, b)),
    ]
}

/// Makes one change; a place inside a character moves to its beginning.
fn changed(text: &str, change: &Change) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if lines.is_empty() {
        return text.to_owned();
    }
    let floor = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    match change {
        Change::DeleteLine(at) => drop(lines.remove(at.index(lines.len()))),
        Change::RepeatLine(at) => {
            let at = at.index(lines.len());
            lines.insert(at, lines[at].clone());
        }
        Change::SwapLines(a, b) => {
            let (a, b) = (a.index(lines.len()), b.index(lines.len()));
            lines.swap(a, b);
        }
        Change::Insert(at, what) => {
            let at = floor(at.index(text.len() + 1));
            return format!("{}{}{}", &text[..at], what.get(&NASTY), &text[at..]);
        }
        Change::Cut(at, length) => {
            let from = floor(at.index(text.len() + 1));
            let to = floor((from + length).min(text.len()));
            return format!("{}{}", &text[..from], &text[to.max(from)..]);
        }
        Change::Indent(at, by) => {
            let at = at.index(lines.len());
            lines[at].insert_str(0, &" ".repeat(*by));
        }
        Change::Outdent(at) => {
            let at = at.index(lines.len());
            lines[at] = lines[at].strip_prefix(' ').unwrap_or(&lines[at]).to_owned();
        }
        Change::SwapValues(a, b) => swap_values(&mut lines, a, b),
    }
    lines.concat()
}

/// Swaps what stands behind the keys of two lines.
fn swap_values(lines: &mut [String], a: &Index, b: &Index) {
    let (a, b) = (a.index(lines.len()), b.index(lines.len()));
    let parts = |line: &str| line.split_once(": ").map(|(key, value)| (key.to_owned(), value.to_owned()));
    if let (Some((key_a, value_a)), Some((key_b, value_b))) = (parts(&lines[a]), parts(&lines[b])) {
        lines[a] = format!("{key_a}: {value_b}");
        lines[b] = format!("{key_b}: {value_a}");
    }
}

/// The valid set in one file, and the shipped example in many.
fn sets() -> Vec<Sources> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/policies");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        (format!("policies/{name}"), std::fs::read_to_string(&path).unwrap())
    };
    vec![Sources::from([(FILE.to_owned(), VALID.to_owned())]), files.map(read).collect()]
}

/// Whether line, column and bytes of a place are one place in its file.
fn is_true(place: &Place, sources: &Sources) -> bool {
    let Some(text) = sources.get(&place.file).filter(|text| text.get(place.start..place.end).is_some()) else {
        return false;
    };
    // A byte order mark in front is no column, and a carriage return alone ends a line as well.
    let before = text[..place.start].trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (place.line as usize, place.column as usize) == (line, column)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered_at_true_places(
        is_shipped in any::<bool>(),
        file in any::<Index>(),
        changes in prop::collection::vec(change(), 1..5),
    ) {
        let mut sources = sets().swap_remove(usize::from(is_shipped));
        let names: Vec<String> = sources.keys().cloned().collect();
        let text = sources.get_mut(file.get(&names)).unwrap();
        *text = changes.iter().fold(text.clone(), |text, change| changed(&text, change));
        let (report, set) = check(&sources);
        prop_assert_eq!(set.is_none(), report.has_errors());
        for place in report.findings().iter().flat_map(|finding| &finding.places) {
            prop_assert!(is_true(place, &sources), "{:?}\n{:#?}", place, report.findings());
        }
        for locale in [Locale::English, Locale::Japanese] {
            prop_assert_eq!(diag::text(&report, &sources, locale, false).is_empty(), report.findings().is_empty());
        }
    }
}
