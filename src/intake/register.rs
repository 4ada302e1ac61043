//! Registers: tables that tell of boxes, binders and devices.
//!
//! In: the bytes of a register file, the accepted policy, what is known of the numbers in it. Out: its rows as facts, or
//! why the file is refused, with line and column. The rule it keeps: a register is read as a whole or not at all, so that
//! a row with a fault is never a box that is forgotten.

use std::collections::{BTreeMap, BTreeSet};

use super::names::unfit;
use crate::Digest;
use crate::calendar::Date;
use crate::diag::nearest;
use crate::policy::{Class, Encoding, Medium, PolicySet, Register};
use crate::rows;

/// A register that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterFile {
    /// Its rows, by number.
    pub rows: BTreeMap<String, RegisterRow>,
    /// The digest of the bytes that were read.
    pub digest: Digest,
}

/// What one row says of a box, binder or device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRow {
    /// Its line in the file, from 1.
    pub line: u64,
    /// The id of its class.
    pub class: String,
    /// Its medium.
    pub medium: Medium,
    /// Where it stands.
    pub place: String,
    /// What it is called.
    pub title: Option<String>,
    /// What a work order says of it besides.
    pub details: Vec<(String, String)>,
    /// Whom or what it is about.
    pub subjects: Vec<String>,
    /// Its dates; empty cells are dates that are not known yet.
    pub dates: BTreeMap<String, Date>,
}

/// What rows are compared with.
pub struct RegisterGrounds<'a> {
    /// The accepted policy.
    pub policy: &'a PolicySet,
    /// Today, in the organization's zone.
    pub today: Date,
    /// Numbers of this register that were disposed of, and what is said of that.
    pub gone: &'a BTreeMap<String, String>,
}

/// The most rows of one register.
const MOST_ROWS: usize = 1_000_000;

/// The longest text of one cell that is kept, in characters.
const MOST_CHARACTERS: usize = 300;

/// A refusal: a code and the reason in words.
pub type Refusal = (&'static str, String);

/// Returns the register a file belongs to: the folder of its path below `records`.
pub fn register_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Reads a register.
///
/// # Errors
/// Says what is wrong, with the line and the column.
pub fn read_register(
    name: &str,
    bytes: &[u8],
    columns: &Register,
    grounds: &RegisterGrounds<'_>,
) -> Result<RegisterFile, Refusal> {
    let table = table(name, bytes).map_err(|why| ("intake.register", why))?;
    let heads: BTreeSet<&str> = table.iter().flat_map(|row| &row.cells).map(|(head, _)| head.as_str()).collect();
    if let Some(missing) = columns.columns().find(|column| !heads.contains(column)) {
        let near = nearest(missing, heads.iter().copied()).map(|near| format!("; did you mean `{near}`?"));
        let why = format!("line 1: the column `{missing}` is missing{}", near.unwrap_or_default());
        return Err(("intake.register", why));
    }
    let mut rows: BTreeMap<String, RegisterRow> = BTreeMap::new();
    for cells in &table {
        let reading = Reading { cells, columns, grounds };
        let (number, row) = reading.row()?;
        if let Some(first) = rows.get(&number) {
            let why = format!("line {}: the number `{number}` stands in line {} already", row.line, first.line);
            return Err(("intake.register-number", why));
        }
        if let Some(gone) = grounds.gone.get(&number) {
            let why =
                format!("line {}: `{number}` {gone}: take the row out, or give the thing another number", row.line);
            return Err(("intake.register-gone", why));
        }
        rows.insert(number, row);
    }
    Ok(RegisterFile { rows, digest: Digest::of(bytes) })
}

/// The cells of one row by column, with its line.
struct Cells {
    line: u64,
    cells: Vec<(String, String)>,
}

/// One row and what it is read by.
struct Reading<'a> {
    cells: &'a Cells,
    columns: &'a Register,
    grounds: &'a RegisterGrounds<'a>,
}

