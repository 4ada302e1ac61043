//! The words on the pages: texts of several lines, what stands between words, what desks deal with, what forms ask for.

use super::*;

/// A text as a block of YAML has it.
const TEXT: &str = "第一の<b>段落</b>です。\n\n・一つ目\n・二つ目";
/// The same on a page.
const SHOWN_LINES: &str = "第一の&lt;b&gt;段落&lt;/b&gt;です。<br><br>・一つ目<br>・二つ目";

#[test]
fn lines_of_a_text_stand_below_each_other_on_every_page_that_shows_it() {
    let policy = sample_with(|policy| {
        let lines = || text(TEXT, TEXT);
        policy.principles.iter_mut().for_each(|one| one.text = lines());
        policy.joint_use.iter_mut().for_each(|one| one.items = vec![lines()]);
        policy.organization.address = lines();
        let consent = policy.consent.as_mut().unwrap();
        consent.explanation = lines();
        consent.objection.how = lines();
    });
    let site = site(&policy);
    for language in ["ja", "en"] {
        for (name, least) in [
            ("privacy-policy", policy.principles.len()),
            ("joint-use", 1),
            ("consent", 2),
            ("objection_form", 1),
            ("contacts", 1),
        ] {
            let html = page(&site, &format!("{language}/{name}.html"));
            assert!(html.matches(SHOWN_LINES).count() >= least, "{language}/{name}: {html}");
            assert!(!html.contains("です。\n"), "{language}/{name}");
        }
    }
}

#[test]
fn no_japanese_page_has_a_half_width_colon_behind_japanese_words() {
    let site = site(&example());
    for (path, bytes) in site.iter().filter(|(path, _)| path.starts_with("ja/") && !path.ends_with(".js")) {
        let text = String::from_utf8_lossy(bytes).replace("</strong>", "");
        for (at, _) in text.match_indices(": ") {
            assert!(text[..at].ends_with(|before: char| before.is_ascii()), "{path}: {}", &text[..at]);
        }
    }
    assert!(page(&site, "ja/objection_form.html").contains("提供先："));
    assert!(page(&site, "ja/history.xml").contains("<li>text：保存期間を長くしました。"));
    assert!(page(&site, "en/history.html").contains("<strong>text</strong>: The retention period was lengthened."));
}

#[test]
fn the_desk_that_takes_objections_says_so_and_that_a_decision_may_be_changed_is_said_once() {
    let site = site(&example());
    for (language, objections, changed) in [
        ("ja", "第三者提供に関する申出", "変更することができます"),
        ("en", "Objections to provision to third parties", "You may change your decision"),
    ] {
        for name in ["contacts", "consent"] {
            let html = page(&site, &format!("{language}/{name}.html"));
            assert_eq!(html.matches(&format!("{objections}</dd>")).count(), 1, "{language}/{name}: {html}");
        }
        for name in ["consent", "objection_form"] {
            let html = page(&site, &format!("{language}/{name}.html"));
            assert_eq!(html.matches(changed).count(), 1, "{language}/{name}: {html}");
        }
    }
}

#[test]
fn a_request_for_correction_asks_what_is_wrong_what_is_right_and_for_what_shows_it() {
    let policy = example();
    let site = site(&policy);
    for language in ["ja", "en"] {
        let messages = Messages::read(&Templates::shipped(), language).unwrap();
        let words = ["form_correction_wrong", "form_correction_right", "form_enclosed_proof"];
        for procedure in &policy.procedures {
            let form = page(&site, &format!("{language}/form_{}.html", procedure.request));
            for key in words {
                let is_asked = form.contains(&format!(">{}</label>", messages.word(key).unwrap()));
                assert_eq!(is_asked, procedure.request == "correction", "{language}: {} {key}", procedure.request);
            }
        }
    }
}
