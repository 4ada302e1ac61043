//! `notices.template`: a notice's template is not a path below the folder of templates.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A notice's template is not a path below the folder of templates.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "notices.template",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A notice's template is not a path below the folder of templates.",
        ja: "お知らせのテンプレートが`templates/`の下のパスではありません。",
    },
    why: Words {
        en: "Templates are read from `templates/` alone.",
        ja: "テンプレートは`templates/`の下からだけ読み込みます。",
    },
    example: "template: ../letters/announcement.typ",
    fix: Words {
        en: "Write a relative path without `..`, such as `notices/announcement.typ`.",
        ja: "`notices/announcement.typ`のように、`..`を含まない相対パスで書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("notices/certificate.typ", "../certificate.typ", "../certificate.typ")];
