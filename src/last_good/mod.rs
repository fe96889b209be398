//! Builds that survive files with errors: each such file is taken as an earlier version of the site has it, or left out.
//!
//! Invariant: a file that an earlier version published is never left out, so uptime never rises because a report vanished.

mod counterpart;
mod document;
mod said;
mod version;

use std::collections::{BTreeMap, BTreeSet};

use crate::check;
use crate::diagnostic::{Diagnostic, Severity};
use crate::last_good::document::{is_copied, is_document};
use crate::last_good::said::Said;
use crate::last_good::version::PublishedVersion;
use crate::parse;
use crate::parse::draft::Drafts;
use crate::pipeline::{self, Memory, Options};
use crate::source::{Snapshot, SourcePath};

pub use version::Version;

/// The files to build, and what is said of those that have errors.
#[derive(Clone, Debug)]
pub struct Settled {
    /// A site without errors, unless a problem is one.
    pub snapshot: Snapshot,
    /// The problems of files with errors, and what became of each file, in order of files. Places are those of the newest files.
    /// Errors stop the build.
    pub problems: Vec<Diagnostic>,
    /// The files with errors, by their paths in the newest version.
    pub broken: BTreeSet<SourcePath>,
}

impl Settled {
    /// Whether nothing may be published.
    pub fn stops(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }
}

/// Replaces each report, page, file of downtime and copied file that has errors by that of an earlier version, or leaves it out
/// where none has it without errors.
///
/// `earlier` is asked for the published version first, with no files, then for the next older version in which one of the files
/// differs; `None` when there is none. Errors of `required` files and of all other kinds of files stop the build.
///
/// # Errors
/// Those of `earlier`.
pub fn settle<E>(
    now: &Snapshot,
    required: &BTreeSet<SourcePath>,
    options: &Options,
    mut earlier: impl FnMut(&[SourcePath]) -> Result<Option<Version>, E>,
) -> Result<Settled, E> {
    let mut settling = Settling::new(now, required, options);
    loop {
        match settling.step() {
            Step::Settled => return Ok(settling.end()),
            Step::Asks(files) => match earlier(&files)? {
                Some(version) => settling.versions.push(PublishedVersion::of(version, options)),
                None => settling.has_all_versions = true,
            },
        }
    }
}

enum Step {
    Settled,
    /// An earlier version is needed, in which one of these files differs.
    Asks(Vec<SourcePath>),
}

/// What stands for a file with errors.
#[derive(Clone, Debug, Default)]
struct Slot {
    /// The first version that was not tried yet.
    next: usize,
    stand_in: StandIn,
    /// What the stand-in refers to and the newest version lacks.
    brought: Vec<SourcePath>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum StandIn {
    /// Not found yet.
    #[default]
    Wanted,
    /// A file of a version, by the version's number.
    File(usize, SourcePath),
    Nothing,
}

struct Settling<'a> {
    now: &'a Snapshot,
    required: &'a BTreeSet<SourcePath>,
    options: &'a Options,
    /// The site with stand-ins.
    site: Snapshot,
    drafts: Drafts,
    memory: Memory,
    /// Newest first.
    versions: Vec<PublishedVersion>,
    has_all_versions: bool,
    /// By the path of a file with errors.
    slots: BTreeMap<SourcePath, Slot>,
    said: Said,
}

impl<'a> Settling<'a> {
    fn new(now: &'a Snapshot, required: &'a BTreeSet<SourcePath>, options: &'a Options) -> Self {
        Self {
            now,
            required,
            options,
            site: now.clone(),
            drafts: parse::all(now),
            memory: Memory::default(),
            versions: Vec::new(),
            has_all_versions: false,
            slots: BTreeMap::new(),
            said: Said::default(),
        }
    }

    fn step(&mut self) -> Step {
        loop {
            let waiting = self.find_stand_ins();
            if !waiting.is_empty() {
                return Step::Asks(waiting);
            }
            let errors = self.errors();
            if errors.is_empty() {
                return Step::Settled;
            }
            if self.versions.is_empty() && !self.has_all_versions {
                return Step::Asks(Vec::new());
            }
            self.blame(errors);
            if self.said.stops {
                return Step::Settled;
            }
        }
    }

    /// The errors of the site with its stand-ins.
    fn errors(&mut self) -> Vec<Diagnostic> {
        let outcome = pipeline::prepare(&self.site, &self.drafts, self.options, &mut self.memory);
        let errors = outcome.problems.into_iter().filter(|problem| problem.severity == Severity::Error);
        errors.collect()
    }

