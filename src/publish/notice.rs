//! Notices: what a formal letter or a certificate says, as a job for the typesetter.
//!
//! In: the checked policy, its imprint and the notice (or a sweep's certificate). Out: a [`Job`] whose data holds the
//! words to be printed; the fixed phrases of each language stand in the template. The rule it keeps: everything printed
//! about the policy is read from the checked values that are enforced, and every document names the imprint it came from.

mod certificate;
mod change;
mod data;
mod medical_cost;
mod part;
pub mod plan;
mod work_order;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::Imprint;
use super::typeset::Job;
use crate::calendar::{self, Date, Instant, NoEra};
use crate::policy::glyphs;
use crate::policy::{Contact, JointUse, Notice, NoticeWhen, Officer, Party, PolicySet, Purpose, Section, Text};

pub use certificate::certificate;
pub use change::{Announced, NAME as CHANGE_NOTICE, change_notice};
pub use data::{BadCell, CostData, CostRow, Screen, Screened, cost_data};
pub use medical_cost::{Addressee, Cost, Grouping, Letter, Member, medical_cost, merged};
pub use part::{Part, parts};
pub use work_order::work_order;

/// A notice that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// It is printed at another time.
    #[error("the notice `{notice}` is not printed {expected}; its `when` says otherwise")]
    When {
        /// The notice.
        notice: String,
        /// When it was asked for.
        expected: &'static str,
    },
    /// It has a section that letters do not carry.
    #[error("the notice `{notice}` cannot announce `{section}` (known: `purposes`, `joint-use`, `contacts`)")]
    Section {
        /// The notice.
        notice: String,
        /// The section.
        section: String,
    },
    /// It announces nothing.
    #[error("the notice `{notice}` announces no section (known: `purposes`, `joint-use`)")]
    Nothing {
        /// The notice.
        notice: String,
    },
    /// The policy does not speak this language.
    #[error("the notice `{notice}` cannot be written in `{language}` (the policy has: {known})")]
    Language {
        /// The notice.
        notice: String,
        /// The language asked for.
        language: String,
        /// Those there are.
        known: String,
    },
    /// A class of the certificate has no words in this language.
    #[error("the certificate has no title or rule of the class `{class}` in `{language}`")]
    Words {
        /// The class.
        class: String,
        /// The language asked for.
        language: String,
    },
    /// A date before the eras.
    #[error("a date of the notice `{notice}` cannot be printed")]
    Date {
        /// The notice.
        notice: String,
        /// Why.
        #[source]
        source: NoEra,
    },
}

/// The version that a document shows.
pub struct Shown<'a> {
    /// Which version.
    pub imprint: &'a Imprint,
    /// What every page says of a version that is not the published one.
    pub banner: Option<&'a str>,
    /// Which of how many documents it is; none where it is the only one.
    pub which: Option<&'a str>,
}

/// Writes a part of the public announcement of the sections that `notice` names.
///
/// It is a minor letter: no number, no seal.
///
/// # Errors
/// Fails when the notice is not about policy changes, names a section that letters do not carry, or the policy does not
/// speak `language`.
pub fn announcement(
    policy: &PolicySet,
    shown: &Shown<'_>,
    (notice, part): (&Notice, &Part),
    language: &str,
    files: &BTreeMap<String, Vec<u8>>,
    at: Instant,
) -> Result<Job, NoticeError> {
    let Shown { imprint, banner, which } = shown;
    let writing = Writing::new(policy, notice, language)?;
    let NoticeWhen::PolicyChanges(sections) = &notice.when else {
        return Err(writing.not_now("when a policy is published"));
    };
    // `information` is announced with `purposes`: what is named twice is said once.
    let once = sections.iter().enumerate().filter(|(n, section)| !sections[..*n].contains(section));
    let items: Vec<Value> =
        once.filter_map(|(_, section)| writing.section(*section, part).transpose()).collect::<Result<_, _>>()?;
    if items.is_empty() {
        return Err(NoticeError::Nothing { notice: notice.id.clone() });
    }
    let data = json!({
        "sender": writing.sender(),
        "date": imprint.day().map(|day| writing.day(day)).transpose()?,
        "subject": notice.title.get(language),
        "volume": which,
        "items": items,
        "contacts": writing.contacts(sections),
        "imprint": writing.imprint(imprint.commit.as_deref(), &imprint.digest.to_string()),
        "banner": banner,
    });
    let job = writing.job(data, &files.clone().into(), at);
    let title = which.map_or(job.title.clone(), |which| format!("{} ({which})", job.title));
    Ok(Job { title, ident: format!("hokan/{}/{language}/{}", policy.organization.id, part.name(notice)), ..job })
}

