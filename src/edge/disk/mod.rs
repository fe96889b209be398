//! The disk: the site's folder is read, the output's folder is written.

mod read;

pub use read::read;
