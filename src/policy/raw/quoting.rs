//! Where a text stopped being YAML, if that is in a value: letters that YAML keeps for itself, and quotes round them.
//!
//! In: a line and its pieces. Out: faults with what belongs in the place of the value. The rule it keeps: a fault is a guess; the
//! reader tries what belongs there and says only what lets it read on.

use std::ops::Range;

use crate::diag::{Said, Words};
use crate::said;

use super::piece::{Piece, Within};

/// A fault in a value.
#[derive(Debug)]
pub(super) struct Fault {
    /// The bytes of the line that are wrong.
    pub(super) at: Range<usize>,
    /// What is wrong.
    pub(super) found: Said,
    /// What to do.
    pub(super) help: Said,
    /// What belongs there.
    pub(super) instead: String,
}

/// Characters that no text begins with unless it is quoted.
const KEPT: [char; 10] = ['@', '%', '`', '*', '&', '!', ',', ']', '}', '?'];

/// What may follow `\` between double quotes.
const ESCAPES: &str = "0abtnvfre \"/\\N_LPxuU\t";

/// Returns the faults of a piece, the likeliest first.
pub(super) fn faults(line: &str, piece: &Piece) -> Vec<Fault> {
    match piece {
        Piece::Value { at, within, key } => {
            let key = key.clone().map(|key| &line[key]);
            value(&line[at.clone()], *within, key).into_iter().map(|fault| fault.moved(at.start)).collect()
        }
        Piece::Empty(at) => vec![empty(&line[at.clone()]).moved(at.start)],
        Piece::After(at) => comment(&line[at.clone()]).into_iter().map(|fault| fault.moved(at.start)).collect(),
    }
}

impl Fault {
    fn moved(self, by: usize) -> Fault {
        Fault { at: self.at.start + by..self.at.end + by, ..self }
    }

    /// A whole value that needs quotes, or others.
    fn quotes(value: &str, found: Said, instead: String) -> Fault {
        let help =
            said!("put the whole text into quotes: `{instead}`", "文全体を引用符で囲んでください（`{instead}`）");
        Fault { at: 0..value.len(), found, help, instead }
    }
}

/// A text in double quotes.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// A text in quotes that leave backslashes and double quotes alone, where it has any.
fn quoted_as_is(text: &str) -> String {
    if text.contains(['\\', '"']) { format!("'{}'", text.replace('\'', "''")) } else { quoted(text) }
}

fn value(value: &str, within: Within, key: Option<&str>) -> Vec<Fault> {
    match value.chars().next() {
        Some('"') => double_quoted(value, within),
        Some('\'') => single_quoted(value),
        Some('“' | '”' | '‘' | '’') => curly(value).into_iter().collect(),
        Some('|' | '>') => folded(value).into_iter().collect(),
        Some(c) => plain(value, c, within, key),
        None => Vec::new(),
    }
}

fn plain(value: &str, first: char, within: Within, key: Option<&str>) -> Vec<Fault> {
    let mut found = Vec::new();
    if KEPT.contains(&first) {
        let Words { en, ja } = match first {
            '`' => Words { en: "a backtick", ja: "バッククォート" },
            '@' => Words { en: "`@`", ja: "`@`" },
            '%' => Words { en: "`%`", ja: "`%`" },
            '*' => Words { en: "`*`", ja: "`*`" },
            '&' => Words { en: "`&`", ja: "`&`" },
            '!' => Words { en: "`!`", ja: "`!`" },
            _ => Words { en: "a mark", ja: "記号" },
        };
        let said = said!(
            "`{value}` begins with {en}, which means something to YAML",
            "`{value}`は、YAMLで別の意味を持つ{ja}で始まっています"
        );
        found.push(Fault::quotes(value, said, quoted_as_is(value)));
    }
    if within != Within::Line {
        found.extend(lost_comma(value, key));
    }
    if within != Within::Line && value.contains(['{', '}', '[', ']']) {
        let said = said!(
            "`{value}` has brackets in it and no quotes round it",
            "`{value}`は括弧を含みますが、引用符で囲まれていません"
        );
        found.push(Fault::quotes(value, said, quoted_as_is(value)));
    }
    // One word before the colon, where no key stands in front, is the key.
    let is_key = |before: &str| within == Within::Line && key.is_none() && !before.contains(' ');
    if value.split_once(": ").is_some_and(|(before, _)| !is_key(before)) || (value.ends_with(':') && key.is_some()) {
        let said = said!(
            "`{value}` has a colon with a space in it and no quotes round it",
            "`{value}`はコロンと空白を含みますが、引用符で囲まれていません"
        );
        found.push(Fault::quotes(value, said, quoted_as_is(value)));
    }
    found
}

