//! The message of an update: Markdown, or plain text.

use std::io::{self, IsTerminal, Read};

use clap::Args;

use crate::cli::author::arguments::usage;
use crate::cli::failure::Failure;
use crate::edit;

/// What readers are told.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct MessageArgs {
    /// The message in Markdown; `-` reads standard input
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    message: Option<String>,
    /// The message is plain text: nothing in it becomes a heading, a list or a link
    #[arg(long, requires = "message")]
    plain: bool,
}

impl MessageArgs {
    pub(in crate::cli) fn is_given(&self) -> bool {
        self.message.is_some()
    }

    /// The message as Markdown; `None` when none is given.
    pub(in crate::cli) fn read(&self) -> Result<Option<String>, Failure> {
        let Some(given) = &self.message else { return Ok(None) };
        let text = if given == "-" { standard_input()? } else { given.clone() };
        let text = if self.plain { edit::plain::markdown(&text) } else { text };
        let text = edit::message::message(&text)
            .map_err(|why| Failure::World(format!("--message cannot be used: {why}")))?;
        if text.is_empty() {
            return Err(usage("--message is empty", "say what readers should know, or leave it out"));
        }
        Ok(Some(text))
    }
}

fn standard_input() -> Result<String, Failure> {
    let mut input = io::stdin().lock();
    if input.is_terminal() {
        say!("the message, then Ctrl-D:");
    }
    let mut bytes = Vec::new();
    input
        .read_to_end(&mut bytes)
        .map_err(|cause| Failure::World(format!("cannot read standard input: {cause}")))?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::World("--message cannot be used: it is not UTF-8".to_owned()))
}
