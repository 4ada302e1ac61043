//! `text.direction`: a file has a character that turns the direction in which others are shown.
//!
//! In: the texts of the files. Out: findings. The rule it keeps: each such character is shown at its own place, in a comment as
//! well.

use crate::diag::{Finding, Place, Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// A file has a character that turns the direction in which others are shown.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "text.direction",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "A policy file has a character that turns the direction in which others are shown.",
        ja: "方針のファイルに、文字の並ぶ向きを変える制御文字があります。",
    },
    why: Words {
        en: "Nobody sees it, and what stands behind it is shown in another order than it is read: a reviewer approves something else than what holds.",
        ja: "目に見えず、その後の文字が実際とは違う順に表示されるため、確認した内容と実際の内容が食い違います。",
    },
    example: "text: { ja: …, en: \"kept for \\u202E5 years\" }",
    fix: Words { en: "Remove the character.", ja: "その文字を取り除いてください。" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("ja: 審査, en: Review }", "ja: 審\u{202e}査, en: Review }", "\u{202e}")];

/// Reports such characters, those of a text that the file writes as numbers with the text.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for (file, text) in lint.files() {
        for place in places(file, text) {
            let letter = &text[place.bytes()];
            lint.send(finding(place, letter).replace_by(""));
        }
    }
    for text in lint.texts() {
        let turning = text.text.match_indices(is_turning).next();
        let Some((at, letter)) = turning else { continue };
        if lint.span(text, at..at + letter.len()).is_none() {
            lint.send(finding(lint.place(&text.path), letter));
        }
    }
}

/// The places of such characters in a file.
fn places(file: &str, text: &str) -> Vec<Place> {
    if !text.contains(is_turning) {
        return Vec::new();
    }
    let (mut places, mut line, mut column, mut last) = (Vec::new(), 1, 1, ' ');
    for (start, c) in text.char_indices().skip_while(|(start, c)| *start == 0 && *c == '\u{feff}') {
        if is_turning(c) {
            places.push(Place { file: file.to_owned(), line, column, start, end: start + c.len_utf8() });
        }
        match c {
            '\n' if last == '\r' => {}
            '\n' | '\r' => (line, column) = (line + 1, 1),
            _ => column += 1,
        }
        last = c;
    }
    places
}

fn finding(place: Place, letter: &str) -> Finding {
    let code = letter.escape_unicode();
    let found = said!(
        "`{code}` turns the direction in which what follows is shown",
        "`{code}`は、その後の文字が並ぶ向きを変える制御文字です"
    );
    Finding::at(&RULE, place, found)
}

/// Embeddings, overrides and isolates of the Unicode bidirectional algorithm, and what ends them.
fn is_turning(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_that_of_the_character_whatever_ends_the_lines() {
        for text in ["a: b\nc: \u{202e}d\n", "\u{feff}a: b\r\nc: \u{202e}d\r\n", "a: b\rc: \u{202e}d"] {
            let found = places("p.yaml", text);
            let [place] = &found[..] else { panic!("{found:?}") };
            assert_eq!((place.line, place.column), (2, 4), "{text:?}");
            assert_eq!(*place, Place::of_bytes("p.yaml", text, place.bytes()));
        }
        assert!(places("p.yaml", "a: \u{200e}b").is_empty());
    }
}
