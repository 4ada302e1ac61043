//! The rows that letters about costs are printed from, read as the policy says.
//!
//! In: a text and the keys of `read`. Out: rows with the types the letter needs, and those that cannot be used, each with
//! line and column. The rule it keeps: no word of a row's content stands in what is said about it, and a row that cannot be
//! used is told apart from a file that cannot be read, of which nothing is used.

use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::{Date, MonthDay, half_width};
use crate::diag::nearest;
use crate::policy::{CaptureKind, Columns, DataFormat, NoticeData, glyphs};
use crate::rows::{self, Cell, Fault, Kind, Spot};

/// A row that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostRow {
    /// The line it begins on.
    pub line: u64,
    /// Whom it is about.
    pub member: String,
    /// The household; the member where letters are not grouped.
    pub household: String,
    /// The name of the person.
    pub name: String,
    /// The name of the insured person.
    pub insured: String,
    /// The last day of the month of treatment.
    pub month: Date,
    /// The hospital, clinic or pharmacy.
    pub provider: String,
    /// What the insured paid, in yen.
    pub paid: u64,
    /// What the treatment cost, in yen.
    pub total: Option<u64>,
    /// The kind of treatment.
    pub kind: Option<String>,
    /// The postal code.
    pub postal_code: Option<String>,
    /// The lines of the address.
    pub address: Vec<String>,
}

/// A row that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadCell {
    /// Where.
    pub spot: Spot,
    /// The name of the refusal.
    pub code: &'static str,
    /// What was found and what was expected, without the content.
    pub what: String,
    /// The household whose letter waits for it, where that can be told.
    pub household: Option<String>,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CostData {
    /// The rows that can be used, in their order.
    pub rows: Vec<CostRow>,
    /// Those that cannot, in their order.
    pub bad: Vec<BadCell>,
}

/// What may be done with a text of the file before a letter is made of its row.
pub type Screen<'a> = &'a dyn Fn(&str) -> Screened;

/// What became of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screened {
    /// It is printed as it is.
    Plain,
    /// This is printed.
    Masked(String),
    /// Nothing is.
    Refused,
}

/// Reads rows.
///
/// # Errors
/// The first fault of a file that cannot be read whole: ragged, without a column, in another encoding, empty.
pub fn cost_data(read: &NoticeData, bytes: &[u8], today: Date, screen: Screen<'_>) -> Result<CostData, Fault> {
    let text = rows::decode(bytes, read.encoding)?;
    let Some(columns) = &read.columns else {
        return Err(Fault::whole("the policy names no `columns` for the notice"));
    };
    let table = Table::read(read, columns, &text, screen)?;
    let mut data = CostData::default();
    let homes = table.homes();
    let mut seen: BTreeMap<Vec<&str>, u64> = BTreeMap::new();
    for row in 0..table.lines.len() {
        let reader = Reader { table: &table, row, screen };
        let found = match seen.insert(table.whole(row), table.lines[row]) {
            Some(first) => {
                let spot = Spot { line: table.lines[row], column: 1 };
                let what = format!("the row says the same as line {first}: the sum would count it twice");
                Err(Bad { spot, code: "notice.repeated", what })
            }
            None => reader.row(read, columns, today),
        };
        match found {
            Ok(row) => data.rows.push(row),
            Err(Bad { spot, code, what }) => {
                let household = reader.own_household(table.household.as_deref(), &homes);
                data.bad.push(BadCell { spot, code, what, household });
            }
        }
    }
    Ok(data)
}

/// A fault of one row.
struct Bad {
    spot: Spot,
    code: &'static str,
    what: String,
}

/// The fields that are asked for, by name, with what each row holds.
struct Table {
    lines: Vec<u64>,
    fields: BTreeMap<String, Vec<Cell>>,
    member: String,
    household: Option<String>,
    /// The first value of a row that no letter prints and that the screen refuses, with the name of its field.
    unprinted: BTreeMap<usize, (String, Spot)>,
}

