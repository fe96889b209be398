//! Paths that no output, or only one of two, can have.

use crate::model::out_path::BadPath;
use crate::plan::owner::Owner;

/// A path that two things want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collision {
    pub path: String,
    /// Who has it.
    pub first: Owner,
    /// Who wants it too.
    pub second: Owner,
}

/// A path where no output may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why, the path included.
    pub why: BadPath,
    /// Who wants it.
    pub owner: Owner,
}

/// A file or folder of the output that Windows cannot hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unportable {
    pub path: String,
    /// Its last part.
    pub name: String,
    /// Why, in words.
    pub trouble: &'static str,
    /// Whose it is.
    pub owner: Owner,
}
