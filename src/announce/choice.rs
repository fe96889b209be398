//! Chooses the updates to announce.

use std::collections::{BTreeMap, BTreeSet};

use crate::announce::feed::Feed;
use crate::announce::record::{Entry, Line, Record, State};
use crate::render::Said;
use crate::time::Instant;

/// How many updates are announced without being asked for.
pub const MOST_AT_ONCE: usize = 10;

/// How late the beginning and the end of a maintenance may be announced.
const LATEST_TRANSITION_SECS: i64 = 3_600;

/// A report of which nobody was told is history when its last word is older.
const HISTORY_SECS: i64 = 86_400;

/// An update and a known one with the same title are the same when their times differ by no more.
const SAME_SECS: i64 = 86_400;

/// What readers were told.
pub enum Baseline {
    /// The announcer's own record.
    Record(Record),
    /// The feed that is deployed; no record yet.
    Feed(Feed),
    /// What another record says; no record of its own yet.
    Other(Record),
    /// Nothing is deployed yet.
    Nothing,
}

/// What to do about updates.
#[derive(Clone, Debug, Default)]
pub struct Choice<'s> {
    /// The steps to note before anything is sent.
    pub lines: Vec<Line>,
    /// To be announced, oldest first.
    pub send: Vec<&'s Said>,
    /// The first request was answered, the second is to follow.
    pub finish: Vec<&'s Said>,
    /// Sent by a run that was interrupted before the answer: nobody knows whether they arrived.
    pub unanswered: Vec<&'s Said>,
    /// Not announced, and why.
    pub skipped: Vec<(&'s Said, &'static str)>,
    pub known: Record,
}

/// Whether to announce what would be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    LeaveOut,
    Insist,
}

/// Chooses from all that can be said, oldest first.
pub fn choose<'s>(baseline: Baseline, said: &'s [Said], now: Instant, known: Known) -> Choice<'s> {
    let (is_first, has_record) =
        (matches!(baseline, Baseline::Nothing), matches!(baseline, Baseline::Record(_)));
    let mut choice = Choice::default();
    match baseline {
        Baseline::Record(record) => choice.known = record,
        Baseline::Other(record) => choice.seed_record(&record, now),
        Baseline::Feed(feed) => choice.seed(&feed, now),
        Baseline::Nothing => choice.seed(&Feed::default(), now),
    }
    let view = View { said, now, insists: known == Known::Insist, is_first, has_record };
    let changed = view.changed_ids(&choice.known);
    for it in said {
        if let Some(old) = changed.get(it.id.as_str()) {
            choice.note(Line { replaces: old.clone(), ..Line::of(it, State::Changed, now) });
            choice.skipped.extend((!view.insists).then_some((it, CHANGED)));
        }
        choice.take(&view, it);
    }
    choice
}

struct View<'s> {
    said: &'s [Said],
    now: Instant,
    insists: bool,
    is_first: bool,
    has_record: bool,
}

/// What is to become of an update.
enum Verdict {
    Send,
    Told,
    Skip(&'static str),
}

impl<'s> Choice<'s> {
    /// Whether anything is to be sent.
    pub fn has_requests(&self) -> bool {
        !self.send.is_empty() || !self.finish.is_empty()
    }

    fn note(&mut self, line: Line) {
        self.known.take(line.clone());
        self.lines.push(line);
    }

    /// Begins a record with what a feed told. A record of a feed without entries is not empty: it is there.
    fn seed(&mut self, feed: &Feed, now: Instant) {
        let oldest = feed.oldest().unwrap_or(Instant::from_epoch_secs(0));
        self.note(seeded(State::Oldest, ("", ""), Some(oldest), now));
        for entry in feed.entries.iter().rev() {
            self.note(seeded(State::Told, (&entry.id, &entry.title), Some(entry.at), now));
        }
    }

    /// Begins a record with what another one says that was told.
    fn seed_record(&mut self, record: &Record, now: Instant) {
        let told = record.entries.iter().filter(|(_, entry)| entry.state != State::Skipped);
        if record.oldest.is_some() {
            self.note(seeded(State::Oldest, ("", ""), record.oldest, now));
        }
        for (id, entry) in told {
            self.note(seeded(State::Told, (id, &entry.title), entry.at, now));
        }
    }

