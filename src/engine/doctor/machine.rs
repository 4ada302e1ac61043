//! What the machine is like: file systems, room, swap, confinement.
//!
//! In: what the kernel tells. Out: diagnoses. The rule it keeps: what cannot be told counts as not so.

use std::path::Path;

use super::Diagnosis;
use crate::diag::Said;
use crate::engine::confined::Stated;
use crate::host::{self, Bounds, Confinement, Space, Swap};
use crate::said;
use crate::vault::files::{Medium, medium_of};

/// Least room below which taking in is about to stop.
const LEAST_FREE: u64 = 1 << 30;
/// File systems on which writing over a file does not reach the old place.
const COPY_ON_WRITE: [&str; 5] = ["btrfs", "zfs", "bcachefs", "overlayfs", "f2fs"];
/// File systems behind a network or another program, where locks and syncs mean what the other side makes of them.
const REMOTE: [&str; 5] = ["nfs", "smb", "cifs", "9p", "fuse"];

/// Looks at the place of a directory.
pub(super) fn of_place(what: &'static str, path: &Path) -> Vec<Diagnosis> {
    let (medium, space) = match (medium_of(path), host::space_of(path)) {
        (Ok(medium), Ok(space)) => (medium, space),
        (Err(error), _) | (_, Err(error)) => {
            let shown = path.display();
            let found = said!("`{shown}` cannot be looked at: {error}", "`{shown}`を確かめられません（{error}）");
            let mend = said!(
                "make the directory, or mend `service.paths`",
                "ディレクトリーを作るか、`service.paths`を直してください"
            );
            return vec![Diagnosis::bad("doctor.file-system", found, mend)];
        }
    };
    vec![file_system(what, &medium, host::is_encrypted(path)), room(what, space)]
}

/// What the file system means for overwriting and for a stolen disk.
fn file_system(what: &'static str, medium: &Medium, is_encrypted: Option<bool>) -> Diagnosis {
    const NAME: &str = "doctor.file-system";
    let kind = medium.name.as_str();
    if REMOTE.contains(&kind) {
        let found = said!(
            "`{what}` lies on {kind}: another machine or program decides what a lock and a sync mean",
            "`{what}`は{kind}の上にあります。ロックや同期の効果は、相手のプログラムに左右されます"
        );
        return Diagnosis::bad(
            NAME,
            found,
            said!("move it to a disk of this machine", "この機器のディスクへ移してください"),
        );
    }
    if COPY_ON_WRITE.contains(&kind) {
        let found = said!(
            "`{what}` lies on {kind}: overwriting does not reach the old place",
            "`{what}`は{kind}の上にあります。上書きしても元の場所には届きません"
        );
        return Diagnosis::warning(
            NAME,
            found,
            said!(
                "move it to ext4 or xfs; the certificate states this until then",
                "ext4又はxfsへ移してください。それまでは、廃棄証明書にその旨が記載されます"
            ),
        );
    }
    match (medium.persistent, is_encrypted) {
        (false, _) => Diagnosis::good(
            NAME,
            said!("`{what}` lies on {kind}, in memory", "`{what}`は{kind}（メモリー上）にあります"),
        ),
        (true, Some(true)) => Diagnosis::good(
            NAME,
            said!("`{what}` lies on {kind} on an encrypted device", "`{what}`は、暗号化された装置上の{kind}にあります"),
        ),
        (true, _) => {
            let found = said!(
                "`{what}` lies on {kind}, and nothing shows that its disk is encrypted",
                "`{what}`は{kind}の上にあり、ディスクの暗号化を確認できません"
            );
            let mend = match what {
                "records" => said!(
                    "put `service.paths.records` on tmpfs or an encrypted disk: originals lie there unsealed",
                    "封入前の原本が置かれます。`service.paths.records`を、tmpfs又は暗号化されたディスクにしてください"
                ),
                _ => said!(
                    "put the vault on an encrypted disk: the catalog holds names and subjects",
                    "目録には名称や対象者が含まれます。保管庫を、暗号化されたディスクに置いてください"
                ),
            };
            Diagnosis::warning(NAME, found, mend)
        }
    }
}

