//! Checks one retention class.
//!
//! In: its node and what the set declares. Out: the checked class. The rule it keeps: each date its rule counts from can
//! be known for every record that any of its patterns accepts.

use crate::diag::{Finding, Said};
use crate::policy::pattern::CaptureKind;
use crate::policy::raw::{Node, Value};
use crate::policy::rules::{reference, retention as rules, section};
use crate::policy::shape::{self, ACCEPTED_PATH, Between, ID, Shape, TOPIC, Takes, forms, map, maybe, needed, words};
use crate::policy::{
    About, Authority, Class, ComesFrom, Disposal, Keep, Leg, Medium, NotAPattern, Pattern, Review, Sidecar, Then,
};
use crate::said;

use crate::policy::check::desk::{Checked, Desk, all};
use crate::policy::check::item::{Item, id, list, meant, rewritten, suggest, word};
use crate::policy::check::known::Known;
use crate::policy::check::reason::Reason;

use super::dates::Declared;
use super::read::{read, readable};
use super::{Accepted, instead, register, units};
use crate::calendar::{MonthDay, NotAStarting, Period, Starting};
use crate::policy::field::SUBJECT;

/// A class of records.
pub(super) const CLASS: Shape = map(&[
    needed("id", Takes::Form(&ID), "The name of the class; records keep it."),
    maybe("was", Takes::Each(&Takes::Form(&ID)), "Earlier ids of this class, so that its records stay its own."),
    needed("title", Takes::Text, "What the records are called."),
    maybe("information", shape::INFORMATION, "Which types of information they hold."),
    needed("medium", Takes::Choice(&words(&MEDIA)), "What the records are: hokan itself keeps the electronic ones."),
    maybe("accept", Takes::Each(&Takes::Form(&ACCEPTED_PATH)), "Where they are filed: electronic classes only."),
    maybe(
        "read",
        Takes::Names(
            &Takes::Either(&[Takes::Choice(&["subject", "encoding"]), Takes::Reference("dates")]),
            &Takes::Word,
        ),
        "Fields of the record that say a date, or whom it is about; and how the record is encoded.",
    ),
    maybe("register", Takes::Map(&register::REGISTER), "Columns of a register of boxes, binders and devices."),
    maybe("sidecar", Takes::Choice(&words(&SIDECARS)), "Whether a file beside the record says dates and subjects."),
    maybe(
        "recipients",
        Takes::Each(&Takes::Reference("service.recipients")),
        "Who can open them, besides those who can always.",
    ),
    needed(
        "keep",
        Takes::Either(&[Takes::Choice(&["permanent"]), Takes::Map(&RULE)]),
        "How long they are kept: a period, the earlier or the later of several, or `permanent`.",
    ),
    needed("authority", Takes::Map(&AUTHORITY), "What the period rests on."),
    needed("disposal", Takes::Map(&DISPOSAL), "What becomes of them afterwards."),
    maybe("extension", Takes::Map(&EXTENSION), "How far the period may be extended, with a reason."),
])
.between(&[
    Between::Needs("medium", &["electronic"], "accept"),
    Between::Without("medium", &["paper", "device"], "accept"),
    Between::Without("medium", &["paper", "device"], "register"),
]);
const RULE: Shape = map(&[
    maybe("for", Takes::Form(&forms::PERIOD), "How long."),
    maybe("after", Takes::Reference("dates"), "After which date."),
    maybe(
        "starting",
        Takes::Form(&forms::STARTING),
        "When counting begins; the day after the date where nothing is said.",
    ),
    maybe("earlier-of", Takes::AtLeast(2, &Takes::Map(&LEG)), "Until the first of these periods is over."),
    maybe("later-of", Takes::AtLeast(2, &Takes::Map(&LEG)), "Until the last of these periods is over."),
])
.between(&[
    Between::OneOf(&[&["for", "after"], &["earlier-of"], &["later-of"]]),
    Between::With("for", "after"),
    Between::With("after", "for"),
    Between::With("starting", "for"),
]);
const LEG: Shape = map(&[
    needed("for", Takes::Form(&forms::PERIOD), "How long."),
    needed("after", Takes::Reference("dates"), "After which date."),
    maybe(
        "starting",
        Takes::Form(&forms::STARTING),
        "When counting begins; the day after the date where nothing is said.",
    ),
]);
const AUTHORITY: Shape = map(&[
    maybe("own-rule", Takes::Text, "The organization's own rule."),
    maybe("topic", Takes::Form(&TOPIC), "The topic of the law that sets a shortest period."),
])
.between(&[Between::AnyOf(&["own-rule", "topic"])]);
const EXTENSION: Shape = map(&[
    needed("at-most", Takes::Form(&forms::PERIOD), "By how much at most."),
    needed("reason", Takes::Choice(&["required"]), "A reason is required."),
]);
const DISPOSAL: Shape = map(&[
    needed("review", Takes::Choice(&words(&REVIEWS)), "How many people approve the list of what is destroyed."),
    needed("then", Takes::Choice(&words(&THEN)), "What is done."),
    needed("within", Takes::Form(&forms::PERIOD), "How soon after the period is over."),
    maybe("rest", Takes::Reference("retention.classes"), "The class of what stays where only a number is deleted."),
    maybe("mask", Takes::Each(&Takes::Word), "The columns of a CSV file that hold Individual Numbers."),
]);
const MEDIA: [(&str, Medium); 3] = [
    (Medium::ALL[0].word(), Medium::ALL[0]),
    (Medium::ALL[1].word(), Medium::ALL[1]),
    (Medium::ALL[2].word(), Medium::ALL[2]),
];
const SIDECARS: [(&str, Sidecar); 3] =
    [("optional", Sidecar::Optional), ("required", Sidecar::Required), ("none", Sidecar::None)];
