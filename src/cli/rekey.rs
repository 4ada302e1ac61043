//! `hokan rekey`: other people open records from here on.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::out::Out;
use super::{Done, read_text};
use crate::RecordId;
use crate::diag::Said;
use crate::engine::{Instance, Mode, Recipients, RekeyWhich, Rekeying, rekey};
use crate::said;

#[derive(Args)]
pub(super) struct RekeyArguments {
    /// An age identity file that opens the records now; may be given several times, `-` reads standard input.
    #[arg(short = 'i', long = "identity", value_name = "FILE", required = true)]
    pub identities: Vec<PathBuf>,
    /// Every record.
    #[arg(long, required_unless_present_any = ["class", "record"], conflicts_with_all = ["class", "record"])]
    pub all: bool,
    /// The records of this class; may be given several times.
    #[arg(long, value_name = "CLASS")]
    pub class: Vec<String>,
    /// This record; may be given several times.
    #[arg(long, value_name = "ID")]
    pub record: Vec<RecordId>,
    /// Show what would change, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

pub(super) fn run(instance: &Instance, wish: &RekeyArguments, out: &mut Out) -> Done {
    let mut identities = Zeroizing::new(String::new());
    for path in &wish.identities {
        identities.push_str(&read_text(path)?);
        identities.push('\n');
    }
    let which = match wish.all {
        true => RekeyWhich::All,
        false => RekeyWhich::Some { classes: wish.class.clone(), records: wish.record.clone() },
    };
    let mode = if wish.dry_run { Mode::DryRun } else { Mode::Act };
    let report = rekey(instance, &identities, &which, mode, out)?;
    out.result("rekey", document(&report, mode), |out| {
        let locale = out.locale();
        told(&report, mode).iter().for_each(|line| out.line(line.of(locale)));
    });
    Ok(ExitCode::from(u8::from(!report.left.is_empty())))
}

fn document(report: &Rekeying, mode: Mode) -> Value {
    let left = report.left.iter().map(|one| json!({ "record": one.record, "code": one.code, "why": one.why }));
    let of = |all: &[Recipients]| -> Vec<Value> {
        all.iter().map(|one| json!({ "recipient": one.id, "key": one.key, "records": one.records })).collect()
    };
    let earlier = report.earlier.iter().map(|one| {
        let (who, gone) = (&one.recipient, one.backups_gone);
        json!({ "recipient": who.id, "key": who.key, "records": who.records, "header-backups-gone": gone })
    });
    json!({
        "removed-earlier": earlier.collect::<Vec<_>>(),
        "dry-run": mode == Mode::DryRun, "rekeyed": report.rekeyed, "unchanged": report.unchanged,
        "left": left.collect::<Vec<_>>(), "removed": of(&report.removed), "added": of(&report.added),
        "sealed-to-unknown": report.unknown, "settled": report.settled, "header-backups-gone": report.backups_gone,
    })
}

/// What is said to people, a line each.
fn told(report: &Rekeying, mode: Mode) -> Vec<Said> {
    let mut lines = Vec::new();
    for one in &report.left {
        let (code, why) = (one.code, &one.why);
        lines.push(said!("left[{code}]: {why}", "対象外[{code}]：{why}"));
    }
    if report.settled > 0 {
        let n = report.settled;
        lines.push(said!(
            "settled {n} header(s) that an earlier stop had left between two",
            "前回の中断で入替えの途中だったヘッダー{n}件を整えました"
        ));
    }
    let (n, same) = (report.rekeyed.len(), report.unchanged);
    lines.push(match mode {
        Mode::Act => said!(
            "{n} record(s) rekeyed, {same} sealed to these recipients already; no body was touched",
            "記録{n}件のヘッダーを入れ替えました。{same}件は既に現在の開封者に封入されています。本文には触れていません"
        ),
        Mode::DryRun => said!(
            "{n} record(s) would be rekeyed, {same} are sealed to these recipients already; nothing was changed",
            "ヘッダーの入替えが必要な記録は{n}件です。{same}件は既に現在の開封者に封入されています。変更は行っていません"
        ),
    });
    for one in &report.added {
        let (id, count) = (&one.id, one.records);
        lines.push(said!("`{id}` opens {count} of them from here on", "「{id}」が新たに開けるもの：{count}件"));
    }
    for one in &report.removed {
        let (id, count) = (&one.id, one.records);
        lines.push(match report.backups_gone {
            Some(day) => said!(
                "`{id}` opens {count} of them no more with what lies here; with a backup of their former headers still, until the last is gone on {day} (`service.backup.headers-kept`)",
                "「{id}」は{count}件を、ここにあるヘッダーでは開けなくなります。以前のヘッダーのバックアップがあれば、その最後のものがなくなる{day}までは開けます（`service.backup.headers-kept`）"
            ),
            None => said!(
                "`{id}` opens {count} of them no more with what lies here; with a backup of their former headers still: how long those live is not said (`service.backup.headers-kept`)",
                "「{id}」は{count}件を、ここにあるヘッダーでは開けなくなります。以前のヘッダーのバックアップがあれば開けます。その保管期間は定められていません（`service.backup.headers-kept`）"
            ),
        });
    }
    for one in &report.earlier {
        let (id, count) = (&one.recipient.id, one.recipient.records);
        lines.push(match one.backups_gone {
            Some(day) => said!(
                "`{id}` was removed from {count} record(s) by an earlier rekeying; with a backup of their former headers it opens them still, until the last is gone on {day} (`service.backup.headers-kept`)",
                "「{id}」は以前の入替えで{count}件から外れています。以前のヘッダーのバックアップがあれば、その最後のものがなくなる{day}までは開けます（`service.backup.headers-kept`）"
            ),
            None => said!(
                "`{id}` was removed from {count} record(s) by an earlier rekeying; with a backup of their former headers it opens them still: how long those live is not said (`service.backup.headers-kept`)",
                "「{id}」は以前の入替えで{count}件から外れています。以前のヘッダーのバックアップがあれば開けます。その保管期間は定められていません（`service.backup.headers-kept`）"
            ),
        });
    }
    if report.unknown > 0 {
        let n = report.unknown;
        lines.push(said!(
            "{n} of them were sealed under a policy that the catalog does not hold any more: whom they were sealed to is not known",
            "うち{n}件は、封入時の方針が台帳目録に残っていないため、以前の開封者が分かりません"
        ));
    }
    if !report.removed.is_empty() || !report.earlier.is_empty() {
        lines.push(said!(
            "whoever kept a record's key or its content keeps it: rekeying is not encrypting anew",
            "記録の鍵や内容を手元に控えた人は、今後も開けます。入替えは再暗号化ではありません"
        ));
    }
    lines
}
