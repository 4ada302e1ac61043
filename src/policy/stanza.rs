//! A new class as a commented stanza: everything a class needs, with its decisions left open.
//!
//! In: the texts of a set, an id. Out: YAML. The rule it keeps: what must be decided is left empty, so that the checker
//! points at each such place. Filled in are only the day after as the start, one approval, and a month to destroy in: each
//! stands below the words that say what it decides.

use crate::diag::{Locale, Sources, Words};

use super::check::{Outline, outline};
use super::pattern::is_kebab_case;
use super::{Language, Medium};

/// A class that is wished for.
#[derive(Clone, Debug)]
pub struct ClassWish {
    /// Its id.
    pub id: String,
    /// What its records are.
    pub medium: Medium,
    /// What readers are told they are called, in some languages.
    pub title: Vec<(Language, String)>,
    /// The language of the comments.
    pub locale: Locale,
}

/// Why there is no stanza.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAStanza {
    /// The id is none.
    #[error("`{0}` is not an id (expected lower-case letters, digits and hyphens, such as `board-minutes`)")]
    Id(String),
    /// The set has this class already.
    #[error("the class `{0}` is in the policy already")]
    Taken(String),
    /// A title in a language that the set does not have.
    #[error("`{0}` is not among the organization's languages")]
    Language(String),
    /// A file to which no class can be added at its end.
    #[error("the classes do not stand at the end of this file")]
    NotAtEnd,
}

/// Returns the stanza as items of `retention.classes`, without indentation.
///
/// # Errors
/// Fails for an id that is none or is taken, and for a title in another language.
pub fn stanza(sources: &Sources, wish: &ClassWish) -> Result<String, NotAStanza> {
    if !is_kebab_case(&wish.id) {
        return Err(NotAStanza::Id(wish.id.clone()));
    }
    let outline = outline(sources);
    if outline.classes.contains(&wish.id) {
        return Err(NotAStanza::Taken(wish.id.clone()));
    }
    if let Some((language, _)) = wish.title.iter().find(|(language, _)| !outline.languages.contains(language)) {
        return Err(NotAStanza::Language(language.clone()));
    }
    Ok(lines(&outline, wish))
}

/// Returns the text of a file with the stanza at its end; `None` is a file that is not there yet.
///
/// # Errors
/// Fails where the classes do not stand at the end of the file.
pub fn with_stanza(file: Option<&str>, stanza: &str) -> Result<String, NotAStanza> {
    let text = file.unwrap_or_default();
    let keys = |line: &&str| line.starts_with(|c: char| c.is_ascii_alphabetic());
    let Some(start) = text.lines().position(|line| line.starts_with("retention:")) else {
        let gap = if text.trim().is_empty() { "" } else { "\n" };
        let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        return Ok(format!("{text}{end}{gap}retention:\n  classes:\n{}", indented(stanza, 4)));
    };
    let after: Vec<&str> = text.lines().skip(start).collect();
    let classes = after.iter().position(|line| line.trim_end() == format!("{}classes:", indentation(line)));
    let classes =
        classes.filter(|_| after[1..].iter().find(|line| keys(line)).is_none()).ok_or(NotAStanza::NotAtEnd)?;
    let filled = |line: &&&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let key = indentation(after[classes]).len();
    let items: Vec<&&str> = after[classes + 1..].iter().filter(filled).collect();
    let item = items.first().map_or(key + 2, |line| indentation(line).len());
    let belongs =
        |line: &&&str| indentation(line).len() > item || line.get(item..).is_some_and(|it| it.starts_with("- "));
    if !items.iter().all(belongs) || key == 0 {
        return Err(NotAStanza::NotAtEnd);
    }
    let end = if text.ends_with('\n') { "" } else { "\n" };
    Ok(format!("{text}{end}{}", indented(stanza, item)))
}

fn indentation(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches(' ').len()]
}

fn indented(stanza: &str, by: usize) -> String {
    stanza.lines().map(|line| format!("{}{line}\n", " ".repeat(by))).collect()
}

