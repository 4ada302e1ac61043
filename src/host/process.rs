//! Starting other programs and waiting for them.
//!
//! In: program, arguments, directory, standard input. Out: exit code and both outputs. The rule it keeps: the child gets
//! a small, fixed environment, so that a user's settings cannot change what hokan reads from it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

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
