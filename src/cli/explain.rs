//! `allclear explain`: what a rule means.

use clap::Args;

use crate::cli::author::usage;
use crate::cli::failure::Failure;
use crate::edge::console;
use crate::parse::near::near;
use crate::rules::{self, explain};

/// Explain a rule, with an example that breaks it and its correction
///
/// A rule's name stands in brackets in each message: `error[unknown-key]`. Without a name, all rules are listed.
#[derive(Debug, Args)]
#[command(before_help = "Example:\n  allclear explain unknown-key")]
pub(super) struct Explain {
    /// The rule's name
    rule: Option<String>,
}

/// Prints the explanation of a rule, or the list of rules.
pub(super) fn run(args: &Explain) -> Result<(), Failure> {
    let text = match &args.rule {
        None => list(),
        Some(name) => explanation(name)?,
    };
    console::print(&text).map_err(Failure::world)
}

/// Accepts a name as messages print it, too: `error[unknown-key]`.
fn explanation(given: &str) -> Result<String, Failure> {
    let name = given.split_once('[').map_or(given, |(_, rest)| rest.trim_end_matches([']', ':']));
    let unknown = || {
        let help = match near(name, rules::ALL.iter().map(|rule| rule.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`allclear explain` lists all rules".to_owned(),
        };
        usage(&format!("unknown rule `{name}`"), &help)
    };
    rules::named(name).map(|rule| explain::explain(&rule)).ok_or_else(unknown)
}

/// A line for each rule: name, level, meaning.
fn list() -> String {
    let longest = rules::ALL.iter().map(|rule| rule.name.len()).max().unwrap_or_default();
    let line = |rule: &crate::diagnostic::Rule| {
        format!("{:longest$}  {:7}  {}\n", rule.name, rule.severity.as_str(), rule.about)
    };
    rules::ALL.iter().map(line).collect()
}
