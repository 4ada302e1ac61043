//! Security measures, by category.
//!
//! In: two sets. Out: one change for each category whose measures differ. The rule it keeps: what is taken back is shown
//! with what was promised.

use super::change::{Kind, WHOLE};
use super::compared::{Compared, Pair, pairs};
use crate::policy::SecurityCategory;
use crate::said;

pub(super) fn compare(found: &mut Compared<'_>) {
    let (before, after) = (found.before, found.after);
    let never = |_: &SecurityCategory, _: &SecurityCategory| false;
    for pair in pairs(&before.security, &after.security, |one| one.kind.key(), never) {
        let (was, is) = match pair {
            Pair::Both(was, is) => (Some(was), Some(is)),
            Pair::Vanished(was) => (Some(was), None),
            Pair::Appeared(is) => (None, Some(is)),
        };
        let words = |one: Option<&SecurityCategory>| one.map(|one| found.list(&one.measures)).unwrap_or_default();
        let (from, to) = (words(was), words(is));
        let Some(kind) = was.or(is).map(|one| one.kind.key()).filter(|_| from != to || was.is_some() != is.is_some())
        else {
            continue;
        };
        let said = match (was, is) {
            (None, _) => said!("measures of this category are promised", "この区分の安全管理措置を新たに公表します"),
            (_, None) => {
                said!("nothing is promised any more in this category", "この区分の安全管理措置の記載がなくなります")
            }
            (Some(_), Some(_)) => said!("other measures are promised", "安全管理措置の内容が変わります"),
        };
        found.add(Kind::Security, format!("security.{kind}"), said).telling(WHOLE).showing(from, to);
    }
}
