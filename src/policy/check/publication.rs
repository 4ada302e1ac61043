//! Checks what is published: `pages`, `notices`.
//!
//! In: these sections. Out: their checked types. The rule it keeps: a page or a notice gets a file name of its own.

use crate::policy::field::ENCODINGS;
use crate::policy::raw::Node;
use crate::policy::rules::{notices::TEMPLATE, pages::RESERVED_PAGE, section, service::SCHEDULE};
use crate::policy::shape::{Between, ID, Shape, Takes, WORDS, forms, map, maybe, needed, words};
use crate::policy::{
    Audience, Columns, DataFormat, Encoding, Needs, Notice, NoticeData, NoticeWhen, Numbering, Otherwise, Page,
    Section, SeriesYear,
};
use crate::said;

use super::desk::{Checked, Desk, all, good};
use super::item::{Item, choice, list};
use super::known::Known;
use super::sections::Sections;

/// A page of the site.
pub(super) const PAGE: Shape = map(&[
    needed("id", Takes::Form(&ID), "Its file name."),
    needed("title", Takes::Text, "Its heading."),
    needed("show", Takes::Distinct(&Takes::Choice(&words(&SHOWN))), "Which sections it shows, in order."),
    maybe("navigation", Takes::Number, "Its place in the menu; pages without one follow in the order of the files."),
]);
/// A notice on paper.
pub(super) const NOTICE: Shape = map(&[
    needed("id", Takes::Form(&ID), "Its file name."),
    needed("title", Takes::Text, "Its heading."),
    needed("audience", Takes::Choice(&words(&AUDIENCES)), "Who reads it."),
    needed("when", Takes::Map(&WHEN), "What it is printed for: one reason."),
    maybe("read", Takes::Map(&READ), "How the record is read that it is printed from."),
    maybe("number", Takes::Map(&NUMBER), "How its letters are numbered."),
    maybe("mask", Takes::Each(&Takes::Choice(&["individual-number"])), "What is never printed whole."),
    maybe("needs", Takes::Map(&NEEDS), "The consent without which somebody gets no such notice."),
    needed("template", Takes::Form(&forms::TEMPLATE), "What it looks like."),
    maybe("file-as", Takes::Reference("retention.classes"), "The class printed notices are kept as."),
    maybe("print-file", Takes::Map(&PRINT_FILE), "Who prints it, if others do."),
])
.between(&[
    Between::Needs("audience", &["member"], "read"),
    Between::Needs("audience", &["member"], "file-as"),
    Between::Needs("audience", &["member"], "number"),
]);
const NUMBER: Shape = map(&[
    needed("code", Takes::Text, "What stands before the running number."),
    maybe(
        "year",
        Takes::Choice(&words(&YEARS)),
        "Which year begins a new series; the fiscal year where nothing is said.",
    ),
]);
const YEARS: [(&str, SeriesYear); 2] = [("fiscal-year", SeriesYear::Fiscal), ("calendar-year", SeriesYear::Calendar)];
const WHEN: Shape = map(&[
    maybe(
        "policy-changes",
        Takes::AtLeast(1, &Takes::Choice(&words(&CHANGES))),
        "When one of these sections says something new.",
    ),
    maybe("record", Takes::Reference("retention.classes"), "When a record of this class is taken in."),
    maybe("sweep", Takes::Choice(&["completed"]), "When records have been destroyed."),
    maybe("schedule", Takes::Form(&forms::SCHEDULE), "At these times."),
])
.between(&[Between::OneOf(&[&["policy-changes"], &["record"], &["sweep"], &["schedule"]])]);
const READ: Shape = map(&[
    needed("format", Takes::Choice(&words(&FORMATS)), "The format of the record."),
    maybe("encoding", Takes::Choice(&words(&ENCODINGS)), "Its encoding; UTF-8 where nothing is said."),
    maybe("group-by", Takes::Choice(&["household"]), "Whom one notice covers; each person where nothing is said."),
    maybe("household", Takes::Word, "The field that says in which household somebody is."),
    needed("member", Takes::Word, "The field that says whom a row is about."),
    maybe("columns", Takes::Map(&COLUMNS), "Which fields hold what the letter says."),
    maybe("amounts", WORDS, "Further fields that are sums of money."),
])
.between(&[Between::Needs("group-by", &["household"], "household")]);
/// What a letter about costs says, by the names of the fields that hold it.
const COLUMNS: Shape = map(&[
    needed("name", Takes::Word, "The name of the person a row is about."),
    needed("insured", Takes::Word, "The name of the insured person, to whom a household's letter goes."),
    needed("month", Takes::Word, "The month of treatment, such as 2026-05."),
    needed("provider", Takes::Word, "The hospital, clinic or pharmacy; may be empty."),
    needed("paid", Takes::Word, "What the insured paid, in yen."),
    maybe("total", Takes::Word, "What the treatment cost, in yen; may be empty."),
    maybe("kind", Takes::Word, "Outpatient, pharmacy and so on; may be empty."),
    maybe("postal-code", Takes::Word, "The postal code of the letter's address; may be empty."),
    maybe("address", WORDS, "The lines of the letter's address; may be empty."),
]);
const NEEDS: Shape = map(&[
    needed("consent", Takes::Reference("consent.items"), "The item of consent."),
    maybe("otherwise", Takes::Choice(&words(&OTHERWISE)), "What happens without it."),
]);
const PRINT_FILE: Shape = map(&[needed("entrustment", Takes::Reference("entrustments"), "The entrustment.")]);
const AUDIENCES: [(&str, Audience); 3] =
    [("public", Audience::Public), ("member", Audience::Member), ("internal", Audience::Internal)];
