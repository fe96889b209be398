//! Converts Statuspage's API responses to a history.

use std::collections::{BTreeMap, BTreeSet};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::import::clean;
use crate::import::history::{self, History, Report};
use crate::import::html;
use crate::import::log::{Finding, ImportLog};
use crate::import::never_began;
use crate::import::statuspage::body::{Incident, SourceBody, Update};
use crate::import::statuspage::course::{close, episodes};
use crate::import::statuspage::feed::{self, Feed};
use crate::import::statuspage::times::{TimedUpdate, time, time_of};
use crate::import::statuspage::{copies, postmortem, site, states, timed_list, window};
use crate::model::report::{Impact, Kind, Status};
use crate::model::state::State;
use crate::time::{Day, Instant, Zone};

/// The history of all sources. Of copies of an incident, the newest is taken, else the one with most updates.
///
/// Feeds supply the entry ids, and incidents that no API response has.
pub fn history(mut sources: Vec<SourceBody>, feeds: &[(String, Feed)], zone: Zone) -> History {
    let zone = zone_of(&sources).unwrap_or(zone);
    sources.extend(
        feeds.iter().map(|(name, feed)| SourceBody { name: name.clone(), body: feed::body(feed, zone) }),
    );
    let sources = sources.as_slice();
    let mut history = History::default();
    for SourceBody { name, body } in sources {
        body.wrong.iter().for_each(|why| history.log.add(Finding::Unsettled, name, why));
    }
    site::site(sources, &mut history);
    let base = history.site.base_url.clone().unwrap_or_default();
    let incidents = copies::incidents(sources, &mut history.log);
    let converted = incidents.par_iter().map(|(source, incident)| {
        let mut log = ImportLog::default();
        (incident.line, reports(incident, &Context { source, zone, base: &base }, &mut log), log)
    });
    for (line, mut reports, log) in converted.collect::<Vec<_>>() {
        history.log.entries.extend(log.entries);
        reports.iter_mut().for_each(|report| leave_out_groups(report, line, &mut history));
        history.reports.extend(reports);
    }
    site::lives(sources, zone, &mut history);
    clean::clean_site("statuspage", &mut history);
    feed_ids(feeds, &mut history);
    history
}

fn zone_of(sources: &[SourceBody]) -> Option<Zone> {
    sources.iter().find_map(|source| Zone::parse(source.body.page.as_ref()?.time_zone.as_deref()?))
}

/// Leaves out groups among the components of a report: which of their components it affected is not known.
fn leave_out_groups(report: &mut Report, line: usize, history: &mut History) {
    let History { site, log, .. } = history;
    let is_group = |key: &str| {
        site.groups.iter().any(|group| group.key == key) && !site.components.iter().any(|it| it.key == key)
    };
    let groups: BTreeSet<String> =
        report.component_keys().filter(|key| is_group(key)).map(str::to_owned).collect();
    if groups.is_empty() {
        return;
    }
    report.components.retain(|(key, _)| !groups.contains(key));
    report.updates.iter_mut().for_each(|update| update.states.retain(|(key, _)| !groups.contains(key)));
    report.components_unknown = true;
    let names = site.groups.iter().filter(|group| groups.contains(&group.key));
    let names: Vec<String> = names.map(|group| format!("`{}`", group.name)).collect();
    let text = format!(
        "line {line}: “{}” affected the group {}: write `components` of its report",
        report.title,
        names.join(", ")
    );
    log.add(Finding::Unsettled, &report.source, text);
}

