//! Checks who speaks and who is named: `organization`, `parties`, `terms`, `principles`.
//!
//! In: these sections. Out: their checked types. The rule it keeps: whatever else is wrong, the languages are read first,
//! because every text is checked against them; a broken value of the organization does not hide what else is wrong.

mod numbers;

use std::collections::BTreeMap;

use crate::calendar::{Date, MonthDay, Zone, half_width};
use crate::diag::Finding;
use crate::policy::pattern::is_kebab_case;
use crate::policy::raw::{Node, Value};
use crate::policy::rules::law::unknown_pack::RULE as UNKNOWN_PACK;
use crate::policy::rules::{organization as rules, section};
use crate::policy::shape::{
    CORPORATE_NUMBER, ID, INSURER_NUMBER, LANGUAGE, MONTH_DAY, Shape, TIME_ZONE, TOPICS, Takes, WORDS, forms, map,
    maybe, needed, words,
};
use crate::policy::{AsOf, Contact, Handles, Language, Officer, Organization, Party, PartyKind, Principle, Term, Text};
use crate::said;

use super::desk::{Checked, Desk, all, good};
use super::item::{Item, meant, once, twice_in_list, word};
use super::known::Known;
use super::reason::Reason;
use super::sections::Sections;
use super::spelling::Spoken;

/// Who speaks.
pub(super) const ORGANIZATION: Shape = map(&[
    needed("id", Takes::Form(&ID), "Its name in file names and in the ledger; it never changes."),
    needed("name", Takes::Text, "Its full name."),
    needed("short-name", Takes::Text, "What texts call it, such as `the Society`."),
    needed("address", Takes::Text, "Where it is."),
    needed("representative", Takes::Map(&OFFICER), "Who represents it."),
    needed("privacy-officer", Takes::Map(&OFFICER), "Who is responsible for personal data."),
    maybe("insurer-number", Takes::Form(&INSURER_NUMBER), "Its number as a Japanese health insurer."),
    maybe("corporate-number", Takes::Form(&CORPORATE_NUMBER), "Its Japanese corporate number."),
    needed("contacts", Takes::List(&Takes::Map(&CONTACT)), "The desks people can turn to."),
    maybe(
        "accredited-body",
        Takes::Either(&[Takes::Choice(&["none"]), Takes::Reference("parties")]),
        "The accredited organization whose scheme covers it; `none` where there is none.",
    ),
    needed("languages", Takes::Distinct(&Takes::Form(&LANGUAGE)), "The languages of every text for readers."),
    needed("time-zone", Takes::Form(&TIME_ZONE), "In which its days begin and end."),
    needed("fiscal-year-starts", Takes::Form(&MONTH_DAY), "The first day of its fiscal year."),
    maybe("law", Takes::Each(&Takes::Form(&ID)), "The law packs that hold, by name; none where nothing is said."),
    needed("enacted", Takes::Form(&forms::DATE), "When the policy was first enacted."),
    maybe("revised", Takes::Form(&forms::DATE), "When it was last revised."),
]);
const OFFICER: Shape = map(&[needed("title", Takes::Text, "The office."), needed("name", Takes::Text, "The person.")]);
const CONTACT: Shape = map(&[
    needed("id", Takes::Form(&ID), "The name other parts use for it."),
    needed("title", Takes::Text, "What the desk is called."),
    maybe("department", Takes::Text, "Which department it belongs to."),
    maybe("address", Takes::Text, "Where it is."),
    maybe("telephone", Takes::Word, "Its telephone number."),
    maybe("email", Takes::Form(&forms::EMAIL), "Its e-mail address."),
    maybe("hours", Takes::Text, "When it answers."),
    maybe("handles", Takes::Each(&Takes::Choice(&words(&HANDLES))), "What people can bring to it."),
]);
const HANDLES: [(&str, Handles); 2] = [("requests", Handles::Requests), ("complaints", Handles::Complaints)];
/// Somebody whom the policy names.
pub(super) const PARTY: Shape = map(&[
    needed("id", Takes::Form(&ID), "The name other parts use for it."),
    needed("kind", Takes::Choice(&words(&KINDS)), "What it is."),
    needed("name", Takes::Text, "Its full name."),
    maybe("address", Takes::Text, "Where it is; needed of whoever is responsible for a joint use."),
    maybe("representative", Takes::Map(&OFFICER), "Who represents it; needed likewise."),
    maybe("corporate-number", Takes::Form(&CORPORATE_NUMBER), "Its Japanese corporate number."),
]);
/// A word that is used in one meaning.
pub(super) const TERM: Shape = map(&[
    needed("id", Takes::Form(&ID), "The name other parts use for it."),
    maybe("not", Takes::Map(&NOT_TO_USE), "Words that are not to stand for it."),
])
.languages(Takes::Word);
const NOT_TO_USE: Shape = map(&[]).languages(WORDS);
/// A principle of the basic policy.
pub(super) const PRINCIPLE: Shape = map(&[
    needed("id", Takes::Form(&ID), "The name other parts use for it."),
    maybe("duty", TOPICS, "Which duties of the law it answers."),
    needed("title", Takes::Text, "Its heading."),
    needed("text", Takes::Text, "What is promised."),
]);
pub(super) const KINDS: [(&str, PartyKind); 5] = [
    ("body", PartyKind::Body),
    ("employer", PartyKind::Employer),
    ("processor", PartyKind::Processor),
    ("authority", PartyKind::Authority),
    ("person", PartyKind::Person),
];

