//! Made-up households and the words their letters must say.
//!
//! In: a number. Out: a letter's job, always the same for the same number. The rule it keeps: nobody here exists.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use hokan::calendar::Instant;
use hokan::publish::templates::Templates;
use hokan::publish::typeset::{Files, Job};
use serde_json::{Value, json};

pub const LANGUAGES: [&str; 2] = ["ja", "en"];

/// How many persons a household has.
const PERSONS: usize = 3;

/// Words of one language.
struct Words {
    families: [&'static str; 8],
    names: [&'static str; 6],
    providers: [&'static str; 8],
    kinds: [&'static str; 4],
    months: [&'static str; 10],
}

const JAPANESE: Words = Words {
    families: ["佐藤", "鈴木", "髙橋", "渡邉", "田中", "伊藤", "小林", "山﨑"],
    names: ["太郎", "花子", "健太", "美咲", "由紀子", "一"],
    providers: [
        "汐見台内科クリニック",
        "みなと中央病院",
        "港南薬局",
        "あおば歯科医院",
        "浜町整形外科",
        "さくら調剤薬局本店",
        "湾岸総合病院",
        "ひまわり小児科",
    ],
    kinds: ["医科外来", "歯科外来", "調剤", "医科入院"],
    months: [
        "令和8年1月",
        "令和8年2月",
        "令和8年3月",
        "令和8年4月",
        "令和8年5月",
        "令和8年6月",
        "令和8年7月",
        "令和8年8月",
        "令和8年9月",
        "令和8年10月",
    ],
};

const ENGLISH: Words = Words {
    families: ["Sato", "Suzuki", "Takahashi", "Watanabe", "Tanaka", "Ito", "Kobayashi", "Yamazaki"],
    names: ["Taro", "Hanako", "Kenta", "Misaki", "Yukiko", "Hajime"],
    providers: [
        "Shiomidai Clinic",
        "Minato Central Hospital",
        "Konan Pharmacy",
        "Aoba Dental Clinic",
        "Hamacho Orthopaedics",
        "Sakura Pharmacy",
        "Wangan General Hospital",
        "Himawari Paediatrics",
    ],
    kinds: ["Outpatient", "Dental", "Pharmacy", "Inpatient"],
    months: [
        "January 2026",
        "February 2026",
        "March 2026",
        "April 2026",
        "May 2026",
        "June 2026",
        "July 2026",
        "August 2026",
        "September 2026",
        "October 2026",
    ],
};

fn words(language: &str) -> &'static Words {
    match language {
        "ja" => &JAPANESE,
        _ => &ENGLISH,
    }
}

fn files() -> Files {
    static SHIPPED: OnceLock<Files> = OnceLock::new();
    let read = || {
        let shipped = Templates::shipped();
        let files = shipped.below("notices/").map(|(name, bytes)| (name.to_owned(), bytes.to_vec()));
        files.collect::<BTreeMap<_, _>>().into()
    };
    Files::clone(SHIPPED.get_or_init(read))
}

fn grouped(amount: usize) -> String {
    match amount {
        0..1_000 => amount.to_string(),
        _ => format!("{},{:03}", grouped(amount / 1_000), amount % 1_000),
    }
}

/// The letter of a household with so many costs.
pub fn letter(n: usize, rows: usize, language: &str) -> Job {
    let said = words(language);
    let name = |person: usize| match language {
        "ja" => format!("{} {}", said.families[n % 8], said.names[(n + person) % 6]),
        _ => format!("{} {}", said.names[(n + person) % 6], said.families[n % 8]),
    };
    let mut members: Vec<Value> = Vec::new();
    let (mut all_total, mut all_paid) = (0, 0);
    for person in 0..PERSONS.min(rows) {
        let (mut costs, mut sum_total, mut sum_paid) = (Vec::new(), 0, 0);
        for row in (person..rows).step_by(PERSONS) {
            let total = 10 * (100 + (n * 7_919 + row * 104_729) % 40_000);
            let paid = total * 3 / 10;
            (sum_total, sum_paid) = (sum_total + total, sum_paid + paid);
            let month = (n + row) % 10;
            costs.push(json!({
                "month": { "month": format!("2026-{:02}", month + 1), "text": said.months[month] },
                "provider": said.providers[(n + row * 3) % 8],
                "kind": said.kinds[(n + row) % 4],
                "total": grouped(total),
                "paid": grouped(paid),
            }));
        }
        (all_total, all_paid) = (all_total + sum_total, all_paid + sum_paid);
        members.push(json!({
            "name": name(person), "costs": costs, "total": grouped(sum_total), "paid": grouped(sum_paid),
        }));
    }
    let japanese = language == "ja";
    let of = |ja: &'static str, en: &'static str| if japanese { ja } else { en };
    let data = json!({
        "number": format!("{}{n}{}", of("み健給発第", "MHI-B "), of("号", "")),
        "date": { "date": "2026-11-20", "text": of("令和8年11月20日", "20 November 2026") },
        "sender": {
            "name": of("みなと健康保険組合", "Minato Health Insurance Society"),
            "short-name": of("当組合", "the Society"),
            "address": of("東京都港区汐見台1丁目2番3号", "1-2-3 Shiomidai, Minato-ku, Tokyo"),
            "representative": { "title": of("理事長", "President"), "name": of("港 一郎", "Ichiro Minato") },
        },
        "addressee": {
            "postal-code": format!("{:03}-{:04}", 100 + n % 900, n % 10_000),
            "address": [of("東京都港区汐見台4丁目5番6号", "4-5-6 Shiomidai, Minato-ku, Tokyo")],
            "name": name(0),
        },
        "subject": of("医療費のお知らせ", "Notice of medical costs"),
        "insured": name(0),
        "insurer": of("みなと健康保険組合", "Minato Health Insurance Society"),
        "period": {
            "from": { "month": "2026-01", "text": said.months[0] },
            "to": { "month": "2026-10", "text": said.months[9] },
        },
        "grouping": "household",
        "complete": true,
        "members": members,
        "totals": { "total": grouped(all_total), "paid": grouped(all_paid) },
        "contacts": [{
            "title": of("給付課", "Benefits Section"), "department": null, "address": null,
            "telephone": "03-0000-0000", "email": "benefits@minato.example", "hours": of("平日9時から17時まで", "Weekdays 9:00-17:00"),
        }],
        "imprint": { "commit": "3f2a1b9c0d1e", "digest": "0123456789ab" },
        "banner": null,
    });
    Job {
        template: "notices/medical-cost.typ".to_owned(),
        files: files(),
        data,
        language: language.to_owned(),
        title: of("医療費のお知らせ - みなと健康保険組合", "Notice of medical costs - Minato Health Insurance Society")
            .to_owned(),
        at: Instant::from_micros(1_795_348_800_000_000),
        ident: format!("hokan/minato-kenpo/{language}/medical-cost-notice/{n}"),
    }
}

/// The job with another template in the place of its own.
pub fn with_template(job: &Job, template: &str) -> Job {
    let mut files = BTreeMap::clone(&job.files);
    files.insert(job.template.clone(), template.as_bytes().to_vec());
    Job { files: files.into(), ..job.clone() }
}

fn close(text: &str) -> String {
    text.split_whitespace().collect()
}

fn said(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// The whole table below its header as the letter must say it.
pub fn table(job: &Job) -> String {
    let members = job.data["members"].as_array().unwrap();
    let mut text = String::new();
    let sum = |name: Option<&str>, sums: &Value| {
        let what = match (name, job.language.as_str()) {
            (Some(name), "ja") => format!("{name}の計"),
            (Some(name), _) => format!("Sum for {name}"),
            (None, "ja") => "合計".to_owned(),
            (None, _) => "Sum".to_owned(),
        };
        format!("{what}{}{}", said(&sums["total"]), said(&sums["paid"]))
    };
    for member in members {
        for cost in member["costs"].as_array().unwrap() {
            let cells = [
                &cost["month"]["text"],
                &member["name"],
                &cost["provider"],
                &cost["kind"],
                &cost["total"],
                &cost["paid"],
            ];
            cells.iter().for_each(|cell| text.push_str(said(cell)));
        }
        if members.len() > 1 {
            text.push_str(&sum(Some(said(&member["name"])), member));
        }
    }
    text.push_str(&sum(None, &job.data["totals"]));
    close(&text)
}

/// The rows of the table in the text of a letter, without the header that repeats and the feet of pages.
pub fn rows_alone(text: &str, job: &Job) -> String {
    let (header, end) = match job.language.as_str() {
        "ja" => ("診療年月診療を受けた方医療機関等の名称区分総額（円）支払額（円）", "以上御確認ください"),
        _ => ("MonthoftreatmentPersontreatedHospital,clinic,pharmacyetc.KindTotal(yen)Paid(yen)", "Pleasenote"),
    };
    let (_, rows) = text.split_once(header).unwrap_or_else(|| panic!("no header in {text}"));
    let (rows, _) = rows.split_once(end).unwrap_or_else(|| panic!("no end in {text}"));
    let mut rows = rows.replace(header, "");
    while let Some(foot) = rows.find(match job.language.as_str() {
        "ja" => "方針の版",
        _ => "Policyversion",
    }) {
        let page = rows[foot..].find('/').expect("a foot has its pages");
        rows.replace_range(foot..=foot + page + 1, "");
    }
    rows
}

/// What a letter must say beside its table.
pub fn heads(job: &Job) -> Vec<String> {
    let data = &job.data;
    let one = |pointer: &str| close(said(data.pointer(pointer).unwrap()));
    let pointers = [
        "/number",
        "/date/text",
        "/sender/name",
        "/sender/representative/name",
        "/addressee/postal-code",
        "/addressee/address/0",
        "/subject",
        "/contacts/0/telephone",
        "/contacts/0/email",
        "/contacts/0/title",
    ];
    let mut heads: Vec<String> = pointers.into_iter().map(one).collect();
    let name = one("/addressee/name");
    let (from, to, insured, insurer) =
        (one("/period/from/text"), one("/period/to/text"), one("/insured"), one("/insurer"));
    heads.push(match job.language.as_str() {
        "ja" => format!("{name}様"),
        _ => name,
    });
    heads.push(match job.language.as_str() {
        "ja" => {
            format!("記1対象期間{from}から{to}までの診療分2被保険者の氏名{insured}3保険者の名称{insurer}4医療費の明細")
        }
        _ => format!("1PeriodTreatmentfrom{from}to{to}2Insuredperson{insured}3Insurer{insurer}4Costs"),
    });
    heads
}

/// The program `typst`; none only where nobody asked for every test.
#[expect(clippy::disallowed_macros, reason = "what was not tested is for whoever runs the tests")]
pub fn typst() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|dir| dir.join("typst")).find(|file| file.is_file());
    assert!(found.is_some() || std::env::var_os("CI").is_none(), "there is no program `typst` on the path");
    if found.is_none() {
        eprintln!("NOT TESTED: there is no program `typst` on the path (`.ci/run` builds it)");
    }
    found
}

/// The most memory that any worker of this process has needed, in KiB.
pub fn most_memory_of_workers() -> u64 {
    let own = std::process::id();
    let memory = |entry: std::fs::DirEntry| {
        let status = std::fs::read_to_string(entry.path().join("status")).ok()?;
        let command = std::fs::read_to_string(entry.path().join("cmdline")).ok()?;
        let field = |name: &str| {
            status.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
        };
        let is_worker = command.contains("typeset-worker") && field("PPid:") == Some(u64::from(own));
        if is_worker { field("VmHWM:") } else { None }
    };
    std::fs::read_dir("/proc").unwrap().flatten().filter_map(memory).max().unwrap_or(0)
}
