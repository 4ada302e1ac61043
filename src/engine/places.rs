//! Where the folders of an instance really lie.
//!
//! In: an instance and the paths its policy names. Out: what is wrong with them, links followed. The rule it keeps: what
//! is taken in and destroyed, or replaced as a whole, is never what hokan itself lives on, whichever way its path is
//! written.

use std::path::{Path, PathBuf};

use super::instance::Instance;
use super::{EngineError, Result};
use crate::diag::{Finding, Said, Sources};
use crate::policy::{self, PolicySet};
use crate::said;

/// A path of the policy that leads where it must not.
struct Astray {
    key: &'static str,
    said: Said,
}

/// Returns where a path leads, links followed as far as it exists.
pub(super) fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let above = path.ancestors().find_map(|above| Some((above.canonicalize().ok()?, path.strip_prefix(above).ok()?)));
    match above {
        // Joined with nothing, a path would end in a slash, and a file with one is not there.
        Some((above, rest)) if rest.as_os_str().is_empty() => above,
        Some((above, rest)) => above.join(rest),
        None => path,
    }
}

/// Returns whether one of two places is the other or lies in it.
pub(super) fn meet(one: &Path, other: &Path) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// What hokan and git live on, besides the vault.
fn own(instance: &Instance) -> Vec<PathBuf> {
    let repository = std::path::absolute(&instance.dir)
        .unwrap_or_default()
        .ancestors()
        .map(|above| above.join(".git"))
        .find(|git| git.exists());
    let below = ["policies", "templates", ".hokan"].map(|part| instance.dir.join(part));
    below.into_iter().chain(repository).collect()
}

fn astray(instance: &Instance, policy: &PolicySet) -> Option<Astray> {
    let paths = &policy.service.paths;
    let (records, public) = (instance.records_dir(policy), instance.public_dir(policy));
    let (declared, vault) = (instance.dir.join(&paths.vault), instance.vault_dir().to_owned());
    let own = own(instance);
    let vaults = [declared.clone(), vault];
    let checked: [(&str, &str, &Path, Vec<&PathBuf>); 3] = [
        ("vault", &paths.vault, &declared, own.iter().collect()),
        ("records", &paths.records, &records, own.iter().chain(&vaults).collect()),
        ("public", &paths.public, &public, own.iter().chain(&vaults).chain([&records]).collect()),
    ];
    for (key, written, folder, others) in checked {
        let place = real(folder);
        if place.exists() && !place.is_dir() {
            let said =
                said!("`{key}` (`{written}`) is not a folder", "`{key}`（`{written}`）はフォルダーではありません");
            return Some(Astray { key, said });
        }
        if let Some(other) = others.into_iter().find(|other| meet(&place, &real(other))) {
            let other = other.strip_prefix(&instance.dir).unwrap_or(other).display();
            let said = said!(
                "`{key}` (`{written}`) and `{other}`, which hokan needs for itself, lie inside one another",
                "`{key}`（`{written}`）と、動作に必要な`{other}`の一方が他方の中にあります"
            );
            return Some(Astray { key, said });
        }
    }
    None
}

/// Returns the finding about a path of the policy that leads where it must not.
pub(super) fn finding(instance: &Instance, policy: &PolicySet, sources: &Sources) -> Option<Finding> {
    let Astray { key, said } = astray(instance, policy)?;
    let rule = policy::rules().find(|rule| rule.name == "service.paths").expect("the rule is one of the policy's");
    let help = said!(
        "name a folder outside of the instance, or one of its own in it, such as `records/in`",
        "インスタンスの外のフォルダーか、`records/in`のような専用のフォルダーを指定してください"
    );
    Some(Finding::at(rule, policy::place_of(sources, &format!("service.paths.{key}")), said).help(help))
}

/// Refuses to act on folders that hokan itself lives on, whatever was found when the policy was checked: links may have
/// changed since.
///
/// # Errors
/// Refuses as said.
pub(super) fn apart(instance: &Instance, policy: &PolicySet) -> Result<()> {
    match astray(instance, policy) {
        None => Ok(()),
        Some(Astray { said, .. }) => Err(EngineError::refused("service.paths", said.en)
            .help("look where `service.paths` and the links in it lead: nothing was touched")),
    }
}
