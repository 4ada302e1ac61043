//! The wording of facts: every reference of the policy resolved to a text in one language.
//!
//! In: the checked policy and the words of one language. Out: [`Facts`]. The rule it keeps: a text is taken from the
//! policy or from the messages; none is written here.

use super::keep::{keep_facts, within_words};
use super::*;
use crate::policy::{
    Class, Consent, ConsentGround, ConsentItem, Contact, JointUse, Officer, Purpose, Responsible, Review, Text,
};

fn collected<T>(facts: impl Iterator<Item = Result<T, FactsError>>) -> Result<Vec<T>, FactsError> {
    facts.collect()
}

/// What every wording needs.
pub(super) struct Wording<'a> {
    policy: &'a PolicySet,
    messages: &'a Messages,
    /// The date from which examples count: a month's last day, so that it serves for months and for days.
    example: Date,
}

impl<'a> Wording<'a> {
    pub(super) fn new(policy: &'a PolicySet, edition: &Edition, messages: &'a Messages) -> Wording<'a> {
        Wording { policy, messages, example: edition.date.last_of_month() }
    }

    pub(super) fn facts(&self, edition: &Edition) -> Result<Facts, FactsError> {
        let policy = self.policy;
        Ok(Facts {
            language: self.messages.language().to_owned(),
            authoritative: policy.organization.languages.first().cloned().unwrap_or_default(),
            edition: self.edition(edition)?,
            organization: self.organization()?,
            principles: self.principles(),
            purposes: self.categories(),
            information: self.information(),
            joint_uses: collected(policy.joint_use.iter().map(|joint| self.joint_use(joint)))?,
            consent: policy.consent.as_ref().map(|consent| self.consent(consent)).transpose()?,
            retention: collected(policy.classes.iter().map(|class| self.class(class)))?,
            disposal_methods: self.disposal_methods()?,
            contacts: policy.organization.contacts.iter().map(|contact| self.contact(contact)).collect(),
        })
    }

    fn edition(&self, edition: &Edition) -> Result<EditionFacts, FactsError> {
        Ok(EditionFacts {
            commit: edition.commit.clone(),
            short_commit: edition.short_commit(),
            digest: edition.digest,
            short_digest: edition.short_digest(),
            date: date_facts(self.messages, edition.date)?,
        })
    }

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
            authority: class.authority.own_rule.as_ref().map(|text| self.text(text)).unwrap_or_default(),
            approvers: class.disposal.review.approvers(),
            review: self.word(review)?,
            within: class.disposal.within,
            within_text: within_words(&class.keep, class.disposal.within, self.messages)?,
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
            department: contact.department.as_ref().map(|text| self.text(text)),
            address: contact.address.as_ref().map(|text| self.text(text)),
            telephone: contact.telephone.clone(),
            email: contact.email.clone(),
            hours: contact.hours.as_ref().map(|text| self.text(text)),
        }
    }
}