const FORMATS: [(&str, DataFormat); 3] =
    [("csv", DataFormat::Csv), ("json", DataFormat::Json), ("yaml", DataFormat::Yaml)];
const OTHERWISE: [(&str, Otherwise); 2] =
    [("split-by-member", Otherwise::SplitByMember), ("leave-out", Otherwise::LeaveOut)];
const SHOWN: [(&str, Section); 10] = [
    ("principles", Section::Principles),
    ("purposes", Section::Purposes),
    ("processes", Section::Processes),
    ("joint-use", Section::JointUse),
    ("disclosures", Section::Disclosures),
    ("consent", Section::Consent),
    ("retention", Section::Retention),
    ("security", Section::Security),
    ("procedures", Section::Procedures),
    ("contacts", Section::Contacts),
];

/// What a letter may announce: information is announced with its purposes.
const CHANGES: [(&str, Section); 11] = [
    SHOWN[0],
    SHOWN[1],
    SHOWN[2],
    SHOWN[3],
    SHOWN[4],
    SHOWN[5],
    SHOWN[6],
    SHOWN[7],
    SHOWN[8],
    SHOWN[9],
    ("information", Section::Purposes),
];

/// The pages hokan writes itself.
const RESERVED: [&str; 3] = ["index", "contents", "history"];

/// Checks the pages.
pub(super) fn pages(sections: &Sections, desk: &Desk) -> Vec<Page> {
    good(&sections.pages, |node| {
        let item = Item::open(desk, node, &PAGE)?;
        let (id, title) = (item.id("id"), item.text("title"));
        // A section that is shown twice is told by a rule of its own.
        let show = item.list("show").and_then(|nodes| all(nodes, |node| choice(desk, node, &SHOWN)));
        let navigation = item.optional_number("navigation");
        let id = id?;
        if RESERVED.contains(&id.as_str()) {
            let found = said!("a page cannot be called `{id}`", "ページのIDに`{id}`は使えません");
            desk.report_at(&RESERVED_PAGE, item.place_of("id"), found);
        }
        Ok(Page { id, title: title?, show: show?, navigation: navigation? })
    })
}

/// Checks the notices.
pub(super) fn notices(sections: &Sections, known: &Known, desk: &Desk) -> Vec<Notice> {
    good(&sections.notices, |node| {
        let item = Item::open(desk, node, &NOTICE)?;
        let (id, title, audience) = (item.id("id"), item.text("title"), item.choice("audience", &AUDIENCES));
        let when = item.needed("when").and_then(|node| when(desk, node, known));
        let read = item.perhaps("read", |node| read(desk, node));
        let number = item.perhaps("number", |node| numbering(desk, node));
        let audience = audience?;
        if audience == Audience::Member {
            for key in ["read", "file-as", "number"] {
                item.needed(key)?;
            }
        }
        let mask = item.choices("mask", &[("individual-number", ())]);
        let needs = item.perhaps("needs", |node| needs(desk, node, known));
        let template = template(&item);
        let file_as = item.perhaps("file-as", |_| item.reference("file-as", &known.classes));
        let print_file = item.perhaps("print-file", |node| print_file(desk, node, known));
        Ok(Notice {
            id: id?,
            title: title?,
            audience,
            when: when?,
            read: read?,
            number: number?,
            masks_individual_numbers: !mask?.is_empty(),
            needs: needs?,
            template: template?,
            file_as: file_as?,
            print_file: print_file?,
        })
    })
}

