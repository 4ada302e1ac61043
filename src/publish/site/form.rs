//! Forms to print: one for each kind of request, and one to object to provision by implied consent.
//!
//! In: facts and messages of one language. Out: the [`Form`]s the site has. The rule it keeps: a form asks for nothing that
//! neither the policy nor the kind of request asks for; its file name has an underscore, which no page of a policy has.

use serde::Serialize;

use crate::policy::{ConsentKind, Id, PolicySet, Section};
use crate::publish::facts::Facts;
use crate::publish::messages::{Messages, MessagesError};

/// A form.
#[derive(Clone, Serialize)]
pub(super) struct Form {
    #[serde(skip)]
    id: String,
    #[serde(skip)]
    title: String,
    /// The kind of request; none where it is an objection.
    request: Option<Id>,
    /// Which of the procedures it belongs to, from 0.
    place: usize,
    /// Whether people are asked not to write their Individual Number on it.
    warns_of_numbers: bool,
}

impl Form {
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn title(&self) -> &str {
        &self.title
    }

    pub(super) fn request(&self) -> Option<&Id> {
        self.request.as_ref()
    }

    /// Returns the section that speaks of it.
    pub(super) fn section(&self) -> Section {
        if self.request.is_some() { Section::Procedures } else { Section::Consent }
    }
}

/// Returns what an office calls the form of a request; one that has no name of its own is called after the request.
fn title(messages: &Messages, request: &str, of: &str) -> Result<String, MessagesError> {
    match messages.texts().get(&format!("form_title_{}", request.replace('-', "_"))) {
        Some(title) => Ok(title.clone()),
        None => messages.say("form_title", &[("title", of)]),
    }
}

/// Returns the forms of the site: those whose section is on a page.
pub(super) fn all(policy: &PolicySet, facts: &Facts, messages: &Messages) -> Result<Vec<Form>, MessagesError> {
    let is_shown = |section| policy.pages.iter().any(|page| page.show.contains(&section));
    let warns_of_numbers = facts.information.iter().any(|information| information.individual_number);
    let mut forms = Vec::new();
    if is_shown(Section::Procedures) {
        for (place, procedure) in facts.procedures.iter().enumerate() {
            let title = title(messages, &procedure.request, &procedure.title)?;
            let request = Some(procedure.request.clone());
            forms.push(Form { id: format!("form_{}", procedure.request), title, request, place, warns_of_numbers });
        }
    }
    let items = facts.consent.iter().flat_map(|consent| &consent.items);
    if is_shown(Section::Consent) && items.into_iter().any(|item| item.kind == ConsentKind::Implied) {
        let (id, title) = ("objection_form".to_owned(), messages.word("form_objection")?.to_owned());
        forms.push(Form { id, title, request: None, place: 0, warns_of_numbers });
    }
    Ok(forms)
}
