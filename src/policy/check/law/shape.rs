//! The shape of a law pack, for the JSON Schema that editors complete and check packs by.
//!
//! In: nothing. Out: [`PACK`]. The rule it keeps: it has the keys that the readers beside it take, and a test compares them.

use super::super::organization::KINDS;
use super::packs::{CERTAINTIES, FEES, MISSING};
use crate::policy::shape::forms::{DATE, PERIOD, STARTING};
use crate::policy::shape::{Between, ID, LANGUAGE, MONTH_DAY, Shape, TOPIC, TOPICS, Takes, map, maybe, needed, words};

/// A law pack.
pub(in crate::policy) const PACK: Shape = map(&[
    needed("pack", Takes::Form(&ID), "Its name, as that of the file."),
    needed("title", Takes::Text, "What it is a pack of."),
    needed("version", Takes::Form(&DATE), "The day up to which its law was looked at."),
    needed("languages", Takes::Distinct(&Takes::Form(&LANGUAGE)), "The languages its texts are in."),
    maybe("fiscal-year-starts", Takes::Form(&MONTH_DAY), "When fiscal years start; 1 April where nothing is said."),
    needed("sources", Takes::List(&Takes::Map(&SOURCE)), "Where its entries were read."),
    needed("laws", Takes::List(&Takes::Map(&STATUTE)), "The laws it knows."),
    needed("topics", Takes::List(&Takes::Map(&PACK_TOPIC)), "What policies cite, each with its number over time."),
    maybe("lists", Takes::Names(&Takes::Word, &TOPICS), "Lists of cases that a law makes, by their names."),
    maybe("places", Takes::Names(&Takes::Word, &TOPICS), "What a section of a policy answers, by section."),
    maybe("requests", Takes::List(&Takes::Map(&REQUEST)), "What persons may ask for."),
    maybe("security-categories", Takes::List(&Takes::Map(&CATEGORY)), "The categories of security measures."),
    maybe("special-care", Takes::List(&Takes::Map(&CARE)), "Kinds of information that need special care."),
    maybe("terms", Takes::List(&Takes::Map(&TERM)), "Words of the law, and those that do not stand for them."),
    maybe("outdated", Takes::List(&Takes::Map(&OUTDATED)), "Words that are out of date."),
    maybe("amendments", Takes::List(&Takes::Map(&AMENDMENT)), "Changes that are enacted and not in force yet."),
]);
const SOURCE: Shape = map(&[needed("id", Takes::Form(&ID), "Its id."), needed("title", Takes::Text, "What it is.")]);
const STATUTE: Shape = map(&[
    needed("id", Takes::Form(&ID), "Its id."),
    needed("name", Takes::Text, "Its name."),
    maybe("main", Takes::Flag, "Whether a citation without a name is one of it."),
    maybe("also", BY_LANGUAGE, "Other names of it, by language."),
    maybe("not", BY_LANGUAGE, "What is no name of it, by language."),
    maybe("form", Takes::Names(&Takes::Form(&LANGUAGE), &Takes::Word), "How it is cited, with `{cite}`, by language."),
    maybe("editions", Takes::List(&Takes::Map(&EDITION)), "The generations of its numbers."),
]);
const EDITION: Shape = map(&[
    needed("id", Takes::Form(&ID), "Its id."),
    needed("from", Takes::Form(&DATE), "From this day on."),
    maybe("until", Takes::Form(&DATE), "Until this day."),
]);
const PACK_TOPIC: Shape = map(&[
    needed("id", Takes::Form(&TOPIC), "Its id."),
    needed("law", Takes::Reference("laws"), "The law it is in."),
    needed("title", Takes::Text, "What it is about."),
    maybe("text", Takes::Text, "What is published of it."),
    maybe("words", BY_LANGUAGE, "Words that lead to it, by language."),
    needed("entries", Takes::List(&Takes::Map(&ENTRY)), "Its number over time."),
    maybe("elements", Takes::List(&Takes::Map(&ELEMENT)), "What has to be said."),
    maybe("minimums", Takes::List(&Takes::Map(&MINIMUM)), "The least time records are kept, over time."),
]);
const ENTRY: Shape = map(&[
    needed("cite", Takes::Word, "The number, such as `27(5)(iii)`."),
    maybe("paragraphs", Takes::Number, "How many paragraphs the article has."),
    maybe("items", Takes::Number, "How many items the paragraph has."),
    needed("from", Takes::Form(&DATE), "From this day on."),
    maybe("until", Takes::Form(&DATE), "Until this day."),
    needed("certainty", Takes::Choice(&words(&CERTAINTIES)), "How sure it is."),
    needed("source", Takes::Reference("sources"), "Where it was read."),
]);
const ELEMENT: Shape = map(&[
    needed("key", Takes::Word, "The key of a policy that says it."),
    needed("from", Takes::Form(&DATE), "From this day on."),
    maybe("until", Takes::Form(&DATE), "Until this day."),
]);
const MINIMUM: Shape = map(&[
    needed("keep", Takes::Map(&KEEP), "The least time."),
    needed("from", Takes::Form(&DATE), "From this day on."),
    maybe("until", Takes::Form(&DATE), "Until this day."),
    needed("certainty", Takes::Choice(&words(&CERTAINTIES)), "How sure it is."),
    needed("source", Takes::Reference("sources"), "Where it was read."),
    maybe("note", Takes::Text, "What else is to be known."),
]);
const KEEP: Shape = map(&[
    maybe("for", Takes::Form(&PERIOD), "How long."),
    maybe("starting", Takes::Form(&STARTING), "When it starts; the next day where nothing is said."),
    maybe("counted-from", Takes::Text, "What it counts from."),
    maybe("earlier-of", Takes::List(&Takes::Map(&LEG)), "The earlier end of several."),
    maybe("later-of", Takes::List(&Takes::Map(&LEG)), "The later end of several."),
])
.between(&[Between::OneOf(&[&["for", "counted-from"], &["earlier-of"], &["later-of"]])]);
const LEG: Shape = map(&[
    needed("for", Takes::Form(&PERIOD), "How long."),
    maybe("starting", Takes::Form(&STARTING), "When it starts; the next day where nothing is said."),
    needed("counted-from", Takes::Text, "What it counts from."),
]);
const REQUEST: Shape = map(&[
    needed("id", Takes::Form(&ID), "Its id."),
    needed("topic", Takes::Form(&TOPIC), "The topic it rests on."),
    needed("title", Takes::Text, "What is asked for."),
    needed("missing", Takes::Choice(&words(&MISSING)), "What a policy without it is told."),
    needed("fee", Takes::Choice(&words(&FEES)), "Whether a fee may be taken."),
    maybe("person-chooses-way", Takes::Flag, "Whether the person chooses how the answer comes."),
]);
const CATEGORY: Shape = map(&[
    needed("id", Takes::Form(&ID), "Its id."),
    needed("number", Takes::Word, "Its number in the guidelines."),
    needed("title", Takes::Text, "Its name."),
    needed("from", Takes::Form(&DATE), "From this day on."),
    maybe("until", Takes::Form(&DATE), "Until this day."),
]);
const CARE: Shape = map(&[
    needed("id", Takes::Form(&ID), "Its id."),
    needed("topic", Takes::Form(&TOPIC), "The topic that makes it one."),
    needed("title", Takes::Text, "What it is."),
    needed("words", BY_LANGUAGE, "Words that tell of it, by language."),
    maybe("explicit-consent", Takes::Map(&EXPLICIT), "Whom it is given to on explicit consent only."),
]);
const EXPLICIT: Shape = map(&[
    needed("to", Takes::Distinct(&Takes::Choice(&words(&KINDS))), "The kinds of receivers."),
    needed("topic", Takes::Form(&TOPIC), "The topic it rests on."),
]);
const TERM: Shape = map(&[
    needed("id", Takes::Form(&ID), "Its id."),
    maybe("not", BY_LANGUAGE, "Words that do not stand for it, by language."),
    maybe("from", Takes::Form(&DATE), "From this day on."),
    maybe("until", Takes::Form(&DATE), "Until this day."),
])
.languages(Takes::Word);
const OUTDATED: Shape = map(&[
    needed("id", Takes::Form(&ID), "Its id."),
    needed("until", Takes::Form(&DATE), "The last day on which the words were right."),
    needed("words", BY_LANGUAGE, "The words, by language."),
    maybe("except", BY_LANGUAGE, "Words that only hold them, by language."),
    needed("now", Takes::Text, "What is said now."),
    needed("certainty", Takes::Choice(&words(&CERTAINTIES)), "How sure it is."),
    needed("source", Takes::Reference("sources"), "Where it was read."),
]);
const AMENDMENT: Shape = map(&[
    needed("id", Takes::Form(&ID), "Its id."),
    needed("law", Takes::Reference("laws"), "The law that changes."),
    needed("title", Takes::Text, "What it is called."),
    needed("text", Takes::Text, "What changes."),
    needed("promulgated", Takes::Form(&DATE), "When it was promulgated."),
    maybe("not-before", Takes::Form(&DATE), "Not in force before this day."),
    needed("not-after", Takes::Form(&DATE), "In force by this day."),
    needed("topics", TOPICS, "The topics it touches."),
    needed("certainty", Takes::Choice(&words(&CERTAINTIES)), "How sure it is."),
    needed("source", Takes::Reference("sources"), "Where it was read."),
]);

