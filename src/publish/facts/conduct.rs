//! How data is protected, and how people make requests about it.
//!
//! In: `security`, `procedures`. Out: their facts. The rule it keeps: a category that says `none` is worded, not left out.

use super::wording::{Wording, collected};
use super::*;
use crate::policy::{Chooser, Procedure, SecurityCategory, Way};

/// One category of security measures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SecurityFacts {
    /// Which one.
    pub kind: SecurityKind,
    /// The same in words.
    pub title: String,
    /// The measures; where there are none, a sentence that says so.
    pub measures: Vec<String>,
}

/// How one kind of request is made and answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProcedureFacts {
    /// The kind; its id.
    pub request: Id,
    /// What it is.
    pub title: String,
    /// How to make it.
    pub how: String,
    /// Who may make it.
    pub who: String,
    /// How identity and agency are checked.
    pub identification: String,
    /// In which ways it is answered, in words.
    pub ways: Vec<String>,
    /// Who chooses the way, in words.
    pub chosen_by: Option<String>,
    /// The fee in words.
    pub fee: String,
    /// Within which time it is answered, in words.
    pub answer_within: Option<String>,
    /// What the law says.
    pub law: Option<LawFacts>,
    /// Where to make it.
    pub contact: Option<ContactFacts>,
}

impl Wording<'_> {
    pub(super) fn security(&self, category: &SecurityCategory) -> Result<SecurityFacts, FactsError> {
        let measures = if category.measures.is_empty() {
            vec![self.word("security_none_abroad")?]
        } else {
            self.texts(&category.measures)
        };
        let title = self.word(match category.kind {
            SecurityKind::BasicPolicy => "security_basic_policy",
            SecurityKind::Rules => "security_rules",
            SecurityKind::Organizational => "security_organizational",
            SecurityKind::Personnel => "security_personnel",
            SecurityKind::Physical => "security_physical",
            SecurityKind::Technical => "security_technical",
            SecurityKind::ExternalEnvironment => "security_external_environment",
        })?;
        Ok(SecurityFacts { kind: category.kind, title, measures })
    }

    pub(super) fn procedure(&self, procedure: &Procedure) -> Result<ProcedureFacts, FactsError> {
        let ways = procedure.ways.iter().map(|way| {
            self.word(match way {
                Way::Paper => "way_paper",
                Way::Electronic => "way_electronic",
            })
        });
        let chosen_by = procedure.chosen_by.map(|chooser| match chooser {
            Chooser::Person => "chosen_by_person",
            Chooser::Organization => "chosen_by_organization",
        });
        let within = procedure.answer_within.map(|period| self.duration(period)).transpose()?;
        let within = within.map(|time| self.say("answer_within", &[("duration", &time)])).transpose()?;
        Ok(ProcedureFacts {
            request: procedure.request.clone(),
            title: self.text(&procedure.title),
            how: self.text(&procedure.how),
            who: self.text(&procedure.who),
            identification: self.text(&procedure.identification),
            ways: collected(ways)?,
            chosen_by: chosen_by.map(|key| self.word(key)).transpose()?,
            fee: procedure.fee.as_ref().map_or_else(|| self.word("fee_none"), |fee| Ok(self.text(fee)))?,
            answer_within: within,
            law: procedure.topic.as_ref().map(|topic| self.law(topic)),
            contact: procedure.contact.as_ref().map(|id| self.contact_of(id)).transpose()?.flatten(),
        })
    }
}
