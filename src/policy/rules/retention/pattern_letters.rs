//! `retention.pattern-letters`: a pattern has a letter that looks like another one, or that no file name will have.
//!
//! In: the checked set. Out: findings. The rule it keeps: such a letter is a letter; what was meant is offered.

use std::ops::Range;

use crate::diag::{Finding, Rule, Said, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// A pattern has a letter that looks like another one, or that no file name will have.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.pattern-letters",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "A pattern has a letter that looks like another one, or that file names do not have.",
        ja: "パターンに、見た目の似た別の文字か、ファイル名に使われない文字があります。",
    },
    why: Words {
        en: "The letter stands for itself, so that files that look as meant are not accepted.",
        ja: "その文字のままで照合するため、意図したファイルが受け入れられません。",
    },
    example: "accept: [\"members/｛subject｝-＊.pdf\"]",
    fix: Words {
        en: "Write `{`, `}`, `*`, `/` and `:` as half-width letters, and take out spaces at the ends of names and letters without a width.",
        ja: "`{`、`}`、`*`、`/`、`:`は半角で書き、名前の端の空白と幅のない文字は取り除いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("letters/{treated:date}-{subject}.pdf", "letters/＊-{treated:date}-{subject}.pdf", "＊"),
    ("letters/{treated:date}-{subject}.pdf", "letters/{treated:date}-{subject}.pdf ", " "),
    ("letters/{treated:date}-{subject}.pdf", "letters/[a-z]/{treated:date}-{subject}.pdf", "[a-z]"),
];

/// Reports the first such letter of each pattern.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for class in &lint.policy.classes {
        for (n, pattern) in class.accept.iter().enumerate() {
            let text = pattern.to_string();
            let Some((range, found, instead)) = odd(&text) else { continue };
            let path = format!("retention.{}.accept.{n}", class.id);
            let finding = Finding::at(&RULE, lint.part(&path, &text, range), found);
            lint.send(match instead {
                Some(instead) => finding.replace_by(&instead),
                None => finding,
            });
        }
    }
}

/// The first letter that is not what it looks like, what to say of it, and what was meant.
fn odd(text: &str) -> Option<(Range<usize>, Said, Option<String>)> {
    let full_width = text.char_indices().find(|(_, c)| matches!(c, '｛' | '｝' | '＊' | '／' | '：'));
    if let Some((at, c)) = full_width {
        let half = char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c);
        let found = said!(
            "`{c}` is a full-width letter and stands for itself (did you mean `{half}`?)",
            "`{c}`は全角なので、そのままの文字として照合します（半角の`{half}`の間違いではありませんか）"
        );
        return Some((at..at + c.len_utf8(), found, Some(half.to_string())));
    }
    let without_width = |c: char| matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
    if let Some((at, c)) = text.char_indices().find(|(_, c)| without_width(*c)) {
        let code = format!("U+{:04X}", u32::from(c));
        let found = said!("here stands {code}, which cannot be seen", "目に見えない文字{code}が入っています");
        return Some((at..at + c.len_utf8(), found, None));
    }
    if let Some(range) = space(text) {
        let found = said!("a name in it begins or ends with a space", "名前の先頭か末尾に空白があります");
        return Some((range, found, None));
    }
    if let Some(range) = set(text) {
        let set = &text[range.clone()];
        let found = said!(
            "`{set}` is no set of letters here and stands for itself (`*` stands for any letters)",
            "`{set}`は文字の集まりを表さず、そのまま照合します（任意の文字は`*`で表します）"
        );
        return Some((range, found, None));
    }
    let mark = |c: char| matches!(c, '\u{300}'..='\u{36F}' | '\u{3099}' | '\u{309A}');
    let (at, c) = text.char_indices().find(|(_, c)| mark(*c))?;
    let start = text[..at].char_indices().next_back().map_or(at, |(start, _)| start);
    let found = said!(
        "a letter and its mark stand apart here, as macOS writes names; the same name as one letter is another path",
        "文字と濁点などが分かれた形（macOSの形式）です。1文字で書いた同じ名前とは別のパスになります"
    );
    Some((start..at + c.len_utf8(), found, None))
}

/// A space at the beginning or the end of a name.
fn space(text: &str) -> Option<Range<usize>> {
    let is_edge = |at: usize, c: char| {
        let (before, after) = (&text[..at], &text[at + c.len_utf8()..]);
        before.is_empty() || before.ends_with('/') || after.is_empty() || after.starts_with('/')
    };
    let found = text.char_indices().find(|(at, c)| c.is_whitespace() && is_edge(*at, *c));
    found.map(|(at, c)| at..at + c.len_utf8())
}

/// A set of letters as a shell writes it, such as `[a-z]` or `[!0-9]`.
fn set(text: &str) -> Option<Range<usize>> {
    let start = text.find('[')?;
    let end = start + text[start..].find(']')? + 1;
    let inside = &text.as_bytes()[start + 1..end - 1];
    let is_range =
        |three: &[u8]| three[1] == b'-' && three[0].is_ascii_alphanumeric() && three[2].is_ascii_alphanumeric();
    inside.windows(3).any(is_range).then_some(start..end)
}