const OPEN: Words = Words { en: "fill in", ja: "記入" };
const HEAD: Words = Words {
    en: "A new class: write a value at each place marked \"fill in\", then run `hokan check`.",
    ja: "新しい記録の種類です。「記入」とある所に値を書いてから、`hokan check`で確かめてください。",
};
const TITLE: Words = Words {
    en: "What readers are told the records are called.",
    ja: "公表するページに載せる記録の名前です。",
};
const INFORMATION: Words = Words {
    en: "Which types of information they hold, as a list such as `[one, other]`.",
    ja: "記録に含まれる個人情報の種類を、`[…, …]`の形で並べます。",
};
const MEDIUM: Words = Words {
    en: "`electronic`, `paper` or `device`: hokan itself keeps and destroys the electronic ones.",
    ja: "`electronic`（電子データ）、`paper`（紙）、`device`（機器・媒体）のいずれかです。hokanが自ら保管し廃棄するのは電子データだけです。",
};
const ACCEPT: Words = Words {
    en: "Where they are filed, below the folder of records: `{NAME:date}` reads a date, `{subject}` whom it is about.",
    ja: "記録を置く場所のパスです。`{日付のID:date}`が日付を、`{subject}`が対象者を読み取ります。",
};
const RECIPIENTS: Words = Words {
    en: "Who can open them, besides those who always can.",
    ja: "常に開ける人のほかに、記録を開ける人です。",
};
const KEEP: Words = Words {
    en: "How long: a period such as `P5Y` after a date; `earlier-of` and `later-of` take several, `keep: permanent` none.",
    ja: "`P5Y`のような期間を、どの日から数えるかです。複数の期間には`earlier-of`や`later-of`を、期間を定めないときは`keep: permanent`を使います。",
};
const STARTING: Words = Words {
    en: "`next-day`, `month-end`, `fiscal-year-end` and others: when counting begins.",
    ja: "いつから数え始めるかです。`next-day`（翌日）、`month-end`（月末）、`fiscal-year-end`（年度末）などがあります。",
};
const AUTHORITY: Words = Words {
    en: "What the period rests on: a rule of your own, or `topic: NAME` for a minimum set by law, or both.",
    ja: "保存期間の根拠です。自らの規程は`own-rule`に、法令の定めは`topic: 事項の名前`に書きます。両方でもかまいません。",
};
const DISPOSAL: Words = Words {
    en: "Who approves (`none`, `one`, `two`), what is done, and how soon after the period is over.",
    ja: "承認する人数（`none`、`one`、`two`）、処分の方法、期間満了後いつまでに処分するかです。",
};
const KNOWN: Words = Words { en: "Known here:", ja: "使えるもの：" };

