//! The interface of a store of objects.

use std::collections::BTreeSet;

use crate::edge::Error;

/// A store of objects by their paths from the site's root.
pub trait Store: Sync {
    /// Its name in messages.
    fn place(&self) -> String;

    /// An object; `None` when there is none.
    fn get(&self, path: &str) -> Result<Option<Object>, Error>;

    /// Writes an object, whole or not at all.
    fn put(&self, upload: &Upload<'_>, condition: Condition<'_>) -> Result<Put, Error>;

    /// Deletes an object, if there is one.
    fn delete(&self, path: &str) -> Result<(), Error>;

    /// The paths of all objects.
    fn list(&self) -> Result<BTreeSet<String>, Error>;
}

/// An object as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its bytes, compression undone.
    pub bytes: Vec<u8>,
    /// Names these bytes at this path.
    pub tag: String,
    /// Seconds since it was written, by the store's own clock.
    pub age_secs: Option<i64>,
}

/// An object to write.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    pub path: &'a str,
    /// Its bytes, as they are stored.
    pub bytes: &'a [u8],
    /// `Content-Type`
    pub content_type: &'a str,
    /// `Cache-Control`
    pub cache_control: &'a str,
    /// `Content-Encoding`, if any.
    pub encoding: Option<&'a str>,
}

/// The condition for writing an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition<'a> {
    /// Anything.
    None,
    /// Nothing.
    Absent,
    /// The object of this tag.
    Unchanged(&'a str),
}

/// The result of writing an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Put {
    /// It has this tag.
    Done(String),
    /// Something else was there than was expected.
    Overtaken,
}

/// A file of our own, which nobody is to keep.
pub(super) fn own_file<'a>(path: &'a str, text: &'a str) -> Upload<'a> {
    let content_type = "text/plain; charset=utf-8";
    Upload { path, bytes: text.as_bytes(), content_type, cache_control: "no-cache", encoding: None }
}
