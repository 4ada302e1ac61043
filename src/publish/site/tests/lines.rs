//! Texts of several lines: the pages show their lines as the booklet does.

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