/// Returns data in which every character can be printed: what stands in the ledger or in a register is printed whatever
/// it holds, with a mark and the code where a glyph is missing.
fn visible(data: Value) -> Value {
    match data {
        Value::String(text) => Value::String(glyphs::shown(&text).into_owned()),
        Value::Array(items) => items.into_iter().map(visible).collect(),
        Value::Object(members) => members.into_iter().map(|(key, value)| (key, visible(value))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => data,
    }
}

/// What every notice needs: the policy, the notice, the language.
struct Writing<'a> {
    policy: &'a PolicySet,
    notice: &'a Notice,
    language: &'a str,
}

/// Purposes under their category, in the order of the policy.
#[derive(Serialize)]
struct Category<'a> {
    title: &'a str,
    purposes: Vec<&'a str>,
}

impl<'a> Writing<'a> {
    fn new(policy: &'a PolicySet, notice: &'a Notice, language: &'a str) -> Result<Writing<'a>, NoticeError> {
        let known = &policy.organization.languages;
        if !known.iter().any(|one| one == language) {
            let known = known.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
            return Err(NoticeError::Language { notice: notice.id.clone(), language: language.to_owned(), known });
        }
        Ok(Writing { policy, notice, language })
    }

    fn not_now(&self, expected: &'static str) -> NoticeError {
        NoticeError::When { notice: self.notice.id.clone(), expected }
    }

    fn job(&self, data: Value, files: &Arc<BTreeMap<String, Vec<u8>>>, at: Instant) -> Job {
        let organization = &self.policy.organization;
        Job {
            template: self.notice.template.clone(),
            files: Arc::clone(files),
            data,
            language: self.language.to_owned(),
            title: format!("{} - {}", self.say(&self.notice.title), self.say(&organization.name)),
            at,
            ident: format!("hokan/{}/{}/{}", organization.id, self.language, self.notice.id),
        }
    }

    fn say(&self, text: &'a Text) -> &'a str {
        text.get(self.language)
    }

    fn day(&self, date: Date) -> Result<String, NoticeError> {
        day_in_words(date, self.language).map_err(|source| NoticeError::Date { notice: self.notice.id.clone(), source })
    }

    fn officer(&self, officer: &'a Officer) -> Value {
        json!({ "title": self.say(&officer.title), "name": self.say(&officer.name) })
    }

    fn sender(&self) -> Value {
        let organization = &self.policy.organization;
        json!({
            "name": self.say(&organization.name),
            "short-name": self.say(&organization.short_name),
            "address": self.say(&organization.address),
            "representative": self.officer(&organization.representative),
        })
    }

    fn imprint(&self, commit: Option<&str>, digest: &str) -> Value {
        let short = |text: &str| text.chars().take(12).collect::<String>();
        json!({ "commit": commit.map(short), "digest": short(digest) })
    }

    /// What a letter says about a section; nothing for the contacts, which end every letter.
    fn section(&self, section: Section, part: &Part) -> Result<Option<Value>, NoticeError> {
        match section {
            Section::Purposes if !part.is_first() => Ok(None),
            Section::Purposes => Ok(Some(json!({ "kind": "purposes", "categories": self.categories() }))),
            Section::JointUse => {
                let uses = self.policy.joint_use.get(part.uses.clone()).unwrap_or_default();
                let uses = uses.iter().map(|joint| self.joint_use(joint));
                Ok(Some(json!({ "kind": "joint-use", "uses": uses.collect::<Result<Vec<_>, _>>()? })))
            }
            Section::Contacts => Ok(None),
            Section::Principles
            | Section::Processes
            | Section::Disclosures
            | Section::Consent
            | Section::Retention
            | Section::Security
            | Section::Procedures => Err(NoticeError::Section {
                notice: self.notice.id.clone(),
                section: json!(section).as_str().unwrap_or_default().to_owned(),
            }),
        }
    }

    fn categories(&self) -> Vec<Category<'a>> {
        let mut categories: Vec<Category<'a>> = Vec::new();
        for Purpose { category, title, .. } in &self.policy.purposes {
            let (category, title) = (self.say(category), self.say(title));
            match categories.iter_mut().find(|known| known.title == category) {
                Some(known) => known.purposes.push(title),
                None => categories.push(Category { title: category, purposes: vec![title] }),
            }
        }
        categories
    }

    /// The elements of a joint use in the order of the law.
    ///
    /// # Source
    /// Act on the Protection of Personal Information, article 27(5)(iii).
    fn joint_use(&self, joint: &'a JointUse) -> Result<Value, NoticeError> {
        let users = joint.users.iter();
        let users = users.map(|user| json!({ "name": self.name(&user.party), "scope": self.say(&user.scope) }));
        let purposes = joint.purposes.iter();
        let purposes = purposes.map(|one| json!({ "name": self.name(&one.party), "text": self.say(&one.text) }));
        Ok(json!({
            "title": self.say(&joint.title),
            "persons": joint.persons.as_ref().map(|text| self.say(text)),
            "items": joint.items.iter().map(|item| self.say(item)).collect::<Vec<_>>(),
            "users": users.collect::<Vec<_>>(),
            "purposes": purposes.collect::<Vec<_>>(),
            "responsible": self.responsible(joint.responsible.as_deref()),
            "since": self.day(joint.since)?,
        }))
    }

    fn party(&self, id: &str) -> Option<&'a Party> {
        self.policy.parties.iter().find(|party| party.id == id)
    }

