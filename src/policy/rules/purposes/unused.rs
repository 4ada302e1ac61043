//! `purposes.unused`: no type of information is used for this purpose.
//!
//! In: the checked set. Out: findings. The rule it keeps: it looks at checked values only.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// No type of information is used for this purpose.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "purposes.unused",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "No type of information is used for this purpose.",
        ja: "この目的で利用される個人情報がありません。",
    },
    why: Words {
        en: "A published purpose that nothing serves raises questions, or a type of information lacks it.",
        ja: "どの情報にも結び付かない利用目的を公表すると、読む人を惑わせます。情報の側に書き忘れがあるのかもしれません。",
    },
    example: "purposes: [{ id: tax-papers, … }]   # no information names it",
    fix: Words {
        en: "Name the purpose at the information it is for, or remove it.",
        ja: "該当する個人情報の`purposes`にこの目的を書くか、この目的を取り除いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "information:\n  - id",
    "  - { id: extra, category: { ja: x, en: x }, title: { ja: x, en: x } }\ninformation:\n  - id",
    "extra",
)];

/// Reports purposes that no type of information serves.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let policy = lint.policy;
    if !lint.is_whole(&["information"]) {
        return;
    }
    for id in policy.purposes.iter().map(|purpose| &purpose.id) {
        if !policy.information.iter().any(|information| information.purposes.contains(id)) {
            let found =
                said!("no type of information is used for `{id}`", "`{id}`のために利用される個人情報がありません");
            lint.report(&RULE, &format!("purposes.{id}.id"), found);
        }
    }
}
