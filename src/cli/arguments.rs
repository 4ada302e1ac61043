//! What can be written on the command line.
//!
//! In: words. Out: [`Arguments`]. The rule it keeps: commands are verbs of the flow, help starts imperative and shows an
//! example, and a command that destroys something has a word of its own.

mod dates;
mod event;
mod hold;
mod policy;
mod run;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::RecordId;
use crate::calendar::{Date, Wait};
use crate::engine::Extent;

pub(super) use dates::DatesArguments;
pub(super) use event::{EventCommand, Letters, StatingArguments, WhomArguments};
pub(super) use hold::{HoldCommand, PlaceArguments, ScopeArguments};
pub(super) use policy::{DiffArguments, FailOn, Kind, NewClassArguments, PolicyCommand};
pub(super) use run::{LogForm, RunArguments};

/// What every command takes.
const COMMON: &str = "Options of every command";

/// Publish, seal, destroy and prove what your policy files say.
#[derive(Parser)]
#[command(name = "hokan", version = out_version(), max_term_width = 100, after_help = "\
Examples:
  hokan demo                        see the whole job on a fictional society
  hokan init my-society             make an instance of your own
  hokan check                       check the policies of the instance here

Exit codes: 0 done, 1 findings or refusals, 2 usage, 3 does not verify,
4 sweep begun and not finished, 70 internal, 74 input or output, 75 busy (try again).")]
pub(super) struct Arguments {
    /// The directory of the instance; the current one by default.
    #[arg(long, global = true, value_name = "DIR", help_heading = COMMON)]
    pub dir: Option<PathBuf>,
    /// Print one JSON document instead of text.
    #[arg(long, global = true, help_heading = COMMON)]
    pub json: bool,
    /// When to use colour; `auto` means on a terminal.
    #[arg(long, global = true, default_value = "auto", value_name = "WHEN", help_heading = COMMON)]
    pub color: When,
    /// The language of findings and rules; by default that of the environment.
    #[arg(long, global = true, value_name = "LANGUAGE", help_heading = COMMON)]
    pub lang: Option<Tongue>,
    #[command(subcommand)]
    pub command: Command,
}

/// The version with the release of the time-zone data, on which due days depend.
fn out_version() -> &'static str {
    static TEXT: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    TEXT.get_or_init(|| {
        format!("{} (time-zone data {})", env!("CARGO_PKG_VERSION"), crate::calendar::zone_data_version())
    })
}

/// A language of findings and rules.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Tongue {
    En,
    Ja,
}

/// When to use colour: `auto` means on a terminal.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    Auto,
    Always,
    Never,
}

/// What to do.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Make a new instance: policies, records, a vault and keys.
    #[command(after_help = "Example:\n  hokan init minato --identity-out /media/usb/minato-identity")]
    Init(InitArguments),
    /// Check the policies of the work tree and show every finding.
    #[command(after_help = "Examples:
  hokan --dir minato check
  hokan check --format sarif > findings.sarif
  hokan check --format github         annotate the lines of a pull request
  hokan check --as-of 2028-07-16      under the law of that day

Exit code 1 when a finding is an error.")]
    Check(CheckArguments),
    /// Show what a change of policy does: due days, classes, notices owed, consents, people.
    #[command(after_help = "Examples:
  hokan diff                          the last commit against the work tree
  hokan diff main                     a branch against the work tree
  hokan diff v1 v2 --json             between two commits
  hokan diff origin/main HEAD --fail-on shortening,consent

Exit code 1 when --fail-on finds something, or one side has errors.")]
    Diff(DiffArguments),
    /// Publish the accepted policy: the site and the public notices, replaced as a whole.
    #[command(after_help = "Examples:
  hokan render && xdg-open public/index.html
  hokan render --draft -o /tmp/draft        the work tree, for people to look at
  hokan render --at v1 -o /tmp/v1           an earlier state, in today's layout
  hokan render --list --on 2026-04-01       what was published on a day
  hokan render --archived 3f2a1b9c -o /tmp/then    the same bytes again

Drafts and earlier states say on every page that they are not the published policy.")]
    Render(RenderArguments),
    /// Show the site of the work tree in a browser and reload it after every edit, with the findings.
    #[command(after_help = "Examples:
  hokan preview                       at a free port of 127.0.0.1, which is printed
  hokan preview --port 8000