impl Reading<'_> {
    fn row(&self) -> Result<(String, RegisterRow), Refusal> {
        let number = self.needed(&self.columns.number)?;
        let class = self.class()?;
        let optional = |column: &Option<String>| column.as_deref().map(|column| self.text(column)).transpose();
        let details = self.columns.details.iter().map(|column| Ok((column.clone(), self.text(column)?)));
        let subject = optional(&self.columns.subject)?.filter(|subject| !subject.is_empty());
        if let Some(subject) = subject.as_deref().filter(|subject| subject.contains(['.', '_', '-', '/'])) {
            let column = self.columns.subject.as_deref().unwrap_or_default();
            return Err(
                self.wrong(column, &format!("`{subject}` is not a subject (it may not hold `.`, `_`, `-` or `/`)"))
            );
        }
        let named = std::iter::once((&self.columns.number, &number));
        let subjects = self.columns.subject.iter().zip(&subject);
        if let Some((column, fault)) = named.chain(subjects).find_map(|(column, text)| Some((column, unfit(text)?))) {
            return Err(self.wrong(column, fault));
        }
        let row = RegisterRow {
            line: self.cells.line,
            class: class.id.clone(),
            medium: class.medium,
            place: self.needed(&self.columns.place)?,
            title: optional(&self.columns.title)?.filter(|title| !title.is_empty()),
            details: details.collect::<Result<_, Refusal>>()?,
            subjects: subject.into_iter().collect(),
            dates: self.dates()?,
        };
        Ok((number, row))
    }

    fn class(&self) -> Result<&Class, Refusal> {
        let (column, classes) = (&self.columns.class, &self.grounds.policy.classes);
        let said = self.needed(column)?;
        let titled = |class: &&Class| {
            let languages = &self.grounds.policy.organization.languages;
            languages.iter().any(|language| class.title.get(language) == said)
        };
        let by_id = classes.iter().find(|class| class.id == said || class.was.contains(&said));
        let found: Vec<&Class> = by_id.map_or_else(|| classes.iter().filter(titled).collect(), |class| vec![class]);
        match found.as_slice() {
            [class] if class.medium != Medium::Electronic => Ok(class),
            [class] => Err(self.wrong(
                column,
                &format!("the class `{}` is electronic: a register tells of paper and devices", class.id),
            )),
            [] => {
                let known = classes.iter().filter(|class| class.medium != Medium::Electronic);
                let near = nearest(&said, known.map(|class| class.id.as_str()));
                let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                Err(("intake.register-class", format!("{}: no class is called `{said}`{near}", self.at(column))))
            }
            [first, ..] => {
                let why = format!("several classes are called `{said}`: write the id, such as `{}`", first.id);
                Err(self.wrong(column, &why))
            }
        }
    }

    fn dates(&self) -> Result<BTreeMap<String, Date>, Refusal> {
        let mut dates = BTreeMap::new();
        for (name, column) in &self.columns.dates {
            let said = self.text(column)?;
            if said.is_empty() {
                continue;
            }
            let written = said.replace('/', "-");
            let date = written.parse::<Date>().or_else(|_| padded(&written).parse());
            let Ok(date) = date else {
                let why = format!("`{said}` is not a date (expected `2026-03-31` or `2026/3/31`)");
                return Err(("intake.register-date", format!("{}: {why}", self.at(column))));
            };
            if date > self.grounds.today {
                let why = format!("`{name}` is {date}, which lies in the future");
                return Err(("intake.future-date", format!("{}: {why}", self.at(column))));
            }
            dates.insert(name.clone(), date);
        }
        Ok(dates)
    }

    fn needed(&self, column: &str) -> Result<String, Refusal> {
        let text = self.text(column)?;
        if text.is_empty() { Err(self.wrong(column, "the cell is empty")) } else { Ok(text) }
    }

    fn text(&self, column: &str) -> Result<String, Refusal> {
        let cell = self.cells.cells.iter().find(|(head, _)| head == column).map_or("", |(_, text)| text.trim());
        if cell.chars().count() > MOST_CHARACTERS || cell.chars().any(char::is_control) {
            let why = format!("the cell is longer than {MOST_CHARACTERS} characters or holds a line break");
            return Err(self.wrong(column, &why));
        }
        Ok(cell.to_owned())
    }

    fn at(&self, column: &str) -> String {
        format!("line {}, column `{column}`", self.cells.line)
    }

    fn wrong(&self, column: &str, why: &str) -> Refusal {
        ("intake.register", format!("{}: {why}", self.at(column)))
    }
}

/// Writes a month and a day of one digit with two.
fn padded(date: &str) -> String {
    date.split('-').map(|part| format!("{part:0>2}")).collect::<Vec<_>>().join("-")
}

/// Reads the rows of a table, each cell under the head of its column.
fn table(name: &str, bytes: &[u8]) -> Result<Vec<Cells>, String> {
    let rows = match name.rsplit_once('.') {
        Some((_, "yaml" | "yml")) => yaml(bytes)?,
        _ => csv(bytes)?,
    };
    if rows.is_empty() {
        return Err("it has no rows: a register that lists nothing would forget every box in it".to_owned());
    }
    Ok(rows)
}

/// Reads a list of maps.
fn yaml(bytes: &[u8]) -> Result<Vec<Cells>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let rows = crate::policy::table(text)?;
    Ok(rows.into_iter().map(|(line, cells)| Cells { line, cells }).collect())
}

