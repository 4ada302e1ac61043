//! `hokan second-copy`: both places of the vault are compared, and what one lacks is copied from the other.

use std::process::ExitCode;

use serde_json::json;

use super::Done;
use super::out::Out;
use crate::diag::Said;
use crate::engine::{Copied, Instance, copy_again};
use crate::said;

pub(super) fn run(instance: &Instance, out: &mut Out) -> Done {
    let copied = copy_again(instance, out)?;
    let lost = copied.lost.iter().map(|(record, part)| json!({ "record": record, "part": part }));
    let document = json!({
        "looked": copied.looked, "copied": copied.copied, "brought-back": copied.brought_back,
        "going": copied.going, "lost": lost.collect::<Vec<_>>(),
    });
    out.result("second-copy", document, |out| {
        let locale = out.locale();
        told(&copied).iter().for_each(|line| out.line(line.of(locale)));
    });
    Ok(ExitCode::from(if copied.lost.is_empty() { 0 } else { 3 }))
}

/// What is said to people, a line each.
fn told(copied: &Copied) -> Vec<Said> {
    let mut lines: Vec<Said> = copied
        .lost
        .iter()
        .map(|(record, part)| {
            said!(
                "lost: the {part} of record {record} is in neither place what the ledger says (bring it back from a backup)",
                "破損：記録{record}の{part}は、どちらの保管場所でも台帳と一致しません（バックアップから戻してください）"
            )
        })
        .collect();
    let Copied { looked, copied: there, brought_back, going, .. } = copied;
    lines.push(said!(
        "{looked} record(s) compared in both places: {there} copied, {brought_back} brought back from the copy",
        "記録{looked}件を両方の保管場所で照合し、{there}件を写し、{brought_back}件を写しから戻しました"
    ));
    if *going > 0 {
        lines.push(said!(
            "{going} record(s) are being destroyed and were not copied: `hokan sweep run` finishes them",
            "廃棄の途中の記録{going}件は写していません。`hokan sweep run`が廃棄を完了します"
        ));
    }
    lines
}
