//! A mirror of the site, compared with what the policies print.
//!
//! In: the files that are expected and those that were found. Out: every [`Difference`]. The rule it keeps: what programs
//! that mirror a site change for good reason (line ends, how a link is written, files nothing leads to) is no difference;
//! every other byte is. Where a link leads is what a browser makes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use html5gum::{StartTag, Token, Tokenizer};
use serde::Serialize;
use similar::{DiffableStr, TextDiff};
use url::Url;

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A page leads to the file, and it is not there.
    Missing,
    /// The site has no such file.
    Unexpected,
    /// It says something else.
    Changed,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    /// The file, below the root of the site.
    pub path: String,
    /// What differs.
    pub kind: Kind,
    /// Where in the file, from 1: the line of the mirror; none where the file as a whole differs.
    pub line: Option<usize>,
    /// What the policies print there.
    pub expected: Option<String>,
    /// What the mirror says there.
    pub found: Option<String>,
}

/// What a comparison came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// How many files were compared.
    pub compared: usize,
    /// The differences, by path and line.
    pub differences: Vec<Difference>,
    /// Files that no page leads to and that the mirror does not have.
    pub not_mirrored: Vec<String>,
}

/// Files by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Compares a mirror with the site; links of the mirror below the address `base` lead into the site.
pub fn compare(expected: &Files, found: &Files, base: Option<&str>) -> Comparison {
    let base = root(base);
    let base = base.as_ref();
    let linked = linked(expected, base);
    let mut comparison = Comparison::default();
    for (path, bytes) in expected {
        match found.get(path) {
            Some(there) => {
                comparison.compared += 1;
                comparison.differences.extend(changes(path, bytes, there, base));
            }
            None if linked.contains(path) => {
                comparison.differences.push(Difference::whole(path, Kind::Missing));
            }
            None => comparison.not_mirrored.push(path.clone()),
        }
    }
    let strange = found.keys().filter(|path| !expected.contains_key(*path) && !is_of_mirroring(path, expected));
    comparison.differences.extend(strange.map(|path| Difference::whole(path, Kind::Unexpected)));
    comparison.differences.sort();
    comparison
}

impl Difference {
    fn whole(path: &str, kind: Kind) -> Difference {
        Difference { path: path.to_owned(), kind, line: None, expected: None, found: None }
    }
}

/// Whether a file is one that mirroring brings along: the rules for robots, and the page as it was before its links were
/// rewritten.
fn is_of_mirroring(path: &str, expected: &Files) -> bool {
    path == "robots.txt" || path.strip_suffix(".orig").is_some_and(|page| expected.contains_key(page))
}

/// How a file is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Markup,
    Text,
    Bytes,
}

fn form(path: &str) -> Form {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html" | "xml") => Form::Markup,
        Some("css" | "js" | "json" | "txt" | "svg") => Form::Text,
        Some(_) => Form::Bytes,
        // `SHA256SUMS`.
        None => Form::Text,
    }
}

/// The address of a site whose address is not named: no host has it, and links that leave the site leave its folders.
const NOWHERE: &str = "https://site.invalid/0/1/2/3/4/5/6/7/";

/// Returns the address of the folder that a site lies in; none that is no address.
fn root(base: Option<&str>) -> Option<Url> {
    let base = base.unwrap_or(NOWHERE);
    Url::parse(&format!("{}/", base.trim_end_matches('/'))).ok()
}

/// Returns the differences of one file.
fn changes(path: &str, expected: &[u8], found: &[u8], base: Option<&Url>) -> Vec<Difference> {
    if expected == found {
        return Vec::new();
    }
    let (Ok(was), Ok(is)) = (std::str::from_utf8(expected), std::str::from_utf8(found)) else {
        return vec![Difference::whole(path, Kind::Changed)];
    };
    let (was, is) = (plain(was), plain(is));
    match form(path) {
        Form::Bytes => vec![Difference::whole(path, Kind::Changed)],
        Form::Text => lines(path, [&was, &is], [&was, &is]),
        Form::Markup => {
            let (was, is) = (Page::read(path, &was, base), Page::read(path, &is, base));
            let mut found = lines(path, [&was.text, &is.text], [&was.whole, &is.whole]);
            if found.is_empty() {
                let links = was.links.iter().zip(&is.links).filter(|(was, is)| was.to != is.to);
                found.extend(links.map(|(was, is)| Difference {
                    path: path.to_owned(),
                    kind: Kind::Changed,
                    line: Some(is.line),
                    expected: Some(was.to.clone()),
                    found: Some(is.to.clone()),
                }));
            }
            found
        }
    }
}

/// The text without what moving a file between systems changes.
fn plain(text: &str) -> String {
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n")
}

