//! Checks numbers that carry a check digit.
//!
//! In: a number as typed. Out: the same, or a finding. The rule it keeps: numbers are text; leading zeros stay.

use crate::calendar::half_width;
use crate::diag::Finding;
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
        return Err(desk.refuse(plain(Finding::at(&rules::INSURER_NUMBER, node.place(), found), number, 8)));
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
        return Err(desk.refuse(plain(Finding::at(&rules::CORPORATE_NUMBER, node.place(), found), number, 13)));
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

/// Adds the number in digits of half width alone, where it has as many as it needs.
fn plain(finding: Finding, number: &str, count: usize) -> Finding {
    let plain: String = half_width(number).chars().filter(|c| !matches!(c, '-' | ' ' | 'ー' | '－')).collect();
    let is_whole = digits(&plain, count).is_some();
    if is_whole { meant_quoted(finding, &plain) } else { finding }
}

/// As help and as the replacement, in quotes: a number without them would lose its zeros in other programs.
fn meant_quoted(finding: Finding, number: &str) -> Finding {
    finding
        .help(said!("did you mean `{number}`?", "`{number}`の間違いではありませんか"))
        .replace_by(format!("\"{number}\""))
}

fn digits(number: &str, count: usize) -> Option<Vec<u32>> {
    let digits: Option<Vec<u32>> = number.chars().map(|c| c.to_digit(10)).collect();
    digits.filter(|digits| digits.len() == count)
}
