//! What a delivery changes: a new incident, and reports that go on.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::alert::body::{Alert, Delivery};
use crate::alert::course::{self, Event};
use crate::alert::episodes::{Episode, Sorted, sorted};
use crate::alert::fired::{self, Fired, KEY};
use crate::edit::report::{KindFields, NewReport, compose};
use crate::edit::update::{NewUpdate, append, section};
use crate::edit::{front, plain, spliced, words};
use crate::model::Component;
use crate::model::alerts::{AlertRules, Opening};
use crate::model::report::{Kind, Status};
use crate::model::state::State;
use crate::parse;
use crate::parse::draft::{ReportDraft, SiteDraft};
use crate::parse::keys::INCIDENT;
use crate::source::SourcePath;
use crate::time::{Instant, Zone};

/// The most characters of a title from elsewhere.
const LONGEST_TITLE: usize = 200;

/// The most characters of a message from elsewhere.
const LONGEST_MESSAGE: usize = 4_000;

/// What a delivery meets.
pub struct Incoming<'a> {
    pub site: &'a SiteDraft,
    pub components: &'a [Component],
    /// Of the content.
    pub language: &'a str,
    pub rules: &'a AlertRules,
    pub zone: Zone,
    pub now: Instant,
}

/// A report without errors that holds the group's key.
#[derive(Clone, Debug)]
pub struct KnownReport {
    pub draft: Arc<ReportDraft>,
    /// The time of the update that ended it.
    pub ended: Option<Instant>,
    /// The times of its first and last update.
    pub first: Option<Instant>,
    pub last: Option<Instant>,
}

/// What a delivery changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    pub edits: Vec<Edit>,
    /// Alerts that are left out because nothing says their component or state: what was said of both.
    pub unknown: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A new report; its file's name is made of title and beginning.
    New { title: String, began: Instant, text: String },
    /// The place of the report among those given, and its new text. `update` is what was added below the last word of others.
    Changed { place: usize, text: String, update: Option<NewUpdate> },
}

/// The key of a group's reports.
pub fn key(delivery: &Delivery) -> String {
    format!("{KEY}{}", delivery.group)
}

/// What a delivery changes in the reports of its group.
pub fn respond(incoming: &Incoming<'_>, reports: &[KnownReport], delivery: &Delivery) -> Response {
    let mut order: Vec<(usize, Episode)> =
        reports.iter().map(|report| episode(incoming, report)).enumerate().collect();
    order.sort_by_key(|(place, episode)| (episode.began, *place));
    let (places, episodes): (Vec<usize>, Vec<Episode>) = order.into_iter().unzip();
    let Sorted { changed, new, unknown } = sorted(&episodes, delivery, incoming.now);
    let mut changes = BTreeMap::new();
    for (at, fired) in changed {
        let (place, before) = (places[at], &episodes[at].fired);
        let change = incoming.changed(&reports[place], before, &fired, delivery);
        changes.extend(change.map(|(text, update)| (at, Edit::Changed { place, text, update })));
    }
    // A report that stays as it is keeps its alerts.
    let new = new.iter().filter(|it| it.split_from.is_none_or(|at| changes.contains_key(&at)));
    // New reports come first: their alerts stand nowhere else once the others are changed.
    let mut edits: Vec<Edit> = new.filter_map(|it| incoming.opened(&it.fired, delivery)).collect();
    edits.extend(changes.into_values());
    Response { edits, unknown }
}

fn episode(incoming: &Incoming<'_>, report: &KnownReport) -> Episode {
    let fired = fired::read(&report.draft, incoming.zone);
    let over =
        fired.iter().map(Fired::end).collect::<Option<Vec<_>>>().and_then(|ends| ends.into_iter().max());
    let began = fired.first().map(|it| it.from).or(report.first).unwrap_or(incoming.now);
    Episode { began, ended: report.ended.max(over), fired }
}

/// The parts of a report that a person may have changed without ending the tool's own course.
struct Head {
    title: String,
    message: String,
    draft: bool,
}

