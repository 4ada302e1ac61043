//! Checks `service.paths`: where records, vault and site lie.
//!
//! In: the section's node. Out: the paths, with their defaults. The rule it keeps: none climbs out of its place and none
//! lies inside another, so that replacing the site or emptying the folder of records cannot touch the vault.

use crate::policy::Paths;
use crate::policy::check::desk::{Checked, Desk};
use crate::policy::check::item::{Item, word};
use crate::policy::raw::Node;
use crate::policy::rules::service::PATH;
use crate::policy::shape::{FOLDER, Shape, Takes, map, maybe};
use crate::said;

/// Where things lie.
pub(super) const PATHS: Shape = map(&[
    maybe("records", Takes::Form(&FOLDER), "Where records are filed."),
    maybe("vault", Takes::Form(&FOLDER), "Where they are kept sealed."),
    maybe("public", Takes::Form(&FOLDER), "Where pages and public notices go."),
]);
const DEFAULTS: [(&str, &str); 3] = [("records", "records/in"), ("vault", "vault"), ("public", "public")];

/// Checks the paths.
pub(super) fn paths(desk: &Desk, node: Option<&Node>) -> Checked<Paths> {
    let item = node.map(|node| Item::open(desk, node, &PATHS)).transpose()?;
    let [records, vault, public] = DEFAULTS.map(|(key, default)| one(item.as_ref(), key, default));
    let paths = Paths { records: records?, vault: vault?, public: public? };
    let Some(item) = item else {
        return Ok(paths);
    };
    let pairs = [
        (("vault", &paths.vault), ("records", &paths.records)),
        (("public", &paths.public), ("records", &paths.records)),
        (("public", &paths.public), ("vault", &paths.vault)),
    ];
    let overlapping = pairs.into_iter().find(|((_, a), (_, b))| inside(a, b) || inside(b, a));
    if let Some(((key, path), (other_key, other))) = overlapping {
        let found = said!(
            "`{key}` (`{path}`) and `{other_key}` (`{other}`) lie inside one another",
            "`{key}`（`{path}`）と`{other_key}`（`{other}`）の一方が他方の中にあります"
        );
        let stated = if item.optional(key).is_some() { key } else { other_key };
        desk.report_at(&PATH, item.place_of(stated), found);
    }
    Ok(paths)
}

fn one(item: Option<&Item<'_>>, key: &str, default: &str) -> Checked<String> {
    let Some(item) = item else { return Ok(default.to_owned()) };
    let Some(node) = item.get(key)? else { return Ok(default.to_owned()) };
    let path = word(item.desk(), node)?;
    let below = path.strip_prefix('/').unwrap_or(path);
    let climbs = below.split('/').any(|segment| matches!(segment, "" | "." | ".."));
    if climbs || path.contains('\\') {
        let found = said!(
            "`{path}` is not a path here (expected whole segments, without `..`)",
            "`{path}`はここで使えるパスではありません（`..`を含まない形で書きます）"
        );
        return Err(item.desk().refuse_at(&PATH, item.place_of(key), found));
    }
    Ok(path.to_owned())
}

/// Whether `path` is `folder` or lies in it.
fn inside(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