/// Sets feed entry ids; names the reports without one, all in one finding: a feed holds only the newest.
fn feed_ids(feeds: &[(String, Feed)], history: &mut History) {
    let Some((name, _)) = feeds.first() else { return };
    let entries = feeds.iter().flat_map(|(_, feed)| &feed.entries);
    let ids: BTreeMap<&str, &str> = entries.map(|entry| (entry.code(), entry.id.as_str())).collect();
    let mut absent = Vec::new();
    for report in &mut history.reports {
        report.feed_id = report.id.as_deref().and_then(|id| ids.get(id)).map(|id| (*id).to_owned());
        if report.feed_id.is_none() {
            absent.push(format!("“{}”", report.title));
        }
    }
    if !absent.is_empty() {
        let (count, titles) = (absent.len(), absent.join(", "));
        let text = format!("reports that are not in the feed, whose entries get new ids: {count}: {titles}");
        history.log.add(Finding::Guessed, name, text);
    }
}

/// The source and what its texts are parsed with.
struct Context<'a> {
    source: &'a SourceBody,
    zone: Zone,
    base: &'a str,
}

/// Leaves out reports whose last word was said before a day, and logs how many.
pub fn leave_out_before(history: &mut History, since: Option<Day>, zone: Zone) {
    let Some(since) = since else { return };
    let zone = history.site.zone.unwrap_or(zone);
    history.published.values_mut().for_each(|days| days.retain(|day, _| *day >= since));
    let count = history.reports.len();
    history.reports.retain(|report| report.last().is_none_or(|end| zone.day_of(end) >= since));
    let left_out = count - history.reports.len();
    if left_out > 0 {
        history.log.add(Finding::LeftOut, "--since", format!("{left_out} reports ended before {since}"));
    }
}

/// The reports of an incident: one, and one more for each time it was reopened after being resolved.
fn reports(incident: &Incident, context: &Context<'_>, log: &mut ImportLog) -> Vec<Report> {
    let (said, postmortems) = said(incident, context, log);
    let (kind, id) = (kind(incident), copies::id(incident));
    if incident.id.is_empty() {
        let (line, title) = (incident.line, incident.title());
        let text = format!("line {line}: “{title}” has no `id`: `{id}` is made of its name and first update");
        log.add(Finding::Guessed, &context.source.name, text);
    }
    if html::to_line(&incident.name).is_empty() {
        let (line, title) = (incident.line, incident.title());
        let text = format!("line {line}: this incident has no name: “{title}”: write its `title`");
        log.add(Finding::Unsettled, &context.source.name, text);
    }
    if said.is_empty() {
        let (line, title) = (incident.line, incident.title());
        let text =
            format!("line {line}: “{title}” is left out: no update of it has a time: add the report by hand");
        log.add(Finding::Unsettled, &context.source.name, text);
    }
    let mut reports: Vec<Report> = Vec::new();
    for (number, episode) in episodes(incident, kind, &said).into_iter().enumerate() {
        let mut report = episode_report(incident, kind, episode, context, log);
        match reports.last() {
            None => {
                report.id = Some(id.to_string());
                (report.aliases, report.shortlink) =
                    (aliases(incident, context), shortlink(incident, context));
            }
            Some(last) => {
                report.id = Some(format!("{id}-{}", number + 1));
                report.after.clone_from(&last.id);
                let text =
                    format!("“{}” broke out again after it was resolved: a report of its own", report.title);
                log.add(Finding::Guessed, &context.source.name, text);
            }
        }
        reports.push(report);
    }
    if let (Some(first), Some(started)) = (reports.first_mut(), time(incident.started_at.as_deref())) {
        began(first, started, context, log);
    }
    if let Some(last) = reports.last_mut() {
        close(last, incident, context.source, log);
        last.draft = incident.status == "draft";
        last.components.extend(unsaid(incident, last));
        last.postmortem = postmortem::postmortem(incident, &postmortems, (context.source, context.base), log);
    }
    if let (Some(first), [said, ..]) = (reports.first_mut(), said.as_slice()) {
        hold_states(first, kind, said.update, log);
    }
    reports
}

