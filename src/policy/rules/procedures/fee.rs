//! `procedures.fee`: a fee is asked for a request that the law makes free.
//!
//! In: procedures, the requests of the law packs. Out: findings. The rule it keeps: a kind the packs do not know is left alone.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::law::Fee;
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// A fee is asked for a request that the law makes free.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "procedures.fee",
    severity: Severity::Error,
    weight: Weight::Adjustable,
    what: Words {
        en: "A fee is asked for a request that the law makes free.",
        ja: "法令上、手数料を取れない請求に手数料が書かれています。",
    },
    why: Words {
        en: "Fees may be asked for notice of the purpose and for disclosure only; others would keep people from using their rights.",
        ja: "手数料を取れるのは利用目的の通知と開示だけです。それ以外で取ると、権利の行使を妨げることになります。",
    },
    example: "procedures:\n  - { request: correction, fee: { ja: 300円, en: 300 yen }, … }",
    fix: Words { en: "Write `fee: none`.", ja: "`fee: none`としてください。" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("ways: [paper], fee: none", "ways: [paper], fee: { ja: 三百円, en: 300 yen }", "{")];

/// Reports fees where the law allows none.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let free = lint.law.requests(lint.as_of).into_iter().filter(|request| request.fee == Fee::None);
    for request in free {
        let asked = |id: &str| lint.policy.procedures.iter().any(|one| one.request == id && one.fee.is_some());
        if asked(&request.id) {
            let (title, title_ja) = (lint.law.title(&request.topic, "en"), lint.law.title(&request.topic, "ja"));
            let found = said!("no fee may be asked for {title}", "「{title_ja}」の請求に手数料は取れません");
            lint.report(&RULE, &format!("procedures.{}.fee", request.id), found);
        }
    }
}