Ctrl-C ends it. Nothing is published, and only this machine is answered.")]
    Preview(PreviewArguments),
    /// Compare a mirrored site with what the accepted policy prints and name each difference.
    #[command(after_help = "Example:
  wget --mirror --no-parent --directory-prefix mirror https://www.example.jp/privacy/
  hokan verify-site mirror/www.example.jp/privacy

Exit code 3 when something differs.")]
    VerifySite(VerifySiteArguments),
    /// Show which policy is in force, or put the committed one in force.
    #[command(after_help = "Example:\n  hokan policy accept --key ~/.ssh/id_ed25519")]
    Policy {
        #[command(subcommand)]
        what: PolicyCommand,
    },
    /// Prove that somebody holds the keys records are sealed to.
    #[command(after_help = "Example:\n  hokan recipients confirm -i identity -i identity.escrow")]
    Recipients {
        #[command(subcommand)]
        what: RecipientsCommand,
    },
    /// Give records headers for the recipients of the accepted policy; bodies stay as they are.
    #[command(after_help = "Examples:
  hokan rekey --all -i identity --dry-run        how many records, and who opens them from then on
  hokan rekey --all -i identity
  hokan rekey --class receipts -i identity -i identity.escrow

Stopped at any moment it is finished by the next call. Exit code 1 when a record keeps its header.")]
    Rekey(super::rekey::RekeyArguments),
    /// Bring a vault that came back from a backup to what its witness knows: destroyed records are destroyed again.
    #[command(after_help = "Example:
  hokan restore --apply /mnt/witness

Stopped at any moment it is finished by the next call; until then nothing is sealed or destroyed. Exit code 4 when files
of a destroyed record are left.")]
    Restore(super::restore::RestoreArguments),
    /// Compare both places of the vault, and copy what one of them lacks from the other.
    #[command(after_help = "Example:
  hokan second-copy

Stopped at any moment it is finished by the next call. Exit code 3 when a file is good in neither place.")]
    SecondCopy,
    /// Seal what lies under records/ and destroy the originals.
    #[command(
        after_help = "Examples:\n  hokan take-in --dry-run      show the state of every path\n  hokan take-in --yes          without asking"
    )]
    TakeIn(TakeInArguments),
    /// Run as a service: take in, publish and sweep until stopped.
    #[command(after_help = "Example:\n  hokan --dir /srv/minato run --yes")]
    Run(RunArguments),
    /// Show what is held, what falls due when, and every path under records/ by state.
    #[command(after_help = "Examples:
  hokan status --json | jq .classes
  hokan status --attention           only what needs a person; exit code 1 when anything does")]
    Status(StatusArguments),
    /// List records, or show one.
    #[command(
        after_help = "Examples:\n  hokan records list --class receipts --due-before 2027-04-01\n  hokan records show 0193…"
    )]
    Records {
        #[command(subcommand)]
        what: RecordsCommand,
    },
    /// Place, release and list holds: what is held is not destroyed.
    #[command(after_help = "Example:\n  hokan hold place --subject M1004217 --reason 'claim pending' --by 'Sato'")]
    Hold {
        #[command(subcommand)]
        what: HoldCommand,
    },
    /// Enter what members say about items of consent, and list it.
    #[command(after_help = "Example:\n  hokan consent object household-cost-notice --member M1004217 --by 'Sato'")]
    #[command(subcommand)]
    Consent(super::consent::ConsentCommand),
    /// Make letters to members from a sealed record, each exactly once.
    #[command(after_help = "Example:\n  hokan notice run --from 0193… -i identity --by 'Sato'")]
    #[command(subcommand)]
    Notice(super::notice::NoticeCommand),
    /// Add, correct, withdraw and list events that retention periods count from.
    #[command(after_help = "Examples:
  hokan event add --subject M1004217 --event qualification-lost --date 2026-03-31
  hokan event add --from leavers.csv --dry-run
  hokan event correct 412 --date 2026-03-30 --reason 'typing error'")]
    Event {
        #[command(subcommand)]
        what: EventCommand,
    },
    /// Show what is due (nothing is destroyed); `sweep run` acts.
    #[command(after_help = "Examples:
  hokan sweep                         what is due today
  hokan sweep --as-of 2027-04-01      look ahead; can never act
  hokan sweep plan -o plan.json --key ~/.ssh/id_ed25519
  hokan sweep approve plan.json --key APPROVER_KEY
  hokan sweep run plan.json           destroy what the approved plan lists
  hokan sweep run                     destroy what needs no review
  hokan sweep order --medium paper -o orders      boxes and devices: a work order, then hand-over and confirm")]
    Sweep(SweepArguments),
    /// Open a record, mask its Individual Number and seal the rest; the original goes through the gate.
    #[command(after_help = "Examples:
  hokan mask 0193… -i identity --by 'Sato'                          hokan masks the columns the policy names
  hokan mask 0193… -i identity --with masked.pdf --by 'Sato'        you masked it")]
    Mask(super::mask::MaskArguments),
    /// Confirm that the clock is right after it moved in a way hokan does not believe.
    #[command(after_help = "Example:\n  hokan clock confirm --reason 'office closed for two months'")]
    Clock {
        #[command(subcommand)]
        what: ClockCommand,
    },
    /// Open a record with a private identity; the opening is entered in the ledger.
    #[command(
        after_help = "Example:\n  hokan open 0193… -i identity -o /tmp/receipt.csv --why 'request for disclosure 12'"
    )]
    Open(OpenArguments),
    /// Write the certificate of a sweep as JSON and PDF.
    #[command(after_help = "Example:\n  hokan certificate -o certificates")]
    Certificate(CertificateArguments),
    /// Check ledger, catalog, bodies and headers against each other; or a certificate, on any machine.
    #[command(after_help = "Examples:\n  hokan verify --checkpoint /media/usb/checkpoint.txt
  hokan verify --sample 5%                          the files of some records
  hokan verify --sample 100 -i identity --by Sato   open some of them, too
  hokan verify --resume                             files only, going on where the last such check stopped
  hokan verify --certificate 2026-11-23-b4e2407f.json --key BASE64    needs no vault\n\nExit code 3 when something is wrong.")]
    Verify(VerifyArguments),
    /// Print the newest signed checkpoint of the ledger, to be kept elsewhere.
    #[command(after_help = "Example:\n  hokan checkpoint > /media/usb/checkpoint.txt")]
    Checkpoint,
    /// Look at the installation: permissions, file systems, keys, git, clock, swap, and say what to mend.
    #[command(after_help = "Example:\n  sudo -u hokan hokan doctor\n\nExit code 1 when something is to be mended.")]
    Doctor,
    /// Bring the databases of an older hokan to the formats of this one.
    #[command(after_help = "Example:
  cp -a vault/catalog.db vault/ledger.db /backup/ && hokan migrate