/// Returns the languages, or none where one of them is no code: then it is not known what a text must have, and what is
/// wrong with them is reported with the organization. One that no text has is reported here, and the texts are read as
/// if it were what they do have.
pub(super) fn languages(sections: &Sections, spoken: &Spoken, desk: &Desk) -> Vec<Language> {
    let node = sections.organization.as_ref().and_then(|organization| organization.get("languages"));
    let most = spoken.values().max().copied().unwrap_or_default();
    let is_usual = |(code, count): &(&String, &usize)| is_code(code) && **count * 2 > most;
    // Where a file that cannot be read may say which languages there are, the other texts show them.
    if node.is_none() && desk.unread().has("organization") {
        return spoken.iter().filter(is_usual).map(|(code, _)| code.clone()).collect();
    }
    let Some(Value::List(items)) = node.map(|node| &node.value) else {
        return Vec::new();
    };
    let codes: Option<Vec<&str>> = items.iter().map(|item| item.scalar().filter(|code| is_code(code))).collect();
    let Some(codes) = codes else { return Vec::new() };
    let others = spoken.iter().filter(|spoken| is_usual(spoken) && !codes.contains(&spoken.0.as_str()));
    let others: Vec<&str> = others.map(|(code, _)| code.as_str()).collect();
    let mut languages: Vec<Language> = Vec::new();
    for (code, node) in codes.iter().zip(items) {
        let is_spoken = most == 0 || spoken.contains_key(*code);
        let read = if is_spoken { Some(*code) } else { unspoken(code, node, &others, desk) };
        languages.extend(read.map(str::to_owned).filter(|code| !languages.contains(code)));
    }
    languages
}

/// Reports a language that no text has; returns the one that was meant.
fn unspoken<'o>(code: &str, node: &Node, others: &[&'o str], desk: &Desk) -> Option<&'o str> {
    let found = said!("no text of the set has `{code}`", "`{code}`の文がどこにもありません");
    let finding = Finding::at(&rules::LANGUAGES, node.place(), found);
    let (finding, read) = match others[..] {
        [other] => (meant(finding, other), Some(other)),
        _ => (
            finding.help(said!(
                "write the texts in it, or take it out of `languages`",
                "その言語の文を書くか、`languages`から外してください"
            )),
            None,
        ),
    };
    desk.refuse(finding);
    read
}

/// Other names of languages, by their codes.
const CALLED: [(&str, &[&str]); 2] =
    [("ja", &["jpn", "japanese", "日本語", "和文"]), ("en", &["eng", "english", "英語", "英文"])];

