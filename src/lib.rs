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

pub mod time;

pub mod digest;

pub mod percent;

pub mod embedded;

pub mod source;

pub mod diagnostic;

pub mod rules;

pub mod model;

pub mod parse;

pub mod check;

pub mod plan;

pub mod render;

pub mod diff;

pub mod pipeline;

pub mod edit;

pub mod import;

pub mod edge;

pub mod cli;
