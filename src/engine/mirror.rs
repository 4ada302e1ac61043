//! Whether a mirrored site says what the policies say.
//!
//! In: a folder that a program such as `wget --mirror` filled. Out: every difference from what the policy prints now. The
//! rule it keeps: the site is rendered anew from the policy, never taken from what was published.

use std::path::{Path, PathBuf};

use super::accept::policy_state;
use super::instance::Instance;
use super::render::{LIST, Presses, Printing, printed};
use super::take_in::Progress;
use super::{EngineError, Result, archive};
use crate::host::{self, ListedKind};
use crate::publish::mirror::{Comparison, Files, compare};
use crate::store::Version;

/// The most bytes of a mirrored file that are read.
const LARGEST: u64 = 64 << 20;

/// Compares the site in a folder with what the accepted policy prints; `base` is the address it was mirrored from.
///
/// # Errors
/// Refuses a folder without a site and an instance without an accepted policy; fails as reading and printing do.
pub fn verify_site(
    instance: &Instance,
    program: &Path,
    folder: &Path,
    base: Option<&str>,
    progress: &mut dyn Progress,
) -> Result<(Version, Comparison)> {
    let found = mirrored(folder)?;
    let presses = Presses::start(program);
    let store = instance.store_to_read()?;
    let state = policy_state(instance, &store)?;
    let in_force = state.accepted()?;
    let (printing, _) = Printing::in_force(instance, &store, in_force)?;
    let mut expected = printed(&printing, presses, progress)?;
    expected.insert(LIST.to_owned(), archive::list_of(&expected).into_bytes());
    Ok((in_force.version.clone(), compare(&expected, &found, base)))
}

/// Reads the mirrored files; a folder that holds one other and no page is entered, as `wget` makes one for the host.
fn mirrored(folder: &Path) -> Result<Files> {
    let root = root(folder.to_owned())?;
    let mut files = Files::new();
    for listed in host::list(&root, |_| false).map_err(EngineError::io("list", &root))? {
        let path = root.join(&listed.path);
        match listed.kind.map_err(EngineError::io("look at", &path))? {
            ListedKind::Directory => {}
            ListedKind::File => {
                let bytes = host::read_limited(&path, LARGEST).map_err(EngineError::io("read", &path))?;
                files.insert(listed.path.display().to_string(), bytes);
            }
            // Whatever it leads to, the site has no such file.
            ListedKind::Symlink | ListedKind::Other => {
                drop(files.insert(listed.path.display().to_string(), Vec::new()))
            }
        }
    }
    Ok(files)
}

fn root(folder: PathBuf) -> Result<PathBuf> {
    if folder.join("index.html").exists() {
        return Ok(folder);
    }
    let listed = host::list(&folder, |path| path.components().count() > 1).map_err(EngineError::io("list", &folder))?;
    let top = listed.into_iter().filter(|one| one.path.components().count() == 1).collect::<Vec<_>>();
    match top.as_slice() {
        [one] if matches!(one.kind, Ok(ListedKind::Directory)) => root(folder.join(&one.path)),
        _ => {
            let why = format!("`{}` holds no site: there is no `index.html`", folder.display());
            Err(EngineError::refused("verify-site.no-site", why)
                .help("mirror the site first: `wget --mirror --no-parent --directory-prefix mirror https://…/`, then name that folder"))
        }
    }
}