/// Reads lines of cells under a line of heads.
fn csv(bytes: &[u8]) -> Result<Vec<Cells>, String> {
    let text = rows::decode(bytes, Encoding::Utf8).or_else(|_| rows::decode(bytes, Encoding::ShiftJis));
    let text = text.map_err(|_| "it is neither UTF-8 nor Shift_JIS: save it as `CSV UTF-8`".to_owned())?;
    let table = rows::table(&text).map_err(|fault| fault.to_string())?;
    // Spreadsheets leave rows of empty cells behind.
    let full = table.rows.into_iter().filter(|row| row.values.iter().any(|cell| !cell.trim().is_empty()));
    let cells = |values: Vec<String>| table.names.iter().cloned().zip(values).collect();
    let rows: Vec<Cells> = full.map(|row| Cells { line: row.line, cells: cells(row.values) }).collect();
    match rows.len() > MOST_ROWS {
        true => Err(format!("it has more than {MOST_ROWS} rows: make several registers of it")),
        false => Ok(rows),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::sample::sample;

    fn columns() -> Register {
        Register {
            number: "箱番号".into(),
            class: "区分".into(),
            place: "場所".into(),
            title: Some("内容".into()),
            subject: None,
            details: Vec::new(),
            dates: BTreeMap::from([("completed".into(), "完結日".into())]),
        }
    }

    fn read(bytes: &[u8]) -> Result<RegisterFile, Refusal> {
        let (policy, gone) = (sample(), BTreeMap::from([("B-9".to_owned(), "was destroyed".to_owned())]));
        let grounds = RegisterGrounds { policy: &policy, today: "2026-11-28".parse().unwrap(), gone: &gone };
        read_register("registers/a/1.csv", bytes, &columns(), &grounds)
    }

    #[test]
    fn rows_are_read_by_the_heads_of_their_columns() {
        let text =
            "場所,区分,箱番号,内容,完結日,備考\nA棚,forms,B-1,平成27年度,2016/3/5,\nB棚,申請書の紙原本,B-2,,,x\n";
        let file = read(text.as_bytes()).unwrap();
        assert_eq!(file.rows["B-1"].dates["completed"].to_string(), "2016-03-05");
        assert_eq!((file.rows["B-2"].class.as_str(), file.rows["B-2"].dates.len()), ("forms", 0));
        let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode(text);
        assert_eq!(read(&shift_jis).unwrap().rows, file.rows);
        let yaml = "- { 箱番号: B-1, 区分: forms, 場所: A棚, 内容: 平成27年度, 完結日: 2016-03-05 }\n- { 箱番号: B-2, 区分: forms, 場所: B棚 }\n";
        let (policy, gone) = (sample(), BTreeMap::new());
        let grounds = RegisterGrounds { policy: &policy, today: "2026-11-28".parse().unwrap(), gone: &gone };
        let from_yaml = read_register("registers/a/1.yaml", yaml.as_bytes(), &columns(), &grounds).unwrap();
        assert_eq!(from_yaml.rows["B-1"].dates, file.rows["B-1"].dates);
        let bom = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
        assert_eq!(read(&bom).unwrap().rows, file.rows);
    }

    #[test]
    fn a_register_with_one_fault_is_refused_as_a_whole() {
        let heads = "箱番号,区分,場所,内容,完結日\n";
        for (rows, code, part) in [
            (
                "B-1,forms,A,,2016-03-31\nB-1,forms,B,,\n",
                "intake.register-number",
                "line 3: the number `B-1` stands in line 2",
            ),
            ("B-1,forms,A\n", "intake.register", "line 2, column 1: the row has 3 values, the first row names 5"),
            (
                "B-1,form,A,,\n",
                "intake.register-class",
                "line 2, column `区分`: no class is called `form`; did you mean `forms`",
            ),
            ("B-1,receipts,A,,\n", "intake.register", "electronic"),
            ("B-1,forms,,,\n", "intake.register", "column `場所`: the cell is empty"),
            ("B-1,forms,A,,2016-02-30\n", "intake.register-date", "`2016-02-30` is not a date"),
            ("B-1,forms,A,,2027-02-01\n", "intake.future-date", "future"),
            ("B-9,forms,A,,\n", "intake.register-gone", "`B-9` was destroyed"),
            ("", "intake.register", "no rows"),
        ] {
            let (found, why) = read(format!("{heads}{rows}").as_bytes()).unwrap_err();
            assert_eq!(found, code, "{rows}: {why}");
            assert!(why.contains(part), "{rows}: {why}");
        }
        let (_, why) = read("箱番号,区分,場所,内容,完結\nB-1,forms,A,,\n".as_bytes()).unwrap_err();
        assert!(why.contains("the column `完結日` is missing; did you mean `完結`"), "{why}");
        assert!(read(b"\xff\xff\xff").unwrap_err().1.contains("neither UTF-8 nor Shift_JIS"));
    }
}
