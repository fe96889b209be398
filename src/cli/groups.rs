//! The commands by purpose, as `allclear help` lists them.

use std::fmt::Write as _;

use clap::Command;

const GROUPS: [(&str, &[&str]); 4] = [
    ("Write", &["init", "new", "update", "resolve", "schedule", "postmortem", "import"]),
    ("Look", &["serve", "check", "explain", "status", "uptime", "theme"]),
    ("Publish", &["plan", "build", "publish", "verify", "announce"]),
    ("Machines", &["alert", "export", "schema", "completions", "man"]),
];

/// The command with a help text that lists its subcommands in groups.
pub(super) fn grouped(command: Command) -> Command {
    let header = *command.get_styles().get_header();
    let literal = *command.get_styles().get_literal();
    let width = command.get_subcommands().map(|inner| inner.get_name().len()).max().unwrap_or_default();
    let mut list = String::new();
    for (title, names) in GROUPS {
        let _ = write!(list, "\n{header}{title}:{header:#}\n");
        for inner in names.iter().filter_map(|name| command.find_subcommand(name)) {
            let about = inner.get_about().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(list, "  {literal}{:width$}{literal:#}  {about}", inner.get_name());
        }
    }
    command.help_template(format!(
        "{{before-help}}{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{list}\n\
         {header}Options:{header:#}\n{{options}}{{after-help}}"
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::GROUPS;
    use crate::cli::Cli;

    #[test]
    fn every_command_stands_in_one_group() {
        let command = Cli::command();
        let all: BTreeSet<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        let grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert_eq!(grouped.iter().copied().collect::<BTreeSet<_>>(), all);
        assert_eq!(grouped.len(), all.len());
    }
}