fn room(what: &'static str, space: Space) -> Diagnosis {
    let free = space.free >> 20;
    let found = said!("{free} MiB are free for `{what}`", "`{what}`の空き容量は{free}MiBです");
    if space.free >= LEAST_FREE.min(space.total / 10) {
        return Diagnosis::good("doctor.disk-space", found);
    }
    Diagnosis::warning(
        "doctor.disk-space",
        found,
        said!(
            "free space: taking in stops when the disk is full",
            "空き容量を増やしてください。一杯になると取込みが止まります"
        ),
    )
}

/// Looks at where memory is swapped to.
pub(super) fn swap(swaps: std::io::Result<Vec<Swap>>) -> Diagnosis {
    const NAME: &str = "doctor.swap";
    let swaps = match swaps {
        Ok(swaps) => swaps,
        Err(error) => {
            let found = said!(
                "the kernel does not tell where it swaps to: {error}",
                "スワップの場所を確かめられません（{error}）"
            );
            return Diagnosis::warning(NAME, found, said!("see `swapon --show`", "`swapon --show`で確かめてください"));
        }
    };
    match swaps.iter().find(|swap| !swap.is_safe) {
        None => Diagnosis::good(
            NAME,
            said!("no memory is swapped to a readable disk", "読取り可能なディスクへのスワップはありません"),
        ),
        Some(open) => {
            let place = open.place.display();
            Diagnosis::warning(
                NAME,
                said!(
                    "memory is swapped to `{place}` unencrypted: plaintexts and keys may lie there",
                    "`{place}`へ、暗号化されずにスワップされます。平文や鍵が残ることがあります"
                ),
                said!(
                    "`swapoff`, zram, or swap on an encrypted device",
                    "`swapoff`で止めるか、zram又は暗号化された装置を使ってください"
                ),
            )
        }
    }
}

/// Tells how far typesetting is confined.
pub(super) fn confinement(confinement: Confinement) -> Diagnosis {
    const NAME: &str = "doctor.confinement";
    let mend = || {
        said!(
            "use a kernel with landlock (6.10 or newer confines all of it)",
            "landlockに対応したカーネル（6.10以降ですべて有効）を使ってください"
        )
    };
    match confinement {
        Confinement::Full => Diagnosis::good(
            NAME,
            said!(
                "typesetting is confined by the kernel: no files, no network",
                "組版の処理は、カーネルによりファイルとネットワークから隔離されます"
            ),
        ),
        Confinement::Partial => Diagnosis::warning(
            NAME,
            said!(
                "this kernel confines typesetting only in part",
                "このカーネルでは、組版の処理の隔離が一部に限られます"
            ),
            mend(),
        ),
        Confinement::None => Diagnosis::warning(
            NAME,
            said!("this kernel does not confine typesetting", "このカーネルでは、組版の処理が隔離されません"),
            mend(),
        ),
    }
}

