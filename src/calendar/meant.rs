//! What people mean who write a date or a time zone in their own way.
//!
//! In: a text such as `2026/9/15`, `20260915`, 令和8年9月15日 or `Asia/Tokio`. Out: the date or the zone, or nothing. The rule it keeps: a guess is
//! offered to people and never acted on.

use super::era::first_year;
use super::{Date, MonthDay, Wait, Zone};
use crate::diag::nearest;

/// Returns a text with full-width letters, digits and signs in half width.
pub fn half_width(text: &str) -> String {
    let half = |c: char| match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    };
    text.chars().map(half).collect()
}

/// Returns a text with its Japanese numerals as digits: 十七 is 17, 二〇〇五 is 2005.
pub(super) fn in_digits(text: &str) -> String {
    const NUMERALS: &str = "〇一二三四五六七八九";
    let digit = |c: char| NUMERALS.chars().position(|known| known == c).map(|n| n.to_string());
    let digits = |part: &str| part.chars().filter_map(digit).collect::<String>();
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = rest.find(|c: char| c != '十' && digit(c).is_none()).unwrap_or(rest.len());
        if length == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        match rest[..length].split_once('十') {
            None => out.push_str(&digits(&rest[..length])),
            Some((tens, ones)) => {
                let or = |part: &str, none: &str| if part.is_empty() { none.to_owned() } else { digits(part) };
                out.push_str(&or(tens, "1"));
                out.push_str(&or(ones, "0"));
            }
        }
        rest = &rest[length..];
    }
    out
}

impl Date {
    /// Returns the date that somebody means who writes year, month and day with other signs, without zeros, or by era.
    pub fn meant_by(text: &str) -> Option<Date> {
        let text = in_digits(&half_width(text.trim())).replace("元年", "1年");
        if let Some(date) = in_english(&text) {
            return Some(date);
        }
        let (before, rest) = match first_year(&text) {
            Some((first, rest)) => (first - 1, rest.to_owned()),
            None => (0, text),
        };
        let is_plain = rest.len() == 8 && rest.bytes().all(|b| b.is_ascii_digit());
        let numbers = match is_plain && before == 0 {
            true => vec![rest[..4].parse().ok()?, rest[4..6].parse().ok()?, rest[6..].parse().ok()?],
            false => numbers(&rest)?,
        };
        let [year, month, day] = numbers[..] else { return None };
        let year = before + i32::try_from(year).ok()?;
        Date::from_ymd(year, month, day).filter(|_| year >= 1000)
    }
}

impl MonthDay {
    /// Returns the day of the year that somebody means who writes month and day with other signs or without zeros.
    pub fn meant_by(text: &str) -> Option<MonthDay> {
        let [month, day] = numbers(&half_width(text.trim()))?[..] else { return None };
        format!("{month:02}-{day:02}").parse().ok()
    }
}

impl Wait {
    /// Returns the time that somebody means who writes a number with a unit of the clock, or of seconds alone.
    pub fn meant_by(text: &str) -> Option<Wait> {
        const UNITS: [(u32, &[&str]); 3] = [
            (3600, &["h", "hour", "hours", "時間"]),
            (60, &["m", "min", "minute", "minutes", "分"]),
            (1, &["", "s", "sec", "second", "seconds", "秒"]),
        ];
        let text = half_width(text.trim()).to_lowercase();
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (count, unit) = (text[..digits].parse::<u32>().ok()?, text[digits..].trim());
        let (seconds, _) = UNITS.iter().find(|(_, words)| words.contains(&unit))?;
        count.checked_mul(*seconds).filter(|seconds| (1..=86_400).contains(seconds)).map(Wait::seconds)
    }
}