fn lines(outline: &Outline, wish: &ClassWish) -> String {
    let locale = wish.locale;
    let open = format!("  # {}", OPEN.of(locale));
    let said = |words: Words| format!("  # {}\n", words.of(locale));
    let known = |names: &[String]| match names.is_empty() {
        true => String::new(),
        false => format!("  # {} {}\n", KNOWN.of(locale), names.join(", ")),
    };
    let mut text = format!("# {}\n- id: {}\n", HEAD.of(locale), wish.id);
    text.push_str(&format!("{}  title:\n", said(TITLE)));
    for language in &outline.languages {
        let given = wish.title.iter().find(|(of, _)| of == language);
        match given.and_then(|(_, title)| serde_json::to_string(title).ok()) {
            Some(quoted) => text.push_str(&format!("    {language}: {quoted}\n")),
            None => text.push_str(&format!("    {language}:{open}\n")),
        }
    }
    let Outline { information, dates, recipients, .. } = outline;
    text.push_str(&format!("{}{}  information:{open}\n", said(INFORMATION), known(information)));
    let medium = wish.medium.word();
    text.push_str(&format!("{}  medium: {medium}\n", said(MEDIUM)));
    if wish.medium == Medium::Electronic {
        text.push_str(&format!("{}  accept:\n    -{open}\n", said(ACCEPT)));
        text.push_str(&format!("{}{}  recipients:{open}\n", said(RECIPIENTS), known(recipients)));
    }
    text.push_str(&format!("{}{}  keep:\n    for:{open}\n    after:{open}\n", said(KEEP), known(dates)));
    text.push_str(&format!("  {}    starting: next-day\n", said(STARTING)));
    text.push_str(&format!("{}  authority:\n    own-rule:\n", said(AUTHORITY)));
    for language in &outline.languages {
        text.push_str(&format!("      {language}:{open}\n"));
    }
    text.push_str(&format!("{}  disposal: {{ review: one, then: destroy, within: P1M }}\n", said(DISPOSAL)));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{AsOf, check};

    const VALID: &str = include_str!("check/tests/valid.yaml");

    fn wish(id: &str, medium: Medium) -> ClassWish {
        let title = vec![("en".to_owned(), "Minutes: \"the board\"".to_owned())];
        ClassWish { id: id.to_owned(), medium, title, locale: Locale::English }
    }

    fn set(text: &str, more: &str) -> Sources {
        [("policies/all.yaml", text), ("policies/new.yaml", more)].map(|(f, t)| (f.to_owned(), t.to_owned())).into()
    }

    #[test]
    fn each_open_place_is_found_and_the_filled_stanza_is_taken() {
        let as_of = AsOf::Day("2026-11-22".parse().unwrap());
        for (medium, places) in [(Medium::Electronic, 8), (Medium::Paper, 6), (Medium::Device, 6)] {
            let open = stanza(&set(VALID, ""), &wish("minutes", medium)).unwrap();
            let open = with_stanza(None, &open).unwrap();
            assert_eq!(open.matches("fill in\n").count(), places, "{open}");
            let (report, policy) = check(&set(VALID, &open), as_of);
            assert!(policy.is_none());
            let found = report.findings().iter().filter(|finding| finding.places[0].file == "policies/new.yaml");
            assert_eq!(found.count(), places, "{report:?}");
            let filled = [
                ("    title:\n        ja:  # fill in", "    title:\n        ja: 議事録"),
                ("information:  # fill in", "information: [receipts]"),
                ("        -  # fill in", "        - \"minutes/{treated:date}-{subject}.pdf\""),
                ("recipients:  # fill in", "recipients: [benefits]"),
                ("for:  # fill in", "for: P10Y"),
                ("after:  # fill in", "after: treated"),
                ("          ja:  # fill in", "          ja: 文書規程"),
                ("          en:  # fill in", "          en: Own rules"),
                ("ja:  # fill in", "ja: 議事録"),
            ];
            let after = if medium == Medium::Electronic { "after: treated" } else { "after: moved" };
            let filled =
                filled.iter().fold(open, |text, (from, to)| text.replace(from, to)).replace("after: treated", after);
            let (report, policy) = check(&set(VALID, &filled), as_of);
            assert!(!report.has_errors() && policy.is_some(), "{report:?}\n{filled}");
        }
    }

    #[test]
    fn a_set_with_open_places_takes_another_class() {
        let first = with_stanza(None, &stanza(&set(VALID, ""), &wish("minutes", Medium::Paper)).unwrap()).unwrap();
        let second = stanza(&set(VALID, &first), &wish("plans", Medium::Paper)).unwrap();
        let both = with_stanza(Some(&first), &second).unwrap();
        assert!(both.contains("    - id: plans\n") && both.matches("classes:").count() == 1, "{both}");
        let taken = stanza(&set(VALID, &both), &wish("plans", Medium::Paper));
        assert_eq!(taken, Err(NotAStanza::Taken("plans".to_owned())));
    }

    #[test]
    fn a_class_is_added_only_where_the_classes_end() {
        let ended = [
            ("", "retention:\n  classes:\n    - id: x\n"),
            ("pages: []\n", "pages: []\n\nretention:\n  classes:\n    - id: x\n"),
            (
                "retention:\n  classes:\n  - id: a\n    medium: paper\n\n# end",
                "retention:\n  classes:\n  - id: a\n    medium: paper\n\n# end\n  - id: x\n",
            ),
        ];
        for (file, expected) in ended {
            assert_eq!(with_stanza(Some(file), "- id: x\n").as_deref(), Ok(expected));
        }
        for file in [
            "retention:\n  classes:\n    - id: a\npages: []\n",
            "retention:\n  classes:\n    - id: a\n  unclassified: report\n",
            "retention: { classes: [] }\n",
            "retention:\n  classes: []\n",
        ] {
            assert_eq!(with_stanza(Some(file), "- id: x\n"), Err(NotAStanza::NotAtEnd), "{file}");
        }
    }

    #[test]
    fn what_is_no_id_and_no_language_is_refused() {
        let id = stanza(&set(VALID, ""), &wish("Board Minutes", Medium::Paper));
        assert_eq!(id, Err(NotAStanza::Id("Board Minutes".to_owned())));
        let french = ClassWish { title: vec![("fr".into(), "x".into())], ..wish("minutes", Medium::Paper) };
        assert_eq!(stanza(&set(VALID, ""), &french), Err(NotAStanza::Language("fr".to_owned())));
    }
}