/// Tells what confined the service that began last, as it stated itself.
pub(super) fn of_service(stated: &crate::engine::Result<Option<Stated>>) -> Diagnosis {
    const NAME: &str = "doctor.confinement";
    let unit = || {
        said!(
            "start the service by the unit `systemd/hokan.service`",
            "サービスを`systemd/hokan.service`のユニットで起動してください"
        )
    };
    let Stated { at, bounds } = match stated {
        Ok(Some(stated)) => stated,
        Ok(None) => {
            let found = said!(
                "no service has run here yet: nothing is taken in or destroyed by itself",
                "サービスはまだ一度も起動していません。取込みも廃棄も自動では行われません"
            );
            return Diagnosis::warning(NAME, found, unit());
        }
        Err(error) => {
            let found = said!(
                "what confined the service cannot be read: {error}",
                "サービスの隔離の状態を読み込めません（{error}）"
            );
            return Diagnosis::warning(NAME, found, said!("start the service again", "サービスを再起動してください"));
        }
    };
    let Bounds { no_network, write_paths, call_filter, no_privileges } = bounds;
    let lacks: Vec<Said> = [
        (no_network, said!("it could reach the network", "ネットワークに接続できる")),
        (write_paths, said!("its root file system is writable", "ルートファイルシステムに書き込める")),
        (call_filter, said!("no filter for the kernel's calls", "システムコールの制限がない")),
        (no_privileges, said!("it has or may gain privileges", "特権を持つか、得ることができる")),
    ]
    .into_iter()
    .filter_map(|(holds, lack)| (!holds).then_some(lack))
    .collect();
    if lacks.is_empty() {
        return Diagnosis::good(
            NAME,
            said!(
                "the service of {at} has no network and no privileges, a root file system that is read-only, and its calls are filtered",
                "{at}に起動したサービスは、ネットワークと特権がなく、ルートファイルシステムが読取り専用で、システムコールが制限されています"
            ),
        );
    }
    let words = |of: fn(&Said) -> &String, between: &str| {
        lacks.iter().map(|lack| of(lack).as_str()).collect::<Vec<_>>().join(between)
    };
    let (en, ja) = (words(|lack| &lack.en, "; "), words(|lack| &lack.ja, "、"));
    let found = Said {
        en: format!("the service of {at} is not confined: {en}"),
        ja: format!("{at}に起動したサービスの隔離が不十分です：{ja}"),
    };
    Diagnosis::warning(NAME, found, unit())
}

#[cfg(test)]
mod tests {
    use super::super::Health;
    use super::*;

    fn medium(name: &str, persistent: bool) -> Medium {
        Medium { name: name.to_owned(), persistent }
    }

    #[test]
    fn a_file_system_is_judged_by_what_overwriting_and_theft_mean_on_it() {
        let health = |name, persistent, encrypted| file_system("vault", &medium(name, persistent), encrypted).health;
        assert_eq!(health("nfs", true, None), Health::Bad);
        assert_eq!(health("btrfs", true, Some(true)), Health::Warning);
        assert_eq!(health("ext4", true, Some(true)), Health::Good);
        assert_eq!(health("ext4", true, Some(false)), Health::Warning);
        assert_eq!(health("ext4", true, None), Health::Warning);
        assert_eq!(health("tmpfs", false, None), Health::Good);
    }

    #[test]
    fn a_service_that_is_not_confined_says_in_what() {
        let at = crate::calendar::Instant::from_micros(0);
        let all = Bounds { no_network: true, write_paths: true, call_filter: true, no_privileges: true };
        let told = |bounds| of_service(&Ok(Some(Stated { at, bounds })));
        assert_eq!(told(all).health, Health::Good);
        let open = told(Bounds { no_network: false, call_filter: false, ..all });
        assert_eq!(open.health, Health::Warning);
        let said = "is not confined: it could reach the network; no filter for the kernel's calls";
        assert!(open.found.en.ends_with(said), "{}", open.found.en);
        assert_eq!(of_service(&Ok(None)).health, Health::Warning);
    }

    #[test]
    fn little_room_is_told_and_a_small_disk_is_not_little_room() {
        let health = |free, total| room("vault", Space { free, total }).health;
        assert_eq!(health(2 << 30, 100 << 30), Health::Good);
        assert_eq!(health(1 << 29, 100 << 30), Health::Warning);
        assert_eq!(health(1 << 28, 1 << 30), Health::Good);
        assert_eq!(health(0, 0), Health::Good);
    }

    #[test]
    fn swap_that_can_be_read_is_told() {
        let at = |is_safe| Ok(vec![Swap { place: "/dev/sda2".into(), is_safe }]);
        assert_eq!(swap(at(true)).health, Health::Good);
        assert_eq!(swap(at(false)).health, Health::Warning);
        assert_eq!(swap(Ok(Vec::new())).health, Health::Good);
        assert_eq!(swap(Err(std::io::Error::other("x"))).health, Health::Warning);
    }
}
