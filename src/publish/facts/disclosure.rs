//! Who else handles personal data: joint users, contractors, third parties, receivers abroad.
//!
//! In: `joint-use`, `entrustments`, `provisions`, `abroad`. Out: their facts. The rule it keeps: elements stand in the
//! order of the law; what instructs the organization's own staff is left out.

use super::wording::{Wording, collected};
use super::*;
use crate::policy::{
    Abroad, AbroadBasis, Basis, Entrustment, JointPurpose, JointUse, Provision, Publishes, ReEntrustment,
};

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
    /// How the law is cited that it rests on.
    pub citation: Option<String>,
    /// Whose data it is.
    pub persons: Option<String>,
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
    /// What of it is published, in words; none if nothing is.
    pub publishes: Option<String>,
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

/// Work that somebody does on the organization's behalf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntrustmentFacts {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: String,
    /// To whom.
    pub to: PartyFacts,
    /// What is done.
    pub work: String,
    /// Titles of the types of information handed over.
    pub information: Vec<String>,
    /// Whether the work may be passed on, in words.
    pub re_entrustment: String,
    /// How it is supervised.
    pub safeguards: Option<String>,
}

/// A provision to a third party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProvisionFacts {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: String,
    /// To whom.
    pub to: PartyFacts,
    /// More about it.
    pub text: Option<String>,
    /// The items provided.
    pub items: Vec<String>,
    /// Titles of the types of information they come from.
    pub information: Vec<String>,
    /// On which basis: consent or law.
    pub basis: BasisFacts,
}

/// On which basis data is provided: one of the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BasisFacts {
    /// Which one, in words.
    pub text: String,
    /// The consent item.
    pub consent: Option<Named>,
    /// What the law says.
    pub law: Option<LawFacts>,
}

/// Somebody in another country who receives data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AbroadFacts {
    /// Its id.
    pub id: Id,
    /// To whom.
    pub to: PartyFacts,
    /// The country.
    pub country: String,
    /// On which basis, in words.
    pub basis: String,
    /// More about it.
    pub text: String,
}

impl Wording<'_> {
    pub(super) fn joint_use(&self, joint: &JointUse) -> Result<JointUseFacts, FactsError> {
        let organization = self.text(&self.policy.organization.name);
        let users = joint
            .users
            .iter()
            .map(|user| JointUserFacts { name: self.party_name(user.party.as_ref()), scope: self.text(&user.scope) });
        Ok(JointUseFacts {
            id: joint.id.clone(),
            title: self.text(&joint.title),
            fact: self.say("joint_fact", &[("organization", &organization)])?,
            citation: self.cited_for("joint-use"),
            persons: self.optional(joint.persons.as_ref()),
            information: self.information_titles(&joint.information),
            items: self.texts(&joint.items),
            users: users.collect(),
            purposes: collected(joint.purposes.iter().map(|purpose| self.joint_purpose(purpose)))?,
            responsible: self.responsible(joint.responsible.as_ref())?,
            contact: self.contact_of(&joint.contact)?,
            since: self.date(joint.since)?,
        })
    }

    fn joint_purpose(&self, purpose: &JointPurpose) -> Result<JointPurposeFacts, FactsError> {
        let group = purpose.smallest_group.map(|people| people.to_string());
        let publishes = match (purpose.publishes, &group) {
            (Publishes::None, _) => None,
            (Publishes::Statistics, None) => Some(self.word("publishes_statistics")?),
            (Publishes::Statistics, Some(people)) => Some(self.say("publishes_groups", &[("count", people)])?),
            (Publishes::Cases, _) => Some(self.word("publishes_cases")?),
        };
        let name = self.party_name(purpose.party.as_ref());
        Ok(JointPurposeFacts { name, text: self.text(&purpose.text), publishes })
    }

    fn responsible(&self, responsible: Option<&Id>) -> Result<ResponsibleFacts, FactsError> {
        let organization = &self.policy.organization;
        Ok(match responsible.and_then(|id| self.policy.party(id)) {
            None => ResponsibleFacts {
                name: self.text(&organization.name),
                address: self.text(&organization.address),
                representative: Some(self.officer(&organization.representative)?),
            },
            Some(party) => ResponsibleFacts {
                name: self.text(&party.name),
                address: self.optional(party.address.as_ref()).unwrap_or_default(),
                representative: party.representative.as_ref().map(|officer| self.officer(officer)).transpose()?,
            },
        })
    }

    pub(super) fn entrustment(&self, entrustment: &Entrustment) -> Result<EntrustmentFacts, FactsError> {
        let passed_on = match entrustment.re_entrustment {
            ReEntrustment::None => "re_entrustment_none",
            ReEntrustment::WithPermission => "re_entrustment_with_permission",
            ReEntrustment::Allowed => "re_entrustment_allowed",
        };
        Ok(EntrustmentFacts {
            id: entrustment.id.clone(),
            title: self.text(&entrustment.title),
            to: self.party(&entrustment.to),
            work: self.text(&entrustment.work),
            information: self.information_titles(&entrustment.information),
            re_entrustment: self.word(passed_on)?,
            safeguards: self.optional(entrustment.safeguards.as_ref()),
        })
    }

    pub(super) fn provision(&self, provision: &Provision) -> Result<ProvisionFacts, FactsError> {
        let basis = match &provision.basis {
            Basis::Consent(item) => {
                BasisFacts { text: self.word("basis_consent")?, consent: Some(self.consent_named(item)), law: None }
            }
            Basis::Law(topic) => {
                BasisFacts { text: self.word("basis_law")?, consent: None, law: Some(self.law(topic)) }
            }
        };
        Ok(ProvisionFacts {
            id: provision.id.clone(),
            title: self.text(&provision.title),
            to: self.party(&provision.to),
            text: self.optional(provision.text.as_ref()),
            items: self.texts(&provision.items),
            information: self.information_titles(&provision.information),
            basis,
        })
    }

    pub(super) fn receiver_abroad(&self, abroad: &Abroad) -> Result<AbroadFacts, FactsError> {
        let basis = match abroad.basis {
            AbroadBasis::EquivalentCountry => "abroad_equivalent_country",
            AbroadBasis::Consent => "abroad_consent",
            AbroadBasis::Safeguards => "abroad_safeguards",
        };
        Ok(AbroadFacts {
            id: abroad.id.clone(),
            to: self.party(&abroad.to),
            country: self.text(&abroad.country),
            basis: self.word(basis)?,
            text: self.text(&abroad.text),
        })
    }
}
