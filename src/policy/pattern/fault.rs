//! What is wrong with a pattern, and what to write instead.
//!
//! In: the bytes that are at fault. Out: why, the next step, and the letters that belong there where they can be known. The
//! rule it keeps: each kind of fault has its own help; what is written instead is one thing only, never a choice.

use std::ops::Range;

use crate::diag::{Near, Said, near};
use crate::said;

use super::CaptureKind;
use super::parse::kebab_case;

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::policy) struct Fault {
    /// Why it cannot be read.
    pub(in crate::policy) why: Said,
    /// The next step.
    pub(in crate::policy) help: Said,
    /// The bytes of the pattern that are at fault.
    pub(in crate::policy) at: Range<usize>,
    /// What belongs in their place, where only one thing does.
    pub(super) instead: Option<String>,
}

impl Fault {
    pub(super) fn new(at: Range<usize>, why: Said, help: Said) -> Box<Fault> {
        Box::new(Fault { why, help, at, instead: None })
    }

    /// A fault whose bytes are to be others.
    pub(super) fn mended_by(at: Range<usize>, why: Said, help: Said, instead: impl Into<String>) -> Box<Fault> {
        Box::new(Fault { why, help, at, instead: Some(instead.into()) })
    }

    /// Makes the change, if there is one.
    pub(super) fn mend(&self, text: &str) -> Option<String> {
        let Range { start, end } = self.at;
        Some(format!("{}{}{}", text.get(..start)?, self.instead.as_ref()?, text.get(end..)?))
    }
}

/// The next step for whoever wrote something that is to be another.
fn write(instead: &str, place: &str) -> Said {
    said!("write `{instead}` in the place of `{place}`", "`{place}`ではなく`{instead}`と書いてください")
}

/// `?` stands for nothing in a pattern of paths.
pub(super) fn one_character(at: usize) -> Box<Fault> {
    Fault::new(
        at..at + 1,
        said!("`?` has no meaning in it", "`?`は使えません"),
        said!("`*` stands for any characters of one name", "任意の文字は`*`で表してください"),
    )
}

/// A path as Windows writes it.
pub(super) fn backslash(text: &str) -> Box<Fault> {
    let mended = text.replace('\\', "/");
    Fault::mended_by(
        0..text.len(),
        said!("`\\` has no meaning in it", "`\\`は使えません"),
        said!("folders are separated by `/`: write `{mended}`", "フォルダーは`/`で区切ります（`{mended}`）"),
        mended.as_str(),
    )
}

/// A name or a kind that a glob cannot have.
pub(super) fn brace(at: usize, c: char) -> Box<Fault> {
    Fault::new(
        at..at + 1,
        said!("`{c}` has no meaning in a glob", "除外するファイルの指定では`{c}`は使えません"),
        said!(
            "a glob captures nothing: write `*` for any characters of one name",
            "除外の指定では値を読み取りません。任意の文字は`*`で表してください"
        ),
    )
}

/// Whole segments that stand for part of one.
pub(super) fn part_of_segment(at: Range<usize>, segment: &str) -> Box<Fault> {
    let one = segment.replace("**", "*");
    Fault::new(
        at,
        said!(
            "`**` stands for whole segments, but in `{segment}` it is not a whole segment",
            "`**`は`/`で区切られた部分の全体を表しますが、`{segment}`ではその一部になっています"
        ),
        said!(
            "write `{one}` for a name, or put `**` alone between two `/` for any folders",
            "名前の一部なら`{one}`、任意のフォルダーなら`**`だけを`/`と`/`の間に書いてください"
        ),
    )
}

/// A closing brace alone.
pub(super) fn never_opened(at: Range<usize>, capture: Option<&str>) -> Box<Fault> {
    alone(at, said!("a `}}` was never opened", "`}}`に対応する`{{`がありません"), capture)
}

/// An opening brace alone.
pub(super) fn never_closed(at: Range<usize>, capture: Option<&str>) -> Box<Fault> {
    alone(at, said!("a `{{` was never closed", "`{{`に対応する`}}`がありません"), capture)
}

