//! The demo's tables: fee statements, records of provision to third parties, access logs.
//!
//! In: what a table is about, and dice. Out: CSV in UTF-8 with a header row in Japanese.
//! The rule it keeps: amounts add up (points × 10 yen, the member's share of 30 per cent), times ascend, and no field
//! needs quoting, since none holds a comma, a quotation mark or a line break.

use crate::calendar::Date;

use super::chance::Chance;
use super::past::{month, working_day};
use super::people::{INSURER, Member, SYMBOL, Sex, relative, stranger};

/// Invented hospitals, pharmacies and nursing stations, with invented codes.
const CLINICS: [(&str, &str, &str); 10] = [
    ("9910013", "みなと中央クリニック", "内科"),
    ("9910021", "芝浦整形外科", "整形外科"),
    ("9910039", "汐見台総合病院", "循環器内科"),
    ("9910047", "青海耳鼻咽喉科", "耳鼻咽喉科"),
    ("9910054", "港南眼科医院", "眼科"),
    ("9910062", "海岸通り皮膚科", "皮膚科"),
    ("9910070", "台場こどもクリニック", "小児科"),
    ("9910088", "白波歯科医院", "歯科"),
    ("9910096", "高波大学病院", "消化器内科"),
    ("9910104", "浜松町内科医院", "内科"),
];

/// Diagnoses with invented codes.
const DIAGNOSES: [(&str, &str); 18] = [
    ("D0101", "急性上気道炎"),
    ("D0102", "急性気管支炎"),
    ("D0103", "インフルエンザ"),
    ("D0201", "高血圧症"),
    ("D0202", "脂質異常症"),
    ("D0203", "2型糖尿病"),
    ("D0204", "高尿酸血症"),
    ("D0301", "慢性胃炎"),
    ("D0302", "逆流性食道炎"),
    ("D0401", "腰痛症"),
    ("D0402", "頚肩腕症候群"),
    ("D0403", "足関節捻挫"),
    ("D0501", "アレルギー性鼻炎"),
    ("D0502", "アレルギー性結膜炎"),
    ("D0503", "湿疹"),
    ("D0601", "歯周炎"),
    ("D0701", "片頭痛"),
    ("D0702", "不眠症"),
];

/// What a medical fee statement lists, with the least and the most points.
const ACTS: [(&str, u32, u32); 10] = [
    ("初診料", 282, 288),
    ("再診料", 73, 74),
    ("外来管理加算", 52, 52),
    ("処方箋料", 60, 68),
    ("特定疾患療養管理料", 147, 225),
    ("血液検査", 110, 620),
    ("尿検査", 26, 60),
    ("画像診断", 210, 1_020),
    ("処置", 45, 340),
    ("明細書発行体制等加算", 1, 1),
];

const MEDICINES: [&str; 10] = [
    "降圧薬A錠5mg",
    "降圧薬B錠20mg",
    "脂質改善薬C錠10mg",
    "血糖降下薬D錠250mg",
    "胃酸抑制薬E錠15mg",
    "鎮痛薬F錠60mg",
    "抗アレルギー薬G錠10mg",
    "点眼液H 0.1%",
    "外用保湿剤I 0.3%",
    "去痰薬J錠500mg",
];

/// The three kinds of fee statements, each with its own columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Statement {
    Medical,
    Dispensing,
    HomeNursing,
}

impl Statement {
    /// Returns the name of the paper.
    pub(super) fn title(self) -> &'static str {
        match self {
            Statement::Medical => "診療報酬明細書",
            Statement::Dispensing => "調剤報酬明細書",
            Statement::HomeNursing => "訪問看護療養費明細書",
        }
    }
}

/// Writes one member's fee statement for a month of treatment.
pub(super) fn statement(kind: Statement, member: &Member, treated: Date, chance: &mut Chance) -> Vec<u8> {
    let header = "保険者番号,記号,番号,枝番,氏名,氏名カナ,性別,生年月日,診療年月,機関コード,機関名,区分,\
                  内容コード,内容,実施日,回数,点数,金額(円),一部負担金(円)\n";
    let mut table = String::from(header);
    // The branch number came in use in 2021-04; older statements leave it empty.
    let branch = if (treated.year(), treated.month()) >= (2021, 4) { "00" } else { "" };
    let person = format!(
        "{INSURER},{SYMBOL},{},{branch},{},{},{},{},{}",
        member.number,
        member.name,
        member.reading,
        member.sex.label(),
        member.born,
        month(treated)
    );
    let visits = visits(kind, treated, chance);
    let place = place(kind, chance);
    let mut points_in_all = 0;
    for day in visits {
        for (section, code, content, points) in acts(kind, chance) {
            points_in_all += points;
            let row = row(&person, &place, [section, &code, &content], day, points);
            table.push_str(&row);
        }
    }
    let yen = points_in_all * 10;
    table.push_str(&format!("{person},{place},合計,,,,,{points_in_all},{yen},{}\n", share(yen)));
    table.into_bytes()
}

