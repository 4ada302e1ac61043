//! `security.categories`: a category of security measures is not stated.
//!
//! In: the section `security`, the categories of the law packs. Out: findings. The rule it keeps: each category is looked for on the days on which it is asked for.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::law::in_language;
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// A category of security measures is not stated.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "security.categories",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "A category of security measures is not stated.",
        ja: "安全管理措置のうち、書かれていない区分があります。",
    },
    why: Words {
        en: "The measures taken must be made known, category by category; referring to the guideline is not enough.",
        ja: "講じた安全管理措置は、区分ごとに本人の知り得る状態に置きます。ガイドラインに従うと書くだけでは足りません。",
    },
    example: "security: { organizational: […], personnel: […], physical: […], technical: […] }",
    fix: Words {
        en: "Add the category; `external-environment` may be `none` if nothing is handled abroad.",
        ja: "その区分を書き加えてください。外国での取扱いがなければ`external-environment: none`と書けます。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("  external-environment: none\n", "", "basic-policy")];

/// Reports categories that the policy does not state.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    if !lint.is_whole(&["security"]) {
        return;
    }
    let stated = &lint.policy.security;
    for category in lint.law.categories(lint.as_of) {
        if stated.iter().any(|stated| stated.kind.key() == category.id) {
            continue;
        }
        let (id, number) = (&category.id, &category.number);
        let (title, title_ja) = (in_language(&category.title, "en"), in_language(&category.title, "ja"));
        let found = said!(
            "nothing is said about `{id}` ({number}, {title})",
            "`{id}`（{number} {title_ja}）が書かれていません"
        );
        lint.report(&RULE, if stated.is_empty() { "organization.law" } else { "security" }, found);
    }
}
