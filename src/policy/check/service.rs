//! Checks `service`: where things lie, who can open and who can approve, when it works.
//!
//! In: the section. Out: its checked type, with the defaults of the policy language. The rule it keeps: keys are public
//! ones of the right shape, and one key is one person.

pub(super) mod keys;
mod paths;

use crate::calendar::{Period, Schedule, Wait, half_width};
use crate::diag::Finding;
use crate::policy::raw::Node;
use crate::policy::rules::retention::PERIOD;
use crate::policy::rules::service as rules;
use crate::policy::shape::{Shape, Takes, forms, map, maybe, needed, words};
use crate::policy::{FileNames, Glob, Paths, Service, Typesetter, Watch};
use crate::said;

use super::desk::{Checked, Desk, all};
use super::item::{Item, list, meant, parsed};
use super::sections::Sections;

/// How the service runs.
pub(super) const SERVICE: Shape = map(&[
    maybe("paths", Takes::Map(&paths::PATHS), "Where records, vault and site lie."),
    maybe("recipients", Takes::AtLeast(1, &Takes::Map(&keys::RECIPIENT)), "Who can open records."),
    maybe("approvers", Takes::List(&Takes::Map(&keys::APPROVER)), "Who approves policies and disposals."),
    maybe(
        "second-copy",
        ELSEWHERE,
        "Where a second copy of the sealed records lies, best on another disk; `none` where there is none.",
    ),
    maybe("witness", ELSEWHERE, "Where checkpoints of the ledger go; `none` where there is none."),
    maybe("backup", Takes::Map(&BACKUP), "What is promised about backups."),
    maybe("intake", Takes::Map(&INTAKE), "How files are taken in."),
    maybe("typesetter", Takes::Choice(&words(&TYPESETTERS)), "What sets the notices."),
    maybe("pdf-standards", Takes::Each(&Takes::Choice(&words(&PDF_STANDARDS))), "Which standards notices keep."),
    maybe("watch", Takes::Map(&WATCH), "How the folder of records is watched."),
    maybe("sweep", Takes::Map(&SWEEP), "When, and how much at once, is destroyed."),
]);
const ELSEWHERE: Takes = Takes::Either(&[Takes::Choice(&["none"]), Takes::Word]);
const BACKUP: Shape =
    map(&[maybe("headers-kept", Takes::Form(&forms::PERIOD), "How long a backup of headers lives at most.")]);
const INTAKE: Shape =
    map(&[needed("file-names", Takes::Choice(&words(&FILE_NAMES)), "In which encodings file names may be.")]);
const SWEEP: Shape = map(&[
    maybe("schedule", Takes::Form(&forms::SCHEDULE), "When what is due is destroyed."),
    maybe("at-most", Takes::Map(&AT_MOST_RECORDS), "The most that is destroyed without an approved plan."),
]);
const AT_MOST_RECORDS: Shape = map(&[needed("records", Takes::Number, "So many records.")]);
const TYPESETTERS: [(&str, Typesetter); 2] = [("embedded", Typesetter::Embedded), ("typst-cli", Typesetter::TypstCli)];
/// The standards every notice keeps.
const PDF_STANDARDS: [(&str, ()); 2] = [("a-2a", ()), ("ua-1", ())];
const WATCH: Shape = map(&[
    maybe("settle", Takes::Form(&forms::WAIT), "How long a file must stay unchanged before it is taken in."),
    maybe("rescan", Takes::Form(&forms::WAIT), "How often the whole folder is looked through."),
    maybe("ignore", Takes::List(&Takes::Form(&forms::GLOB)), "Files that are left alone without a word."),
]);
const FILE_NAMES: [(&str, FileNames); 2] =
    [("utf-8", FileNames::Utf8), ("utf-8-or-shift-jis", FileNames::Utf8OrShiftJis)];

/// What a set that says nothing gets.
const SETTLE: Wait = Wait::seconds(60);
const RESCAN: Wait = Wait::seconds(600);
const IGNORED: [&str; 14] = [
    "**/Thumbs.db",
    "**/desktop.ini",
    "**/.DS_Store",
    "**/~$*",
    "**/.~lock.*",
    "**/*~",
    "**/#*#",
    "**/.*.sw?",
    "**/*.tmp",
    "**/*.part",
    "**/*.partial",
    "**/*.crdownload",
    "**/.nfs*",
    "README.md",
];
const AT_MOST: u32 = 5000;