/// A brace without its other one, round what reads as a capture or not.
fn alone(at: Range<usize>, why: Said, capture: Option<&str>) -> Box<Fault> {
    let Some(capture) = capture else { return Fault::new(at, why, in_braces()) };
    let help = said!("write `{{{capture}}}`", "`{{{capture}}}`と書いてください");
    Fault::mended_by(at, why, help, format!("{{{capture}}}"))
}

fn in_braces() -> Said {
    said!(
        "a capture stands in braces: `{{treated:month}}`, or `{{subject}}`",
        "読み取る部分は`{{treated:month}}`や`{{subject}}`のように波括弧で囲んでください"
    )
}

/// Braces that say a name and no kind.
pub(super) fn no_kind(at: Range<usize>, inside: &str) -> Box<Fault> {
    let is_kind = CaptureKind::NAMES.iter().any(|(kind, _)| *kind == inside);
    let why = said!("`{{{inside}}}` has no kind", "`{{{inside}}}`に種別がありません");
    if is_kind || inside.is_empty() {
        let kind = if is_kind { inside } else { "date" };
        return Fault::new(
            at,
            said!("`{{{inside}}}` names no date", "`{{{inside}}}`に日付の名前がありません"),
            said!(
                "write the name of a declared date in front, such as `{{treated:{kind}}}`",
                "`{{treated:{kind}}}`のように、`dates`にある名前を前に書いてください"
            ),
        );
    }
    if let Near::One(name) = near(inside, ["subject"]) {
        let instead = format!("{{{name}}}");
        let help = said!("did you mean `{instead}`?", "`{instead}`の間違いではありませんか");
        return Fault::mended_by(at, why, help, instead);
    }
    let name = kebab_case(inside).unwrap_or_else(|| inside.to_owned());
    Fault::mended_by(
        at,
        why,
        said!(
            "write `{{{name}:date}}` for a day, `{{{name}:month}}` for a month, `{{{name}:year}}` for a year",
            "日なら`{{{name}:date}}`、月なら`{{{name}:month}}`、年なら`{{{name}:year}}`と書いてください"
        ),
        format!("{{{name}:date}}"),
    )
}

/// The colon of a Japanese keyboard.
pub(super) fn full_width_colon(at: Range<usize>, inside: &str) -> Box<Fault> {
    let meant = format!("{{{}}}", inside.replacen('：', ":", 1));
    Fault::mended_by(
        at,
        said!("`{{{inside}}}` has a full-width `：`", "`{{{inside}}}`のコロンが全角です"),
        write(&meant, &format!("{{{inside}}}")),
        meant.as_str(),
    )
}

/// `{month:treated}`.
pub(super) fn wrong_way_round(at: Range<usize>, (kind, name): (&str, &str)) -> Box<Fault> {
    let meant = format!("{{{name}:{kind}}}");
    Fault::mended_by(
        at,
        said!(
            "in `{{{kind}:{name}}}` the kind stands before the name",
            "`{{{kind}:{name}}}`は名前と種別の順序が逆です"
        ),
        write(&meant, &format!("{{{kind}:{name}}}")),
        meant.as_str(),
    )
}

/// A name that is none; `meant` is the whole capture as it was meant.
pub(super) fn no_name(at: Range<usize>, name: &str, meant: Option<String>) -> Box<Fault> {
    let why = said!(
        "`{name}` is not the name of a date (lower-case letters, digits, hyphens)",
        "`{name}`は日付の名前として使えません（小文字の英字・数字・ハイフンで書きます）"
    );
    match meant {
        Some(meant) => {
            let help = said!("did you mean `{meant}`?", "`{meant}`の間違いではありませんか");
            Fault::mended_by(at, why, help, meant)
        }
        None => Fault::new(
            at,
            why,
            said!(
                "write the id of a date as it stands in `dates`, such as `treated`",
                "`treated`のように、`dates`にあるIDを書いてください"
            ),
        ),
    }
}

/// A kind that is none.
pub(super) fn no_such_kind(at: Range<usize>, kind: &str) -> Box<Fault> {
    let known = || CaptureKind::NAMES.iter().map(|(name, _)| *name);
    let names = known().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let why = said!(
        "`{kind}` is not a kind (the kinds are {names})",
        "`{kind}`という種別はありません（使える種別：{names}）"
    );
    match kind_meant(kind) {
        Some(meant) => {
            let help = said!("did you mean `{meant}`?", "`{meant}`の間違いではありませんか");
            Fault::mended_by(at, why, help, meant)
        }
        None => Fault::new(
            at,
            why,
            said!(
                "write `date` for a day, `month`, `year` or `fiscal-year`; `subject` for whom the record is about, `text` for anything else",
                "日付なら`date`・`month`・`year`・`fiscal-year`、対象者なら`subject`、そのほかの文字なら`text`を書いてください"
            ),
        ),
    }
}

