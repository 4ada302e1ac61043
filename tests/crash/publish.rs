//! Publishing, killed at each system call: a reader finds the former site or the new one, whole.

use std::collections::BTreeMap;

use crate::crash::{at_each, kill, report};
use crate::scene;
use crate::site_life::{accept, edit, tree};
use crate::support::Instance;

/// More calls than this of one kind are thinned out: the site has many files, and they are written alike.
const MOST: usize = 8;

#[test]
fn a_rendering_killed_at_any_moment_leaves_the_former_site_or_the_new_one() {
    let template = Instance::new();
    scene::ready(&template);
    template.hokan(&["render"]).expect_code(0);
    edit(&template, "policies/purposes.yaml", "ja: 法定給付", "ja: 改・法定給付", "Reword a purpose");
    // Accepted before: the moment of acceptance stands in every PDF, and it must be the same one in all copies.
    accept(&template);
    let former = tree(&template.root().join("public"));
    let unharmed = scene::copy(&template);
    let points = kill::points(&unharmed, &["render"], MOST);
    let new = tree(&unharmed.root().join("public"));
    assert!(former != new);
    let killed = at_each(&points, |_, point, worker| {
        let case = scene::copy(&template);
        let killed = kill::killed(&case, &["render"], point, worker);
        let moment = format!("killed at {point:?}");
        whole(&case, &[&former, &new], &moment);
        // Whatever readers see was kept before.
        let shown = case.run("sha256sum", &["public/SHA256SUMS"]).expect_code(0).stdout;
        let kept = case.root().join("vault/published/editions").join(&shown[..64]);
        assert!(kept.is_file(), "{moment}: what is shown is not in the archive");
        case.hokan(&["render"]).expect_code(0);
        whole(&case, &[&new], &moment);
        let list = scene::json(&case, &["render", "--list"]);
        assert_eq!(list["publications"].as_array().unwrap().len(), 2, "{moment}: {list:#}");
        assert!(!case.root().join(".public.next").exists(), "{moment}");
        killed
    });
    report("render", &points, killed);
}

/// The published folder verifies and is one of these sites.
fn whole(case: &Instance, sites: &[&BTreeMap<String, Vec<u8>>], moment: &str) {
    case.run("sh", &["-c", "cd public && sha256sum --check --quiet --strict SHA256SUMS"]).expect_code(0);
    let shown = tree(&case.root().join("public"));
    assert!(sites.iter().any(|site| **site == shown), "{moment}: neither the former site nor the new one");
}
