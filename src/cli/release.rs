//! From a site's folder and a target to a release: read once, prepared anew for every target, since targets differ in where
//! the site stands and in what it shows.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::check::{self, Drafts as Shown};
use crate::cli::load::{self, ContentArgs};
use crate::cli::publish::failure;
use crate::cli::{Failure, SiteArgs, build, clock};
use crate::diagnostic::{Diagnostic, Severity};
use crate::diff::Manifest;
use crate::digest::Digest;
use crate::edge::Error;
use crate::edge::publish::Destination;
use crate::edge::publish::Release;
use crate::edge::publish::directory::Directory;
use crate::edge::publish::git::GitBranch;
use crate::edge::publish::s3::S3;
use crate::edit::site::PUBLISHING;
use crate::model::config::UrlStyle;
use crate::model::target::{Target, TargetKind};
use crate::parse::{self, draft::Drafts};
use crate::pipeline::{self, Body, Memory, Options, Prepared};
use crate::plan::headers::ResponseHeaders;
use crate::plan::page::Page;
use crate::plan::path::OutPath;
use crate::rules;
use crate::source::{Snapshot, Spanned};

/// A site that was read, and its targets.
pub(super) struct Source {
    site: PathBuf,
    snapshot: Snapshot,
    drafts: Drafts,
    targets: Vec<Target>,
}

impl Source {
    /// Reads a site's folder.
    ///
    /// # Errors
    /// A folder without site.toml, and what the disk says.
    pub(super) fn read(site: &SiteArgs) -> Result<Self, Failure> {
        let public = site.site.join("public");
        let snapshot = load::read(&site.site, std::slice::from_ref(&public))?;
        let drafts = parse::all(&snapshot);
        let targets = drafts.site.as_deref().map(|draft| check::targets(draft).0).unwrap_or_default();
        // Nothing that was published is part of the site, even where it lies inside.
        let mut folders = vec![public];
        folders.extend(targets.iter().filter_map(|target| match &target.place {
            TargetKind::Directory(path) => {
                let folder = site.site.join(path);
                build::refuse_source(&site.site, &folder, "").is_ok().then_some(folder)
            }
            _ => None,
        }));
        let snapshot = if folders.len() == 1 { snapshot } else { load::read(&site.site, &folders)? };
        Ok(Self { site: site.site.clone(), drafts: parse::all(&snapshot), snapshot, targets })
    }

    /// The targets of these names, in their order; all of them when none is named.
    ///
    /// # Errors
    /// A name that no target has; no target at all.
    pub(super) fn targets(&self, names: &[String]) -> Result<Vec<&Target>, Failure> {
        if names.is_empty() && self.targets.is_empty() {
            // What is wrong with site.toml says more.
            load::report(&self.problems()?, &self.snapshot)?;
            let help = format!("add `[publish.NAME]` with a `kind`; each is shown at {PUBLISHING}");
            return Err(Failure::World(format!("site.toml names no place to publish to\nhelp: {help}")));
        }
        if names.is_empty() {
            return Ok(self.targets.iter().collect());
        }
        names.iter().map(|name| self.target(name)).collect()
    }

    /// The target of that name.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn target(&self, name: &str) -> Result<&Target, Failure> {
        if let Some(target) = self.targets.iter().find(|target| target.name == name) {
            return Ok(target);
        }
        load::report(&self.problems()?, &self.snapshot)?;
        let names = self.targets.iter().map(|target| target.name.as_str());
        let help = parse::near::help_with(name, "target", names);
        Err(Failure::World(format!("there is no target `{name}` in site.toml\nhelp: {help}")))
    }

    fn problems(&self) -> Result<Vec<Diagnostic>, Failure> {
        let content = ContentArgs { now: None, drafts: false, base_url: None };
        let options = self.options(&content, None)?;
        Ok(pipeline::prepare(&self.snapshot, &self.drafts, &options, &mut Memory::default()).problems)
    }

    fn options(&self, content: &ContentArgs, target: Option<&Target>) -> Result<Options, Failure> {
        let now = clock::now(content.now.as_deref(), pipeline::zone(&self.drafts)).map_err(Failure::World)?;
        let asked = content.base_url()?;
        let shows = content.drafts || target.is_some_and(|target| target.drafts);
        Ok(Options {
            now: now.at,
            clock: now.clock,
            drafts: if shows { Shown::Show } else { Shown::Hide },
            base_url: asked.or_else(|| target.and_then(|target| target.base_url.clone())),
        })
    }

    /// Prepares the site for a target and renders it once, to know what every file will be.
    ///
    /// # Errors
    /// Problems of the content, and what the disk says.
    pub(super) fn prepare(&self, content: &ContentArgs, target: &Target) -> Result<Rendered<'_>, Failure> {
        let options = self.options(content, Some(target))?;
        let drafts = with_noindex(&self.drafts, target.noindex);
        let mut outcome = pipeline::prepare(&self.snapshot, &drafts, &options, &mut Memory::default());
        // Readers would get links that lead nowhere.
        for problem in &mut outcome.problems {
            if problem.rule == rules::PLACEHOLDER_BASE_URL.name {
                problem.severity = Severity::Error;
            }
        }
        load::report(&outcome.problems, &self.snapshot)?;
        let prepared = outcome.prepared.expect("a site without errors is prepared");
        Rendered::new(self, prepared, target)
    }

    /// The destination that a target names.
    ///
    /// # Errors
    /// When it cannot be reached, and a folder that the site is made from.
    pub(super) fn destination(&self, target: &Target) -> Result<Box<dyn Destination>, Failure> {
        Ok(match &target.place {
            TargetKind::Directory(path) => {
                let folder = self.site.join(path);
                build::refuse_source(&self.site, &folder, &format!("[publish.{}]", target.name))?;
                Box::new(Directory::new(folder))
            }
            TargetKind::GitHubPages(branch) => {
                Box::new(GitBranch::open(branch, &self.site).map_err(failure)?)
            }
            TargetKind::S3(bucket) => Box::new(S3::open(bucket).map_err(failure)?),
        })
    }
}

