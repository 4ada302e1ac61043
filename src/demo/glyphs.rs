//! Letters drawn by strokes: the few that a scanned voucher must show readably, and marks that look like the rest.
//!
//! In: text or a length. Out: strokes on a canvas.
//! The rule it keeps: digits, amounts, dates and titles can be read; everything else is kana and strokes drawn at
//! random, so that no scan of the demo says anything about anybody.

use super::canvas::{Canvas, Colour, Place};
use super::chance::Chance;

/// Each letter's strokes on a field of 16 by 16: points as two hexadecimal digits (x, y), strokes parted by `;`.
const LETTERS: [(char, &str); 46] = [
    ('0', "51 91 b4 bc 9f 5f 3c 34 51"),
    ('1', "44 71 7f"),
    ('2', "34 51 91 b3 b6 3f bf"),
    ('3', "33 51 91 b3 b6 97 67;97 b9 bd 9f 5f 3d"),
    ('4', "91 2b cb;91 9f"),
    ('5', "b1 41 37 97 ba bd 9f 5f 3d"),
    ('6', "a1 61 37 3d 5f 9f bd ba 98 58 3a"),
    ('7', "31 b1 6f"),
    ('8', "51 91 b3 b5 98 58 35 33 51;58 3a 3d 5f 9f bd ba 98"),
    ('9', "b6 98 58 36 33 51 91 b3 b9 8f 4f"),
    (',', "8c 9d 9e 7f"),
    ('.', "7e 7f"),
    (':', "75 76;7b 7c"),
    ('-', "49 b9"),
    ('/', "c0 3f"),
    ('¥', "21 78 7f;c1 78;38 b8;3b bb"),
    ('日', "31 3f;31 c1 cf;38 c8;3f cf"),
    ('月', "41 4a 1f;41 d1 df bf;45 d5;49 d9"),
    ('年', "40 14;33 e3;47 d7;47 4b;0b fb;83 8f"),
    ('円', "21 2f;21 d1 df bf;28 d8;81 88"),
    ('金', "80 17;80 f7;46 b6;2a da;86 8e;4b 5d;cb ad;0e fe"),
    ('合', "80 16;80 f6;56 b6;39 3f;39 d9 df;3f df"),
    ('計', "30 41;03 73;16 66;19 69;1c 1f;1c 6c 6f;1f 6f;87 f7;b1 bf"),
    ('請', "30 41;03 63;15 55;18 58;1b 1f;1b 5b 5f;1f 5f;72 f2;85 e5;68 f8;b0 b8;8a 8f;8a ea ef cf;8b eb;8d ed"),
    ('求', "14 e4;80 8f 6e;b1 d2;38 5a;1e 6b;c7 9a;8a ee"),
    ('領', "40 06;40 86;35 65;18 78 5c;2b 6f;91 f1;c1 b3;a3 ad;a3 e3 ed;a6 e6;aa ea;ad ed;bd 9f;dd ff"),
    ('収', "23 2b 6a;62 6f;93 e3 7f;a5 fe"),
    ('書', "32 c2 c6;04 f4;36 c6;28 d8;0a fa;80 8a;4c 4f;4c bc bf;4d bd;4f bf"),
    ('様', "04 64;30 3f;35 0b;35 68;a0 b2;e0 d2;83 f3;95 e5;77 f7;b3 bf 9f;79 9a 7d;f9 ca;ba fe"),
    ('事', "02 f2;34 37;34 c4 c7;37 c7;29 c9 cd;0b fb;2d cd;80 8f 6e"),
    ('故', "04 74;40 48;18 1e;18 68 6e;1e 6e;a0 75;94 f4;d4 7f;98 ff"),
    ('発', "31 71 08;12 34;90 c6 f8;e1 b3;f4 d5;47 b7;1a ea;57 5a 2f;a7 ae fe fc"),
    ('生', "30 05;23 e3;28 d8;0e fe;80 8e"),
    ('状', "50 5f;12 34;0a 58;75 f5;a0 a5 7f;a6 ff;d1 e3"),
    ('況', "11 33;06 28;0e 39;71 77;71 e1 e7;77 e7;97 8a 6f;c7 ce fe fb"),
    ('報', "02 72;40 45;05 75;16 28;66 58;08 78;0b 7b;45 4f;91 9f;91 e1 e5 c5;97 e7 9f;a9 ff"),
    ('告', "30 14;23 d3;80 87;07 f7;3a 3f;3a ca cf;3f cf"),
    ('念', "80 15;80 f5;55 a5;47 b7 89;3b 1e;5a 5e be bc;8a 99;cb ed"),
    ('現', "01 61;41 4d;07 67;0e 6c;81 89;81 e1 e9;84 e4;86 e6;89 e9;a9 9c 7f;c9 ce fe fc"),
    ('場', "04 64;30 3d;0e 6b;81 86;81 e1 e6;83 e3;86 e6;68 f8;98 6c;8a ea df bf;ba 8f;da ae"),
    ('見', "41 4a;41 c1 ca;44 c4;47 c7;4a ca;6a 6c 1f;9a 9e ee ec"),
    ('取', "01 81;21 2c;61 6f;24 64;28 68;0d 6b;92 e2 7f;95 fe"),
    ('図', "11 1f;11 e1 ef;1f ef;43 55;83 95;c3 3c;47 cc"),
    ('振', "04 64;40 4f 2e;0a 69;81 f1;81 8a 6f;a3 e3;76 f6;96 9e;9d bb;b6 fe;e8 ca"),
    ('込', "21 43;06 26 2c;2c 0f;2c 5e fe;71 91 5b;91 eb"),
    ('印', "60 13;13 1d;18 68;1d 6d;83 e3 eb cb;83 8f"),
];

