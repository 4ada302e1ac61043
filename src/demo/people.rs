//! The invented people of the demo: members of みなと健康保険組合.
//!
//! In: the seed. Out: members with id, name, reading, birth date and member number.
//! The rule it keeps: nobody is real. Names are common surnames with common given names, the member's symbol is 9990,
//! and no Individual Number (個人番号) appears anywhere.

use crate::calendar::Date;

use super::chance::Chance;

/// The symbol (記号) of every member; the fictional society uses no other.
pub(super) const SYMBOL: &str = "9990";

/// The insurer number: prefecture 99 does not exist, so no insurer bears it.
pub(super) const INSURER: &str = "06990014";

/// The fictional society's name.
pub(super) const SOCIETY: &str = "みなと健康保険組合";

/// A member of the society.
pub(super) struct Member {
    /// The id that paths carry, such as `M1004217`.
    pub(super) id: String,
    /// Surname and given name.
    pub(super) name: String,
    /// The reading of the name, in katakana.
    pub(super) reading: String,
    pub(super) sex: Sex,
    pub(super) born: Date,
    /// The number (番号) that goes with the symbol.
    pub(super) number: String,
}

/// As the insured person's register knows it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sex {
    Man,
    Woman,
}

impl Sex {
    pub(super) fn label(self) -> &'static str {
        match self {
            Sex::Man => "男",
            Sex::Woman => "女",
        }
    }
}

const SURNAMES: [(&str, &str); 40] = [
    ("佐藤", "サトウ"),
    ("鈴木", "スズキ"),
    ("高橋", "タカハシ"),
    ("田中", "タナカ"),
    ("伊藤", "イトウ"),
    ("渡辺", "ワタナベ"),
    ("山本", "ヤマモト"),
    ("中村", "ナカムラ"),
    ("小林", "コバヤシ"),
    ("加藤", "カトウ"),
    ("吉田", "ヨシダ"),
    ("山田", "ヤマダ"),
    ("佐々木", "ササキ"),
    ("山口", "ヤマグチ"),
    ("松本", "マツモト"),
    ("井上", "イノウエ"),
    ("木村", "キムラ"),
    ("林", "ハヤシ"),
    ("斎藤", "サイトウ"),
    ("清水", "シミズ"),
    ("山崎", "ヤマザキ"),
    ("森", "モリ"),
    ("池田", "イケダ"),
    ("橋本", "ハシモト"),
    ("阿部", "アベ"),
    ("石川", "イシカワ"),
    ("前田", "マエダ"),
    ("藤田", "フジタ"),
    ("小川", "オガワ"),
    ("岡田", "オカダ"),
    ("後藤", "ゴトウ"),
    ("長谷川", "ハセガワ"),
    ("村上", "ムラカミ"),
    ("近藤", "コンドウ"),
    ("石井", "イシイ"),
    ("坂本", "サカモト"),
    ("遠藤", "エンドウ"),
    ("青木", "アオキ"),
    ("藤井", "フジイ"),
    ("西村", "ニシムラ"),
];

const MEN: [(&str, &str); 20] = [
    ("健一", "ケンイチ"),
    ("誠", "マコト"),
    ("隆", "タカシ"),
    ("浩二", "コウジ"),
    ("和也", "カズヤ"),
    ("大輔", "ダイスケ"),
    ("直樹", "ナオキ"),
    ("拓也", "タクヤ"),
    ("達也", "タツヤ"),
    ("翔太", "ショウタ"),
    ("哲也", "テツヤ"),
    ("修", "オサム"),
    ("茂", "シゲル"),
    ("正明", "マサアキ"),
    ("亮", "リョウ"),
    ("聡", "サトシ"),
    ("雄一", "ユウイチ"),
    ("学", "マナブ"),
    ("秀樹", "ヒデキ"),
    ("裕介", "ユウスケ"),
];

const WOMEN: [(&str, &str); 20] = [
    ("陽子", "ヨウコ"),
    ("恵子", "ケイコ"),
    ("由美", "ユミ"),
    ("久美子", "クミコ"),
    ("真理", "マリ"),
    ("智子", "トモコ"),
    ("裕子", "ユウコ"),
    ("明美", "アケミ"),
    ("直美", "ナオミ"),
    ("美香", "ミカ"),
    ("愛", "アイ"),
    ("さくら", "サクラ"),
    ("千尋", "チヒロ"),
    ("里奈", "リナ"),
    ("沙織", "サオリ"),
    ("典子", "ノリコ"),
    ("文子", "フミコ"),
    ("麻衣", "マイ"),
    ("奈津子", "ナツコ"),
    ("優", "ユウ"),
];

/// Returns the demo's members: those in `known` first, then as many more as make `count`.
pub(super) fn members(seed: u64, known: &[&str], count: usize) -> Vec<Member> {
    let mut chance = Chance::new(seed, "members");
    let mut ids: Vec<String> = known.iter().map(|id| (*id).to_owned()).collect();
    let mut next = 1_000_000;
    while ids.len() < count {
        next += chance.between(40, 190);
        let id = format!("M{next}");
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids.into_iter().enumerate().map(|(at, id)| member(at, id, &mut chance)).collect()
}

/// Makes one member; the surname follows from the place in the list, so that the first forty bear different ones.
fn member(at: usize, id: String, chance: &mut Chance) -> Member {
    let (surname, surname_reading) = SURNAMES[(at * 7 + 3) % SURNAMES.len()];
    let sex = if chance.happens(50) { Sex::Man } else { Sex::Woman };
    let (given, given_reading) = match sex {
        Sex::Man => *chance.pick(&MEN),
        Sex::Woman => *chance.pick(&WOMEN),
    };
    // Every third is young, but for the known ones; the others are of the age for checkups (40 to 74) all along.
    let year = if at % 3 == 2 && at > 2 { chance.between(1986, 1999) } else { chance.between(1958, 1978) };
    let born = Date::from_ymd(year.cast_signed(), chance.between(1, 12), chance.between(1, 28));
    Member {
        id,
        name: format!("{surname} {given}"),
        reading: format!("{surname_reading} {given_reading}"),
        sex,
        born: born.expect("the years, months and days drawn above exist"),
        number: format!("{}", 5001 + at * 13),
    }
}

/// Returns a given name for somebody in a member's family, with the member's surname before it.
pub(super) fn relative(member: &Member, sex: Sex, chance: &mut Chance) -> String {
    let surname = member.name.split(' ').next().unwrap_or_default();
    let given = match sex {
        Sex::Man => chance.pick(&MEN).0,
        Sex::Woman => chance.pick(&WOMEN).0,
    };
    format!("{surname} {given}")
}

/// Returns the name of somebody who is no member, such as a clerk.
pub(super) fn stranger(chance: &mut Chance) -> String {
    let surname = chance.pick(&SURNAMES).0;
    let given = if chance.happens(50) { chance.pick(&MEN).0 } else { chance.pick(&WOMEN).0 };
    format!("{surname} {given}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_bear_different_ids_numbers_and_names() {
        let members = members(1, &["M1004217"], 60);
        assert_eq!(members[0].id, "M1004217");
        for part in [|m: &Member| m.id.clone(), |m: &Member| m.number.clone()] {
            let distinct: std::collections::BTreeSet<String> = members.iter().map(part).collect();
            assert_eq!(distinct.len(), 60);
        }
        assert!(members.iter().all(|m| m.id.len() == 8 && m.id[1..].bytes().all(|b| b.is_ascii_digit())));
    }
}
