//! `retention.register`: a register that could not be read as one.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A register that could not be read as one.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.register",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A class is a register of boxes or devices, and its files could not be read as one.",
        ja: "箱や機器の台帳とされている種類ですが、その内容を台帳として読み取れません。",
    },
    why: Words {
        en: "A register is a CSV or YAML file that hokan takes in; each line of it becomes a record of its own, with dates read from columns.",
        ja: "台帳は、hokanが取り込むCSV又はYAMLのファイルです。1行が1件の記録となり、日付は列から読み取ります。",
    },
    example: "medium: electronic\naccept: [\"registers/{made:date}.pdf\"]\nregister: { number: 箱番号, class: 区分, place: 場所 }",
    fix: Words {
        en: "Make the class electronic, end every `accept` in `.csv`, `.yaml` or `.yml`, name each column once, and read no date that comes from an event.",
        ja: "`medium: electronic`とし、`accept`の末尾を`.csv`、`.yaml`又は`.yml`としてください。列名は1度だけ書き、出来事から得る日付は書かないでください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("      medium: paper\n", "      medium: paper\n      register: { number: n, class: c, place: p }\n", "{")];
