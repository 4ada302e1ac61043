//! `service.ignore`: a pattern of ignored paths cannot be read.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A pattern of ignored paths cannot be read.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "service.ignore",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A pattern of ignored paths cannot be read.",
        ja: "取り込まないパスのパターンが正しくありません。",
    },
    why: Words {
        en: "A file that should be ignored would be sealed, or the other way round.",
        ja: "取り込むべきでないファイルが封かんされ、あるいは、その逆になるおそれがあります。",
    },
    example: "watch: { settle: PT1M, rescan: PT10M, ignore: [\"{draft}\"] }",
    fix: Words {
        en: "Write a glob with `*`, `**` and `?`, such as `**/Thumbs.db`.",
        ja: "`**/Thumbs.db`のように、`*`、`**`、`?`を使って書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("\"**/~$*\"", "\"{a}\"", "\"{a}\"")];
