//! What is found before anything is published, taken in or destroyed: a check that passes is a promise.
//!
//! In: instances with one thing wrong that stands in no text alone: where a path leads, what a file is called, whether a
//! template can be used. Out: nothing, or what was let through. The rule it keeps: the real program is asked.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use crate::scene;
use crate::support::{Instance, Ran};

/// Makes an instance that has its first commit and is accepted.
fn ready() -> Instance {
    let instance = Instance::new();
    scene::ready(&instance);
    instance
}

/// Replaces text in a file of the policy.
fn edit(instance: &Instance, file: &str, from: &str, to: &str) {
    let text = instance.read(file);
    assert!(text.contains(from), "{file} has no `{from}`");
    instance.write(file, text.replacen(from, to, 1));
}

/// Checks the policy and expects an error of this rule; returns what was said.
#[track_caller]
fn refused(instance: &Instance, rule: &str) -> Ran {
    let ran = instance.hokan(&["check"]).expect_code(1);
    assert!(ran.stderr.contains(&format!("error[{rule}]")), "{}", ran.stderr);
    ran
}

#[test]
fn records_and_site_never_lie_in_what_the_instance_lives_on() {
    let instance = ready();
    let root = instance.root().canonicalize().unwrap().display().to_string();
    let before = instance.read("policies/service.yaml");
    for (key, default, place) in [
        ("records", "records/in", format!("{root}/vault")),
        ("records", "records/in", root.clone()),
        ("records", "records/in", format!("{root}/policies")),
        ("public", "public", format!("{root}/vault/site")),
        ("public", "public", format!("{root}/.git")),
        ("public", "public", "README.md".to_owned()),
    ] {
        edit(&instance, "policies/service.yaml", &format!("    {key}: {default}\n"), &format!("    {key}: {place}\n"));
        let ran = refused(&instance, "service.paths");
        assert!(ran.stderr.contains("--> policies/service.yaml:1"), "{}", ran.stderr);
        instance.write("policies/service.yaml", &before);
    }
    instance.hokan(&["check"]).expect_code(0);
}

#[test]
fn a_folder_of_records_that_became_a_link_into_the_vault_is_left_alone() {
    let instance = ready();
    let (inbox, vault) = (instance.root().join("records/in"), instance.root().join("vault"));
    let before = scene::below(&vault).len();
    std::fs::remove_dir_all(&inbox).unwrap();
    symlink(&vault, &inbox).unwrap();
    for arguments in [&["take-in", "--yes"][..], &["take-in", "--dry-run"]] {
        let ran = instance.hokan(arguments).expect_code(1);
        assert!(ran.stderr.contains("error[service.paths]"), "{}", ran.stderr);
    }
    assert!(scene::below(&vault).len() >= before);
    let public = instance.root().join("public");
    let _ = std::fs::remove_dir_all(&public);
    symlink(instance.root().join("policies"), &public).unwrap();
    let ran = instance.hokan(&["render"]).expect_code(1);
    assert!(ran.stderr.contains("error[service.paths]"), "{}", ran.stderr);
}

#[test]
fn a_template_that_the_certificate_needs_is_looked_at_before_records_go() {
    let instance = ready();
    let notices = instance.read("policies/notices.yaml");
    edit(&instance, "policies/notices.yaml", "notices/disposal-certificate.typ", "notices/disposal-certificat.typ");
    let ran = refused(&instance, "notices.template");
    assert!(ran.stderr.contains("did you mean `notices/disposal-certificate.typ`?"), "{}", ran.stderr);
    instance.write("policies/notices.yaml", notices);

    let shipped = include_str!("../templates/notices/disposal-certificate.typ");
    let own = "templates/notices/disposal-certificate.typ";
    instance.write(own, shipped);
    instance.hokan(&["check"]).expect_code(0);
    instance.write(own, format!("{shipped}\n#nothing-of-this-name\n"));
    let ran = refused(&instance, "templates.broken");
    let line = shipped.lines().count() + 2;
    assert!(ran.stderr.contains(&format!("{own}:{line}:")), "{}", ran.stderr);
    instance.write(own, format!("{shipped}\n✔\n"));
    let ran = refused(&instance, "templates.broken");
    assert!(ran.stderr.contains("U+2714"), "{}", ran.stderr);
}

#[test]
fn a_sweep_that_no_notice_tells_of_has_a_certificate_and_a_word_about_the_document() {
    let instance = ready();
    let notices = instance.read("policies/notices.yaml");
    let at = notices.find("  - id: disposal-certificate").unwrap();
    let rest = notices[at + 4..].find("\n  - ").map_or("", |next| &notices[at + 4 + next + 1..]);
    instance.write("policies/notices.yaml", format!("{}{rest}", &notices[..at]));
    instance.git(&["commit", "--quiet", "--no-verify", "--all", "--message", "Print no certificate"]);
    let approver = instance.home().join("approver").display().to_string();
    instance.hokan(&["policy", "accept", "--yes", "--key", &approver]).expect_code(0);
    scene::fill(&instance, &scene::files());
    instance.hokan(&["take-in", "--yes"]).expect_code(0);
    scene::approved_plan(&instance, "plan.json", &approver);
    instance.hokan(&["sweep", "run", "plan.json"]).expect_code(0);
    let ran = instance.hokan(&["certificate", "-o", "certificates"]).expect_code(0);
    assert!(ran.stderr.contains("note: no document was printed"), "{}", ran.stderr);
    assert_eq!(scene::below(&instance.root().join("certificates")).len(), 3);
}

