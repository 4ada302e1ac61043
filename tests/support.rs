//! What integration tests share: an instance in a fresh directory, and the real program run in it.
//!
//! In: arguments. Out: exit code and outputs. The rule it keeps: a test sees nothing of the machine's user: every program
//! starts with a cleared environment and a home of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A directory to work in, and a home beside it; both are removed at the end.
pub struct Instance {
    dir: TempDir,
}

/// What a finished program left.
#[derive(Debug)]
pub struct Ran {
    /// The command line, for messages.
    pub command: String,
    /// The exit code, `None` after a signal.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Instance {
    /// Makes an empty directory.
    pub fn new() -> Instance {
        let dir = TempDir::new().unwrap();
        for name in ["home", "instance"] {
            std::fs::create_dir(dir.path().join(name)).unwrap();
        }
        Instance { dir }
    }

    /// Returns the directory the programs run in.
    pub fn root(&self) -> PathBuf {
        self.dir.path().join("instance")
    }

    /// Returns the home of the programs' user.
    pub fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// Runs hokan.
    pub fn hokan(&self, arguments: &[&str]) -> Ran {
        self.run(env!("CARGO_BIN_EXE_hokan"), arguments)
    }

    /// Runs git and expects it to succeed.
    pub fn git(&self, arguments: &[&str]) -> Ran {
        self.run("git", arguments).expect_code(0)
    }

    /// Runs any program; its standard input is empty.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Ran {
        let output = self.command(program, arguments).stdin(Stdio::null()).output();
        let output = output.unwrap_or_else(|error| panic!("`{program}` did not start: {error}"));
        Ran {
            command: [&[program], arguments].concat().join(" "),
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Returns a program ready to start, for tests that stop it half-way.
    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.root()).env_clear().env("HOME", self.home());
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.envs([
            ("LC_ALL", "C.UTF-8"),
            ("USER", "test"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "Test"),
            ("GIT_AUTHOR_EMAIL", "test@example.jp"),
            ("GIT_COMMITTER_NAME", "Test"),
            ("GIT_COMMITTER_EMAIL", "test@example.jp"),
        ]);
        command
    }

    /// Writes a file below the root, with the directories above it.
    pub fn write(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Returns the text of a file below the root.
    pub fn read(&self, path: impl AsRef<Path>) -> String {
        let path = self.root().join(path);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

impl Ran {
    /// Expects an exit code and shows both outputs when it was another.
    #[track_caller]
    pub fn expect_code(self, expected: i32) -> Ran {
        let Ran { command, code, stdout, stderr } = &self;
        let found = code.map_or("a signal".to_owned(), |code| code.to_string());
        assert!(
            *code == Some(expected),
            "`{command}` ended with {found}, expected {expected}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        );
        self
    }
}

#[test]
fn programs_see_nothing_of_the_machines_user() {
    let instance = Instance::new();
    let seen = instance.run("env", &[]).expect_code(0).stdout;
    let names: Vec<&str> = seen.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
    let known = ["HOME", "PATH", "LC_ALL", "USER"];
    assert!(names.iter().all(|name| known.contains(name) || name.starts_with("GIT_")), "{seen}");
    assert!(seen.contains(&format!("HOME={}\n", instance.home().display())) && seen.contains("USER=test\n"), "{seen}");
}

#[test]
fn a_commit_needs_no_settings() {
    let instance = Instance::new();
    instance.write("policies/a.yaml", "a: 1\n");
    instance.git(&["init", "--quiet", "--initial-branch=main"]);
    instance.git(&["add", "--all"]);
    instance.git(&["commit", "--quiet", "--no-verify", "--message", "Begin"]);
    assert_eq!(instance.git(&["log", "--format=%an %s"]).stdout, "Test Begin\n");
    assert_eq!(instance.read("policies/a.yaml"), "a: 1\n");
}

#[test]
fn the_program_starts() {
    Instance::new().hokan(&["--version"]).expect_code(0);
}

#[test]
#[should_panic(expected = "ended with 3, expected 0\n--- stdout\nout\n\n--- stderr\nerr")]
fn another_exit_code_shows_both_outputs() {
    Instance::new().run("sh", &["-c", "echo out; echo err >&2; exit 3"]).expect_code(0);
}
