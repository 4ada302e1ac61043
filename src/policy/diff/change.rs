//! One change: its kind, the item it is about, what it says, what is owed for it.
//!
//! In: what the comparison found. Out: [`Change`]. The rule it keeps: the kind decides the group and, with what is owed,
//! the concerns; nothing is decided from words.

use std::collections::BTreeSet;

use serde::Serialize;

use super::owed::{Duty, Owed};
use crate::diag::{Said, Words};
use crate::policy::Language;

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A retention class is new.
    ClassAppears,
    /// A retention class is gone: its records are kept until a class takes them up.
    ClassVanishes,
    /// A retention class has another id.
    ClassRenamed,
    /// Records are kept shorter.
    PeriodShorter,
    /// Records are kept longer.
    PeriodLonger,
    /// Records are kept shorter or longer, depending on their dates.
    PeriodDiffers,
    /// The period rests on another authority.
    Authority,
    /// The window for disposal differs.
    Within,
    /// The extension differs.
    Extension,
    /// Other paths are accepted.
    Accept,
    /// Other fields are read from records.
    Read,
    /// Other columns are read from registers.
    Register,
    /// The rule for sidecars differs.
    Sidecar,
    /// The class holds other information.
    ClassInformation,
    /// The records are of another medium.
    Medium,
    /// A date is declared, declared no more, or declared in another way.
    Date,
    /// Days turn or fiscal years begin at another time.
    Calendar,
    /// A joint use is new.
    JointUseAppears,
    /// A joint use is gone.
    JointUseVanishes,
    /// More is used jointly.
    JointUseWidened,
    /// Less is used jointly.
    JointUseNarrowed,
    /// Data of other persons is used jointly.
    JointUsePersons,
    /// More may use it.
    JointUseUsersWidened,
    /// Fewer may use it.
    JointUseUsersNarrowed,
    /// A user has another name.
    JointUseUserRenamed,
    /// The users use it for something else.
    JointUsePurposes,
    /// Somebody else answers for it.
    JointUseResponsible,
    /// Who answers for it has another name, address or representative.
    JointUseResponsibleDetails,
    /// It is said to be in effect since another day.
    JointUseSince,
    /// A purpose of use is new.
    PurposeAppears,
    /// A purpose of use is gone.
    PurposeVanishes,
    /// A purpose of use says something else.
    PurposeReworded,
    /// The limits of a purpose are wider.
    PurposeWidened,
    /// The limits of a purpose are narrower.
    PurposeNarrowed,
    /// A type of information is new.
    InformationAppears,
    /// A type of information is gone.
    InformationVanishes,
    /// A type of information is used for more.
    InformationGainsPurpose,
    /// A type of information is used for less.
    InformationLosesPurpose,
    /// A type of information says something else: its items, its sources, the care it needs.
    InformationDiffers,
    /// A consent item is new.
    ConsentAppears,
    /// A consent item is gone.
    ConsentVanishes,
    /// A consent item covers more or something else.
    ConsentWidened,
    /// A consent item covers less information.
    ConsentNarrowed,
    /// Whether silence counts as consent differs.
    ConsentKind,
    /// The way to object differs.
    Objection,
    /// Work is entrusted to somebody new.
    EntrustmentAppears,
    /// Work is entrusted no more.
    EntrustmentVanishes,
    /// Work is entrusted in another way.
    EntrustmentDiffers,
    /// A provision to a third party is new.
    ProvisionAppears,
    /// A provision to a third party is gone.
    ProvisionVanishes,
    /// A provision to a third party goes further or to somebody else.
    ProvisionWidened,
    /// A provision to a third party covers less.
    ProvisionNarrowed,
    /// A provision rests on another basis.
    ProvisionBasis,
    /// Data goes to a receiver abroad.
    AbroadAppears,
    /// Data goes to a receiver abroad no more.
    AbroadVanishes,
    /// Data goes abroad in another way.
    AbroadDiffers,
    /// Other exceptions of the law are named.
    Exceptions,
    /// People are told how to make a request.
    RequestAppears,
    /// People are told no more how to make a request.
    RequestVanishes,
    /// A request costs something else.
    Fee,
    /// Identity is checked in another way.
    Identification,
    /// Requests are answered within another time.
    AnswerWithin,
    /// Other security measures are promised.
    Security,
    /// Somebody more can open records.
    RecipientAppears,
    /// Somebody can open new records no more.
    RecipientVanishes,
    /// Somebody opens records with another key, or other records.
    RecipientDiffers,
    /// Somebody more can approve.
    ApproverAppears,
    /// Somebody can approve no more.
    ApproverVanishes,
    /// Somebody approves with another key.
    ApproverDiffers,
    /// Fewer people must approve.
    ReviewLooser,
    /// More people must approve.
    ReviewStricter,
    /// Records end in another way.
    Disposal,
    /// A method of disposal differs.
    DisposalMethod,
    /// The limit of a sweep differs.
    Limit,
    /// The service runs in another way.
    Service,
    /// Severities or accepted findings differ.
    Findings,
    /// Texts or other published matters of a section differ.
    Texts,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 77] = [
        Kind::ClassAppears,
        Kind::ClassVanishes,
        Kind::ClassRenamed,
        Kind::PeriodShorter,
        Kind::PeriodLonger,
        Kind::PeriodDiffers,
        Kind::Authority,
        Kind::Within,
        Kind::Extension,
        Kind::Accept,
        Kind::Read,
        Kind::Register,
        Kind::Sidecar,
        Kind::ClassInformation,
        Kind::Medium,
        Kind::Date,
        Kind::Calendar,
        Kind::JointUseAppears,
        Kind::JointUseVanishes,
        Kind::JointUseWidened,
        Kind::JointUseNarrowed,
        Kind::JointUsePersons,
        Kind::JointUseUsersWidened,
        Kind::JointUseUsersNarrowed,
        Kind::JointUseUserRenamed,
        Kind::JointUsePurposes,
        Kind::JointUseResponsible,
        Kind::JointUseResponsibleDetails,
        Kind::JointUseSince,
        Kind::PurposeAppears,
        Kind::PurposeVanishes,
        Kind::PurposeReworded,
        Kind::PurposeWidened,
        Kind::PurposeNarrowed,
        Kind::InformationAppears,
        Kind::InformationVanishes,
        Kind::InformationGainsPurpose,
        Kind::InformationLosesPurpose,
        Kind::InformationDiffers,
        Kind::ConsentAppears,
        Kind::ConsentVanishes,
        Kind::ConsentWidened,
        Kind::ConsentNarrowed,
        Kind::ConsentKind,
        Kind::Objection,
        Kind::EntrustmentAppears,
        Kind::EntrustmentVanishes,
        Kind::EntrustmentDiffers,
        Kind::ProvisionAppears,
        Kind::ProvisionVanishes,
        Kind::ProvisionWidened,
        Kind::ProvisionNarrowed,
        Kind::ProvisionBasis,
        Kind::AbroadAppears,
        Kind::AbroadVanishes,
        Kind::AbroadDiffers,
        Kind::Exceptions,
        Kind::RequestAppears,
        Kind::RequestVanishes,
        Kind::Fee,
        Kind::Identification,
        Kind::AnswerWithin,
        Kind::Security,
        Kind::RecipientAppears,
        Kind::RecipientVanishes,
        Kind::RecipientDiffers,
        Kind::ApproverAppears,
        Kind::ApproverVanishes,
        Kind::ApproverDiffers,
        Kind::ReviewLooser,
        Kind::ReviewStricter,
        Kind::Disposal,
        Kind::DisposalMethod,
        Kind::Limit,
        Kind::Service,
        Kind::Findings,
        Kind::Texts,
    ];

    /// Returns the group it is shown in.
    pub fn group(self) -> Group {
        match self {
            Kind::ClassAppears | Kind::ClassVanishes | Kind::ClassRenamed | Kind::PeriodShorter => Group::Records,
            Kind::PeriodLonger | Kind::PeriodDiffers | Kind::Authority | Kind::Within => Group::Records,
            Kind::Extension | Kind::Accept | Kind::Read | Kind::Sidecar | Kind::ClassInformation => Group::Records,
            Kind::Register | Kind::Medium | Kind::Date | Kind::Calendar => Group::Records,
            Kind::JointUseAppears | Kind::JointUseVanishes | Kind::JointUseWidened => Group::JointUse,
            Kind::JointUseNarrowed | Kind::JointUsePersons | Kind::JointUseUsersWidened => Group::JointUse,
            Kind::JointUseUsersNarrowed | Kind::JointUseUserRenamed | Kind::JointUsePurposes => Group::JointUse,
            Kind::JointUseResponsible | Kind::JointUseResponsibleDetails | Kind::JointUseSince => Group::JointUse,
            Kind::PurposeAppears | Kind::PurposeVanishes | Kind::PurposeReworded => Group::Purposes,
            Kind::PurposeWidened | Kind::PurposeNarrowed | Kind::InformationAppears => Group::Purposes,
            Kind::InformationVanishes | Kind::InformationGainsPurpose => Group::Purposes,
            Kind::InformationLosesPurpose | Kind::InformationDiffers => Group::Purposes,
            Kind::ConsentAppears | Kind::ConsentVanishes | Kind::ConsentWidened => Group::Consent,
            Kind::ConsentNarrowed | Kind::ConsentKind | Kind::Objection => Group::Consent,
            Kind::EntrustmentAppears | Kind::EntrustmentVanishes | Kind::EntrustmentDiffers => Group::Others,
            Kind::ProvisionAppears | Kind::ProvisionVanishes | Kind::ProvisionWidened => Group::Others,
            Kind::ProvisionNarrowed | Kind::ProvisionBasis | Kind::AbroadAppears => Group::Others,
            Kind::AbroadVanishes | Kind::AbroadDiffers | Kind::Exceptions => Group::Others,
            Kind::RequestAppears | Kind::RequestVanishes | Kind::Fee | Kind::Identification => Group::Requests,
            Kind::AnswerWithin => Group::Requests,
            Kind::Security => Group::Security,
            Kind::RecipientAppears | Kind::RecipientVanishes | Kind::RecipientDiffers => Group::People,
            Kind::ApproverAppears | Kind::ApproverVanishes | Kind::ApproverDiffers => Group::People,
            Kind::ReviewLooser | Kind::ReviewStricter | Kind::Disposal => Group::People,
            Kind::DisposalMethod | Kind::Limit => Group::People,
            Kind::Service | Kind::Findings => Group::Service,
            Kind::Texts => Group::Texts,
        }
    }

    /// Returns the parts of its item that it tells of, unless a change says otherwise.
    fn tells(self) -> &'static [&'static str] {
        match self {
            Kind::ClassAppears | Kind::ClassVanishes | Kind::JointUseAppears | Kind::JointUseVanishes => WHOLE,
            Kind::PurposeAppears | Kind::PurposeVanishes => WHOLE,
            Kind::InformationAppears | Kind::InformationVanishes => WHOLE,
            Kind::ConsentAppears | Kind::ConsentVanishes | Kind::EntrustmentAppears | Kind::EntrustmentVanishes => {
                WHOLE
            }
            Kind::ProvisionAppears | Kind::ProvisionVanishes | Kind::AbroadAppears | Kind::AbroadVanishes => WHOLE,
            Kind::RecipientAppears | Kind::RecipientVanishes | Kind::Exceptions | Kind::Findings | Kind::Texts => WHOLE,
            Kind::RequestAppears | Kind::RequestVanishes => WHOLE,
            Kind::ClassRenamed => &["id", "was"],
            Kind::PeriodShorter | Kind::PeriodLonger | Kind::PeriodDiffers => &["keep"],
            Kind::Authority => &["authority"],
            Kind::Within => &["disposal.within"],
            Kind::ReviewLooser | Kind::ReviewStricter => &["disposal.review"],
            Kind::Disposal => &["disposal.then", "disposal.rest", "disposal.mask"],
            Kind::Extension => &["extension"],
            Kind::Accept => &["accept"],
            Kind::Read => &["read"],
            Kind::Register => &["register"],
            Kind::Sidecar => &["sidecar"],
            Kind::ClassInformation => &["information"],
            Kind::Medium => &["medium"],
            Kind::Date => &["comes_from", "about"],
            Kind::Calendar => &["time_zone", "fiscal_year_starts"],
            Kind::JointUseWidened | Kind::JointUseNarrowed => &["information", "items"],
            Kind::JointUsePersons => &["persons"],
            Kind::JointUseUsersWidened | Kind::JointUseUsersNarrowed => &["users"],
            Kind::JointUseUserRenamed | Kind::JointUseResponsibleDetails => &[],
            Kind::JointUsePurposes => &["purposes"],
            Kind::JointUseResponsible => &["responsible"],
            Kind::JointUseSince => &["since"],
            Kind::PurposeReworded => &["title", "text"],
            Kind::PurposeWidened | Kind::PurposeNarrowed => &["only", "after", "for"],
            Kind::InformationGainsPurpose | Kind::InformationLosesPurpose => &["purposes"],
            Kind::InformationDiffers => &["items", "acquired_from", "special_care", "individual_number"],
            Kind::ConsentWidened | Kind::ConsentNarrowed => &["title", "text", "given_to", "information"],
            Kind::ConsentKind => &["kind"],
            Kind::Objection => &["objection.changeable", "objection.reason_required"],
            Kind::EntrustmentDiffers => &["to", "work", "information", "safeguards", "re_entrustment", "certificate"],
            Kind::ProvisionWidened | Kind::ProvisionNarrowed => &["to", "items", "information"],
            Kind::ProvisionBasis => &["basis"],
            Kind::AbroadDiffers => &["to", "country", "basis"],
            Kind::Fee => &["fee"],
            Kind::Identification => &["identification"],
            Kind::AnswerWithin => &["answer_within"],
            Kind::Security => &["measures"],
            Kind::RecipientDiffers => &["key", "always", "recipient", "recipients"],
            Kind::ApproverAppears | Kind::ApproverVanishes | Kind::ApproverDiffers => &["approvers"],
            Kind::DisposalMethod => &[
                "method",
                "second",
                "particle",
                "over",
                "before",
                "entrustment",
                "certificates",
                "certified_within",
                "record",
            ],
            Kind::Limit => &["sweep_at_most", "headers_kept"],
            Kind::Service => &[],
        }
    }
}

