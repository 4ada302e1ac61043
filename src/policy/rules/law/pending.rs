//! `law.pending`: an amendment that is not in force yet touches topics the policy names.
//!
//! In: the topics a policy names, the amendments of the packs. Out: findings. The rule it keeps: an amendment warns and never fails.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::law::in_language;
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// An amendment that is not in force yet touches topics the policy names.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "law.pending",
    severity: Severity::Note,
    weight: Weight::Adjustable,
    what: Words {
        en: "An amendment that is not in force yet touches topics the policy names.",
        ja: "方針に書かれた事項に関わる、未施行の改正があります。",
    },
    why: Words {
        en: "The day is set by an order that may come at short notice; it is good to know which parts will change.",
        ja: "施行の日は直前に決まることがあります。どこに影響するかを前もって知っておくためのお知らせです。",
    },
    example: "principles:\n  - { id: leaks, duty: [appi.leak], title: … }   # and an amendment that touches this topic",
    fix: Words {
        en: "Nothing to do today; look at the topics again when the day of enforcement is set.",
        ja: "今すぐの対応は不要です。施行日が決まったら、該当する事項を見直してください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("{ id: limits, title", "{ id: limits, duty: [appi.leak], title", "jp")];

/// Reports amendments on their way, once each, where the organization names the pack that tells of them.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let named = super::topics(lint);
    for amendment in lint.law.amendments(lint.as_of) {
        let mut touched: Vec<&str> = amendment.topics.iter().map(String::as_str).collect();
        touched.retain(|topic| named.iter().any(|(_, named)| named == topic));
        if touched.is_empty() {
            continue;
        }
        let listed = touched.iter().map(|topic| format!("`{topic}`")).collect::<Vec<_>>().join(", ");
        let (by, title, text) = (amendment.not_after, &amendment.title, &amendment.text);
        let (en, ja) = (in_language(title, "en"), in_language(title, "ja"));
        let (does, does_ja) = (in_language(text, "en"), in_language(text, "ja"));
        let found = said!(
            "the {en} will come into force by {by} and touches {listed}",
            "{ja}が{by}までに施行され、{listed}に関わります"
        );
        let pack = lint.law.packs().position(|pack| pack.amendments.contains(amendment)).unwrap_or_default();
        let finding = lint.finding(&RULE, &format!("organization.law.{pack}"), found);
        lint.send(finding.help(said!("{does}", "{does_ja}")));
    }
}
