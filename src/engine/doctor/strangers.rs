//! What lies where it should not: files git tracks or would remove, keys, editors' backups, marks of copying programs.
//!
//! In: the instance's directory. Out: diagnoses. The rule it keeps: what a file of keys says is repeated nowhere.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::Diagnosis;
use crate::engine::bundle::git;
use crate::engine::instance::Instance;
use crate::host::{self, ListedKind, read_limited};
use crate::said;

/// A file of keys is small; larger files are not read.
const KEY_FILE: u64 = 64 << 10;
/// What private keys begin with.
const SECRETS: [&str; 3] = ["AGE-SECRET-KEY-", "AGE-PLUGIN-", "-----BEGIN OPENSSH PRIVATE KEY-----"];
/// Files and folders by which programs that copy folders to other machines are known.
const SYNCED: [&str; 7] =
    [".dropbox", ".stfolder", ".sync", ".nextcloudsync.log", ".owncloudsync.log", ".tmp.drivedownload", ".megaignore"];

/// What git could publish or remove of the vault and the watched folder, wherever the accepted policy puts them.
pub(super) fn repository(dir: &Path, places: &[(&'static str, PathBuf)]) -> Vec<Diagnosis> {
    // What lies elsewhere is not this repository's.
    let data: Vec<&Path> = places.iter().filter_map(|(_, place)| place.strip_prefix(dir).ok()).collect();
    let named: Vec<String> = data.iter().map(|data| data.display().to_string()).collect();
    let holds_data = |path: &&str| {
        let path = Path::new(path.trim_matches('"'));
        // A file of it, or a folder that it lies in.
        data.iter().any(|data| path.starts_with(data) || data.starts_with(path))
    };
    let ask = |arguments: &[&str]| {
        git(dir, arguments, &[])
            .ok()
            .filter(|ended| ended.code == 0)
            .map(|ended| String::from_utf8_lossy(&ended.stdout).into_owned())
    };
    if ask(&["rev-parse", "--is-inside-work-tree"]).is_none() {
        return vec![Diagnosis::warning(
            "doctor.git",
            said!(
                "the instance is in no git repository: nobody can see who changed a policy, and why",
                "インスタンスがgitで管理されていません。方針の変更者と理由が残りません"
            ),
            said!(
                "`git init`, then commit `policies/` and `templates/`",
                "`git init`を実行し、`policies/`と`templates/`をコミットしてください"
            ),
        )];
    }
    // Names as they are: git would write those that are not ASCII by their bytes.
    let tracked = ["-c", "core.quotePath=false", "ls-files", "--"].into_iter().chain(named.iter().map(String::as_str));
    let tracked = ask(&tracked.collect::<Vec<_>>()).unwrap_or_default();
    let cleaned = ask(&["-c", "core.quotePath=false", "clean", "-fdxn"]).unwrap_or_default();
    let removed: Vec<&str> =
        cleaned.lines().filter_map(|line| line.strip_prefix("Would remove ")).filter(holds_data).collect();
    let mut found = Vec::new();
    if let Some(first) = tracked.lines().find(holds_data) {
        found.push(Diagnosis::bad(
            "doctor.tracked",
            said!(
                "git tracks `{first}`: every clone has it, for ever",
                "`{first}`がgitで管理されています。すべての複製に残り続けます"
            ),
            said!(
                "`git rm -r --cached`, and rewrite the history that others can fetch",
                "`git rm -r --cached`で外し、公開されている履歴も書き直してください"
            ),
        ));
    }
    if !removed.is_empty() {
        let removed = removed.join(", ");
        let guards: Vec<String> = named.iter().map(|data| format!("git init -q {data}")).collect();
        let guards = guards.join(" && ");
        found.push(Diagnosis::bad(
            "doctor.unguarded",
            said!("`git clean -fdx` would remove {removed}", "`git clean -fdx`を実行すると{removed}が消えます"),
            said!("make an empty repository in it: `{guards}`", "中に空のリポジトリーを作ってください：`{guards}`"),
        ));
    }
    if found.is_empty() {
        found.push(Diagnosis::good(
            "doctor.git",
            said!(
                "git neither tracks nor cleans away records and vault",
                "記録と保管庫は、gitの管理対象でも消去対象でもありません"
            ),
        ));
    }
    found
}

/// Keys, editors' backups and marks of copying programs below the instance.
pub(super) fn strangers(instance: &Instance) -> Vec<Diagnosis> {
    let skipped =
        |path: &Path| path.file_name() == Some(OsStr::new(".git")) || instance.dir.join(path) == instance.vault_dir();
    let listed = match host::list(&instance.dir, skipped) {
        Ok(listed) => listed,
        Err(error) => {
            let found = said!("the instance cannot be listed: {error}", "インスタンスを一覧できません（{error}）");
            return vec![Diagnosis::bad(
                "doctor.strangers",
                found,
                said!("give the service's user the right to read it", "サービスの利用者に読取り権限を与えてください"),
            )];
        }
    };
    let mut found = Vec::new();
    for entry in listed {
        let path = instance.dir.join(&entry.path);
        let name = entry.path.file_name().unwrap_or_default().to_string_lossy();
        let shown = entry.path.display();
        if SYNCED.contains(&name.as_ref()) {
            found.push(copied(&shown.to_string()));
        } else if matches!(entry.kind, Ok(ListedKind::File)) && is_secret(&path) {
            found.push(Diagnosis::bad(
                "doctor.identity",
                said!(
                    "`{shown}` holds a private key: whoever copies the instance can open every record",
                    "`{shown}`に秘密鍵があります。インスタンスを複製した人が、すべての記録を開けます"
                ),
                said!(
                    "move it off this machine; if it was ever committed or copied, make a new one",
                    "この機器の外へ移してください。一度でもコミットや複製をしたときは、新しい鍵に替えてください"
                ),
            ));
        } else if is_backup(&name) {
            found.push(Diagnosis::warning(
                "doctor.editor-backup",
                said!("`{shown}` looks like an editor's backup", "`{shown}`は、エディターの控えのようです"),
                said!(
                    "remove it, and tell the editor to keep backups elsewhere",
                    "削除し、控えの保存先を別の場所に変えてください"
                ),
            ));
        }
    }
    let dir = std::path::absolute(&instance.dir).unwrap_or_else(|_| instance.dir.clone());
    let above =
        dir.ancestors().skip(1).find_map(|dir| SYNCED.iter().map(|mark| dir.join(mark)).find(|mark| mark.exists()));
    found.extend(above.map(|mark| copied(&mark.display().to_string())));
    if found.is_empty() {
        found.push(Diagnosis::good(
            "doctor.strangers",
            said!(
                "no private key, editor's backup or mark of a copying program lies below the instance",
                "インスタンスの中に、秘密鍵、エディターの控え、同期ソフトの印はありません"
            ),
        ));
    }
    found
}

fn copied(mark: &str) -> Diagnosis {
    Diagnosis::bad(
        "doctor.copied",
        said!(
            "`{mark}`: a program copies this folder to other machines",
            "`{mark}`があります。同期ソフトが、このフォルダーを別の機器へ複製しています"
        ),
        said!(
            "move the instance out of the folder that is copied",
            "同期の対象でない場所へ、インスタンスを移してください"
        ),
    )
}

fn is_secret(path: &Path) -> bool {
    read_limited(path, KEY_FILE).is_ok_and(|bytes| {
        let text = zeroize::Zeroizing::new(bytes);
        let text = String::from_utf8_lossy(&text);
        text.lines().any(|line| SECRETS.iter().any(|mark| line.trim_start().starts_with(mark)))
    })
}

fn is_backup(name: &str) -> bool {
    name.ends_with('~')
        || name.ends_with(".bak")
        || name.ends_with(".orig")
        || (name.starts_with('.') && name.ends_with(".swp"))
        || (name.starts_with('#') && name.ends_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backups_of_editors_are_known_by_their_names() {
        for name in ["retention.yaml~", ".retention.yaml.swp", "#retention.yaml#", "a.orig", "a.bak"] {
            assert!(is_backup(name), "{name}");
        }
        assert!(!is_backup("retention.yaml") && !is_backup(".gitignore"));
    }
}
