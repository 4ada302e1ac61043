//! What happens around the pages: their history, what was published and kept, drafts, and how the folder is exchanged.
//!
//! In: a ready instance, edits and commits. Out: what the folders hold afterwards, read without hokan where that is
//! possible (`sha256sum`, `git`, the files themselves).

use std::collections::BTreeMap;
use std::path::Path;

use crate::scene;
use crate::support::Instance;

/// Changes a policy file and commits it.
pub fn edit(instance: &Instance, file: &str, from: &str, to: &str, message: &str) {
    let text = instance.read(file);
    assert!(text.contains(from), "`{from}` is not in {file}");
    instance.write(file, text.replacen(from, to, 1));
    instance.git(&["commit", "--quiet", "--no-verify", "--all", "--message", message]);
}

/// Accepts the newest commit as an approver, unless the service has found that it needs none and was first.
pub fn accept(instance: &Instance) {
    let key = instance.home().join("approver");
    let ran = instance.hokan(&["policy", "accept", "--key", key.to_str().unwrap()]);
    if !ran.stderr.contains("error[policy.nothing-waits]") {
        ran.expect_code(0);
    }
}

/// Returns every file below a folder with its bytes.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = scene::below(folder).into_iter();
    files
        .map(|path| (path.strip_prefix(folder).unwrap().display().to_string(), std::fs::read(&path).unwrap()))
        .collect()
}

/// A text that only changes what is published.
const TITLE: (&str, &str, &str) = ("policies/purposes.yaml", "ja: 法定給付", "ja: 新・法定給付");

fn page(instance: &Instance, path: &str) -> String {
    instance.read(Path::new("public").join(path))
}

#[test]
fn the_history_tells_every_revision_up_to_the_accepted_one_and_says_which_cannot_be_read() {
    let instance = Instance::new();
    scene::ready(&instance);
    edit(&instance, TITLE.0, TITLE.1, TITLE.2, "Reword a purpose");
    instance.hokan(&["render"]).expect_code(0);
    edit(&instance, "policies/purposes.yaml", "purposes:", "purposes: [", "Break it");
    edit(&instance, "policies/purposes.yaml", "purposes: [", "purposes:", "Mend it");
    edit(&instance, "policies/retention.yaml", "for: P5Y", "for: P6Y", "Keep longer");
    accept(&instance);
    // A limit is raised with it: that waits for an approver.
    let service = instance.read("policies/service.yaml");
    instance.write("policies/service.yaml", service.replacen("records: 5000", "records: 6000", 1));
    edit(&instance, "policies/retention.yaml", "for: P6Y", "for: P4Y", "Not accepted");
    instance.hokan(&["render"]).expect_code(0);
    let history = page(&instance, "en/history.html");
    let commits = instance.git(&["log", "--format=%H", "--", "policies"]).stdout;
    let commits: Vec<&str> = commits.lines().map(|line| &line[..12]).collect();
    assert!(!history.contains(commits[0]), "a revision that is not accepted is published");
    let (_, told) = history.split_once("<div class=\"text\">").unwrap();
    let places: Vec<Option<usize>> = commits[1..].iter().map(|commit| told.find(commit)).collect();
    let listed = history.matches("<li><a href=\"#revision-").count();
    assert_eq!(listed, 3, "each revision that was in force is in the contents of the page");
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}\n{history}");
    assert!(history.contains("The retention period was lengthened."), "{history}");
    assert!(history.contains("6 years, counted from"), "{history}");
    assert!(history.contains("It had errors (1) and was not published."), "{history}");
    assert!(history.contains("The wording of this purpose of use was changed."), "{history}");
    assert!(!history.contains("P4Y") && !history.contains("4 years, counted from"), "{history}");
    let feed = page(&instance, "ja/history.xml");
    assert!(feed.contains("保存期間を長くしました。") && feed.contains("6年間"), "{feed}");
    instance.run("python3", &["-c", FEED, "public/ja/history.xml", "public/en/history.xml"]).expect_code(0);
    for path in ["ja/retention.html", "en/contacts.html"] {
        assert!(page(&instance, path).contains("history.html"), "{path}");
    }
}

