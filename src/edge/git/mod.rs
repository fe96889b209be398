//! Git, by its command: the author's repository, and a scratch repository for a publish.

mod command;
mod history;
mod kept_files;
mod objects;
mod push;
mod repository;
pub(in crate::edge) mod scratch;
mod tree;

pub use command::ATTEMPTS;
pub use kept_files::KeptFiles;
pub use push::Pushed;
pub use repository::{CommitFiles, Following, Repository};
pub use tree::TreeFile;
