//! The disk: the site's folder is read, the output's folder is written.

mod apply;
mod folder;
mod lock;
mod ops;
mod read;
mod recall;
mod save;
mod stage;
mod stamp;
mod state;
mod texts;
mod unmanaged;
mod write;

pub use ops::{Action, Step, Watch, unwatched};

pub use folder::Folder;
pub use read::{FOLDERS, open, read};
pub use save::{Expected, SiteLock, create_folder, lock_site, rename, save};
pub(in crate::edge) use state::digest_file;
pub use state::{program, read_file};
pub use write::{Job, Outcome, Proof, build, compare};

#[cfg(test)]
mod tests;
