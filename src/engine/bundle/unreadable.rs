//! `policy.unreadable`: a file of the policy cannot be read.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: who reads the bundle names it.

use crate::diag::{Rule, Severity, Weight, Words};

/// A file that cannot be read.
pub(in crate::engine) const RULE: Rule = Rule {
    name: "policy.unreadable",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "A file of the policy cannot be read.", ja: "方針のファイルを読み込めません。" },
    why: Words {
        en: "A policy that is only partly read could mean something else; hokan never acts on a part.",
        ja: "一部だけを読み込んだ方針は、別の意味になるおそれがあります。一部だけに従って動くことはありません。",
    },
    example: "# policies/organization.yaml, saved as Shift_JIS and not as UTF-8\norganization: …",
    fix: Words {
        en: "Make the file readable, or remove it.",
        ja: "ファイルを読み込めるようにするか、取り除いてください。",
    },
};