fn is_code(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase())
}

/// Returns the day whose law holds; today is a day of the set's own zone.
pub(super) fn day(trees: &[Node], as_of: AsOf) -> Date {
    let mut zones = trees.iter().filter_map(|tree| tree.get("organization")?.get("time-zone")?.scalar());
    let zone = zones.next();
    match as_of {
        AsOf::Day(day) => day,
        AsOf::Now(now) => zone.and_then(|zone| zone.parse().ok()).unwrap_or(Zone::UTC).date(now),
    }
}

/// Checks the organization; a set without one is empty. A value that is refused has a stand-in, so that the rest of
/// the set can be looked at.
pub(super) fn organization(sections: &Sections, known: &Known, desk: &Desk) -> Checked<Organization> {
    let Some(node) = &sections.organization else {
        let found = said!(
            "the set says nothing about the organization, so it is taken for empty",
            "組織についての記載がないため、空の方針とみなします"
        );
        let help = said!(
            "add the section `organization`; hokan reads the `.yaml` files below `policies/`",
            "`organization`を書いてください。`policies/`の下の`.yaml`ファイルが読み込まれます"
        );
        let refused = desk.refuse(Finding::whole(&section::EMPTY_SET, found).help(help));
        return if desk.unread().has("organization") { Ok(stand_in(desk)) } else { Err(refused) };
    };
    let item = Item::open(desk, node, &ORGANIZATION)?;
    let officer = |key| item.needed(key).and_then(|node| officer(desk, node)).unwrap_or_default();
    let date = |key| item.parsed(key, &rules::DATE);
    Ok(Organization {
        id: item.id("id").unwrap_or_default(),
        name: item.text("name").unwrap_or_default(),
        short_name: item.text("short-name").unwrap_or_default(),
        address: item.text("address").unwrap_or_default(),
        representative: officer("representative"),
        privacy_officer: officer("privacy-officer"),
        insurer_number: item.optional("insurer-number").and_then(|node| numbers::insurer(desk, node).ok()),
        corporate_number: item.optional("corporate-number").and_then(|node| numbers::corporate(desk, node).ok()),
        contacts: item.list("contacts").map(|nodes| good(nodes, |node| contact(desk, node))).unwrap_or_default(),
        accredited_body: accredited_body(&item, known).unwrap_or_default(),
        languages: item.needed("languages").and_then(|node| language_codes(&item, node)).unwrap_or_default(),
        time_zone: time_zone(&item).unwrap_or(Zone::UTC),
        fiscal_year_starts: fiscal_year_starts(&item).unwrap_or(MonthDay::APRIL_1),
        law: packs(&item).unwrap_or_default(),
        enacted: date("enacted").unwrap_or(desk.as_of()),
        revised: item.optional("revised").and_then(|_| date("revised").ok()),
    })
}

/// A stand-in while the rest of the set is looked at: the section may stand in a file that cannot be read.
fn stand_in(desk: &Desk) -> Organization {
    Organization {
        id: String::new(),
        name: Text::default(),
        short_name: Text::default(),
        address: Text::default(),
        representative: Officer::default(),
        privacy_officer: Officer::default(),
        insurer_number: None,
        corporate_number: None,
        contacts: Vec::new(),
        accredited_body: None,
        languages: desk.languages().to_vec(),
        time_zone: Zone::UTC,
        fiscal_year_starts: MonthDay::APRIL_1,
        law: Vec::new(),
        enacted: desk.as_of(),
        revised: None,
    }
}

fn officer(desk: &Desk, node: &Node) -> Checked<Officer> {
    let item = Item::open(desk, node, &OFFICER)?;
    let (title, name) = (item.text("title"), item.text("name"));
    Ok(Officer { title: title?, name: name? })
}

