//! Measures printing letters about medical costs, and writes the same letters for other programs.
//!
//! In: `print HOKAN COUNT`, `table COUNT` or `write DIR COUNT`. Out: one line of figures, the table that hokan makes the letters
//! of, or for each letter a folder with data and a page of HTML that says the same. The rule it keeps: every program gets the same words. `benches/letters.sh` starts it.
#![expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a measurement reads clocks and prints")]

#[expect(dead_code, reason = "the tests look at more of a letter")]
#[path = "../tests/letters/household.rs"]
mod household;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use hokan::publish::typeset::{Choice, Job};
use household::letter;
use serde_json::Value;

/// The costs in a letter.
const ROWS: usize = 12;

/// How many letters a typesetter prints before it is measured.
const WARM: usize = 20;

fn main() {
    // Cargo adds an argument of its own.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["print", hokan, count] => print(Path::new(hokan), count.parse().expect("COUNT is a number")),
        ["table", count] => table(count.parse().expect("COUNT is a number")),
        ["write", dir, count] => write(Path::new(dir), count.parse().expect("COUNT is a number")),
        _ => panic!("usage: letters print HOKAN COUNT | letters table COUNT | letters write DIR COUNT"),
    }
}

/// Prints letters on every processor: the time of each as milliseconds, a line each; then seconds of all and the memory.
fn print(hokan: &Path, count: usize) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let choice = Choice::Embedded(hokan.canonicalize().expect("hokan is there"));
    let next = AtomicUsize::new(0);
    let began = Instant::now();
    let times: Vec<f64> = std::thread::scope(|scope| {
        let work = || {
            let mut typesetter = choice.start().unwrap();
            for n in 0..WARM {
                typesetter.print(&letter(n, ROWS, "ja")).unwrap();
            }
            let mut times = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= count {
                    break;
                }
                let job = letter(n, ROWS, "ja");
                let begin = Instant::now();
                typesetter.print(&job).unwrap();
                times.push(begin.elapsed().as_secs_f64() * 1e3);
            }
            let memory = household::most_memory_of_workers();
            typesetter.finish().unwrap();
            (times, memory)
        };
        let working: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let ended: Vec<_> = working.into_iter().map(|worker| worker.join().unwrap()).collect();
        eprintln!("{} MiB at most in a worker", ended.iter().map(|(_, memory)| memory / 1024).max().unwrap_or(0));
        ended.into_iter().flat_map(|(times, _)| times).collect()
    });
    eprintln!("{count} letters in {:.1} s, start and first letters included", began.elapsed().as_secs_f64());
    times.iter().for_each(|time| println!("{time:.3}"));
}

/// Prints the rows of the letters as the example policy reads them, household by household.
fn table(count: usize) {
    println!(
        "世帯番号,加入者番号,受診者氏名,被保険者氏名,診療年月,医療機関等,区分,医療費の総額,窓口負担額,郵便番号,住所1,住所2"
    );
    for n in 0..count {
        let data = letter(n, ROWS, "ja").data;
        let say = |value: &Value| value.as_str().unwrap_or_default().replace(',', "");
        let to = &data["addressee"];
        for (person, member) in data["members"].as_array().unwrap().iter().enumerate() {
            for cost in member["costs"].as_array().unwrap() {
                let [provider, kind, total, paid] = ["provider", "kind", "total", "paid"].map(|key| say(&cost[key]));
                println!(
                    "S{n},M{},{},{},{},{provider},{kind},{total},{paid},{},{},",
                    10 * n + person,
                    say(&member["name"]),
                    say(&data["insured"]),
                    say(&cost["month"]["month"]),
                    say(&to["postal-code"]),
                    say(&to["address"][0]),
                );
            }
        }
    }
}

