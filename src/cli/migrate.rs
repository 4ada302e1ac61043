//! `hokan migrate`: the databases of an older hokan, brought to the formats of this one.

use std::process::ExitCode;

use serde_json::json;

use super::Done;
use super::out::Out;
use crate::diag::Locale;
use crate::engine::{Instance, migrate};
use crate::store::Migrated;

pub(super) fn run(instance: &Instance, out: &mut Out) -> Done {
    let done = migrate(instance)?;
    let of = |one: &Migrated| json!({ "database": one.database, "from": one.from, "to": one.to, "steps": one.steps });
    let locale = out.locale();
    out.result("migrate", json!({ "databases": done.iter().map(of).collect::<Vec<_>>() }), |out| {
        done.iter().for_each(|one| out.line(&told(one, locale)));
    });
    Ok(ExitCode::SUCCESS)
}

fn told(one: &Migrated, locale: Locale) -> String {
    let (steps, Migrated { database, from, to, .. }) = (one.steps.join(", "), one);
    match (locale, one.steps.is_empty()) {
        (Locale::English, true) => format!("{database}: format {to}, the newest: nothing to do"),
        (Locale::English, false) => format!("{database}: format {from} is now format {to} ({steps})"),
        (Locale::Japanese, true) => format!("{database}.db：形式{to}（最新）です。変更はありません"),
        (Locale::Japanese, false) => format!("{database}.db：形式{from}から形式{to}へ移行しました（{steps}）"),
    }
}
