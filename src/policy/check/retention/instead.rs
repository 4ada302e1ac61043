//! What a class says in one word where a map belongs: what its period rests on, what becomes of the records.
//!
//! In: the word. Out: the finding with the map as it is to be written. The rule it keeps: what is shown can be written as it stands;
//! only `…` is left to fill in.

use crate::diag::Finding;
use crate::policy::check::desk::Desk;
use crate::policy::check::item::topics_of_law;
use crate::policy::pattern::is_kebab_case;
use crate::policy::raw::Node;
use crate::policy::rules::section;
use crate::policy::shape::written::{in_each, language_of};
use crate::said;

fn no_map(node: &Node, word: &str) -> Finding {
    let found =
        said!("found the text `{word}`, expected a map", "文字列`{word}`が書かれていますが、キーと値の組が必要です");
    Finding::at(&section::WRONG_TYPE, node.place(), found)
}

/// The finding for an authority in one word: a topic, a law, or else a rule of the organization's own.
pub(super) fn authority(desk: &Desk, node: &Node, word: &str) -> Finding {
    let finding = no_map(node, word);
    let is_topic = word.contains('.') && word.split('.').all(is_kebab_case);
    if is_topic || desk.law().topic(word).is_some() {
        let map = format!("{{ topic: {word} }}");
        return finding.help(said!("write `{map}`", "`{map}`の形で書いてください")).replace_by(map);
    }
    if let Some(topics) = desk.law().topics_of_law(word) {
        return with_topic(topics_of_law(finding, word, &topics));
    }
    let languages = desk.languages();
    let text = in_each(languages, language_of(languages, word).map(|language| (language.as_str(), word)));
    let map = format!("{{ own-rule: {text} }}");
    finding.help(said!(
        "write `{map}`, or `{{ topic: … }}` where a law sets the period",
        "`{map}`の形で書いてください（法令が期間を定めるものは`{{ topic: … }}`）"
    ))
}

/// Says where the topic of a law stands.
fn with_topic(finding: Finding) -> Finding {
    let Some(help) = finding.help.clone() else { return finding };
    let (en, ja) = (help.en, help.ja);
    finding.help(said!("write `{{ topic: … }}`, and {en}", "`{{ topic: … }}`の形で書きます。{ja}"))
}

/// The finding for a disposal in one word: it says what is done, not how many approve it and how soon it is done.
pub(super) fn disposal(node: &Node, then: &str) -> Finding {
    let map = format!("{{ review: one, then: {then}, within: P1M }}");
    let help = said!(
        "write `{map}`: how many approve it (`none`, `one`, `two`), what is done, how soon",
        "`{map}`の形で書いてください（承認する人数`none`・`one`・`two`、すること、いつまでに）"
    );
    no_map(node, then).help(help).replace_by(map)
}
