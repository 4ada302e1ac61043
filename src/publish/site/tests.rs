//! What the site keeps: policy texts come out as text, the same facts give the same bytes, and a template that is wrong is
//! named with its place.

mod words;

use super::*;
use crate::Digest;
use crate::calendar::Date;
use crate::policy::sample::{sample, sample_with, text};
use crate::policy::{Cases, Section};
use crate::publish::Imprint;
use crate::publish::Standing;
use crate::publish::facts::tests::example;
use crate::publish::history::History;

fn issue() -> Issue {
    let commit = Some("0123456789abcdef0123456789abcdef01234567".to_owned());
    let imprint = Imprint::published(commit, Digest::of(b"policies"), Date::from_ymd(2026, 11, 22).unwrap());
    Issue { history: History::specimen(imprint.date), ..Issue::alone(imprint) }
}

fn english() -> Messages {
    Messages::read(&Templates::shipped(), "en").unwrap()
}

fn site(policy: &PolicySet) -> BTreeMap<String, Vec<u8>> {
    render(policy, &issue(), &Templates::shipped()).unwrap()
}

fn page(site: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    String::from_utf8(site[path].clone()).unwrap()
}

fn overridden(name: &str, content: &str) -> Templates {
    Templates::shipped().overridden(BTreeMap::from([(name.to_owned(), content.as_bytes().to_vec())]))
}

#[test]
fn every_page_is_there_in_every_language() {
    let site = site(&sample());
    let names: Vec<&str> = site.keys().map(String::as_str).collect();
    for page in ["privacy-policy", "purposes", "joint-use", "consent", "retention", "contacts"] {
        assert!(names.contains(&format!("ja/{page}.html").as_str()), "{names:?}");
        assert!(names.contains(&format!("en/{page}.html").as_str()), "{names:?}");
    }
    let files = ["index.html", "policy.json", "assets/site.css", "assets/text-size.js", "assets/search.js"];
    for file in files.into_iter().chain([
        "ja/contents.html",
        "en/contents.html",
        "ja/search-index.js",
        "ja/history.html",
        "en/history.xml",
    ]) {
        assert!(names.contains(&file), "{names:?}");
    }
}

#[test]
fn i8_the_same_input_gives_the_same_bytes() {
    assert_eq!(site(&sample()), site(&sample()));
}

#[test]
fn i9_the_page_and_the_published_data_print_the_enforced_period() {
    let policy = sample();
    let site = site(&policy);
    let crate::policy::Keep::For(leg) = &policy.classes[0].keep else { panic!("the sample has one period") };
    let example = Date::from_ymd(2026, 11, 30).unwrap();
    let year = policy.organization.fiscal_year_starts;
    let due = crate::calendar::first_day_allowed(example, leg.period, leg.starting, year).unwrap();
    let retention = page(&site, "ja/retention.html");
    assert!(retention.contains("診療年月の末日の翌日から5年間"), "{retention}");
    assert!(retention.contains(&crate::calendar::japanese_date(due).unwrap()), "{retention}");
    let data: serde_json::Value = serde_json::from_slice(&site["policy.json"]).unwrap();
    let period = &data["languages"]["en"]["retention"][0]["keep"]["periods"][0];
    assert_eq!(period["duration"], leg.period.to_string());
    assert_eq!(period["example"]["first_day_allowed"]["date"], due.to_string());
}

#[test]
fn every_page_shows_its_policy_version() {
    let site = site(&sample());
    for (path, bytes) in site.iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = String::from_utf8_lossy(bytes);
        assert!(html.contains(">0123456789ab</code>"), "{path}");
        assert!(html.contains(&issue().imprint.short_digest()), "{path}");
        assert!(html.contains(r#"<time datetime="2026-11-22">"#), "{path}");
    }
    assert!(page(&site, "ja/purposes.html").contains("令和8年11月22日"));
    assert!(page(&site, "en/purposes.html").contains("22 November 2026"));
}

/// A text that breaks whatever does not escape it, and what a page shows instead.
const HOSTILE: &str =
    "<script>alert(1)</script> \"quoted\" 'single' {{ facts }} {% if %} 𠮷野家 \u{202e}abc\u{202c} &amp; -->";
const SHOWN: &str = "&lt;script&gt;alert(1)&lt;/script&gt; &quot;quoted&quot; &#39;single&#39; {{ facts }} {% if %} 𠮷野家 \u{202e}abc\u{202c} &amp;amp; --&gt;";

/// Words of facts and views that templates compare or lead by: the checker lets no other characters into them.
const NOT_TEXTS: [&str; 10] =
    ["anchor", "contents", "date", "href", "id", "key", "kind", "language", "request", "root"];

/// Puts [`HOSTILE`] behind every text.
fn spoil(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) if !text.is_empty() => text.push_str(HOSTILE),
        serde_json::Value::Array(values) => values.iter_mut().for_each(spoil),
        serde_json::Value::Object(values) => {
            let texts = values.iter_mut().filter(|(key, _)| !NOT_TEXTS.contains(&key.as_str()) && *key != "shown_on");
            texts.for_each(|(_, value)| spoil(value));
        }
        _ => {}
    }
}

