//! Publishing, killed at each system call: a reader finds the former site or the new one, whole; so does one after a power
//! failure at that moment, on ext4 with its journal.

use std::collections::BTreeMap;

use crate::crash::{at_each, kill, report};
use crate::image::Mounted;
use crate::scene;
use crate::site_life::{accept, edit, tree};
use crate::support::Instance;

/// More calls than this of one kind are thinned out: the site has many files, and they are written alike.
const MOST: usize = 8;

type Site = BTreeMap<String, Vec<u8>>;

#[test]
fn a_rendering_killed_at_any_moment_leaves_the_former_site_or_the_new_one() {
    let template = Instance::new();
    let former = published_and_edited(&template);
    let unharmed = scene::copy(&template);
    let points = kill::points(&unharmed, &["render"], MOST);
    let new = tree(&unharmed.root().join("public"));
    assert!(former != new);
    let killed = at_each(&points, |_, point, worker| {
        let case = scene::copy(&template);
        let killed = kill::killed(&case, &["render"], point, worker);
        recovers(&case, &former, &new, &format!("killed at {point:?}"));
        killed
    });
    report("render", &points, killed);
}

#[test]
fn a_rendering_that_a_power_failure_ends_leaves_the_former_site_or_the_new_one() {
    let Some(template) = Mounted::new() else { return };
    let former = published_and_edited(&template.instance);
    let unharmed = template.copy();
    let points = kill::points(&unharmed.instance, &["render"], MOST / 2);
    let new = tree(&unharmed.instance.root().join("public"));
    assert!(former != new);
    let killed = at_each(&points, |_, point, worker| {
        let case = template.copy();
        let killed = kill::killed(&case.instance, &["render"], point, worker);
        let after = case.after_power_failure();
        recovers(&after.instance, &former, &new, &format!("power failed at {point:?}"));
        killed
    });
    report("render without power", &points, killed);
}

/// Publishes, and accepts another version that is not published yet; returns the site.
fn published_and_edited(instance: &Instance) -> Site {
    scene::ready(instance);
    instance.hokan(&["render"]).expect_code(0);
    edit(instance, "policies/purposes.yaml", "ja: 法定給付", "ja: 改・法定給付", "Reword a purpose");
    // Accepted before: the moment of acceptance stands in every PDF, and it must be the same one in all copies.
    accept(instance);
    tree(&instance.root().join("public"))
}

/// What is shown is whole and was kept before, and the next rendering publishes the new site, once.
fn recovers(case: &Instance, former: &Site, new: &Site, moment: &str) {
    whole(case, &[former, new], moment);
    let shown = case.run("sha256sum", &["public/SHA256SUMS"]).expect_code(0).stdout;
    let kept = case.root().join("vault/published/editions").join(&shown[..64]);
    assert!(kept.is_file(), "{moment}: what is shown is not in the archive");
    case.hokan(&["render"]).expect_code(0);
    whole(case, &[new], moment);
    let list = scene::json(case, &["render", "--list"]);
    assert_eq!(list["publications"].as_array().unwrap().len(), 2, "{moment}: {list:#}");
    assert!(!case.root().join(".public.next").exists(), "{moment}");
}

/// The published folder verifies and is one of these sites.
fn whole(case: &Instance, sites: &[&Site], moment: &str) {
    case.run("sh", &["-c", "cd public && sha256sum --check --quiet --strict SHA256SUMS"]).expect_code(0);
    let shown = tree(&case.root().join("public"));
    assert!(sites.iter().any(|site| **site == shown), "{moment}: neither the former site nor the new one");
}
