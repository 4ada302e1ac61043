//! A policy version: the files of `policies/` and `templates/`, from the work tree or from a commit.
//!
//! In: a directory or a commit. Out: the files, their digest, the checked policy. The rule it keeps: the digest is that
//! of sorted `sha256sum` lines, so that a shell can compute it; an unreadable file is a finding, never left out.

pub(super) mod broken_template;
pub(super) mod not_read;
pub(super) mod unreadable;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::instance::Instance;
use super::{EngineError, Result, places, trial};
use crate::Digest;
use crate::calendar::Date;
use crate::calendar::Instant;
use crate::diag::{Finding, Place, Report, Sources};
use crate::host::{self, ListedKind, read_limited};
use crate::policy::{self, AsOf, PolicySet, Unreadable};
use crate::publish::templates::Templates;
use crate::said;

/// The largest file of a policy: fonts are the reason for its size.
const MOST_BYTES: u64 = 32 << 20;

/// The two directories a version is made of.
const PARTS: [&str; 2] = ["policies", "templates"];

/// The files of one policy version, by path below the instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bundle(BTreeMap<String, Vec<u8>>);

impl Bundle {
    /// Returns the digest: SHA-256 over the sorted lines `DIGEST␠␠PATH\n` of all files.
    pub(super) fn digest(&self) -> Digest {
        let lines: String = self.0.iter().map(|(path, bytes)| format!("{}  {path}\n", Digest::of(bytes))).collect();
        Digest::of(lines.as_bytes())
    }

    /// Returns the policy files as text, and those that are none.
    pub(super) fn sources(&self) -> (Sources, Unreadable) {
        let (mut sources, mut others) = (Sources::new(), Unreadable::new());
        let is_policy =
            |path: &str| path.starts_with("policies/") && (path.ends_with(".yaml") || path.ends_with(".yml"));
        for (path, bytes) in self.0.iter().filter(|(path, _)| is_policy(path)) {
            match std::str::from_utf8(bytes) {
                Ok(text) => drop(sources.insert(path.clone(), text.to_owned())),
                Err(_) => drop(others.insert(path.clone(), Some(unreadable::legible(bytes)))),
            }
        }
        (sources, others)
    }

    /// Returns the templates: the shipped ones, with this version's files in their place.
    pub(super) fn templates(&self) -> Templates {
        let below = self
            .0
            .iter()
            .filter_map(|(path, bytes)| Some((path.strip_prefix("templates/")?.to_owned(), bytes.clone())));
        Templates::shipped().overridden(below.collect())
    }

    /// Reads the policy without weighing it anew: one that was checked when it was accepted.
    pub(super) fn read(&self) -> Checked {
        self.looked_at(Vec::new(), |sources, _| policy::read(sources))
    }

    /// Checks the policy under the law of a day; `unread` are the findings about files that could not be read into it.
    pub(super) fn check(&self, unread: Vec<Finding>, as_of: AsOf) -> Checked {
        let unread = unread.into_iter().chain(self.unlisted()).collect();
        self.looked_at(unread, |sources, others| policy::check_beside(sources, others, as_of))
    }

    /// Finds names that no line of `SHA256SUMS` can hold as they are.
    fn unlisted(&self) -> Vec<Finding> {
        let is_unlisted = |path: &&String| path.contains(|letter: char| letter.is_control() || letter == '\\');
        let why = "its name holds a control character or a backslash: rename it";
        let ja = "名前に制御文字又は円記号（バックスラッシュ）が含まれています。名前を変えてください";
        self.0.keys().filter(is_unlisted).map(|path| unreadable::finding(path, why, ja)).collect()
    }

