//! `retention.accept-medium`: a class of paper or devices accepts paths.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A class of paper or devices accepts paths.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.accept-medium",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A class of paper or devices accepts paths.",
        ja: "紙や機器の記録の種類に、受け入れるパスが書かれています。",
    },
    why: Words {
        en: "hokan seals and destroys files; boxes, binders and devices are told of by a register.",
        ja: "hokanが封かんし廃棄するのは電子ファイルです。箱、簿冊及び機器は、台帳から読み取ります。",
    },
    example: "medium: paper\naccept: [\"boxes/*\"]",
    fix: Words {
        en: "Remove `accept`, or make the class electronic.",
        ja: "`accept`を消すか、`medium: electronic`としてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("      medium: paper\n", "      medium: paper\n      accept: [\"boxes/*\"]\n", "[")];