impl Table {
    fn read(read: &NoticeData, columns: &Columns, text: &str, screen: Screen<'_>) -> Result<Table, Fault> {
        let mut names: BTreeSet<&str> = read.amounts.iter().map(String::as_str).collect();
        let Columns { name, insured, month, provider, paid, total, kind, postal_code, address } = columns;
        names.extend([name, insured, month, provider, paid, &read.member].map(String::as_str));
        names.extend([total, kind, postal_code, &read.household].into_iter().flatten().map(String::as_str));
        names.extend(address.iter().map(String::as_str));
        let names: Vec<&str> = names.into_iter().collect();
        let printed: BTreeSet<&str> = [name, insured, provider, paid].into_iter().map(String::as_str).collect();
        let optional = [total, kind, postal_code].into_iter().flatten().chain(address).map(String::as_str);
        let wanted = Wanted { names: &names, printed: &printed.into_iter().chain(optional).collect(), screen };
        let (lines, fields, unprinted) = match read.format {
            DataFormat::Csv => wanted.of_table(text)?,
            DataFormat::Json => wanted.of_tree(Kind::Json, text, &read.member)?,
            DataFormat::Yaml => wanted.of_tree(Kind::Yaml, text, &read.member)?,
        };
        let household = read.household.clone().filter(|_| read.by_household);
        Ok(Table { lines, fields, member: read.member.clone(), household, unprinted })
    }

    fn cell(&self, field: &str, row: usize) -> Option<&Cell> {
        self.fields.get(field)?.get(row)
    }

    fn text(&self, field: &str, row: usize) -> &str {
        self.cell(field, row).map_or("", |cell| cell.text.trim())
    }

    fn whole(&self, row: usize) -> Vec<&str> {
        self.fields.values().filter_map(|cells| cells.get(row)).map(|cell| cell.text.trim()).collect()
    }

    /// The household of each member who stands in one alone.
    fn homes(&self) -> BTreeMap<&str, &str> {
        let Some(household) = &self.household else { return BTreeMap::new() };
        let mut homes = BTreeMap::new();
        for row in 0..self.lines.len() {
            let (member, home) = (self.text(&self.member, row), self.text(household, row));
            if !member.is_empty() && !home.is_empty() {
                homes.entry(member).or_insert(home);
            }
        }
        homes
    }
}

type Fields = (Vec<u64>, BTreeMap<String, Vec<Cell>>, BTreeMap<usize, (String, Spot)>);

/// What is asked of a file.
struct Wanted<'a> {
    /// The fields that are read.
    names: &'a [&'a str],
    /// Those of them that are printed, and screened where they are.
    printed: &'a BTreeSet<&'a str>,
    screen: Screen<'a>,
}

impl Wanted<'_> {
    fn of_table(&self, text: &str) -> Result<Fields, Fault> {
        let table = rows::table(text)?;
        let mut fields = BTreeMap::new();
        for name in self.names {
            let at = table.column(name).ok_or_else(|| self.no_column(name, &table.names))?;
            let cell = |row: &rows::Row| Cell {
                text: row.values[at].clone(),
                spot: Spot { line: row.line, column: at as u64 + 1 },
            };
            fields.insert((*name).to_owned(), table.rows.iter().map(cell).collect());
        }
        let others = table.names.iter().enumerate().filter(|(_, name)| !self.printed.contains(name.as_str()));
        let others: Vec<(usize, &String)> = others.collect();
        let refused = table.rows.iter().enumerate().filter_map(|(place, row)| {
            let (at, name) = others.iter().find(|(at, _)| self.refuses(&row.values[*at]))?;
            Some((place, (self.shown(name), Spot { line: row.line, column: *at as u64 + 1 })))
        });
        let refused = refused.collect();
        Ok((table.rows.iter().map(|row| row.line).collect(), fields, refused))
    }

    fn of_tree(&self, kind: Kind, text: &str, key: &str) -> Result<Fields, Fault> {
        let columns = rows::fields(kind, text, self.names)?;
        let lengths: BTreeSet<usize> = columns.iter().map(Vec::len).collect();
        if lengths.len() > 1 {
            return Err(Fault::whole("its objects do not all have the same fields"));
        }
        let lines = columns.first().map(|cells| cells.iter().map(|cell| cell.spot.line).collect()).unwrap_or_default();
        let printed: Vec<&str> = self.printed.iter().copied().collect();
        let mut refused = BTreeMap::new();
        for other in rows::others(kind, text, &printed, key)? {
            if self.refuses(&other.cell.text) {
                refused.entry(other.row).or_insert((self.shown(&other.name), other.cell.spot));
            }
        }
        Ok((lines, self.names.iter().map(|name| (*name).to_owned()).zip(columns).collect(), refused))
    }

    fn refuses(&self, text: &str) -> bool {
        (self.screen)(text) == Screened::Refused
    }

    /// The name of a field as messages tell it: not where it is itself what is looked for.
    fn shown(&self, name: &str) -> String {
        if (self.screen)(name) == Screened::Plain { name.to_owned() } else { "…".to_owned() }
    }

    /// The fault of a table without a column. A file without a row of names has content there, which is not told.
    fn no_column(&self, name: &str, known: &[String]) -> Fault {
        let is_name = known.iter().all(|known| (self.screen)(known) == Screened::Plain);
        let help = match nearest(name, known.iter().map(String::as_str)) {
            Some(near) if is_name => format!(": did you mean `{near}`?"),
            None if is_name => format!(": there are {}", known.join(", ")),
            Some(_) | None => ": the first row does not hold names of columns".to_owned(),
        };
        Fault::at(Spot { line: 1, column: 1 }, format!("no column `{name}`{help}"))
    }
}

