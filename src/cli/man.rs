//! `allclear man`: manual pages.

use clap::{Args, Command};
use clap_mangen::Man as Page;

use crate::cli::author::usage;
use crate::cli::failure::Failure;
use crate::edge::console;
use crate::parse::near::help_with;

/// Print the manual page of allclear, or of one of its commands
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:\n  allclear man > allclear.1\n  allclear man update | man -l -\n  allclear man import statuspage > allclear-import-statuspage.1"
)]
pub(super) struct Man {
    /// A command, such as `import statuspage`
    #[arg(value_name = "COMMAND")]
    commands: Vec<String>,
}

pub(super) fn run(args: &Man, all: Command) -> Result<(), Failure> {
    let mut all = all.disable_help_subcommand(true);
    all.build();
    let command = args.commands.iter().try_fold(all, |command, name| inner(&command, name))?;
    let mut page = Vec::new();
    Page::new(with_examples_last(command)).render(&mut page).map_err(Failure::world)?;
    console::print_bytes(&page).map_err(Failure::world)
}

/// A manual page shows what stands below a help text, and not what stands above it.
fn with_examples_last(command: Command) -> Command {
    let texts = [command.get_before_help(), command.get_after_help()].into_iter().flatten();
    let text = texts.map(ToString::to_string).collect::<Vec<_>>().join("\n\n");
    if text.is_empty() { command } else { command.after_help(text) }
}

fn inner(command: &Command, name: &str) -> Result<Command, Failure> {
    let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    let help = || help_with(name, "command", names.iter().copied());
    let found = command.find_subcommand(name).cloned();
    found.ok_or_else(|| usage(&format!("unknown command `{name}`"), &help()))
}
