//! `hokan restore`: a vault that came back from a backup.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::Done;
use super::out::Out;
use crate::diag::Said;
use crate::engine::{Instance, Lost, Restored, restore};
use crate::said;

#[derive(Args)]
pub(super) struct RestoreArguments {
    /// The folder that `service.witness` names.
    #[arg(long, value_name = "WITNESS")]
    pub apply: PathBuf,
}

pub(super) fn run(instance: &Instance, wish: &RestoreArguments, out: &mut Out) -> Done {
    let restored = restore(instance, &wish.apply, out)?;
    let stuck = restored.stuck.iter().map(|(record, why)| json!({ "record": record, "why": why }));
    let lost = restored
        .lost
        .iter()
        .map(|lost| json!({ "entry": lost.entry, "at": lost.at.to_string(), "kind": lost.kind, "about": lost.about }));
    let document = json!({
        "adopted": restored.adopted, "destroyed-again": restored.destroyed_again,
        "stuck": stuck.collect::<Vec<_>>(), "quarantined": restored.quarantined, "returned": restored.returned,
        "former-headers": restored.former, "lost": by_kind(&restored), "lost-entries": lost.collect::<Vec<_>>(),
        "entry": restored.entry,
    });
    out.result("restore", document, |out| {
        let locale = out.locale();
        told(&restored).iter().for_each(|line| out.line(line.of(locale)));
    });
    Ok(ExitCode::from(if restored.stuck.is_empty() { 0 } else { 4 }))
}

/// How many entries of each kind are lost.
fn by_kind(restored: &Restored) -> BTreeMap<&'static str, u64> {
    let mut kinds = BTreeMap::new();
    restored.lost.iter().for_each(|lost| *kinds.entry(lost.kind).or_default() += 1);
    kinds
}

/// What is said to people, a line each.
fn told(restored: &Restored) -> Vec<Said> {
    let mut lines = Vec::new();
    for (record, why) in &restored.stuck {
        lines.push(said!(
            "left: a file of the destroyed record {record}: {why}",
            "未処理：廃棄済みの記録{record}のファイル（{why}）"
        ));
    }
    let n = restored.adopted;
    lines.push(said!("{n} ledger entries taken over from the witness", "控えから台帳の記載{n}件を取り込みました"));
    let n = restored.destroyed_again.len();
    lines.push(said!(
        "{n} record(s) that were destroyed before and had come back: destroyed again",
        "廃棄済みでありながら戻っていた記録{n}件を、改めて廃棄しました"
    ));
    if !restored.quarantined.is_empty() {
        let n = restored.quarantined.len();
        lines.push(said!(
            "{n} record(s) that no row of the catalog tells of: their files lie in `quarantine` (put the newest `catalog.db` back and run it again, and they return)",
            "目録に記載のない記録{n}件のファイルを`quarantine`へ移しました（最新の`catalog.db`を戻して再実行すると元に戻ります）"
        ));
    }
    if !restored.returned.is_empty() {
        let n = restored.returned.len();
        lines.push(said!("{n} record(s) came back from `quarantine`", "記録{n}件を`quarantine`から戻しました"));
    }
    if !restored.former.is_empty() {
        let n = restored.former.len();
        lines.push(said!(
            "{n} record(s) have former headers and open for whom they were sealed to then: run `hokan rekey`",
            "記録{n}件は以前のヘッダーに戻っており、当時の開封者が開けます。`hokan rekey`を実行してください"
        ));
    }
    if !restored.lost.is_empty() {
        for Lost { entry, at, kind, about } in &restored.lost {
            let about = about.as_deref().unwrap_or("-");
            lines.push(said!(
                "lost: ledger entry {entry}, {at}: {kind} {about}",
                "喪失：台帳の記載{entry}（{at}、{kind}、{about}）"
            ));
        }
        let kinds: Vec<String> = by_kind(restored).iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let kinds = kinds.join(", ");
        lines.push(said!(
            "the ledger states what this catalog never held: {kinds}; put the newest `catalog.db` back if there is one (a hold among them keeps the gate shut)",
            "この目録にない事項が台帳にあります：{kinds}。より新しい`catalog.db`があれば戻してください（保留が含まれる間は廃棄できません）"
        ));
    }
    lines.push(match restored.entry {
        Some(entry) => said!("ledger entry {entry} says so", "台帳の記載{entry}に残しました"),
        None if restored.stuck.is_empty() => said!("nothing was to be restored", "復元すべきものはありませんでした"),
        None => said!("mend that and run it again", "原因を除いてから、もう一度実行してください"),
    });
    lines
}
