//! `allclear man`: manual pages.

use clap::{Args, Command};
use clap_mangen::Man as Page;

use crate::cli::author::usage;
use crate::cli::failure::Failure;
use crate::edge::console;
use crate::parse::near::help_with;

/// Print the manual page of allclear, or of one of its commands
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  allclear man > allclear.1\n  allclear man update | man -l -")]
pub(super) struct Man {
    /// A command
    command: Option<String>,
}

pub(super) fn run(args: &Man, all: Command) -> Result<(), Failure> {
    let mut all = all.disable_help_subcommand(true);
    all.build();
    let command = match &args.command {
        None => all,
        Some(name) => {
            let names: Vec<String> =
                all.get_subcommands().map(|command| command.get_name().to_owned()).collect();
            let found = all.find_subcommand(name).cloned();
            let help = || help_with(name, "command", names.iter().map(String::as_str));
            found.ok_or_else(|| usage(&format!("unknown command `{name}`"), &help()))?
        }
    };
    let mut page = Vec::new();
    Page::new(command).render(&mut page).map_err(Failure::world)?;
    console::print_bytes(&page).map_err(Failure::world)
}
