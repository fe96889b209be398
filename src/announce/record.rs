//! The delivery record of an announcer: a line of JSON for each step, oldest first.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::render::Said;
use crate::time::Instant;

/// What became of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Readers had been told before the record began.
    Told,
    /// It is not announced, unless one insists.
    Skipped,
    /// Readers were told of it by an id that is gone. It is not announced, unless one insists.
    Changed,
    /// Its request is about to be sent.
    Sending,
    /// Its first request was answered; the second one is still to be sent.
    Begun,
    /// Its second request is about to be sent.
    Finishing,
    Posted,
    /// It was refused for certain; the next run tries again.
    Failed,
    /// Nobody knows whether it arrived.
    Unanswered,
    /// No update, but the age of the oldest one that counts.
    Oldest,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// RFC 3339.
    pub time: String,
    pub state: State,
    /// The update's id in `/updates.atom`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// When the update was made, RFC 3339.
    pub at: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Values of the first answer that the second request needs.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub answer: Map<String, Value>,
    /// When the service may be asked again, RFC 3339; empty: any time.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub until: String,
    /// The id that this one stands for from now on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub replaces: String,
}

impl Line {
    /// A step of an update.
    pub fn of(said: &Said, state: State, now: Instant) -> Self {
        Self {
            time: now.to_string(),
            state,
            id: said.id.clone(),
            at: said.at.to_string(),
            title: said.subject.clone(),
            answer: Map::new(),
            until: String::new(),
            replaces: String::new(),
        }
    }

    /// The line with its end.
    pub fn text(&self) -> String {
        let json = serde_json::to_string(self).expect("a line is plain data");
        format!("{json}\n")
    }
}

/// What is known of an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub state: State,
    pub at: Option<Instant>,
    pub title: String,
    pub answer: Map<String, Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// By id.
    pub entries: BTreeMap<String, Entry>,
    /// What is older was told before.
    pub oldest: Option<Instant>,
    /// The service asked to be left alone until then.
    pub busy_until: Option<Instant>,
}

impl Record {
    /// Reads a record; a last line without its end was never whole. The error names the first line that is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut record = Self::default();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        for (number, line) in whole.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let line = serde_json::from_str(line)
                .map_err(|_| format!("line {} is no line of a delivery record", number + 1))?;
            record.take(line);
        }
        Ok(record)
    }

    /// Notes a step.
    pub fn take(&mut self, line: Line) {
        let at = Instant::parse_rfc3339(&line.at);
        self.busy_until = match line.state {
            // Its pause is over.
            State::Sending | State::Finishing => None,
            _ => Instant::parse_rfc3339(&line.until).max(self.busy_until),
        };
        if line.state == State::Oldest {
            self.oldest = at;
            return;
        }
        self.entries.remove(&line.replaces);
        let Line { state, id, title, answer, .. } = line;
        let answer = match self.entries.get(&id) {
            Some(known) if answer.is_empty() => known.answer.clone(),
            _ => answer,
        };
        self.entries.insert(id, Entry { state, at, title, answer });
    }
}