Commands that write do the same on their way; commands that only read ask for this one.")]
    Migrate,
    /// Prove what the ledger says to somebody who does not have it.
    #[command(after_help = "Example:\n  hokan ledger consistency --from checkpoint.txt > proof.txt")]
    Ledger {
        #[command(subcommand)]
        what: LedgerCommand,
    },
    /// Show or replace the key that signs the ledger's checkpoints.
    #[command(after_help = "Example:\n  hokan key show")]
    Key {
        #[command(subcommand)]
        what: KeyCommand,
    },
    /// Print the JSON Schema of a policy file, or of a law pack, for editors.
    #[command(after_help = "Examples:
  hokan schema > policies/policy.schema.json
  hokan schema --law-pack > policies/law-pack.schema.json")]
    Schema {
        /// That of a file below policies/laws/.
        #[arg(long)]
        law_pack: bool,
    },
    /// Print a built-in template of pages and notices, or list them all.
    #[command(after_help = "Example:
  mkdir -p templates/pages/components
  hokan template pages/components/when.html > templates/pages/components/when.html

A file below templates/ takes the place of the built-in one of the same name, and of no other.")]
    Template(TemplateArguments),
    /// Work out the first day on which a period allows destruction, or check worked examples.
    #[command(after_help = "\
Examples:
  hokan dates --for P5Y --after 2021-04-15 --starting month-end
  hokan dates --class checkups --date made=2020-10-15 --date moved-to-other-insurer=2022-08-01
  hokan dates --vectors retention-vectors.yaml
  hokan dates --lines < cases.jsonl         one example in JSON on each line, one answer for each

Exit code 1 when an example differs or a line cannot be read.")]
    Dates(DatesArguments),
    /// Explain why a record falls due on its day, or a rule that findings name.
    #[command(after_help = "\
