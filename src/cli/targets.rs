//! A site that is published, and the targets that its site.toml names.

use std::path::{Path, PathBuf};

use crate::check;
use crate::cli::failure::Failure;
use crate::cli::load::{self, ContentArgs, Ready, Source};
use crate::cli::output_folder::refuse_source;
use crate::cli::site_args::SiteArgs;
use crate::cli::unchanged::BuildResult;
use crate::edge::deploy::{DeployError, bytes_of};
use crate::edge::disk;
use crate::edge::publish::branch::GitBranch;
use crate::edge::publish::directory::Directory;
use crate::edge::publish::s3::S3;
use crate::edge::publish::{Destination, LocalRecord, Release};
use crate::edit::site::PUBLISHING;
use crate::model::out_path::OutPath;
use crate::model::target::{Target, TargetKind};
use crate::parse::{self, near};
use crate::plan::headers::ResponseHeaders;
use crate::source::SourcePath;

/// A site that was read once, for all its targets. Only site.toml is parsed until more is asked for.
pub(super) struct Targets {
    /// The site's folder.
    pub(super) site: PathBuf,
    /// The site's files.
    pub(super) source: Source,
    all: Vec<Target>,
}

impl Targets {
    /// Reads a site's folder.
    pub(super) fn read(site: &SiteArgs) -> Result<Self, Failure> {
        let source = Source::read(site)?;
        let path = SourcePath::new("site.toml");
        let draft = source.snapshot.bytes(&path).and_then(|bytes| parse::site_toml(&path, bytes).ok());
        let all = draft.map(|draft| check::targets(&draft).0).unwrap_or_default();
        Ok(Self { site: site.site.clone(), source, all })
    }

    /// The same targets for another version of the site's files.
    pub(super) fn with(&self, source: Source) -> Self {
        Self { site: self.site.clone(), source, all: self.all.clone() }
    }

    /// The targets of these names, in their order; all of them when none is named.
    pub(super) fn named(&self, names: &[String]) -> Result<Vec<&Target>, Failure> {
        if names.is_empty() && self.all.is_empty() {
            return self.missing(none());
        }
        if names.is_empty() {
            return Ok(self.all.iter().collect());
        }
        names.iter().map(|name| self.target(name)).collect()
    }

    pub(super) fn target(&self, name: &str) -> Result<&Target, Failure> {
        if let Some(target) = self.find(name) {
            return Ok(target);
        }
        if self.all.is_empty() {
            return self.missing(format!("there is no target `{name}`: {}", none()));
        }
        let help = near::help_with(name, "target", self.all.iter().map(|target| target.name.as_str()));
        self.missing(format!("there is no target `{name}` in site.toml\nhelp: {help}"))
    }

    /// The target of that name, if there is one.
    pub(super) fn find(&self, name: &str) -> Option<&Target> {
        self.all.iter().find(|target| target.name == name)
    }

    /// A target is missing. What is wrong with site.toml says more.
    fn missing<T>(&self, why: String) -> Result<T, Failure> {
        let content = ContentArgs { now: None, drafts: false, base_url: None };
        load::report(&self.source.prepare(&content, None)?.0.problems, &self.source.snapshot)?;
        Err(Failure::World(why))
    }

    /// The message for a failed destination.
    pub(super) fn failure(&self, error: DeployError) -> Failure {
        load::failure(error, &self.source.snapshot)
    }

    /// This machine's record of the last publish to a target.
    pub(super) fn record(&self, target: &Target) -> LocalRecord {
        LocalRecord::of(&self.site, &target.name)
    }

    /// The result of the last publish to a target, whether or not it still stands there.
    pub(super) fn last_result(&self, target: &Target) -> Option<String> {
        match &target.place {
            TargetKind::Directory(path) => disk::last_result(&self.site.join(path)),
            TargetKind::GitHubPages(_) | TargetKind::S3(_) => self.record(target).last_result(),
        }
    }

    /// Hands a site over as a release to a target.
    pub(super) fn release<T>(
        &self,
        target: &Target,
        (ready, result): (&Ready, &BuildResult),
        work: impl FnOnce(&Release<'_>) -> Result<T, DeployError>,
    ) -> Result<T, Failure> {
        let Ready { prepared, outputs, keys, .. } = ready;
        let all = &prepared.plan.outputs;
        let release = Release {
            site: &self.site,
            outputs,
            keys,
            record: &self.record(target),
            result: &result.line(),
            now: prepared.edition.now,
            as_of: prepared.edition.as_of,
            headers: &|path| ResponseHeaders::of(path, &all[path]),
            render: &|path| prepared.render(path),
        };
        work(&release).map_err(|error| self.failure(error))
    }

    /// The destination that a target names.
    ///
    /// # Errors
    /// When it cannot be reached, and a folder that the site is made from.
    pub(super) fn destination(&self, target: &Target) -> Result<Box<dyn Destination>, Failure> {
        let failure = |error| self.failure(error);
        Ok(match &target.place {
            TargetKind::Directory(path) => {
                let folder = self.site.join(path);
                refuse_source(&self.site, &folder, &format!("[publish.{}]", target.name))?;
                Box::new(Directory::new(folder))
            }
            TargetKind::GitHubPages(branch) => {
                Box::new(GitBranch::open(branch, &self.site).map_err(failure)?)
            }
            TargetKind::S3(bucket) => Box::new(S3::open(bucket).map_err(failure)?),
        })
    }
}

/// The message for a site without targets.
fn none() -> String {
    let help = format!("add `[publish.NAME]` with a `kind`; each is shown at {PUBLISHING}");
    format!("site.toml names no place to publish to\nhelp: {help}")
}

impl Ready {
    /// An output's bytes.
    pub(super) fn bytes(&self, site: &Path, path: &OutPath) -> Result<Vec<u8>, DeployError> {
        let body = self.prepared.render(path).map_err(|problem| DeployError::Render(vec![problem]))?;
        Ok(bytes_of(body, site)?)
    }
}
