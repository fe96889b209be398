//! What earlier publishes left in a store of objects.

use std::io;
use std::path::PathBuf;

use crate::diff::{Manifest, Pending, Retired};
use crate::edge::Error;
use crate::edge::publish::store::Store;
use crate::edge::publish::{MANIFEST, as_of};
use crate::time::Instant;

/// Where the superseded assets are listed that are still there.
pub(super) const RETIRED: &str = ".allclear/retired";

/// There while a publish is under way, or was interrupted.
pub(super) const JOURNAL: &str = ".allclear/journal";

/// What earlier publishes left.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Deployed {
    /// What the manifest says; `None` when there is no manifest.
    pub(super) recorded: Option<Manifest>,
    /// Superseded assets that stay for a while.
    pub(super) retired: Retired,
    /// What a publish that did not end was about to do.
    pub(super) journal: Option<Pending>,
    /// As of when the site is true, also one whose publish did not end.
    pub(super) as_of: Option<Instant>,
}

impl Deployed {
    /// What a store holds of ours, by our own account.
    pub(super) fn of<S: Store>(store: &S) -> Result<Self, Error> {
        let journal =
            text(store, JOURNAL)?.map(|text| parsed(store, JOURNAL, Pending::parse(&text))).transpose()?;
        let interrupted = journal.as_ref().and_then(|pending| pending.as_of);
        let recorded = text(store, MANIFEST.as_str())?;
        let recorded =
            recorded.map(|text| parsed(store, MANIFEST.as_str(), Manifest::parse(&text))).transpose()?;
        let retired =
            text(store, RETIRED)?.map(|text| parsed(store, RETIRED, Retired::parse(&text))).transpose()?;
        // Without a manifest there is no site of ours, and `build.json` is someone else's.
        let build_json = recorded.as_ref().map(|_| store.get("build.json")).transpose()?.flatten();
        let published = build_json.and_then(|object| as_of(&object.bytes));
        let retired = retired.unwrap_or_default();
        Ok(Self { recorded, retired, journal, as_of: published.max(interrupted) })
    }
}

/// An object as text; `None` when there is none.
pub(super) fn text<S: Store>(store: &S, path: &str) -> Result<Option<String>, Error> {
    let object = store.get(path)?;
    Ok(object.map(|object| String::from_utf8_lossy(&object.bytes).into_owned()))
}

/// What was parsed from one of our own files, or an error that names it.
pub(super) fn parsed<S: Store, T, E>(store: &S, path: &str, parsed: Result<T, E>) -> Result<T, Error>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let place = PathBuf::from(format!("{}/{path}", store.place()));
    parsed.map_err(io::Error::other).map_err(Error::when("read", &place))
}
