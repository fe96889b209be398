//! Checks, shows, writes, commits and pushes a change to a report.

use std::io;

use serde::Serialize;

use crate::cli::author::commit::{CommitResult, Recorded, Written, record, shown};
use crate::cli::author::push::{AttemptOutcome, RetryMode};
use crate::cli::author::{AuthoringContext, Paint, PublicView, Report, WriteArgs};
use crate::cli::failure::Failure;
use crate::cli::{load, output};
use crate::diagnostic::Severity;
use crate::edge::disk::{self, Expected};
use crate::edge::{console, terminal};
use crate::edit::diff;
use crate::source::SourcePath;

pub(in crate::cli) struct Change {
    /// `new`, `update`, …
    pub(in crate::cli) action: &'static str,
    pub(in crate::cli) path: SourcePath,
    /// The previous path when the file moves.
    pub(in crate::cli) moved_from: Option<SourcePath>,
    /// The new text, without a byte order mark.
    pub(in crate::cli) text: String,
    pub(in crate::cli) slug: String,
    pub(in crate::cli) title: String,
    pub(in crate::cli) subject: String,
    /// The command to suggest next.
    pub(in crate::cli) next: String,
}

/// The output of `--json`.
#[derive(Serialize)]
struct ChangeSummary<'a> {
    action: &'a str,
    changed: bool,
    dry_run: bool,
    slug: &'a str,
    title: &'a str,
    file: &'a str,
    diff: &'a str,
    readers_see: Option<PublicView>,
    commit: Option<String>,
    pushed_to: Option<String>,
    next: &'a str,
}

/// Checks, shows and writes a change; then commits and pushes it if asked to. Nothing is written when the change would
/// add an error.
pub(in crate::cli) fn carry_out(
    mut context: AuthoringContext,
    mut change: Change,
    args: &WriteArgs,
) -> Result<AttemptOutcome, Failure> {
    let kept = if args.edit { Some(edited(&mut context, &mut change, args)?) } else { None };
    let result = write(&context, &change, args);
    if let Some(kept) = kept {
        match &result {
            Ok(_) => kept.discard(),
            Err(_) => say!("your text is kept in `{}`", kept.kept.display()),
        }
    }
    let (changed, diff) = result?;
    let snapshot = context.with(&change.path, &change.text, change.moved_from.as_ref());
    let previous = change.moved_from.as_ref().unwrap_or(&change.path);
    let written = Written {
        snapshot: &snapshot,
        path: &change.path,
        previous: Some(previous).filter(|path| context.snapshot.files.contains_key(path)),
        subject: &change.subject,
        // Nobody edits the same text again.
        repeat: if args.edit { RetryMode::Push } else { RetryMode::Anew },
    };
    match record(&context, &written, args)? {
        Recorded::Done(recorded) => show(&context, &change, args, &changed, &diff, recorded),
        Recorded::Overtaken(replaced) => Ok(AttemptOutcome::Overtaken(replaced)),
    }
}

/// Reports that nothing has to change; commits and pushes what an earlier command left uncommitted.
pub(in crate::cli) fn nothing_to_do(
    context: &AuthoringContext,
    action: &str,
    report: &Report,
    args: &WriteArgs,
    why: &str,
) -> Result<AttemptOutcome, Failure> {
    let subject = match action {
        "new" => format!("Report: {}", report.title()),
        "schedule" => format!("Schedule: {}", report.title()),
        _ => format!("Update: {}", report.title()),
    };
    let written = Written {
        snapshot: &context.snapshot,
        path: report.path(),
        previous: Some(report.path()),
        subject: &subject,
        repeat: RetryMode::OnTop,
    };
    let recorded = match record(context, &written, args)? {
        Recorded::Done(recorded) => recorded,
        Recorded::Overtaken(replaced) => return Ok(AttemptOutcome::Overtaken(replaced)),
    };
    if !args.json {
        print(&format!("{}\n", shown(&context.folder.join(report.path().as_str()))))?;
        say!("nothing to do: {why}");
        recorded.tell();
        return Ok(AttemptOutcome::Done);
    }
    let readers_see =
        context.readers_edition(&context.snapshot).map(|edition| PublicView::of(&edition, &report.slug));
    print_json(&ChangeSummary {
        action,
        changed: false,
        dry_run: args.dry_run,
        slug: &report.slug,
        title: report.title(),
        file: report.path().as_str(),
        diff: "",
        readers_see,
        pushed_to: recorded.pushed_to(),
        commit: recorded.commit,
        next: "",
    })
}