/// Compares two texts line by line, and shows the same lines of what they were taken from: one difference for each run of lines.
fn lines(path: &str, [was, is]: [&str; 2], [shown_was, shown_is]: [&str; 2]) -> Vec<Difference> {
    let diff = TextDiff::from_lines(was, is);
    let (shown_was, shown_is) = (shown_was.tokenize_lines(), shown_is.tokenize_lines());
    let side = |lines: &[&str], range: Range<usize>| {
        let lines: Vec<&str> = lines.get(range).unwrap_or_default().iter().map(|line| line.trim()).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    };
    let runs = diff.ops().iter().filter(|op| op.tag() != similar::DiffTag::Equal);
    let found = runs.map(|op| Difference {
        path: path.to_owned(),
        kind: Kind::Changed,
        line: Some(op.new_range().start + 1),
        expected: side(&shown_was, op.old_range()),
        found: side(&shown_is, op.new_range()),
    });
    found.collect()
}

/// A page with its links taken out.
struct Page {
    text: String,
    /// The page as it stands, with each link on one line: it has the lines of `text`.
    whole: String,
    links: Vec<Link>,
}

/// A link: where it leads, as a path below the root or else as an address, and on which line it stands.
struct Link {
    to: String,
    line: usize,
}

impl Page {
    /// Takes the links out of a page that hokan wrote: attributes stand in double quotes.
    fn read(path: &str, text: &str, base: Option<&Url>) -> Page {
        let mut page = Page { text: String::new(), whole: String::new(), links: Vec::new() };
        let address = base.and_then(|base| base.join(path).ok());
        let addresses = base.zip(address.as_ref());
        let mut links: Vec<usize> = LINKS.iter().flat_map(|link| text.match_indices(link)).map(ends).collect();
        links.sort_unstable();
        let (mut copied, mut line) = (0, 1);
        for value in links {
            // Words that look like an attribute may stand in a link.
            let Some(before) = text.get(copied..value) else { continue };
            let end = text[value..].find('"').map_or(text.len(), |end| value + end);
            line += before.matches('\n').count();
            page.text.push_str(before);
            page.whole.push_str(before);
            page.whole.push_str(&text[value..end].replace(['\r', '\n'], " "));
            page.links.push(Link { to: resolved(addresses, &text[value..end]), line });
            copied = end;
        }
        page.text.push_str(&text[copied..]);
        page.whole.push_str(&text[copied..]);
        page
    }
}

/// The attributes that are links.
const LINKS: [&str; 2] = [" href=\"", " src=\""];

/// Returns where what was found ends.
fn ends((at, found): (usize, &str)) -> usize {
    at + found.len()
}

/// Returns where browsers go for a link of a page, as a path below the root where it lies there; `addresses` are those of the
/// root and of the page. What is no link for them stays as it stands.
fn resolved(addresses: Option<(&Url, &Url)>, link: &str) -> String {
    let link = decoded(link);
    let Some((root, Ok(to))) = addresses.map(|(root, page)| (root, page.join(&link))) else { return link };
    to.as_str().strip_prefix(root.as_str()).unwrap_or(to.as_str()).to_owned()
}

/// Returns the value of an attribute as browsers read it.
fn decoded(value: &str) -> String {
    if !value.contains('&') {
        return value.to_owned();
    }
    let tag = format!("<a href=\"{value}\">");
    let value = Tokenizer::new(tag.as_str()).find_map(|Ok(token)| match token {
        Token::StartTag(StartTag { attributes, .. }) => attributes.get(&b"href"[..]).map(|value| value.to_vec()),
        Token::EndTag(_) | Token::String(_) | Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => None,
    });
    let value = value.map(|value| String::from_utf8_lossy(&value).into_owned());
    value.unwrap_or_default()
}

