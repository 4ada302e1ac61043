//! What a preview adds to a page: the findings, and the script that reloads it.
//!
//! In: a page of the draft, findings. Out: the page as the preview serves it. The rule it keeps: texts of findings are
//! escaped; the page's own rules for scripts are widened by the one address the script asks.

use crate::diag::{Finding, Locale, Report, Words};

/// Returns the findings as HTML.
pub(super) fn panel(report: &Report, failure: Option<&str>, is_old: bool, locale: Locale) -> String {
    let title = Words { en: "Preview", ja: "プレビュー" }.of(locale);
    let old = Words {
        en: "The page shows the last state without errors.",
        ja: "誤りのない最後の状態を表示しています。",
    };
    let none = Words { en: "No findings.", ja: "指摘はありません。" };
    let mut html = format!("<aside class=\"hokan-preview\" role=\"status\" aria-label=\"{title}\">");
    if is_old {
        html.push_str(&format!("<p class=\"error\">{}</p>", old.of(locale)));
    }
    if let Some(failure) = failure {
        html.push_str(&format!("<p class=\"error\">{}</p>", escaped(failure)));
    }
    if report.findings().is_empty() && failure.is_none() {
        html.push_str(&format!("<p>{}</p>", none.of(locale)));
    }
    if !report.findings().is_empty() {
        let items: String = report.findings().iter().map(|finding| item(finding, locale)).collect();
        html.push_str(&format!("<ol>{items}</ol>"));
    }
    html + "</aside>"
}

fn item(finding: &Finding, locale: Locale) -> String {
    let place = finding.places.first();
    let place = place.map(|place| format!("{}:{}:{}: ", place.file, place.line, place.column)).unwrap_or_default();
    let help = finding.help.as_ref().map(|help| format!("<br>{}", escaped(help.of(locale)))).unwrap_or_default();
    let word = finding.severity.word(locale);
    let class = if finding.severity == crate::diag::Severity::Error { "error" } else { "other" };
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
    use crate::diag::{Place, Severity};

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
