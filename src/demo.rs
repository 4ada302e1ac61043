//! The demo's records: about 300 files as the fictional みなと健康保険組合 would file them, and some that are refused.
//!
//! In: today's date and a seed. Out: paths, contents and sidecars, as values; the caller writes them to disk.
//! The rule it keeps: the same day and seed give the same bytes, every date in a path lies in the past, and nothing
//! is real: no member, no number, no place. Of the 300 records, 111 are past their period on arrival; three more of
//! each of the classes `checkups`, `eligibility` and `third-party-acts` become so by the [`events`].

mod benefits;
mod canvas;
mod chance;
mod checkup;
mod forms;
mod glyphs;
mod past;
mod people;
mod photo;
mod refused;
mod scans;
mod shelves;
mod tables;

use serde_json::Value;

use crate::calendar::Date;

use past::Past;

pub use refused::{DemoRefused, refused};

/// The seed of the demo that is shown.
pub const SEED: u64 = 8;

/// The member whose records are put on hold; seven of them are past their period.
pub const HELD: &str = "M1004217";

/// Why the records of [`HELD`] are put on hold.
pub const HOLD_REASON: &str = "損害賠償請求訴訟の証拠として保全するため";

/// The member who moved to another insurer.
pub const MOVED: &str = "M1007730";

/// The member who lost the qualification long ago.
pub const LOST: &str = "M1002046";

/// A file of the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoFile {
    /// Where it lies below the folder of records, with `/` between the parts.
    pub path: String,
    /// What stands in it.
    pub content: DemoContent,
    /// The YAML of the sidecar beside it, if it has one; it repeats what the path says.
    pub sidecar: Option<String>,
}

/// What stands in a file of the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DemoContent {
    /// These bytes.
    Bytes(Vec<u8>),
    /// A PDF, to be typeset from this data with the template `notices/document.typ`: `title`, `number`, `date`,
    /// `fields` (a list of label and value), `paragraphs` and `stamp`.
    Document(Value),
}

/// An event that the demo reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoEvent {
    /// The member or case it happened to.
    pub subject: String,
    /// The id of the declared date.
    pub event: &'static str,
    /// The day it happened.
    pub date: Date,
}

/// Returns the files of the demo, sorted by path.
///
/// `today` should lie after 1950, so that fifteen years back there is still a calendar.
pub fn records(today: Date, seed: u64) -> Vec<DemoFile> {
    shelves::filled(Past { today }, seed)
}

