//! Individual Numbers in texts: where one stands, and how a column of them is masked.
//!
//! In: bytes. Out: places and counts, masked bytes. The rule it keeps: a number itself is never returned, printed or put
//! into an error; one random number of twelve digits in ten passes the check, so that a finding is a place to look at.

/// What a masked cell holds.
const MASK: &str = "************";

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// All of it, as text.
    Text,
    /// Its bytes alone: what a picture or a compressed document shows, nobody looked at.
    Bytes,
}

impl Looked {
    /// Returns its word.
    pub fn word(self) -> &'static str {
        match self {
            Looked::Text => "text",
            Looked::Bytes => "bytes",
        }
    }
}

/// What looks like an Individual Number: the line, from 1, and the character in it.
pub type Place = (u64, u64);

/// Returns how `bytes` could be looked at and every place that looks like an Individual Number.
pub fn individual_numbers(bytes: &[u8]) -> (Looked, Vec<Place>) {
    match text(bytes) {
        Some((text, _)) => (Looked::Text, places(&text, Looked::Text)),
        None => {
            let ascii: String =
                bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\u{fffd}' }).collect();
            (Looked::Bytes, places(&ascii, Looked::Bytes))
        }
    }
}

/// How a text was written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    Utf8,
    Utf8WithMark,
    ShiftJis,
    /// UTF-16 with its mark, which spreadsheets call "Unicode text".
    Utf16(Order),
}

/// Which byte of two comes first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

impl Order {
    const MARKS: [(&[u8], Order); 2] = [(b"\xff\xfe", Order::Little), (b"\xfe\xff", Order::Big)];

    fn read(self, bytes: &[u8]) -> Option<String> {
        let encoding = match self {
            Order::Little => encoding_rs::UTF_16LE,
            Order::Big => encoding_rs::UTF_16BE,
        };
        encoding.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
    }

    fn write(self, text: &str) -> Vec<u8> {
        let units = std::iter::once('\u{feff}').chain(text.chars()).collect::<String>();
        let bytes = units.encode_utf16().flat_map(|unit| match self {
            Order::Little => unit.to_le_bytes(),
            Order::Big => unit.to_be_bytes(),
        });
        bytes.collect()
    }
}

/// Reads bytes as text: without control characters other than white space, in UTF-8, Shift_JIS, or UTF-16 with its mark.
fn text(bytes: &[u8]) -> Option<(String, Written)> {
    let marked = Order::MARKS.iter().find_map(|(mark, order)| Some((bytes.strip_prefix(*mark)?, *order)));
    if let Some((rest, order)) = marked {
        let is_text = |text: &String| !text.chars().any(|c| c.is_control() && !c.is_whitespace());
        return order.read(rest).filter(is_text).map(|text| (text, Written::Utf16(order)));
    }
    let (rest, written) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (rest, Written::Utf8WithMark),
        None => (bytes, Written::Utf8),
    };
    let read = match std::str::from_utf8(rest) {
        Ok(text) => (text.to_owned(), written),
        Err(_) => {
            let text = encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes)?;
            (text.into_owned(), Written::ShiftJis)
        }
    };
    let is_binary = read.0.chars().any(|c| c.is_control() && !c.is_whitespace());
    (!is_binary).then_some(read)
}

/// A digit as people write it, half or full width.
fn digit(c: char) -> Option<u32> {
    match c {
        '０'..='９' => Some(c as u32 - '０' as u32),
        _ => c.to_digit(10),
    }
}

/// Returns how many Individual Numbers seem to stand in a text.
pub fn numbers_in(text: &str) -> usize {
    places(text, Looked::Text).len()
}

