//! Writes new reports, with or without a site's template.

use crate::edit::front;
use crate::edit::update::{self, NewUpdate};
use crate::edit::written;
use crate::model::report::{Impact, Kind};
use crate::model::state::State;
use crate::parse::keys;
use crate::time::{Instant, Zone};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReport {
    pub title: String,
    pub components: Vec<(String, State)>,
    pub update: NewUpdate,
    pub kind_fields: KindFields,
    /// The slug of the report that this one is a relapse of.
    pub after: Option<String>,
    pub keys: Vec<String>,
    pub draft: bool,
}

/// The fields that only one kind of report has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindFields {
    Incident {
        /// When it really began; `None`: at its first update.
        started: Option<Instant>,
        /// `None`: derived.
        impact: Option<Impact>,
    },
    Maintenance {
        from: Instant,
        to: Instant,
        automatic: bool,
    },
}

impl NewReport {
    pub fn kind(&self) -> Kind {
        match self.kind_fields {
            KindFields::Incident { .. } => Kind::Incident,
            KindFields::Maintenance { .. } => Kind::Maintenance,
        }
    }
}

/// A template for new reports. Its keys are kept unless the new report sets them; its text is the default message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template<'a> {
    /// Valid TOML; every line ends with a line end.
    pub front: &'a str,
    pub message: &'a str,
}

/// Parses a template in the form of a report; the error says what is wrong with its front matter.
pub fn template(text: &str) -> Result<Template<'_>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (front, message) =
        parts(text).ok_or("it does not begin with front matter between two lines `+++`")?;
    front::validate(front)?;
    Ok(Template { front, message: message.trim() })
}

/// The text between two lines `+++`, and the text below.
fn parts(text: &str) -> Option<(&str, &str)> {
    let mut fences = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == "+++" && fences.len() < 2 {
            fences.push(start..start + line.len());
        } else if fences.is_empty() && !line.trim().is_empty() {
            return None;
        }
        start += line.len();
    }
    let [first, second] = fences.try_into().ok()?;
    Some((&text[first.end..second.start], &text[second.end..]))
}

pub fn compose(report: &NewReport, template: Option<Template<'_>>, zone: Zone) -> String {
    let template = template.unwrap_or(Template { front: "", message: "" });
    let end = front::line_end(template.front);
    let front = front_matter(report, template.front, zone);
    let mut new_update = report.update.clone();
    if new_update.message.trim().is_empty() {
        template.message.clone_into(&mut new_update.message);
    }
    let section = update::section(&new_update, zone).replace('\n', end);
    format!("+++{end}{front}+++{end}{end}{section}")
}

fn front_matter(report: &NewReport, start: &str, zone: Zone) -> String {
    let table = keys::front_matter(report.kind());
    let text = |text: &str| Some(front::text(text));
    let time = |at: Instant| written::time(at, zone);
    let mut front =
        front::set_all(start, table, [("title", text(&report.title)), ("components", components(report))]);
    front = match report.kind_fields {
        KindFields::Incident { started, impact } => front::set_all(
            &front,
            table,
            [("started", started.map(time)), ("impact", impact.and_then(|impact| text(impact.as_str())))],
        ),
        KindFields::Maintenance { from, to, automatic } => front::set_all(
            &front,
            table,
            [
                ("from", Some(time(from))),
                ("to", Some(time(to))),
                ("automatic", (!automatic).then(|| "false".to_owned())),
            ],
        ),
    };
    front = front::set_all(&front, table, [("after", report.after.as_deref().and_then(text))]);
    for key in &report.keys {
        front = front::push(&front, table, "keys", key);
    }
    front::set_all(&front, table, [("draft", report.draft.then(|| "true".to_owned()))])
}

fn components(report: &NewReport) -> Option<String> {
    let components = &report.components;
    let is_list = report.kind() == Kind::Maintenance
        && components.iter().all(|(_, state)| *state == State::UnderMaintenance);
    let states = || components.iter().map(|(id, state)| (id.clone(), state.to_string()));
    (!components.is_empty()).then(|| match is_list {
        true => front::texts(components.iter().map(|(id, _)| id)),
        false => front::table(states()),
    })
}

/// The message of a maintenance that is announced after it began; `at` is the time of the update.
pub fn late_announcement(to: Instant, at: Instant) -> &'static str {
    if at < to { "We are doing maintenance." } else { "We did maintenance." }
}

