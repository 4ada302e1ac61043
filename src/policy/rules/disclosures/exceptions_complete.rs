//! `disclosures.exceptions-complete`: a list of the law's cases leaves some out, or names others.
//!
//! In: `exceptions`, `notice-exceptions`, `not-third-parties`. Out: findings. The rule it keeps: a list that is not there says nothing.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::Cases;
use crate::policy::law::List;
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// A list of the law's cases leaves some out, or names others.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "disclosures.exceptions-complete",
    severity: Severity::Note,
    weight: Weight::Adjustable,
    what: Words {
        en: "A list of the law's cases leaves some out, or names others.",
        ja: "法令の定める場合の一覧に、抜けや別のものがあります。",
    },
    why: Words {
        en: "Readers take such a list for the whole of what the law allows.",
        ja: "一覧を見た人は、それで全部だと受け取ります。",
    },
    example: "exceptions: [appi.provision.law, appi.provision.life]",
    fix: Words {
        en: "Write `all`, or name every case the law has today.",
        ja: "`all`と書くか、現在の法令の定める場合をすべて挙げてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("pages:\n", "exceptions: [appi.provision.law, appi.provision.life]\npages:\n", "appi.provision.law"),
    (
        "pages:\n",
        "not-third-parties: [appi.entrustment, appi.succession, appi.joint-use, appi.provision.law]\npages:\n",
        "appi.provision.law",
    ),
];

/// Reports cases that a list leaves out, and ones that do not belong to it.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let policy = lint.policy;
    of_list(lint, List::Exceptions, &policy.exceptions);
    of_list(lint, List::NoticeExceptions, &policy.notice_exceptions);
    of_list(lint, List::NotThirdParties, &policy.not_third_parties);
}

fn of_list(lint: &Lint<'_>, list: List, cases: &Cases) {
    let named = match cases {
        Cases::All => return,
        Cases::Topics(named) if named.is_empty() && !lint.states(list.key()) => return,
        Cases::Topics(named) => named,
    };
    let known: Vec<&str> = lint.law.list(list, lint.as_of).iter().map(|topic| topic.id.as_str()).collect();
    if known.is_empty() || !lint.is_whole(&[list.key()]) {
        return;
    }
    let key = list.key();
    let missing: Vec<&str> = known.iter().copied().filter(|known| !named.iter().any(|named| named == known)).collect();
    if !missing.is_empty() {
        let (count, all) = (missing.len(), known.len());
        let listed = missing.iter().map(|topic| format!("`{topic}`")).collect::<Vec<_>>().join(", ");
        let found = said!(
            "{count} of the {all} cases of the law are missing: {listed}",
            "法令の定める{all}つの場合のうち{count}つがありません：{listed}"
        );
        lint.report(&RULE, &format!("{key}.0"), found);
    }
    for (n, topic) in named.iter().enumerate() {
        if !known.contains(&topic.as_str()) && lint.law.topic(topic).is_some() {
            let found = said!("`{topic}` is not one of the cases of `{key}`", "`{topic}`は`{key}`の場合ではありません");
            lint.report(&RULE, &format!("{key}.{n}"), found);
        }
    }
}