fn when(desk: &Desk, node: &Node, known: &Known) -> Checked<NoticeWhen> {
    let item = Item::open(desk, node, &WHEN)?;
    item.spelt()?;
    let stated = ["policy-changes", "record", "sweep", "schedule"].map(|key| item.optional(key));
    match stated {
        [Some(changes), None, None, None] => {
            let sections = all(list(desk, changes)?, |node| choice(desk, node, &CHANGES));
            if changes.value.is_empty_list() {
                let found = said!("the list of sections is empty", "項目のリストが空です");
                return Err(desk.refuse_at(&section::WRONG_TYPE, changes.place(), found));
            }
            sections.map(NoticeWhen::PolicyChanges)
        }
        [None, Some(_), None, None] => item.reference("record", &known.classes).map(NoticeWhen::Record),
        [None, None, Some(_), None] => item.choice("sweep", &[("completed", ())]).map(|()| NoticeWhen::SweepCompleted),
        [None, None, None, Some(_)] => item.parsed("schedule", &SCHEDULE).map(NoticeWhen::Schedule),
        _ => {
            let found = said!(
                "a notice is printed for one reason: `policy-changes`, `record`, `sweep` or `schedule`",
                "お知らせを作る契機は`policy-changes`、`record`、`sweep`、`schedule`のいずれか1つです"
            );
            Err(desk.refuse_at(&section::WRONG_TYPE, item.place(), found))
        }
    }
}

fn read(desk: &Desk, node: &Node) -> Checked<NoticeData> {
    let item = Item::open(desk, node, &READ)?;
    let (format, member) = (item.choice("format", &FORMATS), item.word("member"));
    let by_household = item.choice_or("group-by", &[("household", true)], false);
    let encoding = item.choice_or("encoding", &ENCODINGS, Encoding::Utf8);
    let (amounts, household) = (item.words("amounts"), item.optional_word("household"));
    let columns = item.perhaps("columns", |node| columns(desk, node));
    let by_household = by_household?;
    if by_household {
        item.needed("household")?;
    }
    Ok(NoticeData {
        format: format?,
        encoding: encoding?,
        by_household,
        household: household?,
        member: member?.to_owned(),
        columns: columns?,
        amounts: amounts?,
    })
}

fn columns(desk: &Desk, node: &Node) -> Checked<Columns> {
    let item = Item::open(desk, node, &COLUMNS)?;
    let word = |key| item.word(key).map(str::to_owned);
    let (name, insured, month, provider, paid) =
        (word("name"), word("insured"), word("month"), word("provider"), word("paid"));
    let (total, kind) = (item.optional_word("total"), item.optional_word("kind"));
    let (postal_code, address) = (item.optional_word("postal-code"), item.words("address"));
    Ok(Columns {
        name: name?,
        insured: insured?,
        month: month?,
        provider: provider?,
        paid: paid?,
        total: total?,
        kind: kind?,
        postal_code: postal_code?,
        address: address?,
    })
}

fn numbering(desk: &Desk, node: &Node) -> Checked<Numbering> {
    let item = Item::open(desk, node, &NUMBER)?;
    let (code, year) = (item.text("code"), item.choice_or("year", &YEARS, SeriesYear::Fiscal));
    Ok(Numbering { code: code?, year: year? })
}

fn needs(desk: &Desk, node: &Node, known: &Known) -> Checked<Needs> {
    let item = Item::open(desk, node, &NEEDS)?;
    let consent = item.reference("consent", &known.consent);
    let otherwise = item.choice_or("otherwise", &OTHERWISE, Otherwise::LeaveOut);
    Ok(Needs { consent: consent?, otherwise: otherwise? })
}

fn print_file(desk: &Desk, node: &Node, known: &Known) -> Checked<String> {
    Item::open(desk, node, &PRINT_FILE)?.reference("entrustment", &known.entrustments)
}

fn template(item: &Item<'_>) -> Checked<String> {
    let path = item.word("template")?;
    let climbs = path.split('/').any(|segment| matches!(segment, "" | "." | ".."));
    if climbs || path.contains('\\') {
        let found =
            said!("`{path}` is not a path below `templates/`", "`{path}`は`templates/`の下のパスではありません");
        return Err(item.desk().refuse_at(&TEMPLATE, item.place_of("template"), found));
    }
    Ok(path.to_owned())
}
