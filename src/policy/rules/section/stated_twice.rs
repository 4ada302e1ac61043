//! `section.stated-twice`: a key of a section stands in two files.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A key of a section stands in two files.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "section.stated-twice",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A key of a section stands in two files, or one file repeats another.",
        ja: "1つの節の同じキーが2つのファイルに書かれているか、あるファイルが別のファイルと同じ内容です。",
    },
    why: Words {
        en: "A section may be spread over files, but each of its keys has one value for the whole set.",
        ja: "1つの節を複数のファイルに分けて書くことはできますが、キーの値は全体で1つです。",
    },
    example: "# policies/organization.yaml\norganization: { enacted: 2005-04-01 }\n---\n# policies/dates.yaml\norganization: { enacted: 2006-04-01 }",
    fix: Words {
        en: "Keep the key in one of the two places shown; of a file and its copy, remove one.",
        ja: "示された2か所の一方だけに残してください。ファイルの写しは、一方を取り除いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[];
