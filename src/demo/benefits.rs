//! The demo's decisions on cash benefits: which there are, and how an amount is reckoned.
//!
//! In: a benefit, a member, the day of the decision and dice. Out: the data of `notices/document.typ`.
//! The rule it keeps: the amount paid follows from the figures printed on the paper, by the rules of that day.

use serde_json::Value;

use crate::calendar::Date;

use super::chance::Chance;
use super::forms::{Field, Form, GRADES, before, person, sheet, yen};
use super::past::{era, era_month, working_day};
use super::people::{Member, Sex, relative, stranger};

/// The cash benefits whose decision is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Benefit {
    InjuryAndSickness,
    Childbirth,
    Maternity,
    HighCost,
    Appliances,
    Funeral,
}

impl Benefit {
    pub(super) const ALL: [Benefit; 6] = [
        Benefit::InjuryAndSickness,
        Benefit::HighCost,
        Benefit::Childbirth,
        Benefit::Appliances,
        Benefit::Maternity,
        Benefit::Funeral,
    ];

    fn name(self) -> &'static str {
        match self {
            Benefit::InjuryAndSickness => "傷病手当金",
            Benefit::Childbirth => "出産育児一時金",
            Benefit::Maternity => "出産手当金",
            Benefit::HighCost => "高額療養費",
            Benefit::Appliances => "療養費(治療用装具)",
            Benefit::Funeral => "埋葬料",
        }
    }

    /// Returns the name of the paper's file, without ending.
    pub(super) fn title(self) -> String {
        format!("{}支給決定通知書控", self.name())
    }

    /// Says whether the member may receive it.
    pub(super) fn fits(self, member: &Member, date: Date) -> bool {
        match self {
            Benefit::Maternity => member.sex == Sex::Woman && date.year() - member.born.year() < 45,
            Benefit::Childbirth => date.year() - member.born.year() < 48,
            Benefit::InjuryAndSickness | Benefit::HighCost | Benefit::Appliances | Benefit::Funeral => true,
        }
    }
}

/// Writes the copy of a decision to pay a cash benefit.
pub(super) fn decision(benefit: Benefit, member: &Member, decided: Date, chance: &mut Chance) -> Value {
    let (mut ground, amount) = match benefit {
        Benefit::InjuryAndSickness => sickness(decided, chance),
        Benefit::Maternity => maternity(decided, chance),
        Benefit::Childbirth => childbirth(member, decided, chance),
        Benefit::HighCost => high_cost(decided, chance),
        Benefit::Appliances => appliances(decided, chance),
        Benefit::Funeral => funeral(member, decided, chance),
    };
    let mut fields = person(member);
    fields.append(&mut ground);
    fields.push(("支給決定額", yen(amount)));
    fields.push(("支払予定日", era(working_day(decided.plus_days(10).unwrap_or(decided)))));
    fields.push(("振込先", format!("架空銀行 みなと支店 普通 ****{:03}", chance.between(0, 999))));
    let paragraphs = vec![
        format!("{}に申請のありました{}について、上記のとおり支給することに決定しましたので、通知します。",
            era(working_day(before(decided, chance.between(9, 30)))), benefit.name()),
        "この決定に不服があるときは、決定があったことを知った日の翌日から起算して3か月以内に、社会保険審査官に対し、文書又は口頭で審査請求をすることができます。".to_owned(),
        format!("(控)起案 給付課 {}  照合 給付課 {}", stranger(chance), stranger(chance)),
    ];
    let number = format!("み健給第{:04}号", chance.between(12, 4_980));
    let title = format!("{}支給決定通知書(控)", benefit.name());
    sheet(&title, number, decided, "決裁済", Form { fields, paragraphs })
}

/// Two thirds of a thirtieth of the average remuneration, rounded as the Health Insurance Act asks.
///
/// # Source
/// Health Insurance Act, art. 99(2): the thirtieth is rounded to ten yen, the two thirds to one yen.
fn per_day(average: u32) -> (u32, u32) {
    let thirtieth = (average + 150) / 300 * 10;
    (thirtieth, (thirtieth * 2 + 1) / 3)
}

