//! Whether an installation is sound: what an operator would look at, looked at.
//!
//! In: an instance, the machine. Out: one [`Diagnosis`] for each thing looked at, in a fixed order. The rule it keeps:
//! nothing is changed, and what cannot be looked at is a diagnosis too; one fault hides no other.

mod machine;
mod strangers;

use std::path::{Path, PathBuf};

use super::accept::{PolicyState, errors_in_force, policy_state};
use super::instance::{Instance, KEY};
use super::open::unconfirmed;
use crate::calendar::Instant;
use crate::diag::Said;
use crate::host::{self, Guard};
use crate::policy::PolicySet;
use crate::retention::gate;
use crate::said;
use crate::store::Store;
use machine::{confinement, of_place, of_service, swap};
use strangers::{repository, strangers};

/// How one thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// As it should be.
    Good,
    /// To be known, and mended where it can be.
    Warning,
    /// To be mended.
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// Its stable name, `doctor.WHAT`.
    pub name: &'static str,
    /// How it stands.
    pub health: Health,
    /// What was found.
    pub found: Said,
    /// How to mend it.
    pub mend: Option<Said>,
}

impl Diagnosis {
    fn good(name: &'static str, found: Said) -> Diagnosis {
        Diagnosis { name, health: Health::Good, found, mend: None }
    }

    fn warning(name: &'static str, found: Said, mend: Said) -> Diagnosis {
        Diagnosis { name, health: Health::Warning, found, mend: Some(mend) }
    }

    fn bad(name: &'static str, found: Said, mend: Said) -> Diagnosis {
        Diagnosis { name, health: Health::Bad, found, mend: Some(mend) }
    }
}

/// Looks at an installation.
///
/// # Errors
/// Fails only where the stores cannot be opened at all.
pub fn doctor(instance: &Instance) -> super::Result<Vec<Diagnosis>> {
    let store = instance.store_to_read()?;
    let state = policy_state(instance, &store);
    let policy = state.as_ref().ok().and_then(|state| state.in_force.as_ref()).map(|accepted| &accepted.policy);
    let mut found = vec![of_policy(&state)];
    found.extend(newer_checks(&store, instance.now()));
    found.extend(permissions(instance));
    found.extend(policy.map(|policy| recipients(&store, policy)));
    found.extend(places(instance, policy).into_iter().flat_map(|(what, path)| of_place(what, &path)));
    found.extend(policy.and_then(|policy| witness(instance, &store, policy)));
    found.extend(policy.and_then(|policy| second_copy(instance, &store, policy)));
    found.extend(repository(&instance.dir, &places(instance, policy)));
    found.extend(strangers(instance));
    found.push(of_clock(&store, instance.now()));
    found.extend(policy.map(|policy| schedule(policy, instance.now())));
    found.push(swap(host::swaps()));
    found.push(confinement(host::can_confine()));
    found.push(of_service(&super::confined::stated(&store)));
    Ok(found)
}

fn of_policy(state: &super::Result<PolicyState>) -> Diagnosis {
    const NAME: &str = "doctor.policy";
    let state = match state {
        Ok(state) => state,
        Err(error) => {
            let found = said!("the policy in force cannot be used: {error}", "施行中の方針を利用できません（{error}）");
            return Diagnosis::bad(
                NAME,
                found,
                said!(
                    "restore the vault, then `hokan verify`",
                    "保管庫をバックアップから復元し、`hokan verify`で確かめてください"
                ),
            );
        }
    };
    let waits = state.waiting.as_ref();
    match (&state.in_force, waits.map(|waiting| waiting.policy.is_err())) {
        (None, _) => Diagnosis::bad(
            NAME,
            said!(
                "no policy is accepted: nothing is published, sealed or destroyed",
                "承認された方針がありません。公表も封入も廃棄も行われません"
            ),
            said!(
                "commit the policy, then `hokan policy accept`",
                "方針をコミットし、`hokan policy accept`で承認してください"
            ),
        ),
        (Some(_), Some(true)) => Diagnosis::bad(
            NAME,
            said!(
                "the newest commit has errors: nothing is destroyed",
                "最新のコミットにエラーがあります。廃棄は行われません"
            ),
            said!(
                "`hokan check`, mend the errors and commit",
                "`hokan check`で確かめ、エラーを直してコミットしてください"
            ),
        ),
        (Some(_), Some(false)) => Diagnosis::warning(
            NAME,
            said!("a commit waits for its acceptance", "承認を待っているコミットがあります"),
            said!("`hokan policy accept`", "`hokan policy accept`で承認してください"),
        ),
        (Some(accepted), None) => {
            let version = accepted.version.digest.to_string();
            let short = &version[..12];
            Diagnosis::good(NAME, said!("policy {short} is in force", "方針{short}が施行中です"))
        }
    }
}

