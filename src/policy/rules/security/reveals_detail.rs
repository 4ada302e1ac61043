//! `security.reveals-detail`: A published text tells how a security measure works.
//!
//! In: the checked set. Out: findings. The rule it keeps: only texts that are published are read; `method` and `particle` instruct staff.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
use crate::policy::lint::TextAt;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::rules::words::{in_text, latin, stands};
use crate::said;
use std::ops::Range;

/// A published text tells how a security measure works.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "security.reveals-detail",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "A published text tells how a security measure works.",
        ja: "公表する文に、安全管理措置の具体的な仕組みが書かれています。",
    },
    why: Words {
        en: "That there is a measure may be said; which product, device, number or place it is helps those it is meant to keep out.",
        ja: "措置を講じていることは公表できますが、製品、機器、桁数、場所などを明らかにすると、防ごうとする相手の助けになります。",
    },
    example: "physical: [{ ja: ICカードと顔認証で入室を管理しています。, en: Entry is controlled by IC card and face recognition. }]",
    fix: Words {
        en: "Say that the measure is taken and what it is for, and leave the rest to internal rules.",
        ja: "措置を講じていることとその目的だけを書き、具体的な方法は内部の規程に定めてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    (
        "physical: [{ ja: 区域の管理, en: Closed rooms }]",
        "physical: [{ ja: ICカードによる区域の管理, en: Closed rooms }]",
        "ICカード",
    ),
    (
        "physical: [{ ja: 区域の管理, en: Closed rooms }]",
        "physical: [{ ja: 区域の管理, en: Rooms closed by fingerprint }]",
        "fingerprint",
    ),
    ("{ text: { ja: 裁断, en: Shredding }", "{ text: { ja: 裁断, en: Shredding to P-4 }", "P-4"),
];

/// What tells how entry, access or the disposal of devices works.
const JAPANESE: [&str; 31] = [
    "ICカード",
    "ＩＣカード",
    "磁気カード",
    "生体認証",
    "指紋",
    "顔認証",
    "静脈",
    "虹彩",
    "暗証番号",
    "電子錠",
    "監視カメラ",
    "防犯カメラ",
    "警備会社",
    "センサー",
    "二要素認証",
    "二段階認証",
    "多要素認証",
    "ワンタイムパスワード",
    "文字以上のパスワード",
    "桁以上のパスワード",
    "回上書き",
    "消磁",
    "磁気破壊",
    "穿孔",
    "データセンター",
    "サーバー室",
    "サーバ室",
    "階にある",
    "社製",
    "Windows",
    "ランダムデータ",
];
const LATIN: [&str; 33] = [
    "IC card",
    "IC cards",
    "key card",
    "swipe card",
    "magnetic card",
    "biometric",
    "biometrics",
    "fingerprint",
    "fingerprints",
    "face recognition",
    "facial recognition",
    "iris",
    "PIN",
    "PIN code",
    "CCTV",
    "surveillance camera",
    "surveillance cameras",
    "security camera",
    "security cameras",
    "security company",
    "two-factor",
    "multi-factor",
    "one-time password",
    "degauss",
    "degaussed",
    "degausser",
    "data center",
    "data centre",
    "server room",
    "Windows",
    "random data",
    "AES-256",
    "DoD 5220",
];

/// Reports details of measures, once for each text.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let is_public =
        |text: &&TextAt<'_>| text.path.starts_with("security.") || text.path.starts_with("disposal-methods.");
    for text in lint.texts().iter().filter(is_public) {
        let words: &[&str] = if text.language == "ja" { &JAPANESE } else { &LATIN };
        let named = words.iter().flat_map(|word| stands(text.text, text.language, word));
        if let Some(range) = named.chain(level(text.text)).min_by_key(|at| at.start) {
            let word = &text.text[range.clone()];
            let found = said!("`{word}` tells how the measure works", "「{word}」は措置の具体的な仕組みに当たります");
            lint.send(in_text(lint, &RULE, text, range, found, None));
        }
    }
}

/// A security level of shredding, such as `P-4`.
fn level(text: &str) -> Option<Range<usize>> {
    ["P-1", "P-2", "P-3", "P-4", "P-5", "P-6", "P-7"].iter().find_map(|level| latin(text, level).next())
}