/// Returns the events to report, after which waiting records are due: [`MOVED`], [`LOST`] and a settled case.
pub fn events(today: Date) -> Vec<DemoEvent> {
    let past = Past { today };
    vec![
        DemoEvent { subject: MOVED.to_owned(), event: "moved-to-other-insurer", date: past.moved() },
        DemoEvent { subject: LOST.to_owned(), event: "qualification-lost", date: past.lost() },
        DemoEvent { subject: past.settled_case(), event: "settled", date: past.settled() },
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::LazyLock;

    use super::*;
    use crate::Digest;
    use crate::calendar::{MonthDay, Starting, first_day_allowed};

    const TODAY: &str = "2026-11-22";

    /// The files of one day, made once for all tests.
    static FILES: LazyLock<Vec<DemoFile>> = LazyLock::new(|| records(today(), SEED));

    fn today() -> Date {
        TODAY.parse().unwrap()
    }

    fn bytes(file: &DemoFile) -> Option<&[u8]> {
        match &file.content {
            DemoContent::Bytes(bytes) => Some(bytes),
            DemoContent::Document(_) => None,
        }
    }

    fn class(file: &DemoFile) -> &str {
        file.path.split('/').next().unwrap()
    }

    /// What a path says, read by hand: the date its rule counts from, and the subject. Panics where the shape is wrong.
    fn read(path: &str) -> (Date, Option<String>) {
        let parts: Vec<&str> = path.split('/').collect();
        let name = *parts.last().unwrap();
        let subject = |text: &str| {
            assert!(!text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric()), "{path}");
            Some(text.to_owned())
        };
        let last_of = |text: &str| format!("{text}-01").parse::<Date>().unwrap().last_of_month();
        let ends = |ending: &str| assert!(name.ends_with(ending), "{path}");
        let dated = |name: &str| {
            assert_eq!(&name[10..11], "-", "{path}");
            name[..10].parse::<Date>().unwrap()
        };
        let (date, subject, depth) = match parts[0] {
            "receipts" => (last_of(parts[1]), subject(name.split_once('-').unwrap().0), 3),
            "checkups" | "cash-benefits" | "requests" => {
                (parts[1].parse().unwrap(), subject(name.split_once('-').unwrap().0), 3)
            }
            "eligibility" | "third-party-acts" => (dated(name), subject(parts[1]), 3),
            "vouchers" => {
                let year: i32 = parts[1].strip_prefix("FY").unwrap().parse().unwrap();
                (Date::from_ymd(year + 1, 3, 31).unwrap(), None, 3)
            }
            "provision-records" | "minutes" => (dated(name), None, 2),
            "access-logs" => (last_of(parts[1]), None, 3),
            other => panic!("{other} is no class"),
        };
        ends(match parts[0] {
            "receipts" | "provision-records" | "access-logs" => ".csv",
            "checkups" => ".xml",
            "third-party-acts" | "vouchers" => ".png",
            _ => ".pdf",
        });
        assert_eq!(parts.len(), depth, "{path}");
        (date, subject)
    }

    /// The period and starting rule of the classes that count from a date in the path.
    fn rule(class: &str) -> Option<(&'static str, Starting)> {
        match class {
            "receipts" => Some(("P5Y", Starting::MonthEnd)),
            "checkups" | "cash-benefits" => Some(("P5Y", Starting::FiscalYearEnd)),
            "vouchers" => Some(("P10Y", Starting::FiscalYearEnd)),
            "requests" => Some(("P5Y", Starting::NextDay)),
            "provision-records" => Some(("P3Y", Starting::NextDay)),
            "access-logs" => Some(("P1Y", Starting::MonthEnd)),
            _ => None,
        }
    }

    fn is_due(file: &DemoFile, today: Date) -> bool {
        let Some((period, starting)) = rule(class(file)) else { return false };
        let allowed = first_day_allowed(read(&file.path).0, period.parse().unwrap(), starting, MonthDay::APRIL_1);
        allowed.unwrap() <= today
    }

    fn texts(file: &DemoFile) -> Vec<String> {
        fn strings(value: &Value) -> Vec<String> {
            match value {
                Value::String(text) => vec![text.clone()],
                Value::Array(list) => list.iter().flat_map(strings).collect(),
                Value::Object(map) => map.values().flat_map(strings).collect(),
                Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
            }
        }
        let mut texts = vec![file.path.clone()];
        match &file.content {
            DemoContent::Document(value) => texts.extend(strings(value)),
            DemoContent::Bytes(bytes) => texts.extend(std::str::from_utf8(bytes).ok().map(str::to_owned)),
        }
        texts
    }

    /// Counts files, and files past their period, by class.
    fn counts(files: &[DemoFile], today: Date) -> BTreeMap<&str, (usize, usize)> {
        let mut counts = BTreeMap::new();
        for file in files {
            let count: &mut (usize, usize) = counts.entry(class(file)).or_default();
            count.0 += 1;
            count.1 += usize::from(is_due(file, today));
        }
        counts
    }

    #[test]
    fn there_are_three_hundred_files_over_ten_classes_and_111_are_past_their_period() {
        let expected = BTreeMap::from([
            ("access-logs", (24, 12)),
            ("cash-benefits", (40, 20)),
            ("checkups", (42, 10)),
            ("eligibility", (32, 0)),
            ("minutes", (20, 0)),
            ("provision-records", (18, 9)),
            ("receipts", (72, 40)),
            ("requests", (16, 8)),
            ("third-party-acts", (14, 0)),
            ("vouchers", (22, 12)),
        ]);
        assert_eq!(counts(&FILES, today()), expected);
        for day in ["2028-02-29", "2027-03-31", "2026-04-01"] {
            let today: Date = day.parse().unwrap();
            assert_eq!(counts(&records(today, 3), today), expected, "{day}");
        }
    }

    #[test]
    fn no_two_paths_and_no_two_contents_are_equal() {
        let paths: BTreeSet<&str> = FILES.iter().map(|file| file.path.as_str()).collect();
        let contents: BTreeSet<Digest> = FILES
            .iter()
            .map(|file| match &file.content {
                DemoContent::Bytes(bytes) => Digest::of(bytes),
                DemoContent::Document(value) => Digest::of(value.to_string().as_bytes()),
            })
            .collect();
        assert_eq!((paths.len(), contents.len()), (FILES.len(), FILES.len()));
        assert!(FILES.is_sorted_by_key(|file| &file.path));
    }

    #[test]
    fn dates_in_paths_lie_in_the_past() {
        for file in FILES.iter() {
            let (date, _) = read(&file.path);
            assert!(date < today() && date.year() >= 2010, "{}", file.path);
        }
    }

    #[test]
    fn sizes_run_from_hundreds_of_bytes_to_one_file_of_twenty_mebibytes() {
        let sizes: Vec<usize> = FILES.iter().filter_map(bytes).map(<[u8]>::len).collect();
        assert!(sizes.iter().all(|size| (200..=20 << 20).contains(size)), "{sizes:?}");
        assert_eq!(sizes.iter().filter(|size| **size >= 18 << 20).count(), 1, "{sizes:?}");
        assert_eq!(sizes.iter().filter(|size| (4 << 20..18 << 20).contains(*size)).count(), 0);
        assert!(sizes.iter().sum::<usize>() <= 60 << 20);
    }

    #[test]
    fn the_same_day_and_seed_give_the_same_files_and_another_seed_others() {
        assert!(records(today(), SEED) == *FILES);
        assert!(records(today(), SEED + 1) != *FILES);
    }

    #[test]
    fn checkups_are_well_formed() {
        let is_xml = |file: &&DemoFile| file.path.ends_with(".xml");
        for file in FILES.iter().filter(is_xml) {
            let text = std::str::from_utf8(bytes(file).unwrap()).unwrap();
            let text = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").unwrap();
            let mut open = Vec::new();
            for tag in text.split('<').skip(1) {
                let (inside, after) = tag.split_once('>').unwrap();
                assert!(!after.contains(['>', '&']) && inside.matches('"').count().is_multiple_of(2), "{}", file.path);
                if let Some(name) = inside.strip_prefix('/') {
                    assert_eq!(open.pop(), Some(name), "{}", file.path);
                } else if !inside.ends_with('/') {
                    open.push(inside.split(' ').next().unwrap());
                }
            }
            assert!(open.is_empty(), "{}", file.path);
        }
    }

    #[test]
    fn tables_have_as_many_fields_in_each_row_as_in_the_header() {
        for file in FILES.iter().filter(|file| file.path.ends_with(".csv")) {
            let text = std::str::from_utf8(bytes(file).unwrap()).unwrap();
            let fields: BTreeSet<usize> = text.lines().map(|row| row.split(',').count()).collect();
            assert!(fields.len() == 1 && fields.first() >= Some(&5), "{}", file.path);
            assert!(text.lines().count() >= 2 && !text.contains('"'), "{}", file.path);
        }
    }

    #[test]
    fn pictures_can_be_decoded() {
        for file in FILES.iter().filter(|file| file.path.ends_with(".png")) {
            let mut reader = png::Decoder::new(std::io::Cursor::new(bytes(file).unwrap())).read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            let frame = reader.next_frame(&mut pixels).unwrap();
            let is_blank = pixels.iter().all(|value| value.abs_diff(pixels[0]) < 40);
            assert!(frame.width >= 300 && frame.height >= 300 && !is_blank, "{}", file.path);
        }
    }

    #[test]
    fn documents_have_what_their_template_asks_for() {
        let documents: Vec<&Value> = FILES
            .iter()
            .filter_map(|file| match &file.content {
                DemoContent::Document(value) => Some(value),
                DemoContent::Bytes(_) => None,
            })
            .collect();
        assert_eq!(documents.len(), 108);
        for document in documents {
            for name in ["title", "number", "date", "stamp"] {
                assert!(document[name].as_str().is_some_and(|text| !text.is_empty()), "{document}");
            }
            assert!(document["fields"].as_array().unwrap().iter().all(|field| field.as_array().unwrap().len() == 2));
            assert!(!document["paragraphs"].as_array().unwrap().is_empty());
        }
    }

    #[test]
    fn every_character_stands_in_jis_x_0208_level_1_or_2() {
        let is_known = |letter: char| {
            let mut buffer = [0; 4];
            let (encoded, _, is_lossy) = encoding_rs::SHIFT_JIS.encode(letter.encode_utf8(&mut buffer));
            // Row 13 (0x87) and the rows from 0xed on are vendors' extensions.
            !is_lossy && (encoded.len() == 1 || (encoded[0] != 0x87 && encoded[0] <= 0xea))
        };
        for text in FILES.iter().flat_map(texts) {
            let rare: String = text.chars().filter(|letter| !is_known(*letter)).collect();
            assert!(rare.is_empty(), "{rare} in {}", text.chars().take(80).collect::<String>());
        }
    }

    #[test]
    fn nothing_looks_like_an_individual_number() {
        for text in FILES.iter().flat_map(texts) {
            let longest = text.split(|letter: char| !letter.is_ascii_digit()).map(str::len).max();
            assert!(longest < Some(12) && !text.contains("個人番号"), "{}", text.chars().take(80).collect::<String>());
        }
    }

    #[test]
    fn the_held_member_has_seven_records_past_their_period() {
        let about = |file: &&DemoFile| read(&file.path).1.as_deref() == Some(HELD);
        assert_eq!(FILES.iter().filter(about).filter(|file| is_due(file, today())).count(), 7);
    }

    #[test]
    fn the_events_make_three_records_of_each_of_their_classes_due() {
        let after = |event: &DemoEvent| match event.event {
            "moved-to-other-insurer" => ("checkups", "P0D", Starting::NextFiscalYearEnd),
            "qualification-lost" => ("eligibility", "P5Y", Starting::NextDay),
            "settled" => ("third-party-acts", "P5Y", Starting::NextDay),
            other => panic!("{other} is no event of the example policies"),
        };
        for event in events(today()) {
            let (class_id, period, starting) = after(&event);
            let allowed = first_day_allowed(event.date, period.parse().unwrap(), starting, MonthDay::APRIL_1).unwrap();
            assert!(allowed <= today(), "{event:?}");
            let is_freed =
                |file: &&DemoFile| class(file) == class_id && read(&file.path).1 == Some(event.subject.clone());
            let freed: Vec<&DemoFile> = FILES.iter().filter(is_freed).collect();
            assert_eq!(freed.len(), 3, "{event:?}");
            assert!(freed.iter().all(|file| !is_due(file, today())), "{event:?}");
        }
    }

    #[test]
    fn a_sidecar_says_what_its_path_says() {
        let with = FILES.iter().filter_map(|file| file.sidecar.as_ref().map(|sidecar| (file, sidecar)));
        let mut count = 0;
        for (file, sidecar) in with {
            let (date, subject) = read(&file.path);
            assert!(sidecar.contains(&format!("class: {}\n", class(file))));
            assert!(
                sidecar.contains(&format!("subject: {}\n", subject.unwrap())) && sidecar.contains(&date.to_string())
            );
            count += 1;
        }
        assert_eq!(count, 6);
    }

    #[test]
    fn what_is_refused_is_none_of_the_records() {
        let paths: BTreeSet<&str> = FILES.iter().map(|file| file.path.as_str()).collect();
        for one in refused(today()) {
            let names = match one {
                DemoRefused::HardLink { path, other, .. } => vec![path, other],
                DemoRefused::Symlink { path, .. }
                | DemoRefused::Fifo { path }
                | DemoRefused::Empty { path }
                | DemoRefused::FutureDate { path, .. }
                | DemoRefused::NoSuchDate { path, .. }
                | DemoRefused::Unclassified { path, .. } => vec![path],
                DemoRefused::BadName { .. } => continue,
            };
            assert!(names.iter().all(|name| !paths.contains(name.as_str())), "{names:?}");
        }
    }
}
