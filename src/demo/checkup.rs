//! The demo's checkups: results of specific checkups, and records of the guidance that follows, as XML.
//!
//! In: a member, a day and dice. Out: a well-formed document in an invented namespace.
//! The rule it keeps: what the document concludes follows from the values in it, by the published criteria of the
//! metabolic syndrome; no member number of another system, and no Individual Number.

use crate::calendar::Date;

use super::chance::Chance;
use super::past::working_day;
use super::people::{INSURER, Member, SOCIETY, SYMBOL, Sex, stranger};

const NAMESPACE: &str = "urn:example:minato-kenpo:checkup:1";

/// The two kinds of documents.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Checkup {
    /// 特定健康診査
    Result,
    /// 特定保健指導
    Guidance,
}

impl Checkup {
    /// Returns the name of the file, without ending.
    pub(super) fn title(self) -> &'static str {
        match self {
            Checkup::Result => "特定健康診査結果",
            Checkup::Guidance => "特定保健指導記録",
        }
    }
}

/// One measured value, in tenths of its unit where `tenths` says so.
struct Item {
    code: &'static str,
    title: &'static str,
    value: u32,
    tenths: Tenths,
    unit: &'static str,
}

#[derive(Clone, Copy)]
enum Tenths {
    Whole,
    Tenth,
}

impl Item {
    fn text(&self) -> String {
        match self.tenths {
            Tenths::Whole => self.value.to_string(),
            Tenths::Tenth => format!("{}.{}", self.value / 10, self.value % 10),
        }
    }
}

/// The values on which the conclusion depends.
struct Body {
    height: u32,
    weight: u32,
    waist: u32,
    systolic: u32,
    diastolic: u32,
    triglyceride: u32,
    hdl: u32,
    glucose: u32,
}

/// Writes the document of a checkup or guidance.
pub(super) fn document(kind: Checkup, member: &Member, made: Date, chance: &mut Chance) -> Vec<u8> {
    let root = match kind {
        Checkup::Result => "checkup",
        Checkup::Guidance => "guidance",
    };
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.push_str(&format!("<{root} xmlns=\"{NAMESPACE}\" made=\"{made}\">\n"));
    xml.push_str(&subject(member));
    xml.push_str(&match kind {
        Checkup::Result => result(member, made, chance),
        Checkup::Guidance => guidance(made, chance),
    });
    xml.push_str(&format!("</{root}>\n"));
    xml.into_bytes()
}

fn subject(member: &Member) -> String {
    format!(
        "  <insurer number=\"{INSURER}\">{SOCIETY}</insurer>\n  <person id=\"{}\" symbol=\"{SYMBOL}\" number=\"{}\" \
         branch=\"00\">\n    <name reading=\"{}\">{}</name>\n    <sex>{}</sex>\n    <born>{}</born>\n  </person>\n",
        member.id,
        member.number,
        member.reading,
        member.name,
        member.sex.label(),
        member.born
    )
}

fn body(sex: Sex, chance: &mut Chance) -> Body {
    let (height, waist) = match sex {
        Sex::Man => (chance.between(1_600, 1_830), chance.between(720, 1_020)),
        Sex::Woman => (chance.between(1_480, 1_690), chance.between(650, 980)),
    };
    // A waist of 85 cm goes with a body mass index of about 24.
    let index = waist * 28 / 100 + chance.between(0, 24);
    Body {
        height,
        weight: index * (height / 10) * (height / 10) / 10_000,
        waist,
        systolic: chance.between(102, 158),
        diastolic: chance.between(58, 98),
        triglyceride: chance.between(45, 260),
        hdl: chance.between(34, 92),
        glucose: chance.between(78, 134),
    }
}

/// Returns the conclusion that the published criteria of the metabolic syndrome give.
fn conclusion(sex: Sex, body: &Body) -> &'static str {
    let limit = match sex {
        Sex::Man => 850,
        Sex::Woman => 900,
    };
    if body.waist < limit {
        return "非該当";
    }
    let lipids = body.triglyceride >= 150 || body.hdl < 40;
    let pressure = body.systolic >= 130 || body.diastolic >= 85;
    let risks = [lipids, pressure, body.glucose >= 110].into_iter().filter(|risk| *risk).count();
    match risks {
        0 => "非該当",
        1 => "予備群該当",
        _ => "基準該当",
    }
}

fn items(body: &Body, chance: &mut Chance) -> Vec<Item> {
    let whole = |code, title, value, unit| Item { code, title, value, tenths: Tenths::Whole, unit };
    let tenth = |code, title, value, unit| Item { code, title, value, tenths: Tenths::Tenth, unit };
    let centimetres = body.height / 10;
    vec![
        tenth("B01", "身長", body.height, "cm"),
        tenth("B02", "体重", body.weight, "kg"),
        tenth("B03", "BMI", body.weight * 10_000 / (centimetres * centimetres), "kg/m2"),
        tenth("B04", "腹囲", body.waist, "cm"),
        whole("P01", "収縮期血圧", body.systolic, "mmHg"),
        whole("P02", "拡張期血圧", body.diastolic, "mmHg"),
        whole("L01", "中性脂肪", body.triglyceride, "mg/dL"),
        whole("L02", "HDLコレステロール", body.hdl, "mg/dL"),
        whole("L03", "LDLコレステロール", chance.between(70, 182), "mg/dL"),
        whole("H01", "AST(GOT)", chance.between(13, 58), "U/L"),
        whole("H02", "ALT(GPT)", chance.between(9, 74), "U/L"),
        whole("H03", "γ-GT(γ-GTP)", chance.between(11, 128), "U/L"),
        whole("G01", "空腹時血糖", body.glucose, "mg/dL"),
        tenth("G02", "HbA1c(NGSP)", 46 + (body.glucose - 70) / 4 + chance.between(0, 4), "%"),
        tenth("K01", "血清尿酸", chance.between(31, 82), "mg/dL"),
        tenth("K02", "ヘモグロビン", chance.between(115, 168), "g/dL"),
    ]
}

