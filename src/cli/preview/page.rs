//! What a preview adds to a page: the findings, and the script that reloads it.
//!
//! In: a page of the draft, findings. Out: the page as the preview serves it. The rule it keeps: texts of findings are
//! escaped; the page's own rules for scripts are widened by the one address the script asks.

use super::super::check::counts;
use crate::diag::{Finding, Locale, Report, Severity, Words};

/// Returns the findings as HTML, the gravest first; people can close it.
pub(super) fn panel(report: &Report, failure: Option<&str>, is_old: bool, locale: Locale) -> String {
    let title = Words { en: "Preview", ja: "プレビュー" }.of(locale);
    let old = Words {
        en: "The page shows the last state without errors.",
        ja: "誤りのない最後の状態を表示しています。",
    };
    let mut html = format!("<aside class=\"hokan-preview\" role=\"status\" aria-label=\"{title}\"><details open>");
    let colon = Words { en: ", ", ja: "：" }.of(locale);
    html.push_str(&format!("<summary>{title}{colon}{}</summary>", counts(report, locale)));
    if is_old {
        html.push_str(&format!("<p class=\"error\">{}</p>", old.of(locale)));
    }
    if let Some(failure) = failure {
        html.push_str(&format!("<p class=\"error\">{}</p>", escaped(failure)));
    }
    if !report.findings().is_empty() {
        let mut findings: Vec<&Finding> = report.findings().iter().collect();
        findings.sort_by_key(|finding| gravity(finding.severity));
        let items: String = findings.into_iter().map(|finding| item(finding, locale)).collect();
        html.push_str(&format!("<ol>{items}</ol>"));
    }
    html + "</details></aside>"
}

/// The gravest comes first.
fn gravity(severity: Severity) -> u8 {
    match severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Note => 2,
    }
}

fn item(finding: &Finding, locale: Locale) -> String {
    let place = finding.places.first();
    let place = place.map(|place| format!("{}:{}:{}: ", place.file, place.line, place.column)).unwrap_or_default();
    let help = finding.help.as_ref().map(|help| format!("<br>{}", escaped(help.of(locale)))).unwrap_or_default();
    let word = finding.severity.word(locale);
    let class = if finding.severity == Severity::Error { "error" } else { "other" };
    format!(
        "<li><span class=\"{class}\">{word}</span> <code>{}</code> {}{}{help}</li>",
        finding.rule,
        escaped(&place),
        escaped(finding.message.of(locale)),
    )
}

/// Returns the page with the findings, the style and the script of the preview.
pub(super) fn with_preview(page: &str, panel: &str, number: u64) -> String {
    let policy = "http-equiv=\"Content-Security-Policy\" content=\"";
    let head = "<link rel=\"stylesheet\" href=\"/.preview/preview.css\">";
    let script = format!("<script src=\"/.preview/reload.js\" data-number=\"{number}\"></script>");
    let page = page.replacen(policy, &format!("{policy}connect-src 'self'; "), 1);
    let page = page.replacen("</head>", &format!("{head}</head>"), 1);
    match page.rsplit_once("</body>") {
        Some((before, after)) => format!("{before}{panel}{script}</body>{after}"),
        None => format!("{page}{panel}{script}"),
    }
}

/// Returns the page that is shown while no site could be made yet.
pub(super) fn bare() -> &'static str {
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" \
     content=\"default-src 'none'; style-src 'self'; script-src 'self'\"><title>hokan preview</title></head>\
     <body></body></html>\n"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Place;

    #[test]
    fn findings_are_text_and_stand_before_the_end_of_the_page() {
        let mut finding = Finding::at(&RULE, Place::file("policies/<a>.yaml"), crate::said!("`<script>`", "誤り"));
        finding.severity = Severity::Error;
        let report = Report::new(vec![finding]);
        let panel = panel(&report, None, true, Locale::English);
        assert!(panel.contains("`&lt;script&gt;`") && panel.contains("policies/&lt;a&gt;.yaml:1:1"), "{panel}");
        let page = with_preview(bare(), &panel, 7);
        assert!(page.contains("content=\"connect-src 'self'; default-src 'none'"), "{page}");
        assert!(page.contains("data-number=\"7\"></script></body>"), "{page}");
    }

    #[test]
    fn errors_stand_before_warnings_and_notes_under_a_line_that_counts_them_and_closes_the_panel() {
        let [note, error] = [Severity::Note, Severity::Error].map(|severity| {
            let message = severity.word(Locale::English);
            let mut finding = Finding::at(&RULE, Place::file("policies/a.yaml"), crate::said!("{message}", "誤り"));
            finding.severity = severity;
            finding
        });
        let report = Report::new(vec![note, error]);
        let english = panel(&report, None, false, Locale::English);
        let summary = "<details open><summary>Preview, 2 findings: 1 error, 0 warnings, 1 note</summary>";
        assert!(english.contains(summary), "{english}");
        assert!(english.find("class=\"error\">error") < english.find("class=\"other\">note"), "{english}");
        let none = panel(&Report::default(), None, false, Locale::Japanese);
        assert!(none.contains("<summary>プレビュー：指摘はありません</summary></details>"), "{none}");
    }

    const RULE: crate::diag::Rule = crate::diag::Rule {
        name: "test.rule",
        severity: Severity::Error,
        weight: crate::diag::Weight::Fixed,
        what: Words { en: "", ja: "" },
        why: Words { en: "", ja: "" },
        example: "",
        fix: Words { en: "", ja: "" },
    };
}
