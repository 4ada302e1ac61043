//! `law.pack`: a law pack says something that cannot be read, or contradicts itself.
//!
//! In: the text of a pack. Out: findings. The rule it keeps: a pack with a fault is left out.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A law pack says something that cannot be read, or contradicts itself.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "law.pack",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A law pack says something that cannot be read, or contradicts itself.",
        ja: "法令集に読み取れない記載や、つじつまの合わない記載があります。",
    },
    why: Words {
        en: "What the law says on a day must have one answer; a pack with a fault is not used at all.",
        ja: "ある日の法令の内容は一つに決まらなければなりません。誤りのある法令集は使われません。",
    },
    example: "entries:\n  - { cite: 27(5)iii, from: 2022-04-01, certainty: primary, source: acts }",
    fix: Words {
        en: "Correct the pack below `policies/laws/`; dates are `YYYY-MM-DD`, numbers look like `27(5)(iii)`.",
        ja: "`policies/laws/`の法令集を直してください。日付は`YYYY-MM-DD`、条番号は`27(5)(iii)`の形で書きます。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[];
