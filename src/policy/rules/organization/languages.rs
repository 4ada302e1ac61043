//! `organization.languages`: the list of languages is empty, or an entry is not a language code.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// The list of languages is empty, or an entry is not a language code.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "organization.languages",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "The list of languages is empty, or an entry is not a language code.",
        ja: "言語が書かれていないか、言語コードでないものがあります。",
    },
    why: Words {
        en: "The first language is the authoritative one; every text is given in each of them.",
        ja: "最初の言語が正文となり、すべての文はここに挙げた各言語で書かれます。",
    },
    example: "languages: [japanese, en]",
    fix: Words {
        en: "List two-letter codes once each, such as `[ja, en]`.",
        ja: "`[ja, en]`のように、2文字の言語コードを1回ずつ書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("languages: [ja, en]", "languages: [ja, en, en]", "en")];
