//! Starting other programs and waiting for them.
//!
//! In: program, arguments, directory, standard input. Out: exit code and both outputs. The rule it keeps: the child gets
//! a small, fixed environment, so that a user's settings cannot change what hokan reads from it.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, Signal};

use super::confine::confine_to;

/// What a finished program left.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; 128 + n after a signal n.
    pub code: i32,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error, for messages.
    pub stderr: String,
}

/// A program that could not be run.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// There is no such program.
    #[error("the program `{0}` was not found")]
    NotFound(String),
    /// It could not be started or its output not be read.
    #[error("the program `{program}` could not be run")]
    Failed {
        /// Its name.
        program: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// Returns what a program needs that asks the person at the keyboard, or that person's SSH agent.
#[expect(clippy::disallowed_methods, reason = "the environment is the host's")]
pub fn person() -> Vec<(&'static str, String)> {
    let names = ["SSH_AUTH_SOCK", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE", "DISPLAY", "WAYLAND_DISPLAY", "TERM"];
    names.into_iter().filter_map(|name| Some((name, std::env::var(name).ok()?))).collect()
}

/// Returns where this program lies: it starts itself to typeset.
///
/// # Errors
/// Fails where the system does not tell.
pub fn own_program() -> std::io::Result<std::path::PathBuf> {
    std::env::current_exe()
}

/// What a program may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it may work on the processor: this does not depend on what else the machine does.
    pub work: Duration,
    /// How long it may run, where it waits or the machine is busy.
    pub deadline: Duration,
    /// The most memory it may map, in bytes.
    pub memory: u64,
}

/// Runs `program` in `dir`, where it can read that folder and the system's programs, write nothing and reach no network.
/// Its standard input is empty. Returns nothing where it did not end in time and was ended.
///
/// # Errors
/// Fails when the program cannot be started; an exit code other than 0 is a result, not an error.
#[expect(clippy::disallowed_methods, reason = "the one place that starts other programs")]
pub fn run_confined(
    program: &Path,
    arguments: &[&str],
    variables: &[(&str, &str)],
    dir: &Path,
    limits: Limits,
) -> Result<Option<Ended>, ProcessError> {
    let name = || program.display().to_string();
    let failed = |source| ProcessError::Failed { program: name(), source };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(dir).env_clear().env("LC_ALL", "C.UTF-8");
    command.envs(variables.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let beside = program.parent().unwrap_or(program);
    // The confinement binds a thread and what it starts: so a thread of its own starts it.
    let spawned = std::thread::scope(|scope| {
        let starting = scope.spawn(|| {
            let system = ["/usr", "/lib", "/lib64", "/etc", "/proc", "/dev/null", "/nix/store", "/gnu/store"];
            let readable: Vec<&Path> = system.iter().map(Path::new).chain([dir, beside]).collect();
            confine_to(&readable);
            command.spawn()
        });
        starting.join().unwrap_or_else(|_| Err(io::Error::other("its thread panicked")))
    });
    let mut child = spawned.map_err(failed)?;
    // One that has already ended needs no limit.
    let _ = limit_memory_of(&child, limits.memory);
    let outputs = (child.stdout.take(), child.stderr.take());
    let (done, waiting) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let process = Pid::from_child(&child);
        let watchdog = scope.spawn(move || {
            let late = is_too_long(process, limits, &waiting);
            if late {
                let _ = rustix::process::kill_process(process, Signal::KILL);
            }
            late
        });
        let stderr = scope.spawn(|| read_all(outputs.1));
        let stdout = read_all(outputs.0);
        let stderr = stderr.join().unwrap_or_else(|_| Err(io::Error::other("a thread panicked")));
        // It has closed its outputs: until it is waited for, its number is nobody else's.
        drop(done);
        let late = watchdog.join().unwrap_or(true);
        let status = child.wait().map_err(failed)?;
        let (stdout, stderr) = (stdout.map_err(failed)?, stderr.map_err(failed)?);
        let signal = std::os::unix::process::ExitStatusExt::signal(&status).unwrap_or(0);
        let stderr = String::from_utf8_lossy(&stderr).into_owned();
        Ok((!late).then(|| Ended { code: status.code().unwrap_or(128 + signal), stdout, stderr }))
    })
}

