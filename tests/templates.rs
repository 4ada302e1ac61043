//! Templates of an instance: one component takes the place of the shipped one, and what is wrong is told with its place.
//!
//! In: files below `templates/` of an instance. Out: pages printed by the real program, or findings. The rule it keeps: an
//! instance has only the files it changes.

use crate::instances::Ready;

/// Puts one template into the instance and commits it.
fn put(ready: &Ready, name: &str, content: &str) {
    ready.write(format!("templates/{name}"), content);
    ready.commit("Change a template");
}

fn page(ready: &Ready, path: &str) -> String {
    std::fs::read_to_string(ready.root().join("public").join(path)).unwrap()
}

#[test]
fn one_component_is_overridden_without_the_others() {
    let ready = Ready::new();
    let own = "{% component when(date: map) %}<b class=\"own\">{{ date.text }}</b>{% endcomponent when %}";
    put(&ready, "pages/components/when.html", own);
    ready.hokan(&["check"]).expect_code(0);
    ready.hokan(&["render"]).expect_code(0);
    for path in ["ja/purposes.html", "en/joint-use.html", "index.html"] {
        let html = page(&ready, path);
        assert!(html.contains("<b class=\"own\">") && !html.contains("<time"), "{path}");
        assert!(html.contains(r#"<footer class="footer">"#), "{path}: the rest is as shipped");
    }
}

#[test]
fn a_built_in_template_is_printed_to_start_from() {
    let ready = Ready::new();
    let listed = ready.hokan(&["template"]).expect_code(0).stdout;
    assert!(listed.lines().any(|name| name == "pages/components/when.html"), "{listed}");
    let printed = ready.hokan(&["template", "templates/pages/components/when.html"]).expect_code(0).stdout;
    assert_eq!(printed.trim_end(), include_str!("../templates/pages/components/when.html").trim_end());
    let said = ready.hokan(&["template", "pages/components/wen.html"]).expect_code(1).stderr;
    assert!(said.contains("template.unknown") && said.contains("pages/components/when.html"), "{said}");
}

#[test]
fn one_part_and_one_word_are_overridden_without_the_others() {
    let ready = Ready::new();
    put(&ready, "pages/parts/footer.html", "<footer><p>{{ facts.organization.name }}</p></footer>\n");
    ready.hokan(&["render"]).expect_code(0);
    let html = page(&ready, "en/contacts.html");
    assert!(html.contains("<footer><p>Minato Health Insurance Society</p></footer>"), "{html}");
    assert!(html.contains(r#"<header class="masthead">"#), "{html}");
}

#[test]
fn what_is_not_there_is_told_with_the_template_and_its_place() {
    let cases = [
        (
            "pages/components/when.html",
            "{% component when(date: map) %}\n{{ date.txet }}{% endcomponent when %}",
            "txet",
        ),
        ("pages/parts/footer.html", "<footer>\n{{ words.policy_verison }}</footer>", "policy_verison"),
        ("pages/sections/security.html", "<p>\n{{ facts.secruity }}</p>", "secruity"),
        ("pages/parts/opening.html", "<h1>\n{{ titel }}</h1>", "titel"),
    ];
    let ready = Ready::new();
    for (name, content, unknown) in cases {
        ready.write(format!("templates/{name}"), content);
        let said = ready.hokan(&["check"]).expect_code(1).stderr;
        assert!(said.contains("templates.broken") && said.contains(unknown), "{said}");
        assert!(said.contains(&format!("templates/{name}:2:")), "{said}");
        std::fs::remove_file(ready.root().join("templates").join(name)).unwrap();
    }
    ready.hokan(&["check"]).expect_code(0);
}

/// The findings of `hokan check`: file, line and message.
fn findings(ready: &Ready) -> Vec<(String, u64, String)> {
    let said = ready.json_with_code(&["check"], 1);
    let broken = said["findings"].as_array().unwrap().iter().filter(|one| one["rule"] == "templates.broken");
    let each = broken.map(|one| {
        let place = &one["places"][0];
        let message = one["message"]["en"].as_str().or(one["message"].as_str()).unwrap().to_owned();
        (place["file"].as_str().unwrap().to_owned(), place["line"].as_u64().unwrap(), message)
    });
    each.collect()
}

#[test]
fn every_missing_translation_is_told_at_its_file() {
    let ready = Ready::new();
    let shipped = include_str!("../templates/messages/en.json");
    let mut words: serde_json::Map<String, serde_json::Value> = serde_json::from_str(shipped).unwrap();
    for key in ["years_many", "month_4", "page_top"] {
        words.remove(key);
    }
    ready.write("templates/messages/en.json", serde_json::to_string(&words).unwrap());
    let found = findings(&ready);
    assert_eq!(found.len(), 1, "{found:?}");
    let (file, _, message) = &found[0];
    assert_eq!(file, "templates/messages/en.json");
    assert!(["`years_many`", "`month_4`", "`page_top`"].iter().all(|key| message.contains(key)), "{message}");
}

#[test]
fn a_message_that_cannot_be_printed_is_told_although_nothing_says_it_today() {
    let ready = Ready::new();
    let shipped = include_str!("../templates/messages/ja.json");
    let odd = shipped.replacen("変更は{count}件です。", "変更は{cuont}件です。", 1).replacen(
        "\n}",
        ",\n  \"home\": \"\"\n}",
        1,
    );
    ready.write("templates/messages/ja.json", &odd);
    let found = findings(&ready);
    let line_of = |what: &str| odd.lines().position(|line| line.contains(what)).unwrap() as u64 + 1;
    let last = odd.lines().count() as u64 - 1;
    let lines: Vec<u64> = found.iter().map(|(_, line, _)| *line).collect();
    assert_eq!(lines, [line_of("{cuont}"), last, last], "{found:?}");
    assert!(found[0].2.contains("`{cuont}`") && found[0].2.contains("`{count}`"), "{found:?}");
}

#[test]
fn every_fault_of_a_template_is_told_at_its_place() {
    let ready = Ready::new();
    let when = "templates/pages/components/when.html";
    let body = "{% component when(date: map) -%}\n{{ date.text | shout }}\n{{ date | whisper }}{% endcomponent when %}";
    ready.write(when, body);
    let found: Vec<(String, u64)> = findings(&ready).into_iter().map(|(file, line, _)| (file, line)).collect();
    assert_eq!(found, [(when.to_owned(), 2), (when.to_owned(), 3)]);
    ready.write(when, "{% component when(date: map) -%}\n{{<when date={date} />}}{% endcomponent when %}");
    let found = findings(&ready);
    assert_eq!((found[0].0.as_str(), found[0].1), (when, 2), "{found:?}");
    let sarif = ready.hokan(&["check", "--format", "sarif"]).expect_code(1).stdout;
    assert!(sarif.contains("templates/pages/components/when.html"), "{sarif}");
}

#[test]
fn a_template_that_repeats_without_printing_is_ended_and_named() {
    let ready = Ready::new();
    let endless = "{% for a in range(end=100000) %}{% for b in range(end=100000) %}{% endfor %}{% endfor %}";
    ready.write("templates/pages/parts/footer.html", format!("<footer>{endless}</footer>"));
    let found = findings(&ready);
    let (file, _, message) = &found[0];
    assert_eq!((found.len(), file.as_str()), (1, "templates/pages/parts/footer.html"));
    assert!(message.contains("seconds of work") && message.contains(".html`"), "{message}");
}
