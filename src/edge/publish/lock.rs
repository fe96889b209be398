//! One publish at a time to a store: an object that only one can create, and that its holder renews while it lives.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::Mutex;
use std::time::Duration;

use crate::edge::Error;
use crate::edge::deploy::{DeployError, Refusal};
use crate::edge::publish::StaleLock;
use crate::edge::publish::store::{Condition, Put, Store, own_file};

/// The lock's path.
pub(super) const LOCK: &str = ".allclear/lock";

/// How long a holder may be silent before it is taken for dead, in seconds by the store's clock.
const SILENCE_SECS: i64 = 120;

/// How often a holder shows that it lives.
const BEAT: Duration = Duration::from_secs(30);

/// The lock of a store, held.
pub(super) struct Lock<'a, S> {
    store: &'a S,
    /// The content of the lock: the run that holds it.
    text: String,
    clock: &'a (dyn Fn() -> Duration + Send + Sync),
    held: Mutex<Held>,
}

struct Held {
    tag: String,
    beaten: Duration,
}

impl<'a, S: Store> Lock<'a, S> {
    /// Takes the lock, also from a holder that has been silent for two minutes.
    pub(super) fn take(
        store: &'a S,
        stale_lock: StaleLock,
        clock: &'a (dyn Fn() -> Duration + Send + Sync),
    ) -> Result<Self, DeployError> {
        let text = format!("run {:016x}\n", RandomState::new().build_hasher().finish());
        let beaten = clock();
        let tag = match store.put(&own_file(LOCK, &text), Condition::Absent)? {
            Put::Done(tag) => tag,
            Put::Overtaken => take_from_other(store, stale_lock, &text)?,
        };
        // A store that knows no conditions lets two through; the later one is in.
        match store.get(LOCK)? {
            Some(found) if found.bytes == text.as_bytes() => {}
            _ => return Err(busy(store, None).into()),
        }
        Ok(Self { store, text, clock, held: Mutex::new(Held { tag, beaten }) })
    }

    /// Shows that we live, when it is time to. Fails when another publish took us for dead.
    pub(super) fn beat(&self) -> Result<(), String> {
        // Whoever holds this is showing it right now.
        let Ok(mut held) = self.held.try_lock() else { return Ok(()) };
        let now = (self.clock)();
        if now.saturating_sub(held.beaten) < BEAT {
            return Ok(());
        }
        let lock = own_file(LOCK, &self.text);
        let renewed =
            self.store.put(&lock, Condition::Unchanged(&held.tag)).map_err(|error| error.to_string())?;
        held.tag = match renewed {
            Put::Done(tag) => tag,
            Put::Overtaken => match self.own_tag().map_err(|error| error.to_string())? {
                Some(tag) => tag,
                None => {
                    return Err("another publish took over, since this one was silent for too long".into());
                }
            },
        };
        held.beaten = now;
        Ok(())
    }

    /// The lock's tag as long as it is ours.
    fn own_tag(&self) -> Result<Option<String>, Error> {
        let found = self.store.get(LOCK)?;
        Ok(found.filter(|found| found.bytes == self.text.as_bytes()).map(|found| found.tag))
    }

    /// Lets others publish. Where that fails they wait until we are taken for dead.
    pub(super) fn release(self) {
        if let Ok(Some(_)) = self.own_tag() {
            let _ = self.store.delete(LOCK);
        }
    }
}

fn take_from_other<S: Store>(store: &S, stale_lock: StaleLock, text: &str) -> Result<String, DeployError> {
    let Some(found) = store.get(LOCK)? else { return Err(busy(store, None).into()) };
    if found.bytes == text.as_bytes() {
        // It was written, and only the answer was lost.
        return Ok(found.tag);
    }
    let age_secs = found.age_secs.unwrap_or(0);
    if stale_lock == StaleLock::Wait && age_secs < SILENCE_SECS {
        return Err(busy(store, Some(age_secs)).into());
    }
    match store.put(&own_file(LOCK, text), Condition::Unchanged(&found.tag))? {
        Put::Done(tag) => Ok(tag),
        Put::Overtaken => match store.get(LOCK)? {
            Some(found) if found.bytes == text.as_bytes() => Ok(found.tag),
            _ => Err(busy(store, None).into()),
        },
    }
}

fn busy<S: Store>(store: &S, age_secs: Option<i64>) -> Refusal {
    let place = store.place();
    let message = match age_secs {
        Some(age_secs) => {
            format!("another publish to {place} is under way; its last sign of life is {age_secs} s old")
        }
        None => format!("another publish to {place} is under way"),
    };
    let help = "wait until it is done; one that was killed is taken over after two minutes, or at once by \
                `--take-over`";
    Refusal::new(message, help)
}