    /// The name of a party; the organization's own where none is given.
    fn name(&self, party: &Option<String>) -> &'a str {
        let party = party.as_deref().and_then(|id| self.party(id));
        self.say(party.map_or(&self.policy.organization.name, |party| &party.name))
    }

    fn responsible(&self, responsible: Option<&str>) -> Value {
        match responsible {
            None => self.sender(),
            Some(id) => {
                let party = self.party(id);
                json!({
                    "name": party.map(|party| self.say(&party.name)),
                    "address": party.and_then(|party| party.address.as_ref()).map(|text| self.say(text)),
                    "representative": party.and_then(|party| party.representative.as_ref()).map(|o| self.officer(o)),
                })
            }
        }
    }

    /// The first contact, and those the announced joint uses name, in the order of the policy.
    fn contacts(&self, sections: &[Section]) -> Vec<Value> {
        let joint = &self.policy.joint_use;
        let named = |contact: &Contact| {
            sections.contains(&Section::Contacts)
                || (sections.contains(&Section::JointUse) && joint.iter().any(|one| one.contact == contact.id))
        };
        let contacts = self.policy.organization.contacts.iter().enumerate();
        let chosen = contacts.filter(|(place, contact)| *place == 0 || named(contact));
        chosen.map(|(_, contact)| self.contact(contact)).collect()
    }

    fn contact(&self, contact: &'a Contact) -> Value {
        json!({
            "title": self.say(&contact.title),
            "department": contact.department.as_ref().map(|text| self.say(text)),
            "address": contact.address.as_ref().map(|text| self.say(text)),
            "telephone": contact.telephone,
            "email": contact.email,
            "hours": contact.hours.as_ref().map(|text| self.say(text)),
        })
    }
}

