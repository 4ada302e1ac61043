//! What to do about a name, a word or a date that is wrong: the one that was meant, as far as that can be known.
//!
//! In: a finding, what was typed, what is known. Out: the finding with its help, and a replacement where only one thing can have
//! been meant. The rule it keeps: [`meant`] alone makes a replacement of a guess.

use crate::calendar::{Date, half_width};
use crate::diag::{Finding, Near, Place, Replacement, Said, has_words_more, near};
use crate::policy::check::known::Ids;
use crate::policy::raw::Node;
use crate::policy::rules::{reference, section};
use crate::said;

/// Adds what to do about a name that is not known: the nearest one, the nearest ones, or all of them.
pub(in crate::policy::check) fn suggest<'k>(
    finding: Finding,
    written: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Finding {
    suggested(finding, &certain(written, near(written, known.clone())), known)
}

/// What is near, but put in only where it has no word more and no word less than was written.
fn certain<'a>(written: &str, near: Near<'a>) -> Near<'a> {
    match near {
        Near::One(name) if has_words_more(written, name) => Near::Several(vec![name]),
        near => near,
    }
}

/// Adds what is near to a name that is not known, or all that are.
pub(in crate::policy::check) fn suggested<'k>(
    finding: Finding,
    near: &Near<'_>,
    known: impl Iterator<Item = &'k str>,
) -> Finding {
    match near {
        Near::One(near) => meant(finding, near),
        Near::Several(names) => either(finding, names),
        Near::Nothing => {
            let all = listed(known);
            finding.help(said!("known here: {all}", "ここで使えるもの：{all}"))
        }
    }
}

/// The known word that says the same as another one: `yes`, `2`, なし.
pub(super) fn otherwise<'k>(written: &str, mut known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    const SAME: [(&str, &[&str]); 5] = [
        ("true", &["yes", "y", "on", "はい", "有", "あり", "する"]),
        ("false", &["no", "n", "off", "いいえ", "無", "なし", "しない"]),
        ("none", &["0", "なし", "無"]),
        ("one", &["1", "一"]),
        ("two", &["2", "二"]),
    ];
    let written = half_width(written).to_lowercase();
    known.find(|known| SAME.iter().any(|(word, others)| word == known && others.contains(&written.as_str())))
}

/// Adds the names of which one was probably meant; which of them, only the author knows.
fn either(finding: Finding, names: &[&str]) -> Finding {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let (en, ja) = (quoted.join(" or "), quoted.join("か"));
    finding.help(said!("did you mean {en}?", "{ja}の間違いではありませんか"))
}

/// Adds the topics that a number, or a part of a name, may stand for.
pub(super) fn topic_meant(finding: Finding, topics: &[&str]) -> Finding {
    let quoted: Vec<String> = topics.iter().map(|name| format!("`{name}`")).collect();
    let (en, ja) = (quoted.join(" or "), quoted.join("か"));
    match topics {
        [one] => meant(finding, one).help(said!(
            "name the topic, not the number of the article: did you mean {en}?",
            "条番号ではなく事項の名前を書いてください（{ja}の間違いではありませんか）"
        )),
        [_, _] | [_, _, _] => finding.help(said!(
            "name the topic, not the number of the article: did you mean {en}?",
            "条番号ではなく事項の名前を書いてください（{ja}の間違いではありませんか）"
        )),
        _ => finding.help(said!(
            "name the topic by a law and a word for what it is about: the number of the article follows from it",
            "法令と事項の名前を書いてください。条番号は事項から決まります"
        )),
    }
}

/// Adds the name that was probably meant, as help and as the replacement.
pub(in crate::policy) fn meant(finding: Finding, near: &str) -> Finding {
    finding.help(said!("did you mean `{near}`?", "`{near}`の間違いではありませんか")).replace_by(near)
}

/// Adds a whole text as the replacement, where the file writes the one that is there letter by letter.
pub(in crate::policy::check) fn rewritten(finding: Finding, node: &Node, text: &str) -> Finding {
    let written = node.scalar().unwrap_or_default();
    let Some(place) = node.part(0..written.len()) else { return finding };
    // Without quotes, a brace or an asterisk at the beginning is YAML's own.
    let is_text = place.start > node.place().start || text.starts_with(char::is_alphanumeric);
    let replacement = is_text.then(|| Replacement { place, text: text.to_owned() });
    Finding { replacement, ..finding }
}