Examples:
  hokan explain 0193…                     why this record falls due on its day, step by step
  hokan explain --lang ja 0193…
  hokan explain retention.period          a rule")]
    Explain(ExplainArguments),
    /// Make an instance of a fictional society and do the whole job on it.
    #[command(after_help = "Example:\n  hokan demo /tmp/minato")]
    Demo(DemoArguments),
}

#[derive(Args)]
pub(super) struct PreviewArguments {
    /// The port of 127.0.0.1 to listen on; 0 takes a free one.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub port: u16,
}

#[derive(Args)]
pub(super) struct VerifySiteArguments {
    /// The folder the mirrored site lies in.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// The address it was mirrored from: links that were rewritten to it lead into the site.
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
}

#[derive(Args)]
pub(super) struct RenderArguments {
    /// Print the work tree instead, with a banner on every page; nothing is published.
    #[arg(long, requires = "output", conflicts_with_all = ["at", "list", "archived"])]
    pub draft: bool,
    /// Print another commit, branch or tag instead, in today's layout and with a banner; nothing is published.
    #[arg(long, value_name = "REVISION", requires = "output", conflicts_with_all = ["list", "archived"])]
    pub at: Option<String>,
    /// List what was published, and when.
    #[arg(long, conflicts_with = "archived")]
    pub list: bool,
    /// List only what was published on this day.
    #[arg(long, value_name = "DATE", requires = "list")]
    pub on: Option<Date>,
    /// Write an edition that was published once, as it was; the first characters of its digest are enough.
    #[arg(long, value_name = "EDITION", requires = "output")]
    pub archived: Option<String>,
    /// The folder to write: a new one, or one that an earlier draft was written to.
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct InitArguments {
    /// The new instance: a directory that is empty or not there. `--dir` may name it too.
    #[arg(value_name = "DIR")]
    pub place: Option<PathBuf>,
    /// Where the private identity goes; the spare one goes beside it as FILE.escrow. Never inside DIR.
    #[arg(long, value_name = "FILE")]
    pub identity_out: Option<PathBuf>,
    /// An approver's OpenSSH public key (Ed25519) that exists already.
    #[arg(long, value_name = "PUBLIC_KEY_FILE", conflicts_with = "approver_out")]
    pub approver: Option<PathBuf>,
    /// Where a new approver's private key goes. Never inside DIR.
    #[arg(long, value_name = "FILE")]
    pub approver_out: Option<PathBuf>,
    /// How long files must stay unchanged before they are taken in, such as PT1M.
    #[arg(long, value_name = "TIME")]
    pub settle: Option<Wait>,
}

#[derive(Args)]
pub(super) struct CheckArguments {
    /// How to print the findings; `json` is what `--json` prints.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Check under the law and the decisions of another day, to see what is coming.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
}

/// How findings are printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// With source lines, for a terminal.
    Text,
    /// As hokan's own document.
    Json,
    /// As SARIF 2.1.0, for code scanning.
    Sarif,
    /// As annotations of a GitHub workflow.
    Github,
}

/// How an approver signs.
#[derive(Args)]
#[group(multiple = false)]
pub(super) struct Signature {
    /// The OpenSSH key (Ed25519); the public half of one in an agent, or one behind a passphrase, signs by ssh-keygen.
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// A signature made with `ssh-keygen -Y sign`.
    #[arg(long, value_name = "FILE")]
    pub signature: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(super) enum RecipientsCommand {
    /// Prove by opening a probe that these identities belong to recipients.
    #[command(after_help = "Example:\n  hokan recipients confirm -i identity -i identity.escrow")]
    Confirm {
        /// An age identity file; `-` reads standard input.
        #[arg(short, long = "identity", value_name = "FILE", required = true)]
        identities: Vec<PathBuf>,
    },
}

#[derive(Args)]
pub(super) struct StatusArguments {
    /// Print only what needs a person, one line each; exit code 1 when anything does.
    #[arg(long)]
    pub attention: bool,
}

#[derive(Args)]
pub(super) struct TakeInArguments {
    /// Show the state of every path and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask the first time.
    #[arg(long)]
    pub yes: bool,
}

#[derive(Subcommand)]
pub(super) enum RecordsCommand {
    /// List records.
    #[command(after_help = "Example:\n  hokan records list --class receipts --due-before 2027-04-01")]
    List {
        /// Of this class.
        #[arg(long)]
        class: Option<String>,
        /// About this subject.
        #[arg(long)]
        subject: Option<String>,
        /// Due before this day.
        #[arg(long, value_name = "DATE")]
        due_before: Option<Date>,
    },
    /// Put the disposal of records off, within the window their class sets.
    #[command(
        after_help = "Example:\n  hokan records postpone 0193… --until 2027-04-20 --reason 'approver away' --by 'Sato'"
    )]
    Postpone(KeepArguments),
    /// Extend the period of records that are still needed, as far as their class allows.
    #[command(
        after_help = "Example:\n  hokan records extend 0193… --until 2028-03-31 --reason 'appeal open' --by 'Sato'"
    )]
    Extend(KeepArguments),
    /// Show one record and its ledger entries.
    #[command(after_help = "Example:\n  hokan records show 0193…")]
    Show {
        /// Its id.
        id: RecordId,
    },
}