/// One row, being read.
struct Reader<'t> {
    table: &'t Table,
    row: usize,
    screen: Screen<'t>,
}

impl Reader<'_> {
    fn row(&self, read: &NoticeData, columns: &Columns, today: Date) -> Result<CostRow, Bad> {
        if let Some((field, spot)) = self.table.unprinted.get(&self.row) {
            let what = format!("`{field}` {LOOKS_LIKE_ONE}, though no letter prints it");
            return Err(Bad { spot: *spot, code: "notice.individual-number", what });
        }
        let member = self.key(&read.member)?;
        let household = match &self.table.household {
            Some(field) => self.key(field)?,
            None => member.clone(),
        };
        for field in &read.amounts {
            self.yen(field)?;
        }
        let optional = |field: &Option<String>| -> Result<Option<String>, Bad> {
            let text = field.as_ref().map(|field| self.printed(field)).transpose()?;
            Ok(text.filter(|text| !text.is_empty()))
        };
        let total = match &columns.total {
            Some(field) if !self.table.text(field, self.row).is_empty() => Some(self.yen(field)?),
            Some(_) | None => None,
        };
        let address = columns.address.iter().map(|field| self.printed(field)).collect::<Result<Vec<_>, _>>()?;
        Ok(CostRow {
            line: self.table.lines[self.row],
            member,
            household,
            name: self.filled(&columns.name)?,
            insured: self.filled(&columns.insured)?,
            month: self.month(&columns.month, today)?,
            provider: self.printed(&columns.provider)?,
            paid: self.yen(&columns.paid)?,
            total,
            kind: optional(&columns.kind)?,
            postal_code: optional(&columns.postal_code)?,
            address: address.into_iter().filter(|line| !line.is_empty()).collect(),
        })
    }

    /// The household whose letter waits for a row that cannot be used.
    fn own_household(&self, field: Option<&str>, homes: &BTreeMap<&str, &str>) -> Option<String> {
        let member = self.table.text(&self.table.member, self.row);
        let own = match field {
            Some(field) => Some(self.table.text(field, self.row)).filter(|home| !home.is_empty()),
            None => Some(member).filter(|member| !member.is_empty()),
        };
        own.or_else(|| homes.get(member).copied()).map(str::to_owned)
    }

    fn bad(&self, field: &str, code: &'static str, what: impl Into<String>) -> Bad {
        let spot = self.table.cell(field, self.row).map(|cell| cell.spot);
        let spot = spot.unwrap_or(Spot { line: self.table.lines[self.row], column: 1 });
        Bad { spot, code, what: format!("`{field}` {}", what.into()) }
    }

    /// What names somebody or something: never printed.
    fn key(&self, field: &str) -> Result<String, Bad> {
        match self.table.text(field, self.row) {
            "" => Err(self.bad(field, "notice.empty", "is empty")),
            text => Ok(text.to_owned()),
        }
    }

    fn filled(&self, field: &str) -> Result<String, Bad> {
        let text = self.printed(field)?;
        if text.is_empty() { Err(self.bad(field, "notice.empty", "is empty")) } else { Ok(text) }
    }

    /// What is printed: every character has a glyph, and no Individual Number stands in it.
    fn printed(&self, field: &str) -> Result<String, Bad> {
        let text = self.table.text(field, self.row);
        let text = match (self.screen)(text) {
            Screened::Plain => text.to_owned(),
            Screened::Masked(masked) => masked,
            Screened::Refused => {
                return Err(self.bad(field, "notice.individual-number", LOOKS_LIKE_ONE));
            }
        };
        match glyphs::unshown(&text) {
            Some(range) => {
                let missing = glyphs::codes(&text[range]);
                Err(self.bad(field, "notice.glyph", format!("has a character that no font has: {missing}")))
            }
            None => Ok(text),
        }
    }

    fn yen(&self, field: &str) -> Result<u64, Bad> {
        let text = self.table.text(field, self.row);
        // A sum cannot be masked.
        if (self.screen)(text) != Screened::Plain {
            return Err(self.bad(field, "notice.individual-number", LOOKS_LIKE_ONE));
        }
        let text = half_width(text);
        let what = match text.trim() {
            "" => "is empty",
            text if text.starts_with(['-', '−', '△', '▲', '(']) => {
                "is negative: a sum of money of a letter is not"
            }
            text => match text.replace(',', "").parse::<u64>() {
                Ok(yen) if yen < MOST_YEN && !text.starts_with('+') => return Ok(yen),
                Ok(_) | Err(_) => "is not a sum of money (expected whole yen such as 3690 or 3,690)",
            },
        };
        Err(self.bad(field, "notice.amount", what))
    }

    fn month(&self, field: &str, today: Date) -> Result<Date, Bad> {
        let text = self.table.text(field, self.row);
        let Some(last) = CaptureKind::Month.date_in(text, MonthDay::APRIL_1) else {
            return Err(self.bad(field, "notice.month", "is not a month (expected such as 2026-05 or 202605)"));
        };
        if last > today.last_of_month() {
            return Err(self.bad(field, "notice.future", format!("is a month after {today}, the day of the letters")));
        }
        Ok(last)
    }
}

