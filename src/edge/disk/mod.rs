//! The disk: the site's folder is read, the output's folder is written.

mod apply;
mod build_record;
mod cached_file;
mod file;
mod folder;
mod links;
mod lock;
mod managed_files;
mod ops;
mod own_folder;
mod save;
mod save_all;
mod stage;
mod stamp;
mod state;
mod texts;
mod unmanaged;
mod walk;
mod write;

pub use ops::{Action, Step, Watch, unwatched};

pub(in crate::edge) use build_record::BuildRecord;
pub(in crate::edge) use file::digest_file;
pub use file::read_file;
pub use folder::{Folder, read};
pub use links::way;
pub(in crate::edge) use save::overwrite;
pub use save::{Expected, SiteLock, create_folder, lock_site, rename, save};
pub use save_all::save_all;
pub use stamp::ChangeDetection;
pub use unmanaged::{files_below, others};
pub use walk::{FOLDERS, is_part, matters, open};
pub use write::{Job, Outcome, build, build_unchanged, compare, last_result};

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
