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

#[test]
fn a_missing_translation_is_told_with_its_file() {
    let ready = Ready::new();
    let shipped = include_str!("../templates/messages/en.json");
    let mut words: serde_json::Map<String, serde_json::Value> = serde_json::from_str(shipped).unwrap();
    words.remove("years_many");
    ready.write("templates/messages/en.json", serde_json::to_string(&words).unwrap());
    let said = ready.hokan(&["check"]).expect_code(1).stderr;
    assert!(said.contains("`templates/messages/en.json` lacks the message `years_many`"), "{said}");
}