/// Opens the text in the editor. The lock is released meanwhile, so the file is compared afterwards.
fn edited(
    context: &mut AuthoringContext,
    change: &mut Change,
    args: &WriteArgs,
) -> Result<terminal::Edited, Failure> {
    let name = change.path.file_name().to_owned();
    context.unlock();
    let edited = terminal::edit(&change.text, &name).map_err(Failure::world)?;
    if edited.text.trim().is_empty() {
        edited.discard();
        return Err(Failure::World("the editor left nothing, nothing was written".to_owned()));
    }
    if !args.dry_run {
        context.lock_again()?;
    }
    change.text = edited.text.clone();
    Ok(edited)
}

/// Writes the file unless that would add a problem; returns whether it changed, and the diff.
fn write(context: &AuthoringContext, change: &Change, args: &WriteArgs) -> Result<(bool, String), Failure> {
    let old_path = change.moved_from.as_ref().unwrap_or(&change.path);
    let old = context.snapshot.bytes(old_path).map(|bytes| bytes.to_vec());
    let old_text = old.as_deref().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    // A byte order mark is kept: it was not part of the edited text.
    let mark =
        if old_text.as_ref().is_some_and(|text| text.starts_with('\u{feff}')) { "\u{feff}" } else { "" };
    let new = format!("{mark}{}", change.text.trim_start_matches('\u{feff}'));
    let snapshot = context.with(&change.path, &new, change.moved_from.as_ref());
    let problems = context.new_problems(&snapshot, &change.path, change.moved_from.as_ref());
    let breaks = problems.iter().any(|problem| problem.severity == Severity::Error);
    if !problems.is_empty() && (breaks || !args.json) {
        let _ = load::report(&problems, &snapshot);
    }
    if breaks {
        return Err(Failure::World("nothing was written: the report would have these errors".to_owned()));
    }
    let diff = diff::unified(change.path.as_str(), old_text.as_deref(), &new);
    let changed = old.as_deref() != Some(new.as_bytes()) || change.moved_from.is_some();
    if changed && !args.dry_run {
        if let Some(from) = &change.moved_from {
            disk::rename(&context.folder, from, &change.path).map_err(Failure::world)?;
        }
        let expected = old.as_deref().map_or(Expected::Nothing, Expected::Bytes);
        disk::save(&context.folder, &change.path, new.as_bytes(), expected).map_err(Failure::world)?;
    }
    Ok((changed, diff))
}

fn show(
    context: &AuthoringContext,
    change: &Change,
    args: &WriteArgs,
    changed: &bool,
    diff: &str,
    recorded: CommitResult,
) -> Result<AttemptOutcome, Failure> {
    let snapshot = context.with(&change.path, &change.text, change.moved_from.as_ref());
    let seen = context.readers_edition(&snapshot).map(|edition| PublicView::of(&edition, &change.slug));
    if args.json {
        return print_json(&ChangeSummary {
            action: change.action,
            changed: *changed,
            dry_run: args.dry_run,
            slug: &change.slug,
            title: &change.title,
            file: change.path.as_str(),
            diff,
            readers_see: seen,
            pushed_to: recorded.pushed_to(),
            commit: recorded.commit,
            next: &change.next,
        });
    }
    let paint = Paint::of(&io::stderr());
    print(&format!("{}\n", shown(&context.folder.join(change.path.as_str()))))?;
    console::show(&paint.diff(diff));
    if let Some(seen) = &seen {
        let when = if args.dry_run { "Readers would see" } else { "Readers will see" };
        console::show(&format!("{when}:\n{}", seen.lines(&change.title, paint)));
    }
    recorded.tell();
    let elsewhere = context.errors_elsewhere(&change.path);
    if elsewhere > 0 {
        say!("Other files have errors ({elsewhere}), so the site cannot be built: run `allclear check`");
    }
    match args.dry_run {
        true => say!("Nothing was written (--dry-run)"),
        false => say!("Next: {}", change.next),
    }
    Ok(AttemptOutcome::Done)
}

fn print_json(done: &ChangeSummary<'_>) -> Result<AttemptOutcome, Failure> {
    output::print_json(done).map(|()| AttemptOutcome::Done)
}

/// Prints to standard output; a closed pipe is not an error.
fn print(text: &str) -> Result<(), Failure> {
    console::print(text).map_err(Failure::world)
}
