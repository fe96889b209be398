//! What earlier publishes left in a store of objects.

use crate::diff::{BadLine, Manifest, Pending, Retired};
use crate::edge::Error;
use crate::edge::publish::store::Store;
use crate::edge::publish::{MANIFEST, PublishError, Refusal, Strangers, as_of};
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
    /// Whether one of our own files was damaged, and counts as absent.
    pub(super) is_damaged: bool,
}

impl Deployed {
    /// What a store holds of ours, by our own account. A damaged file counts as absent where files are taken over.
    pub(super) fn of<S: Store>(store: &S, strangers: Strangers) -> Result<Self, PublishError> {
        let mut is_damaged = false;
        let journal = settled(own(store, JOURNAL, Pending::parse)?, strangers, &mut is_damaged)?;
        let interrupted = journal.as_ref().and_then(|pending| pending.as_of);
        let recorded = settled(own(store, MANIFEST.as_str(), Manifest::parse)?, strangers, &mut is_damaged)?;
        let retired = settled(own(store, RETIRED, Retired::parse)?, strangers, &mut is_damaged)?;
        // Without a manifest there is no site of ours, and `build.json` is someone else's.
        let build_json = recorded.as_ref().map(|_| store.get("build.json")).transpose()?.flatten();
        let published = build_json.and_then(|object| as_of(&object.bytes));
        let retired = retired.unwrap_or_default();
        Ok(Self { recorded, retired, journal, as_of: published.max(interrupted), is_damaged })
    }
}

/// One of our own files as it was read: what it says, nothing when it is absent, or what is wrong with it.
pub(super) type Own<T> = Result<Option<T>, Refusal>;

/// What one of our own files says. A damaged one counts as absent where files are taken over.
pub(super) fn settled<T>(own: Own<T>, strangers: Strangers, is_damaged: &mut bool) -> Own<T> {
    match own {
        Err(_) if strangers == Strangers::Adopt => {
            *is_damaged = true;
            Ok(None)
        }
        own => own,
    }
}

/// One of our own files in a store.
pub(super) fn own<S: Store, T>(
    store: &S,
    path: &str,
    parse: impl Fn(&str) -> Result<T, BadLine>,
) -> Result<Own<T>, Error> {
    let object = store.get(path)?;
    Ok(object.map(|object| parsed(&object.bytes, (path, &store.place()), parse)).transpose())
}

/// What one of our own files says, or that it is damaged; with its path and the place that holds it.
pub(super) fn parsed<T>(
    bytes: &[u8],
    (path, place): (&str, &str),
    parse: impl Fn(&str) -> Result<T, BadLine>,
) -> Result<T, Refusal> {
    let damaged = |problem: String| {
        Refusal::new(
            format!("`{path}` in {place} is damaged: {problem}"),
            "publish again with `--adopt`: it takes over the files that stand where files of the site are to stand",
        )
    };
    let text = std::str::from_utf8(bytes).map_err(|_| damaged("it is not text".to_owned()))?;
    parse(text).map_err(|problem| damaged(problem.to_string()))
}