/// Every part of an item.
pub(super) const WHOLE: &[&str] = &[""];

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// Which records are kept, and how long.
    Records,
    /// Joint use.
    JointUse,
    /// Purposes of use.
    Purposes,
    /// Consent.
    Consent,
    /// Who else handles the data.
    Others,
    /// What people may ask for.
    Requests,
    /// How the data is protected.
    Security,
    /// Who can open and approve, limits, ways of disposal: a person accepts such a change.
    People,
    /// How the service runs.
    Service,
    /// What is published besides.
    Texts,
}

impl Group {
    /// Every group, in the order in which they are shown.
    pub const ALL: [Group; 10] = [
        Group::Records,
        Group::JointUse,
        Group::Purposes,
        Group::Consent,
        Group::Others,
        Group::Requests,
        Group::Security,
        Group::People,
        Group::Service,
        Group::Texts,
    ];

    /// Returns its heading.
    pub fn heading(self) -> Words {
        match self {
            Group::Records => Words { en: "records", ja: "記録" },
            Group::JointUse => Words { en: "joint use", ja: "共同利用" },
            Group::Purposes => Words { en: "purposes", ja: "利用目的" },
            Group::Consent => Words { en: "consent", ja: "同意" },
            Group::Others => Words { en: "who else handles the data", ja: "委託・第三者提供" },
            Group::Requests => Words { en: "requests people make", ja: "本人からの請求" },
            Group::Security => Words { en: "security measures", ja: "安全管理措置" },
            Group::People => Words {
                en: "who can open and approve, limits, ways of disposal",
                ja: "開封者・承認者・上限・廃棄の方法",
            },
            Group::Service => Words { en: "how the service runs", ja: "サービスの動作" },
            Group::Texts => Words { en: "texts", ja: "文章" },
        }
    }
}

