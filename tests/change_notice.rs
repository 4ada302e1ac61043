//! The announcement that a change of purposes or joint uses owes: what was and what is, in each language.
//!
//! In: the example policy with an edit. Out: PDFs, read with `pdftotext`. The rule it keeps: what has not to
//! be announced makes no document.

use serde_json::json;

use crate::instances::*;

#[test]
fn what_was_and_what_is_stand_side_by_side_in_each_language() {
    let ready = Ready::new();
    let (review, grant) =
        ("法定給付及び付加給付の審査、決定及び支払", "申請の審査、交付の決定及び支払を適正に行うため");
    ready.edit("policies/purposes.yaml", review, "給付の審査及び支払");
    let (en, new) =
        ("Reviewing, deciding and paying statutory and additional benefits", "Reviewing and paying benefits");
    ready.edit("policies/purposes.yaml", en, new);
    ready.edit("policies/joint-use.yaml", grant, "交付の決定のため");
    ready.commit("Tell less");
    let asked = ["notice", "change", "HEAD~1", "HEAD", "--since", "2027-04-01", "-o", "announcement"];
    let done = ready.json(&asked);
    assert_eq!(done["items"], json!(["joint-use.high-cost-grant", "purposes.benefit-review"]), "{done}");
    let text = |language: &str| {
        let pdf = format!("announcement/change-notice.{language}.pdf");
        ready.run("qpdf", &["--check", &pdf]).expect_code(0);
        let text = ready.run("pdftotext", &["-raw", &pdf, "-"]).expect_code(0).stdout;
        text.split_whitespace().collect::<String>()
    };
    let (ja, en_text) = (text("ja"), text("en"));
    for word in [review, "給付の審査及び支払", grant, "交付の決定のため", "変更前", "変更後", "令和9年4月1日", "以上"]
    {
        assert!(ja.contains(word), "{word}: {ja}");
    }
    assert!(!ja.contains("申請の総括表"), "what does not change is not told: {ja}");
    for word in [en, new, "Until now", "From now on", "1 April 2027"] {
        assert!(en_text.contains(&word.replace(' ', "")), "{word}: {en_text}");
    }
    assert!(!ja.contains("下書き"), "what is committed is no draft: {ja}");
    let again = ready.hokan(&["notice", "change", "HEAD~1", "-o", "announcement"]).expect_code(1);
    assert!(again.stderr.contains("output.exists"), "another document is not overwritten: {}", again.stderr);
}

#[test]
fn what_needs_consent_besides_is_said() {
    let ready = Ready::new();
    let told = ready.hokan(&["diff"]).expect_code(0);
    assert!(!told.stdout.contains("hokan notice change"), "nothing is owed: {}", told.stdout);
    ready.edit("policies/joint-use.yaml", "申請の審査、交付の決定及び支払を適正に行うため", "交付の決定のため");
    ready.edit("policies/joint-use.yaml", "申請の総括表", "申請の総括表及び診療の内容");
    let told = ready.hokan(&["diff"]).expect_code(0);
    assert!(told.stdout.contains("hokan notice change -o FOLDER"), "{}", told.stdout);
    let done = ready.json(&["notice", "change", "-o", "announcement"]);
    assert_eq!(done["need-consent"], json!(["joint-use.high-cost-grant"]), "{done}");
    let pdf = ready.run("pdftotext", &["-raw", "announcement/change-notice.ja.pdf", "-"]).expect_code(0).stdout;
    let pdf = pdf.split_whitespace().collect::<String>();
    assert!(pdf.contains("これは下書きです。"), "the work tree is a draft: {pdf}");
    assert!(pdf.contains("申請の総括表及び診療の内容に"), "{pdf}");
}

#[test]
fn a_change_that_nobody_has_to_be_told_of_makes_no_document() {
    let ready = Ready::new();
    ready.edit("policies/retention.yaml", "keep: { for: P1Y, after: treated", "keep: { for: P2Y, after: treated");
    let done = ready.json(&["notice", "change", "-o", "announcement"]);
    assert_eq!((&done["items"], &done["files"]), (&json!([]), &json!([])), "{done}");
    assert!(!ready.root().join("announcement").exists());
}
