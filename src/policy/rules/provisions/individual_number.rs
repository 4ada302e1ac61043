//! `provisions.individual-number`: information with Individual Numbers is provided on consent.
//!
//! In: provisions, consent items, types of information. Out: findings. The rule it keeps: it holds on the days on which a law pack
//! has `number-act.provision`; where a case of that article asks for consent as well, the finding is accepted with that reason.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::{Basis, ConsentKind, Id};
use crate::said;

/// Information with Individual Numbers is provided on consent.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "provisions.individual-number",
    severity: Severity::Error,
    weight: Weight::Adjustable,
    what: Words {
        en: "Information with Individual Numbers is provided on consent.",
        ja: "個人番号を含む情報を、同意に基づいて提供することになっています。",
    },
    why: Words {
        en: "Specific personal information may be provided only in the cases that the Number Act lists; the consent of the person alone is none of them.",
        ja: "特定個人情報を提供できるのは、番号法が列挙する場合に限られます。本人の同意だけでは提供できません。",
    },
    example: "provisions:\n  - { id: inquiry, to: federation, information: [cash-benefits, individual-numbers], basis: consent, … }",
    fix: Words {
        en: "Take the information out, or name the law that allows the provision with `basis: law` and its `topic`.",
        ja: "その情報を外すか、提供を認める法令を`basis: law`と`topic`で示してください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    (
        "information: [ receipts ]\n    basis: consent",
        "information: [ receipts, numbers ]\n    basis: consent",
        "numbers",
    ),
    ("information: [receipts], given-to", "information: [receipts, numbers], given-to", "numbers"),
];

/// The topic that says so.
const TOPIC: &str = "number-act.provision";

/// Reports provisions on consent, and implied consent, for information with Individual Numbers.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let policy = lint.policy;
    for provision in &policy.provisions {
        match provision.basis {
            Basis::Consent(_) => of(lint, &format!("provisions.{}", provision.id), &provision.information),
            Basis::Law(_) => {}
        }
    }
    for item in policy.consent.iter().flat_map(|consent| &consent.items) {
        match item.kind {
            ConsentKind::Implied => of(lint, &format!("consent.{}", item.id), &item.information),
            ConsentKind::Explicit => {}
        }
    }
}

fn of(lint: &Lint<'_>, path: &str, information: &[Id]) {
    let cited = |language| lint.law.citation(TOPIC, lint.as_of, language);
    let (Some(cited), Some(cited_ja)) = (cited("en"), cited("ja")) else { return };
    for (n, id) in information.iter().enumerate() {
        if lint.policy.holds_numbers(std::slice::from_ref(id)) {
            let found = said!(
                "`{id}` holds Individual Numbers, which consent alone does not let be provided ({cited})",
                "`{id}`は個人番号を含むため、同意だけでは提供できません（{cited_ja}）"
            );
            lint.report(&RULE, &format!("{path}.information.{n}"), found);
        }
    }
}