/// Lists names for a message.
pub(in crate::policy::check) fn listed<'k>(known: impl Iterator<Item = &'k str>) -> String {
    known.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The last day of the month, for a date whose month has fewer days.
pub(in crate::policy::check) fn last_day(written: &str) -> Option<Date> {
    let mut numbers = written.splitn(3, '-').map(|part| part.parse::<u32>().ok());
    let (year, month, day) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let year = i32::try_from(year).ok()?;
    (29..=31).contains(&day).then(|| (28..day).rev().find_map(|day| Date::from_ymd(year, month, day)))?
}

/// The finding for a name that none of `ids` has.
pub(in crate::policy::check) fn dangling(written: &str, place: Place, ids: &Ids) -> Finding {
    let Ids { section, what, .. } = ids;
    let what_ja = what.ja;
    let what = what.en;
    let found = said!("`{written}` is not among the {what}", "`{written}`という{what_ja}はありません");
    let finding = Finding::at(&reference::DANGLING, place, found);
    if let Some(id) = ids.titled(written) {
        return meant(finding, id);
    }
    match certain(written, near(written, ids.names())) {
        Near::One(near) => meant(finding, near),
        Near::Several(names) => either(finding, &names),
        Near::Nothing if ids.names().next().is_none() && !ids.is_open() => finding.help(said!(
            "declare it under `{section}`; there is none yet",
            "`{section}`に書いてください（まだ1件もありません）"
        )),
        Near::Nothing => finding.help(said!("declare it under `{section}`", "`{section}`に書いてください")),
    }
}

/// The finding for ids that lost the commas between them.
pub(super) fn unseparated(written: &str, place: Place, ids: &[&str]) -> Finding {
    let list = ids.join(", ");
    let found = said!("`{written}` is several names without commas", "`{written}`は、カンマのない複数の名前です");
    let help = said!("separate the items by commas: `{list}`", "項目は半角のカンマで区切ってください（`{list}`）");
    Finding::at(&reference::DANGLING, place, found).help(help).replace_by(list)
}

/// The finding for a word that stands for all of `ids`, which are to be named one by one.
pub(super) fn every(node: &Node, ids: &Ids) -> Option<Finding> {
    const ALL: [&str; 7] = ["all", "every", "any", "*", "すべて", "全て", "全部"];
    /// The most ids that are shown; the replacement has all of them.
    const MOST: usize = 12;
    let word = node.scalar().filter(|word| ALL.contains(&word.trim().to_lowercase().as_str()))?;
    let names: Vec<&str> = ids.names().collect();
    if names.is_empty() || ids.is_open() || ids.has(word) {
        return None;
    }
    let shown = names.iter().take(MOST).copied().chain((names.len() > MOST).then_some("…"));
    let shown = format!("[{}]", shown.collect::<Vec<_>>().join(", "));
    let found = said!("found the text `{word}`, expected a list", "文字列`{word}`が書かれていますが、リストが必要です");
    let help = said!("name each of them: `{shown}`", "1つずつ書き並べてください（`{shown}`）");
    let finding = Finding::at(&section::WRONG_TYPE, node.place(), found).help(help);
    Some(finding.replace_by(format!("[{}]", names.join(", "))))
}

/// Adds the topics of a law, for whoever wrote its name in the place of one.
pub(in crate::policy::check) fn topics_of_law(finding: Finding, law: &str, topics: &[&str]) -> Finding {
    /// The most topics that are shown.
    const MOST: usize = 8;
    let shown = listed(topics.iter().copied().take(MOST));
    let more = if topics.len() > MOST { ", …" } else { "" };
    // Also where the pack knows one alone: whether it is the one that is meant nobody can tell from the law's name.
    finding.help(said!(
        "name the topic that is meant; the pack knows of it: {shown}{more}",
        "「{law}」のうち、どの事項によるのかを書いてください（法令集にあるもの：{shown}{more}）"
    ))
}

/// What to do about a colon or a space of full width after a key.
pub(in crate::policy) fn half_width_colon() -> Said {
    said!(
        "after a key stand a colon and a space of half width: `key: …`",
        "キーの後のコロンと空白は半角で書いてください（`key: …`）"
    )
}
