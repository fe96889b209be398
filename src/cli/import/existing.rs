//! Reads the site's folder before an import.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::cli::author::usage;
use crate::cli::failure::Failure;
use crate::edge::Error;
use crate::import::distinct::comparable;
use crate::import::existing::{ExistingDowntime, ExistingFile, ExistingLife, ExistingPart, ExistingSite};
use crate::import::history::History;
use crate::import::record::{self, Record};
use crate::import::text::line_at;
use crate::parse::draft::Drafts;
use crate::parse::files;
use crate::pipeline;
use crate::source::{Snapshot, SourcePath, Spanned};
use crate::time::Day;

pub(super) fn existing(snapshot: &Snapshot, drafts: &Drafts) -> ExistingSite {
    let paths = snapshot.files.keys().cloned().collect();
    let mut existing = ExistingSite { zone: pipeline::zone(drafts), paths, ..ExistingSite::default() };
    if let Some(site) = &drafts.site {
        let components = site.toml.components.iter().map(|table| (&table.id, &table.api_id, &table.name));
        existing.components = components.filter_map(named).collect();
        let groups = site.toml.groups.iter().map(|table| (&table.id, &table.api_id, &table.name));
        existing.groups = groups.filter_map(named).collect();
        let day = |day: &Option<Spanned<Day>>| day.as_ref().map(|day| day.value);
        let text = snapshot.text(&SourcePath::new("site.toml")).unwrap_or_default();
        let lives = site.toml.components.iter().filter_map(|table| {
            let id = table.id.as_ref()?;
            let line = line_at(text, id.span.start);
            Some((
                id.value.clone(),
                ExistingLife { line, since: day(&table.since), retired: day(&table.retired) },
            ))
        });
        existing.lives = lives.collect();
    }
    let digest = |path: &SourcePath| record::digest(snapshot.bytes(path).map_or(&[], |bytes| bytes));
    for report in &drafts.reports {
        let Some(slug) = files::slug(&report.path, report.language.as_deref()) else { continue };
        if let Some(id) = &report.front.id {
            existing.reports.insert(id.value.clone(), slug.to_string());
        }
        let file = ExistingFile { path: report.path.clone(), digest: digest(&report.path) };
        existing.files.insert(slug.to_string(), file);
        existing
            .texts
            .extend(snapshot.bytes(&report.path).map(|bytes| (report.path.clone(), Arc::clone(bytes))));
    }
    let reports = drafts.reports.iter().map(|report| (&report.path, &report.front.aliases));
    let pages = drafts.pages.iter().map(|page| (&page.path, &page.front.aliases));
    let aliases = reports.chain(pages).flat_map(|(path, all)| all.iter().map(move |alias| (path, alias)));
    existing.aliases = aliases.map(|(path, alias)| (comparable(&alias.value), path.clone())).collect();
    for draft in &drafts.downtime {
        let component = draft.path.file_name().trim_end_matches(".csv").to_owned();
        let days = draft.days.iter().map(|day| day.value).collect();
        existing.downtime.insert(component, ExistingDowntime { digest: digest(&draft.path), days });
    }
    existing
}

/// The site's files that have the names of the history's images, whose bytes the snapshot does not hold.
pub(super) fn images(
    site: &Path,
    snapshot: &Snapshot,
    history: &History,
) -> Result<BTreeMap<SourcePath, Arc<[u8]>>, Failure> {
    let names: BTreeSet<&String> = history.reports.iter().flat_map(|report| report.images.keys()).collect();
    let is_meant = |path: &&SourcePath| names.iter().any(|name| path.file_name() == name.as_str());
    let paths = snapshot.files.keys().filter(is_meant);
    let read = |path: &SourcePath| {
        let file = site.join(path.as_str());
        let bytes = fs::read(&file).map_err(Error::when("read", &file)).map_err(Failure::world)?;
        Ok((path.clone(), bytes.into()))
    };
    paths.map(read).collect()
}

type Text = Option<Spanned<String>>;

fn named((id, api_id, name): (&Text, &Text, &Text)) -> Option<ExistingPart> {
    let text = |text: &Text| text.as_ref().map(|text| text.value.clone());
    Some(ExistingPart { id: text(id)?, api_id: text(api_id), name: text(name)? })
}

/// The record's text, and what it says; empty without one.
pub(super) fn record(site: &Path) -> Result<(String, Record), Failure> {
    let path = site.join(record::PATH);
    if !path.exists() {
        return Ok(Default::default());
    }
    let help = "take it from your version control, or remove it: then no imported file is rewritten";
    let text =
        String::from_utf8(fs::read(&path).map_err(Error::when("read", &path)).map_err(Failure::world)?);
    let text = text.map_err(|_| usage(&format!("`{}` is not UTF-8", path.display()), help))?;
    let record = Record::parse(&text)
        .map_err(|line| usage(&format!("`{}`, line {line}: no record of an import", path.display()), help))?;
    Ok((text, record))
}