/// Expects a page to come out the same whatever its texts hold, these texts apart.
#[track_caller]
fn expect_escaped(press: Press<'_>, template: &str, edited: &Edited, spoilt: &Edited, view: &View<'_>) {
    let mut hostile = serde_json::to_value(view).unwrap();
    spoil(&mut hostile);
    let as_text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let plain = as_text(press.print(template, "page", edited, view).unwrap());
    let page = as_text(press.print(template, "page", spoilt, &hostile).unwrap());
    assert!(page.matches(SHOWN).count() > 10, "{template}");
    assert_eq!(page.replace(SHOWN, ""), plain, "{template}");
}

#[test]
fn texts_of_the_policy_are_data_on_every_page() {
    let (policy, templates) = (example(), Templates::shipped());
    let engine = engine(&templates).unwrap();
    let press = Press { engine: &engine, templates: &templates, watcher: &|_| {} };
    let languages = edited(&policy, &issue(), &templates).unwrap();
    let spoilt = edited(&policy, &issue(), &templates).unwrap().into_iter().map(|mut edited| {
        let mut facts = serde_json::to_value(&edited.facts).unwrap();
        let mut words = serde_json::to_value(edited.messages.texts()).unwrap();
        spoil(&mut facts);
        spoil(&mut words);
        edited.shared.insert_value("facts", Value::try_from_serializable(&facts).unwrap());
        edited.shared.insert_value("words", Value::try_from_serializable(&words).unwrap());
        edited
    });
    let spoilt: Vec<Edited> = spoilt.collect();
    for (edited, spoilt) in languages.iter().zip(&spoilt) {
        let mut listed = Vec::new();
        for page in PageView::all(&policy, edited).unwrap() {
            let template = if page.form().is_some() { FORM } else { PAGE };
            let view = View::of(&policy, &languages, edited, &page).unwrap();
            expect_escaped(press, template, edited, spoilt, &view);
            let html = press.print(template, "page", edited, &view).unwrap();
            let found = entries(&page.file(), page.title(), &page.spots(), &html);
            listed.push((page, found));
        }
        let contents = PageView::contents(edited).unwrap();
        let view = View::contents(&policy, &languages, edited, &contents, &listed).unwrap();
        expect_escaped(press, CONTENTS_PAGE, edited, spoilt, &view);
        let index = PageView::index(edited).unwrap();
        let view = View::index(&policy, &languages, edited, &index).unwrap();
        expect_escaped(press, INDEX, edited, spoilt, &view);
    }
}

#[test]
fn texts_of_the_policy_are_data_from_the_policy_to_the_file() {
    let policy = sample_with(|policy| {
        policy.principles[0].title = text(HOSTILE, HOSTILE);
        policy.principles[0].text = text(HOSTILE, HOSTILE);
        policy.organization.name = text(HOSTILE, HOSTILE);
        policy.pages[0].title = text(HOSTILE, HOSTILE);
    });
    for (path, bytes) in site(&policy).iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = String::from_utf8(bytes.clone()).unwrap();
        assert!(!html.contains("<script>alert"), "{path}");
        assert!(html.contains(SHOWN), "{path}");
    }
}

#[test]
fn headings_are_in_order_on_every_page() {
    for site in [site(&sample()), site(&example())] {
        for (path, bytes) in site.iter().filter(|(path, _)| path.ends_with(".html")) {
            let html = String::from_utf8_lossy(bytes);
            let opened = html.split("<h").skip(1).filter_map(|after| after.chars().next()?.to_digit(10));
            let levels: Vec<u32> = opened.collect();
            assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{path}: {levels:?}");
            assert_eq!(levels.first(), Some(&1), "{path}: {levels:?}");
            assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{path}: {levels:?}");
        }
    }
}

