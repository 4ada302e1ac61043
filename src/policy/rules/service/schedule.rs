//! `service.schedule`: the schedule of sweeps is not a cron line that ever comes.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// The schedule of sweeps is not a cron line that ever comes.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "service.schedule",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "The schedule of sweeps is not a cron line that ever comes.",
        ja: "廃棄の予定がcronの書式でないか、決して来ない日時になっています。",
    },
    why: Words {
        en: "A sweep that never comes leaves records beyond their period.",
        ja: "廃棄が行われないと、保存期間を過ぎた記録が残り続けます。",
    },
    example: "sweep: { schedule: \"0 3 31 2 *\" }",
    fix: Words {
        en: "Write five fields such as `0 3 * * *`.",
        ja: "`0 3 * * *`（毎日午前3時）のように5つの欄で書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("\"0 3 * * *\"", "\"0 3 31 2 *\"", "\"0 3 31 2 *\"")];
