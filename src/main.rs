//! The binary: hands the arguments to the library's command line and ends with its exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    allclear::cli::run()
}