#[test]
fn every_request_has_a_form_to_print() {
    let policy = example();
    let site = site(&policy);
    for language in ["ja", "en"] {
        let procedures = page(&site, &format!("{language}/procedures.html"));
        for procedure in &policy.procedures {
            let file = format!("form_{}.html", procedure.request);
            assert!(procedures.contains(&format!("href=\"{file}\"")), "{language}: {file}");
            let form = page(&site, &format!("{language}/{file}"));
            let called = Messages::read(&Templates::shipped(), language).unwrap();
            let called =
                called.word(&format!("form_title_{}", procedure.request.replace('-', "_"))).unwrap().to_owned();
            assert!(form.contains(&format!(">{called}</h1>")), "{language}: {file}");
            assert!(form.contains(procedure.identification.get(language)), "{language}: {file}");
        }
    }
}

#[test]
fn an_objection_form_has_the_items_that_silence_counts_for() {
    let policy = example();
    let site = site(&policy);
    let items = &policy.consent.as_ref().unwrap().items;
    for language in ["ja", "en"] {
        let form = page(&site, &format!("{language}/objection_form.html"));
        for item in items {
            let is_implied = item.kind == crate::policy::ConsentKind::Implied;
            assert_eq!(form.contains(item.title.get(language)), is_implied, "{language}: {}", item.id);
        }
    }
    let explicit = sample_with(|policy| {
        let items = &mut policy.consent.as_mut().unwrap().items;
        items.iter_mut().for_each(|item| item.kind = crate::policy::ConsentKind::Explicit);
    });
    let site = self::site(&explicit);
    assert!(!site.contains_key("ja/objection_form.html"));
    assert!(!page(&site, "ja/consent.html").contains("objection_form"));
}

#[test]
fn the_search_looks_into_everything_that_is_printed() {
    let site = site(&example());
    for (language, words) in [
        ("ja", ["手数料 無料", "診療月の末日の翌日から5年間", "個人情報の保護に関する法律第27条"]),
        ("en", ["Fee None", "5 years, counted from the day after the end of the month of treatment", "Article 27"]),
    ] {
        let index = page(&site, &format!("{language}/search-index.js"));
        let data = index.strip_prefix("globalThis.siteIndex = ").unwrap().trim_end().trim_end_matches(';');
        let rows: Vec<[String; 4]> = serde_json::from_str(data).unwrap();
        for word in words {
            assert!(rows.iter().any(|[_, _, _, text]| text.contains(word)), "{language}: {word}");
        }
        for (path, bytes) in site.iter().filter(|(path, _)| path.starts_with(&format!("{language}/"))) {
            let Some(file) = path.rsplit('/').next().filter(|file| file.ends_with(".html") && *file != "contents.html")
            else {
                continue;
            };
            assert!(rows.iter().any(|[href, ..]| href == file), "{path}");
            let html = String::from_utf8_lossy(bytes);
            for heading in html.split("<section class=\"part\" id=\"").skip(1) {
                let place = format!("{file}#{}", heading.split('"').next().unwrap());
                assert!(rows.iter().any(|[href, ..]| *href == place), "{place}");
            }
        }
    }
}