/// Which records are kept longer, and until when.
#[derive(Args)]
pub(super) struct KeepArguments {
    /// The records.
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<RecordId>,
    /// The first day on which they may go after all.
    #[arg(long, value_name = "DATE")]
    pub until: Date,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// Who says so.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct SweepArguments {
    /// Look at another day; nothing is ever destroyed by this.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    #[command(subcommand)]
    pub what: Option<SweepCommand>,
}

#[derive(Subcommand)]
pub(super) enum SweepCommand {
    /// Write the list of everything due, signed by the one who makes it.
    #[command(after_help = "Examples:
  hokan sweep plan -o plan.json --key ~/.ssh/id_ed25519
  hokan sweep plan -o april.json --for 2027-04-01 --class receipts --key ~/.ssh/id_ed25519.pub

Beside FILE a list to read is written for each language, such as plan.en.pdf: ids, classes, days, no names.
A key behind a passphrase, or the public half of one in an SSH agent, signs through ssh-keygen.")]
    Plan(PlanArguments),
    /// Sign a plan: its planner first, then the approvers.
    #[command(
        after_help = "Examples:\n  hokan sweep approve plan.json --key ~/.ssh/id_ed25519\n  hokan sweep approve plan.json --signature plan.json.sig"
    )]
    Approve {
        /// The plan.
        plan: PathBuf,
        #[command(flatten)]
        signature: Signature,
    },
    /// Destroy what needs no review, or exactly what an approved plan lists.
    #[command(
        after_help = "Examples:\n  hokan sweep run                what needs no review\n  hokan sweep run plan.json      what the approved plan lists, and nothing else"
    )]
    Run {
        /// The approved plan.
        plan: Option<PathBuf>,
    },
    #[command(flatten)]
    Work(super::work::WorkCommand),
    /// Answer which records may be destroyed before their period is over, because somebody asks for it.
    Early(super::early::EarlyArguments),
    /// Withdraw a granted request for early destruction: the record is kept as long as its rule says.
    WithdrawEarly(super::early::WithdrawArguments),
}