const THEN: [(&str, Then); 3] =
    [("destroy", Then::Destroy), ("delete-number", Then::DeleteNumber), ("transfer", Then::Transfer)];
const REVIEWS: [(&str, Review); 3] = [("none", Review::None), ("one", Review::One), ("two", Review::Two)];

/// Checks a class; its patterns are added to `accepted`.
pub(super) fn class(
    desk: &Desk,
    node: &Node,
    known: &Known,
    declared: &Declared<'_>,
    accepted: &mut Vec<Accepted>,
) -> Checked<Class> {
    let item = Item::open(desk, node, &CLASS)?;
    let (id, title, medium) = (item.id("id"), item.text("title"), item.choice("medium", &MEDIA));
    let was = former_ids(&item, known);
    let information = item.references("information", &known.information);
    let recipients = item.references("recipients", &known.recipients);
    let sidecar = item.choice_or("sidecar", &SIDECARS, Sidecar::Optional);
    let keep = item.needed("keep").and_then(|node| keep(desk, node, known));
    let authority = item.needed("authority").and_then(|node| authority(desk, node));
    let disposal = item.needed("disposal").and_then(|node| disposal(desk, node, known));
    let read = read(&item, known, declared);
    let extension = item.perhaps("extension", |node| extension(desk, node));
    let patterns = patterns(&item, known, declared);
    let register = item.perhaps("register", |node| register::register(desk, node, known, declared));
    if let (Ok(Some(_)), Ok(patterns), Ok(medium)) = (&register, &patterns, &medium) {
        register::readable(&item, *medium, patterns);
    }
    if let (Ok(patterns), Ok(medium)) = (&patterns, &medium) {
        accepts_by_medium(&item, *medium, patterns.is_empty());
    }
    if let (Ok(patterns), Ok(sidecar), Ok(_)) = (&patterns, &sidecar, &keep) {
        knowable(&item, patterns, *sidecar, declared);
    }
    if let Ok(patterns) = &patterns {
        readable(&item, patterns);
    }
    let (id, patterns) = (id?, patterns?);
    accepted.extend(patterns.iter().map(|(place, pattern)| Accepted {
        class: id.clone(),
        pattern: pattern.clone(),
        place: place.place(),
    }));
    Ok(Class {
        id,
        was: was?,
        title: title?,
        information: information?,
        medium: medium?,
        accept: patterns.into_iter().map(|(_, pattern)| pattern).collect(),
        read: read?,
        register: register?,
        sidecar: sidecar?,
        recipients: recipients?,
        keep: keep?,
        authority: authority?,
        disposal: disposal?,
        extension: extension?,
    })
}

fn former_ids(item: &Item<'_>, known: &Known) -> Checked<Vec<String>> {
    let desk = item.desk();
    all(item.list("was")?, |node| {
        let former = id(desk, node)?;
        if let Some(place) = known.classes.place(&former) {
            let found = said!(
                "`{former}` is the id of a class, so it cannot be an earlier id of another",
                "`{former}`は今ある種類のIDなので、別の種類の以前のIDにはできません"
            );
            let finding = Finding::at(&reference::DUPLICATE_ID, node.place(), found);
            desk.report(finding.also(place.clone()));
        }
        Ok(former)
    })
}

