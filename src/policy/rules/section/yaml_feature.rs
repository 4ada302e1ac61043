//! `section.yaml-feature`: a policy file uses anchors, aliases, merge keys or tags.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A policy file uses anchors, aliases, merge keys or tags.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "section.yaml-feature",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A policy file uses anchors, aliases, merge keys or tags.",
        ja: "アンカー、エイリアス、マージキー又はタグが使われています。",
    },
    why: Words {
        en: "A reader must see every value where it stands; YAML's shortcuts hide what a change really changes.",
        ja: "値は書かれた場所でそのまま読めなければなりません。YAMLの省略記法を使うと、変更の及ぶ範囲が見えなくなります。",
    },
    example: "address: &office { ja: …, en: … }",
    fix: Words { en: "Write the values out.", ja: "省略せずに値を書いてください。" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("  accredited-body: none", "  accredited-body: &none none", "")];
