//! Facts: what a policy says to its readers, in one language, ready to be printed.
//!
//! In: the checked policy, the edition, the words of one language. Out: [`Facts`], the one view-model of pages,
//! `policy.json` and notices, references resolved to texts. The rule it keeps: what is printed is computed from the
//! values that are enforced; a page and a due date cannot disagree (I9).

mod keep;

use serde::Serialize;

use crate::Digest;
use crate::calendar::{Date, NoEra, Period, japanese_date};
use crate::policy::{
    Class, Consent, ConsentGround, ConsentItem, ConsentKind, Contact, Id, JointUse, Language, Medium, Officer,
    PolicySet, Purpose, Responsible, Review, Text,
};
use crate::publish::Edition;
use crate::publish::messages::{Messages, MessagesError};

pub use keep::{ExampleFacts, KeepFacts, PeriodFacts, duration_words, keep_facts};

/// Everything a policy says, in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// The language.
    pub language: Language,
    /// The language whose text is authoritative.
    pub authoritative: Language,
    /// Which version this is.
    pub edition: EditionFacts,
    /// Who speaks.
    pub organization: OrganizationFacts,
    /// The basic policy, in order.
    pub principles: Vec<PrincipleFacts>,
    /// Purposes of use by category, categories in the order in which they first stand in the policy.
    pub purposes: Vec<CategoryFacts>,
    /// Types of personal information and the purposes of each.
    pub information: Vec<InformationFacts>,
    /// Joint uses.
    pub joint_uses: Vec<JointUseFacts>,
    /// Consent, where the policy speaks of it.
    pub consent: Option<ConsentFacts>,
    /// The retention schedule.
    pub retention: Vec<ClassFacts>,
    /// How each medium is disposed of.
    pub disposal_methods: Vec<DisposalMethodFacts>,
    /// Where people turn to.
    pub contacts: Vec<ContactFacts>,
}

/// A date for people and for machines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DateFacts {
    /// `YYYY-MM-DD`.
    pub date: Date,
    /// As the language writes it.
    pub text: String,
}

/// The version of the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EditionFacts {
    /// The commit, if there is one.
    pub commit: Option<String>,
    /// Its first characters.
    pub short_commit: Option<String>,
    /// The digest of policies and templates.
    pub digest: Digest,
    /// Its first characters.
    pub short_digest: String,
    /// The date of publication.
    pub date: DateFacts,
}

/// The organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrganizationFacts {
    /// Its id.
    pub id: Id,
    /// Its full name.
    pub name: String,
    /// The way texts refer to it.
    pub short_name: String,
    /// Its address.
    pub address: String,
    /// Who represents it.
    pub representative: OfficerFacts,
    /// Who answers for personal data.
    pub privacy_officer: OfficerFacts,
    /// Its insurer number.
    pub insurer_number: Option<String>,
    /// The name of the accredited body it belongs to.
    pub accredited_body: Option<String>,
    /// When the policy was enacted.
    pub enacted: DateFacts,
}

/// A person in an office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfficerFacts {
    /// The office.
    pub title: String,
    /// The person.
    pub name: String,
    /// Both, as the language puts them.
    pub text: String,
}

/// One article of the basic policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PrincipleFacts {
    /// Its id.
    pub id: Id,
    /// Its heading.
    pub title: String,
    /// What it says.
    pub text: String,
}

/// Purposes that are printed under one heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CategoryFacts {
    /// The heading.
    pub title: String,
    /// The purposes.
    pub purposes: Vec<PurposeFacts>,
}

/// One purpose of use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PurposeFacts {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: String,
}

/// One type of personal information.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InformationFacts {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: String,
    /// Whether it needs special care.
    pub special_care: bool,
    /// Whether it contains Individual Numbers.
    pub individual_number: bool,
    /// From whom it is acquired.
    pub acquired_from: Vec<String>,
    /// The purposes it is used for.
    pub purposes: Vec<PurposeFacts>,
}

/// One joint use, its elements in the order of the law.
///
/// # Source
/// Act on the Protection of Personal Information of Japan, art. 27(5)(iii).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JointUseFacts {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: String,
    /// The fact of joint use, as a sentence.
    pub fact: String,
    /// Titles of the types of information concerned.
    pub information: Vec<String>,
    /// The items used.
    pub items: Vec<String>,
    /// Who uses them.
    pub users: Vec<JointUserFacts>,
    /// What each user uses them for.
    pub purposes: Vec<JointPurposeFacts>,
    /// Who answers for them.
    pub responsible: ResponsibleFacts,
    /// Where people turn to.
    pub contact: Option<ContactFacts>,
    /// Since when.
    pub since: DateFacts,
}