/// A date as letters print it: by era in Japanese, `22 November 2026` in English, ISO 8601 in any other language.
fn day_in_words(date: Date, language: &str) -> Result<String, NoEra> {
    match language {
        "ja" => calendar::japanese_date(date),
        "en" => Ok(calendar::english_date(date)),
        _ => Ok(date.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Digest;
    use crate::policy::sample;
    use crate::policy::{Audience, Id};
    use crate::publish::typeset::print_here;
    use crate::retention::certificate::sample::sample as swept;

    const AT: Instant = Instant::from_micros(1_795_348_800_000_000);

    pub(super) fn files() -> BTreeMap<String, Vec<u8>> {
        let shipped: [(&str, &[u8]); 3] = [
            ("notices/lib.typ", include_bytes!("../../templates/notices/lib.typ")),
            ("notices/announcement.typ", include_bytes!("../../templates/notices/announcement.typ")),
            ("notices/disposal-certificate.typ", include_bytes!("../../templates/notices/disposal-certificate.typ")),
        ];
        shipped.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect()
    }

    pub(super) fn imprint() -> Imprint {
        let date = "2026-11-22".parse().unwrap();
        Imprint::published(Some("3f2a1b9c0d1e4f5a6b7c".into()), Digest::of(b"policies"), date)
    }

    pub(super) fn shown(imprint: &Imprint) -> Shown<'_> {
        Shown { imprint, banner: None, which: None }
    }

    pub(super) fn notice(id: &str, when: NoticeWhen) -> Notice {
        let (template, title) = match when {
            NoticeWhen::PolicyChanges(_) => ("notices/announcement.typ", sample::text("利用目的", "Purposes of use")),
            NoticeWhen::SweepCompleted => {
                ("notices/disposal-certificate.typ", sample::text("廃棄記録書", "Disposal record"))
            }
            NoticeWhen::Record(_) | NoticeWhen::Schedule(_) => unreachable!("no letter from data is set here"),
        };
        Notice {
            id: Id::from(id),
            title,
            audience: Audience::Public,
            when,
            read: None,
            number: None,
            masks_individual_numbers: false,
            needs: None,
            template: template.into(),
            file_as: None,
            print_file: None,
        }
    }

    fn announce(sections: Vec<Section>, language: &str) -> Result<Job, NoticeError> {
        let notice = notice("announced", NoticeWhen::PolicyChanges(sections));
        whole(&sample::sample(), &notice, language)
    }

    /// An announcement of one part.
    fn whole(policy: &PolicySet, notice: &Notice, language: &str) -> Result<Job, NoticeError> {
        let parts = parts(policy, notice);
        assert_eq!(parts.len(), 1);
        announcement(policy, &shown(&imprint()), (notice, &parts[0]), language, &files(), AT)
    }

    #[test]
    fn every_joint_use_of_a_long_announcement_stands_in_one_of_its_parts() {
        let policy = sample::sample_with(|policy| {
            let joint = policy.joint_use[0].clone();
            policy.joint_use = (0..900)
                .map(|n| JointUse { title: sample::text(&n.to_string(), &n.to_string()), ..joint.clone() })
                .collect();
        });
        let notice = notice("announced", NoticeWhen::PolicyChanges(vec![Section::Purposes, Section::JointUse]));
        let parts = parts(&policy, &notice);
        assert!(parts.len() > 1);
        let (mut uses, mut kinds) = (Vec::new(), Vec::new());
        for part in &parts {
            let imprint = imprint();
            let shown = Shown { which: Some("which"), ..shown(&imprint) };
            let job = announcement(&policy, &shown, (&notice, part), "en", &files(), AT).unwrap();
            assert_eq!((job.data["volume"].as_str(), job.ident.ends_with(&part.name(&notice))), (Some("which"), true));
            for item in job.data["items"].as_array().unwrap() {
                kinds.push(item["kind"].as_str().unwrap().to_owned());
                let titles =
                    item["uses"].as_array().into_iter().flatten().map(|one| one["title"].as_str().unwrap().to_owned());
                uses.extend(titles);
            }
        }
        let expected: Vec<String> = policy.joint_use.iter().map(|one| one.title.get("en").to_owned()).collect();
        assert_eq!(uses, expected);
        assert_eq!(kinds.iter().filter(|kind| *kind == "purposes").count(), 1);
        assert_eq!([parts[0].name(&notice), parts[1].name(&notice)], ["announced", "announced_2"]);
    }

    #[test]
    fn an_announcement_lists_purposes_by_category_in_the_order_of_the_policy() {
        let policy = sample::sample();
        let job = announce(vec![Section::Purposes], "ja").unwrap();
        let categories = job.data["items"][0]["categories"].as_array().unwrap();
        let printed: Vec<&Value> = categories.iter().flat_map(|one| one["purposes"].as_array().unwrap()).collect();
        assert_eq!(printed.len(), policy.purposes.len());
        assert_eq!(categories[0]["title"], policy.purposes[0].category.get("ja"));
        assert_eq!(job.data["date"], "令和8年11月22日");
    }

    #[test]
    fn a_joint_use_has_every_element_and_its_own_contact() {
        let policy = sample::sample();
        let job = announce(vec![Section::JointUse], "en").unwrap();
        let (printed, joint) = (&job.data["items"][0]["uses"][0], &policy.joint_use[0]);
        assert_eq!(printed["items"].as_array().unwrap().len(), joint.items.len());
        assert_eq!(printed["users"].as_array().unwrap().len(), joint.users.len());
        assert_eq!(printed["purposes"].as_array().unwrap().len(), joint.purposes.len());
        assert!(printed["responsible"]["name"].is_string() && printed["responsible"]["address"].is_string());
        let contact = policy.organization.contacts.iter().find(|contact| contact.id == joint.contact).unwrap();
        let contacts = job.data["contacts"].as_array().unwrap();
        assert!(contacts.iter().any(|one| one["telephone"].as_str() == contact.telephone.as_deref()));
    }

    #[test]
    fn announcements_can_be_printed_in_both_languages() {
        for language in ["ja", "en"] {
            let job = announce(vec![Section::Purposes, Section::JointUse, Section::Contacts], language).unwrap();
            assert!(print_here(job).unwrap().starts_with(b"%PDF-"));
        }
    }

    #[test]
    fn a_name_that_the_fonts_cannot_show_does_not_stop_a_certificate() {
        let (mut swept, list) = swept(2);
        swept.statement.approvals[0].name = "\u{20BB7}田 一郎".to_owned();
        let notice = notice("swept", NoticeWhen::SweepCompleted);
        for language in ["ja", "en"] {
            let job = certificate(&sample::sample(), &swept, &list, &notice, language, &files()).unwrap();
            assert_eq!(job.data["approvals"][0]["name"], "〓(U+20BB7)田 一郎");
            assert!(print_here(job).unwrap().starts_with(b"%PDF-"));
        }
    }

    #[test]
    fn a_policy_without_joint_uses_says_so() {
        let policy = sample::sample_with(|policy| policy.joint_use.clear());
        let notice = notice("announced", NoticeWhen::PolicyChanges(vec![Section::JointUse]));
        let job = whole(&policy, &notice, "ja").unwrap();
        assert_eq!(job.data["items"][0]["uses"], json!([]));
        assert!(print_here(job).is_ok());
    }

    #[test]
    fn a_contact_prints_what_it_has() {
        let policy = sample::sample_with(|policy| {
            let contact = &mut policy.organization.contacts[0];
            (contact.department, contact.telephone, contact.hours) = (None, None, None);
        });
        let notice = notice("announced", NoticeWhen::PolicyChanges(vec![Section::Purposes]));
        for language in ["ja", "en"] {
            let job = whole(&policy, &notice, language).unwrap();
            let contact = &job.data["contacts"][0];
            assert!(contact["telephone"].is_null() && contact["email"].is_string(), "{contact}");
            assert!(print_here(job).unwrap().starts_with(b"%PDF-"));
        }
    }

    #[test]
    fn i9_every_document_names_its_version() {
        let digest = Digest::of(b"policies").to_string();
        let job = announce(vec![Section::Purposes], "ja").unwrap();
        assert_eq!(job.data["imprint"], json!({ "commit": "3f2a1b9c0d1e", "digest": digest[..12] }));
        let notice = notice("swept", NoticeWhen::SweepCompleted);
        let (swept, list) = swept(1);
        let job = certificate(&sample::sample(), &swept, &list, &notice, "ja", &files()).unwrap();
        let digest = swept.statement.policy.digest.to_string();
        assert_eq!(job.data["imprint"]["digest"], digest[..12]);
        assert_eq!(job.data["policy"]["digest"], digest);
    }

    #[test]
    fn what_a_letter_cannot_say_is_an_error() {
        let refused = |sections, language| announce(sections, language).err().unwrap();
        assert!(matches!(refused(vec![Section::Retention], "ja"), NoticeError::Section { .. }));
        assert!(matches!(refused(vec![], "ja"), NoticeError::Nothing { .. }));
        assert!(matches!(refused(vec![Section::Contacts], "ja"), NoticeError::Nothing { .. }));
        let unknown = refused(vec![Section::Purposes], "fr").to_string();
        assert_eq!(unknown, "the notice `announced` cannot be written in `fr` (the policy has: `ja`, `en`)");
        let at_the_wrong_time = notice("swept", NoticeWhen::SweepCompleted);
        let asked = whole(&sample::sample(), &at_the_wrong_time, "ja");
        assert!(matches!(asked, Err(NoticeError::When { .. })));
    }

    #[test]
    fn a_date_is_printed_as_its_language_does() {
        let date = "2019-05-01".parse().unwrap();
        assert_eq!(day_in_words(date, "ja").unwrap(), "令和元年5月1日");
        assert_eq!(day_in_words(date, "en").unwrap(), "1 May 2019");
        assert_eq!(day_in_words(date, "fr").unwrap(), "2019-05-01");
    }
}