/// Takes the source's beginning if it is before the first update; a later one contradicts that update.
fn began(report: &mut Report, started: Instant, context: &Context<'_>, log: &mut ImportLog) {
    let Some(first) = report.updates.first().filter(|_| report.kind == Kind::Incident) else { return };
    if report.started.is_some() || started == first.at {
        return;
    }
    if started < first.at {
        report.started = Some(started);
        return;
    }
    let text =
        format!("“{}”: `started_at` ({started}) is after its first update, which counts", report.title);
    log.add(Finding::LeftOut, &context.source.name, text);
}

fn episode_report(
    incident: &Incident,
    kind: Kind,
    episode: &[TimedUpdate<'_>],
    context: &Context<'_>,
    log: &mut ImportLog,
) -> Report {
    let mut report = Report::new(&context.source.name, kind, &incident.title());
    report.impact = Impact::parse(&incident.impact).filter(|_| kind == Kind::Incident);
    window::set(&mut report, incident, episode, (&context.source.name, log));
    updates(&mut report, episode, context, log);
    if let Some(why) = never_began::settle(&mut report) {
        let text = format!("line {}: “{}”: {why}", incident.line, report.title);
        log.add(Finding::Unsettled, &report.source, text);
    }
    bounds(&mut report, episode, context);
    report
}

fn hold_states(first: &mut Report, kind: Kind, said: &Update, log: &mut ImportLog) {
    if kind == Kind::Maintenance {
        states::hold_throughout(first);
    } else if first.started.is_some() && !states::hold_from_the_beginning(first, said) {
        let text = format!(
            "“{}”: states hold from its first update, since the state of another component is not known before",
            first.title
        );
        log.add(Finding::LeftOut, &first.source, text);
    }
}

/// Where the page showed it: below `/incidents/`, and where its short link leads when that is the page itself.
fn aliases(incident: &Incident, context: &Context<'_>) -> Vec<String> {
    let own = own_link(incident, context).map(|link| link.trim_end_matches(".html").trim_end_matches('/'));
    let by_id = Some(&incident.id).filter(|id| !id.is_empty()).map(|id| format!("/incidents/{id}"));
    let mut aliases: Vec<String> = by_id.into_iter().chain(own.map(str::to_owned)).collect();
    aliases.dedup();
    aliases
}

/// The path of a short link that leads to the page itself.
fn own_link<'a>(incident: &'a Incident, context: &Context<'_>) -> Option<&'a str> {
    let base = Some(context.base.trim_end_matches('/')).filter(|base| !base.is_empty())?;
    incident.shortlink.as_deref()?.strip_prefix(base).filter(|link| link.starts_with('/'))
}

/// A short link that is another address than the page's own.
fn shortlink(incident: &Incident, context: &Context<'_>) -> Option<String> {
    let link = incident.shortlink.clone().filter(|link| !link.is_empty())?;
    own_link(incident, context).is_none().then_some(link)
}

fn kind(incident: &Incident) -> Kind {
    let is_planned = incident.scheduled_for.is_some() || incident.impact == "maintenance";
    if is_planned { Kind::Maintenance } else { Kind::Incident }
}

/// Updates and postmortems in order of time.
fn said<'a>(
    incident: &'a Incident,
    context: &Context<'_>,
    log: &mut ImportLog,
) -> (Vec<TimedUpdate<'a>>, Vec<TimedUpdate<'a>>) {
    let mut all: Vec<TimedUpdate<'a>> = Vec::new();
    for update in copies::updates(context.source, incident, log) {
        match time_of(update) {
            Some(at) => all.push(TimedUpdate { at, update }),
            None => {
                let (line, id, title) = (update.line, &update.id, incident.title());
                let text = format!("line {line}: update `{id}` of “{title}” has no time and is left out");
                log.add(Finding::Unsettled, &context.source.name, text);
            }
        }
    }
    // The API lists the newest first, so the order of equal times must be reversed too.
    all.reverse();
    all.sort_by_key(|said| (said.at, time(said.update.created_at.as_deref())));
    all.into_iter().partition(|said| said.update.status != "postmortem")
}

