//! The demo's office papers: what stands on a form, to be typeset as PDF.
//!
//! In: a kind of paper, a member, its date, its number and dice. Out: the data of `notices/document.typ`
//! (`title, number, date, fields: [[label, value]], paragraphs, stamp`).
//! The rule it keeps: a paper speaks of its own day (era dates, amounts of that year), and amounts follow from the
//! figures printed beside them.

use serde_json::{Value, json};

use crate::calendar::Date;

use super::chance::Chance;
use super::past::{era, working_day};
use super::people::{INSURER, Member, SOCIETY, SYMBOL, Sex, relative, stranger};

/// One line of a form: label and value.
pub(super) type Field = (&'static str, String);

/// Everything that a paper's kind decides.
pub(super) struct Form {
    pub(super) fields: Vec<Field>,
    pub(super) paragraphs: Vec<String>,
}

/// Puts a form together as the data of `notices/document.typ`.
pub(super) fn sheet(title: &str, number: String, date: Date, stamp: &str, form: Form) -> Value {
    let fields: Vec<[String; 2]> = form.fields.into_iter().map(|(label, value)| [label.to_owned(), value]).collect();
    json!({
        "title": title,
        "number": number,
        "date": era(date),
        "fields": fields,
        "paragraphs": form.paragraphs,
        "stamp": stamp,
    })
}

/// Writes an amount with commas, such as 1,234,567円.
pub(super) fn yen(amount: u32) -> String {
    let digits = amount.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{text}円")
}

/// The fields by which every form names its member.
pub(super) fn person(member: &Member) -> Vec<Field> {
    vec![
        ("保険者番号・名称", format!("{INSURER} {SOCIETY}")),
        ("記号・番号", format!("{SYMBOL}・{}", member.number)),
        ("被保険者氏名", format!("{}({})", member.name, member.reading)),
        ("生年月日", era(member.born)),
    ]
}

/// Returns the day `days` before `date`.
pub(super) fn before(date: Date, days: u32) -> Date {
    date.minus_days(days).unwrap_or(date)
}

/// The grades of monthly standard remuneration that the demo uses, in yen.
pub(super) const GRADES: [u32; 12] =
    [200_000, 220_000, 240_000, 260_000, 280_000, 300_000, 320_000, 340_000, 380_000, 410_000, 440_000, 500_000];

/// The notices about who is insured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Standing {
    Acquired,
    Dependants,
    NameChanged,
    Lost,
}

impl Standing {
    /// Returns the name of the paper's file, without ending.
    pub(super) fn title(self) -> &'static str {
        match self {
            Standing::Acquired => "被保険者資格取得届",
            Standing::Dependants => "被扶養者異動届",
            Standing::NameChanged => "被保険者氏名変更届",
            Standing::Lost => "被保険者資格喪失届",
        }
    }
}

const EMPLOYERS: [&str; 4] = ["みなと海運株式会社", "汐見物流株式会社", "港湾整備株式会社", "しらなみ商事株式会社"];

/// Writes a notice about who is insured.
pub(super) fn notice(standing: Standing, member: &Member, made: Date, chance: &mut Chance) -> Value {
    let happened = before(made, chance.between(2, 5));
    let mut fields = person(member);
    fields.push(("事業所名称", chance.pick(&EMPLOYERS).to_string()));
    fields.append(&mut match standing {
        Standing::Acquired => vec![
            ("資格取得年月日", era(happened)),
            ("報酬月額", yen(*chance.pick(&GRADES) + chance.between(0, 9) * 1_000)),
            ("被扶養者", chance.pick(&["無", "有(別途届出)"]).to_string()),
        ],
        Standing::Dependants => dependant(member, happened, chance),
        Standing::NameChanged => vec![
            ("変更前の氏名", stranger(chance)),
            ("変更後の氏名", member.name.clone()),
            ("変更年月日", era(happened)),
        ],
        Standing::Lost => vec![
            ("資格喪失年月日", era(happened)),
            ("喪失の原因", "退職".to_owned()),
            ("被保険者証等の回収", "本人分1枚 添付".to_owned()),
        ],
    });
    let paragraphs = vec![
        format!("健康保険法の規定により、上記のとおり届け出ます。 事業主 代表取締役 {}", stranger(chance)),
        format!("受付 {} 適用課  入力 {}  照合 {}", era(made), stranger(chance), stranger(chance)),
    ];
    let number = format!("み健適受第{:05}号", chance.between(101, 29_990));
    sheet(standing.title(), number, made, "受付済", Form { fields, paragraphs })
}

fn dependant(member: &Member, happened: Date, chance: &mut Chance) -> Vec<Field> {
    let is_birth = chance.happens(50);
    let sex = match member.sex {
        Sex::Man => Sex::Woman,
        Sex::Woman => Sex::Man,
    };
    let (tie, born, why) = if is_birth {
        ("子", happened, "出生")
    } else {
        ("配偶者", before(member.born, chance.between(30, 1_200)), "収入の減少")
    };
    vec![
        ("異動の別", "追加".to_owned()),
        ("被扶養者氏名", relative(member, sex, chance)),
        ("続柄", tie.to_owned()),
        ("被扶養者の生年月日", era(born)),
        ("被扶養者になった日", era(happened)),
        ("理由", why.to_owned()),
    ]
}

/// The requests that a person may make about their data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Request {
    Disclosure,
    Statements,
    Correction,
    Stop,
    Provisions,
}

impl Request {
    pub(super) const ALL: [Request; 5] =
        [Request::Disclosure, Request::Statements, Request::Correction, Request::Stop, Request::Provisions];

