//! Shared by all kinds of import: options, reading the site, writing and showing the result.

use std::borrow::Cow;

use clap::Args;

use crate::cli::clock;
use crate::cli::failure::Failure;
use crate::cli::import::existing::{existing, images, record as existing_record};
use crate::cli::load;
use crate::cli::output::print_json;
use crate::cli::site_args::SiteArgs;
use crate::edge::console;
use crate::edge::disk::{self, Expected};
use crate::import::existing::ExistingSite;
use crate::import::fate::{Destination, Mode};
use crate::import::guard;
use crate::import::history::History;
use crate::import::imported_site::ImportedSite;
use crate::import::log::{Finding, ImportLog, LogEntry};
use crate::import::published::{self, ReportedSeconds};
use crate::import::record;
use crate::import::text::line_at;
use crate::import::write;
use crate::parse::{self, draft::Drafts};
use crate::pipeline;
use crate::source::{Snapshot, SourcePath};
use crate::time::Zone;

#[derive(Debug, Args)]
pub(super) struct KindArgs<T: Args> {
    #[command(flatten)]
    pub(super) own: T,
    #[command(flatten)]
    pub(super) shared: Shared,
}

/// Options of every kind.
#[derive(Debug, Args)]
pub(super) struct Shared {
    /// Show what would be written without writing it
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Rewrite imported files whose source has changed, except those that were edited since
    #[arg(long)]
    update: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    pub(super) site: SiteArgs,
}

/// Reads a kind's sources, given what the site has, and writes and shows the result.
///
/// Fails with [`Failure::Content`] when the user has to settle something.
pub(super) fn import<T: Args>(
    args: &KindArgs<T>,
    kind: &str,
    history: impl FnOnce(&T, &ExistingSite, &mut ImportLog) -> Result<History, Failure>,
) -> Result<(), Failure> {
    import_in_two_steps(args, kind, history, None::<fn(&ReportedSeconds, &mut History) -> _>)
}

/// As [`import`]; `more` reads what can only be asked for when it is known what the reports give.
pub(super) fn import_in_two_steps<T: Args>(
    args: &KindArgs<T>,
    kind: &str,
    history: impl FnOnce(&T, &ExistingSite, &mut ImportLog) -> Result<History, Failure>,
    more: Option<impl FnOnce(&ReportedSeconds, &mut History) -> Result<(), Failure>>,
) -> Result<(), Failure> {
    let shared = &args.shared;
    let _lock = load::lock(&shared.site.site)?;
    let snapshot = load::read(&shared.site.site)?;
    let drafts = parse::all(&snapshot);
    let mut existing = existing(&snapshot, &drafts);
    let (old_record, record) = existing_record(&shared.site.site)?;
    existing.keys = record.component_keys(kind);
    let mut log = ImportLog::default();
    let mut history = history(&args.own, &existing, &mut log)?;
    existing.images = images(&shared.site.site, &snapshot, &history)?;
    let zone = settled_zone(&drafts, &existing, &mut history);
    let mode = if shared.update { Mode::Update } else { Mode::Add };
    let destination = Destination { existing: &existing, record: &record, kind, mode, zone };
    let reports = write::reports(&history, &destination);
    if more.is_some() || !history.published.is_empty() {
        record_published(&mut history, (&snapshot, &drafts), &destination, &reports, more)?;
    }
    history.log.entries.splice(0..0, log.entries);
    let made = checked((&snapshot, &drafts), &history, destination, reports);
    if !shared.dry_run {
        save(shared, &snapshot, &existing, &history, &made)?;
        save_record(shared, &old_record, &made.record.text())?;
    }
    show(shared, &made.log)?;
    if made.log.is_unsettled() { Err(Failure::Content) } else { Ok(()) }
}

/// All files and the whole log, with what the check says of them. Old addresses at which the site has something else are left
/// out.
fn checked(
    before: (&Snapshot, &Drafts),
    history: &History,
    destination: Destination<'_>,
    reports: write::Files,
) -> write::Files {
    let site_toml = before.0.text(&SourcePath::new("site.toml")).unwrap_or_default();
    let now = clock::real_now();
    let mut made = completed(reports, site_toml, history, &destination);
    let mut found = guard::check(before, &made, &write::site_toml(site_toml, history, &made.tables), now);
    let mut existing = Cow::Borrowed(destination.existing);
    // A report's own address may be that of another once it is made anew: only new addresses go on.
    while !found.taken.is_subset(&existing.pages) {
        existing.to_mut().pages.append(&mut found.taken);
        let destination = Destination { existing: &existing, ..destination };
        made = completed(write::reports(history, &destination), site_toml, history, &destination);
        found = guard::check(before, &made, &write::site_toml(site_toml, history, &made.tables), now);
    }
    made.log.entries.extend(found.log.entries);
    made
}

