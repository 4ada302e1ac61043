//! A new instance: policies, templates, records, a vault with its first ledger entry, and keys.
//!
//! In: a directory that is empty or not there. Out: an instance, ready for its first commit. The rule it keeps: nothing
//! is overwritten, and no private key of a recipient is written into the instance.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::instance::{Instance, KEY};
use super::{EngineError, Result, bundle};
use crate::calendar::{Instant, Wait};
use crate::host::Host;
use crate::ledger::LedgerKey;
use crate::policy::{self, AsOf};
use crate::retention::approval;
use crate::store::Store;
use crate::vault::Vault;
use crate::vault::files::{self, Readers};
use crate::vault::seal::{NewIdentity, new_identity};

/// The example policy set, by path.
const POLICIES: [(&str, &str); 11] = [
    ("policies/organization.yaml", include_str!("../../policies/organization.yaml")),
    ("policies/purposes.yaml", include_str!("../../policies/purposes.yaml")),
    ("policies/processes.yaml", include_str!("../../policies/processes.yaml")),
    ("policies/joint-use.yaml", include_str!("../../policies/joint-use.yaml")),
    ("policies/disclosures.yaml", include_str!("../../policies/disclosures.yaml")),
    ("policies/consent.yaml", include_str!("../../policies/consent.yaml")),
    ("policies/retention.yaml", include_str!("../../policies/retention.yaml")),
    ("policies/security.yaml", include_str!("../../policies/security.yaml")),
    ("policies/procedures.yaml", include_str!("../../policies/procedures.yaml")),
    ("policies/notices.yaml", include_str!("../../policies/notices.yaml")),
    ("policies/service.yaml", include_str!("../../policies/service.yaml")),
];

/// The keys of the example, which stand for the ones that `init` makes.
const EXAMPLE_BENEFITS: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
const EXAMPLE_ESCROW: &str = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg";
const EXAMPLE_APPROVER: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOygFWkbDnvFk4ceznXm4cSv0FCV99YihLum7XRv7/t3";

const README: &str = include_str!("../../templates/instance/README.md");
const GITIGNORE: &str = include_str!("../../templates/instance/gitignore");

/// Runs before each commit: findings are seen before they are committed. hokan itself checks again.
const PRE_COMMIT: &str = include_str!("../../templates/instance/pre-commit");
/// Runs in a bare repository on the server: brings what is pushed to the instance.
const POST_RECEIVE: &str = include_str!("../../templates/instance/post-receive");
/// Starts the service, confined; `INSTANCE` stands for its directory.
const UNIT: &str = include_str!("../../templates/instance/hokan.service");
/// Where the hooks lie: in the repository, so that clones have them too.
const HOOKS: &str = ".githooks";
/// The same check where pull requests are merged.
const WORKFLOW: &str = include_str!("../../templates/instance/policies.yml");
/// Where editors find the schema: beside the policies. A newer one counts as a change of texts: nothing enforced changes.
const SCHEMA: &str = "policies/policy.schema.json";
const LAW_PACK_SCHEMA: &str = "policies/law-pack.schema.json";

const TEMPLATES_README: &str =
    "A file here replaces the built-in template of the same name: `pages/*.html`, `assets/*`, `messages/*.json`,
`notices/*.typ`. Put here only what you change; everything else follows new versions of hokan.
";

/// What is wished for.
pub struct InitWish {
    /// Where; empty or not there yet.
    pub dir: PathBuf,
    /// Where the identity of the daily recipient goes; the spare one goes beside it, with `.escrow` added.
    pub identity_out: PathBuf,
    /// Who approves.
    pub approver: ApproverWish,
    /// Whether the identities may lie inside the instance: only in a demonstration.
    pub place: KeyPlace,
    /// How long files settle; the example's minute by default.
    pub settle: Option<Wait>,
}

/// Whose key approves.
pub enum ApproverWish {
    /// An OpenSSH public key somebody has already.
    Existing(String),
    /// A new key, written here.
    New(PathBuf),
}

/// Where private keys may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// Never inside the instance.
    Outside,
    /// Inside it: a demonstration.
    Demonstration,
}

/// What was made.
pub struct Initialised {
    /// The instance.
    pub dir: PathBuf,
    /// The identity files.
    pub identities: Vec<PathBuf>,
    /// The approver's private key, if one was made.
    pub approver_key: Option<PathBuf>,
    /// The ledger's name.
    pub ledger: String,
}