/// One user of a joint use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JointUserFacts {
    /// Its name.
    pub name: String,
    /// Which part of it.
    pub scope: String,
}

/// What one user of a joint use does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JointPurposeFacts {
    /// The user's name.
    pub name: String,
    /// The purpose.
    pub text: String,
}

/// Who answers for jointly used data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResponsibleFacts {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Who represents it; none for a natural person.
    pub representative: Option<OfficerFacts>,
}

/// Consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConsentFacts {
    /// What consent means here.
    pub explanation: String,
    /// How to object, in words.
    pub objection: String,
    /// Where to object.
    pub contact: Option<ContactFacts>,
    /// The items.
    pub items: Vec<ConsentItemFacts>,
}

/// One item people consent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConsentItemFacts {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: String,
    /// Whether silence counts.
    pub kind: ConsentKind,
    /// The same in words.
    pub kind_text: String,
    /// Why silence may count, in words.
    pub ground: Option<String>,
    /// Titles of the types of information provided.
    pub information: Vec<String>,
    /// To whom.
    pub given_to: String,
}

/// One row of the retention schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassFacts {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: String,
    /// Titles of the types of information in it.
    pub information: Vec<String>,
    /// What its records are.
    pub medium: Medium,
    /// The same in words.
    pub medium_text: String,
    /// How long its records are kept: the enforced rule, in words.
    pub keep: KeepFacts,
    /// Where the period comes from.
    pub authority: String,
    /// How many approvers a disposal needs.
    pub approvers: usize,
    /// The same in words.
    pub review: String,
    /// How soon after the period a record is disposed of.
    pub within: Period,
    /// The same in words.
    pub within_text: String,
}

/// How a medium is disposed of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DisposalMethodFacts {
    /// The medium.
    pub medium: Medium,
    /// The same in words.
    pub medium_text: String,
    /// How.
    pub text: String,
}

/// Where people turn to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ContactFacts {
    /// Its id.
    pub id: Id,
    /// What it is for.
    pub title: String,
    /// The department.
    pub department: String,
    /// Its address.
    pub address: String,
    /// Its telephone number.
    pub telephone: String,
    /// Its e-mail address.
    pub email: String,
    /// When it is open.
    pub hours: String,
}

/// Facts that cannot be worded.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    /// A fixed word is missing.
    #[error(transparent)]
    Messages(#[from] MessagesError),
    /// A date has no name in the Japanese calendar.
    #[error("a date cannot be printed")]
    Era(#[from] NoEra),
}

impl Facts {
    /// Returns what the policy says, in the language of `messages`.
    ///
    /// # Errors
    /// When the language lacks a message.
    pub fn of(policy: &PolicySet, edition: &Edition, messages: &Messages) -> Result<Facts, FactsError> {
        let wording = Wording { policy, messages, example: edition.date.last_of_month() };
        Ok(Facts {
            language: messages.language().to_owned(),
            authoritative: policy.organization.languages.first().cloned().unwrap_or_default(),
            edition: EditionFacts {
                commit: edition.commit.clone(),
                short_commit: edition.short_commit(),
                digest: edition.digest,
                short_digest: edition.short_digest(),
                date: date_facts(messages, edition.date)?,
            },
            organization: wording.organization()?,
            principles: wording.principles(),
            purposes: wording.categories(),
            information: wording.information(),
            joint_uses: collected(policy.joint_use.iter().map(|joint| wording.joint_use(joint)))?,
            consent: policy.consent.as_ref().map(|consent| wording.consent(consent)).transpose()?,
            retention: collected(policy.classes.iter().map(|class| wording.class(class)))?,
            disposal_methods: wording.disposal_methods()?,
            contacts: policy.organization.contacts.iter().map(|contact| wording.contact(contact)).collect(),
        })
    }
}

/// Returns the date as the language of `messages` writes it; Japanese uses eras.
///
/// # Errors
/// When the language lacks a message.
pub fn date_facts(messages: &Messages, date: Date) -> Result<DateFacts, FactsError> {
    let japanese = japanese_date(date)?;
    let month = messages.word(&format!("month_{}", date.month()))?;
    let (year, day) = (date.year().to_string(), date.day().to_string());
    let values = [("japanese", japanese.as_str()), ("year", &year), ("month", month), ("day", &day)];
    Ok(DateFacts { date, text: messages.say("date", &values)? })
}

fn collected<T>(facts: impl Iterator<Item = Result<T, FactsError>>) -> Result<Vec<T>, FactsError> {
    facts.collect()
}

/// What every wording needs.
struct Wording<'a> {
    policy: &'a PolicySet,
    messages: &'a Messages,
    /// The date from which examples count: a month's last day, so that it serves for months and for days.
    example: Date,
}

