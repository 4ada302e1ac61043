//! Letters as they come out: text, pages, fonts, tags and looks of the PDFs, through both typesetters.
//!
//! In: made-up households. Out: PDFs, looked at with poppler and qpdf. The rule it keeps: what is compared is what a reader
//! gets, not what hokan says of it.

mod household;
mod looks;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use hokan::host::Limits;
use hokan::publish::notice::merged;
use hokan::publish::typeset::{Choice, Embedded, Job, Printed, TypesetError, Typesetter, print_each};
use tempfile::TempDir;

use household::{LANGUAGES, letter, table};

/// How many of the 100,000 letters of a long run are printed here.
const MANY: usize = 2_000;

/// The most memory a worker may need, in KiB.
const FLAT: u64 = 300 * 1024;

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_hokan"))
}

fn embedded() -> Box<dyn Typesetter> {
    Choice::Embedded(program()).start().unwrap()
}

/// A PDF in a file of its own.
struct Pdf {
    dir: TempDir,
}

impl Pdf {
    fn of(printed: &Printed) -> Pdf {
        let dir = TempDir::new().unwrap();
        std::fs::write(dir.path().join("letter.pdf"), &printed.pdf).unwrap();
        Pdf { dir }
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("letter.pdf")
    }

    fn looked_at(&self, program: &str, before: &[&str], after: &[&str]) -> String {
        let output = Command::new(program).args(before).arg(self.path()).args(after).output();
        let output = output.unwrap_or_else(|error| panic!("`{program}` did not start: {error}"));
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The text in reading order, without spaces: how far apart words stand is the looks of a letter.
    fn text(&self) -> String {
        self.looked_at("pdftotext", &["-raw"], &["-"]).split_whitespace().collect()
    }

    fn pages(&self) -> usize {
        let told = self.looked_at("pdfinfo", &[], &[]);
        told.lines().find_map(|line| line.strip_prefix("Pages:")?.trim().parse().ok()).unwrap()
    }

    /// The names of the fonts without the six letters of a subset; each is embedded and a subset.
    fn fonts(&self) -> BTreeSet<String> {
        let told = self.looked_at("pdffonts", &[], &[]);
        let fonts = told.lines().skip(2).map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [.., embedded, subset, _, _, _] = words.as_slice() else { panic!("{line}") };
            assert_eq!((*embedded, *subset), ("yes", "yes"), "{line}");
            words[0].split_once('+').unwrap().1.to_owned()
        });
        fonts.collect()
    }
}

#[test]
fn the_text_of_every_letter_is_its_data() {
    let mut typesetter = embedded();
    for n in 0..24 {
        let job = letter(n, 1 + n % 30, LANGUAGES[n % 2]);
        let printed = typesetter.print(&job).unwrap();
        let pdf = Pdf::of(&printed);
        assert_eq!(pdf.pages(), printed.pages);
        let text = pdf.text();
        let without_head = |text: &str| household::rows_alone(text, &job);
        assert_eq!(without_head(&text), table(&job), "letter {n}");
        for said in household::heads(&job) {
            assert!(text.contains(&said), "letter {n} does not say {said}: {text}");
        }
    }
    typesetter.finish().unwrap();
}

#[test]
fn no_letter_says_what_identifies_the_insured() {
    // The facts have no place for them; data that brings them all the same is not printed.
    let mut job = letter(1, 3, "ja");
    for key in ["insurer-number", "symbol", "individual-number"] {
        job.data[key] = serde_json::json!("06990014");
        job.data["members"][0][key] = serde_json::json!("06990014");
    }
    let printed = embedded().print(&job).unwrap();
    assert!(!Pdf::of(&printed).text().contains("06990014"));
}