impl Incoming<'_> {
    fn opened(&self, fired: &[Fired], delivery: &Delivery) -> Option<Edit> {
        let began = fired.first()?.from;
        let said = |text: fn(&Alert) -> &Option<String>| {
            let mut alerts = delivery.alerts.iter().filter(|it| fired.iter().any(|fired| fired.id == it.id));
            alerts.find_map(|alert| text(alert).as_deref())
        };
        let redacted = |text: &str| crate::check::redacted(self.site, text);
        let title = said(|alert| &alert.title).map(|text| plain::line(&redacted(text), LONGEST_TITLE));
        let title = title.filter(|title| parse::line::line(title).is_ok());
        let message = said(|alert| &alert.message);
        let message = message.map(|text| plain::markdown(&plain::cut(&redacted(text), LONGEST_MESSAGE)));
        let head = Head {
            title: title.unwrap_or_else(|| self.usual_title(fired)),
            message: message.unwrap_or_else(|| self.words(Some(Status::Investigating), &[])),
            draft: self.rules.opening == Opening::Draft,
        };
        let text = self.written(&head, fired, &key(delivery));
        Some(Edit::New { title: head.title, began, text })
    }

    /// A report with more alerts. What the tool wrote alone is written anew; below what others wrote an update is added.
    fn changed(
        &self,
        report: &KnownReport,
        before: &[Fired],
        after: &[Fired],
        delivery: &Delivery,
    ) -> Option<(String, Option<NewUpdate>)> {
        let draft = &report.draft;
        if let Some(head) = self.untouched(draft, before, delivery) {
            let is_usual = head.title == self.usual_title(before);
            let title = if is_usual { self.usual_title(after) } else { head.title };
            let text = self.written(&Head { title, ..head }, after, &key(delivery));
            return Some((text, None));
        }
        if report.ended.is_some() {
            return None;
        }
        let update = self.update(report, before, after);
        let text = match &update {
            Some(update) => append(draft, update, self.zone),
            None => draft.text.to_string(),
        };
        Some((self.with_fired(&draft.path, &text, after), update))
    }

    /// The head of a report that has only what the tool wrote.
    fn untouched(&self, draft: &ReportDraft, fired: &[Fired], delivery: &Delivery) -> Option<Head> {
        let head = Head {
            title: draft.front.title.as_ref()?.value.clone(),
            message: draft.text.get(draft.updates.first()?.body.clone())?.trim().to_owned(),
            draft: draft.is_draft(),
        };
        let is_ours = !fired.is_empty() && self.written(&head, fired, &key(delivery)) == *draft.text;
        is_ours.then_some(head)
    }

    /// The whole report of an incident that alerts alone tell of.
    fn written(&self, head: &Head, fired: &[Fired], key: &str) -> String {
        let mut events = course::events(fired).into_iter();
        let Some(first) = events.next() else { return String::new() };
        let report = NewReport {
            title: head.title.clone(),
            components: first.states,
            update: NewUpdate {
                status: Some(Status::Investigating),
                at: first.at,
                states: Vec::new(),
                next_update: None,
                message: head.message.clone(),
            },
            kind_fields: KindFields::Incident { started: None, impact: None },
            after: None,
            keys: vec![key.to_owned()],
            draft: head.draft,
        };
        let text = compose(&report, None, self.zone);
        let text =
            events.fold(text, |text, event| format!("{text}\n{}", section(&self.said(event), self.zone)));
        self.with_fired(&SourcePath::new("content/incidents/x.md"), &text, fired)
    }

    fn said(&self, event: Event) -> NewUpdate {
        let status = event.is_over.then_some(self.rules.recovery);
        let states = if status == Some(Status::Resolved) { Vec::new() } else { event.states };
        let message = self.words(status, &states);
        NewUpdate { status, at: event.at, states, next_update: None, message }
    }

    /// What is new since the alerts before, below the last update; `None` when nothing is.
    fn update(&self, report: &KnownReport, before: &[Fired], after: &[Fired]) -> Option<NewUpdate> {
        let is_over = |fired: &[Fired]| fired.iter().all(|it| it.end().is_some());
        let states = course::difference(before, after);
        let is_over = is_over(after) && !is_over(before);
        if states.is_empty() && !is_over {
            return None;
        }
        let at = report.last.map_or(self.now, |last| self.now.max(last));
        Some(self.said(Event { at, states, is_over }))
    }

    fn with_fired(&self, path: &SourcePath, text: &str, fired: &[Fired]) -> String {
        let draft = parse::report(path, text.as_bytes(), Kind::Incident).expect("a string is UTF-8");
        let span = draft.front_span;
        let value = fired::toml(fired, self.zone);
        let value = if text.contains("\r\n") { value.replace('\n', "\r\n") } else { value };
        spliced(text, span.clone(), &front::set(&text[span], INCIDENT, "fired", &value))
    }

    /// `API, Web app: major outage`: the components at the beginning, and the worst state.
    fn usual_title(&self, fired: &[Fired]) -> String {
        let first = course::events(fired).into_iter().next().map(|event| event.states).unwrap_or_default();
        let names: Vec<&str> = first.iter().map(|(id, _)| self.name(id)).collect();
        let worst = first.iter().map(|(_, state)| *state).max().filter(|_| words::are_known(self.language));
        let worst = worst.map(|state| format!(": {}", state.as_str().replace('_', " ")));
        format!("{}{}", names.join(", "), worst.unwrap_or_default())
    }

    fn name<'n>(&'n self, id: &'n str) -> &'n str {
        self.components.iter().find(|it| it.id == id).map_or(id, |it| it.name.as_str())
    }

    fn words(&self, status: Option<Status>, states: &[(String, State)]) -> String {
        words::of_update(self.language, self.components, status, states)
    }
}
