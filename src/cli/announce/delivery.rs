//! Sends what was chosen, a step at a time, each noted in the record before and after.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::announce::{
    Choice, Line, Message, Outgoing, PostError, State, answer_values, follow_up, has_follow_up, message,
    publication,
};
use crate::cli::clock;
use crate::cli::failure::Failure;
use crate::cli::output::print_json;
use crate::edge::announce::{Posted, RecordFile, post};
use crate::edge::http::Request;
use crate::model::announcer::{Announcer, Service};
use crate::render::Said;
use crate::time::Instant;

/// The longest pause that a service is granted: a day.
const LONGEST_PAUSE_SECS: u64 = 86_400;

/// The announcements of one announcer.
pub(super) struct Delivery<'a> {
    pub(super) message: Message<'a>,
    pub(super) file: RecordFile,
    pub(super) now: Instant,
}

/// What became of an update.
enum Outcome {
    Done,
    /// It is tried again by the next run, before anything newer.
    Later(String),
    /// Nobody knows whether it arrived.
    Unknown(String),
}

impl Delivery<'_> {
    pub(super) fn run(mut self, choice: &Choice<'_>) -> Result<(), Failure> {
        if let Some(until) =
            choice.known.busy_until.filter(|until| *until > self.now && choice.has_requests())
        {
            return Err(Failure::World(format!(
                "the service asks to wait until {until}\nhelp: a later run goes on"
            )));
        }
        if let Service::WebSub { hub } = &self.message.announcer.service {
            return self.publish(hub, choice);
        }
        let mut all: Vec<&Said> = choice.finish.iter().chain(&choice.send).copied().collect();
        all.sort_by_key(|said| said.at);
        let (mut sent, mut unknown) = (0, 0);
        for said in all {
            let begun = choice.finish.iter().any(|it| it.id == said.id);
            let answer = begun.then(|| choice.known.entries[&said.id].answer.clone());
            match self.tell(said, answer)? {
                Outcome::Done => sent += 1,
                Outcome::Unknown(why) => {
                    say!(
                        "`{}`: not known whether it arrived, and not sent again: {} ({}): {why}",
                        self.message.announcer.name,
                        said.subject,
                        said.id
                    );
                    unknown += 1;
                }
                Outcome::Later(why) => {
                    self.say_sent(sent);
                    return Err(Failure::World(format!(
                        "{}: {why}\nhelp: the next run tries it again",
                        said.subject
                    )));
                }
            }
        }
        self.say_sent(sent);
        match unknown {
            0 => Ok(()),
            1 => Err(Failure::World("1 update was not answered".to_owned())),
            _ => Err(Failure::World(format!("{unknown} updates were not answered"))),
        }
    }

    fn say_sent(&self, sent: usize) {
        let updates = if sent == 1 { "update" } else { "updates" };
        say!("`{}`: {sent} {updates} announced", self.message.announcer.name);
    }

    /// Tells of one update. `answer` holds the values of the first answer where the first request is done.
    fn tell(&mut self, said: &Said, answer: Option<Map<String, Value>>) -> Result<Outcome, Failure> {
        let answer = match answer {
            Some(answer) => answer,
            None => {
                let first = message(&self.message, said).map_err(|why| failure(&why))?;
                let values = match self.send(said, State::Sending, &first)? {
                    Ok(body) => answer_values(self.message.announcer, &body),
                    Err(outcome) => return Ok(outcome),
                };
                if !has_follow_up(self.message.announcer) {
                    self.step(said, State::Posted)?;
                    return Ok(Outcome::Done);
                }
                // An answer without the values leaves what it began to a person.
                let values = match values {
                    Ok(values) => values,
                    Err(why) => {
                        self.step(said, State::Unanswered)?;
                        return Ok(Outcome::Unknown(why.to_string()));
                    }
                };
                self.note(&[Line { answer: values.clone(), ..Line::of(said, State::Begun, self.now) }])?;
                values
            }
        };
        let Some(second) = follow_up(&self.message, said, &answer).map_err(|why| failure(&why))? else {
            self.step(said, State::Posted)?;
            return Ok(Outcome::Done);
        };
        match self.send(said, State::Finishing, &second)? {
            Ok(_) => {
                self.step(said, State::Posted)?;
                Ok(Outcome::Done)
            }
            Err(outcome) => Ok(outcome),
        }
    }

    /// Sends a request between two steps of the record; the body of the answer.
    fn send(
        &mut self,
        said: &Said,
        intent: State,
        outgoing: &Outgoing,
    ) -> Result<Result<Vec<u8>, Outcome>, Failure> {
        let unsent = if intent == State::Sending { State::Failed } else { State::Begun };
        self.intend(said, intent, unsent)?;
        // A run that is killed while it waits has sent nothing.
        let wait = |pause: Duration| {
            self.note(&[Line { until: self.until(pause), ..Line::of(said, unsent, self.now) }])?;
            self.wait(pause);
            self.intend(said, intent, unsent)
        };
        Ok(match sent(outgoing, wait)? {
            Posted::Answered(body) => Ok(body),
            Posted::Refused(why) => {
                self.step(said, unsent)?;
                Err(Outcome::Later(why))
            }
            Posted::Busy(pause) => {
                let until = self.until(pause);
                self.note(&[Line { until: until.clone(), ..Line::of(said, unsent, self.now) }])?;
                Err(Outcome::Later(format!("the service asks to wait until {until}")))
            }
            Posted::Unanswered(why) => {
                self.step(said, State::Unanswered)?;
                Err(Outcome::Unknown(why))
            }
        })
    }

    /// Notes that a request is about to be sent.
    fn intend(&mut self, said: &Said, intent: State, unsent: State) -> Result<(), Failure> {
        self.step(said, intent).inspect_err(|_| {
            // It may stand in the file, though it could not be pushed. A second failure says nothing new.
            self.step(said, unsent).ok();
        })
    }

    /// Tells a hub once of all that is new. It does no harm to tell it again, so that an answer that did not come is a failure.
    fn publish(mut self, hub: &str, choice: &Choice<'_>) -> Result<(), Failure> {
        let all: Vec<&Said> = choice.send.iter().chain(&choice.unanswered).copied().collect();
        if all.is_empty() {
            return Ok(());
        }
        let outgoing = publication(hub, &all).map_err(|why| failure(&why))?;
        let wait = |pause: Duration| {
            self.wait(pause);
            Ok(())
        };
        let (state, until, why) = match sent(&outgoing, wait)? {
            Posted::Answered(_) => (State::Posted, String::new(), None),
            Posted::Refused(why) | Posted::Unanswered(why) => (State::Failed, String::new(), Some(why)),
            Posted::Busy(pause) => {
                let until = self.until(pause);
                (State::Failed, until.clone(), Some(format!("it asks to wait until {until}")))
            }
        };
        let line = |said: &&Said| Line { until: until.clone(), ..Line::of(said, state, self.now) };
        self.note(&all.iter().map(line).collect::<Vec<_>>())?;
        if let Some(why) = why {
            return Err(Failure::World(format!("the hub: {why}\nhelp: the next run tells it again")));
        }
        say!("`{}`: the hub was told of {} updates", self.message.announcer.name, all.len());
        Ok(())
    }

    fn wait(&mut self, pause: Duration) {
        say!("waiting {} s: the service is busy", pause.as_secs().max(1));
        clock::pause(pause);
        self.now = self.now.plus_secs(pause.as_secs().cast_signed());
    }

    /// The end of a pause that begins now, RFC 3339.
    fn until(&self, pause: Duration) -> String {
        self.now.plus_secs(pause.as_secs().min(LONGEST_PAUSE_SECS).cast_signed()).to_string()
    }

    fn step(&mut self, said: &Said, state: State) -> Result<(), Failure> {
        self.note(&[Line::of(said, state, self.now)])
    }

    fn note(&mut self, lines: &[Line]) -> Result<(), Failure> {
        self.file.append(&lines.iter().map(Line::text).collect::<String>()).map_err(Failure::world)
    }
}

fn failure(why: &PostError) -> Failure {
    Failure::World(why.to_string())
}

fn sent(outgoing: &Outgoing, wait: impl FnMut(Duration) -> Result<(), Failure>) -> Result<Posted, Failure> {
    let headers: Vec<(&str, &str)> =
        outgoing.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let request = Request {
        method: &outgoing.method,
        address: &outgoing.url,
        headers: &headers,
        body: Some(&outgoing.body),
    };
    post(&request, wait)
}

/// Prints the requests that would be sent, as JSON. Secrets are not read: their variables' names stand for them.
pub(super) fn show(announcer: &Announcer, site: &str, choice: &Choice<'_>) -> Result<(), Failure> {
    let env = |name: &str| Some(format!("https://{name}"));
    let shown = Message { announcer, site, env: &env };
    let mut all = Vec::new();
    for said in &choice.send {
        let outgoing = message(&shown, said).map_err(|why| Failure::World(why.to_string()))?;
        let text = String::from_utf8_lossy(&outgoing.body).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        all.push(serde_json::json!({
            "announcer": announcer.name, "id": said.id, "at": said.at.to_string(), "update": said.subject,
            "method": outgoing.method, "body": body,
        }));
    }
    all.iter().try_for_each(print_json)
}