/// The kind that was meant by a word that is none.
pub(super) fn kind_meant(word: &str) -> Option<&'static str> {
    const WORDS: [(&str, &[&str]); 5] = [
        ("date", &["day", "yyyy-mm-dd", "yyyymmdd", "日", "日付", "年月日"]),
        ("month", &["yyyy-mm", "月", "年月"]),
        ("year", &["yyyy", "年"]),
        ("fiscal-year", &["fy", "年度", "会計年度"]),
        ("subject", &["person", "member", "対象者", "本人"]),
    ];
    let plain = word.trim().to_lowercase();
    let known = WORDS.iter().find(|(_, words)| words.contains(&plain.as_str())).map(|(kind, _)| *kind);
    known.or_else(|| match near(&plain, CaptureKind::NAMES.iter().map(|(name, _)| *name)) {
        Near::One(kind) => Some(kind),
        Near::Several(_) | Near::Nothing => None,
    })
}

/// What to do about a capture whose end or beginning is not certain.
fn apart() -> Said {
    said!("put `-`, `_`, `.` or `/` between the two", "間に`-`、`_`、`.`、`/`のいずれかを入れてください")
}

/// A wildcard right before a capture.
pub(super) fn touches_before(at: Range<usize>, name: &str) -> Box<Fault> {
    let why = said!("`{{{name}}}` touches the wildcard before it", "`{{{name}}}`がすぐ前の`*`とつながっています");
    Fault::new(at, why, apart())
}

/// Something right after a capture.
pub(super) fn touches_after(at: Range<usize>, name: &str) -> Box<Fault> {
    let why = said!("`{{{name}}}` touches what follows it", "`{{{name}}}`がすぐ後のものとつながっています");
    Fault::new(at, why, apart())
}

/// Letters that a capture could take.
pub(super) fn could_take_after(at: Range<usize>, name: &str) -> Box<Fault> {
    let why = said!(
        "what follows `{{{name}}}` could be part of it",
        "`{{{name}}}`のすぐ後の文字が、その値の一部とも読めます"
    );
    Fault::new(at, why, apart())
}

/// Letters that a capture could take, after a wildcard.
pub(super) fn could_take_before(at: Range<usize>, name: &str) -> Box<Fault> {
    let why = said!(
        "what stands before `{{{name}}}` could be part of it",
        "`{{{name}}}`のすぐ前の文字が、その値の一部とも読めます"
    );
    Fault::new(at, why, apart())
}

/// A capture whose place is open on both sides.
pub(super) fn between_wildcards(at: Range<usize>, name: &str) -> Box<Fault> {
    Fault::new(
        at,
        said!(
            "`{{{name}}}` stands between two wildcards, so its place is not certain",
            "`{{{name}}}`が2つの`*`の間にあり、位置が定まりません"
        ),
        said!(
            "leave one of the two wildcards out, or write what stands there",
            "一方の`*`を除くか、そこにある文字を書いてください"
        ),
    )
}

/// A name that is captured before.
pub(super) fn twice(at: Range<usize>, name: &str) -> Box<Fault> {
    Fault::mended_by(
        at,
        said!("it captures `{name}` twice", "`{name}`が2回出てきます"),
        said!(
            "keep one of the two, and write `*` in the place of the other",
            "一方だけを残し、もう一方は`*`にしてください"
        ),
        "*",
    )
}

/// A second subject.
pub(super) fn two_subjects(at: Range<usize>, name: &str) -> Box<Fault> {
    Fault::mended_by(
        at,
        said!(
            "it captures two subjects; a record is about one",
            "`subject`が2つあります（1件の記録は1人（1件）についてのものです）"
        ),
        said!(
            "write `{{{name}:text}}` for the one that is not the subject",
            "対象者でない方は`{{{name}:text}}`と書いてください"
        ),
        format!("{{{name}:text}}"),
    )
}
