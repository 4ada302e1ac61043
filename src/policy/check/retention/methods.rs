//! Checks `disposal-methods`: words for readers, instructions for staff.
//!
//! In: the section. Out: its checked type. The rule it keeps: each medium names a method that is one of its own.

use crate::calendar::Period;
use crate::diag::Finding;
use crate::policy::check::desk::{Checked, Desk, good};
use crate::policy::check::item::{Item, meant};
use crate::policy::check::known::Known;
use crate::policy::check::sections::Sections;
use crate::policy::raw::Node;
use crate::policy::rules::disposal_methods::PARTICLE;
use crate::policy::rules::retention::PERIOD;
use crate::policy::shape::{Key, Shape, Takes, forms, map, maybe, needed, words};
use crate::policy::{Before, DisposalMethod, Id, Medium, Method, Over};
use crate::said;

/// How each medium is disposed of.
pub(in crate::policy::check) const METHODS: Shape = map(&[
    maybe("electronic", Takes::Map(&ELECTRONIC), "Electronic records."),
    maybe("paper", Takes::Map(&PAPER), "Paper."),
    maybe("device", Takes::Map(&DEVICE), "Devices and media."),
]);
const RECORD: Key = maybe("record", Takes::Flag, "Whether each disposal is written down.");
const CERTIFICATES: Key = maybe(
    "certificates",
    Takes::Reference("retention.classes"),
    "The class of the contractor's certificates, which are records themselves.",
);
const CERTIFIED_WITHIN: Key = maybe(
    "certified-within",
    Takes::Form(&forms::PERIOD),
    "How soon after handing over the certificate is expected; status reminds of it when it is late.",
);
const TEXT: Key = needed("text", Takes::Text, "What readers are told; the other keys instruct staff.");
const ELECTRONIC: Shape = map(&[
    TEXT,
    needed("method", Takes::Choice(&words(&ERASED)), "What is done."),
    maybe("also", Takes::Choice(&words(&ALSO)), "What is done besides."),
    RECORD,
]);
const PAPER: Shape = map(&[
    TEXT,
    needed("method", Takes::Choice(&words(&ON_PAPER)), "What is done."),
    maybe("particle", Takes::Form(&forms::PARTICLE), "How finely it is shredded."),
    maybe("over", Takes::Map(&OVER), "From how many boxes on somebody else does it."),
    CERTIFICATES,
    CERTIFIED_WITHIN,
    RECORD,
]);
const OVER: Shape = map(&[
    needed("boxes", Takes::Number, "More boxes than these."),
    needed("entrustment", Takes::Reference("entrustments"), "Who does it then."),
]);
const DEVICE: Shape = map(&[
    TEXT,
    needed("method", Takes::Choice(&words(&ON_DEVICES)), "What is done."),
    maybe("or", Takes::Choice(&words(&ON_DEVICES)), "What is done instead, where that cannot be."),
    maybe("before", Takes::Each(&Takes::Choice(&words(&BEFORE))), "Before what."),
    maybe("entrustment", Takes::Reference("entrustments"), "Who does it, where the own staff does not."),
    CERTIFICATES,
    CERTIFIED_WITHIN,
    RECORD,
]);
const ERASED: [(&str, Method); 1] = [("cryptographic-erase", Method::CryptographicErase)];
const ALSO: [(&str, Option<Method>); 1] = [("overwrite", Some(Method::Overwrite))];
const ON_PAPER: [(&str, Method); 3] =
    [("shred", Method::Shred), ("dissolve", Method::Dissolve), ("burn", Method::Burn)];
const ON_DEVICES: [(&str, Method); 2] =
    [("erase-software", Method::EraseSoftware), ("physical-destruction", Method::PhysicalDestruction)];
const BEFORE: [(&str, Before); 2] = [("disposal", Before::Disposal), ("lease-return", Before::LeaseReturn)];
const PARTICLES: [&str; 7] = ["P-1", "P-2", "P-3", "P-4", "P-5", "P-6", "P-7"];