#[cfg(test)]
mod tests {
    use super::{Impact, KindFields, NewReport, Template, compose, template};
    use crate::edit::update::NewUpdate;
    use crate::model::report::Status;
    use crate::model::state::State;
    use crate::time::{Instant, Zone};

    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(text).unwrap()
    }

    fn new() -> NewReport {
        let new_update = NewUpdate {
            status: Some(Status::Investigating),
            at: at("2024-04-16T16:03:00Z"),
            states: Vec::new(),
            next_update: Some(at("2024-04-16T16:30:00Z")),
            message: "We are looking\ninto it.".to_owned(),
        };
        NewReport {
            title: "Donations \"fail\"".to_owned(),
            components: vec![
                ("giving".to_owned(), State::PartialOutage),
                ("api".to_owned(), State::MajorOutage),
            ],
            update: new_update,
            kind_fields: KindFields::Incident {
                started: Some(at("2024-04-16T15:20:00Z")),
                impact: Some(Impact::Minor),
            },
            after: Some("2024-04-10-slow".to_owned()),
            keys: vec!["alert-1".to_owned()],
            draft: true,
        }
    }

    #[track_caller]
    fn check(report: &NewReport, template: Option<Template<'_>>, expected: &str) {
        assert_eq!(compose(report, template, Zone::parse("America/Edmonton").unwrap()), expected);
    }

    #[test]
    fn an_incident_is_written_with_all_that_is_known() {
        check(
            &new(),
            None,
            "+++\n\
             title = 'Donations \"fail\"'\n\
             components = { giving = \"partial_outage\", api = \"major_outage\" }\n\
             started = 2024-04-16 09:20:00-06:00\n\
             impact = \"minor\"\n\
             after = \"2024-04-10-slow\"\n\
             keys = [\"alert-1\"]\n\
             draft = true\n\
             +++\n\
             \n\
             ## Investigating, 2024-04-16 10:03:00-06:00\n\
             next_update: 2024-04-16 10:30:00-06:00\n\
             \n\
             We are looking\n\
             into it.\n",
        );
    }

    #[test]
    fn a_maintenance_lists_its_components_unless_a_state_is_unusual() {
        let mut report = new();
        report.kind_fields = KindFields::Maintenance {
            from: at("2024-04-20T16:00:00Z"),
            to: at("2024-04-20T18:00:00Z"),
            automatic: true,
        };
        report.components =
            vec![("giving".to_owned(), State::UnderMaintenance), ("api".to_owned(), State::UnderMaintenance)];
        (report.after, report.keys, report.draft) = (None, Vec::new(), false);
        report.update.status = Some(Status::Scheduled);
        report.update.next_update = None;
        let rest = "from = 2024-04-20 10:00:00-06:00\nto = 2024-04-20 12:00:00-06:00\n+++\n\n\
                    ## Scheduled, 2024-04-16 10:03:00-06:00\n\nWe are looking\ninto it.\n";
        let title = "+++\ntitle = 'Donations \"fail\"'\n";
        // Keys follow the order of the table: components come after the window.
        let lines = rest.split_once("+++").unwrap();
        let list = "components = [\"giving\", \"api\"]\n";
        check(&report, None, &format!("{title}{}{list}+++{}", lines.0, lines.1));
        report.components[1].1 = State::DegradedPerformance;
        let table = "components = { giving = \"under_maintenance\", api = \"degraded_performance\" }\n";
        check(&report, None, &format!("{title}{}{table}+++{}", lines.0, lines.1));
    }

    #[test]
    fn a_template_keeps_its_keys_and_gives_the_message() {
        let file =
            "+++\r\ntitle = ''\r\n# On call: see the rota.\r\ntags = ['prod']\r\n+++\r\n\r\nWe know.\r\n";
        let mut report = new();
        report.update.message = String::new();
        report.update.next_update = None;
        report.kind_fields = KindFields::Incident { started: None, impact: None };
        (report.after, report.keys, report.draft) = (None, Vec::new(), false);
        check(
            &report,
            Some(template(file).unwrap()),
            "+++\r\ntitle = 'Donations \"fail\"'\r\n\
             components = { giving = \"partial_outage\", api = \"major_outage\" }\r\n\
             # On call: see the rota.\r\ntags = ['prod']\r\n+++\r\n\r\n\
             ## Investigating, 2024-04-16 10:03:00-06:00\r\n\r\nWe know.\r\n",
        );
    }

    #[test]
    fn a_template_without_sound_front_matter_is_refused() {
        let check = |text: &str, expected: &str| assert_eq!(template(text).unwrap_err(), expected);
        let missing = "it does not begin with front matter between two lines `+++`";
        check("text\n+++\n+++\n", missing);
        check("", missing);
        check("+++\ntitle = 1\n", missing);
        check("+++\ntitle = \n+++\n", "line 1: string values must be quoted, expected literal string");
    }
}
