//! Which files are written by many authors, so that an error in one need not stop the others.

use crate::parse::files::{self, Role};
use crate::source::SourcePath;

/// Whether a file is a report, a page or recorded downtime.
pub(super) fn is_document(file: &SourcePath) -> bool {
    matches!(files::role(file), Role::Report(_) | Role::Page | Role::Downtime)
}

/// Whether a file is copied as it is.
pub(super) fn is_copied(file: &SourcePath) -> bool {
    matches!(files::role(file), Role::Attachment | Role::UnlikelyAttachment | Role::DotFile)
}