/// Checks how each medium is disposed of.
pub(in crate::policy::check) fn methods(sections: &Sections, known: &Known, desk: &Desk) -> Vec<DisposalMethod> {
    let open = |node| Item::open(desk, node, &METHODS);
    let Some(Ok(item)) = sections.disposal_methods.as_ref().map(open) else {
        return Vec::new();
    };
    let stated = Medium::ALL.into_iter().filter_map(|medium| Some((medium, item.optional(medium.word())?)));
    good(stated, |(medium, node)| match medium {
        Medium::Electronic => electronic(desk, node),
        Medium::Paper => paper(desk, node, known),
        Medium::Device => device(desk, node, known),
    })
}

fn electronic(desk: &Desk, node: &Node) -> Checked<DisposalMethod> {
    let item = Item::open(desk, node, &ELECTRONIC)?;
    let (text, record) = (item.text("text"), item.flag("record"));
    let method = item.choice("method", &ERASED);
    let also = item.choice_or("also", &ALSO, None);
    Ok(DisposalMethod {
        medium: Medium::Electronic,
        text: text?,
        method: method?,
        second: also?,
        particle: None,
        over: None,
        before: Vec::new(),
        entrustment: None,
        certificates: None,
        certified_within: None,
        record: record?,
    })
}

fn paper(desk: &Desk, node: &Node, known: &Known) -> Checked<DisposalMethod> {
    let item = Item::open(desk, node, &PAPER)?;
    let (text, method, record) = (item.text("text"), item.choice("method", &ON_PAPER), item.flag("record"));
    let particle = item.perhaps("particle", |_| particle(&item));
    let over = item.perhaps("over", |node| over(desk, node, known));
    let (certificates, certified_within) = certified(&item, known);
    Ok(DisposalMethod {
        medium: Medium::Paper,
        text: text?,
        method: method?,
        second: None,
        particle: particle?,
        over: over?,
        before: Vec::new(),
        entrustment: None,
        certificates: certificates?,
        certified_within: certified_within?,
        record: record?,
    })
}

fn particle(item: &Item<'_>) -> Checked<String> {
    let written = item.word("particle")?;
    if PARTICLES.contains(&written) {
        return Ok(written.to_owned());
    }
    let found = said!(
        "`{written}` is not a security level of shredding (expected `P-1` to `P-7`)",
        "`{written}`は細断の水準ではありません（`P-1`から`P-7`までです）"
    );
    let finding = Finding::at(&PARTICLE, item.place_of("particle"), found);
    let level = written.trim_start_matches(['P', 'p', '-', ' ']);
    let near = PARTICLES.into_iter().find(|known| known.strip_prefix("P-") == Some(level));
    Err(item.desk().refuse(near.into_iter().fold(finding, meant)))
}

fn over(desk: &Desk, node: &Node, known: &Known) -> Checked<Over> {
    let item = Item::open(desk, node, &OVER)?;
    let boxes = item.needed("boxes").and_then(|node| crate::policy::check::item::number(desk, node));
    let entrustment = item.reference("entrustment", &known.entrustments);
    Ok(Over { boxes: boxes?, entrustment: entrustment? })
}

/// The class of certificates, and how soon one is expected.
fn certified(item: &Item<'_>, known: &Known) -> (Checked<Option<Id>>, Checked<Option<Period>>) {
    let class = item.perhaps("certificates", |_| item.reference("certificates", &known.classes));
    let within = item.perhaps("certified-within", |_| item.parsed("certified-within", &PERIOD));
    (class, within)
}

fn device(desk: &Desk, node: &Node, known: &Known) -> Checked<DisposalMethod> {
    let item = Item::open(desk, node, &DEVICE)?;
    let (text, method, record) = (item.text("text"), item.choice("method", &ON_DEVICES), item.flag("record"));
    let second = item.perhaps("or", |_| item.choice("or", &ON_DEVICES));
    let before = item.choices("before", &BEFORE);
    let entrustment = item.perhaps("entrustment", |_| item.reference("entrustment", &known.entrustments));
    let (certificates, certified_within) = certified(&item, known);
    Ok(DisposalMethod {
        medium: Medium::Device,
        text: text?,
        method: method?,
        second: second?,
        particle: None,
        over: None,
        before: before?,
        entrustment: entrustment?,
        certificates: certificates?,
        certified_within: certified_within?,
        record: record?,
    })
}