/// What somebody may want to be stopped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// Records may fall due earlier.
    Shortening,
    /// People must be told.
    Notice,
    /// Consent must be asked for or announced again.
    Consent,
    /// A person must accept it: recipients, approvers, limits, ways of disposal.
    People,
    /// Classes appear, vanish or are renamed.
    Classes,
    /// Anything at all.
    Any,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it is about.
    pub group: Group,
    /// The item, such as `joint-use.grant`.
    pub item: String,
    /// What kind of change it is.
    pub kind: Kind,
    /// What it does: lower case, no full stop, names in backticks.
    pub message: Said,
    /// What stood there, where that can be shown.
    pub before: Option<String>,
    /// What stands there now.
    pub after: Option<String>,
    /// What is owed for it.
    pub owes: Vec<Owed>,
    /// Whether a person must accept it before it is in force (I14).
    #[serde(rename = "needs-person")]
    pub needs_person: bool,
    /// The items of the section that it is about, where it is about several.
    #[serde(skip)]
    pub about: Vec<String>,
    /// The languages in which what it tells of reads as before, where it does not in another one.
    #[serde(skip)]
    pub same_in: BTreeSet<Language>,
    /// The parts of the item it tells of.
    #[serde(skip)]
    parts: &'static [&'static str],
}

impl Change {
    pub(super) fn new(kind: Kind, item: String, message: Said) -> Change {
        let (group, parts) = (kind.group(), kind.tells());
        let needs_person = group == Group::People;
        let (about, same_in) = (Vec::new(), BTreeSet::new());
        let (before, after, owes) = (None, None, Vec::new());
        Change { group, item, kind, message, before, after, owes, needs_person, about, same_in, parts }
    }