#[derive(Args)]
pub(super) struct PlanArguments {
    /// The file to write.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// The day up to which records fall due, at most 60 days ahead; each goes on its own day, never earlier.
    #[arg(long = "for", value_name = "DATE")]
    pub day: Option<Date>,
    /// Only records of this class; may be given several times.
    #[arg(long)]
    pub class: Vec<String>,
    #[command(flatten)]
    pub planner: PlannerArguments,
    /// Write the JSON file alone, without the PDF lists beside it.
    #[arg(long)]
    pub no_pdf: bool,
    /// Who makes it, where the key is no approver's.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

/// Who makes a plan.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(super) struct PlannerArguments {
    /// The planner's OpenSSH key (Ed25519), which signs the plan.
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// The planner's public key; the plan is signed later, with `sweep approve --signature`.
    #[arg(long, value_name = "PUBLIC_KEY_FILE")]
    pub planner: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(super) enum ClockCommand {
    /// Confirm that the clock is right.
    #[command(after_help = "Example:\n  hokan clock confirm --reason 'office closed for two months'")]
    Confirm {
        /// Why it moved.
        #[arg(long)]
        reason: String,
        /// Who confirms it.
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

#[derive(Args)]
pub(super) struct OpenArguments {
    /// The record.
    pub id: RecordId,
    /// An age identity file; `-` reads standard input.
    #[arg(short, long, value_name = "FILE")]
    pub identity: PathBuf,
    /// The new file to write, mode 0600.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Why it is opened.
    #[arg(long)]
    pub why: String,
    /// Who opens it.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

#[derive(Args)]
pub(super) struct CertificateArguments {
    /// The sweep; the newest one by default.
    pub sweep: Option<String>,
    /// The directory to write to.
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

/// Reads how many records' files are looked at.
fn extent(text: &str) -> Result<Extent, String> {
    let wrong = || format!("`{text}` is neither a number of records nor a percentage (expected `500` or `5%`)");
    match text.strip_suffix('%') {
        Some("100") => Ok(Extent::All),
        Some(percent) => {
            let percent = percent.parse().ok().filter(|percent| (1..100).contains(percent));
            percent.map(Extent::Percent).ok_or_else(wrong)
        }
        None => text.parse().ok().filter(|count| *count > 0).map(Extent::Records).ok_or_else(wrong),
    }
}

#[derive(Args)]
pub(super) struct VerifyArguments {
    /// A checkpoint kept elsewhere, or a certificate, which has one; may be given several times.
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Vec<PathBuf>,
    /// Look at the files of some records only, picked at random: `500`, or `5%`. Ledger and catalog are checked whole.
    #[arg(long, value_name = "N|N%", default_value = "100%", hide_default_value = true, value_parser = extent)]
    pub sample: Extent,
    /// An age identity file: open the records that are looked at, too, and enter each opening in the ledger.
    #[arg(short = 'i', long = "identity", value_name = "FILE", conflicts_with_all = ["certificate", "resume"])]
    pub identities: Vec<PathBuf>,
    /// Who opens them.
    #[arg(long, value_name = "NAME", requires = "identities")]
    pub by: Option<String>,
    /// Look at files only, and go on with the round that the service keeps; stopped, the next call goes on from there.
    #[arg(long, conflicts_with_all = ["certificate", "checkpoint", "sample"])]
    pub resume: bool,
    /// Check this certificate instead; its list lies beside it.
    #[arg(long, value_name = "FILE")]
    pub certificate: Option<PathBuf>,
    /// The list of the certificate, where it does not lie beside it.
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub list: Option<PathBuf>,
    /// The ledger's public key as you noted it: what `hokan key show` printed.
    #[arg(long, value_name = "KEY", requires = "certificate")]
    pub key: Option<String>,
    /// A proof of `hokan ledger consistency` between certificate and checkpoint, with the changes of the key between them;
    /// may be given several times.
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub consistency: Vec<PathBuf>,
}

#[derive(Subcommand)]
pub(super) enum LedgerCommand {
    /// Print the proof that one checkpoint is the beginning of another, as a C2SP witness takes it.
    #[command(
        after_help = "Example:\n  hokan ledger consistency --from kept.txt --to certificates/2026-11-29-420a14aa.json > proof.txt\n\nExit code 3 when the two are not of one history."
    )]
    Consistency(ConsistencyArguments),
}

#[derive(Args)]
pub(super) struct ConsistencyArguments {
    /// A checkpoint kept elsewhere, or a certificate (`.json` or `.tlog-proof`), which has one.
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// Another one, or another certificate; the ledger's newest by default. Which of the two is older does not matter.
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(super) enum KeyCommand {
    /// Print the public key, to be noted where nobody who can write here can change it.
    #[command(after_help = "Example:\n  hokan key show --json | jq -r .key")]
    Show,
    /// Replace the key: the ledger records both, checkpoints of the old one stay valid, its private half is destroyed.
    #[command(after_help = "Example:\n  hokan key rotate && hokan checkpoint > /media/usb/checkpoint.txt")]
    Rotate,
}

#[derive(Args)]
pub(super) struct TemplateArguments {
    /// The template, such as `pages/components/when.html`; without one, all are listed.
    pub name: Option<String>,
}

#[derive(Args)]
pub(super) struct ExplainArguments {
    /// The id of a record, or a rule such as `retention.period`; without either, all rules are listed.
    #[arg(value_name = "RECORD_OR_RULE")]
    pub what: Option<String>,
    /// Print the pages of all rules as one Markdown file.
    #[arg(long, conflicts_with = "what")]
    pub markdown: bool,
}

#[derive(Args)]
pub(super) struct DemoArguments {
    /// The new instance; `hokan-demo` by default. `--dir` may name it too.
    #[arg(value_name = "DIR")]
    pub place: Option<PathBuf>,
}
