//! `allclear completions`: shell completions.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::cli::failure::Failure;
use crate::edge::console;

/// Print completions for a shell
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  allclear completions bash \\
    > ~/.local/share/bash-completion/completions/allclear
  allclear completions zsh > ~/.zfunc/_allclear
  allclear completions fish > ~/.config/fish/completions/allclear.fish")]
pub(super) struct Completions {
    /// bash, zsh, fish, elvish or powershell
    #[arg(hide_possible_values = true)]
    shell: Shell,
}

pub(super) fn run(args: &Completions, mut command: Command) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "allclear", &mut script);
    console::print_bytes(&script).map_err(Failure::world)
}
