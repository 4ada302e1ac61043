//! The program: hands the command line to [`hokan::cli`] and ends with its exit code.

use std::process::ExitCode;

/// Typesetting allocates without end; this allocator prints letters with a fifth less of processor time than the C library's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    hokan::cli::main()
}
