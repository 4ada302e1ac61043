//! `pages.made-known`: what the law wants made known is not stated, or stands on no page.
//!
//! In: the checked set, the elements of `appi.retained-data` on the day. Out: findings. The rule it keeps: it asks for
//! what a law pack lists, on the days on which it does; name, address and representative are shape and stand at every desk.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::{Policy, Section};
use crate::said;

/// What the law wants made known is not stated, or stands on no page.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "pages.made-known",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "What the law wants made known is not stated, or stands on no page.",
        ja: "法令により本人の知り得る状態に置くべき事項が、書かれていないか、どのページにも載っていません。",
    },
    why: Words {
        en: "Whoever holds personal data must let people know who they are, all purposes, how requests are made, where to complain and which measures protect the data.",
        ja: "保有個人データについては、事業者の名称・住所・代表者、すべての利用目的、請求の手続、苦情の申出先及び安全管理のための措置を、本人の知り得る状態に置かなければなりません。",
    },
    example: "pages: [{ id: privacy-policy, title: {…}, show: [principles] }]",
    fix: Words {
        en: "State it, and name its section under `show` of a page.",
        ja: "その事項を書き、いずれかのページの`show`にその節を加えてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("show: [purposes, procedures, security]", "show: [procedures, security]", ""),
    ("show: [purposes, procedures, security]", "show: [purposes, security]", ""),
    ("show: [principles, contacts]", "show: [principles]", ""),
];

/// The elements that a section makes known; the desks stand for the organization, its name, address and representative.
const SHOWN: [(Section, &[&str]); 4] = [
    (Section::Contacts, &["name", "address", "representative", "complaints", "accredited-body"]),
    (Section::Purposes, &["purposes"]),
    (Section::Procedures, &["procedures"]),
    (Section::Security, &["security"]),
];

/// Reports each section that the law asks for and no page shows, or that says nothing.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let (policy, topic) = (lint.policy, "appi.retained-data");
    if !lint.is_unbroken() || policy.pages.is_empty() {
        return;
    }
    let asked = lint.law.elements(topic, lint.as_of);
    let (title, title_ja) = (lint.law.title(topic, "en"), lint.law.title(topic, "ja"));
    for (section, _) in SHOWN.into_iter().filter(|(_, elements)| elements.iter().any(|one| asked.contains(one))) {
        let word = section.word();
        if says_nothing(policy, section) {
            let found =
                said!("nothing is stated in `{word}` ({title})", "`{word}`に何も書かれていません（{title_ja}）");
            lint.report(&RULE, "pages", found);
        } else if !policy.pages.iter().any(|page| page.show.contains(&section)) {
            let found = said!("no page shows `{word}` ({title})", "`{word}`を載せるページがありません（{title_ja}）");
            lint.report(&RULE, "pages", found);
        }
    }
}

/// Whether a section has nothing in it.
fn says_nothing(policy: &Policy, section: Section) -> bool {
    match section {
        Section::Purposes => policy.information.is_empty() && policy.purposes.is_empty(),
        Section::Procedures => policy.procedures.is_empty(),
        Section::Security => policy.security.is_empty(),
        Section::Contacts => policy.organization.contacts.is_empty(),
        Section::Principles | Section::Processes | Section::JointUse | Section::Disclosures => false,
        Section::Consent | Section::Retention => false,
    }
}
