//! `service.headers-kept`: the set does not say how long backups of headers and catalog live.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// The set does not say how long backups of headers and catalog live.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "service.headers-kept",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "The set does not say how long backups of headers and catalog live.",
        ja: "ヘッダーと目録のバックアップをいつまで保管するかが書かれていません。",
    },
    why: Words {
        en: "A destroyed record can be opened until the last backup of its header is gone; a certificate must state that day.",
        ja: "廃棄した記録も、そのヘッダーのバックアップが残っている間は開けます。廃棄の証明書には、それがなくなる日を記します。",
    },
    example: "service: { recipients: […], approvers: […] }   # backup is missing",
    fix: Words {
        en: "Add `backup: { headers-kept: P30D }` and let backups expire accordingly.",
        ja: "`backup: { headers-kept: P30D }`のように書き、バックアップもその期間で消去してください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("  backup: { headers-kept: P30D }\n", "", "")];
