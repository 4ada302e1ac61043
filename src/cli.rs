//! The command line: translation only.
//!
//! In: arguments. Out: a call of one engine verb, its result printed, an exit code. The rule it keeps: it decides
//! nothing; stdout is the result, stderr is messages, and this is the only part of hokan that prints.

mod arguments;
mod certificate;
mod check;
mod checkpoint;
mod clock;
mod consent;
mod dates;
mod demo;
mod diff;
mod doctor;
mod early;
mod event;
mod explain;
mod explain_record;
mod failure;
mod hold;
mod init;
mod key;
mod ledger;
mod log;
mod mask;
mod migrate;
mod notice;
mod open;
mod out;
mod policy;
mod preview;
mod recipients;
mod records;
mod rekey;
mod render;
mod restore;
mod run;
mod schema;
mod second_copy;
mod status;
mod steps;
mod stop;
mod sweep;
mod take_in;
mod template;
mod verify;
mod verify_site;
mod words;
mod work;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use crate::engine::{Instance, PAGES_WORKER, pages_worker};
use crate::host::{Host, read_limited};
use crate::publish::typeset;
use arguments::{Arguments, Command, PolicyCommand};
pub use failure::Failure;
use out::Out;

/// The largest file that is read as an argument: plans of many records.
const MOST_BYTES: u64 = 256 << 20;

/// What a command that did not fail ends with.
type Done = Result<ExitCode, Failure>;

/// Runs the command line and returns the exit code.
pub fn main() -> ExitCode {
    // A worker confines itself before anything else: no thread may have started, nothing else may print.
    let first = std::env::args_os().nth(1).unwrap_or_default();
    if first == typeset::WORKER_ARGUMENT {
        return typeset::worker().map_or(ExitCode::from(70), |()| ExitCode::SUCCESS);
    }
    if first == PAGES_WORKER {
        return pages_worker().and_then(out::answer).unwrap_or(ExitCode::from(70));
    }
    let arguments = Arguments::parse();
    let mut out = Out::new(&arguments);
    match dispatch(&arguments, &mut out) {
        Ok(code) => out.finished(code),
        Err(failure) => out.fail(&failure),
    }
}

fn dispatch(arguments: &Arguments, out: &mut Out) -> Done {
    let named = arguments.dir.as_deref();
    let dir = named.unwrap_or(Path::new("."));
    match &arguments.command {
        Command::Init(wish) => init::run(wish, named, out),
        Command::Demo(wish) => demo::run(wish, named, out),
        Command::Dates(wish) => dates::run(dir, wish, out),
        Command::Explain(wish) => explain::run(dir, wish, out),
        Command::Check(wish) => check::run(&Instance::at(dir, Host::machine())?, wish, out),
        Command::Schema { law_pack } => schema::run(*law_pack, out),
        Command::Template(wish) => template::run(wish, out),
        Command::Diff(wish) => diff::run(&Instance::at(dir, Host::machine())?, wish, out),
        Command::Preview(wish) => preview::run(&Instance::at(dir, Host::machine())?, wish, out),
        Command::VerifySite(wish) => verify_site::run(&opened(dir)?, wish, out),
        Command::Render(wish) => render::run(dir, wish, out),
        Command::Policy { what: PolicyCommand::NewClass(wish) } => {
            policy::new_class(&Instance::at(dir, Host::machine())?, wish, out)
        }
        Command::Policy { what } => policy::run(&opened(dir)?, what, out),
        Command::Recipients { what } => recipients::run(&opened(dir)?, what, out),
        Command::Rekey(wish) => rekey::run(&opened(dir)?, wish, out),
        Command::Restore(wish) => restore::run(&opened(dir)?, wish, out),
        Command::SecondCopy => second_copy::run(&opened(dir)?, out),
        Command::TakeIn(wish) => take_in::run(&opened(dir)?, wish, out),
        Command::Run(wish) => run::run(&opened(dir)?, wish, out),
        Command::Status(wish) => status::run(&opened(dir)?, wish, out),
        Command::Records { what } => records::run(&opened(dir)?, what, out),
        Command::Hold { what } => hold::run(&opened(dir)?, what, out),
        Command::Consent(what) => consent::run(&opened(dir)?, what, out),
        Command::Notice(what) => notice::run(&opened(dir)?, what, out),
        Command::Event { what } => event::run(&opened(dir)?, what, out),
        Command::Mask(wish) => mask::run(&opened(dir)?, wish, out),
        Command::Sweep(wish) => {
            log::start(out.is_coloured());
            sweep::run(&opened(dir)?, wish, out)
        }
        Command::Clock { what } => clock::run(&opened(dir)?, what, out),
        Command::Open(wish) => open::run(&opened(dir)?, wish, out),
        Command::Certificate(wish) => certificate::run(&opened(dir)?, wish, out),
        Command::Doctor => doctor::run(&opened(dir)?, out),
        Command::Migrate => migrate::run(&opened(dir)?, out),
        Command::Checkpoint => checkpoint::run(&opened(dir)?, out),
        Command::Ledger { what } => ledger::run(&opened(dir)?, what, out),
        Command::Key { what } => key::run(&opened(dir)?, what, out),
        Command::Verify(wish) => match &wish.certificate {
            Some(certificate) => verify::certificate(certificate, wish, out),
            None => verify::run(&opened(dir)?, wish, out),
        },
    }
}

fn opened(dir: &Path) -> Result<Instance, Failure> {
    Ok(Instance::open(dir, Host::machine())?)
}

/// Returns where a new instance goes: a word of its own, or `--dir`.
fn new_place<'a>(word: Option<&'a Path>, dir: Option<&'a Path>) -> Result<Option<&'a Path>, Failure> {
    match (word, dir) {
        (Some(_), Some(_)) => Err(Failure::Usage("name the new directory once: as DIR or with `--dir`".to_owned())),
        (word, dir) => Ok(word.or(dir)),
    }
}

/// Returns this program, which is its own typesetting worker.
fn program() -> Result<PathBuf, Failure> {
    crate::host::own_program().map_err(|error| Failure::Io(format!("could not find this program: {error}")))
}

/// Reads a file named on the command line; `-` is standard input.
fn read_text(path: &Path) -> Result<zeroize::Zeroizing<String>, Failure> {
    let bytes = zeroize::Zeroizing::new(read_bytes(path)?);
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(zeroize::Zeroizing::new(text.to_owned())),
        Err(_) => Err(Failure::Usage(format!("`{}` is not a text file", path.display()))),
    }
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let read =
        if path == Path::new("-") { crate::host::read_input(MOST_BYTES) } else { read_limited(path, MOST_BYTES) };
    read.map_err(|error| Failure::Io(format!("could not read `{}`: {error}", path.display())))
}

/// Who acts: as named, or the user of the shell.
#[expect(clippy::disallowed_methods, reason = "the shell knows its user")]
fn who(named: Option<&str>) -> Result<String, Failure> {
    let user = || ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()));
    let nobody = || Failure::Usage("nobody is named, and the shell knows no user: say who with `--by NAME`".to_owned());
    named.map(str::to_owned).or_else(user).ok_or_else(nobody)
}
