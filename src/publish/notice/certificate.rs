//! The certificate of a sweep as a document.
//!
//! In: a certificate and its list. Out: a [`Job`]. The rule it keeps: it says what the certificate says, of any number of
//! records on a few pages; what it does not print one by one stands in the list that the certificate binds by its digest.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{NoticeError, Writing, visible};
use crate::calendar::Instant;
use crate::policy::{Notice, NoticeWhen, PolicySet};
use crate::publish::typeset::Job;
use crate::retention::certificate::list::List;
use crate::retention::certificate::{Certificate, ClassSwept, Days, ProvenEntry, RecordSwept};

/// The most records a printed certificate lists one by one; of more it sums up, and the list is a file.
const LISTED: usize = 300;

/// The most records it names for a reason of their own: opened before, gone at a request, masked, or left.
const NAMED: usize = 40;

/// Writes the certificate of a sweep as a document.
///
/// # Errors
/// Fails when the notice is not about completed sweeps, or the policy does not speak `language`.
pub fn certificate(
    policy: &PolicySet,
    certificate: &Certificate,
    list: &List,
    notice: &Notice,
    language: &str,
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<Job, NoticeError> {
    let (writing, said) = (Writing::new(policy, notice, language)?, &certificate.statement);
    let NoticeWhen::SweepCompleted = &notice.when else {
        return Err(writing.not_now("when a sweep is completed"));
    };
    let zone = policy.organization.time_zone;
    let minute = |instant: Instant| zone.minute(instant);
    let approvals = said.approvals.iter();
    let approvals = approvals.map(|a| json!({ "name": a.name, "fingerprint": a.fingerprint, "at": minute(a.at) }));
    let taken_up = said.taken_up.as_ref().map(|later| {
        let approvers = later.approvals.iter().map(|one| json!({ "name": one.name, "fingerprint": one.fingerprint }));
        json!({ "policy": later.policy, "approvals": approvers.collect::<Vec<_>>(), "holds": later.holds })
    });
    let backups = said.header_backups_expire.map(|day| writing.day(day)).transpose()?;
    let mut opened: Vec<&RecordSwept> = list.destroyed.iter().filter(|one| one.opened > 0).collect();
    opened.sort_by_key(|one| (std::cmp::Reverse(one.opened), one.id));
    let listed = if list.destroyed.len() > LISTED { &[] } else { list.destroyed.as_slice() };
    let left = list.left.iter().take(NAMED).map(|one| json!({ "id": one.id, "class": one.class, "why": one.why }));
    let swept = certificate.swept();
    let early: Vec<&RecordSwept> = list.destroyed.iter().filter(|one| one.early_entry.is_some()).collect();
    let masked: Vec<&RecordSwept> = list.destroyed.iter().filter(|one| one.masked.is_some()).collect();
    let data = json!({
        "sender": writing.sender(),
        "privacy-officer": writing.officer(&policy.organization.privacy_officer),
        "subject": notice.title.get(language),
        "date": writing.day(zone.date(said.finished))?,
        "sweep": said.sweep,
        "count": said.count(),
        "started": minute(said.started),
        "finished": minute(said.finished),
        "time-zone": zone,
        "tool": said.tool,
        "policy": said.policy,
        "laws": said.laws,
        "plan": said.plan,
        "approvals": approvals.collect::<Vec<_>>(),
        "holds": said.holds.len(),
        "taken-up": taken_up,
        "media": said.media,
        "conditions": said.conditions,
        "claim": said.claim,
        "header-backups-expire": backups,
        "verification": said.verification,
        "validation": said.validation,
        "classes": writing.classes(&said.classes)?,
        "lateness": [days(&said.lateness.after_first_day), days(&said.lateness.after_approval)],
        "opened": opened.iter().take(NAMED).map(|one| record(one)).collect::<Vec<_>>(),
        "opened-count": opened.len(),
        "early": early.iter().take(NAMED).map(|one| record(one)).collect::<Vec<_>>(),
        "early-count": early.len(),
        "masked": masked.iter().take(NAMED).map(|one| record(one)).collect::<Vec<_>>(),
        "masked-count": masked.len(),
        "records": listed.iter().map(record).collect::<Vec<_>>(),
        "left": said.left,
        "left-count": list.left.len(),
        "left-records": left.collect::<Vec<_>>(),
        "list": said.list,
        "statement": said.digest(),
        "entry": swept.and_then(ProvenEntry::index),
        "checkpoint": swept.and_then(ProvenEntry::checkpoint),
        "proof": swept.map(|swept| &swept.proof),
        "imprint": writing.imprint(said.policy.commit.as_deref(), &said.policy.digest.to_string()),
    });
    Ok(Job {
        ident: format!("{}/{}", notice.id, said.sweep),
        ..writing.job(visible(data), &files.clone().into(), said.finished)
    })
}

/// How many days half of the records took, 99 of a hundred, and the slowest; nothing where none was counted.
fn days(days: &Days) -> Option<Value> {
    let within = |percent| days.within(percent).map(|days| days.to_string());
    (days.count() > 0).then(|| json!({ "half": within(50), "most": within(99), "all": within(100) }))
}

fn record(one: &RecordSwept) -> Value {
    json!({
        "id": one.id,
        "class": one.class,
        "first-day-allowed": one.first_day_allowed,
        "sealed-on": one.sealed_on,
        "destroyed-on": one.destroyed_on,
        "days": one.days_after_first().to_string(),
        "opened": one.opened.to_string(),
        "exposure": one.exposure,
        "early-entry": one.early_entry,
        "successor": one.masked.map(|masked| masked.successor),
        "succeeded-entry": one.masked.map(|masked| masked.entry),
        "entries": [one.sealed_entry, one.intent_entry, one.destroyed_entry],
    })
}

impl Writing<'_> {
    fn classes(&self, classes: &[ClassSwept]) -> Result<Vec<Value>, NoticeError> {
        let row = |class: &ClassSwept| {
            let mute = || NoticeError::Words { class: class.class.clone(), language: self.language.to_owned() };
            Ok(json!({
                "class": class.class,
                "title": class.title.get(self.language).ok_or_else(mute)?,
                "rule": class.rule.get(self.language).ok_or_else(mute)?,
                "rule-digest": class.rule_digest,
                "law": class.law.as_ref().and_then(|law| law.citation.get(self.language)),
                "method": class.method,
                "count": class.count,
                "opened": class.opened,
                "early": class.early,
                "masked": class.masked,
                "latest-by": class.latest_by,
                "earliest-due": self.day(class.earliest_due)?,
                "latest-due": self.day(class.latest_due)?,
            }))
        };
        classes.iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, notice};
    use super::*;
    use crate::policy::sample;
    use crate::publish::typeset::print_here;
    use crate::retention::certificate::sample::sample as swept;

    fn job(records: u64, language: &str) -> Job {
        let (said, list) = swept(records);
        let notice = notice("swept", NoticeWhen::SweepCompleted);
        certificate(&sample::sample(), &said, &list, &notice, language, &files()).unwrap()
    }

    #[test]
    fn certificates_can_be_printed_in_both_languages() {
        for language in ["ja", "en"] {
            for records in [1, 200, 2000] {
                let job = job(records, language);
                assert_eq!(
                    job.data["records"].as_array().unwrap().len(),
                    if records > 300 { 0 } else { records as usize }
                );
                assert!(print_here(job).unwrap().starts_with(b"%PDF-"));
            }
        }
    }

    #[test]
    fn what_went_at_a_request_and_what_was_masked_is_named_with_its_entry() {
        let data = job(9, "en").data;
        assert_eq!((&data["early-count"], &data["masked-count"]), (&json!(3), &json!(2)));
        let entries = |of: &str, entry: &str| -> Vec<u64> {
            data[of].as_array().unwrap().iter().map(|one| one[entry].as_u64().unwrap()).collect()
        };
        assert_eq!(entries("early", "early-entry"), [2, 4, 6]);
        assert_eq!(entries("masked", "succeeded-entry"), [3, 5]);
        assert!(data["masked"][0]["successor"].is_string());
    }

    /// `HOKAN_PICTURES=docs/images cargo test --release --lib 100_000_records` makes the pictures of docs/claims.md.
    #[test]
    fn a_certificate_of_100_000_records_is_a_few_pages_and_binds_its_list_by_digest() {
        let (said, list) = swept(100_000);
        let policy = sample::sample();
        let notice = notice("swept", NoticeWhen::SweepCompleted);
        let dir = tempfile::tempdir().unwrap();
        for language in ["ja", "en"] {
            let pdf = dir.path().join(format!("{language}.pdf"));
            let job = certificate(&policy, &said, &list, &notice, language, &files()).unwrap();
            std::fs::write(&pdf, print_here(job).unwrap()).unwrap();
            let text = run("pdftotext", &["-raw", pdf.to_str().unwrap(), "-"]);
            let words: String = text.split_whitespace().collect();
            assert!(text.matches('\u{c}').count() <= 5, "a certificate of many records has many pages: {text}");
            let (bound, statement) = (said.statement.list.sha256.to_string(), said.statement.digest().to_string());
            for said in [&bound, &statement, "100,000", "2026-11-22-5f0c8d9e.csv", "hokanverify--certificate"] {
                assert!(words.contains(said), "{said} is missing: {text}");
            }
            if let (Some(to), "ja") = (std::env::var_os("HOKAN_PICTURES"), language) {
                let to = std::path::PathBuf::from(to).join("certificate-100000");
                run("pdftoppm", &["-png", "-gray", "-r", "64", "-l", "3", pdf.to_str().unwrap(), to.to_str().unwrap()]);
            }
        }
    }

    fn run(program: &str, arguments: &[&str]) -> String {
        let ran = std::process::Command::new(program).args(arguments).output().unwrap();
        assert!(ran.status.success(), "{program}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).unwrap()
    }
}
