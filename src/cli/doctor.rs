//! `hokan doctor`: whether the installation is sound.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::Done;
use super::out::Out;
use crate::diag::Locale;
use crate::engine::{Diagnosis, Health, Instance, doctor};

pub(super) fn run(instance: &Instance, out: &mut Out) -> Done {
    let found = doctor(instance)?;
    let count = |health| found.iter().filter(|one| one.health == health).count();
    let (bad, warnings) = (count(Health::Bad), count(Health::Warning));
    let locale = out.locale();
    let document = json!({ "found": found.iter().map(one).collect::<Vec<_>>(), "bad": bad, "warnings": warnings });
    out.result("doctor", document, |out| {
        found.iter().for_each(|diagnosis| tell(diagnosis, locale, out));
        out.line(&match locale {
            Locale::English => format!("{} looked at: {bad} to mend, {warnings} to know", found.len()),
            Locale::Japanese => format!("確認{}件：要対応{bad}件、注意{warnings}件", found.len()),
        });
    });
    Ok(ExitCode::from(u8::from(bad > 0)))
}

fn one(diagnosis: &Diagnosis) -> Value {
    json!({
        "name": diagnosis.name, "health": word(diagnosis.health, Locale::English),
        "found": diagnosis.found, "mend": diagnosis.mend,
    })
}

fn word(health: Health, locale: Locale) -> &'static str {
    match (health, locale) {
        (Health::Good, Locale::English) => "good",
        (Health::Warning, Locale::English) => "warning",
        (Health::Bad, Locale::English) => "bad",
        (Health::Good, Locale::Japanese) => "良好",
        (Health::Warning, Locale::Japanese) => "注意",
        (Health::Bad, Locale::Japanese) => "要対応",
    }
}

fn tell(diagnosis: &Diagnosis, locale: Locale, out: &mut Out) {
    let word = word(diagnosis.health, locale);
    match diagnosis.health {
        Health::Good => out.line(&format!("{word}: {}", diagnosis.found.of(locale))),
        Health::Warning | Health::Bad => {
            out.line(&format!("{word}[{}]: {}", diagnosis.name, diagnosis.found.of(locale)));
        }
    }
    if let Some(mend) = &diagnosis.mend {
        out.line(&format!("    {}", mend.of(locale)));
    }
}