    fn looked_at(
        &self,
        unread: Vec<Finding>,
        look: impl FnOnce(&Sources, &Unreadable) -> (Report, Option<PolicySet>),
    ) -> Checked {
        let (sources, mut others) = self.sources();
        let mut findings: Vec<Finding> = others.keys().map(|path| unreadable::no_text(path)).collect();
        for finding in unread {
            let unknown = unreadable::unknown(&finding).filter(|path| !self.0.contains_key(*path)).map(str::to_owned);
            findings.push(if unknown.is_some() { policy::more_may_follow(finding) } else { finding });
            others.extend(unknown.map(|path| (path, None)));
        }
        let (report, policy) = look(&sources, &others);
        findings.extend(report.findings().iter().cloned());
        let report = Report::new(findings);
        let policy = if report.has_errors() { None } else { policy };
        Checked { report, sources, policy }
    }

    /// Checks the policy, notes what is not read and, where there are no errors, looks at its templates and where its paths lead.
    pub(super) fn check_whole(&self, instance: &Instance, unread: Vec<Finding>, as_of: AsOf) -> Checked {
        let checked = self.check(unread, as_of);
        let mut more = self.not_read(checked.policy.as_ref());
        if let Some(policy) = &checked.policy {
            more.extend(places::finding(instance, policy, &checked.sources));
            more.extend(trial::try_templates(instance, self, policy, &checked.sources));
        }
        if more.is_empty() {
            return checked;
        }
        let report = Report::new(checked.report.findings().iter().cloned().chain(more).collect());
        let policy = if report.has_errors() { None } else { checked.policy };
        Checked { report, policy, ..checked }
    }

    /// Notes files that look as if they were part of the policy and are not; which law packs are is known of a set without
    /// errors alone.
    fn not_read(&self, policy: Option<&PolicySet>) -> Vec<Finding> {
        let is_named = |name: &str| policy.is_none_or(|policy| policy.law.packs().any(|pack| pack.name == name));
        let note = |path: &String| {
            let file = path.strip_prefix("policies/")?;
            let (name, ending) = file.rsplit_once('.')?;
            let found = match ending {
                "yml" if name.starts_with("laws/") && self.0.contains_key(&format!("policies/{name}.yaml")) => said!(
                    "`{name}.yaml` is read in its place: it is not read",
                    "`{name}.yaml`が読み込まれるため、このファイルは読み込まれません"
                ),
                "yaml" | "yml" => {
                    let name = name.strip_prefix("laws/").filter(|name| !is_named(name))?;
                    said!("`law` names no pack `{name}`: it is not read", "`law`に`{name}`がないため、読み込まれません")
                }
                _ if ending.eq_ignore_ascii_case("yaml") || ending.eq_ignore_ascii_case("yml") => {
                    said!(
                        "its name ends in `.{ending}`: it is not read",
                        "名前の末尾が`.{ending}`のため、読み込まれません"
                    )
                }
                _ => return None,
            };
            Some(Finding::at(&not_read::RULE, Place::file(path), found))
        };
        self.0.keys().filter_map(note).collect()
    }

    /// Returns the paths of the files that are not the same in both.
    pub(super) fn differing(&self, other: &Bundle) -> Vec<String> {
        let paths: std::collections::BTreeSet<&String> = self.0.keys().chain(other.0.keys()).collect();
        paths.into_iter().filter(|path| self.0.get(*path) != other.0.get(*path)).cloned().collect()
    }

    /// Returns the version with one more file, or with this one in the place of another.
    pub(super) fn with(&self, path: &str, bytes: Vec<u8>) -> Bundle {
        let mut files = self.0.clone();
        files.insert(path.to_owned(), bytes);
        Bundle(files)
    }

    /// Returns these policies with the templates of another version.
    pub(super) fn with_templates_of(&self, other: &Bundle) -> Bundle {
        let of = |bundle: &Bundle, part: &str| {
            let files = bundle.0.iter().filter(|(path, _)| path.starts_with(part));
            files.map(|(path, bytes)| (path.clone(), bytes.clone())).collect::<BTreeMap<_, _>>()
        };
        Bundle(of(self, "policies/").into_iter().chain(of(other, "templates/")).collect())
    }

