//! `pages.none`: the set has no page, so nothing of it is published.
//!
//! In: the checked set. Out: a finding. The rule it keeps: a set that says nothing to readers says so to its editors.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// The set has no page, so nothing of it is published.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "pages.none",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "The set has no page, so nothing of it is published.",
        ja: "ページが1つもなく、方針の内容が公表されません。",
    },
    why: Words {
        en: "Purposes, periods and procedures count for people once they can read them; a site without pages has only its history.",
        ja: "利用目的や保存期間、請求の手続は、本人が読めるようになって初めて意味を持ちます。ページがなければ、サイトには改定の履歴しか載りません。",
    },
    example: "# no `pages` in any file below policies/",
    fix: Words {
        en: "Name the pages under `pages`, each with the sections it shows.",
        ja: "`pages`に、ページと、それぞれに載せる節を書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "pages:\n  - { id: privacy-policy, title: { ja: 基本方針, en: Privacy policy }, show: [principles, contacts] }\n  - { id: duties, title: { ja: 公表事項, en: What we make known }, show: [purposes, procedures, security] }\n",
    "",
    "id",
)];

/// Reports a set without pages.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    if lint.is_whole(&["pages"]) && lint.policy.pages.is_empty() {
        let found = said!("no page is named, so nothing is published", "ページがないため、何も公表されません");
        lint.report(&RULE, "organization", found);
    }
}