fn contact(desk: &Desk, node: &Node) -> Checked<Contact> {
    let item = Item::open(desk, node, &CONTACT)?;
    let (id, title) = (item.id("id"), item.text("title"));
    let (department, address) = (item.optional_text("department"), item.optional_text("address"));
    let (telephone, email) = (item.optional_word("telephone"), item.perhaps("email", |node| email(desk, node)));
    let hours = item.optional_text("hours");
    let handles = item.choices("handles", &HANDLES);
    Ok(Contact {
        id: id?,
        title: title?,
        department: department?,
        address: address?,
        telephone: telephone?,
        email: email?,
        hours: hours?,
        handles: handles?,
    })
}

/// Returns an address for mail as typed: a name and a domain with a point in it, without spaces.
fn email(desk: &Desk, node: &Node) -> Checked<String> {
    let written = word(desk, node)?;
    let is_address = |text: &str| {
        let domain = text.split_once('@').filter(|(name, domain)| !name.is_empty() && !domain.contains('@'));
        let is_domain = |domain: &str| domain.contains('.') && domain.split('.').all(|part| !part.is_empty());
        domain.is_some_and(|(_, domain)| is_domain(domain))
            && !text.contains(|c: char| c.is_whitespace() || c.is_control())
    };
    let half = half_width(written);
    if is_address(written) && half == written && !written.starts_with("mailto:") {
        return Ok(written.to_owned());
    }
    let found = said!("`{written}` is not an e-mail address", "`{written}`はメールアドレスではありません");
    let finding = Finding::at(&rules::EMAIL, node.place(), found);
    let half = half.trim_start_matches("mailto:");
    desk.report(if is_address(half) { meant(finding, half) } else { finding });
    Ok(written.to_owned())
}

fn time_zone(item: &Item<'_>) -> Checked<Zone> {
    let written = item.word("time-zone")?;
    written.parse::<Zone>().map_err(|error| {
        let finding = Finding::at(&rules::TIME_ZONE, item.place_of("time-zone"), error.said());
        let near = Zone::meant_by(written).into_iter();
        item.desk().refuse(near.fold(finding, |finding, near| meant(finding, &near.to_string())))
    })
}

fn fiscal_year_starts(item: &Item<'_>) -> Checked<MonthDay> {
    let written = item.word("fiscal-year-starts")?;
    written.parse().map_err(|_| {
        let found = said!(
            "`{written}` is not a day of every year (expected `MM-DD`, such as `04-01`)",
            "`{written}`は毎年ある日付ではありません（`04-01`のように`MM-DD`で書きます）"
        );
        let finding = Finding::at(&rules::FISCAL_YEAR, item.place_of("fiscal-year-starts"), found);
        let near = MonthDay::meant_by(written).into_iter();
        item.desk().refuse(near.fold(finding, |finding, near| meant(finding, &near.to_string())))
    })
}

/// `none`, missing, or a party.
fn accredited_body(item: &Item<'_>, known: &Known) -> Checked<Option<String>> {
    if item.get("accredited-body")?.is_none() || item.word("accredited-body")? == "none" {
        return Ok(None);
    }
    item.reference("accredited-body", &known.parties).map(Some)
}

/// The names of law packs; whether there are such packs is a question of the law.
fn packs(item: &Item<'_>) -> Checked<Vec<String>> {
    if let Some((written, pack)) =
        item.optional("law").and_then(Node::scalar).and_then(|written| Some((written, super::law::named(written)?)))
    {
        let list = format!("[{pack}]");
        let found = said!(
            "found the text `{written}`, expected a list",
            "文字列`{written}`が書かれていますが、リストが必要です"
        );
        let help = said!("write `{list}`: a list stands in brackets", "リストは角括弧で囲みます（`{list}`）");
        let finding = Finding::at(&section::WRONG_TYPE, item.place_of("law"), found);
        return Err(item.desk().refuse(finding.help(help).replace_by(list)));
    }
    let nodes = item.list("law")?;
    once(item.desk(), nodes.iter().filter_map(|node| Some((node.scalar()?, node.place()))), twice_in_list);
    all(nodes, |node| {
        let called = node.scalar().filter(|word| !is_kebab_case(word));
        let Some((word, pack)) = called.and_then(|word| Some((word, super::law::named(word)?))) else {
            return super::item::id(item.desk(), node);
        };
        let found = said!("there is no law pack `{word}`", "法令集`{word}`はありません");
        Err(item.desk().refuse(meant(Finding::at(&UNKNOWN_PACK, node.place(), found), pack)))
    })
}

