//! Makes what cannot be written down in a page: files that are huge, deep, or no text at all.
//!
//! In: what a file holds so far, instructions in order. Out: its bytes. The rule it keeps: the words below are all there
//! are; the README of the book explains them.

/// Carries out the instructions, one a line.
pub fn generated(before: Vec<u8>, instructions: &[String]) -> Vec<u8> {
    instructions.iter().fold(before, |bytes, line| instruction(bytes, line))
}

fn instruction(mut bytes: Vec<u8>, line: &str) -> Vec<u8> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    match word {
        "line" => bytes.extend(format!("{rest}\n").into_bytes()),
        "repeat" => bytes.extend(repeated(rest).into_bytes()),
        "key" => bytes.extend(format!("{}: x\n", "k".repeat(number(rest))).into_bytes()),
        "scalar" => bytes.extend(format!("principles: \"{}\"\n", "x".repeat(number(rest))).into_bytes()),
        "stars" => bytes.extend(notice_every(&"* ".repeat(number(rest))).into_bytes()),
        "id" => {
            bytes.extend(format!("terms:\n  - {{ id: {}, ja: 語, en: word }}\n", "a".repeat(number(rest))).into_bytes())
        }
        "lists" => {
            bytes.extend(format!("terms: {}{}\n", "[".repeat(number(rest)), "]".repeat(number(rest))).into_bytes())
        }
        "open-lists" => bytes.extend(format!("terms: {}\n", "[".repeat(number(rest))).into_bytes()),
        "maps" => {
            let depth = number(rest);
            bytes.extend(format!("rules: {}1{}\n", "{ a: ".repeat(depth), " }".repeat(depth)).into_bytes());
        }
        "dashes" => bytes.extend(format!("terms:\n  {}x\n", "- ".repeat(number(rest))).into_bytes()),
        "indented" => bytes.extend(indented(number(rest)).into_bytes()),
        "aliases" => bytes.extend(laughs(number(rest)).into_bytes()),
        "bytes" => bytes.extend(rest.split(' ').map(|pair| u8::from_str_radix(pair, 16).unwrap())),
        "bom" => bytes.splice(0..0, "\u{feff}".bytes()).for_each(drop),
        "crlf" => bytes = text(bytes).replace('\n', "\r\n").into_bytes(),
        "cr" => bytes = text(bytes).replace('\n', "\r").into_bytes(),
        "no-last-newline" => drop(bytes.pop()),
        "utf-16" => bytes = [0xfeff].into_iter().chain(text(bytes).encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        "shift-jis" => bytes = encoding_rs::SHIFT_JIS.encode(&text(bytes)).0.into_owned(),
        unknown => panic!("`{unknown}` is not an instruction of the book"),
    }
    bytes
}

fn number(written: &str) -> usize {
    written.parse().unwrap_or_else(|_| panic!("`{written}` is not a number"))
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("text first, encoding last")
}

/// `N LINE`: the line N times, its number in place of `#`.
fn repeated(rest: &str) -> String {
    let (count, line) = rest.split_once(' ').unwrap_or_else(|| panic!("`repeat {rest}` has no line"));
    (1..=number(count)).map(|n| format!("{}\n", line.replace('#', &n.to_string()))).collect()
}

/// Maps within maps, each a line further down and a space further in.
fn indented(depth: usize) -> String {
    (0..depth).map(|n| format!("{}a:\n", " ".repeat(n))).collect()
}

/// A notice that is printed on a schedule.
fn notice_every(schedule: &str) -> String {
    let keys = "title: { ja: 知らせ, en: Notice }, audience: public, template: notices/announcement.typ";
    format!("notices:\n  - {{ id: often, {keys}, when: {{ schedule: \"{schedule}\" }} }}\n")
}

/// The billion laughs: each line is nine times the line before.
fn laughs(levels: usize) -> String {
    let first = "l0: &l0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n".to_owned();
    let line = |n: usize| format!("l{n}: &l{n} [{}]\n", vec![format!("*l{}", n - 1); 9].join(", "));
    first + &(1..levels).map(line).collect::<String>()
}
