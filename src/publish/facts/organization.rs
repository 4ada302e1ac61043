//! Who speaks: the organization, its basic policy, its words, and where people turn to.
//!
//! In: `organization`, `terms`, `principles`. Out: their facts. The rule it keeps: what a contact lacks is left out, not
//! printed empty.

use super::wording::{Wording, collected};
use super::*;
use crate::calendar::half_width;
use crate::policy::{Contact, Handles};

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
    /// Its corporate number.
    pub corporate_number: Option<String>,
    /// The name of the accredited body it belongs to.
    pub accredited_body: Option<String>,
    /// When the policy was enacted.
    pub enacted: DateFacts,
    /// When it was last revised.
    pub revised: Option<DateFacts>,
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

/// Somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartyFacts {
    /// Its name.
    pub name: String,
    /// Its address, where the policy gives it.
    pub address: Option<String>,
}

/// One word for one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TermFacts {
    /// Its id.
    pub id: Id,
    /// The word.
    pub word: String,
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
    /// The duties behind it.
    pub duty: Vec<LawFacts>,
    /// How they are cited together.
    pub citation: Option<String>,
}

/// Where people turn to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ContactFacts {
    /// Its id.
    pub id: Id,
    /// What it is for.
    pub title: String,
    /// What it takes beside questions, in words: objections too, where the policy sends them there.
    pub handles: Vec<String>,
    /// Whether complaints are among that.
    pub handles_complaints: bool,
    /// The department.
    pub department: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// Its telephone number, as written.
    pub telephone: Option<String>,
    /// What calls it: `tel:` and the first number in `telephone`; absent where none is in it.
    pub telephone_link: Option<String>,
    /// Its e-mail address.
    pub email: Option<String>,
    /// What writes to it: `mailto:` and the address, with what would mean something else in a link encoded.
    pub email_link: Option<String>,
    /// When it is open.
    pub hours: Option<String>,
}

impl Wording<'_> {
    pub(super) fn organization(&self) -> Result<OrganizationFacts, FactsError> {
        let organization = &self.policy.organization;
        Ok(OrganizationFacts {
            id: organization.id.clone(),
            name: self.text(&organization.name),
            short_name: self.text(&organization.short_name),
            address: self.text(&organization.address),
            representative: self.officer(&organization.representative)?,
            privacy_officer: self.officer(&organization.privacy_officer)?,
            insurer_number: organization.insurer_number.clone(),
            corporate_number: organization.corporate_number.clone(),
            accredited_body: organization.accredited_body.as_ref().map(|id| self.party_name(Some(id))),
            enacted: self.date(organization.enacted)?,
            revised: organization.revised.map(|date| self.date(date)).transpose()?,
        })
    }

    pub(super) fn terms(&self) -> Vec<TermFacts> {
        let terms = self.policy.terms.iter();
        terms.map(|term| TermFacts { id: term.id.clone(), word: self.text(&term.word) }).collect()
    }

    pub(super) fn principles(&self) -> Vec<PrincipleFacts> {
        let facts = self.policy.principles.iter().map(|principle| PrincipleFacts {
            id: principle.id.clone(),
            title: self.text(&principle.title),
            text: self.text(&principle.text),
            duty: principle.duty.iter().map(|topic| self.law(topic)).collect(),
            citation: self.cited(&principle.duty),
        });
        facts.collect()
    }

    pub(super) fn contact_of(&self, id: &Id) -> Result<Option<ContactFacts>, FactsError> {
        let contacts = &self.policy.organization.contacts;
        contacts.iter().find(|contact| contact.id == *id).map(|contact| self.contact(contact)).transpose()
    }

    pub(super) fn contact(&self, contact: &Contact) -> Result<ContactFacts, FactsError> {
        let named = contact.handles.iter().map(|handles| match handles {
            Handles::Requests => "handles_requests",
            Handles::Complaints => "handles_complaints",
        });
        let consent = self.policy.consent.iter().filter(|consent| consent.objection.contact == contact.id);
        let handles = collected(named.chain(consent.map(|_| "handles_objections")).map(|key| self.word(key)))?;
        Ok(ContactFacts {
            id: contact.id.clone(),
            title: self.text(&contact.title),
            handles,
            handles_complaints: contact.handles.contains(&Handles::Complaints),
            department: self.optional(contact.department.as_ref()),
            address: self.optional(contact.address.as_ref()),
            telephone: contact.telephone.clone(),
            telephone_link: contact.telephone.as_deref().and_then(telephone_link),
            email: contact.email.clone(),
            email_link: contact.email.as_deref().map(email_link),
            hours: self.optional(contact.hours.as_ref()),
        })
    }
}

/// Returns the link that calls the first number in a text such as `03-0000-0000（代表）`.
///
/// # Source
/// RFC 3966: digits, with `+` before those of an international number; ITU-T E.164 has at most 15.
fn telephone_link(text: &str) -> Option<String> {
    let text = half_width(text);
    let begin = text.find(|c: char| c == '+' || c.is_ascii_digit())?;
    let is_of_number = |c: char| c.is_ascii_digit() || "+-‐‑–−ー.() ".contains(c);
    let number = text[begin..].split(|c: char| !is_of_number(c)).next()?;
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let plus = if number.starts_with('+') { "+" } else { "" };
    (3..=15).contains(&digits.len()).then(|| format!("tel:{plus}{digits}"))
}

/// Returns the link that writes to an address.
///
/// # Source
/// RFC 6068, section 2: `%`, `?`, `&`, `#` and the like are encoded.
fn email_link(address: &str) -> String {
    let mut link = String::from("mailto:");
    for byte in address.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'+' | b'@' => link.push(byte.into()),
            _ => link.push_str(&format!("%{byte:02X}")),
        }
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_text_leads_to_the_first_number_in_it() {
        for (text, link) in [
            ("03-0000-0000", Some("tel:0300000000")),
            ("+81 3 0000 0000", Some("tel:+81300000000")),
            ("０３－００００－００００", Some("tel:0300000000")),
            ("03-0000-0000（代表）、03-0000-0001（直通）", Some("tel:0300000000")),
            ("03(0000)0000 内線1234", Some("tel:0300000000")),
            ("なし", None),
            ("javascript:alert(1)", None),
        ] {
            assert_eq!(telephone_link(text).as_deref(), link, "{text}");
        }
    }

    #[test]
    fn an_address_with_signs_of_a_link_leads_to_that_address() {
        assert_eq!(email_link("madoguchi@example.jp"), "mailto:madoguchi@example.jp");
        assert_eq!(email_link("a?subject=x@example.jp"), "mailto:a%3Fsubject%3Dx@example.jp");
        assert_eq!(email_link("a%41&b#c@example.jp"), "mailto:a%2541%26b%23c@example.jp");
    }
}