/// Returns a text in which the digits of what looks like an Individual Number are masked.
pub fn mask_numbers(text: &str) -> String {
    let found = places(text, Looked::Text);
    let (mut line, mut column, mut masked) = (1, 0, 0);
    let letters = text.chars().map(|c| {
        column += 1;
        if found.contains(&(line, column)) {
            masked = 12;
        }
        if c == '\n' {
            (line, column) = (line + 1, 0);
        }
        match digit(c) {
            Some(_) if masked > 0 => {
                masked -= 1;
                '*'
            }
            Some(_) | None => c,
        }
    });
    letters.collect()
}

/// One run of digits and what stands before it.
struct Run {
    place: Place,
    digits: Vec<u32>,
    /// The few characters that part it from the run before; nothing where there are more than [`WIDEST`].
    parted: Option<Vec<char>>,
}

/// The most characters between the groups of a number: ` - ` or `) (`.
const WIDEST: usize = 3;

/// Whether this one character between digits is how a number is written rather than the end of it. In a text that is
/// anything but a letter, what parts cells or the hour from the minute, and the end of a line; a document of another kind is full
/// of numbers with something between.
fn parts(c: char, looked: Looked) -> bool {
    match (c, looked) {
        (' ' | '-' | '　' | '－' | '‐' | '–' | '−' | '・' | 'ー', _) => true,
        (_, Looked::Bytes) | (',' | '\t' | ':' | '：' | '\n' | '\r', _) => false,
        (_, Looked::Text) => !c.is_alphanumeric(),
    }
}

/// Returns where twelve digits that end in their check digit begin: in one run, or in several that follow each other.
fn places(text: &str, looked: Looked) -> Vec<Place> {
    let runs = runs(text);
    let mut found = Vec::new();
    for (n, first) in runs.iter().enumerate() {
        let mut digits = first.digits.clone();
        let mut last = n;
        let is_parted = |run: &&Run| run.parted.as_ref().is_some_and(|gap| gap.iter().all(|c| parts(*c, looked)));
        let mut next = runs[n + 1..].iter().take_while(is_parted);
        // 1234-5678-9012 is known in anything; 1_2_3… or 123456/789012 only in a text, and 1234 - 5678 - 9012, too.
        let in_fours = |run: &Run| {
            let is_close = run.parted.as_ref().is_some_and(|gap| gap.len() == 1);
            let is_four = run.digits.len() == 4 && first.digits.len() == 4;
            match looked {
                Looked::Text => is_close || is_four,
                Looked::Bytes => is_close && is_four,
            }
        };
        while digits.len() < 12
            && let Some(run) = next.next()
            && in_fours(run)
        {
            digits.extend(&run.digits);
            last += 1;
        }
        if is_number(&digits) && !runs[n..=last].windows(3).any(is_date) {
            found.push(first.place);
        }
    }
    found
}

/// Whether three runs are a year, a month and a day: a date and what stands beside it are no number.
fn is_date(runs: &[Run]) -> bool {
    let value = |run: &Run| run.digits.iter().fold(0, |value, digit| value * 10 + digit);
    let [year, month, day] = runs else { return false };
    year.digits.len() == 4
        && (1900..2100).contains(&value(year))
        && month.digits.len() <= 2
        && (1..=12).contains(&value(month))
        && day.digits.len() <= 2
        && (1..=31).contains(&value(day))
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let (mut line, mut column) = (1, 0);
    // What stands between the last digit and here, as far as it matters.
    let mut between: Vec<char> = Vec::new();
    for c in text.chars() {
        column += 1;
        match (digit(c), runs.last_mut()) {
            (Some(digit), Some(run)) if between.is_empty() => run.digits.push(digit),
            (Some(digit), _) => {
                let gap = std::mem::take(&mut between);
                let parted = (1..=WIDEST).contains(&gap.len()).then_some(gap);
                runs.push(Run { place: (line, column), digits: vec![digit], parted });
            }
            (None, _) => {
                if between.len() <= WIDEST {
                    between.push(c);
                }
                if c == '\n' {
                    (line, column) = (line + 1, 0);
                }
            }
        }
    }
    runs
}

