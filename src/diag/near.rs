//! Which known name was meant by one that is not known.
//!
//! In: a name as typed, the known ones. Out: the one that was meant, or several that may have been. The rule it keeps: a
//! guess that may be wrong is no answer. Where two names are about as near, both are said; where letters further on agree
//! and the first one does not (`not-required` and `required`), nothing is.

/// What a name that is not known was meant to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Near<'a> {
    /// This one.
    One(&'a str),
    /// One of these.
    Several(Vec<&'a str>),
    /// No known one.
    Nothing,
}

impl<'a> Near<'a> {
    /// Returns the names that may have been meant.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        let names = match self {
            Near::One(name) => std::slice::from_ref(name),
            Near::Several(names) => names.as_slice(),
            Near::Nothing => &[],
        };
        names.iter().copied()
    }
}

/// Names that are compared with many letters each; a longer one is no typing error of a known name.
const MOST_LETTERS: usize = 200;

/// The fewest letters of a name that is the beginning of another one.
const FEWEST_OF_BEGINNING: usize = 3;

/// The most names that are said where it is not clear which was meant.
const MOST_SAID: usize = 3;

/// Words of their own, one slip away from a known one that says something else: whoever writes them means them.
const OTHERS: [&str; 4] = ["employer", "employee", "none", "file"];

/// Whether one of two names is the other with whole words more, as `delete` and `delete-number`: more than a slip.
pub fn has_words_more(a: &str, b: &str) -> bool {
    let (a, b) = (plain(a), plain(b));
    let is_longer = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('-'));
    is_longer(&a, &b) || is_longer(&b, &a)
}

/// Returns the known name that was meant by `wrong`, if only one can have been.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    match near(wrong, known) {
        Near::One(name) => Some(name),
        Near::Several(_) | Near::Nothing => None,
    }
}

/// Returns what was meant by `wrong`.
pub fn near<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Near<'a> {
    // Capital letters and another mark between words are no typing errors of their own: `Short_Name` is `short-name`.
    let plain = plain(wrong);
    let letters: Vec<char> = plain.chars().collect();
    if letters.is_empty() || letters.len() > MOST_LETTERS {
        return Near::Nothing;
    }
    let most = letters.len() / 3 + 1;
    let mut scored: Vec<(usize, &str)> = Vec::new();
    let mut begun: Vec<&str> = Vec::new();
    let mut of_number: Option<&str> = None;
    for name in known {
        if name == plain {
            return Near::One(name);
        }
        if singular(name) == singular(&plain) {
            of_number.get_or_insert(name);
        }
        let edits = distance(&letters, name, most).filter(|_| is_word_by_word(&plain, name));
        scored.extend(edits.map(|edits| (edits, name)));
        // A name that was cut short, or one with a word too many.
        let is_cut = plain.chars().count() >= FEWEST_OF_BEGINNING && name.starts_with(&plain);
        if is_cut || plain.strip_prefix(name).is_some_and(|rest| rest.starts_with('-')) {
            begun.push(name);
        }
    }
    if let Some(name) = of_number {
        return Near::One(name);
    }
    scored.sort_unstable();
    scored.dedup();
    let Some((best, _)) = scored.first().copied() else { return of(begun) };
    // One slip is clear unless another name is one slip away as well; of more, one more or less tells nothing.
    let limit = if best < 2 { best } else { best + 1 };
    let (alike, other): (Vec<&str>, Vec<&str>) = scored
        .iter()
        .take_while(|(edits, _)| *edits <= limit)
        .map(|(_, name)| *name)
        .partition(|name| best < 2 || is_alike(&plain, name));
    match of(if alike.is_empty() { begun } else { [alike, other].concat() }) {
        Near::One(name) if OTHERS.contains(&plain.as_str()) => Near::Several(vec![name]),
        near => near,
    }
}

/// What is said of these names.
fn of(candidates: Vec<&str>) -> Near<'_> {
    match candidates[..] {
        [] => Near::Nothing,
        [one] => Near::One(one),
        _ if candidates.len() > MOST_SAID => Near::Nothing,
        _ => Near::Several(candidates),
    }
}