fn updates(report: &mut Report, episode: &[TimedUpdate<'_>], context: &Context<'_>, log: &mut ImportLog) {
    let mut before: Option<Status> = None;
    let mut states: BTreeMap<String, State> = BTreeMap::new();
    for said in episode {
        let status = status(said, report, before, context, log);
        let shown = status.filter(|status| Some(*status) != before);
        let is_over = status.or(before).is_some_and(Status::is_final);
        before = status.or(before);
        let body = said.update.body.as_deref().unwrap_or_default();
        for text in html::dropped(body) {
            let text = format!("line {}: {text}", said.update.line);
            log.add(Finding::LeftOut, &context.source.name, text);
        }
        let body = html::to_markdown(body, context.base);
        let states = changed_states(said, report, &mut states, is_over, context, log);
        let id = Some(said.update.id.clone()).filter(|id| !id.is_empty());
        report.updates.push(history::Update { id, status: shown, at: said.at, states, body });
    }
}

/// The status of an update; `None` if our reports of this kind have none like it.
fn status(
    said: &TimedUpdate<'_>,
    report: &Report,
    before: Option<Status>,
    context: &Context<'_>,
    log: &mut ImportLog,
) -> Option<Status> {
    let named = Status::ALL.into_iter().find(|status| status.as_str() == said.update.status);
    let status = named.filter(|status| status.fits(report.kind));
    let is_over = before.is_some_and(Status::is_final);
    if status.is_none() || is_over && status != before {
        let text = format!("status `{}` of update `{}` became `Update`", said.update.status, said.update.id);
        log.add(Finding::Guessed, &context.source.name, text);
        return None;
    }
    status
}

/// The states that an update changes. At the end of a report everything is operational, so that is left out.
fn changed_states(
    said: &TimedUpdate<'_>,
    report: &Report,
    states: &mut BTreeMap<String, State>,
    is_over: bool,
    context: &Context<'_>,
    log: &mut ImportLog,
) -> Vec<(String, State)> {
    let mut changed = Vec::new();
    for affected in said.update.affected_components.iter().flatten().filter(|it| !it.code.is_empty()) {
        let Some(state) = State::parse(&affected.new_status) else { continue };
        let old = states.insert(affected.code.clone(), state).unwrap_or(State::Operational);
        if is_over && state != State::Operational {
            let name = &affected.name;
            let text =
                format!("“{}” left `{name}` in {state} when it ended: taken as operational", report.title);
            log.add(Finding::Guessed, &context.source.name, text);
        } else if state != old && !is_over {
            changed.push((affected.code.clone(), state));
        }
    }
    changed
}

/// Beginning and end of an incident posted as a single update, from its list of times.
fn bounds(report: &mut Report, episode: &[TimedUpdate<'_>], context: &Context<'_>) {
    let [said] = episode else { return };
    let body = said.update.body.as_deref().unwrap_or_default();
    if report.kind != Kind::Incident || said.update.status != "resolved" {
        return;
    }
    if let Some((from, to)) =
        timed_list::span(body, said.at, context.zone).filter(|(from, to)| from < to && *to <= said.at)
    {
        (report.started, report.ended) = (Some(from), Some(to));
    }
}

/// Components that are named but were always operational: affected, state unknown.
fn unsaid(incident: &Incident, report: &Report) -> Vec<(String, Option<State>)> {
    let said: BTreeSet<&str> =
        report.updates.iter().flat_map(|update| &update.states).map(|(key, _)| key.as_str()).collect();
    let named = incident.components.iter().map(|component| component.id.as_str());
    let affected = incident.incident_updates.iter().filter_map(|update| update.affected_components.as_ref());
    let affected = affected.flatten().map(|affected| affected.code.as_str()).filter(|code| !code.is_empty());
    let mut seen = BTreeSet::new();
    let unsaid = named.chain(affected).filter(|key| !said.contains(key) && seen.insert(*key));
    unsaid.map(|key| (key.to_owned(), None)).collect()
}
