//! What an edit does, as `hokan diff`, `policy accept` and `policy status` tell it.
//!
//! In: a repository of three commits, with a vault that holds records. Out: text, documents, exit codes. The rule it
//! keeps: the policies are small and stand here, so that each expected line can be checked by hand.

use serde_json::Value;

use crate::instances::Ready;
use crate::support::Instance;

/// The first commit; the recipients and the approver are those of the instance.
const BASE: &str = r#"organization:
  id: minato-kenpo
  name: { ja: みなと健康保険組合, en: Minato Health Insurance Society }
  short-name: { ja: 当組合, en: the Society }
  address: { ja: 東京都港区見本町9丁目99番9号, en: "99-9, Mihoncho 9-chome, Minato-ku, Tokyo" }
  representative: { title: { ja: 理事長, en: Chair }, name: { ja: 海野 守, en: Mamoru Unno } }
  privacy-officer: { title: { ja: 個人情報保護管理者, en: Privacy officer }, name: { ja: 浜 静, en: Shizuka Hama } }
  contacts:
    - { id: privacy-desk, title: { ja: 相談窓口, en: Privacy desk }, telephone: 03-0000-0000, handles: [requests, complaints] }
  accredited-body: none
  languages: [ja, en]
  law: [jp]
  time-zone: Asia/Tokyo
  fiscal-year-starts: 04-01
  enacted: 2005-04-01
parties:
  - id: federation
    kind: body
    name: { ja: 見本連合会, en: Sample Federation }
    address: { ja: 東京都港区架空町9丁目98番7号, en: "98-7, Kakucho 9-chome, Minato-ku, Tokyo" }
    representative: { title: { ja: 会長, en: President }, name: { ja: 沖 進, en: Susumu Oki } }
principles:
  - { id: purposes, title: { ja: 利用目的の特定, en: Specified purposes }, text: { ja: 利用目的を特定します。, en: Purposes are specified. } }
purposes:
  - { id: review, category: { ja: 給付, en: Benefits }, title: { ja: 給付の審査, en: Review of benefits } }
  - { id: notices, category: { ja: 給付, en: Benefits }, title: { ja: 医療費のお知らせ, en: Medical cost notices } }
information:
  - id: receipts
    title: { ja: 診療報酬明細書, en: Fee statements }
    special-care: true
    acquired-from: [{ ja: 医療機関, en: Hospitals }]
    purposes: [review]
  - id: addresses
    title: { ja: 連絡先, en: Addresses }
    special-care: false
    acquired-from: [{ ja: ご本人, en: the person }]
    purposes: [notices]
joint-use:
  - id: grant
    title: { ja: 交付金の申請, en: Application for the grant }
    information: [receipts]
    items: [{ ja: 氏名, en: Name }]
    users:
      - { party: federation, scope: { ja: 交付課の職員, en: Staff of the grants section } }
      - { party: organization, scope: { ja: 給付課の職員, en: Staff of the benefits section } }
    purposes:
      - { party: federation, text: { ja: 交付の決定, en: To award the grant } }
      - { party: organization, text: { ja: 交付の申請, en: To apply for the grant } }
    responsible: federation
    contact: privacy-desk
    since: 2022-04-01
dates:
  - { id: treated, title: { ja: 診療月, en: month of treatment }, comes-from: path, about: record }
retention:
  classes:
    - id: receipts
      title: { ja: 診療報酬明細書, en: Fee statements }
      information: [receipts]
      medium: electronic
      accept: ["receipts/{treated:month}/{subject}-*.csv"]
      recipients: [benefits]
      keep: { for: P30Y, after: treated, starting: month-end }
      authority: { own-rule: { ja: 文書保存規程, en: Rules on documents } }
      disposal: { review: one, then: destroy, within: P1M }
    - id: letters
      title: { ja: 書簡, en: Letters }
      information: [addresses]
      medium: electronic
      accept: ["letters/{treated:month}/{subject}-*.pdf"]
      recipients: [benefits]
      keep: { for: P40Y, after: treated, starting: month-end }
      authority: { own-rule: { ja: 文書保存規程, en: Rules on documents } }
      disposal: { review: one, then: destroy, within: P1M }