/// A name without what typists vary.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace(['_', ' '], "-")
}

/// A name without the ending of its plural.
fn singular(name: &str) -> String {
    let stem = name.strip_suffix("ies").map(|stem| format!("{stem}y"));
    stem.unwrap_or_else(|| name.strip_suffix('s').unwrap_or(name).to_owned())
}

/// Whether each word of a name is near the one in its place: `without-permission` is no slip of `with-permission`.
fn is_word_by_word(a: &str, b: &str) -> bool {
    let near = |(a, b): (&str, &str)| {
        let letters: Vec<char> = a.chars().collect();
        distance(&letters, b, 1.max(letters.len().max(b.chars().count()) / 3)).is_some()
    };
    let is_of_words = a.contains('-') && a.matches('-').count() == b.matches('-').count();
    !is_of_words || a.split('-').zip(b.split('-')).all(near)
}

/// Whether two names begin with the same letter.
fn is_alike(a: &str, b: &str) -> bool {
    a.chars().next() == b.chars().next().map(|c| c.to_ascii_lowercase())
}

/// The number of single-character edits between two names, a swap of neighbours counting as one, if it is not above `most`.
fn distance(a: &[char], b: &str, most: usize) -> Option<usize> {
    let b: Vec<char> = b.chars().collect();
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    // The rows of the last two letters of `a` and the one that is being made.
    let (mut before, mut last, mut row) =
        (vec![0; b.len() + 1], vec![0; b.len() + 1], (0..=b.len()).collect::<Vec<_>>());
    for i in 1..=a.len() {
        (before, last, row) = (last, row, before);
        row[0] = i;
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        if row.iter().chain(&last).all(|edits| *edits > most) {
            return None;
        }
    }
    Some(row[b.len()]).filter(|edits| *edits <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_finds_its_neighbour() {
        let known = ["next-day", "month-end", "year-end"];
        assert_eq!(nearest("mouth-end", known), Some("month-end"));
        assert_eq!(nearest("nxet-day", known), Some("next-day"));
        assert_eq!(nearest("something-else", known), None);
        assert_eq!(nearest("MONTH-END", known), Some("month-end"));
        assert_eq!(nearest(&"m".repeat(1_000_000), known), None);
    }

    #[test]
    fn a_guess_that_may_be_wrong_is_no_answer() {
        for (wrong, known, expected) in [
            ("implicit", &["implied", "explicit"][..], Near::Several(vec!["implied", "explicit"])),
            ("impliet", &["implied", "explicit"], Near::One("implied")),
            ("not-required", &["required", "optional"], Near::Nothing),
            ("without-permission", &["with-permission", "forbidden"], Near::Nothing),
            ("wiht-permision", &["with-permission", "forbidden"], Near::One("with-permission")),
            ("next-fiscal-year-start", &["next-fiscal-year-end", "next-day"], Near::Nothing),
            ("employer", &["employee", "society"], Near::Several(vec!["employee"])),
            ("emploeye", &["employee", "society"], Near::One("employee")),
            ("nne", &["none", "one"], Near::Several(vec!["none", "one"])),
            ("non", &["none", "one", "two"], Near::One("none")),
            ("party", &["parties", "pages", "dates"], Near::One("parties")),
            ("laws", &["law", "name"], Near::One("law")),
            ("lwa", &["law", "name"], Near::One("law")),
            ("classesx", &["classes", "unclassified"], Near::One("classes")),
            ("org", &["organization", "parties"], Near::One("organization")),
            ("Short_Name", &["short-name", "name"], Near::One("short-name")),
            ("benefit_review", &["benefit-review", "benefit-reviews"], Near::One("benefit-review")),
            ("benefit_reviews", &["benefit-review", "benefit-reviews"], Near::One("benefit-reviews")),
        ] {
            assert_eq!(near(wrong, known.iter().copied()), expected, "{wrong}");
        }
    }
}