impl Wording<'_> {
    fn text(&self, text: &Text) -> String {
        text.get(self.messages.language()).to_owned()
    }

    fn word(&self, key: &str) -> Result<String, FactsError> {
        Ok(self.messages.word(key)?.to_owned())
    }

    fn officer(&self, officer: &Officer) -> Result<OfficerFacts, FactsError> {
        let (title, name) = (self.text(&officer.title), self.text(&officer.name));
        let text = self.messages.say("officer", &[("title", &title), ("name", &name)])?;
        Ok(OfficerFacts { title, name, text })
    }

    /// Returns the name of a party, or of the organization itself.
    fn party_name(&self, party: Option<&Id>) -> String {
        let found = party.and_then(|id| self.policy.party(id));
        self.text(found.map_or(&self.policy.organization.name, |party| &party.name))
    }

    fn organization(&self) -> Result<OrganizationFacts, FactsError> {
        let organization = &self.policy.organization;
        Ok(OrganizationFacts {
            id: organization.id.clone(),
            name: self.text(&organization.name),
            short_name: self.text(&organization.short_name),
            address: self.text(&organization.address),
            representative: self.officer(&organization.representative)?,
            privacy_officer: self.officer(&organization.privacy_officer)?,
            insurer_number: organization.insurer_number.clone(),
            accredited_body: organization.accredited_body.as_ref().map(|id| self.party_name(Some(id))),
            enacted: date_facts(self.messages, organization.enacted)?,
        })
    }

    fn principles(&self) -> Vec<PrincipleFacts> {
        let facts = self.policy.principles.iter().map(|principle| PrincipleFacts {
            id: principle.id.clone(),
            title: self.text(&principle.title),
            text: self.text(&principle.text),
        });
        facts.collect()
    }

    fn purpose(&self, purpose: &Purpose) -> PurposeFacts {
        PurposeFacts { id: purpose.id.clone(), title: self.text(&purpose.title) }
    }

    fn categories(&self) -> Vec<CategoryFacts> {
        let mut categories: Vec<CategoryFacts> = Vec::new();
        for purpose in &self.policy.purposes {
            let title = self.text(&purpose.category);
            let fact = self.purpose(purpose);
            match categories.iter_mut().find(|category| category.title == title) {
                Some(category) => category.purposes.push(fact),
                None => categories.push(CategoryFacts { title, purposes: vec![fact] }),
            }
        }
        categories
    }

    fn information(&self) -> Vec<InformationFacts> {
        let facts = self.policy.information.iter().map(|information| {
            let used = |purpose: &&Purpose| information.purposes.contains(&purpose.id);
            InformationFacts {
                id: information.id.clone(),
                title: self.text(&information.title),
                special_care: information.special_care,
                individual_number: information.individual_number,
                acquired_from: information.acquired_from.iter().map(|from| self.text(from)).collect(),
                purposes: self.policy.purposes.iter().filter(used).map(|purpose| self.purpose(purpose)).collect(),
            }
        });
        facts.collect()
    }

    fn information_titles(&self, ids: &[Id]) -> Vec<String> {
        let named = self.policy.information.iter().filter(|information| ids.contains(&information.id));
        named.map(|information| self.text(&information.title)).collect()
    }

    fn joint_use(&self, joint: &JointUse) -> Result<JointUseFacts, FactsError> {
        let organization = self.text(&self.policy.organization.name);
        let users = joint
            .users
            .iter()
            .map(|user| JointUserFacts { name: self.party_name(user.party.as_ref()), scope: self.text(&user.scope) });
        let purposes = joint.purposes.iter().map(|purpose| JointPurposeFacts {
            name: self.party_name(purpose.party.as_ref()),
            text: self.text(&purpose.text),
        });
        Ok(JointUseFacts {
            id: joint.id.clone(),
            title: self.text(&joint.title),
            fact: self.messages.say("joint_fact", &[("organization", &organization)])?,
            information: self.information_titles(&joint.information),
            items: joint.items.iter().map(|item| self.text(item)).collect(),
            users: users.collect(),
            purposes: purposes.collect(),
            responsible: self.responsible(&joint.responsible)?,
            contact: self.contact_of(&joint.contact),
            since: date_facts(self.messages, joint.since)?,
        })
    }

    fn responsible(&self, responsible: &Responsible) -> Result<ResponsibleFacts, FactsError> {
        let organization = &self.policy.organization;
        let party = match responsible {
            Responsible::Organization => None,
            Responsible::Party(id) => self.policy.party(id),
        };
        Ok(match party {
            None => ResponsibleFacts {
                name: self.text(&organization.name),
                address: self.text(&organization.address),
                representative: Some(self.officer(&organization.representative)?),
            },
            Some(party) => ResponsibleFacts {
                name: self.text(&party.name),
                address: party.address.as_ref().map(|address| self.text(address)).unwrap_or_default(),
                representative: party.representative.as_ref().map(|officer| self.officer(officer)).transpose()?,
            },
        })
    }

    fn consent(&self, consent: &Consent) -> Result<ConsentFacts, FactsError> {
        Ok(ConsentFacts {
            explanation: self.text(&consent.explanation),
            objection: self.text(&consent.objection.how),
            contact: self.contact_of(&consent.objection.contact),
            items: collected(consent.items.iter().map(|item| self.consent_item(item)))?,
        })
    }

    fn consent_item(&self, item: &ConsentItem) -> Result<ConsentItemFacts, FactsError> {
        let kind = match item.kind {
            ConsentKind::Implied => "consent_implied",
            ConsentKind::Explicit => "consent_explicit",
        };
        let ground = item.ground.map(|ground| match ground {
            ConsentGround::BenefitsThePerson => "consent_ground_benefits_the_person",
            ConsentGround::UndueBurden => "consent_ground_undue_burden",
        });
        Ok(ConsentItemFacts {
            id: item.id.clone(),
            title: self.text(&item.title),
            kind: item.kind,
            kind_text: self.word(kind)?,
            ground: ground.map(|key| self.word(key)).transpose()?,
            information: self.information_titles(&item.information),
            given_to: self.text(&item.given_to),
        })
    }

    fn class(&self, class: &Class) -> Result<ClassFacts, FactsError> {
        let review = match class.disposal.review {
            Review::None => "review_none",
            Review::One => "review_one",
            Review::Two => "review_two",
        };
        Ok(ClassFacts {
            id: class.id.clone(),
            title: self.text(&class.title),
            information: self.information_titles(&class.information),
            medium: class.medium,
            medium_text: self.medium(class.medium)?,
            keep: keep_facts(self.policy, &class.keep, self.messages, self.example)?,
            authority: self.text(&class.authority),
            approvers: class.disposal.review.approvers(),
            review: self.word(review)?,
            within: class.disposal.within,
            within_text: keep::within_words(&class.keep, class.disposal.within, self.messages)?,
        })
    }

    fn medium(&self, medium: Medium) -> Result<String, FactsError> {
        self.word(match medium {
            Medium::Electronic => "medium_electronic",
            Medium::Paper => "medium_paper",
            Medium::Device => "medium_device",
        })
    }

    fn disposal_methods(&self) -> Result<Vec<DisposalMethodFacts>, FactsError> {
        collected(self.policy.disposal_methods.iter().map(|method| {
            Ok(DisposalMethodFacts {
                medium: method.medium,
                medium_text: self.medium(method.medium)?,
                text: self.text(&method.text),
            })
        }))
    }

    fn contact_of(&self, id: &Id) -> Option<ContactFacts> {
        let contacts = &self.policy.organization.contacts;
        contacts.iter().find(|contact| contact.id == *id).map(|contact| self.contact(contact))
    }

    fn contact(&self, contact: &Contact) -> ContactFacts {
        ContactFacts {
            id: contact.id.clone(),
            title: self.text(&contact.title),
            department: self.text(&contact.department),
            address: self.text(&contact.address),
            telephone: contact.telephone.clone(),
            email: contact.email.clone(),
            hours: self.text(&contact.hours),
        }
    }
}