/// Makes an instance.
///
/// # Errors
/// Refuses a directory that holds anything, key files that exist, and identities inside the instance. What was made
/// until a failure stays and is named in the error.
///
/// # Durability
/// On return everything is on disk.
pub fn init(host: &Host, wish: &InitWish) -> Result<Initialised> {
    let dir = &wish.dir;
    let escrow = with_ending(&wish.identity_out, "escrow");
    refuse(wish, &escrow)?;
    make(dir)?;
    let (daily, spare) = (new_identity(), new_identity());
    let identities = vec![wish.identity_out.clone(), escrow];
    write_identity(&identities[0], &daily)?;
    write_identity(&identities[1], &spare)?;
    let (approver, approver_key) = approver(host, &wish.approver)?;
    let policies = POLICIES.map(|(path, text)| (path, adapted(text, &daily, &spare, &approver, wish.settle)));
    for (path, text) in &policies {
        write(&dir.join(path), text.as_bytes())?;
    }
    write(&dir.join("templates/README.md"), TEMPLATES_README.as_bytes())?;
    write(&dir.join("README.md"), README.as_bytes())?;
    write(&dir.join(".gitignore"), GITIGNORE.as_bytes())?;
    write(&dir.join(SCHEMA), format!("{}\n", super::schema_text()).as_bytes())?;
    write(&dir.join(LAW_PACK_SCHEMA), format!("{}\n", super::law_pack_schema_text()).as_bytes())?;
    write(&dir.join(".github/workflows/policies.yml"), WORKFLOW.as_bytes())?;
    hook(dir, "pre-commit", PRE_COMMIT)?;
    hook(dir, "post-receive", POST_RECEIVE)?;
    write(&dir.join("systemd/hokan.service"), unit(&absolute(dir)?).as_bytes())?;
    make(&dir.join("records/in"))?;
    let organization = organization_id(&policies, host.now())?;
    let ledger = vault(host, dir, &organization)?;
    guard(dir)?;
    Ok(Initialised { dir: dir.clone(), identities, approver_key, ledger })
}

fn refuse(wish: &InitWish, escrow: &Path) -> Result<()> {
    let full = |dir: &Path| std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
    if wish.dir.is_file() || full(&wish.dir) {
        let why = format!("`{}` is not empty: hokan never overwrites anything", wish.dir.display());
        return Err(EngineError::refused("init.not-empty", why)
            .help("name a new directory; an existing instance needs no `init`"));
    }
    let new = match &wish.approver {
        ApproverWish::New(path) => Some(path.as_path()),
        ApproverWish::Existing(_) => None,
    };
    for path in [wish.identity_out.as_path(), escrow].into_iter().chain(new) {
        if path.exists() {
            let why = format!("`{}` exists: hokan never overwrites a key", path.display());
            return Err(EngineError::refused("init.key-exists", why)
                .help("name another file with `--identity-out` or `--approver-out`"));
        }
        if wish.place == KeyPlace::Outside && absolute(path)?.starts_with(absolute(&wish.dir)?) {
            let why =
                format!("`{}` lies inside the instance: whoever copies it could open every record", path.display());
            return Err(
                EngineError::refused("init.key-inside", why).help("name a file elsewhere, best on another medium")
            );
        }
    }
    Ok(())
}

