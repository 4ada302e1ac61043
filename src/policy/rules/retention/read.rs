//! `retention.read`: what is to be read from records cannot be read from them, or is not declared so.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// What is to be read from records cannot be read from them, or is not declared so.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.read",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "What is to be read from records cannot be read from them, or is not declared so.",
        ja: "記録から読み取ることのできない項目か、項目から得るとされていない日付を読み取ろうとしています。",
    },
    why: Words {
        en: "Fields are read from CSV, JSON, YAML and XML alone, once, at take-in; a date has one source.",
        ja: "項目を読み取れるのは取込みの時だけで、CSV、JSON、YAML、XMLに限られます。また、1つの日付の出どころは1つです。",
    },
    example: "accept: [\"claims/*.pdf\"]\nread: { subject: member-id }",
    fix: Words {
        en: "End every pattern of the class with `.csv`, `.json`, `.yaml`, `.yml` or `.xml`; declare the date with `comes-from: field`.",
        ja: "この種類のすべてのパターンを`.csv`、`.json`、`.yaml`、`.yml`、`.xml`のいずれかで終わらせ、日付は`comes-from: field`としてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("      accept: [\"receipts/", "      read: { treated: month }\n      accept: [\"receipts/", "month"),
    ("{subject}-*.csv\"]", "{subject}-*.pdf\"]\n      read: { subject: member-id }", "\"receipts/"),
    ("      accept: [\"receipts/", "      read: { encoding: sjis }\n      accept: [\"receipts/", "sjis"),
];
