//! Prints the pages of rules: one on a terminal, all of them as Markdown.
//!
//! In: rules and a language. Out: text. The rule it keeps: the words of a page are those that findings show; nothing is
//! explained in a second place.

use super::{Locale, Rule, Said, Weight, Words};

const WHAT: Words = Words { en: "What", ja: "内容" };
const WHY: Words = Words { en: "Why", ja: "理由" };
const EXAMPLE: Words = Words { en: "Example", ja: "例" };
const LAW: Words = Words { en: "Law", ja: "法令" };
const FIX: Words = Words { en: "Fix", ja: "直し方" };
const FIXED: Words = Words {
    en: "its severity is fixed, and what it finds cannot be accepted",
    ja: "重さは変えられず、指摘を受け入れることもできません",
};
const ADJUSTABLE: Words = Words {
    en: "`rules` may change its severity, `accepted-findings` may accept what it finds at one place",
    ja: "`rules`で重さを変えることができ、`accepted-findings`で箇所を示して指摘を受け入れることができます",
};
const TITLE: Words = Words { en: "Rules", ja: "規則の一覧" };
const OPENING: Words = Words {
    en: "Every rule that `hokan check` knows, by section: what it finds, why that matters, a policy it finds something in, and\n\
         how to mend it. `hokan explain RULE` shows one of these pages. The same words are the help of a finding; this file is\n\
         made from them by `hokan explain --markdown`.",
    ja: "`hokan check`が用いるすべての規則を、節ごとにまとめたものです。何を指摘するのか、なぜ大切なのか、どのような書き方が\n\
         指摘されるのか、どう直せばよいのかを示します。1つの規則の説明は`hokan explain 規則名`でも見ることができます。この文書は\n\
         `hokan explain --markdown --lang ja`で作られたもので、指摘とともに表示される文と同じ文からできています。",
};
const COLUMNS: [Words; 3] =
    [Words { en: "Rule", ja: "規則" }, Words { en: "Severity", ja: "重さ" }, Words { en: "Finds", ja: "指摘する内容" }];

/// Returns a rule's page as a terminal shows it; `law` says where its law is and when it holds.
pub fn page(rule: &Rule, law: Option<&Said>, locale: Locale) -> String {
    let mut page = format!("{} ({})\n", rule.name, weighed(rule, locale));
    for (heading, said) in parts(rule, law, locale) {
        let said: String = said.lines().map(|line| format!("  {line}\n")).collect();
        page.push_str(&format!("\n{heading}\n{said}"));
    }
    page
}

/// Returns the pages of all rules, each with its law, as one Markdown file, by section in the order in which sections first
/// come.
pub fn markdown(rules: &[(&Rule, Option<Said>)], locale: Locale) -> String {
    let mut sections: Vec<&str> = Vec::new();
    for section in rules.iter().map(|(rule, _)| section(rule)) {
        if !sections.contains(&section) {
            sections.push(section);
        }
    }
    let mut text = format!("# {}\n\n{}\n", TITLE.of(locale), OPENING.of(locale));
    let [rule, severity, finds] = COLUMNS.map(|words| words.of(locale));
    text.push_str(&format!("\n| {rule} | {severity} | {finds} |\n| --- | --- | --- |\n"));
    let of = |wanted: &str| rules.iter().filter(move |(rule, _)| section(rule) == wanted).collect::<Vec<_>>();
    for (rule, _) in sections.iter().flat_map(|section| of(section)) {
        let (name, anchor) = (rule.name, rule.name.replace('.', ""));
        let what = rule.what.of(locale).replace('|', "\\|");
        text.push_str(&format!("| [`{name}`](#{anchor}) | {} | {what} |\n", rule.severity.word(locale)));
    }
    for section in &sections {
        text.push_str(&format!("\n## {section}\n"));
        of(section).into_iter().for_each(|(rule, law)| text.push_str(&in_markdown(rule, law.as_ref(), locale)));
    }
    text
}

fn in_markdown(rule: &Rule, law: Option<&Said>, locale: Locale) -> String {
    let mut text = format!("\n### {}\n\n*{}*\n", rule.name, weighed(rule, locale));
    for (heading, said) in parts(rule, law, locale) {
        let stop = match locale {
            Locale::English => ".",
            Locale::Japanese => "：",
        };
        match heading == EXAMPLE.of(locale) {
            true => text.push_str(&format!("\n**{heading}{stop}**\n\n```yaml\n{}\n```\n", said.trim_end())),
            false => text.push_str(&format!("\n**{heading}{stop}** {said}\n")),
        }
    }
    text
}

/// The parts of a page, with their headings; a rule that no topic of the law decides has no part about it.
fn parts<'p>(rule: &Rule, law: Option<&'p Said>, locale: Locale) -> impl Iterator<Item = (&'static str, &'p str)> {
    let words = |words: Words| words.of(locale);
    let (what, why, fix) = (rule.what.of(locale), rule.why.of(locale), rule.fix.of(locale));
    let law = law.map_or("", |law| law.of(locale));
    let all =
        [(words(WHAT), what), (words(WHY), why), (words(LAW), law), (words(EXAMPLE), rule.example), (words(FIX), fix)];
    all.into_iter().filter(|(_, said)| !said.is_empty())
}

fn weighed(rule: &Rule, locale: Locale) -> String {
    let weight = match rule.weight {
        Weight::Fixed => FIXED,
        Weight::Adjustable => ADJUSTABLE,
    };
    let stop = match locale {
        Locale::English => "; ",
        Locale::Japanese => "。",
    };
    format!("{}{stop}{}", rule.severity.word(locale), weight.of(locale))
}

fn section(rule: &Rule) -> &str {
    rule.name.split('.').next().unwrap_or_default()
}