/// Writes `DIR/N/` with the templates, `data.json`, `job.json` and `letter.html`.
fn write(dir: &Path, count: usize) {
    for n in 0..count {
        let (job, folder) = (letter(n, ROWS, "ja"), dir.join(n.to_string()));
        for (path, bytes) in job.files.iter() {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        let about = serde_json::json!({ "title": job.title, "language": job.language });
        let files = [("data.json", job.data.to_string()), ("job.json", about.to_string()), ("letter.html", html(&job))];
        files.iter().for_each(|(name, text)| std::fs::write(folder.join(name), text).unwrap());
    }
}

/// The letter as a page, as one would write it for a browser to print.
fn html(job: &Job) -> String {
    let data = &job.data;
    let say = |pointer: &str| data.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let mut rows = String::new();
    let mut row = |cells: &[&str]| {
        let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
        writeln!(rows, "<tr>{cells}</tr>").unwrap();
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for member in data["members"].as_array().unwrap() {
        for cost in member["costs"].as_array().unwrap() {
            let cells = ["provider", "kind", "total", "paid"].map(|key| text(&cost[key]));
            row(&[&text(&cost["month"]["text"]), &text(&member["name"]), &cells[0], &cells[1], &cells[2], &cells[3]]);
        }
        row(&["", "", "", &format!("{}の計", text(&member["name"])), &text(&member["total"]), &text(&member["paid"])]);
    }
    row(&["", "", "", "合計", say("/totals/total"), say("/totals/paid")]);
    // The notes as the template has them: every long text in quotation marks that the letter prints.
    let template = String::from_utf8_lossy(&job.files[&job.template]).into_owned();
    let note = |key: &str| {
        let (_, after) = template.split_once(&format!("    {key}: \"")).unwrap_or_default();
        after.split('"').next().unwrap_or_default().to_owned()
    };
    let notes: String = ["complete", "differs", "late", "household", "identifiers"]
        .iter()
        .map(|key| format!("<li>{}</li>", note(key)))
        .collect();
    format!(
        r#"<!DOCTYPE html><html lang="ja"><meta charset="utf-8"><title>{title}</title>
<style>
@font-face {{ font-family: m; src: url("fonts/2.ttf"); }}
@font-face {{ font-family: g; src: url("fonts/1.ttf"); }}
@font-face {{ font-family: d; src: url("fonts/3.ttf"); }}
@page {{ size: A4; margin: 15mm 22mm; }}
body {{ font: 10pt/1.6 m; }} h1 {{ font: 13pt g; text-align: center; }} table {{ font: 8.5pt/1.4 d; border-collapse: collapse; width: 100%; }}
td, th {{ border: .5pt solid #777; padding: 2pt 4pt; }} td:nth-child(n+5) {{ text-align: right; }} ul {{ font-size: 8pt; }} .r {{ text-align: right; }} .c {{ text-align: center; }}
</style>
<p class="r">{number}<br>{date}<p>〒{code}<br>{address}<p>{name}　様<p class="r">{sender}<br>{title_of} {who}<h1>{subject}について（通知）</h1>
<p>　{greeting}<p>　{body}<p class="c">記<p>1 対象期間 {from}から{to}までの診療分<br>2 被保険者の氏名 {insured}<br>3 保険者の名称 {insurer}<br>4 医療費の明細 次の表のとおり
<table><thead><tr><th>診療年月<th>診療を受けた方<th>医療機関等の名称<th>区分<th>総額（円）<th>支払額（円）</tr></thead><tbody>
{rows}</tbody></table><p class="r">以　上<ul>{notes}</ul><p>担当 {desk}<br>電話 {telephone} 電子メール {email} {hours}"#,
        title = job.title,
        number = say("/number"),
        date = say("/date/text"),
        code = say("/addressee/postal-code"),
        address = say("/addressee/address/0"),
        name = say("/addressee/name"),
        sender = say("/sender/name"),
        title_of = say("/sender/representative/title"),
        who = say("/sender/representative/name"),
        subject = say("/subject"),
        greeting = note("greeting"),
        body = note("body"),
        from = say("/period/from/text"),
        to = say("/period/to/text"),
        insured = say("/insured"),
        insurer = say("/insurer"),
        desk = say("/contacts/0/title"),
        telephone = say("/contacts/0/telephone"),
        email = say("/contacts/0/email"),
        hours = say("/contacts/0/hours"),
    )
}
