//! The program: hands the command line to [`hokan::cli`] and ends with its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    hokan::cli::main()
}