#[test]
fn a_file_whose_name_is_not_utf_8_stands_for_no_other() {
    let instance = ready();
    for byte in [0xff, 0xfe] {
        let name = [b"policies/", &[byte][..], b".yaml"].concat();
        std::fs::write(instance.root().join(OsStr::from_bytes(&name)), "# a comment\n").unwrap();
    }
    let ran = refused(&instance, "policy.unreadable");
    assert_eq!(ran.stderr.matches("its name is not UTF-8").count(), 2, "{}", ran.stderr);
    instance.git(&["add", "--all"]);
    instance.git(&["commit", "--quiet", "--no-verify", "--message", "Odd names"]);
    let ran = instance.hokan(&["policy", "status"]).expect_code(1);
    assert!(ran.stderr.contains("error[policy.name]"), "{}", ran.stderr);
}

#[test]
fn a_file_that_cannot_be_opened_hides_nothing_of_the_others() {
    let instance = ready();
    let file = instance.root().join("policies/purposes.yaml");
    std::fs::remove_file(&file).unwrap();
    symlink(instance.home().join("elsewhere.yaml"), &file).unwrap();
    let retention = instance.read("policies/retention.yaml").replacen("medium: electronic", "medium: electrnic", 1);
    instance.write("policies/retention.yaml", retention);
    let ran = refused(&instance, "policy.unreadable");
    assert!(ran.stderr.contains("`electrnic` is not known here"), "{}", ran.stderr);
    assert!(ran.stderr.contains("more may be found once this file can be read"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("reference.dangling"), "what the file declares is not missed: {}", ran.stderr);
}

#[test]
fn a_file_that_is_not_read_is_told_of_beside_the_errors_that_come_of_it() {
    let instance = ready();
    let file = |ending: &str| instance.root().join(format!("policies/consent.{ending}"));
    std::fs::rename(file("yaml"), file("YAML")).unwrap();
    let ran = refused(&instance, "reference.dangling");
    assert!(ran.stderr.contains("note[policy.not-read]: its name ends in `.YAML`"), "{}", ran.stderr);
}

#[test]
fn a_link_in_the_place_of_the_policies_is_found_before_the_commit() {
    let instance = ready();
    let (folder, elsewhere) = (instance.root().join("policies"), instance.home().join("policies"));
    std::fs::rename(&folder, &elsewhere).unwrap();
    symlink(&elsewhere, &folder).unwrap();
    let ran = refused(&instance, "policy.unreadable");
    assert!(ran.stderr.contains("symbolic link"), "{}", ran.stderr);
}

#[test]
fn files_that_are_not_read_are_told_of() {
    let instance = ready();
    instance.write("policies/more.YAML", "terms: []\n");
    instance.write("policies/laws/fr.yaml", "not a pack\n");
    instance.write("policies/laws/sub/uk.yaml", "pack: uk\n");
    instance.write("policies/README.txt", "words\n");
    let ran = instance.hokan(&["check"]).expect_code(0);
    for file in ["policies/more.YAML", "policies/laws/fr.yaml", "policies/laws/sub/uk.yaml"] {
        assert!(ran.stderr.contains(file), "{file} is not told of:\n{}", ran.stderr);
    }
    assert_eq!(ran.stderr.matches("note[policy.not-read]").count(), 3, "{}", ran.stderr);
}

#[test]
fn what_editors_lay_beside_a_file_is_left_alone() {
    let instance = ready();
    symlink("somebody@desk.4711", instance.root().join("policies/.#retention.yaml")).unwrap();
    instance.write("policies/._retention.yaml", b"\0\x05\x16\x07");
    instance.write("policies/.old.yaml", "terms: x\n");
    instance.write("policies/laws/jp.yaml", include_str!("../src/policy/law/packs/jp.yaml"));
    instance.write("policies/laws/jp.yml", "x: [\n");
    let ran = instance.hokan(&["check"]).expect_code(0);
    assert_eq!(ran.stderr.matches("note[policy.not-read]").count(), 2, "{}", ran.stderr);
    for file in ["policies/.old.yaml", "policies/laws/jp.yml"] {
        assert!(ran.stderr.contains(file), "{file} is not told of:\n{}", ran.stderr);
    }
}

#[test]
fn a_new_class_is_added_to_policy_files_alone() {
    let instance = ready();
    instance.write("README.txt", "retention:\n  classes: []\n");
    for file in ["README.txt", "policies/n.txt", "../esc.yaml", "policies/laws/uk.yaml", "policies/../n.yaml"] {
        let ran = instance.hokan(&["policy", "new-class", "seals", "--append", file]).expect_code(1);
        assert!(ran.stderr.contains("error[policy.new-class-file]"), "{file}: {}", ran.stderr);
    }
    assert_eq!(instance.read("README.txt"), "retention:\n  classes: []\n");
    for file in ["n.yaml", "../esc.yaml", "policies/n.txt", "policies/laws/uk.yaml"] {
        assert!(!instance.root().join(file).exists(), "{file} was made");
    }
}

#[test]
fn an_instance_inside_another_repository_is_told_so() {
    let outer = Instance::new();
    outer.git(&["init", "--quiet"]);
    let inner = outer.root().join("societies/minato");
    std::fs::create_dir_all(inner.join("policies")).unwrap();
    for arguments in [&["diff"][..], &["diff", "HEAD"]] {
        let ran = outer.hokan(&[&["--dir", inner.to_str().unwrap()], arguments].concat()).expect_code(1);
        assert!(ran.stderr.contains("lies in the git repository of"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("there is no git repository"), "{}", ran.stderr);
    }
}