    /// Makes files by path a version.
    pub(super) fn from_files(files: BTreeMap<String, Vec<u8>>) -> Bundle {
        Bundle(files)
    }

    /// Returns the files by path.
    pub(super) fn into_files(self) -> BTreeMap<String, Vec<u8>> {
        self.0
    }

    /// Packs the files for the catalog.
    pub(super) fn pack(&self) -> Vec<u8> {
        let mut packed = Vec::new();
        for (path, bytes) in &self.0 {
            packed.extend((path.len() as u64).to_be_bytes());
            packed.extend(path.as_bytes());
            packed.extend((bytes.len() as u64).to_be_bytes());
            packed.extend(bytes);
        }
        packed
    }

    /// Unpacks what [`Bundle::pack`] packed.
    pub(super) fn unpack(mut packed: &[u8]) -> Option<Bundle> {
        let mut files = BTreeMap::new();
        let mut take = || -> Option<Vec<u8>> {
            let (length, rest) = packed.split_first_chunk::<8>()?;
            let (bytes, rest) = rest.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
            packed = rest;
            Some(bytes.to_vec())
        };
        while let Some(path) = take() {
            files.insert(String::from_utf8(path).ok()?, take()?);
        }
        Some(Bundle(files))
    }
}

/// Returns whether the name of a file begins with a dot: editors lay their locks beside what is edited (`.#a.yaml`).
fn is_hidden(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.starts_with('.'))
}

/// Returns whether a file is no part of a version although it looks like a policy. A version that was accepted with such a file
/// means what it meant then: what is in a version is read.
fn is_left_out(path: &str) -> bool {
    path.starts_with("policies/") && is_hidden(path) && (path.ends_with(".yaml") || path.ends_with(".yml"))
}

/// Notes a file that is left out, unless it is what editors and network drives leave behind and nobody writes.
fn left_out(path: &str) -> Option<Finding> {
    path.rsplit('/').next().filter(|name| !name.starts_with(".#") && !name.starts_with("._"))?;
    let found = said!("its name begins with a dot: it is not read", "名前が`.`で始まるため、読み込まれません");
    Some(Finding::at(&not_read::RULE, Place::file(path), found))
}

/// A checked policy version.
pub(super) struct Checked {
    pub(super) report: Report,
    pub(super) sources: Sources,
    pub(super) policy: Option<PolicySet>,
}

impl Checked {
    /// Returns the policy, or the findings as an error.
    pub(super) fn accepted(self) -> Result<PolicySet> {
        let Checked { report, sources, policy } = self;
        policy.ok_or(EngineError::Policy { report, sources })
    }
}

/// Reads the files of the work tree.
pub(super) fn work_tree(dir: &Path) -> Result<(Bundle, Vec<Finding>)> {
    let (mut files, mut findings) = (BTreeMap::new(), Vec::new());
    for part in PARTS {
        let root = dir.join(part);
        if !root.exists() {
            continue;
        }
        if root.is_symlink() {
            let why = "it is a symbolic link, and git keeps the link without the files: put the folder itself here";
            let ja = "シンボリックリンクです。gitにはリンクだけが記録されるため、フォルダーそのものを置いてください";
            findings.push(unreadable::finding(part, why, ja));
        }
        for listed in host::list(&root, |_| false).map_err(EngineError::io("list", &root))? {
            let path = format!("{part}/{}", listed.path.display());
            if listed.path.to_str().is_none() {
                // Two such names could look alike, and one file would stand for both.
                let ja = "名前がUTF-8ではありません。UTF-8の名前に変えてください";
                let path = format!("{part}/{}", listed.path.as_os_str().as_encoded_bytes().escape_ascii());
                findings.push(unreadable::finding(&path, "its name is not UTF-8: rename it", ja));
                continue;
            }
            match listed.kind {
                Ok(ListedKind::Directory) => {}
                Ok(ListedKind::File) if is_left_out(&path) => findings.extend(left_out(&path)),
                Ok(ListedKind::File) => match read_limited(&root.join(&listed.path), MOST_BYTES) {
                    Ok(bytes) => {
                        files.insert(path, bytes);
                    }
                    Err(error) => findings.push(unreadable::failed(&path, &error)),
                },
                Ok(ListedKind::Symlink | ListedKind::Other) if is_hidden(&path) => {}
                Ok(ListedKind::Symlink | ListedKind::Other) => {
                    let ja = "通常のファイルではありません";
                    findings.push(unreadable::finding(&path, "it is not a regular file", ja));
                }
                Err(error) => findings.push(unreadable::failed(&path, &error)),
            }
        }
    }
    Ok((Bundle(files), findings))
}