/// How often it is looked how much a program has worked.
const LOOK: Duration = Duration::from_millis(200);

/// Waits until `done` says that a child is done with what it began now, which closes it, or until that takes too long; returns
/// whether it did. What the child worked before does not count.
pub fn takes_too_long(child: u32, limits: Limits, done: &Receiver<()>) -> bool {
    let process = i32::try_from(child).ok().and_then(Pid::from_raw);
    process.is_some_and(|process| is_too_long(process, limits, done))
}

#[expect(clippy::disallowed_methods, reason = "the deadline of a process is measured")]
fn is_too_long(process: Pid, limits: Limits, done: &Receiver<()>) -> bool {
    let (begun, before) = (Instant::now(), worked(process).unwrap_or_default());
    loop {
        let left = limits.deadline.saturating_sub(begun.elapsed());
        if done.recv_timeout(left.min(LOOK)) != Err(RecvTimeoutError::Timeout) {
            return false;
        }
        // Where the system does not tell, the deadline alone counts.
        let worked = worked(process).map_or(Duration::ZERO, |now| now.saturating_sub(before));
        if left <= LOOK || worked >= limits.work {
            return true;
        }
    }
}

/// Returns how long a process worked on processors until now.
///
/// # Source
/// proc_pid_stat(5): fields 14 and 15, user and system time in clock ticks; field 2 may hold spaces and ends with `)`.
fn worked(process: Pid) -> Option<Duration> {
    let stat = super::read_limited(Path::new(&format!("/proc/{}/stat", process.as_raw_nonzero())), 1 << 12).ok()?;
    let stat = String::from_utf8_lossy(&stat);
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks: u64 = [fields.next()?, fields.next()?].iter().filter_map(|field| field.parse::<u64>().ok()).sum();
    Some(Duration::from_millis(ticks.saturating_mul(1000) / rustix::param::clock_ticks_per_second().max(1)))
}

/// Limits the memory a running child may map to `bytes`.
///
/// # Errors
/// Fails when the system refuses, such as where the child has ended.
pub fn limit_memory_of(child: &Child, bytes: u64) -> io::Result<()> {
    let most = Rlimit { current: Some(bytes), maximum: Some(bytes) };
    rustix::process::prlimit(Some(Pid::from_child(child)), Resource::As, most)?;
    Ok(())
}

fn read_all(from: Option<impl Read>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.map_or(Ok(0), |mut from| from.read_to_end(&mut bytes))?;
    Ok(bytes)
}

/// Returns where a program lies: the first file of this name in the directories of `PATH`, or the one at this absolute path.
#[expect(clippy::disallowed_methods, reason = "the environment is the host's")]
pub fn program_on_path(name: &Path) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    // An absolute path takes the place of the directory it is joined to.
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())?.canonicalize().ok()
}

/// Runs `program` in `dir` and waits for it.
///
/// The child sees PATH, HOME, a C.UTF-8 locale and what `variables` adds, nothing else.
///
/// # Errors
/// Fails when the program cannot be started; an exit code other than 0 is a result, not an error.
#[expect(clippy::disallowed_methods, reason = "the one place that starts other programs")]
pub fn run(
    program: &str,
    arguments: &[&str],
    dir: &Path,
    variables: &[(&str, &str)],
    input: &[u8],
) -> Result<Ended, ProcessError> {
    let failed = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::NotFound if dir.is_dir() => ProcessError::NotFound(program.to_owned()),
        _ => ProcessError::Failed { program: program.to_owned(), source },
    };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(dir).env_clear().env("LC_ALL", "C.UTF-8");
    command.envs(["PATH", "HOME"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command.envs(variables.iter().copied());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(failed)?;
    let stdin = child.stdin.take();
    // Written from a thread of its own: a child that answers while it reads must not wait for us.
    let output = std::thread::scope(|scope| {
        scope.spawn(move || {
            if let Some(mut stdin) = stdin {
                // A child that ends without reading all of its input says so with its exit code.
                let _ = stdin.write_all(input);
            }
        });
        child.wait_with_output()
    });
    let output = output.map_err(failed)?;
    let signal = std::os::unix::process::ExitStatusExt::signal(&output.status).unwrap_or(0);
    Ok(Ended {
        code: output.status.code().unwrap_or(128 + signal),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}
