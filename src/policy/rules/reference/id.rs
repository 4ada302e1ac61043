//! `reference.id`: an id is not a kebab-case name.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// An id is not a kebab-case name.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "reference.id",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "An id is not a kebab-case name.",
        ja: "IDが、小文字の英字・数字・ハイフンの名前になっていません。",
    },
    why: Words {
        en: "Ids become file names, names in patterns and names in the ledger; they are lower-case letters, digits and single hyphens, starting with a letter.",
        ja: "IDはファイル名、パターンの中の名前、台帳の名前になります。英小文字で始まり、英小文字と数字を1つずつのハイフンでつないだものだけが使えます。",
    },
    example: "id: High_Cost_Grant",
    fix: Words {
        en: "Write a name such as `high-cost-grant`.", ja: "`high-cost-grant`のような名前にしてください。"
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("id: limits", "id: Limits", "Limits")];