/// The absolute path, links resolved as far as the path exists.
fn absolute(path: &Path) -> Result<PathBuf> {
    let path = std::path::absolute(path).map_err(EngineError::io("resolve", path))?;
    let existing = path.ancestors().find(|ancestor| ancestor.exists()).unwrap_or(Path::new("/"));
    let rest = path.strip_prefix(existing).unwrap_or(Path::new("")).to_owned();
    Ok(existing.canonicalize().map_err(EngineError::io("resolve", existing))?.join(rest))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn write_identity(path: &Path, identity: &NewIdentity) -> Result<()> {
    let text = Zeroizing::new(format!("# public key: {}\n{}\n", identity.recipient, identity.secret.expose()));
    secret(path, text.as_bytes())
}

fn approver(host: &Host, wish: &ApproverWish) -> Result<(String, Option<PathBuf>)> {
    match wish {
        ApproverWish::Existing(text) => {
            let line = approval::public_line(text).ok_or_else(|| {
                EngineError::refused("init.approver", "this is not an OpenSSH Ed25519 public key")
                    .help("make one with `ssh-keygen -t ed25519`, or leave `--approver` out")
            })?;
            Ok((line, None))
        }
        ApproverWish::New(path) => {
            let seed = Zeroizing::new(host.random::<32>()?);
            let (private, public) = approval::new_key(&seed, "hokan approver")?;
            secret(path, private.as_bytes())?;
            write(&with_ending(path, "pub"), format!("{public}\n").as_bytes())?;
            let line = approval::public_line(&public).unwrap_or(public);
            Ok((line, Some(path.clone())))
        }
    }
}

/// The example with this instance's keys.
fn adapted(text: &str, daily: &NewIdentity, spare: &NewIdentity, approver: &str, settle: Option<Wait>) -> String {
    let text = text
        .replace(EXAMPLE_BENEFITS, &daily.recipient.to_string())
        .replace(EXAMPLE_ESCROW, &spare.recipient.to_string());
    let text = text.replace(EXAMPLE_APPROVER, approver);
    match settle {
        Some(settle) => text.replace("settle: PT1M", &format!("settle: {settle}")),
        None => text,
    }
}

fn organization_id(policies: &[(&str, String)], now: Instant) -> Result<String> {
    let sources = policies.iter().map(|(path, text)| ((*path).to_owned(), text.clone())).collect();
    let (report, policy) = policy::check(&sources, AsOf::Now(now));
    policy.map(|policy| policy.organization.id.clone()).ok_or(EngineError::Policy { report, sources })
}

/// Makes the vault, the ledger's key and the ledger's first entry.
fn vault(host: &Host, dir: &Path, organization: &str) -> Result<String> {
    let vault = dir.join("vault");
    Vault::create(&vault)?;
    let seed = Zeroizing::new(host.random::<32>()?);
    secret(&vault.join(KEY), seed.as_slice())?;
    let log: String = host.random::<8>()?.iter().map(|byte| format!("{byte:02x}")).collect();
    let store = Store::create(&vault, &LedgerKey::from_seed(&seed), &log, organization, host.now())?;
    Ok(store.origin())
}

/// Makes the git repository, with the hook in force, and the guards that keep `git clean` away from records and vault.
fn guard(dir: &Path) -> Result<()> {
    for (place, arguments) in [
        (dir.to_owned(), &["init", "-q", "-b", "main"][..]),
        (dir.to_owned(), &["config", "core.hooksPath", HOOKS]),
        (dir.join("vault"), &["init", "-q", "-b", "guard"]),
        (dir.join("records/in"), &["init", "-q", "-b", "guard"]),
    ] {
        let ended = bundle::git(&place, arguments, &[])?;
        if ended.code != 0 {
            return Err(EngineError::refused(
                "init.git",
                format!("git could not make a repository in `{}`: {}", place.display(), ended.stderr.trim()),
            ));
        }
    }
    Ok(())
}

/// The unit for an instance; white space and `%` mean something to systemd.
fn unit(dir: &Path) -> String {
    let dir = dir.display().to_string().replace('%', "%%").replace(' ', "\\x20");
    UNIT.replace("INSTANCE", &dir)
}

fn hook(dir: &Path, name: &str, text: &str) -> Result<()> {
    let hook = dir.join(HOOKS).join(name);
    write(&hook, text.as_bytes())?;
    files::allow_running(&hook).map_err(EngineError::io("make", &hook))
}

fn make(path: &Path) -> Result<()> {
    files::make_dirs(path, Readers::Everyone).map_err(EngineError::io("make", path))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    put(path, bytes, Readers::Everyone)
}

fn secret(path: &Path, bytes: &[u8]) -> Result<()> {
    put(path, bytes, Readers::Owner)
}

fn put(path: &Path, bytes: &[u8], readers: Readers) -> Result<()> {
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        files::make_dirs(parent, Readers::Everyone).map_err(EngineError::io("make", parent))?;
    }
    files::write_new(path, bytes, readers).map_err(EngineError::io("write", path))
}

/// Opens what was made.
///
/// # Errors
/// As [`Instance::open`].
pub fn opened(initialised: &Initialised, host: Host) -> Result<Instance> {
    Instance::open(&initialised.dir, host)
}