    /// Returns the name of the paper's file, without ending.
    pub(super) fn title(self) -> &'static str {
        match self {
            Request::Disclosure => "保有個人データ開示請求書",
            Request::Statements => "診療報酬明細書等開示請求書",
            Request::Correction => "保有個人データ訂正等請求書",
            Request::Stop => "保有個人データ利用停止等請求書",
            Request::Provisions => "第三者提供記録開示請求書",
        }
    }

    fn about(self) -> (&'static str, &'static str) {
        match self {
            Request::Disclosure => ("被保険者台帳に記録された本人の情報", "全部開示"),
            Request::Statements => ("本人に係る診療報酬明細書", "全部開示(医療機関への照会済み)"),
            Request::Correction => ("届出済みの住所及び氏名の読み", "訂正"),
            Request::Stop => ("保健事業の案内への利用", "利用停止"),
            Request::Provisions => ("事業主への健診結果の提供に係る記録", "全部開示"),
        }
    }
}

/// Writes the request of a person about their data, with what was decided.
pub(super) fn request(kind: Request, member: &Member, completed: Date, chance: &mut Chance) -> Value {
    let received = working_day(before(completed, chance.between(6, 14)));
    let (about, decided) = kind.about();
    let mut fields = person(member);
    fields.extend([
        ("請求年月日", era(received)),
        ("請求者", "本人".to_owned()),
        (
            "本人確認",
            chance.pick(&["運転免許証の提示", "旅券の提示", "資格情報のお知らせ及び住民票の写し"]).to_string(),
        ),
        ("請求の対象", about.to_owned()),
        ("開示等の方法", chance.pick(&["書面の交付", "電磁的記録の提供"]).to_string()),
        ("決定", format!("{} {decided}", era(working_day(before(completed, 3))))),
        ("完結年月日", era(completed)),
    ]);
    let paragraphs = vec![
        "個人情報の保護に関する法律の規定により、上記のとおり請求します。".to_owned(),
        format!(
            "処理経過: {}受付、対象の特定及び検索、不開示事由の有無を確認、決裁、{}回答。",
            era(received),
            era(completed)
        ),
        format!("担当 総務課個人情報相談窓口 {}", stranger(chance)),
    ];
    let number = format!("み健個第{:03}号", chance.between(1, 380));
    sheet(kind.title(), number, completed, "完結", Form { fields, paragraphs })
}

/// The meetings that minutes are kept of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Meeting {
    Council,
    Board,
}

impl Meeting {
    fn name(self) -> &'static str {
        match self {
            Meeting::Council => "組合会",
            Meeting::Board => "理事会",
        }
    }

    /// Returns the name of the paper's file, without ending.
    pub(super) fn title(self, session: u32) -> String {
        format!("第{session}回{}会議録", self.name())
    }
}

const BILLS: [&str; 7] = [
    "事業計画及び収入支出予算(案)について",
    "収入支出決算及び事業報告について",
    "規約の一部変更について",
    "個人情報保護管理規程の一部改正について",
    "データヘルス計画の見直しについて",
    "文書管理規程の一部改正及び保存期間表の見直しについて",
    "一般保険料率及び調整保険料率の設定について",
];

/// What is asked in a meeting, and what is answered.
const DEBATES: [(&str, &str); 4] = [
    ("前年度との主な違い", "資料の3頁に示すとおりである"),
    ("被保険者への周知の方法", "機関誌及びホームページで周知する"),
    ("保健事業費の見通し", "前年度と同程度を見込んでいる"),
    ("施行の時期", "準備が整い次第、速やかに実施する"),
];

/// Writes the minutes of a meeting.
pub(super) fn minutes(meeting: Meeting, session: u32, held: Date, chance: &mut Chance) -> Value {
    let seats = if meeting == Meeting::Council { 20 } else { 8 };
    let present = seats - chance.between(0, 3);
    let chair = stranger(chance);
    let first = chance.index(BILLS.len());
    let bills = [BILLS[first], BILLS[(first + 1 + chance.index(BILLS.len() - 1)) % BILLS.len()]];
    let fields = vec![
        ("開催日時", format!("{} 午後2時から午後{}時{}0分まで", era(held), chance.between(3, 4), chance.between(0, 5))),
        ("開催場所", "当組合 3階会議室".to_owned()),
        ("定数・出席者数", format!("定数{seats}名、出席{present}名(うち委任状{}名)", chance.between(0, 2))),
        ("議長", format!("理事長 {chair}")),
        ("会議録署名人", format!("{}、{}", stranger(chance), stranger(chance))),
        ("議案第1号", bills[0].to_owned()),
        ("議案第2号", bills[1].to_owned()),
    ];
    let opening = format!("議長は、定足数を満たしていることを確認し、第{session}回{}の開会を宣した。", meeting.name());
    let seat = if meeting == Meeting::Council { "議員" } else { "理事" };
    let (asked, answered) = *chance.pick(&DEBATES);
    let asker = stranger(chance).split(' ').next().unwrap_or_default().to_owned();
    let debate = format!(
        "議案第1号について、事務局から資料に基づき説明があり、{asker}{seat}から{asked}について質問があった。\
         事務局は、{answered}旨を答え、採決の結果、満場一致で原案どおり可決した。"
    );
    let closing = "議案第2号について説明及び質疑の後、採決の結果、賛成多数で可決した。以上をもって議事を終了し、議長は閉会を宣した。";
    let paragraphs = vec![opening, debate, closing.to_owned()];
    let number = format!("永年保存 み健総第{:03}号", chance.between(3, 420));
    sheet(&meeting.title(session), number, held, "永年保存", Form { fields, paragraphs })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_by_thousands() {
        for (amount, text) in [(0, "0円"), (999, "999円"), (1_000, "1,000円"), (1_234_567, "1,234,567円")] {
            assert_eq!(yen(amount), text);
        }
    }
}