/// Reads feeds as XML and looks at what Atom needs.
const FEED: &str = r#"
import sys, xml.etree.ElementTree as tree
atom = "{http://www.w3.org/2005/Atom}"
for path in sys.argv[1:]:
    feed = tree.parse(path).getroot()
    assert feed.tag == atom + "feed"
    for one in [feed] + feed.findall(atom + "entry"):
        assert one.find(atom + "id").text.startswith("urn:uuid:"), path
        assert one.find(atom + "title").text and one.find(atom + "updated").text.endswith("Z"), path
    ids = [one.find(atom + "id").text for one in feed.findall(atom + "entry")]
    assert len(ids) == 3 and len(set(ids)) == len(ids), ids
    # Revisions of one day: readers order them by their moments.
    times = [one.find(atom + "updated").text for one in feed.findall(atom + "entry")]
    assert times == sorted(times, reverse=True) and feed.find(atom + "updated").text == times[0], times
    assert not any(time.endswith("T00:00:00Z") for time in times), times
"#;

#[test]
fn what_changed_since_counts_against_what_was_published_before_and_not_against_the_commit_before() {
    let instance = Instance::new();
    scene::ready(&instance);
    instance.hokan(&["render"]).expect_code(0);
    edit(&instance, "policies/retention.yaml", "for: P5Y", "for: P6Y", "Keep longer");
    edit(&instance, TITLE.0, TITLE.1, TITLE.2, "Reword a purpose");
    instance.git(&["rm", "--quiet", "policies/security.yaml"]);
    instance.git(&["commit", "--quiet", "--no-verify", "--message", "Remove a section"]);
    instance.git(&["revert", "--no-edit", "HEAD"]);
    accept(&instance);
    instance.hokan(&["render"]).expect_code(0);
    let facts: serde_json::Value = serde_json::from_str(&page(&instance, "policy.json")).unwrap();
    let history = &facts["history"]["en"];
    let texts = |of: &serde_json::Value| -> Vec<String> {
        of["changes"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect()
    };
    let newest = &history["revisions"][0];
    let told = texts(newest);
    assert!(told.len() == 2 && told[0] == "The retention period was lengthened.", "{told:?}");
    assert!(told[1].starts_with("The wording of this purpose of use was changed."), "{told:?}");
    assert!(history["since"]["text"].as_str().unwrap().ends_with(": 2 changes."), "{history:#}");
    assert_eq!(newest["stages"].as_array().unwrap().len(), 3, "{newest:#}");
    assert!(texts(&newest["stages"][0])[0].contains("security"), "{newest:#}");
    assert_eq!((&history["pending"], history["revisions"].as_array().unwrap().len()), (&serde_json::json!([]), 2));
    assert!(page(&instance, "en/history.html").contains("How it came about: 3 revisions that were not published"));
    assert!(!page(&instance, "en/history.xml").contains("security"));
}

#[test]
fn what_was_published_stays_in_the_history_when_its_commit_was_merged_from_the_side() {
    let instance = Instance::new();
    scene::ready(&instance);
    edit(&instance, "policies/retention.yaml", "for: P5Y", "for: P6Y", "Keep longer");
    accept(&instance);
    instance.hokan(&["render"]).expect_code(0);
    let published = instance.git(&["rev-parse", "HEAD"]).stdout;
    let published = published.trim();
    // An editor who had a commit of their own pulls: the published commit is the second parent of the merge.
    instance.git(&["checkout", "--quiet", "-b", "editor", "HEAD~1"]);
    edit(&instance, TITLE.0, TITLE.1, TITLE.2, "Reword a purpose");
    let merge = ["merge", "--quiet", "--no-verify", "--no-edit", published];
    instance.git(&[&["-c", "core.hooksPath=/dev/null"], &merge[..]].concat());
    accept(&instance);
    instance.hokan(&["render"]).expect_code(0);
    let facts: serde_json::Value = serde_json::from_str(&page(&instance, "policy.json")).unwrap();
    let history = &facts["history"]["en"];
    let revisions = history["revisions"].as_array().unwrap();
    assert_eq!((revisions.len(), &revisions[1]["commit"]), (3, &published.into()), "{history:#}");
    let told = |of: &serde_json::Value| -> Vec<String> {
        of["changes"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(told(&revisions[1]), ["The retention period was lengthened."]);
    let (newest, stages) = (told(&revisions[0]), &revisions[0]["stages"]);
    assert!(newest.len() == 1 && newest[0].contains("purpose of use"), "{newest:?}");
    assert!(history["since"]["text"].as_str().unwrap().ends_with(": one change."), "{history:#}");
    assert_eq!(stages.as_array().unwrap().len(), 1, "{stages:#}");
    assert_eq!(told(&stages[0]), newest, "the commit of the editor, against what it was made from");
    let feed = page(&instance, "en/history.xml");
    assert_eq!(feed.matches("<entry>").count(), 3, "{feed}");
}

#[test]
fn without_a_repository_the_history_is_that_of_what_was_accepted() {
    let instance = Instance::new();
    scene::ready(&instance);
    edit(&instance, "policies/retention.yaml", "for: P5Y", "for: P6Y", "Keep longer");
    accept(&instance);
    std::fs::remove_dir_all(instance.root().join(".git")).unwrap();
    instance.hokan(&["render"]).expect_code(0);
    let history = page(&instance, "en/history.html");
    assert_eq!(history.matches("<section class=\"revision").count(), 2, "{history}");
    assert!(history.contains("The retention period was lengthened."), "{history}");
    assert!(history.contains("Only versions that were accepted here are listed."), "{history}");
}

#[test]
fn i8_two_renders_give_the_same_bytes_with_and_without_what_is_remembered() {
    let instance = Instance::new();
    scene::ready(&instance);
    edit(&instance, TITLE.0, TITLE.1, TITLE.2, "Reword a purpose");
    instance.hokan(&["render"]).expect_code(0);
    let first = tree(&instance.root().join("public"));
    instance.hokan(&["render"]).expect_code(0);
    assert!(tree(&instance.root().join("public")) == first, "the second render differs");
    std::fs::remove_file(instance.root().join("vault/published/history.json")).unwrap();
    instance.hokan(&["render"]).expect_code(0);
    assert!(tree(&instance.root().join("public")) == first, "the render without memory differs");
    for kind in ["html", "xml", "json", "pdf"] {
        assert!(first.keys().any(|path| path.ends_with(kind)), "no {kind}");
    }
}

#[test]
fn what_was_published_is_kept_once_and_comes_back_as_it_was() {
    let instance = Instance::new();
    scene::ready(&instance);
    instance.hokan(&["render"]).expect_code(0);
    let first = tree(&instance.root().join("public"));
    instance.hokan(&["render"]).expect_code(0);
    let list = scene::json(&instance, &["render", "--list"]);
    assert_eq!(list["publications"].as_array().unwrap().len(), 1, "the same site counts once: {list:#}");
    edit(&instance, TITLE.0, TITLE.1, TITLE.2, "Reword a purpose");
    instance.hokan(&["render"]).expect_code(0);
    let list = scene::json(&instance, &["render", "--list"]);
    let all = list["publications"].as_array().unwrap();
    assert_eq!(all.len(), 2, "{list:#}");
    let folder = instance.home().join("then");
    let (edition, folder) = (&all[0]["edition"].as_str().unwrap()[..12], folder.to_str().unwrap());
    instance.hokan(&["render", "--archived", edition, "-o", folder]).expect_code(0);
    let mut then = tree(Path::new(folder));
    assert!(then.remove("NOT-PUBLISHED.txt").is_some());
    let sums = then.remove("SHA256SUMS").unwrap();
    assert!(first.iter().all(|(path, bytes)| path == "SHA256SUMS" || then.get(path) == Some(bytes)));
    assert_eq!(then.len(), first.len() - 1);
    assert!(String::from_utf8(sums).unwrap().contains("index.html"));
    // Without hokan: an edition is the list of a site, under that list's own digest, and objects are named by theirs.
    let check = "cd vault/published/editions && for it in *; do echo \"$it  $it\"; done | sha256sum -c --quiet \
        && cd ../objects && for it in *; do echo \"$it  $it\"; done | sha256sum -c --quiet";
    instance.run("sh", &["-c", check]).expect_code(0);
    let day = instance.run("sh", &["-c", "TZ=JST-9 date +%F"]).stdout;
    let today = scene::json(&instance, &["render", "--list", "--on", day.trim()]);
    assert!(!today["publications"].as_array().unwrap().is_empty(), "{today:#}");
    let before = scene::json(&instance, &["render", "--list", "--on", "2001-01-01"]);
    assert_eq!(before["publications"], serde_json::json!([]));
}

#[test]
fn an_altered_object_of_the_archive_is_not_shown() {
    let instance = Instance::new();
    scene::ready(&instance);
    instance.hokan(&["render"]).expect_code(0);
    instance.hokan(&["verify"]).expect_code(0);
    let object = scene::below(&instance.root().join("vault/published/objects")).remove(0);
    std::fs::write(object, "something else").unwrap();
    let list = scene::json(&instance, &["render", "--list"]);
    let edition = list["publications"][0]["edition"].as_str().unwrap();
    let folder = instance.home().join("then");
    let ran = instance.hokan(&["render", "--archived", edition, "-o", folder.to_str().unwrap()]).expect_code(1);
    assert!(ran.stderr.contains("error[render.archive]"), "{}", ran.stderr);
    assert!(!folder.exists());
    let verified = instance.hokan(&["verify"]).expect_code(3);
    assert!(verified.stdout.contains("verify.archive"), "{}", verified.stdout);
    // The next publication has the right bytes and writes them again.
    std::fs::write(instance.root().join("vault/published/editions").join(edition), "something else").unwrap();
    instance.hokan(&["render"]).expect_code(0);
    instance.hokan(&["verify"]).expect_code(0);
    instance.hokan(&["render", "--archived", edition, "-o", folder.to_str().unwrap()]).expect_code(0);
}

#[test]
fn drafts_and_earlier_states_say_what_they_are_and_touch_nothing_published() {
    let instance = Instance::new();
    scene::ready(&instance);
    instance.hokan(&["render"]).expect_code(0);
    let (public, kept) = (instance.root().join("public"), instance.root().join("vault/published"));
    let before = (tree(&public), tree(&kept));
    let text = instance.read(TITLE.0);
    instance.write(TITLE.0, text.replacen(TITLE.1, TITLE.2, 1));
    let (draft, earlier) = (instance.home().join("draft"), instance.home().join("earlier"));
    for _ in 0..2 {
        instance.hokan(&["render", "--draft", "-o", draft.to_str().unwrap()]).expect_code(0);
    }
    instance.hokan(&["render", "--at", "HEAD", "-o", earlier.to_str().unwrap()]).expect_code(0);
    for (state, folder) in [(&["--draft"] as &[&str], &draft), (&["--at", "HEAD"], &earlier)] {
        let again = instance.home().join("again");
        let ran = instance.hokan(&[&["render"], state, &["-o", again.to_str().unwrap()]].concat());
        ran.expect_code(0);
        assert!(tree(&again) == tree(folder), "{state:?} gives other bytes the second time");
    }
    assert!((tree(&public), tree(&kept)) == before, "something published changed");
    for (folder, banner, is_new) in [(&draft, "これは下書きです。", true), (&earlier, "HEADの時点の方針", false)]
    {
        let site = tree(folder);
        let pages: Vec<&String> =
            site.keys().filter(|path| path.ends_with(".html") && !path.starts_with("en/")).collect();
        assert!(pages.len() > 5);
        for path in pages {
            assert!(String::from_utf8_lossy(&site[path]).contains(banner), "{path}");
        }
        let purposes = String::from_utf8_lossy(&site["ja/purposes.html"]).contains("新・");
        assert_eq!(purposes, is_new);
        for pdf in site.keys().filter(|path| path.starts_with("ja/") && path.ends_with(".pdf")) {
            let path = folder.join(pdf);
            let ran = instance.run("pdftotext", &[path.to_str().unwrap(), "-"]).expect_code(0);
            let pages = ran.stdout.matches('\u{c}').count();
            assert_eq!(ran.stdout.matches(banner).count(), pages, "{pdf}: {}", ran.stdout);
            assert!(!ran.stdout.contains("施行日"), "{pdf}: {}", ran.stdout);
        }
    }
    for place in ["public", "public/draft", "vault/draft", "records/in", ".", "policies"] {
        let ran = instance.hokan(&["render", "--draft", "-o", place]).expect_code(1);
        assert!(ran.stderr.contains("error[render."), "{place}: {}", ran.stderr);
    }
    let other = instance.home().join("other");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("letter.txt"), "mine").unwrap();
    let ran = instance.hokan(&["render", "--draft", "-o", other.to_str().unwrap()]).expect_code(1);
    assert!(ran.stderr.contains("error[render.foreign]"), "{}", ran.stderr);
    assert!((tree(&public), tree(&kept)) == before, "something published changed");
}

#[test]
fn a_link_stays_a_link_and_what_it_leads_to_is_replaced() {
    let instance = Instance::new();
    scene::ready(&instance);
    let real = instance.home().join("www");
    std::fs::create_dir(&real).unwrap();
    let _ = std::fs::remove_dir_all(instance.root().join("public"));
    std::os::unix::fs::symlink(&real, instance.root().join("public")).unwrap();
    for _ in 0..2 {
        instance.hokan(&["render"]).expect_code(0);
        assert!(instance.root().join("public").is_symlink());
        assert!(real.join("index.html").is_file());
    }
}

#[test]
fn a_link_to_a_folder_that_is_not_there_yet_is_followed_if_it_can_be() {
    let instance = Instance::new();
    scene::ready(&instance);
    let public = instance.root().join("public");
    let _ = std::fs::remove_dir_all(&public);
    let real = instance.home().join("www");
    let link = |to: &Path| {
        let _ = std::fs::remove_file(&public);
        std::os::unix::fs::symlink(to, &public).unwrap();
    };
    link(&real.join("deep/site"));
    let ran = instance.hokan(&["render"]).expect_code(1);
    assert!(ran.stderr.contains("error[render.link]"), "{}", ran.stderr);
    link(&real);
    instance.hokan(&["render"]).expect_code(0);
    assert!(public.is_symlink() && real.join("index.html").is_file());
    let left = std::fs::read_dir(instance.root()).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().ends_with(".next")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_disk_that_was_too_full_for_a_site_does_not_stay_full() {
    let instance = Instance::new();
    scene::ready(&instance);
    let disk = instance.home().join("disk");
    std::fs::create_dir(&disk).unwrap();
    let ran = instance.run("mount", &["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.to_str().unwrap()]);
    if ran.code != Some(0) {
        crate::image::not_tried(&ran.stderr);
        return;
    }
    let ran = instance.hokan(&["render", "--draft", "-o", disk.join("draft").to_str().unwrap()]);
    let left = scene::below(&disk);
    instance.run("umount", &[disk.to_str().unwrap()]).expect_code(0);
    let ran = ran.expect_code(74);
    assert!(ran.stderr.contains("the disk is full"), "{}", ran.stderr);
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_name_that_no_line_of_a_list_can_hold_is_refused_before_anything_is_published() {
    let instance = Instance::new();
    scene::ready(&instance);
    for name in ["a\nb.txt", "a\\b.txt"] {
        let path = Path::new("templates/assets").join(name);
        instance.write(&path, "x");
        let ran = instance.hokan(&["check"]).expect_code(1);
        assert!(ran.stderr.contains("error[policy.unreadable]"), "{}", ran.stderr);
        std::fs::remove_file(instance.root().join(&path)).unwrap();
    }
}

#[test]
fn a_strict_mask_leaves_the_site_readable_for_a_web_server() {
    use std::os::unix::fs::PermissionsExt;
    let instance = Instance::new();
    scene::ready(&instance);
    instance.run("rm", &["-rf", "public"]).expect_code(0);
    for round in ["the folder is new", "the folder is exchanged"] {
        instance.run("sh", &["-c", "umask 077 && exec \"$0\" render", env!("CARGO_BIN_EXE_hokan")]).expect_code(0);
        for (path, expected) in [("public", 0o755), ("public/ja", 0o755), ("public/index.html", 0o644)] {
            let mode = std::fs::metadata(instance.root().join(path)).unwrap().permissions().mode() & 0o777;
            assert_eq!(format!("{mode:o}"), format!("{expected:o}"), "{path}, {round}");
        }
    }
}

#[test]
fn what_is_mounted_below_the_published_folder_is_never_touched() {
    let instance = Instance::new();
    scene::ready(&instance);
    instance.hokan(&["render"]).expect_code(0);
    instance.write("elsewhere/precious.txt", "precious");
    std::fs::create_dir(instance.root().join("public/uploads")).unwrap();
    let ran = instance.run("mount", &["--bind", "elsewhere", "public/uploads"]);
    if ran.code != Some(0) {
        crate::image::not_tried(&ran.stderr);
        return;
    }
    let before = instance.read("public/SHA256SUMS");
    let ran = instance.hokan(&["render"]);
    instance.run("umount", &["public/uploads"]).expect_code(0);
    let ran = ran.expect_code(1);
    assert!(ran.stderr.contains("error[render.mount-point]: `uploads` in "), "{}", ran.stderr);
    assert_eq!(instance.read("public/SHA256SUMS"), before);
    assert_eq!(instance.read("elsewhere/precious.txt"), "precious");
    instance.hokan(&["render"]).expect_code(0);
}

#[test]
fn a_published_folder_that_is_a_mount_point_is_refused_with_the_next_step() {
    let instance = Instance::new();
    scene::ready(&instance);
    instance.hokan(&["render"]).expect_code(0);
    let public = instance.root().join("public");
    let public = public.to_str().unwrap();
    let ran = instance.run("mount", &["--bind", public, public]);
    if ran.code != Some(0) {
        crate::image::not_tried(&ran.stderr);
        return;
    }
    let ran = instance.hokan(&["render"]);
    instance.run("umount", &[public]).expect_code(0);
    let ran = ran.expect_code(1);
    assert!(ran.stderr.contains("error[render.mount-point]"), "{}", ran.stderr);
    assert!(ran.stderr.contains("service.paths.public"), "{}", ran.stderr);
    instance.hokan(&["render"]).expect_code(0);
}

#[test]
fn the_published_facts_hold_to_the_schema_beside_them() {
    let instance = Instance::new();
    scene::ready(&instance);
    instance.hokan(&["render"]).expect_code(0);
    let parsed = |path: &str| -> serde_json::Value { serde_json::from_str(&page(&instance, path)).unwrap() };
    let (facts, schema) = (parsed("policy.json"), parsed("policy.schema.json"));
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(facts["$schema"], "policy.schema.json");
    let mut broken = facts.clone();
    broken["languages"]["ja"]["retention"][0]["keep"]["sentence"] = 5.into();
    let mut lacking = facts.clone();
    lacking["history"]["en"]["revisions"][0].as_object_mut().unwrap().remove("summary");
    let documents = [("as published", &facts), ("broken", &broken), ("lacking", &lacking)];
    let Some(faults) = crate::formats::faults(&schema, &documents) else { return };
    assert!(!faults.contains("as published"), "what is published does not hold to its schema: {faults}");
    assert!(faults.contains("broken\t") && faults.contains("lacking\t"), "{faults}");
}

#[test]
fn a_mirror_is_compared_with_the_policies_and_each_difference_is_named() {
    let instance = Instance::new();
    scene::ready(&instance);
    instance.hokan(&["render"]).expect_code(0);
    // As `wget --mirror --convert-links` leaves it: below the host, links rewritten, what no page leads to left out.
    let mirror = instance.home().join("mirror");
    let root = mirror.join("www.example.jp");
    for (path, bytes) in tree(&instance.root().join("public")) {
        if path == "SHA256SUMS" || path == "policy.schema.json" {
            continue;
        }
        let bytes = match path.strip_prefix("ja/") {
            Some(name) if path.ends_with(".html") => {
                let text = String::from_utf8(bytes).unwrap();
                text.replace("href=\"#", &format!("href=\"{name}#")).replace('\n', "\r\n").into_bytes()
            }
            _ => bytes,
        };
        std::fs::create_dir_all(root.join(&path).parent().unwrap()).unwrap();
        std::fs::write(root.join(&path), bytes).unwrap();
    }
    let named = mirror.to_str().unwrap();
    instance.hokan(&["verify-site", named]).expect_code(0);
    let retention = root.join("en/retention.html");
    let text = std::fs::read_to_string(&retention).unwrap();
    assert!(text.contains("5 years, counted from"));
    std::fs::write(&retention, text.replacen("5 years, counted from", "3 years, counted from", 1)).unwrap();
    std::fs::remove_file(root.join("ja/consent.html")).unwrap();
    std::fs::write(root.join("ja/offer.html"), "<p>something else</p>").unwrap();
    let ran = instance.hokan(&["--json", "verify-site", named]).expect_code(3);
    let told: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(told["format"], "hokan-verify-site/1");
    let differences: Vec<(&str, &str)> = told["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["path"].as_str().unwrap(), one["kind"].as_str().unwrap()))
        .collect();
    let expected = [("en/retention.html", "changed"), ("ja/consent.html", "missing"), ("ja/offer.html", "unexpected")];
    assert_eq!(differences, expected);
    assert!(told["differences"][0]["found"].as_str().unwrap().contains("3 years"), "{told:#}");
    let ran = instance.hokan(&["verify-site", named]).expect_code(3);
    assert!(ran.stdout.contains("en/retention.html:") && ran.stdout.contains("3 differences"), "{}", ran.stdout);
    let ran = instance.hokan(&["verify-site", instance.home().to_str().unwrap()]).expect_code(1);
    assert!(ran.stderr.contains("error[verify-site.no-site]"), "{}", ran.stderr);
}

#[test]
fn the_booklet_says_what_the_published_facts_say() {
    let instance = Instance::new();
    scene::ready(&instance);
    edit(&instance, "policies/retention.yaml", "for: P5Y", "for: P6Y", "Keep longer");
    accept(&instance);
    instance.hokan(&["render"]).expect_code(0);
    let facts: serde_json::Value = serde_json::from_str(&page(&instance, "policy.json")).unwrap();
    for language in ["ja", "en"] {
        let path = format!("public/{language}/booklet.pdf");
        let text = instance.run("pdftotext", &["-raw", &path, "-"]).expect_code(0).stdout;
        let letters = |text: &str| -> String { text.chars().filter(|letter| !letter.is_whitespace()).collect() };
        // Page footers stand between two halves of a statement that goes over the end of a page.
        let pages: String = text.split('\u{c}').map(body).collect();
        let printed = letters(&pages);
        let mut statements = Vec::new();
        for section in [
            "principles",
            "purposes",
            "information",
            "processes",
            "joint_uses",
            "entrustments",
            "provisions",
            "consent",
            "retention",
            "security",
            "procedures",
            "contacts",
        ] {
            collect(&facts["languages"][language][section], &mut statements);
        }
        collect(&facts["history"][language]["revisions"], &mut statements);
        assert!(statements.len() > 300, "{}", statements.len());
        let missing: Vec<&String> = statements.iter().filter(|said| !printed.contains(&letters(said))).collect();
        assert!(missing.is_empty(), "{} of {} are not in {path}: {missing:#?}", missing.len(), statements.len());
        // The numbers of the pages, behind that of the section.
        let said = &facts["languages"][language];
        for (number, title) in [
            ("5.1.1", &said["entrustments"][0]["title"]),
            ("5.2.15", &said["provisions"][14]["title"]),
            ("9.2", &said["procedures"][0]["title"]),
        ] {
            let heading = letters(&format!("{number}{}", title.as_str().unwrap()));
            assert!(printed.contains(&heading), "{heading} is not in {path}");
        }
        let information = instance.run("pdfinfo", &[&path]).expect_code(0).stdout;
        assert!(information.contains("Tagged:          yes"), "{information}");
        let fonts = instance.run("pdffonts", &[&path]).expect_code(0).stdout;
        let lines: Vec<&str> = fonts.lines().skip(2).collect();
        assert!(
            !lines.is_empty() && lines.iter().all(|line| line.contains("BIZUD") && line.contains("yes yes yes")),
            "{fonts}"
        );
        let commit = facts["languages"][language]["imprint"]["short_commit"].as_str().unwrap();
        let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
        assert!(pages.iter().all(|page| page.contains(commit)), "a page does not name its version");
        assert!(pages[1].contains(&format!("2 / {}", pages.len())), "{}", pages[1]);
    }
}

/// The text of a page without its footer.
fn body(page: &str) -> String {
    let lines: Vec<&str> = page.trim_end().lines().collect();
    let names_the_version =
        |line: &str| ["方針の版の識別番号", "Policy version"].iter().any(|name| line.starts_with(name));
    let is_footer =
        |line: &&&str| names_the_version(line) || line.contains(" / ") && line.chars().all(|c| !c.is_alphabetic());
    let footers = lines.iter().rev().take(3).filter(is_footer).count();
    lines[..lines.len() - footers].join("\n")
}

/// Collects what is printed of a value: texts for readers, not ids, keys and dates for machines.
fn collect(value: &serde_json::Value, into: &mut Vec<String>) {
    const NOT_PRINTED: [&str; 19] = [
        "id",
        "topic",
        "kind",
        "medium",
        "request",
        "after",
        "starting",
        "duration",
        "within",
        "period",
        "date",
        "anchor",
        "uuid",
        "commit",
        "sentence",
        "law",
        "updated",
        "telephone_link",
        "email_link",
    ];
    match value {
        serde_json::Value::String(text) => into.push(text.clone()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        serde_json::Value::Object(members) => {
            // Of duties the citation is printed; of a date its words.
            let members = members.iter().filter(|(key, value)| {
                let is_words =
                    *key == "date" && value.get("text").is_some() || *key == "after" && members.contains_key("text");
                (is_words || !NOT_PRINTED.contains(&key.as_str())) && *key != "duty"
            });
            members.for_each(|(_, value)| collect(value, into));
        }
        _ => {}
    }
}
