//! The wording of facts: what every section needs to turn references into texts of one language.
//!
//! In: the checked policy and the words of one language. Out: [`Facts`]. The rule it keeps: a text is taken from the
//! policy, the law packs or the messages; none is written here.

use super::*;
use crate::policy::law::List;
use crate::policy::{Cases, Officer, Text};
use crate::publish::Standing;

/// Returns the facts, or why the first of them cannot be worded.
pub(super) fn collected<T>(facts: impl Iterator<Item = Result<T, FactsError>>) -> Result<Vec<T>, FactsError> {
    facts.collect()
}

/// What every wording needs.
pub(super) struct Wording<'a> {
    pub(super) policy: &'a PolicySet,
    pub(super) messages: &'a Messages,
    /// The day whose law is cited: that of the imprint.
    pub(super) day: Date,
    /// The date from which examples count: a month's last day, so that it serves for months and for days.
    pub(super) example: Date,
}

impl<'a> Wording<'a> {
    pub(super) fn new(policy: &'a PolicySet, imprint: &Imprint, messages: &'a Messages) -> Wording<'a> {
        Wording { policy, messages, day: imprint.date, example: imprint.date.last_of_month() }
    }

    pub(super) fn facts(&self, imprint: &Imprint) -> Result<Facts, FactsError> {
        let policy = self.policy;
        Ok(Facts {
            language: self.messages.language().to_owned(),
            authoritative: policy.organization.languages.first().cloned().unwrap_or_default(),
            imprint: self.imprint(imprint)?,
            organization: self.organization()?,
            terms: self.terms(),
            principles: self.principles(),
            purposes: self.categories()?,
            information: self.information()?,
            processes: self.processes()?,
            joint_uses: collected(policy.joint_use.iter().map(|joint| self.joint_use(joint)))?,
            entrustments: collected(policy.entrustments.iter().map(|one| self.entrustment(one)))?,
            provisions: collected(policy.provisions.iter().map(|one| self.provision(one)))?,
            exceptions: self.cases(List::Exceptions, &policy.exceptions),
            notice_exceptions: self.cases(List::NoticeExceptions, &policy.notice_exceptions),
            not_third_parties: self.cases(List::NotThirdParties, &policy.not_third_parties),
            abroad: policy
                .abroad
                .as_ref()
                .map(|all| collected(all.iter().map(|one| self.receiver_abroad(one))))
                .transpose()?,
            consent: policy.consent.as_ref().map(|consent| self.consent(consent)).transpose()?,
            retention: collected(policy.classes.iter().map(|class| self.class(class)))?,
            disposal_methods: self.disposal_methods()?,
            security: collected(policy.security.iter().map(|category| self.security(category)))?,
            procedures: collected(policy.procedures.iter().map(|procedure| self.procedure(procedure)))?,
            contacts: collected(policy.organization.contacts.iter().map(|contact| self.contact(contact)))?,
        })
    }

    fn imprint(&self, imprint: &Imprint) -> Result<ImprintFacts, FactsError> {
        Ok(ImprintFacts {
            commit: imprint.commit.clone(),
            short_commit: imprint.short_commit(),
            digest: imprint.digest,
            short_digest: imprint.short_digest(),
            standing: match imprint.standing {
                Standing::Published => "published",
                Standing::Draft => "draft",
                Standing::Other { .. } => "other",
            },
            revision: match &imprint.standing {
                Standing::Other { revision } => Some(revision.clone()),
                Standing::Published | Standing::Draft => None,
            },
            date: imprint.day().map(|day| self.date(day)).transpose()?,
        })
    }

    pub(super) fn date(&self, date: Date) -> Result<DateFacts, FactsError> {
        date_facts(self.messages, date)
    }

    pub(super) fn text(&self, text: &Text) -> String {
        text.get(self.messages.language()).to_owned()
    }

    pub(super) fn optional(&self, text: Option<&Text>) -> Option<String> {
        text.map(|text| self.text(text))
    }

    pub(super) fn texts(&self, texts: &[Text]) -> Vec<String> {
        texts.iter().map(|text| self.text(text)).collect()
    }

    pub(super) fn word(&self, key: &str) -> Result<String, FactsError> {
        Ok(self.messages.word(key)?.to_owned())
    }

    pub(super) fn say(&self, key: &str, values: &[(&str, &str)]) -> Result<String, FactsError> {
        Ok(self.messages.say(key, values)?)
    }

    pub(super) fn duration(&self, period: Period) -> Result<String, FactsError> {
        duration_words(period, self.messages)
    }

    pub(super) fn officer(&self, officer: &Officer) -> Result<OfficerFacts, FactsError> {
        let (title, name) = (self.text(&officer.title), self.text(&officer.name));
        let text = self.say("officer", &[("title", &title), ("name", &name)])?;
        Ok(OfficerFacts { title, name, text })
    }

    /// Returns the name of a party, or of the organization itself.
    pub(super) fn party_name(&self, party: Option<&Id>) -> String {
        let found = party.and_then(|id| self.policy.party(id));
        self.text(found.map_or(&self.policy.organization.name, |party| &party.name))
    }

    /// Returns a party with its address, or the organization itself.
    pub(super) fn party(&self, id: &Id) -> PartyFacts {
        let organization = &self.policy.organization;
        match self.policy.party(id) {
            None => PartyFacts { name: self.text(&organization.name), address: Some(self.text(&organization.address)) },
            Some(party) => PartyFacts { name: self.text(&party.name), address: self.optional(party.address.as_ref()) },
        }
    }

    pub(super) fn information_titles(&self, ids: &[Id]) -> Vec<String> {
        let named = self.policy.information.iter().filter(|information| ids.contains(&information.id));
        named.map(|information| self.text(&information.title)).collect()
    }

    /// Returns the consent item with this id.
    pub(super) fn consent_named(&self, id: &Id) -> Named {
        let items = self.policy.consent.iter().flat_map(|consent| &consent.items);
        let found = items.into_iter().find(|item| item.id == *id);
        Named { id: id.clone(), title: found.map_or_else(|| id.clone(), |item| self.text(&item.title)) }
    }

    /// Returns what the law says about a topic.
    pub(super) fn law(&self, topic: &Id) -> LawFacts {
        let (law, language) = (&self.policy.law, self.messages.language());
        let citation = law.citation(topic, self.day, language);
        LawFacts { topic: topic.clone(), title: law.title(topic, language), citation }
    }

    /// Returns how topics are cited together.
    pub(super) fn cited(&self, topics: &[Id]) -> Option<String> {
        self.policy.law.cited_together(topics, self.day, self.messages.language())
    }

    /// Returns how the topic is cited that a section of the policy speaks of before all others.
    pub(super) fn cited_for(&self, section: &str) -> Option<String> {
        let topic = (*self.policy.law.topics_of(section).first()?).to_owned();
        self.cited(&[topic])
    }

    fn cases(&self, list: List, named: &Cases) -> CasesFacts {
        let (law, language) = (&self.policy.law, self.messages.language());
        let cases: Vec<Case> = match named {
            Cases::All => law.cases(list, self.day, language),
            Cases::Topics(topics) => {
                let known = topics.iter().filter_map(|id| law.topic(id));
                known.map(|topic| law.case(topic, self.day, language)).collect()
            }
        };
        CasesFacts { citation: self.cited_for(list.key()).filter(|_| !cases.is_empty()), cases }
    }
}
