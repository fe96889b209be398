//! The updates of an issue from its messages: typed where their times are certain, text of the next update where not.

use crate::import::cstate::label::Role;
use crate::import::cstate::messages::Message;
use crate::import::cstate::shortcodes;
use crate::import::history::{Postmortem, Update};
use crate::import::moment;
use crate::model::report::{Kind, Status};
use crate::time::{Instant, Zone};

/// When the issue began and, if it is over, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) kind: Kind,
    pub(super) from: Instant,
    pub(super) to: Option<Instant>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Course {
    pub(super) updates: Vec<Update>,
    pub(super) postmortem: Option<Postmortem>,
    /// Labels of messages without a certain time.
    pub(super) undated: Vec<String>,
    /// Messages that say it was over before it began, with their times.
    pub(super) early: Vec<String>,
}

struct Dated {
    role: Option<Role>,
    at: Instant,
    body: String,
}

pub(super) fn course(messages: Vec<Message>, span: Span, zone: Zone) -> Course {
    let mut course = Course::default();
    let is_postmortem = |message: &Message| message.role == Some(Role::Postmortem);
    let (postmortems, messages): (Vec<Message>, Vec<Message>) = messages.into_iter().partition(is_postmortem);
    let mut dated = dated(messages, span, zone, &mut course);
    for message in postmortems {
        let at = message.time.as_deref().and_then(|time| instant(time, zone, span.from));
        let body = shortcodes::spelled(&message.body);
        course.postmortem = Some(match course.postmortem.take() {
            Some(first) => Postmortem { body: format!("{}\n\n{body}", first.body), ..first },
            None => {
                Postmortem { at: at.filter(|at| span.to.is_none_or(|to| *at >= to)), is_draft: false, body }
            }
        });
    }
    course.postmortem.take_if(|postmortem| postmortem.body.is_empty());
    finish(&mut dated, span);
    course.updates = typed(dated, span.kind);
    course
}

/// The end that a message says with its time; none before the beginning.
pub(super) fn said_end(messages: &[Message], from: Instant, zone: Zone) -> Option<Instant> {
    let last = messages.iter().filter(|message| message.role == Some(Role::Final));
    last.filter_map(|message| instant(message.time.as_deref()?, zone, from)).find(|at| *at >= from)
}

fn instant(text: &str, zone: Zone, before: Instant) -> Option<Instant> {
    moment::whole(text, zone)?.instant(zone, Some(zone.day_of(before))).ok()
}

/// The messages with certain times; text of the others goes to the next, or at the end to a last one.
fn dated(messages: Vec<Message>, span: Span, zone: Zone, course: &mut Course) -> Vec<Dated> {
    let mut dated: Vec<Dated> = Vec::new();
    let mut waiting = String::new();
    let count = messages.len();
    for (number, message) in messages.into_iter().enumerate() {
        let before = dated.last().map(|last| last.at);
        let is_last = number + 1 == count;
        let written =
            message.time.as_deref().and_then(|time| instant(time, zone, before.unwrap_or(span.from)));
        let is_early = written.is_some_and(|at| message.role == Some(Role::Final) && at < span.from);
        let written = written.filter(|_| !is_early);
        if is_early {
            course.early.push(format!(
                "“{}”, {}",
                message.label,
                message.time.as_deref().unwrap_or_default()
            ));
        }
        let implied = match message.role {
            Some(Role::Final) if is_early => span.to.filter(|_| is_last).or(Some(span.from)),
            _ if number == 0 => Some(span.from),
            Some(Role::Final) if is_last => span.to,
            _ => None,
        };
        let at = written.or(implied).filter(|at| before.is_none_or(|before| before <= *at));
        let body = match (written, &message.time) {
            (None, Some(time)) => format!("({time}) {}", shortcodes::spelled(&message.body)),
            _ => shortcodes::spelled(&message.body),
        };
        match at {
            Some(at) => {
                let body = joined(&std::mem::take(&mut waiting), &body);
                dated.push(Dated { role: message.role, at, body });
            }
            None => {
                let mark =
                    if message.label.is_empty() { String::new() } else { format!("**{}**", message.label) };
                course.undated.push(if message.label.is_empty() {
                    "text without a label".to_owned()
                } else {
                    message.label
                });
                waiting = joined(&waiting, &joined(&mark, &body));
            }
        }
    }
    // A postmortem alone says nothing of the incident's course.
    if !waiting.is_empty() || dated.is_empty() {
        last_words(&mut dated, &waiting, span);
    }
    dated
}

/// Text without a time after the last message with one: the end says it, else that message.
fn last_words(dated: &mut Vec<Dated>, waiting: &str, span: Span) {
    let end = span.to.filter(|to| dated.last().is_none_or(|last| last.at < *to));
    match (end, dated.last_mut()) {
        (Some(at), _) => dated.push(Dated { role: Some(Role::Final), at, body: waiting.to_owned() }),
        (None, Some(last)) => last.body = joined(&last.body, waiting),
        (None, None) => dated.push(Dated { role: None, at: span.from, body: waiting.to_owned() }),
    }
}

fn joined(first: &str, second: &str) -> String {
    let gap = if first.is_empty() || second.is_empty() { "" } else { "\n\n" };
    format!("{first}{gap}{second}")
}

/// Lets the updates of what is over end with a message that says so.
fn finish(dated: &mut Vec<Dated>, span: Span) {
    let Some(to) = span.to else { return };
    if dated.iter().any(|message| message.role == Some(Role::Final)) {
        return;
    }
    match dated.last_mut() {
        Some(last) if last.at >= to && span.from < to => last.role = Some(Role::Final),
        _ if span.kind == Kind::Incident => {
            let at = dated.last().map_or(to, |last| last.at.max(to));
            dated.push(Dated { role: Some(Role::Final), at, body: String::new() });
        }
        // A maintenance ends by itself.
        _ => {}
    }
}

fn typed(dated: Vec<Dated>, kind: Kind) -> Vec<Update> {
    let mut before: Option<Status> = None;
    let mut updates = Vec::new();
    for message in dated {
        let status = status(message.role, kind).or((before.is_none()).then_some(match kind {
            Kind::Incident => Status::Investigating,
            Kind::Maintenance => Status::Scheduled,
        }));
        let is_over = before.is_some_and(Status::is_final);
        let shown = status.filter(|status| Some(*status) != before && !is_over);
        before = shown.or(before);
        updates.push(Update {
            id: None,
            status: shown,
            at: message.at,
            states: Vec::new(),
            body: message.body,
        });
    }
    updates
}

/// The status of a role; `None` keeps the one before.
fn status(role: Option<Role>, kind: Kind) -> Option<Status> {
    match (role?, kind) {
        (Role::Initial | Role::Investigating, Kind::Incident) => Some(Status::Investigating),
        (Role::Initial, Kind::Maintenance) => Some(Status::Scheduled),
        (Role::Identified, Kind::Incident) => Some(Status::Identified),
        (Role::Monitoring, Kind::Incident) => Some(Status::Monitoring),
        (Role::InProgress, Kind::Maintenance) => Some(Status::InProgress),
        (Role::Monitoring, Kind::Maintenance) => Some(Status::Verifying),
        (Role::Final, Kind::Incident) => Some(Status::Resolved),
        (Role::Final, Kind::Maintenance) => Some(Status::Completed),
        (Role::Update | Role::Postmortem, _)
        | (Role::InProgress, Kind::Incident)
        | (Role::Investigating | Role::Identified, Kind::Maintenance) => None,
    }
}
