//! `policy.not-carried-out`: the policy asks for something that this version does not do.
//!
//! In: the checked set. Out: findings. The rule it keeps: what a version does not do, it refuses to publish.

use crate::diag::{Rule, Said, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::{Audience, Class, NoticeWhen, Then};
use crate::said;

/// The policy asks for something that this version does not do.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "policy.not-carried-out",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "The policy asks for something that this version does not do.",
        ja: "この版ではできないことが方針に書かれています。",
    },
    why: Words {
        en: "What is published must be what the system does.",
        ja: "公表した内容は、実際に行われる内容と同じでなければなりません。",
    },
    example: "disposal: { review: two, then: transfer, within: P1M }",
    fix: Words {
        en: "Write it in the way the message says, until a later version does it.",
        ja: "指摘に示された書き方に直してください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("review: two, then: destroy", "review: two, then: transfer", "transfer"),
    ("unclassified: report", "unclassified: seal", "seal"),
];

/// Reports what the policy asks for and this version does not do.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    lint.policy.classes.iter().for_each(|class| of_class(lint, class));
    for notice in &lint.policy.notices {
        let is_printed = match (notice.audience, &notice.when) {
            (Audience::Public | Audience::Internal, NoticeWhen::PolicyChanges(_) | NoticeWhen::SweepCompleted) => true,
            (Audience::Member, NoticeWhen::Record(_)) => {
                notice.read.as_ref().is_some_and(|read| read.columns.is_some())
            }
            (Audience::Member, _) | (_, NoticeWhen::Record(_) | NoticeWhen::Schedule(_)) => false,
        };
        if !is_printed {
            let found = said!(
                "this version prints notices on a change of policy, after a sweep, and letters to members from the `columns` of a `record`",
                "この版が作るお知らせは、方針の変更時、廃棄の後、及び記録（`record`）の`columns`から作る個別の通知だけです"
            );
            lint.report(&RULE, &format!("notices.{}", notice.id), found);
        }
    }
}

fn of_class(lint: &Lint<'_>, class: &Class) {
    let report = |key: &str, found: Said| lint.report(&RULE, &format!("retention.{}.{key}", class.id), found);
    match class.disposal.then {
        Then::Destroy | Then::DeleteNumber => {}
        Then::Transfer => {
            report("disposal.then", said!("this version hands no records over", "この版は記録の移管を行いません"))
        }
    }
}