impl Zone {
    /// Returns the zone that somebody means who writes its name with a typing error, or its last part alone.
    pub fn meant_by(text: &str) -> Option<Zone> {
        // Abbreviations such as `JST` are near to everything and name nothing.
        const FEWEST_LETTERS: usize = 4;
        let text = half_width(text.trim()).replace(' ', "_");
        let parts = || Zone::names().filter_map(|name| name.rsplit_once('/'));
        let (area, place) = match text.rsplit_once('/') {
            Some((area, place)) => (Some(nearest(area, parts().map(|(area, _)| area))?), place),
            None => (None, text.as_str()),
        };
        let in_area = || parts().filter(|(known, _)| area.is_none_or(|area| area == *known));
        let near = nearest(place, in_area().map(|(_, place)| place)).filter(|_| place.len() >= FEWEST_LETTERS)?;
        let (area, place) = in_area().find(|(_, place)| *place == near)?;
        format!("{area}/{place}").parse().ok()
    }
}

/// A date with the name of its month: `1 April 2005`, `April 1, 2005`.
fn in_english(text: &str) -> Option<Date> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let text = text.to_ascii_lowercase();
    let parts: Vec<&str> = text.split([' ', ',', '.']).filter(|part| !part.is_empty()).collect();
    let [a, b, year] = parts[..] else { return None };
    let (month, day) = if a.starts_with(|c: char| c.is_ascii_digit()) { (b, a) } else { (a, b) };
    let month = MONTHS.iter().position(|known| month.starts_with(known)).and_then(|n| u32::try_from(n + 1).ok())?;
    let day = day.trim_end_matches(|c: char| c.is_ascii_lowercase()).parse().ok()?;
    Date::from_ymd(year.parse().ok().filter(|year| *year >= 1000)?, month, day)
}

/// The numbers of a text that holds nothing else but signs between them.
fn numbers(text: &str) -> Option<Vec<u32>> {
    let apart = |c: char| matches!(c, '-' | '/' | '.' | '年' | '月' | '日' | ' ');
    text.split(apart).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_with_a_typing_error_is_understood() {
        let meant = [
            ("Asia/Tokio", Some("Asia/Tokyo")),
            ("asia/tokyo", Some("Asia/Tokyo")),
            ("Aisa/Tokyo", Some("Asia/Tokyo")),
            ("Ａｓｉａ／Ｔｏｋｙｏ", Some("Asia/Tokyo")),
            ("Tokyo", Some("Asia/Tokyo")),
            ("Europe/Londn", Some("Europe/London")),
            ("America/New York", Some("America/New_York")),
            ("America/Argentina/Buenos_Airs", Some("America/Argentina/Buenos_Aires")),
            ("Asia/Edo", None),
            ("JST", None),
            ("+09:00", None),
            ("", None),
        ];
        for (text, expected) in meant {
            assert_eq!(Zone::meant_by(text).map(|zone| zone.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_date_written_in_another_way_is_understood() {
        let meant = [
            "2026/09/15",
            "2026-9-15",
            "2026.9.15",
            "20260915",
            "令和8年9月15日",
            "R8.9.15",
            "２０２６-09-15",
            "2026年9月15日",
            "２０２６／９／１５",
            "令和8年 9月15日",
            "令和八年九月十五日",
            "二〇二六年九月十五日",
            "15 September 2026",
            "September 15, 2026",
            "15th Sep. 2026",
        ];
        for text in meant {
            assert_eq!(Date::meant_by(text).map(|date| date.to_string()).as_deref(), Some("2026-09-15"), "{text}");
        }
        assert_eq!(Date::meant_by("令和元年5月1日"), "2019-05-01".parse().ok());
        for text in ["", "8-9-15", "2026-13-01", "15 Someday 2026", "令和", "2026-9", "99999999999-1-1"] {
            assert_eq!(Date::meant_by(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_of_the_year_written_in_another_way_is_understood() {
        for text in ["4-1", "4/1", "4月1日", "０４-０１"] {
            assert_eq!(MonthDay::meant_by(text).map(|day| day.to_string()).as_deref(), Some("04-01"), "{text}");
        }
        assert_eq!(MonthDay::meant_by("13-1"), None);
    }
}
