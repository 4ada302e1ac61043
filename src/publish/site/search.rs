//! The search of the site: what every page says, heading by heading, as a file that the reader's browser looks into.
//!
//! In: a printed page and the places on it. Out: [`Entry`]s, and `search-index.js` made of them. The rule it keeps: the
//! words are read from the pages as they were printed, so that whatever a template prints is found.

use std::collections::BTreeMap;

use html5gum::{StartTag, Token, Tokenizer};
use serde::Serialize;

/// Tags that stand within a sentence: no space is put in their place.
const WITHIN_WORDS: [&[u8]; 3] = [b"a", b"code", b"time"];

/// The most characters of an entry that the contents of the site show.
const BEGINNING: usize = 80;

/// A place on a page that has a link of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) anchor: String,
    /// The number of a heading; none for a row of a table.
    pub(super) number: Option<String>,
    pub(super) title: String,
    /// The legal duty a heading answers.
    pub(super) duty: Option<String>,
    /// How far it stands below the page, from 1.
    pub(super) depth: u8,
}

/// What stands at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Entry {
    pub(super) href: String,
    pub(super) page: String,
    /// The heading; empty for what stands before the first of them.
    pub(super) title: String,
    pub(super) text: String,
}

impl Entry {
    /// Returns the first words.
    pub(super) fn beginning(&self) -> String {
        match self.text.char_indices().nth(BEGINNING) {
            Some((end, _)) => format!("{}…", self.text[..end].trim_end()),
            None => self.text.clone(),
        }
    }
}

/// Returns what a page says: first what stands before its first heading, then one entry for each spot.
pub(super) fn entries(file: &str, page: &str, spots: &[Spot], html: &[u8]) -> Vec<Entry> {
    let places: BTreeMap<&[u8], usize> =
        spots.iter().enumerate().map(|(index, spot)| (spot.anchor.as_bytes(), index + 1)).collect();
    let texts = texts(&places, spots.len() + 1, html);
    let before = (file.to_owned(), String::new(), None, false);
    let each = spots.iter().map(|spot| {
        let is_row = spot.number.is_none();
        (format!("{file}#{}", spot.anchor), spot.title.clone(), spot.duty.as_deref(), is_row)
    });
    let places = std::iter::once(before).chain(each).zip(texts);
    let entries = places.map(|((href, title, duty, is_row), text)| {
        let words = duty.into_iter().chain(text.split_whitespace()).collect::<Vec<_>>().join(" ");
        // A row begins with its title, which an entry says once.
        let text = words.strip_prefix(&title).filter(|_| is_row).map_or(&*words, str::trim_start).to_owned();
        Entry { href, page: page.to_owned(), title, text }
    });
    entries.collect()
}

/// Returns the words of the main part of a page by place, headings and contents left out.
fn texts(places: &BTreeMap<&[u8], usize>, count: usize, html: &[u8]) -> Vec<String> {
    // What stands before the main part is long, the same on every page, and says nothing of its own.
    let html = html.windows(5).position(|part| part == b"<main").map_or(&[][..], |main| &html[main..]);
    let mut texts = vec![String::new(); count];
    let (mut place, mut is_main, mut skipped) = (0, false, 0_usize);
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag) => {
                is_main |= &**tag.name == b"main";
                skipped += usize::from(is_for_finding(&tag.name));
                place = place_of(&tag, places).unwrap_or(place);
                space(&mut texts[place], &tag.name);
            }
            Token::EndTag(tag) if &**tag.name == b"main" => break,
            Token::EndTag(tag) => {
                skipped = skipped.saturating_sub(usize::from(is_for_finding(&tag.name)));
                space(&mut texts[place], &tag.name);
            }
            Token::String(text) if is_main && skipped == 0 => texts[place].push_str(&String::from_utf8_lossy(&text)),
            Token::String(_) | Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    texts
}

fn place_of(tag: &StartTag<()>, places: &BTreeMap<&[u8], usize>) -> Option<usize> {
    places.get(tag.attributes.get(&b"id"[..])?.as_slice()).copied()
}

fn space(text: &mut String, tag: &[u8]) {
    if !WITHIN_WORDS.contains(&tag) {
        text.push(' ');
    }
}

/// Whether a tag holds what leads to words and is not among them: headings, which entries have already, contents, and the
/// opening, which says the same on every page.
fn is_for_finding(tag: &[u8]) -> bool {
    matches!(tag, [b'h', b'1'..=b'6'] | b"nav" | b"header")
}

/// Returns the file in which the script of the search looks: a list of address, page, heading and words.
pub(super) fn index<'a>(entries: impl Iterator<Item = &'a Entry>) -> serde_json::Result<Vec<u8>> {
    let rows: Vec<[&str; 4]> = entries.map(|entry| [&*entry.href, &*entry.page, &*entry.title, &*entry.text]).collect();
    Ok(format!("globalThis.siteIndex = {};\n", serde_json::to_string(&rows)?).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(anchor: &str, title: &str) -> Spot {
        Spot { anchor: anchor.into(), number: None, title: title.into(), duty: None, depth: 1 }
    }

    #[test]
    fn words_stand_at_the_place_that_is_nearest_above() {
        let html = r##"<header>menu</header><main><header><h1>Page</h1><p>Today</p></header><nav><h2>Contents</h2><a href="#a">First</a></nav>
            <p>Before &amp; all</p>
            <section id="a"><h2><span>1</span> First</h2><p>One<br>two <a href="x">thr</a>ee.</p>
            <table><tr id="row"><th>Row</th><td>cell</td></tr></table></section>
            <section id="b"><h2><span>2</span> Checks</h2><p>Checks are made.</p></section></main><footer>foot</footer>"##;
        let first = Spot { number: Some("1".into()), duty: Some("[Article 1]".into()), ..spot("a", "First") };
        let next = Spot { number: Some("2".into()), ..spot("b", "Checks") };
        let spots = [first, spot("row", "Row"), next];
        let entries = entries("p.html", "Page", &spots, html.as_bytes());
        let told: Vec<(&str, &str, &str)> =
            entries.iter().map(|entry| (&*entry.href, &*entry.title, &*entry.text)).collect();
        assert_eq!(
            told,
            [
                ("p.html", "", "Before & all"),
                ("p.html#a", "First", "[Article 1] One two three."),
                ("p.html#row", "Row", "cell"),
                ("p.html#b", "Checks", "Checks are made."),
            ]
        );
    }

    #[test]
    fn a_beginning_ends_at_a_character() {
        let long =
            Entry {
                href: String::new(), page: String::new(), title: String::new(), text: "𠮷".repeat(BEGINNING + 1)
            };
        assert_eq!(long.beginning(), format!("{}…", "𠮷".repeat(BEGINNING)));
        let short = Entry { text: "𠮷".repeat(BEGINNING), ..long };
        assert_eq!(short.beginning(), short.text);
    }

    #[test]
    fn the_index_is_a_script_of_plain_data() {
        let entry =
            Entry { href: "a".into(), page: "b".into(), title: "c\"</script>".into(), text: "d\u{2028}".into() };
        let script = String::from_utf8(index(std::iter::once(&entry)).unwrap()).unwrap();
        let data = script.strip_prefix("globalThis.siteIndex = ").unwrap().strip_suffix(";\n").unwrap();
        let rows: Vec<[String; 4]> = serde_json::from_str(data).unwrap();
        assert_eq!(rows, [["a", "b", "c\"</script>", "d\u{2028}"]]);
    }
}