/// Kana, drawn in the same way; made-up text is full of them, as Japanese text is.
const KANA: [&str; 36] = [
    "84 6c 3b 26 52 a1 e5 db 9f",
    "41 68;c3 47 2b 4f df",
    "41 4c 6f bc",
    "b1 38 cf",
    "33 3a 5d;b4 d9",
    "41 48;a1 ab 7f",
    "24 84;51 3e;95 d5;8b 9e de",
    "14 e3 98 8b bf",
    "31 3d;74 d4;7b 7e de",
    "31 3d;75 e5;a1 ae 7f 6c ee",
    "24 e4;71 7d 4f 2c 88 d9 df",
    "32 c2 5a d9 bf 6f",
    "25 d5;81 8a 5d 78 8c 6f",
    "14 95;51 3f;75 a8 9e;c3 ea",
    "26 c5;84 48 b8 c6;47 4d df",
    "51 4b;23 a4;b6 4b 3f cd",
    "24 c4;27 d8;71 a9 3b 6f cf",
    "13 53 28 2d 7f bd b4 e9",
    "c1 2f",
    "c1 17;86 8f",
    "51 5f;57 c9",
    "61 2f;a1 ee",
    "34 c4;1d ed",
    "34 c4 ce;3d ce",
    "34 3e;34 c4 ce;3d ce",
    "c1 1f;45 bc",
    "51 27;52 d2 6f",
    "71 4f;33 e3;b4 8f",
    "24 d4;81 87 3f",
    "51 5a 1f;a1 ae ea",
    "41 4f d8",
    "22 56;1f e4",
    "22 c2 1f;88 df",
    "31 c1;15 e5;85 7a 4f",
    "22 d2 bb 5f",
    "23 d3 8a;59 9d",
];

/// The first kanji in the table of letters.
const FIRST_KANJI: usize = 16;

/// Where the level strokes of a made-up kanji's part may lie, as shares of its height.
const BARS: [&[f32]; 4] = [&[0.15, 0.5, 0.85], &[0.25, 0.6], &[0.1, 0.38, 0.66, 0.94], &[0.3]];

/// How a line of text is set.
#[derive(Clone, Copy)]
pub(super) struct Type {
    /// The height of a letter in millimetres.
    pub(super) size: f32,
    /// The width of a stroke in millimetres.
    pub(super) weight: f32,
    pub(super) ink: Colour,
}

impl Type {
    /// Returns a type of `size` millimetres in `ink`, with strokes as heavy as printed text has.
    pub(super) fn printed(size: f32, ink: Colour) -> Type {
        Type { size, weight: size * 0.075, ink }
    }

    /// Returns a bold type of `size` millimetres in `ink`.
    pub(super) fn bold(size: f32, ink: Colour) -> Type {
        Type { size, weight: size * 0.12, ink }
    }
}

/// Draws `text` from its upper left corner; a letter that is not in the table becomes a mark. Returns its right end.
pub(super) fn write(canvas: &mut Canvas, at: Place, text: &str, set: Type, chance: &mut Chance) -> f32 {
    let mut left = at.0;
    for letter in text.chars() {
        match LETTERS.iter().find(|known| known.0 == letter) {
            Some((_, strokes)) => draw(canvas, (left, at.1), strokes, set),
            None if letter == ' ' => {}
            None => mark(canvas, (left, at.1), set, chance),
        }
        left += advance(letter) * set.size;
    }
    left
}

/// Draws `text` so that it ends at `right`.
pub(super) fn write_to(canvas: &mut Canvas, right: Place, text: &str, set: Type, chance: &mut Chance) {
    let width: f32 = text.chars().map(|letter| advance(letter) * set.size).sum();
    write(canvas, (right.0 - width, right.1), text, set, chance);
}

/// Draws `count` letters that only look like text.
pub(super) fn marks(canvas: &mut Canvas, at: Place, count: u32, set: Type, chance: &mut Chance) {
    (0..count).for_each(|place| mark(canvas, (at.0 + place as f32 * set.size * 1.06, at.1), set, chance));
}

