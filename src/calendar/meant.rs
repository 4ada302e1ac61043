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

impl Date {
    /// Returns the date that somebody means who writes year, month and day with other signs, without zeros, or by era.
    pub fn meant_by(text: &str) -> Option<Date> {
        let text = half_width(text.trim()).replace("元年", "1年");
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
        ];
        for text in meant {
            assert_eq!(Date::meant_by(text).map(|date| date.to_string()).as_deref(), Some("2026-09-15"), "{text}");
        }
        assert_eq!(Date::meant_by("令和元年5月1日"), "2019-05-01".parse().ok());
        for text in ["", "8-9-15", "2026-13-01", "15 September 2026", "令和", "2026-9", "99999999999-1-1"] {
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
