//! `provisions.basis`: a provision does not say what it rests on.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A provision does not say what it rests on.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "provisions.basis",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A provision does not say what it rests on.", ja: "第三者提供の根拠が示されていません。"
    },
    why: Words {
        en: "Data goes to a third party by consent or because the law says so; the page must say which.",
        ja: "第三者への提供は同意か法令に基づくもので、どちらによるのかを公表する必要があります。",
    },
    example: "provisions: [{ id: inquiry, to: federation, basis: consent, … }]   # which consent?",
    fix: Words {
        en: "With `basis: consent` name the item in `consent`; with `basis: law` name the topic in `topic`.",
        ja: "`basis: consent`なら`consent`に同意の事項を、`basis: law`なら`topic`に法令の事項の名前を書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("    consent: household\n", "", "consent")];