fn authority(desk: &Desk, node: &Node) -> Checked<Authority> {
    if let Some(word) = node.scalar().filter(|word| !word.trim().is_empty()) {
        return Err(desk.refuse(instead::authority(desk, node, word)));
    }
    let item = Item::open(desk, node, &AUTHORITY)?;
    let own_rule = item.optional_text("own-rule");
    let topic = item.perhaps("topic", |_| item.topic("topic"));
    let authority = Authority { own_rule: own_rule?, topic: topic? };
    if authority.own_rule.is_none() && authority.topic.is_none() {
        let found = said!(
            "the period names neither an `own-rule` nor a `topic` of the law",
            "保存期間の根拠として`own-rule`も`topic`も書かれていません"
        );
        return Err(desk.refuse_at(&section::MISSING_KEY, node.place(), found));
    }
    Ok(authority)
}

fn extension(desk: &Desk, node: &Node) -> Checked<Period> {
    let item = Item::open(desk, node, &EXTENSION)?;
    let (at_most, reason) = (item.parsed("at-most", &rules::PERIOD), item.choice("reason", &[("required", ())]));
    reason?;
    at_most
}

fn disposal(desk: &Desk, node: &Node, known: &Known) -> Checked<Disposal> {
    if let Some(word) = node.scalar().filter(|word| THEN.iter().any(|(then, _)| then == word)) {
        return Err(desk.refuse(instead::disposal(node, word)));
    }
    let item = Item::open(desk, node, &DISPOSAL)?;
    let (review, then) = (item.choice("review", &REVIEWS), item.choice("then", &THEN));
    let within = item.parsed("within", &rules::PERIOD);
    let rest = item.perhaps("rest", |_| item.reference("rest", &known.classes));
    let mask = item.words("mask");
    Ok(Disposal { review: review?, then: then?, within: within?, rest: rest?, mask: mask? })
}

/// Whether a word says that something is kept without end.
fn is_permanent(word: &str) -> bool {
    const WORDS: [&str; 8] =
        ["permanent", "permanently", "forever", "indefinite", "indefinitely", "永久", "永年", "無期限"];
    WORDS.contains(&word.trim().to_lowercase().as_str())
}

/// `permanent`, one period, or several.
fn keep(desk: &Desk, node: &Node, known: &Known) -> Checked<Keep> {
    let refuse = |found: Said| Err(desk.refuse_at(&rules::KEEP, node.place(), found));
    match &node.value {
        Value::Scalar(word) if word == "permanent" => return Ok(Keep::Permanent),
        Value::Scalar(word) => {
            let found = said!(
                "`{word}` is not a rule (expected `permanent` or a map)",
                "`{word}`は保存期間の定めではありません（`permanent`か、キーと値の組を書きます）"
            );
            let finding = Finding::at(&rules::KEEP, node.place(), found);
            let period = word.parse().ok().or_else(|| Period::meant_by(word));
            return Err(desk.refuse(match period {
                _ if is_permanent(word) => meant(finding, "permanent"),
                Some(period) => finding.help(said!(
                    "write `{{ for: {period}, after: … }}`, with the date from which it counts",
                    "`{{ for: {period}, after: … }}`の形で、どの日から数えるかも書いてください"
                )),
                None => finding,
            }));
        }
        Value::Nothing | Value::List(_) => {
            return refuse(said!("expected `permanent` or a map", "`permanent`か、キーと値の組が必要です"));
        }
        Value::Map(_) => {}
    }
    if let Some(refused) = units::refused(desk, node, known) {
        return Err(refused);
    }
    let item = Item::open(desk, node, &RULE)?;
    item.spelt()?;
    let has = |key: &str| item.optional(key).is_some();
    let single = has("for") || has("after") || has("starting");
    if let Some(period) = item.optional("for").filter(|period| period.scalar().is_some_and(is_permanent)) {
        let found = said!("what is kept without end has no period", "期間を定めずに保存するものに`for`は書きません");
        let finding = Finding::at(&rules::KEEP, period.place(), found);
        let help = said!(
            "write `keep: permanent` in the place of the whole map",
            "`keep`の値全体を`keep: permanent`にしてください"
        );
        return Err(desk.refuse(finding.help(help)));
    }
    // A key that is not known says what is wrong already.
    if let Some(refused) = item.refusal().filter(|_| !single && !has("earlier-of") && !has("later-of")) {
        return Err(refused);
    }
    match (single, item.optional("earlier-of"), item.optional("later-of")) {
        (true, None, None) => leg(desk, node, known).map(Keep::For),
        (false, Some(node), None) => legs(desk, node, known).map(Keep::EarlierOf),
        (false, None, Some(node)) => legs(desk, node, known).map(Keep::LaterOf),
        _ => refuse(said!(
            "expected one of: `for` with `after`, `earlier-of`, `later-of`",
            "`for`と`after`の組、`earlier-of`、`later-of`のいずれか1つを書いてください"
        )),
    }
}

