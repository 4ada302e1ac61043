//! `text.duplicate-statement`: two items say the same in nearly the same words.
//!
//! In: the checked set. Out: findings. The rule it keeps: only whole statements are compared, in the authoritative language.

use std::collections::{BTreeSet, HashMap};

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::Cases;
use crate::policy::law::List;
use crate::policy::lint::{Lint, TextAt};
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// Two items say the same in nearly the same words.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "text.duplicate-statement",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "Two items say the same in nearly the same words.",
        ja: "2つの項目が、ほとんど同じ文で同じことを述べています。",
    },
    why: Words {
        en: "Two wordings of one statement drift apart, and readers cannot tell which of them counts. Of a set with more than 400 statements the first 400 are compared.",
        ja: "同じことを2か所に書くと、やがて食い違い、どちらが正しいのか分からなくなります。400を超える文がある場合は、はじめの400を比べます。",
    },
    example: "principles:\n- { id: provision, text: { ja: 次の場合を除き…, en: … }, … }\n- { id: exceptions, text: { ja: 次の場合を除いて…, en: … }, … }",
    fix: Words {
        en: "Say it once, and show that section on every page that needs it.",
        ja: "1か所にだけ書き、必要なページにその節を載せてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    (
        "principles:\n",
        "exceptions: all\nprinciples:\n  - { id: again, title: { ja: x, en: x }, text: { ja: 人の生命、身体又は財産の保護のため、又は公衆衛生の向上又は児童の健やかな育成のため。, en: x } }\n",
        "人の生命",
    ),
    (
        "principles:\n",
        "principles:\n  - { id: again, title: { ja: x, en: x }, text: { ja: 取得した個人情報は、あらかじめ公表した利用目的のために限り利用します。, en: Personal information is used for nothing but the purposes that were published beforehand. } }\n  - { id: before, title: { ja: x, en: x }, text: { ja: 取得した個人情報は、あらかじめ公表した利用目的のためにのみ利用します。, en: Data stays. } }\n",
        "取得",
    ),
];

/// Sections whose texts are statements; the steps of processes and the ways of requests may well be alike.
const STATEMENTS: [&str; 6] = ["principles", "purposes", "provisions", "abroad", "consent", "security"];
/// Keys whose texts are headings and items of lists.
const PHRASES: [&str; 4] = ["title", "category", "given-to", "items"];
/// Texts with fewer letters are phrases; a Japanese letter says as much as two or three Latin ones.
const FEWEST_JAPANESE: usize = 24;
const FEWEST_LATIN: usize = 60;
/// More texts than this are not compared with each other.
const MOST: usize = 400;

/// As many letters in a row are a case's own words.
const RUN_JAPANESE: usize = 9;
const RUN_LATIN: usize = 32;

/// A statement, and the pairs of letters in it.
struct Statement<'t, 'a> {
    text: &'t TextAt<'a>,
    pairs: Vec<(char, char)>,
}

/// Reports statements that are nearly the same as an earlier one, at the later one.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let Some(language) = lint.languages().first() else { return };
    let is_statement = |text: &&TextAt<'_>| {
        let section = text.at.split('.').next().unwrap_or_default();
        text.language == language && STATEMENTS.contains(&section) && !PHRASES.contains(&text.key.as_str())
    };
    let statements: Vec<Statement<'_, '_>> =
        lint.texts().iter().filter(is_statement).filter_map(|text| statement(text, language)).take(MOST).collect();
    restated(lint, language, &statements);
    for (n, later) in statements.iter().enumerate() {
        // What stands twice under one name is told where the name is.
        let is_another = |earlier: &&Statement<'_, '_>| earlier.text.path != later.text.path;
        let mut others = statements[..n].iter().filter(is_another);
        if let Some(earlier) = others.find(|earlier| is_alike(&earlier.pairs, &later.pairs)) {
            let first = &earlier.text.at;
            let found = said!("this says nearly the same as `{first}`", "`{first}`とほとんど同じことを述べています");
            lint.send(lint.finding(&RULE, &later.text.path, found).also(lint.place(&earlier.text.path)));
        }
    }
}

/// Reports statements that word cases of the law again which the pages print from the law packs.
fn restated(lint: &Lint<'_>, language: &str, statements: &[Statement<'_, '_>]) {
    let policy = lint.policy;
    let lists = [
        (List::Exceptions, &policy.exceptions),
        (List::NoticeExceptions, &policy.notice_exceptions),
        (List::NotThirdParties, &policy.not_third_parties),
    ];
    for (list, _) in lists.into_iter().filter(|(_, cases)| **cases != Cases::default()) {
        let run = if language == "ja" { RUN_JAPANESE } else { RUN_LATIN };
        let cases: Vec<Vec<char>> =
            lint.law.cases(list, lint.as_of, language).iter().map(|case| case.text.chars().collect()).collect();
        let mut runs: HashMap<&[char], Option<usize>> = HashMap::new();
        for (n, case) in cases.iter().enumerate() {
            for window in case.windows(run) {
                // What several cases say tells none of them apart.
                runs.entry(window).and_modify(|of| *of = of.filter(|of| *of == n)).or_insert(Some(n));
            }
        }
        for statement in statements {
            let letters: Vec<char> = statement.text.text.chars().collect();
            let told: BTreeSet<usize> =
                letters.windows(run).filter_map(|window| runs.get(window).copied().flatten()).collect();
            if told.len() > 1 {
                let key = list.key();
                let found = said!(
                    "this words cases again that `{key}` prints from the law pack",
                    "`{key}`によって法令集から示される場合を、ここで改めて書いています"
                );
                lint.send(lint.finding(&RULE, &statement.text.path, found).also(lint.place(key)));
            }
        }
    }
}

fn statement<'t, 'a>(text: &'t TextAt<'a>, language: &str) -> Option<Statement<'t, 'a>> {
    let letters: Vec<char> = text.text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let mut pairs: Vec<(char, char)> = letters.windows(2).map(|pair| (pair[0], pair[1])).collect();
    pairs.sort_unstable();
    let fewest = if language == "ja" { FEWEST_JAPANESE } else { FEWEST_LATIN };
    (letters.len() >= fewest).then_some(Statement { text, pairs })
}

/// Whether at least nine in ten pairs of letters are in both.
fn is_alike(a: &[(char, char)], b: &[(char, char)]) -> bool {
    let longer = a.len().max(b.len());
    if a.len().min(b.len()) * 10 < longer * 9 {
        return false;
    }
    let (mut n, mut m, mut shared) = (0, 0, 0);
    while let (Some(left), Some(right)) = (a.get(n), b.get(m)) {
        shared += usize::from(left == right);
        n += usize::from(left <= right);
        m += usize::from(right <= left);
    }
    shared * 10 >= longer * 9
}
