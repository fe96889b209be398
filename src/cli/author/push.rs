//! Pushes with retries. When the remote has new commits, the command runs again on top of them, so that its checks and edits
//! take those commits into account.

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

/// How to go on when others have pushed before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RetryMode {
    /// Run the command again without its commit.
    Anew,
    /// Run it again on top of all commits.
    OnTop,
    /// Push all commits again, on top of theirs.
    Push,
}

/// The command's own commit, removed from the branch because the command runs again.
pub(in crate::cli) struct WithdrawnCommit {
    repository: Repository,
    commit: String,
    /// The commit that the branch is at instead.
    base: String,
}

/// How an attempt to carry out a command ended.
pub(in crate::cli) enum AttemptOutcome {
    Done,
    /// Others pushed before: the folder is at their commits, and the command is to run again.
    Overtaken(Option<WithdrawnCommit>),
}

/// Runs a command, again after each rejected push. When a retry fails, the commit that was removed last is restored.
pub(in crate::cli) fn repeated(
    attempt: impl Fn(u32) -> Result<AttemptOutcome, Failure>,
) -> Result<(), Failure> {
    let mut last = None;
    for number in 1..=ATTEMPTS {
        match attempt(number) {
            Ok(AttemptOutcome::Done) => return Ok(()),
            Ok(AttemptOutcome::Overtaken(replaced)) => last = replaced.or(last),
            Err(failure) => return Err(restore_commit(last, failure)),
        }
    }
    Err(restore_commit(last, Failure::World("not pushed: others push all the time".to_owned())))
}

fn restore_commit(replaced: Option<WithdrawnCommit>, failure: Failure) -> Failure {
    let is_back = |it: &WithdrawnCommit| {
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

/// Pushes. When the remote has new commits, rebases onto them and continues as `repeat` says. The inner `Err` is
/// for a command that is to run again.
pub(super) fn push(
    context: &AuthoringContext,
    repository: &Repository,
    repeat: RetryMode,
) -> Result<Result<Pushed, Option<WithdrawnCommit>>, String> {
    for attempt in 1..=ATTEMPTS {
        if let Some(pushed) = repository.push().map_err(error_text)? {
            return Ok(Ok(pushed));
        }
        thread::sleep(Duration::from_millis(50) * attempt);
        let replaced =
            rebase_onto_remote(context, repository, repeat).map_err(|why| format!("{why}\nhelp: {HELP}"))?;
        match repeat {
            RetryMode::Anew => return Ok(Err(Some(replaced))),
            RetryMode::OnTop => return Ok(Err(None)),
            RetryMode::Push => {}
        }
    }
    Err(format!("others push all the time\nhelp: {HELP}"))
}

/// Rebases the branch onto the remote's commits, with or without the newest local commit. On failure nothing has changed.
fn rebase_onto_remote(
    context: &AuthoringContext,
    repository: &Repository,
    repeat: RetryMode,
) -> Result<WithdrawnCommit, String> {
    let id = |commit: &str| repository.id(commit).ok_or_else(|| format!("there is no commit `{commit}`"));
    let commit = id("HEAD")?;
    let ours = if repeat == RetryMode::Anew { id("HEAD^")? } else { commit.clone() };
    let theirs = repository.fetch().map_err(error_text)?;
    let base = repository.rebased(&ours, &theirs).map_err(error_text)?;
    if base != theirs {
        let site = |commit: &str| clone::of(context, repository, commit).map_err(error_text);
        let after = site(&base)?;
        let problems = clone::new_errors(context, &site(&theirs)?, &after);
        if !problems.is_empty() {
            let _ = load::report(&problems, &after);
            return Err("on top of what others pushed, your commits would have these errors".to_owned());
        }
    }
    let stash = |error: Error| format!("{error}\nhelp: commit or stash your changes of these files");
    repository.move_to(&base).map_err(stash)?;
    Ok(WithdrawnCommit { repository: repository.clone(), commit, base })
}

fn error_text(error: Error) -> String {
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
