//! Pushes that follow what others pushed: the command runs again on top of it, so that it finds, checks and writes what it
//! would have if theirs had been there before.

use std::thread;
use std::time::Duration;

use crate::cli::author::{AuthoringContext, Report, clone, find, usage};
use crate::cli::failure::Failure;
use crate::cli::load;
use crate::edge::Error;
use crate::edge::git::{ATTEMPTS, Pushed, Repository};

/// The help when others pushed before and the command cannot go on by itself.
const HELP: &str = "others pushed before; put your commits on top of theirs with `git pull --rebase`, correct what is wrong, \
                    then `git push`";

/// What to do when others have pushed before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Run the command again without its commit.
    Anew,
    /// Run it again on top of all commits.
    OnTop,
    /// Push all commits again, on top of theirs.
    Push,
}

/// A commit of the command that was taken back, since the command runs again.
pub(in crate::cli) struct Replaced {
    repository: Repository,
    commit: String,
    /// The commit that the branch is at instead.
    base: String,
}

/// How an attempt to carry out a command ended.
pub(in crate::cli) enum Ending {
    Done,
    /// Others pushed before: the folder is at their commits, and the command is to run again.
    Overtaken(Option<Replaced>),
}

/// Runs a command, and runs it again on top of what others pushed before. When it fails there, its first commit is back.
pub(in crate::cli) fn repeated(attempt: impl Fn(u32) -> Result<Ending, Failure>) -> Result<(), Failure> {
    let mut last = None;
    for number in 1..=ATTEMPTS {
        match attempt(number) {
            Ok(Ending::Done) => return Ok(()),
            Ok(Ending::Overtaken(replaced)) => last = replaced.or(last),
            Err(failure) => return Err(given_back(last, failure)),
        }
    }
    Err(given_back(last, Failure::World("not pushed: others push all the time".to_owned())))
}

fn given_back(replaced: Option<Replaced>, failure: Failure) -> Failure {
    let is_back = |it: &Replaced| {
        it.repository.id("HEAD").as_ref() == Some(&it.base) && it.repository.move_to(&it.commit).is_ok()
    };
    let Some(commit) = replaced.filter(is_back).map(|it| it.commit) else { return failure };
    let help = format!("nothing was pushed, and the commit {:.7} is kept here: {HELP}", commit);
    match failure {
        Failure::World(why) => Failure::World(format!("{why}\nhelp: {help}")),
        failure => {
            say!("{help}");
            failure
        }
    }
}

/// Pushes; when others have pushed before, brings the folder on top of theirs and does as `repeat` says. The inner `Err` is
/// for a command that is to run again.
pub(super) fn push(
    context: &AuthoringContext,
    repository: &Repository,
    repeat: Repeat,
) -> Result<Result<Pushed, Option<Replaced>>, String> {
    for attempt in 1..=ATTEMPTS {
        if let Some(pushed) = repository.push().map_err(words)? {
            return Ok(Ok(pushed));
        }
        thread::sleep(Duration::from_millis(50) * attempt);
        let replaced = on_top(context, repository, repeat).map_err(|why| format!("{why}\nhelp: {HELP}"))?;
        match repeat {
            Repeat::Anew => return Ok(Err(Some(replaced))),
            Repeat::OnTop => return Ok(Err(None)),
            Repeat::Push => {}
        }
    }
    Err(format!("others push all the time\nhelp: {HELP}"))
}

/// Brings the branch on top of what others pushed, with or without the newest commit. Where that fails nothing has changed.
fn on_top(context: &AuthoringContext, repository: &Repository, repeat: Repeat) -> Result<Replaced, String> {
    let id = |commit: &str| repository.id(commit).ok_or_else(|| format!("there is no commit `{commit}`"));
    let commit = id("HEAD")?;
    let ours = if repeat == Repeat::Anew { id("HEAD^")? } else { commit.clone() };
    let theirs = repository.fetch().map_err(words)?;
    let base = repository.rebased(&ours, &theirs).map_err(words)?;
    if base != theirs {
        let site = |commit: &str| clone::of(context, repository, commit).map_err(words);
        let after = site(&base)?;
        let problems = clone::new_errors(context, &site(&theirs)?, &after);
        if !problems.is_empty() {
            let _ = load::report(&problems, &after);
            return Err("on top of what others pushed, your commits would have these errors".to_owned());
        }
    }
    let stash = |error: Error| format!("{error}\nhelp: commit or stash your changes of these files");
    repository.move_to(&base).map_err(stash)?;
    Ok(Replaced { repository: repository.clone(), commit, base })
}

fn words(error: Error) -> String {
    error.to_string()
}

/// The open report with this key. Others may have pushed one, beside one of a commit that is not pushed: that is an error.
pub(in crate::cli) fn open_with_key(
    context: &AuthoringContext,
    key: Option<&str>,
    attempt: u32,
) -> Result<Option<Report>, Failure> {
    let Some(key) = key else { return Ok(None) };
    let mut open = find::with_key(context, key)?;
    open.retain(Report::awaits_end);
    match open.as_slice() {
        [a, b, ..] if attempt > 1 => {
            let message = format!("not pushed: `{}` and `{}` have the key `{key}`", a.slug, b.slug);
            Err(usage(&message, "others pushed one of them before; remove yours, then `git push`"))
        }
        _ => Ok(open.into_iter().next()),
    }
}
