//! Checks numbers that carry a check digit.
//!
//! In: a number as typed. Out: the same, or a finding. The rule it keeps: numbers are text; leading zeros stay.

use crate::policy::check::desk::{Checked, Desk};
use crate::policy::check::item::word;
use crate::policy::raw::Node;
use crate::policy::rules::organization as rules;
use crate::said;

/// Returns an insurer number: eight digits, the last one by the Luhn rule.
pub(super) fn insurer(desk: &Desk, node: &Node) -> Checked<String> {
    let number = word(desk, node)?;
    let Some(digits) = digits(number, 8) else {
        let found = said!(
            "`{number}` is not an insurer number: expected eight digits",
            "`{number}`は保険者番号ではありません（8桁の数字が必要です）"
        );
        return Err(desk.refuse_at(&rules::INSURER_NUMBER, node.place(), found));
    };
    let doubled = |(n, digit): (usize, &u32)| if n % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { *digit };
    let sum: u32 = digits[..7].iter().rev().enumerate().map(doubled).sum();
    let check = (10 - sum % 10) % 10;
    if digits[7] != check {
        let found = said!(
            "`{number}` is not an insurer number: its check digit would be `{check}`",
            "`{number}`は保険者番号ではありません（検証番号は`{check}`のはずです）"
        );
        desk.report_at(&rules::INSURER_NUMBER, node.place(), found);
    }
    Ok(number.to_owned())
}

/// Returns a corporate number: thirteen digits, the first one the check digit.
///
/// # Source
/// Ordinance of the Ministry of Finance on the designation of corporate numbers, art. 2.
pub(super) fn corporate(desk: &Desk, node: &Node) -> Checked<String> {
    let number = word(desk, node)?;
    let Some(digits) = digits(number, 13) else {
        let found = said!(
            "`{number}` is not a corporate number: expected thirteen digits",
            "`{number}`は法人番号ではありません（13桁の数字が必要です）"
        );
        return Err(desk.refuse_at(&rules::CORPORATE_NUMBER, node.place(), found));
    };
    let weighed = |(n, digit): (usize, &u32)| if n % 2 == 0 { *digit } else { 2 * digit };
    let sum: u32 = digits[1..].iter().rev().enumerate().map(weighed).sum();
    let check = 9 - sum % 9;
    if digits[0] != check {
        let found = said!(
            "`{number}` is not a corporate number: its check digit would be `{check}`",
            "`{number}`は法人番号ではありません（先頭の検査用数字は`{check}`のはずです）"
        );
        desk.report_at(&rules::CORPORATE_NUMBER, node.place(), found);
    }
    Ok(number.to_owned())
}

fn digits(number: &str, count: usize) -> Option<Vec<u32>> {
    let digits: Option<Vec<u32>> = number.chars().map(|c| c.to_digit(10)).collect();
    digits.filter(|digits| digits.len() == count)
}