/// What is said of a value that is refused.
const LOOKS_LIKE_ONE: &str = "looks as if an Individual Number stood in it (twelve digits and their check digit)";

/// No sum of a letter is as large.
const MOST_YEN: u64 = 1_000_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Encoding;

    const HEAD: &str = "家,者,氏名,被,月,医,額";

    fn policy() -> NoticeData {
        let word = str::to_owned;
        NoticeData {
            format: DataFormat::Csv,
            encoding: Encoding::Utf8,
            by_household: true,
            household: Some(word("家")),
            member: word("者"),
            columns: Some(Columns {
                name: word("氏名"),
                insured: word("被"),
                month: word("月"),
                provider: word("医"),
                paid: word("額"),
                total: None,
                kind: None,
                postal_code: None,
                address: Vec::new(),
            }),
            amounts: Vec::new(),
        }
    }

    fn read(bytes: &[u8], read: &NoticeData) -> Result<CostData, String> {
        let screen = |text: &str| if text.contains("0123") { Screened::Refused } else { Screened::Plain };
        cost_data(read, bytes, "2026-11-28".parse().unwrap(), &screen).map_err(|fault| fault.to_string())
    }

    fn rows(text: &str) -> Result<CostData, String> {
        read(format!("{HEAD}\n{text}").as_bytes(), &policy())
    }

    #[test]
    fn a_row_is_read_with_its_types() {
        let data = rows("H1,M1,港太郎,港太郎,202605,汐見台内科,\"3,690\"\nH1,M2,港花子,港太郎,2026-11,,０\n").unwrap();
        assert_eq!((data.rows.len(), data.bad.len()), (2, 0), "{data:?}");
        assert_eq!((data.rows[0].paid, data.rows[0].month.to_string()), (3_690, "2026-05-31".to_owned()));
        assert_eq!((data.rows[1].paid, data.rows[1].provider.as_str()), (0, ""));
    }

    #[test]
    fn a_row_that_cannot_be_used_is_told_with_its_place_and_without_its_content() {
        for (row, expected) in [
            ("H1,M1,港,港,2026-05,内科,-300", "line 2, column 7: `額` is negative"),
            ("H1,M1,港,港,2026-05,内科,千円", "line 2, column 7: `額` is not a sum"),
            ("H1,M1,港,港,2026-05,内科,", "line 2, column 7: `額` is empty"),
            ("H1,M1,港,港,2026-12,内科,300", "line 2, column 5: `月` is a month after 2026-11-28"),
            ("H1,M1,港,港,令和8年,内科,300", "line 2, column 5: `月` is not a month"),
            ("H1,M1,,港,2026-05,内科,300", "line 2, column 3: `氏名` is empty"),
            ("H1,,港,港,2026-05,内科,300", "line 2, column 2: `者` is empty"),
            ("H1,M1,港,港,2026-05,0123,300", "line 2, column 6: `医` looks as if an Individual Number"),
            ("H1,M1,港\u{1F600},港,2026-05,内科,300", "line 2, column 3: `氏名` has a character that no font has"),
        ] {
            let data = rows(row).unwrap();
            let said = format!("{}: {}", data.bad[0].spot, data.bad[0].what);
            assert!(said.starts_with(expected), "{row}: {said}");
            assert!(!said.contains("0123") && !said.contains("千円") && !said.contains("-300"), "{said}");
            assert_eq!((data.rows.len(), data.bad[0].household.as_deref()), (0, Some("H1")), "{row}");
        }
        let data =
            rows("H1,M1,港,港,2026-05,内科,300\nH2,M2,海,海,2026-05,内科,300\nH1,M1,港,港,2026-05,内科,300").unwrap();
        assert_eq!((data.rows.len(), data.bad[0].code, data.bad[0].spot.line), (2, "notice.repeated", 4));
        let data = rows("H1,M1,港,港,2026-05,内科,300\n,M1,港,港,2026-06,内科,300").unwrap();
        assert_eq!(data.bad[0].household.as_deref(), Some("H1"), "the household of the member's other rows waits");
    }

    #[test]
    fn what_no_letter_prints_is_looked_through_as_well() {
        let table =
            format!("{HEAD},備考,電話\nH1,M1,港,港,2026-05,内科,300,,01230\nH2,M2,港,港,2026-05,内科,300,a,b\n");
        let json = r#"[{"家":"H1","備考":{"x":["0123"]},"者":"M1","氏名":"港","被":"港","月":"2026-05","医":"a","額":300},
            {"家":"H2","者":"M2","氏名":"港","被":"港","月":"2026-05","医":"内科","額":300}]"#;
        for (format, text, expected) in [
            (DataFormat::Csv, table.as_str(), "line 2, column 9: `電話` looks as if an Individual Number"),
            (DataFormat::Json, json, "line 1, column 23: `備考.x` looks as if an Individual Number"),
        ] {
            let data = read(text.as_bytes(), &NoticeData { format, ..policy() }).unwrap();
            let said = format!("{}: {}", data.bad[0].spot, data.bad[0].what);
            assert!(said.starts_with(expected) && !said.contains("0123"), "{said}");
            assert_eq!((data.bad.len(), data.bad[0].household.as_deref()), (1, Some("H1")), "{format:?}");
            assert_eq!(data.rows.iter().map(|row| row.member.as_str()).collect::<Vec<_>>(), ["M2"], "{format:?}");
        }
        for (row, expected) in [
            ("H1,M0123,港,港,2026-05,内科,300", "line 2, column 2: `者` looks as if"),
            ("H1,M1,港,港,2026-05,内科,0123", "line 2, column 7: `額` looks as if"),
        ] {
            let data = rows(row).unwrap();
            assert!(format!("{}: {}", data.bad[0].spot, data.bad[0].what).starts_with(expected), "{:?}", data.bad);
        }
        let why = read("H1,M1,0123,港,2026-05,内科\nH2,M2,a,b,2026-05,c\n".as_bytes(), &policy()).unwrap_err();
        assert!(why.contains("the first row does not hold names") && !why.contains("0123"), "{why}");
    }

    #[test]
    fn a_file_that_cannot_be_read_whole_is_refused() {
        for (text, part) in [
            ("", "empty"),
            (HEAD, "no rows"),
            ("家,者,氏名,被,月,医\nH1,M1,a,b,2026-05,c\n", "no column `額`"),
            ("家,者,氏名,被,月,医,額\nH1,M1,a\n", "line 2, column 1: the row has 3 values, the first row names 7"),
        ] {
            let why = read(text.as_bytes(), &policy()).unwrap_err();
            assert!(why.contains(part), "{why}");
        }
        let why = read(b"\x89\xc6,\x8e\xd2\nH1,M1\n", &policy()).unwrap_err();
        assert!(why.contains("line 1 is not UTF-8"), "{why}");
    }

    #[test]
    fn shift_jis_json_and_yaml_say_the_same_as_a_table() {
        let table = format!("{HEAD}\nH1,M1,港太郎,港太郎,2026-05,内科,300\n");
        let expected = read(table.as_bytes(), &policy()).unwrap().rows;
        let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode(&table);
        let other = NoticeData { encoding: Encoding::ShiftJis, ..policy() };
        assert_eq!(read(&shift_jis, &other).unwrap().rows, expected);
        let json = r#"[{"家":"H1","者":"M1","氏名":"港太郎","被":"港太郎","月":"2026-05","医":"内科","額":300}]"#;
        let yaml = "- { 家: H1, 者: M1, 氏名: 港太郎, 被: 港太郎, 月: 2026-05, 医: 内科, 額: 300 }\n";
        for (format, text) in [(DataFormat::Json, json), (DataFormat::Yaml, yaml)] {
            let mut read_rows = read(text.as_bytes(), &NoticeData { format, ..policy() }).unwrap().rows;
            read_rows[0].line = 2;
            assert_eq!(read_rows, expected, "{format:?}");
        }
    }
}