fn advance(letter: char) -> f32 {
    if letter.is_ascii() || letter == '¥' { 0.72 } else { 1.1 }
}

fn draw(canvas: &mut Canvas, corner: Place, strokes: &str, set: Type) {
    let unit = set.size / 16.0;
    let place = |point: &str| {
        let coordinate = |at: usize| point[at..=at].chars().next().and_then(|digit| digit.to_digit(16)).unwrap_or(0);
        (corner.0 + coordinate(0) as f32 * unit, corner.1 + coordinate(1) as f32 * unit)
    };
    for stroke in strokes.split(';') {
        let points: Vec<Place> = stroke.split(' ').map(place).collect();
        canvas.strokes(&points, set.weight, set.ink);
    }
}

/// Draws one letter that says nothing: a kana, a kanji, or a made-up kanji of two parts.
fn mark(canvas: &mut Canvas, corner: Place, set: Type, chance: &mut Chance) {
    let size = set.size;
    if chance.happens(42) {
        let inner = (corner.0 + size * 0.08, corner.1 + size * 0.12);
        let strokes = *chance.pick(&KANA);
        return draw(canvas, inner, strokes, Type { size: size * 0.84, ..set });
    }
    if chance.happens(45) {
        return draw(canvas, corner, chance.pick(&LETTERS[FIRST_KANJI..]).1, set);
    }
    if chance.happens(65) {
        part(canvas, corner, (size * 0.36, size), set, chance);
        part(canvas, (corner.0 + size * 0.46, corner.1), (size * 0.5, size), set, chance);
    } else {
        part(canvas, corner, (size * 0.95, size * 0.42), set, chance);
        part(canvas, (corner.0 + size * 0.08, corner.1 + size * 0.5), (size * 0.8, size * 0.48), set, chance);
    }
}

/// Draws one part of a made-up kanji in its box.
fn part(canvas: &mut Canvas, corner: Place, size: Place, set: Type, chance: &mut Chance) {
    let (left, top, right, bottom) = (corner.0, corner.1, corner.0 + size.0, corner.1 + size.1);
    let middle = (left + right) / 2.0;
    let down = |share: f32| top + size.1 * share;
    for share in *chance.pick(&BARS) {
        canvas.stroke((left, down(*share)), (right, down(*share)), set.weight, set.ink);
    }
    match chance.between(0, 3) {
        0 => canvas.stroke((middle, top), (middle, bottom), set.weight, set.ink),
        1 => canvas.frame((left, down(0.1)), (size.0, size.1 * 0.8), set.weight, set.ink),
        2 => {
            canvas.stroke((middle, top), (left, bottom), set.weight, set.ink);
            canvas.stroke((middle, down(0.4)), (right, bottom), set.weight, set.ink);
        }
        _ => {
            canvas.stroke((middle, top), (middle, down(0.6)), set.weight, set.ink);
            canvas.stroke((middle, down(0.6)), (left, bottom), set.weight, set.ink);
        }
    }
}

/// Draws the red seal of a company (square) or a person (round).
pub(super) fn seal(canvas: &mut Canvas, centre: Place, radius: f32, shape: Seal, chance: &mut Chance) {
    let red = super::canvas::RED;
    let set = Type { size: radius * 0.72, weight: radius * 0.09, ink: red };
    match shape {
        Seal::Round => {
            canvas.ring(centre, radius, radius * 0.11, red);
            for row in 0..2 {
                let top = centre.1 - radius * 0.8 + row as f32 * radius * 0.84;
                mark(canvas, (centre.0 - radius * 0.36, top), set, chance);
            }
        }
        Seal::Square => {
            let side = radius * 2.0;
            canvas.frame((centre.0 - radius, centre.1 - radius), (side, side), radius * 0.1, red);
            for (column, row) in [(1, 0), (1, 1), (0, 0), (0, 1)] {
                let left = centre.0 - radius * 0.86 + column as f32 * radius * 0.92;
                let top = centre.1 - radius * 0.84 + row as f32 * radius * 0.92;
                mark(canvas, (left, top), set, chance);
            }
        }
    }
}

/// The shape of a seal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seal {
    Round,
    Square,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kanji_follow_the_signs() {
        assert_eq!(LETTERS[FIRST_KANJI].0, '日');
    }

    #[test]
    fn every_letter_of_the_table_lies_on_its_field() {
        for (letter, strokes) in LETTERS.into_iter().chain(KANA.map(|strokes| ('ア', strokes))) {
            for point in strokes.split([';', ' ']) {
                assert_eq!(point.len(), 2, "{letter}");
                assert!(point.chars().all(|digit| digit.is_ascii_hexdigit()), "{letter}");
            }
        }
    }
}
