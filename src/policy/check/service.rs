//! Checks `service`: where things lie, who can open and who can approve, when it works.
//!
//! In: the section. Out: its checked type, with the defaults of the policy language. The rule it keeps: keys are public
//! ones of the right shape, and one key is one person.

mod keys;
mod paths;

use crate::calendar::{Period, Schedule, Wait};
use crate::diag::Finding;
use crate::policy::raw::Node;
use crate::policy::rules::retention::PERIOD;
use crate::policy::rules::service as rules;
use crate::policy::{FileNames, Glob, Service, Watch};

use super::desk::{Checked, Desk, advice, all};
use super::item::{Item, list, parsed};
use super::sections::Sections;

const SERVICE: [&str; 7] = ["paths?", "recipients?", "approvers?", "backup?", "intake?", "watch?", "sweep?"];
const WATCH: [&str; 3] = ["settle?", "rescan?", "ignore?"];
const FILE_NAMES: [(&str, FileNames); 2] =
    [("utf-8", FileNames::Utf8), ("utf-8-or-shift-jis", FileNames::Utf8OrShiftJis)];

/// What a set that says nothing gets.
const SETTLE: Wait = Wait::seconds(60);
const RESCAN: Wait = Wait::seconds(600);
const IGNORED: [&str; 6] = ["**/Thumbs.db", "**/desktop.ini", "**/.DS_Store", "**/~$*", "**/.~lock.*", "README.md"];
const AT_MOST: u32 = 5000;

/// Checks how the service runs.
pub(super) fn service(sections: &Sections, desk: &Desk) -> Checked<Service> {
    let Some(node) = &sections.service else {
        let finding = Finding::whole(&rules::NO_RECIPIENTS, "the set names no recipients, so nothing could be sealed");
        return Err(desk.refuse(finding.help(advice(&rules::NO_RECIPIENTS))));
    };
    let item = Item::open(desk, node, &SERVICE)?;
    let paths = paths::paths(desk, item.optional("paths"));
    let (recipients, approvers) = (keys::recipients(&item), keys::approvers(&item));
    let headers_kept = headers_kept(&item);
    let file_names = file_names(desk, item.optional("intake"));
    let watch = watch(desk, item.optional("watch"));
    let sweep = sweep(desk, item.optional("sweep"));
    let (sweep_schedule, sweep_at_most) = sweep?;
    Ok(Service {
        paths: paths?,
        recipients: recipients?,
        approvers: approvers?,
        headers_kept: headers_kept?,
        file_names: file_names?,
        watch: watch?,
        sweep_schedule,
        sweep_at_most,
    })
}

fn headers_kept(item: &Item<'_>) -> Checked<Option<Period>> {
    let desk = item.desk();
    let backup = item.optional("backup").map(|node| Item::open(desk, node, &["headers-kept?"])).transpose()?;
    if let Some(node) = backup.as_ref().and_then(|backup| backup.optional("headers-kept")) {
        return parsed(desk, node, &PERIOD).map(Some);
    }
    let place = backup.map_or_else(|| item.place(), |backup| backup.place());
    let finding = Finding::at(&rules::HEADERS_KEPT, place, "it is not said how long backups of headers live");
    desk.report(finding.help(advice(&rules::HEADERS_KEPT)));
    Ok(None)
}

fn file_names(desk: &Desk, intake: Option<&Node>) -> Checked<FileNames> {
    let intake = intake.map(|node| Item::open(desk, node, &["file-names"])).transpose()?;
    intake.map_or(Ok(FileNames::Utf8), |intake| intake.choice("file-names", &FILE_NAMES))
}

fn watch(desk: &Desk, node: Option<&Node>) -> Checked<Watch> {
    let item = node.map(|node| Item::open(desk, node, &WATCH)).transpose()?;
    let given = |key: &str| item.as_ref().and_then(|item| item.optional(key));
    let wait = |key: &str, default: Wait| given(key).map_or(Ok(default), |node| parsed(desk, node, &rules::WAIT));
    let (settle, rescan) = (wait("settle", SETTLE), wait("rescan", RESCAN));
    let ignore = match given("ignore") {
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
    let item = Item::open(desk, node, &["schedule?", "at-most?"])?;
    let schedule = item.optional("schedule").map(|node| parsed(desk, node, &rules::SCHEDULE)).transpose();
    let at_most = item.optional("at-most").map_or(Ok(AT_MOST), |node| limit(desk, node));
    Ok((schedule?, at_most?))
}

fn limit(desk: &Desk, node: &Node) -> Checked<u32> {
    let item = Item::open(desk, node, &["records"])?;
    let written = item.word("records")?;
    let number = written.parse::<u32>().ok().filter(|number| *number > 0);
    number.ok_or_else(|| {
        let found = format!("`{written}` is not a number of records");
        desk.refuse(Finding::at(&rules::LIMIT, item.place_of("records"), found).help(advice(&rules::LIMIT)))
    })
}
