//! `notices.announced`: an announcement has nothing to say, or a section that letters do not carry.
//!
//! In: the checked set. Out: findings. The rule it keeps: what passes here can be written.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::{Audience, NoticeWhen, Section};
use crate::said;

/// An announcement has nothing to say, or a section that letters do not carry.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "notices.announced",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "An announcement has nothing to say, or a section that letters do not carry.",
        ja: "お知らせに載せる内容がないか、書面に載せられない節が指定されています。",
    },
    why: Words {
        en: "An announcement prints purposes of use and joint uses; contacts end it. Other sections are published as pages and in the booklet.",
        ja: "お知らせに載るのは利用目的と共同利用で、末尾に問合せ先が付きます。ほかの節はページと冊子で公表します。",
    },
    example: "when: { policy-changes: [contacts] }",
    fix: Words {
        en: "Name `purposes`, `joint-use` or both; add `contacts` to print all of them.",
        ja: "`purposes`、`joint-use`又は両方を指定してください。すべての問合せ先を載せるときは`contacts`を加えます。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("policy-changes: [purposes]", "policy-changes: [contacts]", "["),
    ("policy-changes: [purposes]", "policy-changes: [purposes, retention]", "retention"),
];

/// Reports announcements that cannot be written.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for notice in lint.policy.notices.iter().filter(|notice| notice.audience == Audience::Public) {
        let NoticeWhen::PolicyChanges(sections) = &notice.when else { continue };
        let path = format!("notices.{}.when.policy-changes", notice.id);
        let carried = |section: &Section| matches!(section, Section::Purposes | Section::JointUse);
        let other = sections.iter().position(|section| !carried(section) && *section != Section::Contacts);
        if let Some(at) = other {
            let found = said!(
                "letters do not carry this section (expected `purposes`, `joint-use`, `contacts`)",
                "この節はお知らせに載せられません（使える語：`purposes`、`joint-use`、`contacts`）"
            );
            lint.report(&RULE, &format!("{path}.{at}"), found);
        } else if !sections.iter().any(carried) {
            let found = said!(
                "contacts alone announce nothing (expected `purposes` or `joint-use`)",
                "問合せ先だけではお知らせになりません（`purposes`か`joint-use`が必要です）"
            );
            lint.report(&RULE, &path, found);
        }
    }
}
