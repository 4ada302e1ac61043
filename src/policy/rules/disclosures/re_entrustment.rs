//! `disclosures.re-entrustment`: entrusted work may be passed on without a word on permission or supervision.
//!
//! In: the checked set. Out: findings. The rule it keeps: permission is looked for where a law pack asks for it.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::ReEntrustment;
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// Entrusted work may be passed on without a word on permission or supervision.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "disclosures.re-entrustment",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "Entrusted work may be passed on without a word on permission or supervision.",
        ja: "再委託を認めながら、許可や監督についての定めがありません。",
    },
    why: Words {
        en: "The organization answers for everybody in the chain; work with Individual Numbers may be passed on only with the permission of the one who entrusted it first.",
        ja: "組織は、再委託先も含めて監督する責任を負います。個人番号を取り扱う業務の再委託には、最初に委託した者の許可が必要です。",
    },
    example: "entrustments: [{ id: printing, re-entrustment: allowed, … }]   # safeguards are missing",
    fix: Words {
        en: "Write `re-entrustment: with-permission`, or say under `safeguards` how everybody in the chain is supervised.",
        ja: "`re-entrustment: with-permission`とするか、再委託先も含めた監督の方法を`safeguards`に書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "    re-entrustment: none\n    safeguards: { ja: 定期に確認する。, en: It is looked at regularly. }\n",
    "    re-entrustment: allowed\n",
    "allowed",
)];

/// Reports work that may be passed on without permission: unsupervised, or with Individual Numbers.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for work in &lint.policy.entrustments {
        match work.re_entrustment {
            ReEntrustment::None | ReEntrustment::WithPermission => continue,
            ReEntrustment::Allowed => {}
        }
        let found = if lint.has_law("number-act.re-entrustment") && lint.policy.holds_numbers(&work.information) {
            said!(
                "work with Individual Numbers may be passed on without permission",
                "個人番号を含む業務の再委託が、許可なしで認められています"
            )
        } else if work.safeguards.is_none() {
            said!(
                "the work may be passed on, and nothing is said on supervision",
                "再委託が認められていますが、監督の方法が書かれていません"
            )
        } else {
            continue;
        };
        lint.report(&RULE, &format!("entrustments.{}.re-entrustment", work.id), found);
    }
}