/// Returns the files that a page of the site leads to, and the pages that must be there in any case.
fn linked(site: &Files, base: Option<&Url>) -> BTreeSet<String> {
    let pages = site.iter().filter(|(path, _)| path.ends_with(".html"));
    let mut linked: BTreeSet<String> = pages
        .filter_map(|(path, bytes)| Some((path, std::str::from_utf8(bytes).ok()?)))
        .flat_map(|(path, text)| Page::read(path, text, base).links)
        .map(|link| link.to.split(['#', '?']).next().unwrap_or_default().to_owned())
        .collect();
    linked.insert("index.html".to_owned());
    linked
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<p><a href=\"../index.html\">home</a></p>\n<p>kept for 5 years</p>\n<a href=\"#top\">top</a>\n";

    const BASE: &str = "https://minato.example.jp/privacy/";

    fn site(page: &str) -> Files {
        let files = [("index.html", "<a href=\"ja/a.html\">a</a>\n"), ("ja/a.html", page), ("SHA256SUMS", "x")];
        files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect()
    }

    fn differences(page: &str) -> Vec<Difference> {
        compare(&site(PAGE), &site(page), Some(BASE)).differences
    }

    #[test]
    fn what_mirroring_changes_is_no_difference() {
        let rewritten = PAGE.replace("#top", "a.html#top").replace('\n', "\r\n");
        let absolute = PAGE.replace("../index.html", "https://minato.example.jp/privacy/index.html");
        let of_host = PAGE.replace("../index.html", "/privacy/index.html");
        let spelt = PAGE.replace("../index.html", "..&sol;ja/%2e%2e/./index.html");
        for page in [rewritten, absolute, of_host, spelt] {
            assert!(differences(&page).is_empty(), "{page}");
        }
        let mut mirror = site(PAGE);
        mirror.remove("SHA256SUMS");
        mirror.insert("robots.txt".to_owned(), b"User-agent: *".to_vec());
        mirror.insert("ja/a.html.orig".to_owned(), b"x".to_vec());
        let compared = compare(&site(PAGE), &mirror, None);
        assert_eq!((compared.differences, compared.not_mirrored), (vec![], vec!["SHA256SUMS".to_owned()]));
    }

    #[test]
    fn content_is_a_difference_with_its_line_and_both_texts() {
        let found = differences(&PAGE.replace("5 years", "3 years"));
        assert_eq!((found.len(), found[0].line, found[0].kind), (1, Some(2), Kind::Changed));
        assert_eq!(found[0].expected.as_deref(), Some("<p>kept for 5 years</p>"));
        assert_eq!(found[0].found.as_deref(), Some("<p>kept for 3 years</p>"));
    }

    #[test]
    fn a_difference_is_shown_with_the_links_in_it() {
        let found = differences(&PAGE.replace("<p>kept", "<base href=\"https://evil.example/\n\">\n<p>kept"));
        assert_eq!((found.len(), found[0].expected.as_deref()), (1, None), "{found:?}");
        assert_eq!(found[0].found.as_deref(), Some("<base href=\"https://evil.example/ \">"));
        let found = differences(&PAGE.replace("<a href=\"#top\">", "<a href='https://evil.example/'>"));
        assert_eq!(found[0].expected.as_deref(), Some("<a href=\"#top\">top</a>"));
        assert_eq!(found[0].found.as_deref(), Some("<a href='https://evil.example/'>top</a>"));
    }

    #[test]
    fn a_link_that_leads_elsewhere_is_a_difference() {
        for elsewhere in [
            "https://evil.example/index.html",
            "../ja/b.html",
            "https://minato.example.jp/privacy/index.html.bak",
            "//evil.example/../index.html",
            "//index.html",
            "\\\\index.html",
            "/\t/index.html",
            "/index.html",
            "../../index.html",
            "&sol;&sol;evil.example/../../index.html",
            "&#x2F;&#47;evil.example/../index.html",
            "&bsol;&bsol;evil.example/../index.html",
            "&Tab;//evil.example/../index.html",
            "javascript&colon;alert(1)/../index.html",
            "&sol;x/../index.html",
            "?/../index.html",
            "?x=/../../index.html",
            " javascript:alert(1)",
        ] {
            for base in [Some(BASE), None] {
                let found = compare(&site(PAGE), &site(&PAGE.replace("../index.html", elsewhere)), base).differences;
                assert_eq!((found.len(), found[0].line), (1, Some(1)), "{elsewhere}");
            }
        }
        let found = differences(&PAGE.replace("../index.html", "&sol;&sol;evil.example/../index.html"));
        let told = (found[0].expected.as_deref(), found[0].found.as_deref());
        assert_eq!(told, (Some("index.html"), Some("https://evil.example/index.html")));
    }

    #[test]
    fn a_page_that_is_missing_or_that_the_site_does_not_have_is_named() {
        let mut mirror = site(PAGE);
        mirror.remove("ja/a.html");
        mirror.insert("ja/offer.html".to_owned(), b"x".to_vec());
        let found = compare(&site(PAGE), &mirror, None).differences;
        let named: Vec<(&str, Kind)> = found.iter().map(|one| (one.path.as_str(), one.kind)).collect();
        assert_eq!(named, [("ja/a.html", Kind::Missing), ("ja/offer.html", Kind::Unexpected)]);
    }

    #[test]
    fn every_difference_of_a_page_is_named() {
        let found = differences(&PAGE.replace("5 years", "3 years").replace(">top<", ">bottom<"));
        assert_eq!(found.len(), 1, "neighbouring lines are one difference: {found:?}");
        let apart = PAGE.replace("</p>\n<a", "</p>\n<hr>\n<a");
        let changed = apart.replace("5 years", "3 years").replace(">top<", ">bottom<");
        assert_eq!(compare(&site(&apart), &site(&changed), None).differences.len(), 2);
    }

    #[test]
    fn a_pdf_is_compared_byte_by_byte() {
        let pdf = |bytes: &[u8]| Files::from([("a.pdf".to_owned(), bytes.to_vec())]);
        assert_eq!(compare(&pdf(b"%PDF\r\n"), &pdf(b"%PDF\n"), None).differences.len(), 1);
    }
}