fn legs(desk: &Desk, node: &Node, known: &Known) -> Checked<Vec<Leg>> {
    let legs = all(list(desk, node)?, |node| leg(desk, node, known))?;
    if legs.len() < 2 {
        let count = legs.len();
        let found =
            said!("expected two or more periods, found {count}", "期間が{count}個しかありません（2個以上必要です）");
        return Err(desk.refuse_at(&rules::KEEP, node.place(), found));
    }
    Ok(legs)
}

fn leg(desk: &Desk, node: &Node, known: &Known) -> Checked<Leg> {
    if let Some(refused) = units::refused(desk, node, known) {
        return Err(refused);
    }
    let item = Item::open(desk, node, &LEG)?;
    let period: Checked<Period> = item.parsed("for", &rules::PERIOD);
    let after = item.reference("after", &known.dates);
    let starting =
        item.perhaps("starting", |node| starting(desk, node)).map(|starting| starting.unwrap_or(Starting::NextDay));
    Ok(Leg { period: period?, after: after?, starting: starting? })
}

fn starting(desk: &Desk, node: &Node) -> Checked<Starting> {
    let written = word(desk, node)?;
    written.parse().map_err(|error: NotAStarting| {
        let finding = Finding::at(&rules::STARTING, node.place(), error.said());
        let day = written.strip_prefix("following").and_then(MonthDay::meant_by);
        desk.refuse(match written.starts_with("following") {
            true if day.is_some() => {
                day.into_iter().fold(finding, |finding, day| meant(finding, &format!("following {day}")))
            }
            true => finding.help(said!(
                "write `following` and a day that every year has, such as `following 03-31`",
                "`following 03-31`のように、毎年ある日付を続けて書いてください"
            )),
            false => suggest(finding, written, Starting::NAMES.into_iter()),
        })
    })
}

pub(super) type Patterns<'n> = Vec<(&'n Node, Pattern)>;

/// Reads the patterns; what they capture must be declared to come from the path.
fn patterns<'d>(item: &Item<'d>, known: &Known, declared: &Declared<'_>) -> Checked<Patterns<'d>> {
    let desk = item.desk();
    all(item.distinct("accept")?, |node| {
        let pattern = Pattern::parse(word(desk, node)?).map_err(|error| desk.refuse(unreadable(node, &error)))?;
        for (name, kind) in pattern.capture_names() {
            capture(desk, node, (&pattern, name, kind), known, declared);
        }
        Ok((node, pattern))
    })
}

/// The finding for a pattern that cannot be read: at the part that is at fault.
fn unreadable(node: &Node, error: &NotAPattern) -> Finding {
    let place = node.part(error.fault.at.clone()).unwrap_or_else(|| node.place());
    let finding = Finding::at(&rules::PATTERN, place, error.said()).help(error.fault.help.clone());
    error.meant.iter().fold(finding, |finding, meant| rewritten(finding, node, meant))
}

fn capture(
    desk: &Desk,
    node: &Node,
    (pattern, name, kind): (&Pattern, &str, CaptureKind),
    known: &Known,
    declared: &Declared<'_>,
) {
    match (kind.is_date(), declared.get(name)) {
        (false, _) => {}
        (true, None) if known.dates.has(name) => {}
        (true, None) => {
            let part = pattern.name_at(name).and_then(|at| node.part(at));
            let is_exact = part.is_some();
            known.dates.lacks(desk, name, part.unwrap_or_else(|| node.place()), is_exact);
        }
        (true, Some((Some(ComesFrom::Path) | None, _))) => {}
        (true, Some((Some(ComesFrom::Sidecar | ComesFrom::Field | ComesFrom::Event), _))) => {
            let found = said!(
                "the pattern captures `{name}`, which is declared not to come from the path",
                "パターンが`{name}`を読み取りますが、これはパスから得る日付として書かれていません"
            );
            let finding = Finding::at(&rules::CAPTURE, node.place(), found);
            desk.report(known.dates.place(name).cloned().into_iter().fold(finding, Finding::also));
        }
    }
}

