//! The disk: the site's folder is read, the output's folder is written.

mod apply;
mod folder;
mod lock;
mod ops;
mod read;
mod recall;
mod refusal;
mod save;
mod stage;
mod stamp;
mod state;
mod strangers;
mod texts;
mod write;

pub use ops::{Action, Step, Watch, unwatched};

pub use folder::Folder;
pub use read::{FOLDERS, open, read};
pub use refusal::{BuildError, Refusal};
pub use save::{Expected, SiteLock, create_folder, lock_site, rename, save};
pub use state::program;
pub(in crate::edge) use state::refuse_special;
pub use write::{Body, Job, Outcome, Proof, Strangers, build, compare};

#[cfg(test)]
mod tests;
