//! The binary: hands the arguments to the library's command line and ends with its exit status.

use std::process::ExitCode;

/// Rendering asks for memory in many small pieces on all threads at once: with the system's allocator a third of a build's
/// time goes there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    allclear::cli::run()
}