#[test]
fn numbers_in_the_contents_are_the_numbers_of_the_headings() {
    let html = page(&site(&sample()), "ja/privacy-policy.html");
    assert!(html.contains(r##"<a href="#principles-safe-management"><span class="number">1.2</span> 安全管理</a>"##));
    assert!(html.contains(r#"id="principles-safe-management">"#), "{html}");
    assert!(html.contains(r#"<h3><span class="number">1.2</span> 安全管理</h3>"#), "{html}");
    let alone = page(&site(&sample()), "ja/purposes.html");
    assert!(alone.contains(r#"<h2><span class="number">1</span> 利用目的の一覧"#), "{alone}");
    assert!(alone.contains(r#"class="contents""#), "two headings are listed");
    let one = page(&site(&sample()), "ja/joint-use.html");
    assert!(!one.contains(r#"class="contents""#), "one heading needs no contents");
}

/// Expects every link of every page to lead to a page, and to a place on it, that is there.
#[track_caller]
fn expect_links(site: &BTreeMap<String, Vec<u8>>) {
    for (path, bytes) in site.iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = String::from_utf8_lossy(bytes);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for link in html.split(" href=\"").skip(1).chain(html.split(" src=\"").skip(1)) {
            let link = link.split('"').next().unwrap();
            let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
            let outside = ["mailto:", "tel:"].iter().any(|scheme| link.starts_with(scheme));
            if outside || file.ends_with(".pdf") {
                continue;
            }
            let target = match file.strip_prefix("../") {
                Some(file) => file.to_owned(),
                None if file.is_empty() => path.clone(),
                None if folder.is_empty() => file.to_owned(),
                None => format!("{folder}/{file}"),
            };
            let there = site.get(&target).unwrap_or_else(|| panic!("{path}: {link}"));
            let there = String::from_utf8_lossy(there);
            assert!(anchor.is_none_or(|anchor| there.contains(&format!(" id=\"{anchor}\""))), "{path}: {link}");
        }
    }
}

#[test]
fn links_within_the_site_lead_somewhere() {
    expect_links(&site(&sample()));
    expect_links(&site(&example()));
}

#[test]
fn a_page_has_no_anchor_twice() {
    let everything = sample_with(|policy| {
        let sections = policy.pages.iter().flat_map(|page| page.show.clone());
        let mut sections: Vec<_> = sections.collect();
        sections.dedup();
        sections.remove(1);
        policy.pages[0].show = sections;
    });
    for site in [site(&everything), site(&example())] {
        for (path, bytes) in site.iter().filter(|(path, _)| path.ends_with(".html")) {
            let html = String::from_utf8_lossy(bytes);
            let mut anchors: Vec<&str> =
                html.split(" id=\"").skip(1).map(|after| after.split('"').next().unwrap()).collect();
            let all = anchors.len();
            anchors.sort_unstable();
            anchors.dedup();
            assert_eq!(anchors.len(), all, "{path}");
        }
    }
}

#[test]
fn cases_without_consent_leave_out_individual_numbers_where_any_are_held() {
    let law = example().law.clone();
    for (is_held, least) in
        [(true, "Individual Number is not provided even in these cases"), (false, "without consent.</p>")]
    {
        let policy = sample_with(|policy| {
            policy.law = law.clone();
            policy.exceptions = Cases::All;
            policy.information.iter_mut().for_each(|information| information.individual_number = is_held);
            policy.pages[0].show = vec![Section::Disclosures];
        });
        let name = format!("en/{}.html", policy.pages[0].id);
        let html = page(&site(&policy), &name);
        assert!(html.contains(least), "{html}");
        assert_eq!(html.contains("Individual Number is not provided"), is_held);
    }
}

#[test]
fn every_item_has_its_anchor() {
    let site = site(&example());
    let anchors = [
        ("privacy-policy", "pages-privacy-policy"),
        ("privacy-policy", "principles-security"),
        ("purposes", "purposes-benefit-review"),
        ("purposes", "information-receipts"),
        ("purposes", "notice-exceptions"),
        ("processes", "processes-receipts"),
        ("joint-use", "joint-use-high-cost-grant"),
        ("disclosures", "entrustments-checkups"),
        ("disclosures", "provisions-doctor-inquiry"),
        ("disclosures", "exceptions"),
        ("disclosures", "not-third-parties"),
        ("disclosures", "abroad"),
        ("consent", "consent"),
        ("consent", "consent-household-cost-notice"),
        ("retention", "retention-receipts"),
        ("retention", "disposal-methods"),
        ("security", "security-organizational"),
        ("procedures", "procedures-disclosure"),
        ("contacts", "organization"),
        ("contacts", "organization-privacy-desk"),
    ];
    for language in ["ja", "en"] {
        for (name, anchor) in anchors {
            let html = page(&site, &format!("{language}/{name}.html"));
            assert!(html.contains(&format!(" id=\"{anchor}\"")), "{language}/{name}: {anchor}");
        }
    }
}

#[test]
fn the_contents_of_the_site_list_every_heading() {
    let site = site(&example());
    for language in ["ja", "en"] {
        let contents = page(&site, &format!("{language}/contents.html"));
        for (path, bytes) in site.iter().filter(|(path, _)| path.starts_with(&format!("{language}/"))) {
            let Some(file) = path.rsplit('/').next().filter(|file| file.ends_with(".html") && *file != "contents.html")
            else {
                continue;
            };
            let html = String::from_utf8_lossy(bytes);
            assert!(contents.contains(&format!("<h2><a href=\"{file}\">")), "{path}");
            for heading in html.split("<section class=\"part\" id=\"").skip(1) {
                let anchor = heading.split('"').next().unwrap();
                assert!(contents.contains(&format!("<a href=\"{file}#{anchor}\">")), "{path}: {anchor}");
            }
            assert!(html.contains(r#"<p class="search-link"><a href="contents.html">"#), "{path}");
        }
    }
}

#[test]
fn pages_with_a_place_lead_the_navigation() {
    let policy = sample_with(|policy| {
        policy.pages[5].navigation = Some(1);
        policy.pages[4].navigation = Some(2);
    });
    let html = page(&site(&policy), "ja/purposes.html");
    let navigation = html.split(r#"<nav class="navigation""#).nth(1).unwrap().split("</nav>").next().unwrap();
    let links: Vec<&str> =
        navigation.split("href=\"").skip(1).map(|link| link.split(".html").next().unwrap()).collect();
    // The history is no page of the policy, and stands behind them.
    assert_eq!(links, ["contacts", "retention", "privacy-policy", "purposes", "joint-use", "consent", "history"]);
}

#[test]
fn headings_name_the_duty_in_brackets() {
    let site = site(&example());
    let (ja, en) = (page(&site, "ja/privacy-policy.html"), page(&site, "en/privacy-policy.html"));
    assert!(ja.contains(r#"<span class="duty">【個人情報の保護に関する法律第17条、第18条】</span></h2>"#), "{ja}");
    let english = "[Articles 17 and 18 of the Act on the Protection of Personal Information]";
    assert!(en.contains(&format!("<span class=\"duty\">{english}</span></h2>")), "{en}");
}

#[test]
fn a_contact_without_a_telephone_leaves_no_gap() {
    let policy = sample_with(|policy| {
        let contact = &mut policy.organization.contacts[0];
        (contact.telephone, contact.department, contact.address, contact.hours) = (None, None, None, None);
    });
    for (path, bytes) in site(&policy).iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = String::from_utf8_lossy(bytes);
        assert!(!html.contains("tel:") && !html.contains("<dd></dd>"), "{path}");
        assert!(!html.contains("受付時間"), "{path}");
    }
}

#[test]
fn a_translation_leads_to_the_authoritative_text() {
    let site = site(&sample());
    let note = r#"<a href="../ja/consent.html" lang="ja" hreflang="ja">日本語</a>"#;
    assert_eq!(page(&site, "en/consent.html").matches(note).count(), 2, "in the switch and in the note");
    assert!(!page(&site, "ja/consent.html").contains(r#"class="translation""#));
}

#[test]
fn an_undefined_variable_in_an_override_names_template_and_line() {
    let templates = overridden("pages/sections/consent.html", "<p>\n{{ facts.consent.explaination }}\n</p>");
    let error = render(&sample(), &issue(), &templates).unwrap_err();
    let [fault] = &error.faults()[..] else { panic!("{error}") };
    assert_eq!((fault.template.as_deref(), fault.line), (Some("pages/sections/consent.html"), 2));
    assert!(fault.message.contains("explaination"), "{error}");
}

/// The places at which a set of templates is wrong.
fn places(templates: &Templates) -> Vec<(String, usize, usize)> {
    let error = render(&sample(), &issue(), templates).unwrap_err();
    let faults = error.faults().into_iter();
    faults.map(|fault| (fault.template.unwrap_or_default(), fault.line, fault.column)).collect()
}

#[test]
fn every_fault_of_templates_has_its_place() {
    let when = "pages/components/when.html";
    let component = |body: &str| format!("{{% component when(date: map) -%}}\n{body}\n{{%- endcomponent when %}}\n");
    for (name, content, at) in [
        ("pages/index.html", "{{ words.skip | shout }}".to_owned(), vec![(1, 17)]),
        ("pages/index.html", "{% if %}".to_owned(), vec![(1, 7)]),
        ("pages/index.html", "{{ words.skip ".to_owned(), vec![(1, 14)]),
        (when, component("{{ date | a }} {{ date | b }}"), vec![(2, 11), (2, 26)]),
        (when, component("\n {{<when date={date} />}}"), vec![(3, 5)]),
        ("pages/components/other.html", component("x"), vec![(1, 14)]),
        ("pages/page.html", "{% extends \"pages/none.html\" %}".to_owned(), vec![(1, 1)]),
    ] {
        let expected: Vec<_> = at.into_iter().map(|(line, column)| (name.to_owned(), line, column)).collect();
        assert_eq!(places(&overridden(name, &content)), expected, "{content}");
    }
    let renamed = overridden(when, "{% component wen(date: map) %}{% endcomponent wen %}");
    assert_eq!(places(&renamed), [(when.to_owned(), 1, 1)]);
}

#[test]
fn components_that_call_each_other_without_end_are_named() {
    let files = [
        (
            "pages/components/when.html",
            "{% component when(date: map) %}{{<round date={date} />}}{% endcomponent when %}",
        ),
        (
            "pages/components/round.html",
            "{% component round(date: map) %}\n{{<when date={date} />}}{% endcomponent round %}",
        ),
    ];
    let own = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
    let at = places(&Templates::shipped().overridden(BTreeMap::from(own)));
    assert_eq!(at, [("pages/components/round.html".to_owned(), 2, 4)]);
}

#[test]
fn a_missing_message_is_an_error() {
    let mut words: BTreeMap<String, String> =
        serde_json::from_slice(Templates::shipped().get("messages/ja.json").unwrap()).unwrap();
    for key in ["page_top", "medium_paper", "years_many"] {
        let text = words.remove(key).unwrap();
        let templates = overridden("messages/ja.json", &serde_json::to_string(&words).unwrap());
        let error = render(&sample(), &issue(), &templates).unwrap_err();
        assert!(error.to_string().contains(key), "{error}");
        words.insert(key.to_owned(), text);
    }
}

#[test]
fn a_template_that_does_not_end_is_stopped() {
    let endless = "{% for i in range(end=10000) %}{% for j in range(end=10000) %}more{% endfor %}{% endfor %}";
    let error = render(&sample(), &issue(), &overridden("pages/index.html", endless)).unwrap_err();
    assert!(matches!(&error, SiteError::TooLarge { page } if page == "index.html"), "{error}");
}

#[test]
fn a_page_shows_nothing_that_the_policy_does_not_say() {
    let policy = sample_with(|policy| {
        policy.consent = None;
        policy.joint_use.clear();
    });
    let site = site(&policy);
    for path in ["ja/consent.html", "ja/joint-use.html"] {
        assert!(page(&site, path).contains("この事項についての定めはありません。"), "{path}");
    }
}

#[test]
fn nothing_is_fetched_from_elsewhere() {
    for (path, bytes) in site(&sample()).iter().filter(|(path, _)| !path.ends_with(".json")) {
        // The names of the languages a feed and an icon are written in are no addresses to fetch.
        let names = ["2005/Atom", "1999/xhtml", "2000/svg"].map(|name| format!("\"http://www.w3.org/{name}\""));
        let text = names.iter().fold(String::from_utf8_lossy(bytes).into_owned(), |text, name| text.replace(name, ""));
        assert!(!text.contains("http://") && !text.contains("https://") && !text.contains("url("), "{path}");
    }
}

/// Adds the names of all values, as the documentation of templates writes them.
fn names(value: &serde_json::Value, name: &str, found: &mut std::collections::BTreeSet<String>) {
    match value {
        serde_json::Value::Array(values) => {
            found.insert(format!("{name}[]"));
            values.iter().for_each(|value| names(value, &format!("{name}[]"), found));
        }
        serde_json::Value::Object(values) => {
            found.insert(name.to_owned());
            values.iter().for_each(|(key, value)| names(value, &format!("{name}.{key}"), found));
        }
        _ => drop(found.insert(name.to_owned())),
    }
}

#[test]
fn every_variable_of_templates_is_documented() {
    const SHARED: &str = "](#shared)";
    let text = include_str!("../../../docs/templates.md");
    let rows: BTreeMap<&str, bool> = text
        .lines()
        .filter_map(|line| {
            let (name, what) = line.strip_prefix("| `")?.split_once('`')?;
            Some((name, what.contains(SHARED)))
        })
        .collect();
    // What is said of a shared kind of value, of words and of maps by id or section holds for everything in it.
    let is_told = |name: &str| {
        let ends = name.match_indices(['.', '[']).map(|(end, _)| end).chain([name.len()]);
        let above = ends.flat_map(|end| [name[..end].to_owned(), format!("{}[]", &name[..end])]);
        let whole = ["shown_on", "choices[].words"];
        rows.contains_key(name)
            || above.into_iter().any(|name| rows.get(&*name) == Some(&true) || whole.contains(&name.as_str()))
    };
    let (policy, templates) = (example(), Templates::shipped());
    let languages = edited(&policy, &issue(), &templates).unwrap();
    let mut found = std::collections::BTreeSet::new();
    for edited in &languages {
        names(&serde_json::to_value(&edited.facts).unwrap(), "facts", &mut found);
        let pages = PageView::all(&policy, edited).unwrap();
        let (contents, index) = (PageView::contents(edited).unwrap(), PageView::index(edited).unwrap());
        let mut views: Vec<View<'_>> =
            pages.iter().map(|page| View::of(&policy, &languages, edited, page).unwrap()).collect();
        views.push(View::index(&policy, &languages, edited, &index).unwrap());
        let listed = [(PageView::all(&policy, edited).unwrap().swap_remove(0), Vec::new())];
        views.push(View::contents(&policy, &languages, edited, &contents, &listed).unwrap());
        for view in views {
            let serde_json::Value::Object(values) = serde_json::to_value(view).unwrap() else { panic!("a map") };
            values.iter().for_each(|(name, value)| names(value, name, &mut found));
        }
    }
    let untold: Vec<&String> = found.iter().filter(|name| !is_told(name)).collect();
    assert!(untold.is_empty(), "docs/templates.md lacks {untold:#?}");
    assert!(found.len() > 200 && rows.len() > 200, "{} of {}", rows.len(), found.len());
}

#[test]
fn every_page_of_another_state_says_so_and_no_published_one_does() {
    let policy = sample();
    let standing = |standing| Issue { imprint: Imprint { standing, ..issue().imprint }, ..issue() };
    let draft = standing(Standing::Draft);
    let other = standing(Standing::Other { revision: "v1 <old>".to_owned() });
    let mut feeds =
        std::collections::BTreeSet::from([issue().history.facts("minato", &issue().imprint, &english()).unwrap().feed]);
    for (issue, ja, en, said) in [
        (draft, "これは下書きです。", "Draft. This is not the published policy.", ("draft", None)),
        (other, "v1 &lt;old&gt;の時点の方針", "The policy as of v1 &lt;old&gt;, in today", ("other", Some("v1 <old>"))),
    ] {
        let site = render(&policy, &issue, &Templates::shipped()).unwrap();
        for (path, bytes) in site.iter().filter(|(path, _)| path.ends_with(".html")) {
            let text = std::str::from_utf8(bytes).unwrap();
            assert!(text.contains(if path.starts_with("en/") { en } else { ja }), "{path}: {text}");
            assert!(!text.contains("施行日") && !text.contains("<dt>In force"), "{path}: {text}");
        }
        assert!(page(&site, "en/history.xml").contains(&format!("<subtitle>{en}")));
        let facts: serde_json::Value = serde_json::from_slice(&site["policy.json"]).unwrap();
        let imprint = &facts["languages"]["en"]["imprint"];
        assert_eq!((imprint["standing"].as_str().unwrap(), imprint["revision"].as_str()), said);
        assert!(imprint["date"].is_null(), "{imprint}");
        assert!(
            feeds.insert(facts["history"]["en"]["feed"].as_str().unwrap().to_owned()),
            "the feed is that of another state"
        );
    }
    for (path, bytes) in site(&policy).iter().filter(|(path, _)| path.ends_with(".html")) {
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(
            !text.contains("class=\"banner\"") && (text.contains("施行日") || text.contains("In force since")),
            "{path}"
        );
    }
}

#[test]
fn the_history_is_on_its_page_in_its_feed_and_in_the_published_data() {
    let site = site(&sample());
    for language in ["ja", "en"] {
        let html = page(&site, &format!("{language}/history.html"));
        let feed = page(&site, &format!("{language}/history.xml"));
        let data: serde_json::Value = serde_json::from_slice(&site["policy.json"]).unwrap();
        for revision in data["history"][language]["revisions"].as_array().unwrap() {
            assert!(html.contains(revision["anchor"].as_str().unwrap()), "{html}");
            assert!(feed.contains(revision["uuid"].as_str().unwrap()), "{feed}");
            assert!(html.contains(revision["summary"].as_str().unwrap()), "{html}");
        }
    }
}
