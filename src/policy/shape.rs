//! The shape of the policy language as data: which keys a map takes, which of them it needs, and what each takes.
//!
//! In: nothing. Out: [`Shape`]s, which stand beside the readers of their sections. The rule it keeps: the reader checks
//! keys by these, and the JSON Schema and the completions of editors are made of the same, so none can know a key that
//! another does not.

pub(super) mod forms;
pub(super) mod written;

pub(super) use forms::{
    ACCEPTED_PATH, CORPORATE_NUMBER, FOLDER, FORMS, Form, ID, INSURER_NUMBER, ITEM, LANGUAGE, MONTH_DAY, TIME_ZONE,
    TOPIC,
};

/// A map of the policy language.
#[derive(Debug)]
pub(super) struct Shape {
    /// Its keys, in the order in which they are best written.
    pub(super) keys: &'static [Key],
    /// What a key takes that is one of the organization's languages; nothing where languages are no keys.
    pub(super) languages: Option<Takes>,
    /// What holds between its keys.
    pub(super) between: &'static [Between],
}

/// A key of a map.
#[derive(Debug)]
pub(super) struct Key {
    /// The key as written.
    pub(super) name: &'static str,
    /// Whether a map lacks something without it.
    pub(super) is_needed: bool,
    /// What it takes.
    pub(super) takes: Takes,
    /// What it says, in one line.
    pub(super) about: &'static str,
}

/// What a key takes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Takes {
    /// A text for readers: a map of the organization's languages.
    Text,
    /// One line, as typed.
    Word,
    /// One line of a certain form.
    Form(&'static Form),
    /// A whole number above zero.
    Number,
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// The id of an item of this section.
    Reference(&'static str),
    /// A rule whose severity the organization may change.
    Rule,
    /// A map of this shape.
    Map(&'static Shape),
    /// A map of this shape whose parts may stand in several files.
    Spread(&'static Shape),
    /// A list.
    List(&'static Takes),
    /// A list with at least so many items.
    AtLeast(usize, &'static Takes),
    /// A list with no item twice.
    Each(&'static Takes),
    /// A list with at least one item, and none twice.
    Distinct(&'static Takes),
    /// A map from names to values.
    Names(&'static Takes, &'static Takes),
    /// One of these.
    Either(&'static [Takes]),
}

/// What a value looks like in YAML.
pub(super) enum Look {
    /// A text for readers.
    Text,
    /// One line.
    Line,
    /// A map of this shape.
    Map(&'static Shape),
    /// A list of these.
    List(&'static Takes),
    /// A map from names to these.
    Names(&'static Takes),
    /// One of these.
    Either(&'static [Takes]),
}

impl Takes {
    /// Returns what a value of it looks like.
    pub(super) fn look(&self) -> Look {
        match self {
            Takes::Text => Look::Text,
            Takes::Map(shape) | Takes::Spread(shape) => Look::Map(shape),
            Takes::List(of) | Takes::AtLeast(_, of) | Takes::Each(of) | Takes::Distinct(of) => Look::List(of),
            Takes::Names(_, value) => Look::Names(value),
            Takes::Either(ways) => Look::Either(ways),
            Takes::Word
            | Takes::Form(_)
            | Takes::Number
            | Takes::Flag
            | Takes::Choice(_)
            | Takes::Reference(_)
            | Takes::Rule => Look::Line,
        }
    }

    /// Returns what the items of a list are.
    pub(super) fn items(&self) -> Option<&'static Takes> {
        match self.look() {
            Look::List(of) => Some(of),
            Look::Either(ways) => ways.iter().find_map(Takes::items),
            Look::Text | Look::Line | Look::Map(_) | Look::Names(_) => None,
        }
    }
}

/// What holds between the keys of one map.
#[derive(Debug)]
pub(super) enum Between {
    /// Exactly one of these groups of keys stands there.
    OneOf(&'static [&'static [&'static str]]),
    /// At least one of these keys stands there.
    AnyOf(&'static [&'static str]),
    /// The first key stands there only together with the second.
    With(&'static str, &'static str),
    /// Where a key is one of these words, a second key stands there.
    Needs(&'static str, &'static [&'static str], &'static str),
    /// Where a key is one of these words, a second key does not stand there.
    Without(&'static str, &'static [&'static str], &'static str),
    /// Where a key is one of these words, a second key is this one.
    Fixes(&'static str, &'static [&'static str], &'static str, &'static str),
}

/// Makes a map of these keys.
pub(super) const fn map(keys: &'static [Key]) -> Shape {
    Shape { keys, languages: None, between: &[] }
}

impl Shape {
    /// Says what holds between the keys.
    pub(super) const fn between(self, between: &'static [Between]) -> Shape {
        Shape { keys: self.keys, languages: self.languages, between }
    }

    /// Takes languages as keys.
    pub(super) const fn languages(self, takes: Takes) -> Shape {
        Shape { keys: self.keys, languages: Some(takes), between: self.between }
    }
}

/// Makes a key that is needed.
pub(super) const fn needed(name: &'static str, takes: Takes, about: &'static str) -> Key {
    Key { name, is_needed: true, takes, about }
}

/// Makes a key that may be missing.
pub(super) const fn maybe(name: &'static str, takes: Takes, about: &'static str) -> Key {
    Key { name, is_needed: false, takes, about }
}

/// A list of texts for readers.
pub(super) const TEXTS: Takes = Takes::List(&Takes::Text);
/// A list of lines as typed.
pub(super) const WORDS: Takes = Takes::List(&Takes::Word);
/// The organization itself, or a party.
pub(super) const PARTY: Takes = Takes::Either(&[Takes::Choice(&["organization"]), Takes::Reference("parties")]);
/// A list of types of information.
pub(super) const INFORMATION: Takes = Takes::Each(&Takes::Reference("information"));
/// A list of topics of a law pack.
pub(super) const TOPICS: Takes = Takes::Each(&Takes::Form(&TOPIC));
/// Every case the law knows, or some of them.
pub(super) const CASES: Takes = Takes::Either(&[Takes::Choice(&["all"]), TOPICS]);

/// Returns the names of a shape's keys; there must be as many as are asked for.
pub(super) const fn names<const N: usize>(shape: &Shape) -> [&'static str; N] {
    let mut names = [""; N];
    let mut n = 0;
    while n < N {
        names[n] = shape.keys[n].name;
        n += 1;
    }
    names
}

/// Returns the words of a table of choices, so that a shape and its reader know the same ones.
pub(super) const fn words<T, const N: usize>(choices: &[(&'static str, T); N]) -> [&'static str; N] {
    let mut words = [""; N];
    let mut n = 0;
    while n < N {
        words[n] = choices[n].0;
        n += 1;
    }
    words
}
