//! `procedures.kinds`: the policy does not say how a kind of request is made.
//!
//! In: the requests of the law packs. Out: findings. The rule it keeps: a kind exists while its topic has an article.

use crate::diag::{Finding, Rule, Severity, Weight, Words, nearest};
use crate::policy::law::Missing;
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// The policy does not say how a kind of request is made.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "procedures.kinds",
    severity: Severity::Note,
    weight: Weight::Adjustable,
    what: Words {
        en: "The policy does not say how a kind of request is made.",
        ja: "請求の種類のうち、手続が書かれていないものがあります。",
    },
    why: Words {
        en: "People learn of their rights from this list; disclosure of the records of provision is the one most often forgotten.",
        ja: "どのような請求ができるかは、この一覧で知ることになります。第三者提供記録の開示は特に忘れられがちです。",
    },
    example: "procedures:\n  - { request: disclosure, … }",
    fix: Words {
        en: "Add the kind under `procedures`.", ja: "`procedures`にその種類を書き加えてください。"
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("  - { request: provision-records,", "  - { request: provision-record,", "provision-record")];

/// Reports kinds of requests that the policy does not offer.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    if !lint.is_whole(&["procedures"]) {
        return;
    }
    let offered: Vec<&str> = lint.policy.procedures.iter().map(|procedure| procedure.request.as_str()).collect();
    for request in lint.law.requests(lint.as_of) {
        let severity = match request.missing {
            _ if offered.contains(&request.id.as_str()) => continue,
            Missing::Allowed => continue,
            Missing::Note => Severity::Note,
            Missing::Warning => Severity::Warning,
        };
        let id = &request.id;
        let (title, title_ja) = (lint.law.title(&request.topic, "en"), lint.law.title(&request.topic, "ja"));
        let found =
            said!("nothing is said about the request `{id}` ({title})", "`{id}`（{title_ja}）の手続が書かれていません");
        let unknown = offered.iter().filter(|offered| !lint.law.requests(lint.as_of).iter().any(|r| r.id == **offered));
        let finding = match nearest(id, unknown.copied()) {
            Some(near) => {
                let help = said!("was `{near}` meant to be `{id}`?", "`{near}`は`{id}`の間違いではありませんか");
                lint.finding(&RULE, &format!("procedures.{near}.request"), found).help(help).replace_by(id.as_str())
            }
            None => lint.finding(&RULE, if offered.is_empty() { "organization.law" } else { "procedures" }, found),
        };
        lint.send(Finding { severity, ..finding });
    }
}