    /// Decides for each file with errors: another version is looked for, or nothing may be published.
    fn blame(&mut self, errors: Vec<Diagnostic>) {
        let mut by_file: BTreeMap<SourcePath, Vec<Diagnostic>> = BTreeMap::new();
        for error in errors {
            by_file.entry(self.culprit(&error)).or_default().push(error);
        }
        for (file, errors) in by_file {
            match self.slots.get(&file).map(|slot| slot.stand_in.clone()) {
                Some(StandIn::File(number, path)) => self.give_up(&file, (number, &path), &errors),
                None if self.is_replaceable(&file) => {
                    self.said.errors(&errors, self.now, &self.site);
                    self.slots.insert(file, Slot::default());
                }
                _ => self.said.stopping(&errors, self.now, &self.site),
            }
        }
    }

    /// An older version is looked for, unless this one was published: then its errors are new, and nothing else is as it was
    /// published. A version that its author kept from readers ends the search.
    fn give_up(&mut self, file: &SourcePath, (number, path): (usize, &SourcePath), errors: &[Diagnostic]) {
        let version = &self.versions[number];
        if version.published(path) {
            return self.said.lost(file, &version.version.name, errors);
        }
        let is_hidden = version.is_hidden(path);
        self.site.files.remove(path);
        let slot = self.slots.entry(file.clone()).or_default();
        slot.stand_in = if is_hidden { StandIn::Nothing } else { StandIn::Wanted };
    }

    fn is_replaceable(&self, file: &SourcePath) -> bool {
        (is_document(file) || is_copied(file))
            && !self.required.contains(file)
            && self.now.files.contains_key(file)
    }

    /// The file to blame for an error, by its path in the newest version: the first of those at fault together that changed
    /// since the published version.
    fn culprit(&self, error: &Diagnostic) -> SourcePath {
        let files: Vec<&SourcePath> = error.labels.iter().map(|label| &label.file).collect();
        let changed = files.iter().find(|file| self.has_changed(file));
        let file = changed.unwrap_or(&files[0]);
        let owner = |(_, slot): &(&SourcePath, &Slot)| matches!(&slot.stand_in, StandIn::File(_, path) if path == *file);
        self.slots.iter().find(owner).map_or_else(|| (*file).clone(), |(file, _)| file.clone())
    }

    /// Whether a file of the site is not as it was published.
    fn has_changed(&self, file: &SourcePath) -> bool {
        let published = self.versions.first().and_then(|version| version.version.snapshot.bytes(file));
        self.site.bytes(file) != published
    }

    /// Lets a file of a known version stand for each file with errors; returns the files for which older versions are needed.
    fn find_stand_ins(&mut self) -> Vec<SourcePath> {
        let mut waiting = Vec::new();
        let before = self.site.clone();
        let wanted = self.slots.iter().filter(|(_, slot)| slot.stand_in == StandIn::Wanted);
        for file in wanted.map(|(file, _)| file.clone()).collect::<Vec<_>>() {
            match self.stand_in(&file) {
                StandIn::Wanted => waiting.push(file),
                found => self.slots.entry(file).or_default().stand_in = found,
            }
        }
        self.drafts = parse::all_reusing(&self.site, &self.drafts, &before);
        waiting
    }

    /// Puts the file of the next version in the place of one with errors. What a version lacks is left out.
    fn stand_in(&mut self, file: &SourcePath) -> StandIn {
        self.site.files.remove(file);
        let slot = self.slots.entry(file.clone()).or_default();
        let Some(version) = self.versions.get(slot.next) else {
            return if self.has_all_versions { StandIn::Nothing } else { StandIn::Wanted };
        };
        let number = slot.next;
        slot.next += 1;
        let snapshot = &version.version.snapshot;
        let Some(path) = counterpart::of(file, self.now, snapshot) else { return StandIn::Nothing };
        let is_brought =
            |it: &SourcePath| !self.now.files.contains_key(it) && snapshot.files.contains_key(it);
        slot.brought = version.referred(&path).into_iter().filter(is_brought).collect();
        for it in slot.brought.iter().chain([&path]) {
            self.site.files.extend(snapshot.files.get(it).map(|entry| (it.clone(), entry.clone())));
        }
        StandIn::File(number, path)
    }

    fn end(self) -> Settled {
        let mut problems = self.said.problems;
        if !self.said.stops {
            let levels = check::levels(self.drafts.site.as_deref());
            problems.iter_mut().for_each(|problem| problem.severity = Severity::Warning);
            for (file, slot) in &self.slots {
                let problem = match &slot.stand_in {
                    StandIn::File(number, path) => {
                        let version = &self.versions[*number].version.name;
                        said::stands_for(file, (path, &slot.brought), version)
                    }
                    StandIn::Nothing | StandIn::Wanted => said::left_out(file),
                };
                problems.extend(levels.applied(problem));
            }
        }
        check::sort(&mut problems);
        Settled { snapshot: self.site, problems, broken: self.slots.into_keys().collect() }
    }
}