/// Words by language.
const BY_LANGUAGE: Takes = Takes::Names(&Takes::Form(&LANGUAGE), &Takes::List(&Takes::Word));

#[cfg(test)]
mod tests {
    use super::super::{entries, packs};
    use super::*;

    #[test]
    fn the_shape_has_the_keys_that_are_read() {
        let shapes: [(&Shape, &[&str]); 14] = [
            (&PACK, &packs::PACK),
            (&STATUTE, &packs::STATUTE),
            (&EDITION, &packs::EDITION),
            (&REQUEST, &packs::REQUEST),
            (&CATEGORY, &packs::CATEGORY),
            (&CARE, &packs::CARE),
            (&OUTDATED, &packs::OUTDATED),
            (&AMENDMENT, &packs::AMENDMENT),
            (&PACK_TOPIC, &entries::TOPIC),
            (&ENTRY, &entries::ENTRY),
            (&ELEMENT, &entries::ELEMENT),
            (&MINIMUM, &entries::MINIMUM),
            (&KEEP, &entries::KEEP),
            (&LEG, &entries::LEG),
        ];
        for (shape, read) in shapes {
            let keys = shape.keys.iter().map(|key| format!("{}{}", key.name, if key.is_needed { "" } else { "?" }));
            assert_eq!(keys.collect::<Vec<_>>(), read);
        }
    }
}