/// What this version finds in the policy in force, which was accepted before these checks were known.
fn newer_checks(store: &Store, now: Instant) -> Option<Diagnosis> {
    let errors = errors_in_force(store, now).ok().filter(|errors| *errors > 0)?;
    let found = said!(
        "this version finds {errors} errors in the policy in force, which was accepted before; it stays in force, and the \
         next commit must mend them",
        "施行中の方針に、この版の点検で{errors}件のエラーがあります（承認後に加わった点検です）。方針は引き続き有効ですが、次のコミットで直す必要があります"
    );
    let mend =
        said!("`hokan check`, mend the errors and commit", "`hokan check`で確かめ、エラーを直してコミットしてください");
    Some(Diagnosis::warning("doctor.policy", found, mend))
}

/// What nobody but the service's user may read, and whether that is so.
fn permissions(instance: &Instance) -> Vec<Diagnosis> {
    let vault = instance.vault_dir();
    let secret = [vault.to_owned(), vault.join(KEY), vault.join("ledger.db"), vault.join("catalog.db")];
    let found: Vec<Diagnosis> = secret.iter().filter_map(|path| open_to_others(path)).collect();
    if !found.is_empty() {
        return found;
    }
    vec![Diagnosis::good(
        "doctor.permissions",
        said!("the vault is the service's user's alone", "保管庫は、サービスの利用者だけが読み書きできます"),
    )]
}

fn open_to_others(path: &Path) -> Option<Diagnosis> {
    const NAME: &str = "doctor.permissions";
    let shown = path.display();
    let guard = match host::guard_of(path) {
        Ok(guard) => guard,
        Err(error) => {
            let found = said!("`{shown}` cannot be looked at: {error}", "`{shown}`を確かめられません（{error}）");
            return Some(Diagnosis::bad(
                NAME,
                found,
                said!("run hokan as the user who owns the vault", "保管庫の所有者として実行してください"),
            ));
        }
    };
    let Guard { mode, owner } = guard;
    if mode & 0o077 != 0 {
        let found = said!(
            "`{shown}` is open to others (mode {mode:03o})",
            "`{shown}`が他の利用者に開かれています（モード{mode:03o}）"
        );
        return Some(Diagnosis::bad(
            NAME,
            found,
            said!("chmod go= '{shown}'", "`chmod go= '{shown}'`を実行してください"),
        ));
    }
    (owner != host::user()).then(|| {
        let found = said!(
            "`{shown}` belongs to another user (number {owner})",
            "`{shown}`の所有者が別の利用者（番号{owner}）です"
        );
        Diagnosis::bad(
            NAME,
            found,
            said!(
                "run hokan as that user, or change the owner of the whole vault",
                "その利用者として実行するか、保管庫全体の所有者を変更してください"
            ),
        )
    })
}

fn recipients(store: &Store, policy: &PolicySet) -> Diagnosis {
    const NAME: &str = "doctor.recipients";
    match unconfirmed(store, policy) {
        Err(error) => Diagnosis::bad(
            NAME,
            said!("the confirmed recipients cannot be read: {error}", "確認済みの開封者を読み込めません（{error}）"),
            said!("`hokan verify`", "`hokan verify`で確かめてください"),
        ),
        Ok(missing) if missing.is_empty() => Diagnosis::good(
            NAME,
            said!(
                "somebody has proved to hold each recipient's key",
                "すべての開封者の鍵について、保有が確認されています"
            ),
        ),
        Ok(missing) => {
            let missing = missing.join(", ");
            let found = said!(
                "nobody has proved to hold the key of {missing}: nothing is taken in",
                "{missing}の鍵の保有が確認されていません。記録は取り込まれません"
            );
            Diagnosis::bad(
                NAME,
                found,
                said!(
                    "`hokan recipients confirm -i IDENTITY`",
                    "`hokan recipients confirm -i 識別鍵`を実行してください"
                ),
            )
        }
    }
}

