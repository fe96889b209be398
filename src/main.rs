//! The binary: hands the arguments to the library's command line and ends with its exit status.

use std::process::ExitCode;

/// Faster than the system's allocator at millions of short-lived allocations, by about a fifth of a build.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    allclear::cli::run()
}
