//! What people may ask for: within which time they are answered.
//!
//! In: two sets. Out: changes of the time that is promised. The rule it keeps: a promise that is given or taken back is told
//! as one that changes.

use super::change::Kind;
use super::compared::{Compared, Pair, pairs};
use crate::calendar::Period;
use crate::policy::Procedure;
use crate::said;

pub(super) fn compare(found: &mut Compared<'_>) {
    let (before, after) = (found.before, found.after);
    let never = |_: &Procedure, _: &Procedure| false;
    for pair in pairs(&before.procedures, &after.procedures, |one| &one.request, never) {
        match pair {
            Pair::Both(was, is) if was.answer_within != is.answer_within => answer_within(found, was, is),
            Pair::Both(..) | Pair::Vanished(_) | Pair::Appeared(_) => {}
        }
    }
}

fn answer_within(found: &mut Compared<'_>, was: &Procedure, is: &Procedure) {
    let said = match (was.answer_within, is.answer_within) {
        (None, _) => said!("a time is promised for the answer", "回答までの期間を新たに約束します"),
        (_, None) => said!("no time is promised for the answer any more", "回答までの期間を約束しなくなります"),
        (Some(_), Some(_)) => said!("it is answered within another time", "回答までの期間が変わります"),
    };
    let words = |one: Option<Period>| one.map(|period| period.to_string()).unwrap_or_default();
    let change = found.add(Kind::AnswerWithin, format!("procedures.{}", is.request), said);
    change.showing(words(was.answer_within), words(is.answer_within));
}