/// Returns the member's share of 30 per cent, rounded to ten yen as at the counter.
fn share(yen: u32) -> u32 {
    (yen * 3 / 10 + 5) / 10 * 10
}

fn row(person: &str, place: &str, what: [&str; 3], day: Date, points: u32) -> String {
    let [section, code, content] = what;
    let yen = points * 10;
    format!("{person},{place},{section},{code},{content},{day},1,{points},{yen},{}\n", share(yen))
}

/// Draws the days of treatment within the month, in order.
fn visits(kind: Statement, treated: Date, chance: &mut Chance) -> Vec<Date> {
    let count = match kind {
        Statement::Medical => chance.between(1, 8),
        Statement::Dispensing => chance.between(1, 3),
        Statement::HomeNursing => chance.between(4, 12),
    };
    let last = treated.last_of_month().day();
    let days: std::collections::BTreeSet<u32> = (0..count).map(|_| chance.between(1, last)).collect();
    days.into_iter().filter_map(|day| Date::from_ymd(treated.year(), treated.month(), day)).collect()
}

fn place(kind: Statement, chance: &mut Chance) -> String {
    match kind {
        Statement::Medical => {
            let (code, name, department) = *chance.pick(&CLINICS);
            format!("{code},{name}({department})")
        }
        Statement::Dispensing => {
            format!("99402{:02},みなと調剤薬局 第{}店", chance.between(10, 99), chance.between(1, 9))
        }
        Statement::HomeNursing => format!("99903{:02},訪問看護ステーションしおかぜ", chance.between(10, 99)),
    }
}

/// Draws what was done on one day: section, code, content, points.
fn acts(kind: Statement, chance: &mut Chance) -> Vec<(&'static str, String, String, u32)> {
    match kind {
        Statement::Medical => {
            let (code, name) = *chance.pick(&DIAGNOSES);
            let mut acts = vec![("傷病名", code.to_owned(), name.to_owned(), 0)];
            let first = chance.index(2);
            for act in [first, 2 + chance.index(4), 6 + chance.index(4)] {
                let (name, least, most) = ACTS[act];
                acts.push(("診療行為", format!("A{:04}", act * 10 + 1), name.to_owned(), chance.between(least, most)));
            }
            acts
        }
        Statement::Dispensing => (0..chance.between(1, 5))
            .map(|_| {
                let at = chance.index(MEDICINES.len());
                ("薬剤料", format!("Y{:04}", at + 101), MEDICINES[at].to_owned(), chance.between(6, 190))
            })
            .chain([("調剤技術料", "T0001".to_owned(), "調剤基本料".to_owned(), 42)])
            .collect(),
        Statement::HomeNursing => vec![
            ("訪問看護", "N0001".to_owned(), "訪問看護基本療養費".to_owned(), 555),
            ("訪問看護", "N0002".to_owned(), "訪問看護管理療養費".to_owned(), chance.between(300, 744)),
        ],
    }
}

/// To whom personal data were provided, and what for.
const PROVISIONS: [(&str, &str, &str, &str); 5] = [
    ("事業主提供記録", "みなと海運株式会社 代表取締役 海野 一郎", "法定外健診項目(眼底・腹部超音波)", "本人の同意"),
    ("共済会提供記録", "みなと海運共済会 会長 岬 弘", "給付の種類・支給期間", "本人の同意"),
    ("学術研究提供記録", "高波大学公衆衛生学教室 教授 浜田 進", "健診結果(検査値・問診)", "本人の同意"),
    ("損害保険会社提供記録", "しおさい損害保険株式会社 代表取締役 沖 徹", "診療報酬明細書の写し", "本人の同意"),
    ("運動施設提供記録", "汐見スポーツ株式会社 代表取締役 波多野 勇", "氏名・資格の有無", "本人の同意"),
];