/// Checks how the service runs.
pub(super) fn service(sections: &Sections, desk: &Desk) -> Checked<Service> {
    let Some(node) = &sections.service else {
        return Err(desk.refuse(Finding::whole(&rules::NO_RECIPIENTS, keys::nobody())));
    };
    let item = Item::open(desk, node, &SERVICE)?;
    let paths = item.get("paths").and_then(|node| paths::paths(desk, node));
    let (recipients, approvers) = (keys::recipients(&item), keys::approvers(&item));
    let headers_kept = headers_kept(&item);
    let file_names = item.get("intake").and_then(|node| file_names(desk, node));
    let watch = item.get("watch").and_then(|node| watch(desk, node));
    let sweep = item.get("sweep").and_then(|node| sweep(desk, node));
    let typesetter = item.choice_or("typesetter", &TYPESETTERS, Typesetter::Embedded);
    let standards = item.choices("pdf-standards", &PDF_STANDARDS);
    let (second_copy, witness) = (elsewhere(&item, "second-copy"), elsewhere(&item, "witness"));
    let (sweep_schedule, sweep_at_most) = sweep?;
    standards?;
    Ok(Service {
        paths: paths?,
        recipients: recipients?,
        approvers: approvers?,
        headers_kept: headers_kept?,
        file_names: file_names?,
        watch: watch?,
        second_copy: second_copy?,
        witness: witness?,
        typesetter: typesetter?,
        sweep_schedule,
        sweep_at_most,
    })
}

/// A stand-in while the rest of the set is looked at: the section was refused.
pub(super) fn stand_in() -> Service {
    Service {
        paths: Paths { records: String::new(), vault: String::new(), public: String::new() },
        recipients: Vec::new(),
        approvers: Vec::new(),
        headers_kept: None,
        file_names: FileNames::Utf8,
        watch: Watch { settle: SETTLE, rescan: RESCAN, ignore: Vec::new() },
        second_copy: None,
        witness: None,
        typesetter: Typesetter::Embedded,
        sweep_schedule: None,
        sweep_at_most: AT_MOST,
    }
}

/// `none`, missing, or a place.
fn elsewhere(item: &Item<'_>, key: &str) -> Checked<Option<String>> {
    Ok(item.optional_word(key)?.filter(|path| path != "none"))
}

fn headers_kept(item: &Item<'_>) -> Checked<Option<Period>> {
    let desk = item.desk();
    let backup = item.perhaps("backup", |node| Item::open(desk, node, &BACKUP))?;
    if let Some(backup) = &backup
        && let Some(node) = backup.get("headers-kept")?
    {
        return parsed(desk, node, &PERIOD).map(Some);
    }
    let place = backup.map_or_else(|| item.place(), |backup| backup.place());
    let found = said!(
        "it is not said how long backups of headers live",
        "ヘッダーのバックアップをいつまで保管するかが書かれていません"
    );
    desk.report(Finding::at(&rules::HEADERS_KEPT, place, found));
    Ok(None)
}

fn file_names(desk: &Desk, intake: Option<&Node>) -> Checked<FileNames> {
    let intake = intake.map(|node| Item::open(desk, node, &INTAKE)).transpose()?;
    intake.map_or(Ok(FileNames::Utf8), |intake| intake.choice("file-names", &FILE_NAMES))
}

fn watch(desk: &Desk, node: Option<&Node>) -> Checked<Watch> {
    let item = node.map(|node| Item::open(desk, node, &WATCH)).transpose()?;
    let given = |key: &str| item.as_ref().map_or(Ok(None), |item| item.get(key));
    let wait = |key: &str, default: Wait| given(key)?.map_or(Ok(default), |node| parsed(desk, node, &rules::WAIT));
    let (settle, rescan) = (wait("settle", SETTLE), wait("rescan", RESCAN));
    let ignore = match given("ignore")? {
        Some(node) => list(desk, node).and_then(|globs| all(globs, |glob| parsed(desk, glob, &rules::IGNORE))),
        None => Ok(IGNORED.iter().filter_map(|glob| glob.parse::<Glob>().ok()).collect()),
    };
    Ok(Watch { settle: settle?, rescan: rescan?, ignore: ignore? })
}

/// The schedule, and the most records of one sweep.
fn sweep(desk: &Desk, node: Option<&Node>) -> Checked<(Option<Schedule>, u32)> {
    let Some(node) = node else {
        return Ok((None, AT_MOST));
    };
    let item = Item::open(desk, node, &SWEEP)?;
    let schedule = item.perhaps("schedule", |node| parsed(desk, node, &rules::SCHEDULE));
    let at_most = item.perhaps("at-most", |node| limit(desk, node));
    Ok((schedule?, at_most?.unwrap_or(AT_MOST)))
}

fn limit(desk: &Desk, node: &Node) -> Checked<u32> {
    let item = Item::open(desk, node, &AT_MOST_RECORDS)?;
    let written = item.word("records")?;
    let number = written.parse::<u32>().ok().filter(|number| *number > 0);
    number.ok_or_else(|| {
        let found = said!("`{written}` is not a number of records", "`{written}`は記録の件数ではありません");
        let finding = Finding::at(&rules::LIMIT, item.place_of("records"), found);
        let plain = half_width(written).replace([',', ' ', '件'], "");
        let near = plain.parse::<u32>().ok().filter(|number| *number > 0);
        desk.refuse(near.into_iter().fold(finding, |finding, near| meant(finding, &near.to_string())))
    })
}