/// A key in the middle of a value between braces: the comma in front of it is missing. Among texts a key is a language.
fn lost_comma(value: &str, key: Option<&str>) -> Option<Fault> {
    let key = key?;
    let colon = value.find(": ")?;
    let space = value[..colon].rfind(' ')?;
    let word = &value[space + 1..colon];
    let is_word = !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    let before = value[..space].trim_end();
    let last = before.rfind(' ').map_or(0, |at| at + 1);
    (is_word && (key.len() > 2 || word.len() == 2)).then(|| {
        let letters = &before[last..];
        Fault {
            at: last..before.len(),
            found: said!(
                "no comma stands between `{letters}` and `{word}`",
                "`{letters}`と`{word}`の間にカンマがありません"
            ),
            help: said!(
                "separate them by a comma: `{letters}, {word}: …`",
                "カンマで区切ってください（`{letters}, {word}: …`）"
            ),
            instead: format!("{letters},"),
        }
    })
}

fn double_quoted(value: &str, within: Within) -> Vec<Fault> {
    let mut found = Vec::new();
    let (mut close, mut wrong) = (None, None);
    let mut letters = value.char_indices().skip(1);
    while let Some((at, c)) = letters.next() {
        match c {
            '\\' => {
                let after = letters.next().map(|(_, c)| c);
                wrong = wrong.or(after.filter(|c| !ESCAPES.contains(*c)));
            }
            '"' => {
                close = Some(at);
                break;
            }
            _ => {}
        }
    }
    if let Some(c) = wrong {
        let whole = value[1..].strip_suffix('"').unwrap_or(&value[1..]);
        let is_path = value.contains("\\{") || value.contains("\\*");
        let instead = if is_path { quoted(&whole.replace('\\', "/")) } else { quoted_as_is(whole) };
        let said = said!(
            "`\\{c}` in `{whole}` is nothing that YAML knows: between double quotes `\\` begins a code for a character",
            "`{whole}`の`\\{c}`はYAMLにない書き方です（二重引用符の中の`\\`は、文字を表す記号の始まりになります）"
        );
        let help = said!(
            "write `{instead}`: paths have `/`, and between single quotes `\\` is a character like others",
            "`{instead}`と書いてください（パスの区切りは`/`です。一重引用符の中の`\\`はそのままの文字になります）"
        );
        found.push(Fault { at: 0..value.len(), found: said, help, instead });
    }
    let after = close.map(|at| &value[at + 1..]).filter(|after| !after.trim().is_empty());
    if let (Some(after), Some(close)) = (after, close) {
        found.extend(comment(after).map(|fault| fault.moved(close + 1)));
        let next = after.trim_start();
        if within != Within::Line && next.starts_with('"') {
            let first = &value[..=close];
            let bare = first.trim_matches('"');
            found.push(Fault {
                at: 0..first.len(),
                found: said!("no comma stands behind `{bare}`", "`{bare}`の後にカンマがありません"),
                help: said!(
                    "separate the items by a comma: `{first}, …`",
                    "項目をカンマで区切ってください（`{first}, …`）"
                ),
                instead: format!("{first},"),
            });
        }
        let bare = value.trim_matches('"');
        let said = said!(
            "the text goes on behind the second `\"` of `{bare}`",
            "`{bare}`の2つ目の`\"`の後に、文が続いています"
        );
        let whole = value[1..].strip_suffix('"').unwrap_or(value);
        found.push(Fault::quotes(value, said, quoted_as_is(whole)));
    }
    found
}

