//! `terms.business-operator`: 事業者 is rendered as `employer`.
//!
//! In: the checked set. Out: findings. The rule it keeps: where the Japanese text speaks of employers too, nothing is said.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::rules::words::{in_text, japanese_of, latin};
use crate::said;

/// 事業者 is rendered as `employer`.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "terms.business-operator",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "事業者 is rendered as `employer`.", ja: "「事業者」が employer と訳されています。"
    },
    why: Words {
        en: "The law calls everybody who handles personal information 事業者, here the organization itself; an employer is 事業主. The rendering turns a duty of the organization into one of somebody else.",
        ja: "法律の「事業者」は個人情報を取り扱う者、ここでは組織自身のことで、「事業主」（employer）ではありません。取り違えると、組織の義務が別の者の義務になってしまいます。",
    },
    example: "text: { ja: 事業者の負担が過大で…, en: The burden on the employer would be undue … }",
    fix: Words {
        en: "Write the organization's own short name, or `business operator`.",
        ja: "組織の略称か business operator としてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "explanation: { ja: 同意とは, en: Consent means }",
    "explanation: { ja: 事業者の負担とは, en: The burden of the employer means }",
    "employer",
)];

/// Words that do mean employers.
const EMPLOYERS: [&str; 9] = ["事業主", "会社", "勤務先", "雇用主", "使用者", "職場", "事業所", "雇用者", "企業"];

/// Reports English texts that speak of employers where the Japanese one speaks of business operators alone.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    if !lint.has_law("appi.personal-information") {
        return;
    }
    let texts = lint.texts();
    for (n, text) in texts.iter().enumerate().filter(|(_, text)| text.language == "en") {
        let found =
            ["employer", "employers", "employer's", "employers'"].iter().find_map(|word| latin(text.text, word).next());
        let Some(range) = found else { continue };
        let is_meant = japanese_of(texts, n).is_some_and(|japanese| {
            japanese.contains("事業者") && !EMPLOYERS.iter().any(|word| japanese.contains(word))
        });
        if is_meant {
            let word = &text.text[range.clone()];
            let found = said!("`{word}` stands for 事業者", "「事業者」が`{word}`と訳されています");
            lint.send(in_text(lint, &RULE, text, range, found, None));
        }
    }
}