fn accepts_by_medium(item: &Item<'_>, medium: Medium, accepts_nothing: bool) {
    let (rule, found) = match (medium, accepts_nothing) {
        (Medium::Electronic, true) => (
            &rules::ACCEPT_MISSING,
            said!("the class is electronic and accepts no path", "電子データの種類なのに、受け入れるパスがありません"),
        ),
        (Medium::Paper | Medium::Device, false) => (
            &rules::ACCEPT_MEDIUM,
            said!("only an electronic class accepts paths", "パスを受け入れるのは電子データの種類だけです"),
        ),
        (Medium::Electronic, false) | (Medium::Paper | Medium::Device, true) => return,
    };
    let place = if accepts_nothing { item.place_of("id") } else { item.place_of("accept") };
    item.desk().report(Finding::at(rule, place, found));
}

/// Reports periods that count from a date which records of some pattern can never have.
fn knowable(item: &Item<'_>, patterns: &Patterns<'_>, sidecar: Sidecar, declared: &Declared<'_>) {
    for after in item.optional("keep").into_iter().flat_map(counted_from) {
        let Some((Some(comes_from), about)) = after.scalar().and_then(|name| declared.get(name)) else { continue };
        for (place, pattern) in patterns {
            let reads = |name: &str| item.optional("read").is_some_and(|read| read.get(name).is_some());
            if let Some(why) = never_known(after, (*comes_from, *about), pattern, sidecar, &reads) {
                let finding = Finding::at(&rules::DATE_UNKNOWN, after.place(), why).also(place.place());
                item.desk().report(finding);
            }
        }
    }
}

/// The `after` of every period of a rule.
fn counted_from(keep: &Node) -> Vec<&Node> {
    let several = keep.get("earlier-of").or_else(|| keep.get("later-of"));
    match several.map(|node| &node.value) {
        Some(Value::List(legs)) => legs.iter().filter_map(|leg| leg.get("after")).collect(),
        Some(Value::Nothing | Value::Scalar(_) | Value::Map(_)) | None => keep.get("after").into_iter().collect(),
    }
}

fn never_known(
    after: &Node,
    (comes_from, about): (ComesFrom, Option<About>),
    pattern: &Pattern,
    sidecar: Sidecar,
    reads: &dyn Fn(&str) -> bool,
) -> Option<Said> {
    let name = after.scalar().unwrap_or_default();
    let captures = |wanted: &dyn Fn(&str, CaptureKind) -> bool| pattern.capture_names().any(|(n, k)| wanted(n, k));
    match comes_from {
        ComesFrom::Path if !captures(&|found, kind| found == name && kind.is_date()) => Some(said!(
            "`{name}` comes from the path, but `{pattern}` does not capture it",
            "`{name}`はパスから得る日付ですが、`{pattern}`はこれを読み取りません"
        )),
        ComesFrom::Sidecar if sidecar == Sidecar::None => Some(said!(
            "`{name}` comes from the sidecar, but the class takes none",
            "`{name}`は添付ファイルから得る日付ですが、この種類は添付ファイルを受け取りません"
        )),
        ComesFrom::Field if !reads(name) => Some(said!(
            "`{name}` comes from a field, but the class does not `read` it",
            "`{name}`は記録の中の項目から得る日付ですが、この種類の`read`にありません"
        )),
        ComesFrom::Event
            if about == Some(About::Subject)
                && sidecar == Sidecar::None
                && !reads(SUBJECT)
                && !captures(&|_, kind| kind == CaptureKind::Subject) =>
        {
            Some(said!(
                "`{name}` is about a subject, but `{pattern}` captures no `{{subject}}`",
                "`{name}`は対象者についての出来事ですが、`{pattern}`は`{{subject}}`を読み取りません"
            ))
        }
        ComesFrom::Path | ComesFrom::Sidecar | ComesFrom::Field | ComesFrom::Event => None,
    }
}