/// Returns the names of the kinds of records of provision.
pub(super) fn provision_titles() -> impl Iterator<Item = &'static str> {
    PROVISIONS.iter().map(|(title, ..)| *title)
}

/// Writes the record of a provision to a third party: one row for each person concerned.
///
/// # Source
/// Act on the Protection of Personal Information, art. 29, and its enforcement rules: consent, the third party's name
/// and representative, the person's name, the items.
pub(super) fn provision(title: &str, made: Date, members: &[Member], chance: &mut Chance) -> Vec<u8> {
    let (_, to, items, ground) = PROVISIONS.iter().find(|known| known.0 == title).unwrap_or(&PROVISIONS[0]);
    let mut table =
        String::from("記録番号,作成年月日,提供年月日,提供先,本人の氏名,記号,番号,提供した項目,根拠,担当者\n");
    let clerk = stranger(chance);
    let first = chance.between(100, 899);
    for at in 0..chance.between(3, 24) {
        let member = chance.pick(members);
        let provided = working_day(made.minus_days(chance.between(0, 4)).unwrap_or(made));
        table.push_str(&format!(
            "提{}-{:04},{made},{provided},{to},{},{SYMBOL},{},{items},{ground},{clerk}\n",
            made.year(),
            first + at,
            member.name,
            member.number
        ));
    }
    table.into_bytes()
}

const ACTIONS: [&str; 9] = [
    "ログイン",
    "被保険者台帳照会",
    "給付記録照会",
    "診療報酬明細書閲覧",
    "支給決定入力",
    "帳票印刷",
    "健診結果閲覧",
    "検索",
    "ログアウト",
];

const DOORS: [&str; 5] = ["執務室", "書庫", "サーバー室", "通用口", "会議室"];

/// The two systems that log who came in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Log {
    /// The business system: who looked at what.
    Operations,
    /// The doors.
    Entries,
}

impl Log {
    /// Returns the name of the log's file, without ending.
    pub(super) fn title(self) -> &'static str {
        match self {
            Log::Operations => "基幹業務システム操作記録",
            Log::Entries => "入退室記録",
        }
    }
}

/// Writes a month of one log, in the order of time.
pub(super) fn log(kind: Log, logged: Date, members: &[Member], chance: &mut Chance) -> Vec<u8> {
    let mut table = String::from(match kind {
        Log::Operations => "日時,利用者ID,端末,操作,対象,結果\n",
        Log::Entries => "日時,カード番号,扉,方向,結果\n",
    });
    let clerks: Vec<u32> = (0..8).map(|at| 9_100 + at * 7).collect();
    for day in 1..=logged.last_of_month().day() {
        let mut seconds: Vec<u32> = (0..chance.between(2, 14)).map(|_| chance.between(30_600, 66_600)).collect();
        seconds.sort_unstable();
        for second in seconds {
            let time = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
            let at = format!("{}-{day:02} {time}", month(logged));
            table.push_str(&logged_row(kind, &at, *chance.pick(&clerks), members, chance));
        }
    }
    table.into_bytes()
}

fn logged_row(kind: Log, at: &str, clerk: u32, members: &[Member], chance: &mut Chance) -> String {
    let result = if chance.happens(97) { "成功" } else { "失敗" };
    match kind {
        Log::Operations => {
            let action = *chance.pick(&ACTIONS);
            let target = if action.starts_with("ログ") { "-" } else { &chance.pick(members).id };
            format!("{at},u{clerk},PC{:03},{action},{target},{result}\n", clerk % 40)
        }
        Log::Entries => {
            let way = if chance.happens(50) { "入室" } else { "退室" };
            format!("{at},K{:06},{},{way},{result}\n", clerk * 31, chance.pick(&DOORS))
        }
    }
}

/// Writes a short list of a family's members, for a file that is refused in the end.
pub(super) fn household(member: &Member, chance: &mut Chance) -> Vec<u8> {
    let mut table = String::from("記号,番号,枝番,氏名,続柄\n");
    table.push_str(&format!("{SYMBOL},{},00,{},本人\n", member.number, member.name));
    for (branch, sex) in [Sex::Woman, Sex::Man].into_iter().enumerate() {
        let name = relative(member, sex, chance);
        table.push_str(&format!("{SYMBOL},{},{:02},{name},家族\n", member.number, branch + 1));
    }
    table.into_bytes()
}