#[test]
fn a_letter_is_tagged_and_says_which_standards_it_keeps() {
    let job = letter(3, 12, "ja");
    let printed = embedded().print(&job).unwrap();
    let pdf = Pdf::of(&printed);
    assert_eq!(
        pdf.fonts(),
        BTreeSet::from(["BIZUDGothic-Regular", "BIZUDPGothic-Bold", "BIZUDPMincho-Regular"].map(str::to_owned))
    );
    pdf.looked_at("qpdf", &["--check"], &[]);
    let json: serde_json::Value = serde_json::from_str(&pdf.looked_at("qpdf", &["--json=2"], &[])).unwrap();
    let objects = &json["qpdf"][1];
    let root = objects["trailer"]["value"]["/Root"].as_str().unwrap();
    let root = &objects[format!("obj:{root}")]["value"];
    assert_eq!(
        (&root["/MarkInfo"]["/Marked"], &root["/Lang"]),
        (&serde_json::json!(true), &serde_json::json!("u:ja-JP"))
    );
    assert!(root["/StructTreeRoot"].is_string() && root["/Metadata"].is_string());
    let metadata = pdf.looked_at("pdfinfo", &["-meta"], &[]);
    for said in ["<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<", "医療費のお知らせ"] {
        assert!(metadata.contains(said), "{said}: {metadata}");
    }
    let tags = pdf.looked_at("pdfinfo", &["-struct"], &[]);
    let count = |tag: &str| tags.lines().filter(|line| line.split_whitespace().next() == Some(tag)).count();
    // A header, 12 rows, a sum for each of three persons, the whole sum.
    assert_eq!((count("Table"), count("TR"), count("TH")), (1, 17, 6), "{tags}");
}

#[test]
fn the_same_letter_has_the_same_bytes_whoever_printed_before_it() {
    let job = letter(5, 12, "ja");
    let cold = embedded().print(&job).unwrap();
    let mut warm = embedded();
    for n in 0..5 {
        warm.print(&letter(n, 12, "ja")).unwrap();
    }
    assert_eq!(warm.print(&job).unwrap(), cold);
}

#[test]
fn a_print_file_holds_every_letter_and_counts_its_pages() {
    let letters: Vec<Job> = [(1, 4), (2, 70), (3, 12)].map(|(n, rows)| letter(n, rows, "ja")).to_vec();
    let mut typesetter = embedded();
    let alone: Vec<Printed> = letters.iter().map(|letter| typesetter.print(letter).unwrap()).collect();
    let batch = typesetter.print(&merged("batch 1", &letters).unwrap()).unwrap();
    assert_eq!(batch.pages, alone.iter().map(|printed| printed.pages).sum::<usize>());
    let expected: String = alone.iter().map(|printed| Pdf::of(printed).text()).collect();
    assert_eq!(Pdf::of(&batch).text(), expected);
}

#[test]
fn a_letter_can_be_drawn_page_by_page() {
    let job = letter(2, 70, "ja");
    let mut typesetter = Embedded::start(&program()).unwrap();
    let pictures = typesetter.pictures(&job, 72).unwrap();
    assert_eq!(pictures.len(), typesetter.print(&job).unwrap().pages);
    // A4 at a dot for each point.
    assert!(pictures.iter().all(|png| {
        let (width, height, _) = looks::dots(png);
        (width, height) == (595, 842)
    }));
}

#[test]
fn both_typesetters_print_the_same() {
    let Some(path) = household::typst() else { return };
    // The path is found as a user's is: in a process of its own.
    let mut builtin = embedded();
    let mut command = command(&path);
    let letters = [(1, 3, "ja"), (2, 70, "ja"), (3, 12, "en")].map(|(n, rows, language)| letter(n, rows, language));
    let batch = merged("batch 1", &letters).unwrap();
    for job in letters.iter().chain([&batch]) {
        let (one, other) = (builtin.print(job).unwrap(), command.print(job).unwrap());
        assert_eq!(one.pages, other.pages);
        let (one, other) = (Pdf::of(&one), Pdf::of(&other));
        assert_eq!((one.text(), one.pages(), one.fonts()), (other.text(), other.pages(), other.fonts()));
    }
    command.finish().unwrap();
}