fn language_codes(item: &Item<'_>, node: &Node) -> Checked<Vec<Language>> {
    let desk = item.desk();
    let mut codes: Vec<Language> = Vec::new();
    let checked = all(item.list("languages")?, |node| {
        let code = word(desk, node)?;
        if !is_code(code) || codes.iter().any(|earlier| earlier == code) {
            let found = said!(
                "`{code}` is not a language code, or stands twice (expected codes such as `ja`)",
                "`{code}`は言語コードでないか、2回書かれています（`ja`のように書きます）"
            );
            let lower = half_width(code).to_lowercase();
            let finding = Finding::at(&rules::LANGUAGES, node.place(), found);
            let called = CALLED.iter().find(|(_, names)| names.contains(&lower.as_str())).map(|(code, _)| *code);
            let near = called.or(Some(lower.as_str()).filter(|lower| is_code(lower) && *lower != code));
            return Err(desk.refuse(near.into_iter().fold(finding, meant)));
        }
        codes.push(code.to_owned());
        Ok(())
    });
    if node.value.is_empty_list() {
        let found = said!("no language is listed", "言語が1つも書かれていません");
        return Err(desk.refuse_at(&rules::LANGUAGES, node.place(), found));
    }
    checked.map(|_| codes)
}

/// Checks the parties.
pub(super) fn parties(sections: &Sections, desk: &Desk) -> Vec<Party> {
    good(&sections.parties, |node| {
        let item = Item::open(desk, node, &PARTY)?;
        let (id, kind, name) = (item.id("id"), item.choice("kind", &KINDS), item.text("name"));
        let address = item.optional_text("address");
        let representative = item.perhaps("representative", |node| officer(desk, node));
        let corporate_number = item.perhaps("corporate-number", |node| numbers::corporate(desk, node));
        Ok(Party {
            id: id?,
            kind: kind?,
            name: name?,
            address: address?,
            representative: representative?,
            corporate_number: corporate_number?,
        })
    })
}

/// Checks the terms: an id, a word in each language, and words that are not to stand for it.
pub(super) fn terms(sections: &Sections, desk: &Desk) -> Vec<Term> {
    if desk.languages().is_empty() {
        return Vec::new();
    }
    good(&sections.terms, |node| {
        let item = Item::open(desk, node, &TERM)?;
        let (id, not) = (item.id("id"), item.perhaps("not", |node| not_to_use(desk, node)));
        let word = all(desk.languages(), |language| match item.get(language)? {
            Some(node) => word(desk, node).map(|word| (language.clone(), word.trim().to_owned())),
            None => Err(super::item::lacks(desk, node, language)),
        });
        Ok(Term { id: id?, word: Text(word?.into_iter().collect()), not: not?.unwrap_or_default() })
    })
}

fn not_to_use(desk: &Desk, node: &Node) -> Checked<BTreeMap<Language, Vec<String>>> {
    let item = Item::open(desk, node, &NOT_TO_USE)?;
    let words = |language: &Language| {
        let words = all(item.list(language)?, |node| word(desk, node).map(str::to_owned));
        Ok((language.clone(), words?))
    };
    Ok(all(desk.languages(), words)?.into_iter().filter(|(_, words)| !words.is_empty()).collect())
}

/// Checks the basic policy.
pub(super) fn principles(sections: &Sections, desk: &Desk) -> Vec<Principle> {
    good(&sections.principles, |node| {
        let item = Item::open(desk, node, &PRINCIPLE)?;
        let (id, duty) = (item.id("id"), item.topics("duty"));
        let (title, text) = (item.text("title"), item.text("text"));
        Ok(Principle { id: id?, duty: duty?, title: title?, text: text? })
    })
}
