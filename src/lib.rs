//! allclear turns a folder of Markdown incident reports into a complete, deployable status site.
//!
//! ```text
//!  disk::read       parse::all        check::site        plan::outputs      render::page      diff         target.apply
//! Snapshot    ->     Drafts     ->    Site + problems  ->     Plan      ->      bytes     ->   Changes  ->   the world
//! path->bytes     spanned, raw     valid, unspanned      path->Page         pure, on demand   add/update/remove
//! ```
//!
//! The modules stand below in the order of that pipeline, and a module imports only from modules listed above it (a test
//! reads the sources and holds them to it). Everything but [`edge`] and [`cli`] is pure: no file, no network, no
//! environment, no clock. `now` is an argument.
//!
//! Three kinds of failure are never mixed. An author's mistake is a [`diagnostic::Diagnostic`]: all of them are shown and
//! the exit status is 1. The world's is an `edge::Error` with action, path and cause: exit status 2. Ours is a panic that
//! states the broken invariant.

// What is said goes through `edge::console`.
#![deny(clippy::print_stdout, clippy::print_stderr)]

// Only `cli::run` is the library's interface. Hidden modules are public for integration tests and benchmarks.

#[doc(hidden)]
pub mod time;

#[doc(hidden)]
pub mod digest;

mod percent;

mod embedded;

#[doc(hidden)]
pub mod source;

#[doc(hidden)]
pub mod diagnostic;

#[doc(hidden)]
pub mod rules;

#[doc(hidden)]
pub mod model;

#[doc(hidden)]
pub mod parse;

#[doc(hidden)]
pub mod check;

#[doc(hidden)]
pub mod plan;

mod render;

#[doc(hidden)]
pub mod diff;

#[doc(hidden)]
pub mod pipeline;

#[doc(hidden)]
pub mod last_good;

mod edit;

mod import;

mod alert;

mod announce;

#[doc(hidden)]
pub mod edge;

pub mod cli;
