//! `reference.dangling`: a reference names something that is not declared.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A reference names something that is not declared.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "reference.dangling",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A reference names something that is not declared.",
        ja: "どこにも書かれていないものを参照しています。",
    },
    why: Words {
        en: "A page would point to nothing, or a rule would count from a date that never comes.",
        ja: "ページが存在しないものを指し、あるいは、決して来ない日から期間を数えることになります。",
    },
    example: "contact: privacy-dsek   # the contact is called privacy-desk",
    fix: Words {
        en: "Use the nearest known id shown, or declare the item.",
        ja: "示された近いIDに直すか、参照先の項目を書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("    purposes: [benefit-review]", "    purposes: [benefit-review, benefit-reveiw]", "benefit-reveiw"),
    ("recipients: [benefits]", "recipients: [benefit]", "benefit"),
    ("accredited-body: none", "accredited-body: nobody", "nobody"),
    ("    contact: privacy-desk", "    contact: desk", "desk"),
    ("{ for: P3Y, after: treated }", "{ for: P3Y, after: treted }", "treted"),
    ("\"receipts/{treated:month}/", "\"receipts/{treated:month}/{trated:date}/", "trated"),
];
