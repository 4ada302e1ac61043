//! What is owed for a change: a duty, when it is due, and the topic of the law behind it.
//!
//! In: what the comparison decided. Out: [`Owed`] and its words. The rule it keeps: articles have no numbers here; the
//! topic names them, and the law pack of the day knows the number.

use serde::Serialize;

use crate::diag::{Said, Words};

/// What must be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Duty {
    /// Notify the persons, or keep it where they easily know it.
    Notify,
    /// Notify the persons, or publish it.
    Publish,
    /// Make sure that it is reasonably related to what it was.
    StayRelated,
    /// Get the persons' consent.
    Consent,
    /// Announce it, so that people can object.
    Announce,
    /// Announce it anew: silence so far was about something else.
    AnnounceAgain,
    /// Ask anew: the consent so far was about something else.
    AskAgain,
}

/// When it must be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// In advance.
    Before,
    /// When the change takes effect.
    WithIt,
    /// Afterwards, without delay.
    WithoutDelay,
}

/// What is owed for a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Owed {
    /// What must be done.
    pub duty: Duty,
    /// When.
    pub when: When,
    /// The topic of the law, where a law pack has it.
    pub topic: Option<&'static str>,
    /// How the topic is cited on the day, where it has a number then.
    pub cited: Option<Said>,
}

impl Owed {
    /// Returns it in words.
    pub fn said(&self) -> Said {
        let (when, duty) = (self.when.words(), self.duty.words());
        let en = self.cited.as_ref().map(|cited| format!(" ({})", cited.en)).unwrap_or_default();
        let ja = self.cited.as_ref().map(|cited| format!("（{}）", cited.ja)).unwrap_or_default();
        Said { en: format!("{}, {}{en}", when.en, duty.en), ja: format!("{}、{}{ja}", when.ja, duty.ja) }
    }
}

impl Duty {
    fn words(self) -> Words {
        match self {
            Duty::Notify => Words {
                en: "notify the persons, or keep it where they easily find it",
                ja: "本人に通知するか、本人が容易に知り得る状態に置いてください",
            },
            Duty::Publish => Words {
                en: "notify the persons, or publish it",
                ja: "本人に通知するか、公表してください",
            },
            Duty::StayRelated => Words {
                en: "make sure that it is reasonably related to the purpose so far; otherwise ask for consent",
                ja: "変更前の利用目的と関連性があると合理的に認められる範囲かどうかを確かめ、範囲を超えるときは同意を得てください",
            },
            Duty::Consent => Words { en: "get the persons' consent", ja: "本人の同意を得てください" },
            Duty::Announce => Words {
                en: "announce it, so that people can object",
                ja: "公表し、申出の機会を設けてください",
            },
            Duty::AnnounceAgain => Words {
                en: "announce it anew: silence so far was about something else",
                ja: "改めて公表してください（これまでに申出がなかったことは、変更後の内容への同意とはみなせません）",
            },
            Duty::AskAgain => Words {
                en: "ask anew: the consent so far was about something else",
                ja: "改めて同意を得てください（これまでの同意は、変更後の内容には及びません）",
            },
        }
    }
}

impl When {
    fn words(self) -> Words {
        match self {
            When::Before => Words { en: "before the change", ja: "変更の前に" },
            When::WithIt => Words { en: "when it takes effect", ja: "変更に当たって" },
            When::WithoutDelay => Words { en: "without delay after the change", ja: "変更後遅滞なく" },
        }
    }
}