/// Returns the time of a commit.
pub(super) fn time_of(dir: &Path, commit: &str) -> Result<Instant> {
    // Plumbing, which no setting of a user adds to (`log.showSignature`).
    let ended = git(dir, &["rev-list", "--max-count=1", "--timestamp", commit, "--"], &[])?;
    let told = String::from_utf8_lossy(&ended.stdout);
    let seconds = told.split_whitespace().next().and_then(|at| at.parse::<i64>().ok()).filter(|_| ended.code == 0);
    let unknown = || {
        let why = format!("git could not tell the time of {commit}: {}", ended.stderr.trim());
        EngineError::refused("policy.git", why).help("run `git fsck`")
    };
    seconds.map(|seconds| Instant::from_micros(seconds.saturating_mul(1_000_000))).ok_or_else(unknown)
}

/// Returns the commit `HEAD` names, or nothing where there is no git or no commit; a repository that git refuses to read
/// is an error, never the same as none.
pub(super) fn head(dir: &Path) -> Result<Option<String>> {
    if !dir.join(".git").exists() {
        return Ok(None);
    }
    let ended = git(dir, &["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], &[])?;
    match ended.code {
        0 => Ok(Some(String::from_utf8_lossy(&ended.stdout).trim().to_owned())),
        1 => Ok(None),
        _ => {
            let why = format!("git cannot read the repository in `{}`: {}", dir.display(), ended.stderr.trim());
            Err(EngineError::refused("policy.git", why).help("run hokan as the user who owns it, or run `git fsck`"))
        }
    }
}

/// Returns why nothing of git's is found in `dir`, and the next step: there is none, or the repository begins above.
pub(super) fn no_repository(dir: &Path) -> (String, String) {
    let here = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    match here.ancestors().skip(1).find(|above| above.join(".git").exists()) {
        Some(above) => {
            let (dir, above) = (here.display(), above.display());
            let why = format!(
                "`{dir}` lies in the git repository of `{above}`: hokan reads only one that begins in the instance"
            );
            let help = "give the instance a repository of its own outside of the other one: move it there, then run `git init` in it";
            (why, help.to_owned())
        }
        None => (
            format!("there is no git repository in `{}`", dir.display()),
            "make a repository with `git init` and commit the policy, or name another directory with `--dir`"
                .to_owned(),
        ),
    }
}

/// Returns the folders in which git notes what `HEAD` names; none where there is no repository.
pub(super) fn git_folders(dir: &Path) -> Result<Vec<PathBuf>> {
    if !dir.join(".git").exists() {
        return Ok(Vec::new());
    }
    let asked = ["rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir"];
    let ended = git(dir, &asked, &[])?;
    let mut folders: Vec<PathBuf> = String::from_utf8_lossy(&ended.stdout).lines().map(PathBuf::from).collect();
    folders.dedup();
    Ok(folders)
}

/// Returns whether the commit `is` carries on from `was`: from that commit, or from one with the same policy, as after a
/// rebase. A commit that git does not know any more counts as one it does not carry on from; one that `was` itself carries on
/// from is an older one, whatever the two have in common.
pub(super) fn descends(dir: &Path, was: &str, is: &str) -> Result<bool> {
    if git(dir, &["merge-base", "--is-ancestor", was, is], &[])?.code == 0 {
        return Ok(true);
    }
    if git(dir, &["merge-base", "--is-ancestor", is, was], &[])?.code == 0 {
        return Ok(false);
    }
    let Some(wanted) = trees(dir, &[was])?.pop().flatten() else { return Ok(false) };
    let listed = git(dir, &["rev-list", "--max-count=10000", is, "--", PARTS[0], PARTS[1]], &[])?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let commits: Vec<&str> = listed.lines().collect();
    Ok(trees(dir, &commits)?.contains(&Some(wanted)))
}

/// Returns the objects of `policies` and `templates` in each commit; nothing for a commit that is not there.
fn trees(dir: &Path, commits: &[&str]) -> Result<Vec<Option<[String; 2]>>> {
    let asked: String = commits.iter().flat_map(|commit| PARTS.map(|part| format!("{commit}:{part}\n"))).collect();
    let output = git(dir, &["cat-file", "--batch-check=%(objectname)"], asked.as_bytes())?.stdout;
    let text = String::from_utf8_lossy(&output).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    // A directory that a commit does not have is no part of it; without policies it is no version.
    let object = |line: &str| if line.ends_with(" missing") { String::new() } else { line.to_owned() };
    let of = |pair: &[&str]| match pair {
        [policies, templates] => {
            Some([object(policies), object(templates)]).filter(|[policies, _]| !policies.is_empty())
        }
        _ => None,
    };
    Ok(lines.chunks(2).map(of).collect())
}

/// Reads the files of a commit.
pub(super) fn committed(dir: &Path, commit: &str) -> Result<Bundle> {
    let wanted = listed(dir, commit, &PARTS)?;
    let blobs = blobs(dir, wanted.iter().map(|(_, object)| object.clone()).collect())?;
    let found = wanted.into_iter().map(|(path, object)| Some((path, blobs.get(&object)?.clone())));
    found.collect::<Option<_>>().map(Bundle).ok_or_else(|| damaged(commit))
}

/// Reads the policy files of several commits, which share most of them, with one call for their contents; a commit whose
/// files cannot be listed is an error of its own.
pub(super) fn policies_of(dir: &Path, commits: &[&str]) -> Result<Vec<Result<Bundle>>> {
    let listed: Vec<Result<Vec<(String, String)>>> =
        commits.iter().map(|commit| listed(dir, commit, &PARTS[..1])).collect();
    let objects = listed.iter().flatten().flatten().map(|(_, object)| object.clone()).collect();
    let blobs = blobs(dir, objects)?;
    let bundle = |(listed, commit): (Result<Vec<(String, String)>>, &&str)| {
        let found = listed?.into_iter().map(|(path, object)| Some((path, blobs.get(&object)?.clone())));
        found.collect::<Option<_>>().map(Bundle).ok_or_else(|| damaged(commit))
    };
    Ok(listed.into_iter().zip(commits).map(bundle).collect())
}

fn damaged(commit: &str) -> EngineError {
    EngineError::refused("policy.git", format!("the commit {commit} cannot be read: run `git fsck`"))
}

/// Lists path and object of every file of a commit below `parts`.
fn listed(dir: &Path, commit: &str, parts: &[&str]) -> Result<Vec<(String, String)>> {
    let listed = git(dir, &[&["ls-tree", "-r", "-z", "--full-tree", commit, "--"], parts].concat(), &[])?;
    if listed.code != 0 {
        return Err(damaged(commit));
    }
    let mut wanted = Vec::new();
    for line in listed.stdout.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
        let Ok(line) = std::str::from_utf8(line) else {
            let why = format!(
                "`{}` in the commit {commit} has a name that is not UTF-8: rename it and commit again",
                String::from_utf8_lossy(line).rsplit('\t').next().unwrap_or_default()
            );
            return Err(EngineError::refused("policy.name", why));
        };
        let (meta, path) = line.split_once('\t').unwrap_or((line, ""));
        if is_left_out(path) {
            continue;
        }
        let mut meta = meta.split(' ');
        match (meta.next(), meta.next(), meta.next()) {
            (Some("100644" | "100755"), Some("blob"), Some(object)) => {
                wanted.push((path.to_owned(), object.to_owned()))
            }
            _ => {
                let why = format!(
                    "`{path}` in the commit {commit} is not a regular file: replace the link by the file itself"
                );
                return Err(EngineError::refused("policy.link", why));
            }
        }
    }
    Ok(wanted)
}

/// Reads objects by their ids; those that git does not have are not in the result.
fn blobs(dir: &Path, objects: BTreeSet<String>) -> Result<BTreeMap<String, Vec<u8>>> {
    let input: String = objects.iter().map(|object| format!("{object}\n")).collect();
    let output = git(dir, &["cat-file", "--batch"], input.as_bytes())?.stdout;
    let (mut rest, mut found) = (output.as_slice(), BTreeMap::new());
    for object in objects {
        let Some(end) = rest.iter().position(|byte| *byte == b'\n') else { break };
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = &rest[end + 1..];
        // An object that is missing has a line, and no size.
        let Some(size) = head.rsplit(' ').next().and_then(|size| size.parse::<usize>().ok()) else { continue };
        let Some(bytes) = rest.get(..size) else { break };
        found.insert(object, bytes.to_vec());
        rest = rest.get(size + 1..).unwrap_or_default();
    }
    Ok(found)
}

/// Runs git. The repository may belong to another user, such as the one that people push as: what git reads there is policy,
/// which is checked and accepted, and nothing that its settings name is started.
pub(super) fn git(dir: &Path, arguments: &[&str], input: &[u8]) -> Result<host::Ended> {
    let settings = ["-c", "safe.directory=*", "-c", "core.fsmonitor=false"];
    Ok(host::run("git", &[&settings[..], arguments].concat(), dir, &[("GIT_OPTIONAL_LOCKS", "0")], input)?)
}

/// Checks the policy of the work tree and returns its findings with the texts they point into: under the law and the
/// decisions of a day, or of today.
///
/// # Errors
/// Fails only when the directories cannot be listed; everything else is a finding.
pub fn check(instance: &Instance, day: Option<Date>) -> Result<(Report, Sources)> {
    let (bundle, unread) = work_tree(&instance.dir)?;
    let as_of = day.map_or(AsOf::Now(instance.now()), AsOf::Day);
    let Checked { report, sources, .. } = bundle.check_whole(instance, unread, as_of);
    Ok((report, sources))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_bundle_unpacks_and_keeps_its_digest() {
        let files = [("policies/a.yaml", b"x".to_vec()), ("templates/e", Vec::new())];
        let bundle = Bundle(files.into_iter().map(|(path, bytes)| (path.to_owned(), bytes)).collect());
        let again = Bundle::unpack(&bundle.pack()).unwrap();
        assert_eq!(again, bundle);
        assert_eq!(again.digest(), bundle.digest());
        assert!(Bundle::unpack(&bundle.pack()[..10]).is_none_or(|cut| cut != bundle));
    }

    #[test]
    fn a_file_whose_name_begins_with_a_dot_is_part_of_no_new_version_and_stays_part_of_an_old_one() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("policies")).unwrap();
        for name in ["a.yaml", ".b.yaml", "._c.yaml"] {
            std::fs::write(dir.path().join("policies").join(name), "x: 1\n").unwrap();
        }
        let (bundle, found) = work_tree(dir.path()).unwrap();
        assert_eq!(bundle.0.keys().collect::<Vec<_>>(), ["policies/a.yaml"]);
        let told: Vec<&str> = found.iter().map(|finding| finding.places[0].file.as_str()).collect();
        assert_eq!(told, ["policies/.b.yaml"], "who wrote that should know");
        let old = bundle.with("policies/.b.yaml", b"x: 1\n".to_vec());
        assert!(old.sources().0.contains_key("policies/.b.yaml"), "what was accepted is read as it was");
    }
}