/// How the witness stands; nothing where the policy names none.
fn witness(instance: &Instance, store: &Store, policy: &PolicySet) -> Option<Diagnosis> {
    const NAME: &str = "doctor.witness";
    let place = super::witness::place(instance, policy)?;
    let shown = place.display();
    if let Err(error) = super::witness::check(instance, store, policy, super::witness::Need::Destroy) {
        let found = said!("{error}", "外部の控え`{shown}`に問題があり、廃棄は行われません（{error}）");
        return Some(Diagnosis::bad(
            NAME,
            found,
            said!(
                "mount its disk; on an older vault `hokan restore --apply '{shown}'`",
                "控えのディスクをマウントしてください。古い保管庫を戻した場合は`hokan restore --apply '{shown}'`を実行してください"
            ),
        ));
    }
    if host::device_of(&place).ok() == host::device_of(instance.vault_dir()).ok() {
        return Some(Diagnosis::warning(
            NAME,
            said!(
                "the witness `{shown}` lies on the file system of the vault: it is lost with it",
                "外部の控え`{shown}`が保管庫と同じファイルシステムにあり、同時に失われるおそれがあります"
            ),
            said!(
                "name a folder on another disk, or on another machine",
                "別のディスク又は別の機器のフォルダーを指定してください"
            ),
        ));
    }
    Some(Diagnosis::good(
        NAME,
        said!("the witness `{shown}` has the ledger's history", "外部の控え`{shown}`は台帳の履歴と一致しています"),
    ))
}

/// How the second place stands; nothing where the policy names none.
fn second_copy(instance: &Instance, store: &Store, policy: &PolicySet) -> Option<Diagnosis> {
    const NAME: &str = "doctor.second-copy";
    let place = super::second::place(instance, policy)?;
    let shown = place.display();
    let found = match super::second::standing(instance, store, policy) {
        Ok(standing) => standing,
        Err(error) => {
            let found = said!("{error}", "保管庫の写し`{shown}`に問題があり、取り込みも廃棄も行われません（{error}）");
            let mend = said!(
                "mount its disk; if it is lost for good, name an empty folder in `service.second-copy`",
                "写しのディスクをマウントしてください。失われた場合は、空のフォルダーを`service.second-copy`に指定してください"
            );
            return Some(Diagnosis::bad(NAME, found, mend));
        }
    };
    if found == super::second::Standing::NotFilled {
        return Some(Diagnosis::warning(
            NAME,
            said!(
                "the second copy `{shown}` does not hold every record yet",
                "保管庫の写し`{shown}`は、まだすべての記録を含んでいません"
            ),
            said!("run `hokan second-copy`", "`hokan second-copy`を実行してください"),
        ));
    }
    if host::device_of(&place).ok() == host::device_of(instance.vault_dir()).ok() {
        return Some(Diagnosis::warning(
            NAME,
            said!(
                "the second copy `{shown}` lies on the file system of the vault: it is lost with it",
                "保管庫の写し`{shown}`が保管庫と同じファイルシステムにあり、同時に失われるおそれがあります"
            ),
            said!(
                "name a folder on another disk, or on another machine",
                "別のディスク又は別の機器のフォルダーを指定してください"
            ),
        ));
    }
    Some(Diagnosis::good(NAME, said!("the second copy `{shown}` is there", "保管庫の写し`{shown}`は利用できます")))
}

/// The directories that hold data, with their names for people.
fn places(instance: &Instance, policy: Option<&PolicySet>) -> Vec<(&'static str, PathBuf)> {
    let records = policy.map(|policy| ("records", instance.records_dir(policy)));
    [("vault", instance.vault_dir().to_owned())].into_iter().chain(records).collect()
}

fn of_clock(store: &Store, now: Instant) -> Diagnosis {
    const NAME: &str = "doctor.clock";
    let doubt = match store.reader().newest() {
        Ok((index, entry)) => gate::implausible(entry.at, now, index).err().map(|error| error.to_string()),
        Err(error) => Some(error.to_string()),
    };
    match doubt {
        None => {
            Diagnosis::good(NAME, said!("the clock agrees with the ledger: {now}", "時計は台帳と矛盾しません（{now}）"))
        }
        Some(why) => Diagnosis::bad(
            NAME,
            said!("{why}", "時計が台帳と矛盾します。廃棄は行われません（{now}）"),
            said!(
                "check the clock, then `hokan clock confirm`",
                "時計を確かめ、`hokan clock confirm`で確認してください"
            ),
        ),
    }
}

fn schedule(policy: &PolicySet, now: Instant) -> Diagnosis {
    const NAME: &str = "doctor.schedule";
    let zone = policy.organization.time_zone;
    match policy.service.sweep_schedule.as_ref().and_then(|schedule| schedule.next_after(now, zone)) {
        Some(next) => {
            let next = zone.minute(next);
            Diagnosis::good(NAME, said!("the next sweep is on {next}", "次の廃棄処理は{next}です"))
        }
        None => Diagnosis::warning(
            NAME,
            said!(
                "no sweep is scheduled: records stay until somebody sweeps",
                "廃棄処理の予定がありません。手で実行するまで記録が残ります"
            ),
            said!("set `service.sweep.schedule`", "`service.sweep.schedule`を設定してください"),
        ),
    }
}