#[test]
fn both_typesetters_name_the_place_of_a_fault_and_a_character_without_a_glyph() {
    let Some(path) = household::typst() else { return };
    for mut typesetter in [embedded(), command(&path)] {
        let broken = household::with_template(&letter(1, 1, "ja"), "#set text(font: \"BIZ UDPGothic\")\n日本#nothing");
        let Err(TypesetError::Template { faults, .. }) = typesetter.print(&broken) else { panic!("it was printed") };
        assert_eq!(faults[0].to_string(), "templates/notices/medical-cost.typ:2:4: unknown variable: nothing");
        let mut odd = letter(1, 1, "ja");
        odd.data["members"][0]["costs"][0]["provider"] = serde_json::json!("\u{20BB7}田医院");
        let Err(TypesetError::Glyphs { missing, .. }) = typesetter.print(&odd) else { panic!("it was printed") };
        assert_eq!(missing[0].to_string(), "`\u{20BB7}` U+20BB7 at `/members/0/costs/0/provider`");
        for outside in ["#read(\"/etc/passwd\")", "#read(\"../../../etc/passwd\")", "#import \"@preview/x:1.0.0\": y"] {
            let reaching = household::with_template(&letter(1, 1, "ja"), outside);
            assert!(matches!(typesetter.print(&reaching), Err(TypesetError::Template { .. })), "{outside}");
        }
    }
}

fn command(path: &Path) -> Box<dyn Typesetter> {
    Choice::Command(path.to_owned()).start().unwrap()
}

#[test]
fn a_template_that_loops_or_eats_memory_is_stopped_and_named() {
    let start = |seconds, memory| {
        let (work, deadline) = (Duration::from_secs(seconds), Duration::from_secs(900));
        Embedded::within(&program(), Limits { work, deadline, memory }).unwrap()
    };
    const GIBIBYTE: u64 = 1 << 30;
    // Two calls for each call: it has no end that anybody sees.
    let looping = "#let f(n, k) = if n == 0 { 0 } else { f(n - 1, 2 * k) + f(n - 1, 2 * k + 1) }\n#f(60, 0)";
    let looping = household::with_template(&letter(1, 1, "ja"), looping);
    let stopped = start(2, 4 * GIBIBYTE).print(&looping).unwrap_err();
    assert!(matches!(stopped, TypesetError::Deadline { .. }), "{stopped}");
    assert!(stopped.to_string().contains(&looping.ident), "{stopped}");
    let eating = household::with_template(&letter(1, 1, "ja"), "#let a = range(400000000)\n#a.len()");
    let stopped = start(60, GIBIBYTE).print(&eating).unwrap_err();
    assert!(matches!(stopped, TypesetError::Died { .. }), "{stopped}");
    assert!(stopped.to_string().contains(&eating.ident), "{stopped}");
}

#[test]
fn a_batch_goes_on_after_a_template_that_is_stopped_and_answers_every_letter_once() {
    let eating = household::with_template(&letter(1, 1, "ja"), "#let a = range(4000000000)\n#a.len()");
    let jobs = (0..6).map(|n| (n, if n == 2 { eating.clone() } else { letter(n, 2, "ja") }));
    let mut answers = Vec::new();
    print_each(&Choice::Embedded(program()), jobs, |n, printed| {
        answers.push((n, printed.is_ok()));
        ControlFlow::Continue(())
    })
    .unwrap();
    answers.sort_unstable();
    assert_eq!(answers, (0..6).map(|n| (n, n != 2)).collect::<Vec<_>>());
}

#[test]
fn a_batch_that_is_broken_off_takes_no_other_letter() {
    let mut taken = 0;
    let jobs = (0..1_000).map(|n| (n, letter(n, 1, "ja"))).inspect(|_| taken += 1);
    let mut answered = 0;
    print_each(&Choice::Embedded(program()), jobs, |_, _| {
        answered += 1;
        ControlFlow::Break(())
    })
    .unwrap();
    assert_eq!(taken, answered);
    assert!(taken < 1_000);
}

#[test]
fn workers_need_no_more_memory_for_many_letters_than_for_a_few() {
    let mut seen = BTreeSet::new();
    let mut most = 0;
    let jobs = (0..MANY).map(|n| (n, letter(n, 12, "ja")));
    print_each(&Choice::Embedded(program()), jobs, |n, printed| {
        printed.unwrap();
        assert!(seen.insert(n));
        if n % 100 == 99 {
            most = most.max(household::most_memory_of_workers());
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(seen.len(), MANY);
    assert!(most > 0 && most < FLAT, "{most} KiB");
}
