//! Shared by commands: reads the site, determines `now`, prepares a variant of it and reports problems.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::Path;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::check::{Drafts, Variant};
use crate::cli::clock;
use crate::cli::failure::Failure;
use crate::cli::site_args::SiteArgs;
use crate::diagnostic::summary::summed;
use crate::diagnostic::text::{self, Style};
use crate::diagnostic::{Diagnostic, Severity};
use crate::edge::deploy::DeployError;
use crate::edge::disk::SiteLock;
use crate::edge::{console, disk};
use crate::model::config::BaseUrl;
use crate::model::out_path::OutPath;
use crate::model::target::Target;
use crate::parse::{self, draft};
use crate::pipeline::{self, Keys, Memory, Options, Outcome, Prepared};
use crate::rules;
use crate::source::{Snapshot, SourcePath};
use crate::time::Instant;

/// Options of commands that read the content.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct ContentArgs {
    /// Use this time instead of now (RFC 3339, `2026-11-20 14:30` in the site's zone, or `-2h`)
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) now: Option<String>,
    /// Include drafts
    #[arg(long)]
    pub(super) drafts: bool,
    /// The site's URL, instead of site.toml's `base_url`
    #[arg(long, value_name = "URL")]
    pub(super) base_url: Option<String>,
}

impl ContentArgs {
    /// The variant for these options and perhaps a target of site.toml.
    pub(super) fn variant(&self, target: Option<&Target>) -> Result<Variant, Failure> {
        let mut variant = target.map(Variant::of).unwrap_or_default();
        if self.drafts {
            variant.drafts = Drafts::Show;
        }
        if let Some(text) = &self.base_url {
            let named = |failure| match failure {
                Failure::World(why) => Failure::World(format!("--base-url: {why}")),
                other => other,
            };
            variant.base_url = Some(base_url(text).map_err(named)?);
        }
        Ok(variant)
    }
}

pub(super) struct Source {
    pub(super) snapshot: Snapshot,
    drafts: OnceCell<draft::Drafts>,
    /// What was printed so far: several targets mostly have the same problems.
    printed: Rc<RefCell<BTreeSet<PrintedProblems>>>,
}

impl Source {
    /// Reads a site's folder; fails without site.toml.
    pub(super) fn read(site: &SiteArgs) -> Result<Self, Failure> {
        Ok(Self::new(read(&site.site)?))
    }

    pub(super) fn new(snapshot: Snapshot) -> Self {
        Self { snapshot, drafts: OnceCell::new(), printed: Rc::default() }
    }

    /// Other files of the same site. Problems that were printed for either are not printed again.
    pub(super) fn with(&self, snapshot: Snapshot) -> Self {
        Self { printed: Rc::clone(&self.printed), ..Self::new(snapshot) }
    }

    /// All files, parsed when they are asked for.
    pub(super) fn drafts(&self) -> &draft::Drafts {
        self.drafts.get_or_init(|| parse::all(&self.snapshot))
    }

    /// The files as they were read; the drafts go.
    pub(super) fn into_snapshot(self) -> Snapshot {
        self.snapshot
    }

    /// Checks and plans a variant of the site.
    pub(super) fn prepare(
        &self,
        content: &ContentArgs,
        target: Option<&Target>,
    ) -> Result<(Outcome, Options), Failure> {
        let options = self.options(content, target)?;
        let outcome = pipeline::prepare(&self.snapshot, self.drafts(), &options, &mut Memory::default());
        Ok((outcome, options))
    }

    /// For which instant and deployment a variant of the site is prepared.
    pub(super) fn options(&self, content: &ContentArgs, target: Option<&Target>) -> Result<Options, Failure> {
        let now =
            clock::now(content.now.as_deref(), pipeline::zone(self.drafts())).map_err(Failure::World)?;
        Ok(Options { now: now.at, clock: now.clock, variant: content.variant(target)? })
    }

    /// Prepares a variant of the site and reports its problems; fails when one is an error.
    pub(super) fn ready(&self, content: &ContentArgs, target: Option<&Target>) -> Result<Ready, Failure> {
        let (Outcome { prepared, mut problems, until }, options) = self.prepare(content, target)?;
        // Published pages with the placeholder URL would have dead links.
        let is_placeholder = |it: &&mut Diagnostic| it.rule == rules::PLACEHOLDER_BASE_URL.name;
        if target.is_some() {
            problems.iter_mut().filter(is_placeholder).for_each(|it| it.severity = Severity::Error);
        }
        let printed = PrintedProblems::of(&problems, &self.snapshot);
        self.print(&printed);
        deny_errors(&problems)?;
        let prepared = prepared.expect("a site without errors is prepared");
        let outputs = prepared.plan.outputs.keys().cloned().collect();
        let keys = prepared.keys(&options.variant);
        Ok(Ready { prepared, outputs, keys, problems: printed, from: options.now, until })
    }

    /// Prints problems and their number to stderr; fails if one is an error.
    pub(super) fn report(&self, problems: &[Diagnostic]) -> Result<(), Failure> {
        self.print(&PrintedProblems::of(problems, &self.snapshot));
        deny_errors(problems)
    }

