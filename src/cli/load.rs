//! What build, plan and check have in common: read the site, settle the clock, prepare, and say what is wrong.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use crate::check::Drafts;
use crate::cli::clock;
use crate::cli::{Failure, SiteArgs};
use crate::diagnostic::summary::summed;
use crate::diagnostic::text::{self, Style};
use crate::diagnostic::{Diagnostic, Severity};
use crate::digest::Digest;
use crate::edge::{console, disk};
use crate::model::config::BaseUrl;
use crate::parse;
use crate::pipeline::{self, Memory, Options, Outcome};
use crate::rules;
use crate::source::{Snapshot, SourcePath};

/// What a site is read with.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct ContentArgs {
    /// Take the site as of this moment instead of now (RFC 3339, `2026-11-20 14:30` in the site's zone, or `-2h`)
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) now: Option<String>,
    /// Show drafts too
    #[arg(long)]
    pub(super) drafts: bool,
    /// Where the site will stand, instead of site.toml's `base_url`
    #[arg(long, value_name = "URL")]
    pub(super) base_url: Option<String>,
}

impl ContentArgs {
    /// Where the site will stand, if that was said.
    ///
    /// # Errors
    /// What was said is no address.
    pub(super) fn base_url(&self) -> Result<Option<BaseUrl>, Failure> {
        let Some(text) = &self.base_url else { return Ok(None) };
        base_url(text).map(Some).map_err(|failure| match failure {
            Failure::World(why) => Failure::World(format!("--base-url: {why}")),
            other => other,
        })
    }
}

/// A site that was read, and what came of it.
pub(super) struct Loaded {
    /// What was read.
    pub(super) snapshot: Snapshot,
    /// What came of it.
    pub(super) outcome: Outcome,
    /// The digest of everything that decides over the outputs' bytes; `None` for a site with errors.
    pub(super) inputs: Option<Digest>,
}

/// Reads and prepares a site; `output` is not part of it even where it lies inside.
///
/// # Errors
/// No folder, no site.toml, or what the disk says; a wrong `--now` or `--base-url`.
pub(super) fn load(site: &SiteArgs, content: &ContentArgs, output: &Path) -> Result<Loaded, Failure> {
    let snapshot = read(&site.site, &[output.to_owned()])?;
    let (drafts, program) = rayon::join(|| parse::all(&snapshot), disk::program);
    let now = clock::now(content.now.as_deref(), pipeline::zone(&drafts)).map_err(Failure::World)?;
    let base_url = content.base_url()?;
    let shown = if content.drafts { Drafts::Show } else { Drafts::Hide };
    let options = Options { now: now.at, clock: now.clock, drafts: shown, base_url };
    let outcome = pipeline::prepare(&snapshot, &drafts, &options, &mut Memory::default());
    let edition = outcome.prepared.as_ref().map(|prepared| &prepared.edition);
    let inputs = edition
        .zip(program)
        .map(|(edition, program)| pipeline::inputs(program, &snapshot, &options, edition));
    Ok(Loaded { snapshot, outcome, inputs })
}

/// Reads a site's folder.
///
/// # Errors
/// A folder without site.toml, and what the disk says.
pub(super) fn read(site: &Path, skip: &[PathBuf]) -> Result<Snapshot, Failure> {
    let snapshot = disk::read(site, skip).map_err(Failure::world)?;
    require_site_toml(site, &snapshot)?;
    Ok(snapshot)
}

/// The path in the site of a file or folder as someone typed it; `None` when it is not there or lies elsewhere.
pub(super) fn inside(site: &Path, typed: &Path) -> Option<SourcePath> {
    let site = std::fs::canonicalize(site).ok()?;
    // The last name stays as it is: a link counts as the file of the site that it is.
    let typed = std::path::absolute(typed).ok().filter(|typed| typed.exists())?;
    let whole = match typed.file_name() {
        Some(name) => std::fs::canonicalize(typed.parent()?).ok()?.join(name),
        None => std::fs::canonicalize(&typed).ok()?,
    };
    let parts = whole.strip_prefix(&site).ok()?.components();
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    Some(SourcePath::new(parts?.join("/")))
}

/// Refuses a folder that is no site's.
///
/// # Errors
/// Without site.toml.
pub(super) fn require_site_toml(site: &Path, snapshot: &Snapshot) -> Result<(), Failure> {
    if !snapshot.files.contains_key(&SourcePath::new("site.toml")) {
        return Err(Failure::World(format!(
            "no site.toml in `{}`\nhelp: name the site's folder with `--site DIR`, or begin one with `allclear init DIR`",
            site.display()
        )));
    }
    Ok(())
}

/// An address that was given, as by `--base-url`.
///
/// # Errors
/// When it is none.
pub(super) fn base_url(text: &str) -> Result<BaseUrl, Failure> {
    BaseUrl::parse(text).map_err(|why| {
        Failure::World(format!(
            "`{text}` is no address of a site: {why}\nhelp: write it as `https://status.example.org/`"
        ))
    })
}

/// Shows problems and a line that counts them on stderr; fails when one is an error.
///
/// # Errors
/// [`Failure::Content`] when a problem is an error.
pub(super) fn report(problems: &[Diagnostic], snapshot: &Snapshot) -> Result<(), Failure> {
    if let Some(count) = text::count(problems) {
        let shown = for_people(problems, snapshot, style(&std::io::stderr()));
        say!("{}\n\n{count}", shown.trim_end());
    }
    match problems.iter().any(|problem| problem.severity == Severity::Error) {
        true => Err(Failure::Content),
        false => Ok(()),
    }
}

/// Rules whose first problem says it all, as after an import.
const SAID_ONCE: [&str; 1] = [rules::NO_COMPONENTS.name];

/// Problems as people read them: many of one rule are summed up.
pub(super) fn for_people(problems: &[Diagnostic], snapshot: &Snapshot, style: Style) -> String {
    text::render(&summed(problems, &SAID_ONCE), snapshot, style)
}

/// Colours where a terminal reads along and wants them.
pub(super) fn style(stream: &impl IsTerminal) -> Style {
    if console::is_coloured(stream) { Style::Coloured } else { Style::Plain }
}
