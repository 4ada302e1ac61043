//! `text.no-glyph`: a text has a character that no document can show.
//!
//! In: the checked set. Out: findings. The rule it keeps: what is found here is exactly what could not be printed.

use crate::diag::{Finding, Place, Rule, Severity, Weight, Words};
use crate::policy::glyphs::{codes, unshown};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// A text has a character that no document can show.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "text.no-glyph",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A text has a character that no document can show.",
        ja: "文書に印字できない文字が使われています。",
    },
    why: Words {
        en: "Booklet, notices and certificates are set in the fonts inside the program. A character they lack would stop the publication, or the certificate of a sweep.",
        ja: "冊子、お知らせ及び証明書は、組み込みの書体で組みます。書体にない文字があると公表や廃棄の証明ができません。",
    },
    example: "name: { ja: 𠮷田 太郎, en: Taro Yoshida }",
    fix: Words {
        en: "Write the usual form of the character or kana; leave out pictures and control characters.",
        ja: "通用の字体か仮名で書いてください。絵文字や制御文字は取り除いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("ja: 審査, en: Review }", "ja: 審\u{20BB7}査, en: Review }", "\u{20BB7}")];

/// Reports such characters, once for each text.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for text in lint.texts() {
        let Some(range) = unshown(text.text) else { continue };
        let place = lint.span(text, range.clone()).unwrap_or_else(|| lint.place(&text.path));
        lint.send(finding(place, &text.text[range]));
    }
    let (approvers, contacts) = (&lint.policy.service.approvers, &lint.policy.organization.contacts);
    let names = approvers.iter().enumerate().map(|(n, one)| (format!("service.approvers.{n}.name"), one.name.as_str()));
    let lines = contacts.iter().flat_map(|contact| {
        let lines = [("telephone", &contact.telephone), ("email", &contact.email)];
        lines.map(|(key, line)| (format!("organization.{}.{key}", contact.id), line.as_deref().unwrap_or_default()))
    });
    for (path, word) in names.chain(lines) {
        let Some(range) = unshown(word) else { continue };
        let part = &word[range.clone()];
        lint.send(finding(lint.part(&path, word, range), part));
    }
}

/// The finding for a part of a text that cannot be printed.
pub(in crate::policy) fn finding(place: Place, part: &str) -> Finding {
    let codes = codes(part);
    let shown: String = part.chars().filter(|c| !c.is_control()).collect();
    let found = match shown.is_empty() {
        true => said!("no document can show {codes}", "{codes}は文書に印字できない制御文字です"),
        false => said!("no document can show `{shown}` ({codes})", "「{shown}」（{codes}）は文書に印字できません"),
    };
    let help = said!(
        "write the usual form of the character or kana; leave out pictures and control characters",
        "通用の字体か仮名で書いてください。絵文字や制御文字は取り除いてください"
    );
    Finding::at(&RULE, place, found).help(help)
}
