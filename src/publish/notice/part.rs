//! The parts of an announcement: most are one letter, one of very many joint uses goes on in further ones.
//!
//! In: the policy, a notice. Out: [`Part`]s. The rule it keeps: every joint use stands in one part, and everything else in the
//! first.

use std::ops::Range;

use crate::policy::{Notice, NoticeWhen, Policy, Section};
use crate::publish::booklet;
use crate::publish::messages::{Messages, MessagesError};

/// A part of an announcement that is a letter of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    number: usize,
    of: usize,
    /// Which joint uses it announces.
    pub(super) uses: Range<usize>,
}

impl Part {
    /// Returns its name beside the pages of a language, without `.pdf`: the notice's id, then `ID_2` and so on. No notice has
    /// an underscore in its id.
    pub fn name(&self, notice: &Notice) -> String {
        if self.is_first() { notice.id.clone() } else { format!("{}_{}", notice.id, self.number) }
    }

    /// Returns which of how many it is, in words; nothing where it is the whole announcement.
    ///
    /// # Errors
    /// When the language lacks the message.
    pub fn title(&self, messages: &Messages) -> Result<Option<String>, MessagesError> {
        booklet::which(self.number, self.of, messages)
    }

    pub(super) fn is_first(&self) -> bool {
        self.number == 1
    }
}

/// Returns the parts of the announcement that a notice is.
pub fn parts(policy: &Policy, notice: &Notice) -> Vec<Part> {
    let announces =
        matches!(&notice.when, NoticeWhen::PolicyChanges(sections) if sections.contains(&Section::JointUse));
    let sizes = if announces { booklet::sizes(&policy.joint_use) } else { Vec::new() };
    let ranges = booklet::packed(&sizes, policy.organization.languages.len());
    let of = ranges.len();
    ranges.into_iter().enumerate().map(|(n, uses)| Part { number: n + 1, of, uses }).collect()
}
