//! `allclear check`: every problem of the content, at once.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::cli::author::usage;
use crate::cli::failure::Failure;
use crate::cli::load::{self, ContentArgs, Source};
use crate::cli::site_args::SiteArgs;
use crate::diagnostic::{Diagnostic, Severity, github, json, sarif, text};
use crate::edge::console;
use crate::edge::git::Repository;
use crate::pipeline::Outcome;
use crate::rules;
use crate::source::{Snapshot, SourcePath};

/// Show everything that is wrong with the content
///
/// Each problem comes with its rule, file, line and column, the source line and what to do about it. `allclear explain RULE`
/// explains a rule.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  allclear check --deny warnings\n  allclear check content/incidents/2024"
)]
pub(super) struct Check {
    /// Check only these files or folders; the whole site is read
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    site: SiteArgs,
    #[command(flatten)]
    content: ContentArgs,
    /// Show every problem, even when many are of one rule; other formats always do
    #[arg(long)]
    all: bool,
    /// The output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// What else makes the check fail
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// A JSON array
    Json,
    /// Workflow annotations
    Github,
    /// SARIF 2.1.0
    Sarif,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Warnings fail like errors
    Warnings,
}

/// Prints all problems to stdout and their number to stderr. Warnings fail too when they are denied.
pub(super) fn run(args: &Check) -> Result<(), Failure> {
    let source = Source::read(&args.site)?;
    let (Outcome { prepared, mut problems, .. }, _) = source.prepare(&args.content, None)?;
    if let Some(prepared) = &prepared {
        problems.extend(prepared.render_problems());
    }
    let elsewhere = narrow(&mut problems, &args.site.site, &args.files)?;
    let text = match args.format {
        Format::Github | Format::Sarif => {
            let (problems, snapshot) = from_git_root(&problems, &source.snapshot, &args.site.site);
            written(&problems, &snapshot, args.format)
        }
        Format::Text if !args.all => {
            load::for_people(&problems, &source.snapshot, load::style(&std::io::stdout()))
        }
        Format::Text | Format::Json => written(&problems, &source.snapshot, args.format),
    };
    let printed = match args.format {
        Format::Json | Format::Sarif => console::print_json(&text),
        Format::Text | Format::Github => console::print(&text),
    };
    printed.map_err(Failure::world)?;
    let count = text::count(&problems).unwrap_or_else(|| "no problems".to_owned());
    match elsewhere {
        0 => say!("{count}"),
        elsewhere => say!("{count} here, {elsewhere} in other files"),
    }
    let fails = |problem: &Diagnostic| match problem.severity {
        Severity::Error => true,
        Severity::Warning => args.deny == Some(Deny::Warnings),
        Severity::Hint => false,
    };
    if problems.iter().any(fails) { Err(Failure::Content) } else { Ok(()) }
}

/// Keeps the problems of the given files and folders (all without any); returns how many were left out.
fn narrow(problems: &mut Vec<Diagnostic>, site: &Path, files: &[PathBuf]) -> Result<usize, Failure> {
    let missing = |file: &PathBuf| {
        let help = "name files and folders of the site that exist";
        usage(&format!("`{}` is not in the site", file.display()), help)
    };
    let inside = |file: &PathBuf| load::inside(site, file).ok_or_else(|| missing(file));
    let wanted = files.iter().map(inside).collect::<Result<Vec<SourcePath>, Failure>>()?;
    let all = problems.len();
    let is_wanted = |file: &SourcePath| {
        wanted.iter().any(|wanted| {
            let rest = file.as_str().strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| wanted.as_str().is_empty() || rest.is_empty() || rest.starts_with('/'))
        })
    };
    if !wanted.is_empty() {
        problems.retain(|problem| is_wanted(&problem.labels[0].file));
    }
    Ok(all - problems.len())
}

/// The problems with paths relative to the git root, as code hosts expect them.
fn from_git_root(problems: &[Diagnostic], snapshot: &Snapshot, site: &Path) -> (Vec<Diagnostic>, Snapshot) {
    let (mut problems, mut moved) = (problems.to_vec(), Snapshot::default());
    let prefix = folder_in_repository(site).unwrap_or_default();
    for label in problems.iter_mut().flat_map(|problem| &mut problem.labels) {
        let path = SourcePath::new(format!("{prefix}{}", label.file));
        if let Some(entry) = snapshot.files.get(&label.file) {
            moved.files.insert(path.clone(), entry.clone());
        }
        label.file = path;
    }
    (problems, moved)
}

/// The site's folder below the git root, with a slash at its end; `None` outside a repository.
fn folder_in_repository(site: &Path) -> Option<String> {
    let root = std::fs::canonicalize(Repository::of(site)?.root()).ok()?;
    let site = std::fs::canonicalize(site).ok()?;
    let parts = site.strip_prefix(root).ok()?.components();
    parts.map(|part| Some(part.as_os_str().to_str()?.to_owned() + "/")).collect()
}

fn written(problems: &[Diagnostic], snapshot: &Snapshot, format: Format) -> String {
    match format {
        Format::Text => text::render(problems, snapshot, load::style(&std::io::stdout())),
        Format::Json => json::render(problems, snapshot),
        Format::Github => github::render(problems, snapshot),
        Format::Sarif => sarif::render(problems, snapshot, rules::ALL),
    }
}