const QUESTIONS: [(&str, &str); 8] = [
    ("Q01", "血圧を下げる薬の使用の有無"),
    ("Q02", "血糖を下げる薬又はインスリン注射の使用の有無"),
    ("Q03", "コレステロールや中性脂肪を下げる薬の使用の有無"),
    ("Q04", "現在、たばこを習慣的に吸っている"),
    ("Q05", "20歳の時の体重から10kg以上増加している"),
    ("Q06", "1回30分以上の軽く汗をかく運動を週2日以上、1年以上実施"),
    ("Q07", "就寝前の2時間以内に夕食をとることが週に3回以上ある"),
    ("Q08", "睡眠で休養が十分とれている"),
];

fn result(member: &Member, made: Date, chance: &mut Chance) -> String {
    let body = body(member.sex, chance);
    let taken = working_day(made.minus_days(chance.between(14, 28)).unwrap_or(made));
    let mut xml = format!("  <taken on=\"{taken}\" at=\"みなと健診センター\"/>\n  <items>\n");
    for item in items(&body, chance) {
        let Item { code, title, unit, .. } = item;
        let value = item.text();
        xml.push_str(&format!("    <item code=\"{code}\" title=\"{title}\" unit=\"{unit}\">{value}</item>\n"));
    }
    for (code, title) in [("U01", "尿糖"), ("U02", "尿蛋白")] {
        let value = chance.pick(&["(-)", "(-)", "(-)", "(-)", "(±)", "(+)"]);
        xml.push_str(&format!("    <item code=\"{code}\" title=\"{title}\">{value}</item>\n"));
    }
    xml.push_str("  </items>\n  <questions>\n");
    for (code, question) in QUESTIONS {
        let answer = chance.pick(&["はい", "いいえ", "いいえ"]);
        xml.push_str(&format!("    <answer code=\"{code}\" question=\"{question}\">{answer}</answer>\n"));
    }
    let conclusion = conclusion(member.sex, &body);
    xml.push_str(&format!("  </questions>\n  <conclusion title=\"メタボリックシンドローム判定\">{conclusion}"));
    xml.push_str(&format!("</conclusion>\n  <physician>{}</physician>\n", stranger(chance)));
    xml
}

const GOALS: [&str; 5] = [
    "夕食は就寝の2時間前までに終える",
    "1日8,000歩以上を週5日歩く",
    "清涼飲料水をお茶に替える",
    "飲酒は週3日までとし、休肝日を設ける",
    "毎朝体重を測って記録する",
];

fn guidance(made: Date, chance: &mut Chance) -> String {
    let motivation = chance.happens(50);
    let (level, sessions) = if motivation { ("動機付け支援", 2) } else { ("積極的支援", 5) };
    let (mut kilos, mut waist) = (chance.between(640, 860), chance.between(860, 1_000));
    let mut xml = format!("  <level>{level}</level>\n  <goals>\n    <goal>{}</goal>\n", chance.pick(&GOALS[..2]));
    xml.push_str(&format!("    <goal>{}</goal>\n  </goals>\n  <sessions>\n", chance.pick(&GOALS[2..])));
    for session in 0..sessions {
        let held = working_day(made.minus_days((sessions - 1 - session) * 30).unwrap_or(made));
        let way =
            if session == 0 { "個別面談" } else { *chance.pick(&["電話", "電子メール", "個別面談"]) };
        xml.push_str(&format!(
            "    <session number=\"{}\" on=\"{held}\" way=\"{way}\">\n      <weight unit=\"kg\">{}.{}</weight>\n      \
             <waist unit=\"cm\">{}.{}</waist>\n      <remark>{}</remark>\n    </session>\n",
            session + 1,
            kilos / 10,
            kilos % 10,
            waist / 10,
            waist % 10,
            chance.pick(&["目標を継続", "おおむね達成", "達成度は5割程度、間食を見直す", "目標を修正して継続"])
        ));
        kilos -= chance.between(0, 9);
        waist -= chance.between(0, 8);
    }
    xml.push_str(&format!("  </sessions>\n  <instructor>保健師 {}</instructor>\n", stranger(chance)));
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_conclusion_follows_from_the_values() {
        let plain = || Body {
            height: 1_700,
            weight: 720,
            waist: 900,
            systolic: 120,
            diastolic: 70,
            triglyceride: 100,
            hdl: 60,
            glucose: 90,
        };
        assert_eq!(conclusion(Sex::Man, &plain()), "非該当");
        assert_eq!(conclusion(Sex::Man, &Body { hdl: 39, ..plain() }), "予備群該当");
        assert_eq!(conclusion(Sex::Man, &Body { hdl: 39, glucose: 110, ..plain() }), "基準該当");
        assert_eq!(conclusion(Sex::Woman, &Body { waist: 899, hdl: 39, glucose: 110, ..plain() }), "非該当");
    }
}