    fn take(&mut self, view: &View<'s>, said: &'s Said) {
        let known = self.known.entries.get(&said.id).map(|entry| entry.state);
        match known {
            Some(State::Told | State::Posted | State::Unanswered | State::Oldest) => {}
            Some(State::Begun) => self.finish.push(said),
            Some(State::Sending | State::Finishing) => {
                self.unanswered.push(said);
                self.note(Line::of(said, State::Unanswered, view.now));
            }
            Some(State::Skipped | State::Changed) if !view.insists || said.is_transition => {}
            Some(State::Skipped | State::Changed) => self.send.push(said),
            Some(State::Failed) if !view.is_late(said) => self.send.push(said),
            Some(State::Failed) => self.skip(said, LATE, view.now),
            None => match view.verdict(said, &self.known) {
                Verdict::Send => self.send.push(said),
                Verdict::Told => self.note(Line::of(said, State::Told, view.now)),
                Verdict::Skip(why) => self.skip(said, why, view.now),
            },
        }
    }

    fn skip(&mut self, said: &'s Said, why: &'static str, now: Instant) {
        self.note(Line::of(said, State::Skipped, now));
        self.skipped.push((said, why));
    }
}

/// A line of a record that begins with what was told elsewhere.
fn seeded(state: State, (id, title): (&str, &str), at: Option<Instant>, now: Instant) -> Line {
    Line {
        time: now.to_string(),
        state,
        id: id.to_owned(),
        at: at.unwrap_or(now).to_string(),
        title: title.to_owned(),
        answer: serde_json::Map::new(),
        until: String::new(),
        replaces: String::new(),
    }
}

const LATE: &str = "it began or ended more than an hour ago";

const CHANGED: &str = "an announced update with the same title or time is gone, and it stands for that one";

impl View<'_> {
    fn is_late(&self, said: &Said) -> bool {
        said.is_transition && self.now.secs_since(said.at) > LATEST_TRANSITION_SECS
    }

    /// Of an update that no record knows.
    fn verdict(&self, said: &Said, known: &Record) -> Verdict {
        if said.is_transition {
            return match (self.has_record, self.is_late(said)) {
                (_, true) => Verdict::Skip(LATE),
                (false, _) => Verdict::Skip("no record says whether it was announced"),
                (true, false) => Verdict::Send,
            };
        }
        // Feeds are capped: it was in an earlier one.
        if known.oldest.is_some_and(|oldest| said.at < oldest) {
            return Verdict::Told;
        }
        if self.insists {
            Verdict::Send
        } else if self.is_first {
            Verdict::Skip("it is the first publish")
        } else if self.is_history(said, known) {
            Verdict::Skip("its report is imported or long over")
        } else {
            Verdict::Send
        }
    }

    /// Whether a report of which nobody was told came from elsewhere, or had its last word long ago.
    fn is_history(&self, said: &Said, known: &Record) -> bool {
        let of_report = || self.said.iter().filter(move |it| it.report == said.report && !it.is_transition);
        let is_told = |it: &Said| {
            let state = known.entries.get(&it.id).map(|entry| entry.state);
            state.is_some_and(|state| state != State::Skipped)
        };
        let last = of_report().map(|it| it.at).max().unwrap_or(said.at);
        let is_old = self.now.secs_since(last) > HISTORY_SECS;
        !of_report().any(is_told) && (is_old || of_report().any(|it| it.is_imported))
    }

    /// The ids that stand for announced ones that are gone, with those: the same title or time, once each.
    fn changed_ids(&self, known: &Record) -> BTreeMap<&str, String> {
        let ids: BTreeSet<&str> = self.said.iter().map(|it| it.id.as_str()).collect();
        let is_told = |state: State| !matches!(state, State::Skipped | State::Failed);
        let mut gone: Vec<(&String, &Entry)> = known
            .entries
            .iter()
            .filter(|(id, entry)| is_told(entry.state) && !ids.contains(id.as_str()))
            .collect();
        let mut changed = BTreeMap::new();
        let unknown = self.said.iter().filter(|it| !known.entries.contains_key(&it.id) && !it.is_transition);
        for said in unknown {
            let is_same = |(_, entry): &(&String, &Entry)| {
                entry.at.is_some_and(|at| {
                    at == said.at || entry.title == said.subject && at.secs_since(said.at).abs() <= SAME_SECS
                })
            };
            if let Some(place) = gone.iter().position(is_same) {
                changed.insert(said.id.as_str(), gone.remove(place).0.clone());
            }
        }
        changed
    }
}