/// The reports with all other files, and the whole log.
fn completed(
    reports: write::Files,
    site_toml: &str,
    history: &History,
    destination: &Destination<'_>,
) -> write::Files {
    let mut made = reports;
    write::add_downtime(history, destination, &mut made);
    made.log.entries.splice(0..0, history.log.entries.iter().cloned());
    for address in write::unserved_feeds(&write::site_toml(site_toml, history, &[]), history) {
        let line = line_at(site_toml, site_toml.find("also_at").unwrap_or_default());
        let text = format!(
            "line {line}: add `{address}` to `also_at` of `[feeds]`: subscribers of the old site read it there"
        );
        made.log.add(Finding::Unsettled, "site.toml", text);
    }
    let new_toml = write::site_toml(site_toml, history, &made.tables);
    write::tell_unnamed(&mut made, &new_toml);
    made
}

/// Records days of which the source published something else than the reports, with the new files `made`, give.
fn record_published(
    history: &mut History,
    (snapshot, drafts): (&Snapshot, &Drafts),
    destination: &Destination<'_>,
    made: &write::Files,
    more: Option<impl FnOnce(&ReportedSeconds, &mut History) -> Result<(), Failure>>,
) -> Result<(), Failure> {
    let site_toml = snapshot.text(&SourcePath::new("site.toml")).unwrap_or_default();
    let site_toml = write::site_toml(site_toml, history, &made.tables);
    let after = ImportedSite::new(snapshot, drafts, made, &site_toml);
    match ReportedSeconds::new(&after, history, destination, clock::real_now()) {
        Ok(reported) => {
            more.map_or(Ok(()), |more| more(&reported, history))?;
            published::record(history, &reported, destination.existing);
        }
        Err(why) => {
            let text = format!("{why}, so published outage is not recorded: correct it, and import again");
            history.log.add(Finding::Unsettled, "site.toml", text);
        }
    }
    Ok(())
}

/// The time zone of written reports: site.toml's, else the source's, which is then written to site.toml. `Etc/UTC` of a site
/// without reports is what `init` writes.
fn settled_zone(drafts: &Drafts, existing: &ExistingSite, history: &mut History) -> Zone {
    let own = pipeline::zone(drafts);
    let Some(theirs) = history.site.zone else { return own };
    let is_said = drafts.site.as_ref().is_some_and(|site| site.toml.time_zone.is_some());
    if !is_said || own == Zone::UTC && existing.files.is_empty() {
        return theirs;
    }
    history.site.zone = None;
    if own != theirs {
        let (own, theirs) = (own.name(), theirs.name());
        let text =
            format!("`time_zone` is `{own}` here and `{theirs}` in the source: days begin at other hours");
        history.log.add(Finding::Kept, "site.toml", text);
    }
    own
}

/// Writes the files; site.toml comes first, because reports name its components.
fn save(
    shared: &Shared,
    snapshot: &Snapshot,
    existing: &ExistingSite,
    history: &History,
    made: &write::Files,
) -> Result<(), Failure> {
    let folder = &shared.site.site;
    let site_toml = SourcePath::new("site.toml");
    let old = snapshot.text(&site_toml).unwrap_or_default();
    let new = write::site_toml(old, history, &made.tables);
    if new != old {
        disk::save(folder, &site_toml, new.as_bytes(), Expected::Bytes(old.as_bytes()))
            .map_err(Failure::world)?;
    }
    let old = |path| expected(snapshot.bytes(path).map(|old| &**old));
    let old_image = |path| expected(existing.images.get(path).map(|old| &**old));
    let images = made.images.iter().map(|(path, bytes)| (path, &**bytes, old_image(path)));
    let texts = made.files.iter().map(|(path, text)| (path, text.as_bytes(), old(path)));
    disk::save_all(folder, images.chain(texts)).map_err(Failure::world)
}

/// Files come before their record: one that is not recorded, since we were killed, is recognised by its text.
fn save_record(shared: &Shared, old: &str, new: &str) -> Result<(), Failure> {
    if new == old {
        return Ok(());
    }
    let old = Some(old.as_bytes()).filter(|old| !old.is_empty());
    disk::save(&shared.site.site, &SourcePath::new(record::PATH), new.as_bytes(), expected(old))
        .map_err(Failure::world)
}

fn expected(old: Option<&[u8]>) -> Expected<'_> {
    old.map_or(Expected::Nothing, Expected::Bytes)
}

fn show(shared: &Shared, log: &ImportLog) -> Result<(), Failure> {
    if shared.json {
        return print_json(log);
    }
    let line = |entry: &LogEntry| format!("{}: {}: {}\n", word(entry.finding), entry.source, entry.text);
    let lines: String = log.entries.iter().map(line).collect();
    console::print(&lines).map_err(Failure::world)?;
    let counts = Finding::ALL.map(|finding| (log.count(finding), word(finding)));
    let counts = counts.into_iter().filter(|(count, word)| *count > 0 || *word == "made");
    let word = |count, word| if count > 1 && word == "needs a person" { "need a person" } else { word };
    let counts: Vec<String> = counts.map(|(count, it)| format!("{count} {}", word(count, it))).collect();
    say!("{}", counts.join(", "));
    Ok(())
}

fn word(finding: Finding) -> &'static str {
    match finding {
        Finding::Made => "made",
        Finding::Updated => "updated",
        Finding::Kept => "kept",
        Finding::Guessed => "guessed",
        Finding::LeftOut => "left out",
        Finding::Unsettled => "needs a person",
    }
}
