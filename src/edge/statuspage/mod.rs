//! Reads a Statuspage from the network: one request after another, at a pace, so that a run that was killed goes on where it
//! stopped.
//!
//! Responses are kept below `.allclear/import/` in the site's folder until the import has ended.

mod changing;
mod kept;
mod public;
mod reader;
mod v1;

pub use changing::{PageFile, PageFiles};
pub use kept::Kept;
pub use public::PublicPage;
pub use reader::{Access, Reader};
pub use v1::ManagedPage;