disposal-methods:
  electronic: { text: { ja: 復元できない方法で消去します。, en: Erased for good. }, method: cryptographic-erase }
pages:
  - { id: privacy-policy, title: { ja: 基本方針, en: Privacy policy }, show: [principles, purposes, joint-use, retention, contacts] }
"#;

const POLICY: &str = "policies/policy.yaml";
/// An approver's key that nobody holds.
const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";

/// A repository of three commits whose first is in force, and three records.
struct Example {
    ready: Ready,
    commits: Vec<String>,
}

impl Example {
    fn new() -> Example {
        let ready = Ready::new();
        for file in std::fs::read_dir(ready.root().join("policies")).unwrap() {
            let file = file.unwrap();
            if file.file_name() != "service.yaml" {
                let gone = if file.path().is_dir() { std::fs::remove_dir_all } else { std::fs::remove_file };
                gone(file.path()).unwrap();
            }
        }
        ready.write(POLICY, BASE);
        let mut commits = vec![ready.commit("Begin")];
        ready.accept();
        for path in ["receipts/2015-04/M1-a.csv", "receipts/2015-06/M2-a.csv", "letters/2015-04/M1-a.pdf"] {
            ready.drop_in(path, path);
        }
        assert_eq!(ready.take_in()["taken"].as_array().unwrap().len(), 3);
        ready.edit(POLICY, "P30Y", "P3Y");
        ready.edit(
            POLICY,
            "{ ja: 交付の決定, en: To award the grant }",
            "{ ja: 交付の決定及び統計の公表, en: To award the grant and publish statistics }",
        );
        commits.push(ready.commit("Keep shorter, publish statistics"));
        ready.edit(POLICY, "    - id: letters\n", "    - id: correspondence\n      was: [letters]\n");
        ready.edit(POLICY, "purposes: [notices]", "purposes: [notices, review]");
        ready.edit(
            "policies/service.yaml",
            "  approvers:\n",
            &format!("  approvers:\n    - {{ name: 浜 静, key: {KEY} }}\n"),
        );
        commits.push(ready.commit("Rename the letters, add an approver and a purpose"));
        Example { ready, commits }
    }

    /// Returns the three commits.
    fn names(&self) -> [&str; 3] {
        [&self.commits[0], &self.commits[1], &self.commits[2]]
    }

    /// Returns what `hokan diff` prints, with the names of commits in place of their digests.
    #[track_caller]
    fn text(&self, arguments: &[&str], code: i32) -> String {
        let ran = self.ready.hokan(&[&["diff"], arguments].concat()).expect_code(code);
        let named = |text: String, (at, commit): (usize, &String)| text.replace(&commit[..12], &format!("C{}", at + 1));
        let whole = |text: String, (at, commit): (usize, &String)| text.replace(commit, &format!("C{}", at + 1));
        let text = self.commits.iter().enumerate().fold(ran.stdout, whole);
        self.commits.iter().enumerate().fold(text, named)
    }
}

fn kinds(document: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let owed = |change: &Value| -> String {
        let owed = change["owes"].as_array().unwrap().iter();
        owed.map(|owed| format!(" {}/{}/{}", text(&owed["duty"]), text(&owed["when"]), text(&owed["topic"]))).collect()
    };
    let changes = document["changes"].as_array().unwrap().iter();
    changes.map(|change| format!("{} {}{}", text(&change["item"]), text(&change["kind"]), owed(change))).collect()
}

