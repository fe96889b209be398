//! The command line, one file per command. It reads the clock and the environment and joins the edges to the core.
//!
//! Exit status: 0 success; 1 the content has errors; 2 wrong usage or a failure of disk, network or another program.
//! stdout is for data, stderr for messages.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the command line reads the clock, the environment and the arguments"
)]

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::LazyLock;

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::cli::failure::Failure;
use crate::edge::console;
use crate::edit::site::DOCUMENTATION;
use crate::time;

#[macro_use]
mod output;

mod alert;
mod announce;
mod author;
mod build;
mod check;
mod clock;
mod commit_snapshot;
mod completions;
mod explain;
mod export;
mod failure;
mod feed_changes;
mod groups;
mod import;
mod init;
mod last_good;
mod load;
mod man;
mod new;
mod output_folder;
mod plan;
mod postmortem;
mod progress;
mod publish;
mod schedule;
mod schema;
mod serve;
mod site_args;
mod status;
mod targets;
mod theme;
mod unchanged;
mod update;
mod uptime;
mod verify;

const EXAMPLES: &str = "Examples:
  allclear init status --component \"API\" --component \"Web app\"
  allclear serve --site status";

/// Turns a folder of Markdown incident reports into a complete, deployable status site.
#[derive(Debug, Parser)]
#[command(name = "allclear", version = version(), max_term_width = 80, propagate_version = true, before_help = EXAMPLES, after_help = documentation())]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

fn documentation() -> String {
    format!("Version {}, documented at {DOCUMENTATION}", env!("CARGO_PKG_VERSION"))
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Init),
    Import(import::Import),
    Export(export::Export),
    Build(build::Build),
    Plan(plan::Plan),
    Serve(serve::Serve),
    Check(check::Check),
    Explain(explain::Explain),
    New(new::New),
    Update(update::Update),
    Resolve(update::Resolve),
    Postmortem(postmortem::Postmortem),
    Alert(alert::Alert),
    Schedule(schedule::Schedule),
    Status(status::Status),
    Uptime(uptime::Uptime),
    Theme(theme::Theme),
    Schema(schema::Schema),
    Completions(completions::Completions),
    Man(man::Man),
    Publish(publish::Publish),
    Verify(verify::Verify),
    Announce(announce::Announce),
}

/// Prints the site's path when it was found by default and is not the current folder.
fn name_site(arguments: &ArgMatches) {
    let mut arguments = arguments;
    while let Some((_, inner)) = arguments.subcommand() {
        arguments = inner;
    }
    if arguments.ids().all(|id| id != "site")
        || arguments.value_source("site") != Some(ValueSource::DefaultValue)
    {
        return;
    }
    let site: Option<&PathBuf> = arguments.get_one("site");
    if let Some(site) = site.filter(|site| site.as_os_str() != ".") {
        let whole = std::fs::canonicalize(site);
        say!("The site is `{}`", whole.as_ref().unwrap_or(site).display());
    }
}

/// `0.1.0 (commit 0123456789ab, time zones 2026f)`: this version, its commit and its IANA time zone release.
fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let (version, commit) = (env!("CARGO_PKG_VERSION"), env!("ALLCLEAR_COMMIT"));
        format!("{version} ({commit}, time zones {})", time::release())
    });
    &VERSION
}

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let arguments = match groups::grouped(Cli::command()).try_get_matches() {
        Ok(arguments) => arguments,
        Err(answer) => return print_clap_answer(&answer),
    };
    name_site(&arguments);
    let cli = match Cli::from_arg_matches(&arguments) {
        Ok(cli) => cli,
        Err(answer) => return print_clap_answer(&answer),
    };
    let outcome = match &cli.command {
        Command::Init(args) => init::run(args),
        Command::Import(args) => import::run(args),
        Command::Export(args) => export::run(args),
        Command::Build(args) => build::run(args),
        Command::Plan(args) => plan::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Check(args) => check::run(args),
        Command::Explain(args) => explain::run(args),
        Command::New(args) => new::run(args),
        Command::Update(args) => update::run(args),
        Command::Resolve(args) => update::resolve(args),
        Command::Postmortem(args) => postmortem::run(args),
        Command::Alert(args) => alert::run(args),
        Command::Schedule(args) => schedule::run(args),
        Command::Status(args) => status::run(args),
        Command::Uptime(args) => uptime::run(args),
        Command::Theme(args) => theme::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Completions(args) => completions::run(args, Cli::command()),
        Command::Man(args) => man::run(args, Cli::command()),
        Command::Publish(args) => publish::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Announce(args) => announce::run(args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Content | Failure::Differs) => ExitCode::from(1),
        Err(Failure::World(cause)) => {
            say!("error: {cause}");
            ExitCode::from(2)
        }
    }
}

/// Prints help, the version or a usage error.
fn print_clap_answer(answer: &clap::Error) -> ExitCode {
    let text = answer.render();
    if answer.use_stderr() {
        let is_coloured = console::is_coloured(&std::io::stderr());
        console::show(&if is_coloured { text.ansi().to_string() } else { text.to_string() });
        return ExitCode::from(2);
    }
    let is_coloured = console::is_coloured(&std::io::stdout());
    let text = if is_coloured { text.ansi().to_string() } else { text.to_string() };
    match console::print_bytes(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say!("error: {error}");
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn a_short_option_means_the_same_everywhere() {
        let mut meanings: BTreeMap<char, String> = BTreeMap::new();
        let mut command = Cli::command();
        command.build();
        for argument in command.get_subcommands().flat_map(|command| command.get_arguments()) {
            let (Some(short), Some(long)) = (argument.get_short(), argument.get_long()) else { continue };
            let meaning = meanings.entry(short).or_insert_with(|| long.to_owned());
            assert_eq!(meaning, long, "-{short}");
        }
        for (short, long) in
            [('m', "message"), ('a', "affects"), ('s', "status"), ('p', "port"), ('o', "out")]
        {
            assert_eq!(meanings.get(&short).map(String::as_str), Some(long), "-{short}");
        }
    }
}
