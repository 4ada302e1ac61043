//! What people may ask for: which requests, for which fee, how identity is checked, within which time they are answered.
//!
//! In: two sets. Out: changes of what is asked and promised. The rule it keeps: a promise that is given or taken back is
//! told as one that changes.

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
            Pair::Both(was, is) => procedure(found, was, is),
            Pair::Vanished(was) => {
                let said = said!("no way is shown any more to make this request", "この請求の手続がなくなります");
                found.add(Kind::RequestVanishes, at(was), said);
            }
            Pair::Appeared(is) => {
                let said = said!("a way is shown to make this request", "この請求の手続を新設します");
                found.add(Kind::RequestAppears, at(is), said);
            }
        }
    }
}

fn at(procedure: &Procedure) -> String {
    format!("procedures.{}", procedure.request)
}

fn procedure(found: &mut Compared<'_>, was: &Procedure, is: &Procedure) {
    fee(found, was, is);
    if !found.says_same(&was.identification, &is.identification) {
        let said = said!("identity is checked in another way", "本人確認の方法が変わります");
        let (from, to) = (found.words(&was.identification), found.words(&is.identification));
        found.add(Kind::Identification, at(is), said).showing(from, to);
    }
    if was.answer_within != is.answer_within {
        answer_within(found, was, is);
    }
}

fn fee(found: &mut Compared<'_>, was: &Procedure, is: &Procedure) {
    let (from, to) = (found.perhaps(was.fee.as_ref()), found.perhaps(is.fee.as_ref()));
    if from == to {
        return;
    }
    let said = match (&was.fee, &is.fee) {
        (None, _) => said!("a fee is charged", "手数料を新たにいただきます"),
        (_, None) => said!("no fee is charged any more", "手数料をいただかなくなります"),
        (Some(_), Some(_)) => said!("another fee is charged", "手数料が変わります"),
    };
    found.add(Kind::Fee, at(is), said).showing(from, to);
}

fn answer_within(found: &mut Compared<'_>, was: &Procedure, is: &Procedure) {
    let said = match (was.answer_within, is.answer_within) {
        (None, _) => said!("a time is promised for the answer", "回答までの期間を新たに約束します"),
        (_, None) => said!("no time is promised for the answer any more", "回答までの期間を約束しなくなります"),
        (Some(_), Some(_)) => said!("it is answered within another time", "回答までの期間が変わります"),
    };
    let words = |one: Option<Period>| one.map(|period| period.to_string()).unwrap_or_default();
    found.add(Kind::AnswerWithin, at(is), said).showing(words(was.answer_within), words(is.answer_within));
}
