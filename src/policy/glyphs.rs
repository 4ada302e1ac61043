//! Which characters can be printed: those of the fonts inside the program.
//!
//! In: a text. Out: the first part of it that no document can show, or the text with such parts made visible. The rule it
//! keeps: what passes here is printed, so that nobody learns of an empty box when the document is needed.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

/// The table, compared with the fonts by a test of the typesetter.
const TABLE: &str = include_str!("glyphs.txt");

/// What stands in the place of a character that cannot be shown, as Japanese printers have it.
const GETA: char = '〓';

/// First and last of characters that follow each other.
type Ranges = Vec<(u32, u32)>;

/// What the fonts have.
struct Glyphs {
    characters: Ranges,
    /// By selector, the characters that have a form under it.
    forms: Vec<(u32, Ranges)>,
}

impl Glyphs {
    /// The table, read when it is first needed.
    fn get() -> &'static Glyphs {
        static GLYPHS: OnceLock<Glyphs> = OnceLock::new();
        GLYPHS.get_or_init(|| {
            let (mut characters, mut forms): (Ranges, Vec<(u32, Ranges)>) = (Ranges::new(), Vec::new());
            let number = |digits: &str| u32::from_str_radix(digits, 16).unwrap_or_default();
            for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
                if let Some(selector) = line.strip_prefix("+ ") {
                    forms.push((number(selector), Ranges::new()));
                    continue;
                }
                let ranges = forms.last_mut().map_or(&mut characters, |(_, ranges)| ranges);
                ranges.extend(line.split(' ').map(|range| {
                    let (first, last) = range.split_once('-').unwrap_or((range, range));
                    (number(first), number(last))
                }));
            }
            Glyphs { characters, forms }
        })
    }

    fn has(&self, c: char) -> bool {
        within(&self.characters, c)
    }

    fn has_form(&self, c: char, selector: char) -> bool {
        self.forms.iter().any(|(of, ranges)| *of == u32::from(selector) && within(ranges, c))
    }
}

fn within(ranges: &Ranges, c: char) -> bool {
    let c = u32::from(c);
    let after = ranges.partition_point(|(first, _)| *first <= c);
    after > 0 && ranges[after - 1].1 >= c
}

/// Characters of nearly every text, which the fonts have.
fn is_common(c: char) -> bool {
    matches!(c, ' '..='~' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '、' | '。' | '\n')
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Characters without a shape of their own: spaces and line ends of every kind, and those that say how others join, or
/// which way they run. They are printed as room, or not at all.
fn is_shapeless(c: char) -> bool {
    let is_room = c.is_whitespace() && c != '\u{1680}';
    let is_silent = matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}')
        || matches!(c, '\u{2066}'..='\u{206F}' | '\u{E0001}');
    is_room || is_silent
}

fn has(c: char) -> bool {
    is_common(c) || is_shapeless(c) || Glyphs::get().has(c)
}

/// Returns the bytes of the first part of a text that no document can show: a character, or one with the selector of a
/// form that the fonts lack.
pub fn unshown(text: &str) -> Option<Range<usize>> {
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let after = at + c.len_utf8();
        match rest.peek() {
            Some((_, next)) if !has(c) && is_selector(*next) => return Some(at..after + next.len_utf8()),
            _ if !has(c) && (at == 0 || !is_selector(c)) => return Some(at..after),
            Some((_, next)) if is_selector(*next) && !Glyphs::get().has_form(c, *next) => {
                return Some(at..after + next.len_utf8());
            }
            _ => {}
        }
    }
    None
}

/// Returns a text that can be printed: where a part cannot, a mark and its code stand, `〓(U+20BB7)`. Beside a mark, a space
/// the fonts lack is a plain one, and what only says how letters join or run is left out.
pub fn shown(text: &str) -> Cow<'_, str> {
    let Some(_) = unshown(text) else { return Cow::Borrowed(text) };
    let is_plain = |c: char| is_common(c) || !is_shapeless(c) || Glyphs::get().has(c);
    let room = |c: char| if is_plain(c) { Some(c) } else { c.is_whitespace().then_some(' ') };
    let text: &str = &text.chars().filter_map(room).collect::<String>();
    let first = unshown(text);
    let (mut shown, mut rest, mut next) = (String::new(), text, first);
    while let Some(Range { start, end }) = next {
        shown.push_str(&rest[..start]);
        shown.push_str(&format!("{GETA}({})", codes(&rest[start..end])));
        rest = &rest[end..];
        next = unshown(rest);
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// Returns whether a character has no shape of its own, so that no font is asked for it.
#[cfg(test)]
pub(crate) fn is_left_out(c: char) -> bool {
    is_shapeless(c) || is_selector(c)
}

/// Returns the codes of a text's characters, such as `U+9089 U+E010F`.
pub fn codes(text: &str) -> String {
    text.chars().map(|c| format!("U+{:04X}", u32::from(c))).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_without_a_glyph_is_found_and_made_visible() {
        let cases = [
            ("吉田 太郎", None, "吉田 太郎"),
            ("\u{20BB7}田", Some(0..4), "〓(U+20BB7)田"),
            ("渡\u{9089}\u{E0100}様", None, "渡\u{9089}\u{E0100}様"),
            ("渡\u{9089}\u{E010F}様", Some(3..10), "渡〓(U+9089 U+E010F)様"),
            ("a\u{0}b\u{1b}", Some(1..2), "a〓(U+0000)b〓(U+001B)"),
            ("✔ 済", Some(0..3), "〓(U+2714) 済"),
            ("\u{FFFD}\u{FE0F}\t\u{202E}x", Some(0..6), "〓(U+FFFD U+FE0F) x"),
            ("\u{E000}\u{E0001}\u{E0100}", Some(0..3), "〓(U+E000 U+E0100)"),
            ("한국", Some(0..3), "〓(U+D55C)〓(U+AD6D)"),
        ];
        for (text, first, made) in cases {
            assert_eq!((unshown(text), shown(text).as_ref()), (first, made), "{text:?}");
            assert_eq!(unshown(made), None, "{made:?}");
        }
    }
}
