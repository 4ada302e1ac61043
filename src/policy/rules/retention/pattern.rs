//! `retention.pattern`: a path pattern cannot be read, or could be read in two ways.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A path pattern cannot be read, or could be read in two ways.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.pattern",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A path pattern cannot be read, or could be read in two ways.",
        ja: "パスのパターンが正しくないか、2通りに読めます。",
    },
    why: Words {
        en: "The path decides a record's class and its dates; it must say them in one way only.",
        ja: "記録の種類と日付はパスから決まります。パスは1通りに読めなければなりません。",
    },
    example: "accept: [\"letters/{subject}x.pdf\"]   # where does the subject end?",
    fix: Words {
        en: "Write the path below the folder of records, with `{name:kind}` for what is read from it and `-`, `_`, `.` or `/` between two of those; the message says which part is at fault.",
        ja: "記録のフォルダーからのパスを書き、読み取る部分は`{日付のID:種別}`の形にして、`-`、`_`、`.`、`/`のいずれかで区切ってください。誤りのある部分は指摘に示されます。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("-{subject}.pdf\"", "-{subject}x.pdf\"", "{subject}")];
