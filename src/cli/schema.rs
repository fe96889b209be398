//! `allclear schema`: JSON Schemas for editors.

use clap::{Args, ValueEnum};

use crate::cli::failure::Failure;
use crate::edge::console;
use crate::parse::schema::{Subject, schema};

/// Print a JSON Schema of the files you write, for your editor
///
/// It is generated from the tables that check the files. TOML language servers use it for completion and checks; name
/// it in the first line of site.toml: `#:schema ./site.schema.json`.
#[derive(Debug, Args)]
#[command(before_help = "Example:\n  allclear schema site > site.schema.json")]
pub(super) struct Schema {
    /// The kind of file
    #[arg(value_enum)]
    subject: Name,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Name {
    /// site.toml
    Site,
    /// An incident's front matter
    Incident,
    /// A maintenance's front matter
    Maintenance,
    /// A page's front matter
    Page,
}

pub(super) fn run(args: &Schema) -> Result<(), Failure> {
    let subject = match args.subject {
        Name::Site => Subject::Site,
        Name::Incident => Subject::Incident,
        Name::Maintenance => Subject::Maintenance,
        Name::Page => Subject::Page,
    };
    let text = serde_json::to_string_pretty(&schema(subject)).expect("a schema is plain data");
    console::print_json(&format!("{text}\n")).map_err(Failure::world)
}