/// The drafts of a site that tells search engines what the target says.
fn with_noindex(drafts: &Drafts, noindex: Option<bool>) -> Drafts {
    let mut drafts = drafts.clone();
    if let (Some(noindex), Some(site)) = (noindex, &mut drafts.site) {
        Arc::make_mut(site).noindex = Some(Spanned::new(noindex, 0..0));
    }
    drafts
}

/// A site as it will stand at a target, every file's digest known.
pub(super) struct Rendered<'a> {
    source: &'a Source,
    /// The site.
    pub(super) prepared: Prepared,
    manifest: Manifest,
    /// The file `CNAME`.
    cname: Option<String>,
}

impl<'a> Rendered<'a> {
    fn new(source: &'a Source, mut prepared: Prepared, target: &Target) -> Result<Self, Failure> {
        let is_bucket = matches!(target.place, TargetKind::S3(_));
        let needs_bare = is_bucket && prepared.edition.site.config.url_style == UrlStyle::File;
        if needs_bare {
            add_bare_pages(&mut prepared);
        }
        let paths: Vec<&OutPath> = prepared.plan.outputs.keys().collect();
        let digest =
            |path: &&OutPath| bytes_of(&prepared, &source.site, path).map(|bytes| Digest::of(&bytes));
        let digests: Vec<_> = paths.into_par_iter().map(|path| (path.clone(), digest(&path))).collect();
        let mut manifest = Manifest::default();
        let mut problems = Vec::new();
        for (path, digest) in digests {
            match digest {
                Ok(digest) => drop(manifest.files.insert(path, digest)),
                Err(Unmade::Problem(problem)) => problems.push(problem),
                Err(Unmade::World(error)) => return Err(Failure::world(error)),
            }
        }
        check::sort(&mut problems);
        problems.dedup();
        load::report(&problems, &source.snapshot)?;
        let mut rendered = Self { source, prepared, manifest, cname: None };
        if let TargetKind::GitHubPages(branch) = &target.place {
            rendered.add_cname(branch.cname.as_deref());
        }
        Ok(rendered)
    }

    /// Adds the file that tells GitHub Pages the site's own domain.
    fn add_cname(&mut self, domain: Option<&str>) {
        self.cname = domain.map(|domain| format!("{domain}\n"));
        let digest = self.cname.as_ref().map(|text| Digest::of(text.as_bytes()));
        self.manifest.files.extend(digest.map(|digest| (cname_path(), digest)));
    }

    /// Hands the release to `work`.
    pub(super) fn release<T>(&self, work: impl FnOnce(&Release<'_>) -> T) -> T {
        let render = |path: &OutPath| match &self.cname {
            Some(text) if *path == cname_path() => Ok(text.clone().into_bytes()),
            _ => self.bytes(path),
        };
        work(&Release {
            manifest: self.manifest.clone(),
            now: self.prepared.edition.now,
            as_of: self.prepared.edition.as_of,
            headers: &|path| self.headers(path),
            render: &render,
        })
    }

    /// How a file is served.
    fn headers(&self, path: &OutPath) -> ResponseHeaders {
        match self.prepared.plan.outputs.get(path) {
            Some(page) => ResponseHeaders::of(path, page),
            None => ResponseHeaders::of_file(path.as_str()),
        }
    }

    /// An output's bytes.
    ///
    /// # Errors
    /// What the disk says of a file that is copied.
    ///
    /// # Panics
    /// When a page that could be rendered cannot be rendered again: rendering is pure.
    pub(super) fn bytes(&self, path: &OutPath) -> Result<Vec<u8>, Error> {
        bytes_of(&self.prepared, &self.source.site, path).map_err(|unmade| match unmade {
            Unmade::World(error) => error,
            Unmade::Problem(problem) => panic!("rendered before, and now: {}", problem.message),
        })
    }
}

fn cname_path() -> OutPath {
    OutPath::new("CNAME").expect("a plain name is an output's path")
}

/// Adds old addresses as visitors have them, without a file's ending, for hosts that look up none.
fn add_bare_pages(prepared: &mut Prepared) {
    let outputs = &prepared.plan.outputs;
    let redirects = outputs.iter().filter(|(_, page)| matches!(page, Page::Redirect(_)));
    let bare = |path: &OutPath| {
        let path = path.as_str();
        OutPath::new(path.strip_suffix("/index.html").or_else(|| path.strip_suffix(".html"))?).ok()
    };
    let pages = redirects.filter_map(|(path, page)| Some((bare(path)?, page.clone())));
    let pages: BTreeMap<OutPath, Page> = pages.filter(|(path, _)| !outputs.contains_key(path)).collect();
    Arc::make_mut(&mut prepared.plan).outputs.extend(pages);
}

/// Why an output's bytes could not be made.
enum Unmade {
    Problem(Diagnostic),
    World(Error),
}

fn bytes_of(prepared: &Prepared, site: &Path, path: &OutPath) -> Result<Vec<u8>, Unmade> {
    match prepared.render(path).map_err(Unmade::Problem)? {
        Body::Bytes(bytes) => Ok(bytes),
        Body::File(handle) => {
            let file = site.join(handle.path.as_str());
            fs::read(&file).map_err(Error::when("read", &file)).map_err(Unmade::World)
        }
    }
}