    /// Prints problems, unless these were printed before.
    pub(super) fn print(&self, problems: &PrintedProblems) {
        if self.printed.borrow_mut().insert(problems.clone()) {
            problems.print();
        }
    }
}

pub(super) struct Ready {
    pub(super) prepared: Prepared,
    pub(super) outputs: Vec<OutPath>,
    pub(super) keys: Keys,
    /// The warnings.
    pub(super) problems: PrintedProblems,
    /// From here until `until`, the same files give the same outputs and warnings.
    pub(super) from: Instant,
    pub(super) until: Instant,
}

/// Reads a site's folder; fails without site.toml.
pub(super) fn read(site: &Path) -> Result<Snapshot, Failure> {
    require_folder(site)?;
    let snapshot = disk::read(site).map_err(Failure::world)?;
    require_site_toml(site, &snapshot)?;
    Ok(snapshot)
}

/// The message for a failed build, publish or comparison.
pub(super) fn failure(error: DeployError, snapshot: &Snapshot) -> Failure {
    match error {
        DeployError::Render(problems) => report(&problems, snapshot).err().unwrap_or(Failure::Content),
        error => match error.help() {
            Some(help) => Failure::World(format!("{error}\nhelp: {help}")),
            None => Failure::world(error),
        },
    }
}

/// The site path of a file or folder given on the command line; `None` when it does not exist or lies elsewhere.
pub(super) fn inside(site: &Path, typed: &Path) -> Option<SourcePath> {
    let site = std::fs::canonicalize(site).ok()?;
    // The last component is not resolved: a symbolic link counts as the site's file.
    let typed = std::path::absolute(typed).ok().filter(|typed| typed.exists())?;
    let whole = match typed.file_name() {
        Some(name) => std::fs::canonicalize(typed.parent()?).ok()?.join(name),
        None => std::fs::canonicalize(&typed).ok()?,
    };
    let parts = whole.strip_prefix(&site).ok()?.components();
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    Some(SourcePath::new(parts?.join("/")))
}

pub(super) fn require_site_toml(site: &Path, snapshot: &Snapshot) -> Result<(), Failure> {
    if snapshot.files.contains_key(&SourcePath::new("site.toml")) { Ok(()) } else { Err(no_site_toml(site)) }
}

/// Fails where there is no folder that could hold a site.
pub(super) fn require_folder(site: &Path) -> Result<(), Failure> {
    if site.exists() { Ok(()) } else { Err(no_site_toml(site)) }
}

fn no_site_toml(site: &Path) -> Failure {
    Failure::World(format!(
        "no site.toml in `{}`\nhelp: name the site's folder with `--site DIR`, or create a site with `allclear init DIR`",
        site.display()
    ))
}

/// Waits until no other command changes the site's files.
pub(super) fn lock(site: &Path) -> Result<SiteLock, Failure> {
    if !site.join("site.toml").exists() {
        return Err(no_site_toml(site));
    }
    disk::lock_site(site, &|| say!("waiting for another allclear command")).map_err(Failure::world)
}

pub(super) fn base_url(text: &str) -> Result<BaseUrl, Failure> {
    BaseUrl::parse(text).map_err(|why| {
        Failure::World(format!(
            "`{text}` is not the address of a site: {why}\nhelp: write it as `https://status.example.org/`"
        ))
    })
}

/// Prints problems and their number to stderr; fails if one is an error.
pub(super) fn report(problems: &[Diagnostic], snapshot: &Snapshot) -> Result<(), Failure> {
    PrintedProblems::of(problems, snapshot).print();
    deny_errors(problems)
}

fn deny_errors(problems: &[Diagnostic]) -> Result<(), Failure> {
    match problems.iter().any(|problem| problem.severity == Severity::Error) {
        true => Err(Failure::Content),
        false => Ok(()),
    }
}

/// Problems as they are printed to stderr, without and with colours; empty without problems.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct PrintedProblems {
    plain: String,
    coloured: String,
}

impl PrintedProblems {
    fn of(problems: &[Diagnostic], snapshot: &Snapshot) -> Self {
        let Some(count) = text::count(problems) else { return Self::default() };
        let shown = |style| format!("{}\n\n{count}", for_people(problems, snapshot, style).trim_end());
        Self { plain: shown(Style::Plain), coloured: shown(Style::Coloured) }
    }

    pub(super) fn print(&self) {
        let text = match style(&std::io::stderr()) {
            Style::Plain => &self.plain,
            Style::Coloured => &self.coloured,
        };
        if !text.is_empty() {
            say!("{text}");
        }
    }
}

/// Rules of which only the first problem is shown, since an import can cause hundreds.
const SAID_ONCE: [&str; 1] = [rules::NO_COMPONENTS.name];

/// Problems for a terminal: many of one rule are summed up.
pub(super) fn for_people(problems: &[Diagnostic], snapshot: &Snapshot, style: Style) -> String {
    text::render(&summed(problems, &SAID_ONCE), snapshot, style)
}

/// Colours if the stream is a terminal that wants them.
pub(super) fn style(stream: &impl IsTerminal) -> Style {
    if console::is_coloured(stream) { Style::Coloured } else { Style::Plain }
}