fn sickness(decided: Date, chance: &mut Chance) -> (Vec<Field>, u32) {
    let days = chance.between(11, 92);
    paid_days(decided, "療養のため労務に服することができなかった期間", days, chance)
}

fn maternity(decided: Date, chance: &mut Chance) -> (Vec<Field>, u32) {
    // 42 days before the birth and 56 days after it, one more or less as the birth was later or earlier than expected.
    let days = 98 + chance.between(0, 9);
    paid_days(decided, "出産のため労務に服さなかった期間", days, chance)
}

fn paid_days(decided: Date, why: &'static str, days: u32, chance: &mut Chance) -> (Vec<Field>, u32) {
    let average = *chance.pick(&GRADES);
    let (thirtieth, day) = per_day(average);
    let last = before(decided, chance.between(20, 45));
    let first = before(last, days - 1);
    let fields = vec![
        (why, format!("{}から{}まで({days}日間)", era(first), era(last))),
        ("標準報酬月額の平均額", yen(average)),
        ("支給日額", format!("{}×2/3={}", yen(thirtieth), yen(day))),
    ];
    (fields, day * days)
}

fn childbirth(member: &Member, decided: Date, chance: &mut Chance) -> (Vec<Field>, u32) {
    let born = before(decided, chance.between(25, 80));
    // The lump sum was raised from 420,000 yen for births from 2023-04-01.
    let raised = (born.year(), born.month()) >= (2023, 4);
    let amount = if raised { 500_000 } else { 420_000 };
    let mother = match member.sex {
        Sex::Woman => "本人".to_owned(),
        Sex::Man => format!("{}(被扶養者)", relative(member, Sex::Woman, chance)),
    };
    let fields = vec![
        ("出産した方", mother),
        ("出産年月日", era(born)),
        ("出産児数", "1児".to_owned()),
        ("産科医療補償制度", "加入分娩機関における出産".to_owned()),
        ("受取方法", chance.pick(&["直接支払制度を利用しない", "受取代理"]).to_string()),
    ];
    (fields, amount)
}

fn high_cost(decided: Date, chance: &mut Chance) -> (Vec<Field>, u32) {
    let costs = chance.between(31_000, 148_000) * 10;
    let paid = costs * 3 / 10;
    let limit = 80_100 + (costs - 267_000) / 100;
    let fields = vec![
        ("診療年月", era_month(before(decided, 110))),
        ("総医療費", yen(costs)),
        ("窓口負担額(3割)", yen(paid)),
        ("所得区分", "ウ(標準報酬月額28万円から50万円まで)".to_owned()),
        ("自己負担限度額", format!("80,100円+({}-267,000円)×1%={}", yen(costs), yen(limit))),
    ];
    (fields, paid - limit)
}

fn appliances(decided: Date, chance: &mut Chance) -> (Vec<Field>, u32) {
    let cost = chance.between(1_200, 9_800) * 10;
    let fields = vec![
        (
            "装具の名称",
            chance.pick(&["腰部固定帯", "膝関節装具", "足底装具", "頚椎固定用装具", "弾性着衣"]).to_string(),
        ),
        ("装着年月日", era(before(decided, chance.between(30, 75)))),
        ("購入に要した費用", yen(cost)),
        ("給付割合", "7割".to_owned()),
    ];
    (fields, cost * 7 / 10)
}

fn funeral(member: &Member, decided: Date, chance: &mut Chance) -> (Vec<Field>, u32) {
    let died = before(decided, chance.between(30, 90));
    let sex = if member.sex == Sex::Man { Sex::Woman } else { Sex::Man };
    let fields = vec![
        ("死亡した方", format!("{}(被扶養者)", relative(member, sex, chance))),
        ("死亡年月日", era(died)),
        ("請求者", member.name.clone()),
    ];
    (fields, 50_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_sickness_allowance_is_rounded_twice() {
        assert_eq!(per_day(300_000), (10_000, 6_667));
        assert_eq!(per_day(220_000), (7_330, 4_887));
        assert_eq!(per_day(260_000), (8_670, 5_780));
    }
}
