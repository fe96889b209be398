//! The gallery.

use super::message::{Request, Response};
use super::preview::{View, World};

/// The answer at an address below `gallery/`.
pub(super) fn respond<W: World>(_view: &View<'_, W>, _path: &str, _request: &Request) -> Option<Response> {
    None
}