    /// Says that it tells of other parts of its item than its kind mostly does.
    pub(super) fn telling(&mut self, parts: &'static [&'static str]) -> &mut Change {
        self.parts = parts;
        self
    }

    /// Returns whether it tells of a part of its item.
    pub(super) fn tells(&self, part: &str) -> bool {
        let is_inside = |told: &&str| {
            told.is_empty() || part.strip_prefix(*told).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.parts.iter().any(is_inside)
    }

    /// Shows what stood there and what stands there now.
    pub(super) fn showing(&mut self, before: impl Into<String>, after: impl Into<String>) -> &mut Change {
        let said = |text: String| Some(text).filter(|text| !text.is_empty());
        (self.before, self.after) = (said(before.into()), said(after.into()));
        self
    }

    /// Adds what is owed.
    pub(super) fn owing(&mut self, owed: impl IntoIterator<Item = Owed>) -> &mut Change {
        self.owes.extend(owed);
        self
    }

    /// Returns whether somebody with this concern wants to be stopped by it.
    pub fn raises(&self, concern: Concern) -> bool {
        let owes = |duties: &[Duty]| self.owes.iter().any(|owed| duties.contains(&owed.duty));
        match concern {
            Concern::Shortening => matches!(self.kind, Kind::PeriodShorter | Kind::PeriodDiffers),
            Concern::Notice => owes(&[Duty::Notify, Duty::Publish]),
            Concern::Consent => owes(&[Duty::Consent, Duty::Announce, Duty::AnnounceAgain, Duty::AskAgain]),
            Concern::People => self.needs_person,
            Concern::Classes => matches!(self.kind, Kind::ClassAppears | Kind::ClassVanishes | Kind::ClassRenamed),
            Concern::Any => true,
        }
    }
}