fn single_quoted(value: &str) -> Vec<Fault> {
    let inner = &value[1..];
    let whole = inner.strip_suffix('\'').filter(|inner| !inner.is_empty());
    let is_whole = |text: &str| !text.replace("''", "").contains('\'');
    match whole {
        Some(inner) if is_whole(inner) => Vec::new(),
        Some(inner) => {
            let said = said!(
                "the `'` in the middle of `{value}` ends the text for YAML",
                "`{value}`の途中の`'`で、文が終わったことになります"
            );
            vec![Fault::quotes(value, said, quoted(&inner.replace("''", "'")))]
        }
        None => {
            let said = said!(
                "the `'` in front of `{value}` opens a quotation for YAML",
                "`{value}`の先頭の`'`は、引用の始まりになります"
            );
            vec![Fault::quotes(value, said, quoted(value))]
        }
    }
}

/// A text between the curly quotes of a word processor.
fn curly(value: &str) -> Option<Fault> {
    let inner = value.trim_matches(['“', '”', '‘', '’', '"']);
    let said = said!(
        "`{value}` stands between curly quotes, which are none for YAML",
        "`{value}`は曲がった引用符で囲まれていますが、YAMLの引用符ではありません"
    );
    (inner.len() < value.len()).then(|| {
        let instead = quoted_as_is(inner);
        let help = said!("write straight quotes: `{instead}`", "まっすぐな引用符を使ってください（`{instead}`）");
        Fault { at: 0..value.len(), found: said, help, instead }
    })
}

/// A text in the line of the mark that says how its lines are joined.
fn folded(value: &str) -> Option<Fault> {
    let (mark, text) = value.split_once(' ')?;
    let is_mark = mark.len() <= 3 && mark[1..].bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-'));
    let text = text.trim();
    (is_mark && !text.is_empty() && !text.starts_with('#')).then(|| {
        let instead = if text.contains([':', '#', '"', '\'']) { quoted_as_is(text) } else { text.to_owned() };
        Fault {
            at: 0..value.len(),
            found: said!(
                "the text stands in the line of its mark: `{value}`",
                "`{value}`では、記号`{mark}`と同じ行に文が書かれています"
            ),
            help: said!(
                "begin the text in the line below `{mark}`, further in, or write `{instead}`",
                "文を`{mark}`の次の行に字下げして書くか、`{instead}`と書いてください"
            ),
            instead,
        }
    })
}

/// A comment that touches what stands before it.
fn comment(after: &str) -> Option<Fault> {
    let after = after.strip_suffix(['"']).unwrap_or(after);
    after.starts_with('#').then(|| Fault {
        at: 0..after.len(),
        found: said!("no space stands before the comment `{after}`", "コメント`{after}`の前に空白がありません"),
        help: said!("put a space before the `#`", "`#`の前に半角の空白を入れてください"),
        instead: format!(" {after}"),
    })
}

/// A comma with nothing in front of it.
fn empty(letters: &str) -> Fault {
    let instead: String = letters.chars().take(1).collect();
    let found = match instead.as_str() {
        "," => said!(
            "nothing stands between the two commas of `{letters}`",
            "`{letters}`の2つのカンマの間に何もありません"
        ),
        _ => said!("nothing stands before the comma of `{letters}`", "`{letters}`のカンマの前に何もありません"),
    };
    let help =
        said!("remove the comma, or write what is missing", "余分なカンマを取り除くか、抜けている項目を書いてください");
    Fault { at: 0..letters.len(), found, help, instead }
}