#[test]
fn a_shorter_period_and_a_changed_joint_use_are_told_with_what_they_do() {
    let example = Example::new();
    let [first, second, _] = example.names();
    let expected = "\
commit C1 → commit C2

records
  retention.receipts: records are kept shorter
      before: { for: P30Y, after: treated, starting: month-end }
      after:  { for: P3Y, after: treated, starting: month-end }
  `receipts`: the due day of 2 of 2 held moves, 2 earlier, 0 later
      from 2045-05-01 – 2045-07-01 to 2018-05-01 – 2018-07-01
      2 may be destroyed at once (0 without approval, 0 on hold)

joint use
  joint-use.grant: the users' purposes change; they may change only within what a person may expect
      before: federation: 交付の決定
      after:  federation: 交付の決定及び統計の公表
      owed:   before the change, notify the persons, or keep it where they easily find it (Article 27(6) of the Act on the Protection of Personal Information)

2 changes, 1 notice owed, 2 records due earlier, 2 destroyable at once
the announcement that is owed: hokan notice change C1 C2 -o FOLDER
";
    assert_eq!(example.text(&[first, second], 0), expected);
    let japanese = example.text(&[first, second, "--lang", "ja"], 0);
    for word in ["共同利用", "変更の前に、本人に通知するか", "直ちに廃棄できるようになるもの2件", "変更2件"]
    {
        assert!(japanese.contains(word), "{word}:\n{japanese}");
    }
    // Backwards the same records are kept longer again, and the notice is owed again.
    let back = example.ready.json(&["diff", second, first]);
    assert_eq!(back["records"]["all"]["later"], 2, "{back}");
    assert_eq!(back["changes"][0]["kind"], "period-longer", "{back}");
}

#[test]
fn a_renamed_class_an_approver_and_a_purpose() {
    let example = Example::new();
    let document = example.ready.json(&["diff", &example.commits[1], "HEAD"]);
    assert_eq!(document["format"], "hokan-diff/1");
    let keys: Vec<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["after", "before", "changes", "failed-on", "files", "format", "law", "records"]);
    assert_eq!(
        kinds(&document),
        [
            "retention.correspondence class-renamed",
            "information.addresses information-gains-purpose \
             stay-related/before/appi.purpose-change publish/with-it/appi.notice.change",
            "service approver-appears",
        ]
    );
    assert_eq!(document["before"]["commit"], Value::from(example.commits[1].clone()));
    assert_eq!(document["after"]["revision"], "HEAD");
    assert_eq!(document["files"], serde_json::json!([POLICY, "policies/service.yaml"]));
    let letters = &document["records"]["classes"][0];
    assert_eq!((&letters["class"], &letters["becomes"]), (&"letters".into(), &"correspondence".into()), "{document}");
    assert_eq!((&letters["moved"]["held"], &letters["moved"]["moves"]), (&1.into(), &0.into()), "{document}");
}

#[test]
fn a_pipeline_stops_at_what_it_was_told_to_stop_at() {
    let example = Example::new();
    let [first, second, third] = example.names();
    for (arguments, code) in [
        (&[first, second, "--fail-on", "shortening"] as &[&str], 1),
        (&[second, third, "--fail-on", "shortening"], 0),
        (&[first, second, "--fail-on", "notice"], 1),
        (&[first, second, "--fail-on", "people,classes,consent"], 0),
        (&[second, third, "--fail-on", "people"], 1),
        (&[second, third, "--fail-on", "classes"], 1),
        (&[third, third, "--fail-on", "any"], 0),
        (&[first, third, "--fail-on", "any"], 1),
        (&[first, second, "--fail-on", "everything"], 2),
    ] {
        example.ready.hokan(&[&["diff"], arguments].concat()).expect_code(code);
    }
    let told = example.text(&[first, third, "--fail-on", "people,notice"], 1);
    assert!(told.ends_with("\nstopped by --fail-on: people (1), notice (2)\n"), "{told}");
    let document = example.ready.json_with_code(&["diff", first, third, "--fail-on", "people"], 1);
    assert_eq!(document["failed-on"], serde_json::json!(["people"]));
}

#[test]
fn the_work_tree_is_compared_with_the_last_commit() {
    let example = Example::new();
    let nothing = "HEAD (commit C3) → the work tree\nnothing changed\n";
    assert_eq!(example.text(&[], 0), nothing);
    example.ready.edit(POLICY, "organization:\n", "# Who speaks.\norganization:\n");
    let texts = "HEAD (commit C3) → the work tree\nthe texts differ in 1 file, nothing they do changes\n";
    assert_eq!(example.text(&["--fail-on", "any"], 0), texts);
    example.ready.edit(POLICY, "within: P1M", "within: P2M");
    let told = example.text(&["HEAD"], 0);
    assert!(told.contains("retention.receipts: the window for disposal differs"), "{told}");
    example.ready.edit(POLICY, "keep: { for: P3Y", "keep: { for: 3 years");
    let refused = example.ready.hokan(&["diff"]).expect_code(1);
    assert!(
        refused.stderr.contains("error[") && refused.stderr.contains("the work tree has errors"),
        "{}",
        refused.stderr
    );
    let document = example.ready.json_with_code(&["diff"], 1);
    assert_eq!((&document["format"], &document["side"]["what"]), (&"hokan-findings/1".into(), &"work-tree".into()));
}

