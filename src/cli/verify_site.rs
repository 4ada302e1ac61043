//! `hokan verify-site`: whether a mirrored site says what the policies say.

use std::process::ExitCode;

use serde_json::json;

use super::arguments::VerifySiteArguments;
use super::out::Out;
use super::words::{version, version_json};
use super::{Done, program};
use crate::engine::{Instance, verify_site};
use crate::publish::mirror::{Difference, Kind};

/// How much of a differing text is shown to people.
const SHOWN: usize = 160;

pub(super) fn run(instance: &Instance, wish: &VerifySiteArguments, out: &mut Out) -> Done {
    out.working("printing and comparing");
    let (policy, comparison) = verify_site(instance, &program()?, &wish.folder, wish.url.as_deref(), out)?;
    let count = comparison.differences.len();
    let document = json!({
        "policy": version_json(&policy),
        "compared": comparison.compared,
        "differences": comparison.differences,
        "not-mirrored": comparison.not_mirrored,
    });
    out.result("verify-site", document, |out| {
        comparison.differences.iter().for_each(|difference| tell(difference, out));
        if !comparison.not_mirrored.is_empty() {
            out.line(&format!("not in the mirror, no page leads there: {}", comparison.not_mirrored.join(", ")));
        }
        let said = match count {
            0 => format!(
                "{} files compared with {}: the site says what the policy says",
                comparison.compared,
                version(&policy)
            ),
            1 => format!("{} files compared with {}: 1 difference", comparison.compared, version(&policy)),
            many => format!("{} files compared with {}: {many} differences", comparison.compared, version(&policy)),
        };
        out.line(&said);
    });
    Ok(ExitCode::from(if count == 0 { 0 } else { 3 }))
}

fn tell(difference: &Difference, out: &mut Out) {
    let what = match difference.kind {
        Kind::Missing => "is missing",
        Kind::Unexpected => "is not a file of the site",
        Kind::Changed => "differs",
    };
    let place = difference.line.map(|line| format!(":{line}")).unwrap_or_default();
    out.line(&format!("{}{place}: {what}", difference.path));
    for (title, text) in [("expected", &difference.expected), ("found", &difference.found)] {
        for line in text.iter().flat_map(|text| text.lines()) {
            let shown: String = line.chars().take(SHOWN).collect();
            let rest = if line.chars().nth(SHOWN).is_some() { " …" } else { "" };
            out.line(&format!("    {title:<9} {shown}{rest}"));
        }
    }
}