/// Whether twelve digits end in their check digit.
///
/// # Source
/// Ordinance 85/2014 of the Ministry of Internal Affairs and Communications, article 5.
fn is_number(digits: &[u32]) -> bool {
    let [body @ .., check] = digits else { return false };
    if body.len() != 11 {
        return false;
    }
    let weights = (1..=11).map(|n: u32| if n <= 6 { n + 1 } else { n - 5 });
    let rest = body.iter().rev().zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>() % 11;
    *check == if rest <= 1 { 0 } else { 11 - rest }
}

/// A table whose numbers are masked.
pub struct Masked {
    /// Its bytes, in the encoding of the original.
    pub bytes: Vec<u8>,
    /// How many cells were masked.
    pub cells: u64,
}

/// Masks every cell of these columns of a CSV table.
///
/// # Errors
/// Says what hinders it; nothing of the table's content is in the words.
pub fn mask_columns(bytes: &[u8], columns: &[String]) -> Result<Masked, String> {
    let (text, written) =
        text(bytes).ok_or_else(|| "it is not a text in UTF-8, in Shift_JIS, or in UTF-16 with its mark".to_owned())?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let (mut masked, mut heads) = (Vec::new(), None);
    let mut cells = 0;
    for record in reader.records() {
        let record = record.map_err(|_| "it is not a CSV table".to_owned())?;
        if heads.is_none() {
            for column in columns {
                let place = record.iter().position(|head| head.trim() == column);
                masked.push(place.ok_or_else(|| format!("it has no column `{column}`"))?);
            }
            heads = Some(record.len());
            writer.write_record(&record).map_err(|_| "it cannot be written".to_owned())?;
            continue;
        }
        if heads != Some(record.len()) {
            let line = record.position().map_or(0, csv::Position::line);
            return Err(format!("line {line} has another number of cells than the first line"));
        }
        let row = record.iter().enumerate().map(|(n, cell)| match masked.contains(&n) && !cell.trim().is_empty() {
            true => {
                cells += 1;
                MASK
            }
            false => cell,
        });
        let row: Vec<&str> = row.collect();
        writer.write_record(row).map_err(|_| "it cannot be written".to_owned())?;
    }
    let text = writer.into_inner().map_err(|_| "it cannot be written".to_owned())?;
    let bytes = match written {
        Written::Utf8 => text,
        Written::Utf8WithMark => [b"\xef\xbb\xbf".as_slice(), &text].concat(),
        Written::ShiftJis => {
            let text = String::from_utf8(text).map_err(|_| "it cannot be written".to_owned())?;
            encoding_rs::SHIFT_JIS.encode(&text).0.into_owned()
        }
        Written::Utf16(order) => order.write(&String::from_utf8(text).map_err(|_| "it cannot be written".to_owned())?),
    };
    Ok(Masked { bytes, cells })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_samples_pass_and_every_other_check_digit_fails() {
        for sample in ["123456789018", "983205673214", "400000000009", "234567890121", "000000000140", "000000000060"] {
            let digits: Vec<u32> = sample.chars().filter_map(digit).collect();
            for check in 0..10 {
                let mut other = digits.clone();
                other[11] = check;
                assert_eq!(is_number(&other), check == digits[11], "{check}");
            }
        }
    }

    #[test]
    fn a_number_is_found_in_every_way_people_write_it() {
        for text in [
            "x123456789018y",
            "1234-5678-9018",
            "1234 5678 9018",
            "１２３４５６７８９０１８",
            "１２３４－５６７８－９０１８",
            "1234ー5678ー9018",
            "1234_5678_9018",
            "123456-789018",
            "12345678 9018",
            "1 2 3 4 5 6 7 8 9 0 1 8",
            "1234/5678.9018",
            "番号：1234|5678|9018、",
            "1234 - 5678 - 9018",
            "1234  5678  9018",
            "(1234)(5678)(9018)",
            "（１２３４）（５６７８）（９０１８）",
            "1234 5678  9018",
            "1234--5678-9018",
        ] {
            assert_eq!(individual_numbers(text.as_bytes()).1.len(), 1, "{text}");
        }
        assert_eq!(individual_numbers("a\nb 123456789018".as_bytes()), (Looked::Text, vec![(2, 3)]));
        for text in [
            "1234567890180",
            "123456789017",
            "1234    5678    9018",
            "123456  789018",
            "12 - 34 - 56 - 78 - 90 - 18",
            "1234, 5678, 9018",
            "1234 (a) 5678 9018",
            "1234,5678,9018",
            "1234\t5678\t9018",
            "1234:5678:9018",
            "1234\n5678\n9018",
            "1234a5678a9018",
            "1234の5678の9018",
            "2026-01-01 0030",
            "2026/01/01 00:30",
        ] {
            assert_eq!(individual_numbers(text.as_bytes()).1, [], "{text}");
        }
        let (looked, found) = individual_numbers(b"%PDF\x00\xff\xff 123456789018");
        assert_eq!((looked, found.len()), (Looked::Bytes, 1));
        let (looked, found) = individual_numbers(b"%PDF\x00 [123456 789018 0 0 6 1] 1234-5678-9018");
        assert_eq!((looked, found.len()), (Looked::Bytes, 1), "only what is written in fours");
    }

    #[test]
    fn utf_16_with_its_mark_is_a_text_and_without_it_is_none() {
        let text = "氏名,個人番号\r\n山田,1234-5678-9018\r\n";
        for order in [Order::Little, Order::Big] {
            let bytes = order.write(text);
            assert_eq!(individual_numbers(&bytes), (Looked::Text, vec![(2, 4)]));
            let masked = mask_columns(&bytes, &["個人番号".to_owned()]).unwrap();
            assert!(masked.bytes[..2] == bytes[..2] && masked.cells == 1);
            assert_eq!(individual_numbers(&masked.bytes), (Looked::Text, Vec::new()));
            assert_eq!(order.read(&masked.bytes[2..]).unwrap(), "氏名,個人番号\n山田,************\n");
            assert_eq!(individual_numbers(&bytes[2..]).0, Looked::Bytes);
            assert_eq!(individual_numbers(&bytes[..bytes.len() - 1]).0, Looked::Bytes, "half a letter at the end");
        }
    }

    #[test]
    fn a_number_in_a_text_is_masked_and_the_digits_around_it_stay() {
        for (text, expected) in [
            ("太郎 123456789018 様 12", "太郎 ************ 様 12"),
            ("1234-5678-9018", "****-****-****"),
            ("12\n１２３４５６７８９０１８", "12\n************"),
            ("123456789017", "123456789017"),
        ] {
            assert_eq!(mask_numbers(text), expected);
            assert_eq!(numbers_in(&mask_numbers(text)), 0);
        }
    }

    #[test]
    fn columns_are_masked_and_everything_else_stays() {
        let text = "氏名,個人番号,備考\n山田,123456789018,\"a,b\"\n佐藤,,\n";
        let columns = ["個人番号".to_owned()];
        let masked = mask_columns(text.as_bytes(), &columns).unwrap();
        assert_eq!(masked.cells, 1);
        assert_eq!(String::from_utf8(masked.bytes).unwrap(), "氏名,個人番号,備考\n山田,************,\"a,b\"\n佐藤,,\n");
        let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode(text);
        let masked = mask_columns(&shift_jis, &columns).unwrap();
        assert!(encoding_rs::SHIFT_JIS.decode(&masked.bytes).0.contains("山田,************"));
        assert!(mask_columns(text.as_bytes(), &["番号".to_owned()]).is_err());
        assert!(mask_columns("a,個人番号\n1\n".as_bytes(), &columns).is_err());
    }
}