#[test]
fn a_changed_template_is_named() {
    let example = Example::new();
    example.ready.write("templates/pages/page.html", "<p>{{ page.title }}</p>");
    let told = example.text(&[], 0);
    assert!(told.contains("templates: 1 differ (templates/pages/page.html)"), "{told}");
    example.text(&["--fail-on", "any"], 1);
}

#[test]
fn a_repository_without_a_vault_is_told_so() {
    let example = Example::new();
    std::fs::remove_dir_all(example.ready.root().join("vault")).unwrap();
    let told = example.text(&[&example.commits[0], &example.commits[1]], 0);
    assert!(told.contains("records were not looked at: there is no vault here"), "{told}");
    assert!(told.contains("records are kept shorter"), "{told}");
    let document = example.ready.json(&["diff", &example.commits[0]]);
    assert!(document["records"].is_null(), "{document}");
    example.text(&[&example.commits[0], "--fail-on", "shortening"], 1);
}

#[test]
fn what_cannot_be_compared_is_refused_with_the_next_step() {
    let instance = Instance::new();
    instance.write(POLICY, BASE);
    let refused = |arguments: &[&str], words: &[&str]| {
        let ran = instance.hokan(&[&["diff"], arguments].concat()).expect_code(1);
        for word in words {
            assert!(ran.stderr.contains(word), "{word}: {}", ran.stderr);
        }
    };
    refused(&[], &["error[diff.nothing-before]", "git init"]);
    refused(&["main"], &["error[diff.no-repository]"]);
    instance.git(&["init", "--quiet", "--initial-branch=main"]);
    refused(&[], &["error[diff.no-commit]", "git commit"]);
    instance.git(&["add", "--all"]);
    instance.git(&["commit", "--quiet", "--no-verify", "--message", "Begin"]);
    refused(&["mian"], &["error[diff.unknown-revision]", "did you mean `main`?", "git log"]);
    refused(&["main..HEAD"], &["error[diff.unknown-revision]", "hokan diff main HEAD"]);
    refused(&["HEAD", "v9"], &["error[diff.unknown-revision]", "`v9`"]);
}

#[test]
fn who_accepts_a_policy_sees_what_it_does() {
    let example = Example::new();
    let status = example.ready.json(&["policy", "status"]);
    let effect = status["waiting"]["effect"].as_str().unwrap();
    for words in
        ["5 changes", "2 notices owed", "1 that a person must accept", "2 records due earlier", "2 destroyable at once"]
    {
        assert!(effect.contains(words), "{words}: {effect}");
    }
    let said = example.ready.hokan(&["policy", "status"]).expect_code(0).stdout;
    assert!(said.contains("effect:   5 changes") && said.contains("hokan diff"), "{said}");
    let accepted = example.ready.accept().stdout;
    let shown = accepted.find("records are kept shorter").expect(&accepted);
    assert!(shown < accepted.find("accepted policy").expect(&accepted), "{accepted}");
    assert!(accepted.starts_with("the policy in force → the policy that waits\n"), "{accepted}");
    assert!(example.ready.json(&["policy", "status"])["waiting"].is_null());
}

#[test]
fn without_git_the_policy_in_force_is_what_an_edit_is_compared_with() {
    let example = Example::new();
    std::fs::remove_dir_all(example.ready.root().join(".git")).unwrap();
    let told = example.text(&[], 0);
    assert!(told.starts_with("the policy in force → the work tree\n"), "{told}");
    assert!(told.contains("2 records due earlier"), "{told}");
}
