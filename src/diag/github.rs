//! Prints a report as the commands that a GitHub workflow turns into annotations beside the changed lines.
//!
//! In: a [`Report`] and the texts it speaks of. Out: one line each. The rule it keeps: what a command could be ended or
//! forged with is escaped; what was accepted annotates nothing.

use super::sarif::end;
use super::{Finding, Report, Severity, Sources};

/// Returns one line for each finding that was not accepted.
pub fn github(report: &Report, sources: &Sources) -> String {
    let open = report.findings().iter().filter(|finding| finding.accepted.is_none());
    open.map(|finding| format!("{}\n", command(finding, sources))).collect()
}

fn command(finding: &Finding, sources: &Sources) -> String {
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let place = finding.places.first().map(|place| {
        let (end_line, end_column) = end(place, sources);
        let (file, line, column) = (property(&place.file), place.line, place.column);
        // Columns mean something on one line only, and there the last one is that of the last character.
        let columns = match end_line == line && end_column > column {
            true => format!(",col={column},endColumn={}", end_column - 1),
            false => format!(",col={column}"),
        };
        format!("file={file},line={line}{columns},")
    });
    let help = finding.help.as_ref().map(|help| format!("\nhelp: {}", help.en)).unwrap_or_default();
    let message = data(&format!("{}{help}", finding.message.en));
    format!("::{kind} {}title={}::{message}", place.unwrap_or_default(), property(finding.rule))
}

/// Escapes what stands after the second pair of colons.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Place, rule};
    use crate::said;

    #[test]
    fn a_command_cannot_be_ended_from_inside() {
        let sources = Sources::from([("p,q.yaml".to_owned(), "題: 五年\n".to_owned())]);
        let place = Place { file: "p,q.yaml".into(), line: 1, column: 4, start: 5, end: 11 };
        let finding = Finding::at(&rule("retention.period"), place, said!("100% of\n::error::forged", "x"));
        let finding = finding.help(said!("write: `P5Y`", "x"));
        let printed = github(&Report::new(vec![finding]), &sources);
        assert_eq!(
            printed,
            "::error file=p%2Cq.yaml,line=1,col=4,endColumn=5,title=retention.period::100%25 of%0A::error::forged%0Ahelp: write: `P5Y`\n"
        );
    }

    #[test]
    fn a_finding_about_the_whole_set_has_no_place() {
        let finding = Finding { help: None, ..Finding::whole(&rule("section.empty-set"), said!("empty", "x")) };
        assert_eq!(github(&Report::new(vec![finding]), &Sources::new()), "::error title=section.empty-set::empty\n");
    }
}
