//! The report of a copied page.

use crate::import::history::{Plan, Postmortem, Report, Update};
use crate::import::html;
use crate::import::log::Finding;

use crate::import::moment::{self, Unclear};
use crate::import::never_began;
use crate::import::plain_text::{Headings, to_markdown};
use crate::import::statuspage_text::affected;
use crate::import::statuspage_text::page::{Block, Page, Strays};
use crate::import::statuspage_text::source::{Source, identified};
use crate::import::timeline::{self, Bounds};
use crate::model::report::{Kind, Status};
use crate::time::{Instant, Zone};

/// How far a timeline may lie from the updates that tell of it.
const NEAR_SECS: i64 = 86_400;

/// `None` when no update has a certain time; the log says why.
pub(super) fn report(source: &mut Source<'_>, page: &Page) -> Option<Report> {
    let planned = ["scheduled", "in progress", "verifying", "completed"];
    let is_planned = page.blocks.iter().any(|block| planned.contains(&block.status.to_lowercase().as_str()));
    let kind = if page.is_maintenance || is_planned { Kind::Maintenance } else { Kind::Incident };
    let mut report = Report::new(source.name, kind, &html::to_line(&page.title));
    let mut posted: Vec<(Instant, &Block)> = Vec::new();
    let mut is_complete = true;
    for block in &page.blocks {
        match time(block, source.zone) {
            Ok(at) => posted.push((at, block)),
            Err(why) => {
                source.say_at(Finding::Unsettled, block.line, &why);
                is_complete = false;
            }
        }
    }
    // A report without some of its updates would be taken for whole by the next import.
    if !is_complete || posted.is_empty() {
        let line = page.blocks.first().map_or(1, |block| block.line);
        let text = format!("“{}” is left out: its times are not certain", report.title);
        source.say_at(Finding::Unsettled, line, &text);
        return None;
    }
    posted.reverse();
    posted.sort_by_key(|(at, _)| *at);
    updates(source, &mut report, &posted);
    plan(source, &mut report, &posted);
    bounds(source, &mut report, &posted);
    components(source, &mut report, page);
    left_out(source, page);
    Some(identified(report))
}

fn time(block: &Block, zone: Zone) -> Result<Instant, String> {
    let Some(text) = &block.posted else {
        return Err(format!("no `Posted` line ends “{}”", block.status));
    };
    let moment = moment::whole(text, zone).filter(|moment| moment.day.is_some() && moment.clock.is_some());
    let moment = moment.ok_or_else(|| format!("`{text}` is not a time"))?;
    moment.instant(zone, None).map_err(|unclear| match unclear {
        Unclear::Foreign(name) => {
            let zone = zone.name();
            format!(
                "`{name}` is not an abbreviation of the zone {zone}: import the pages of its zone alone, with `--time-zone`"
            )
        }
        Unclear::Shifted => format!("`{text}` is a local time that daylight saving skips or doubles"),
        Unclear::NoDay => format!("`{text}` has no date"),
    })
}

fn updates(source: &mut Source<'_>, report: &mut Report, posted: &[(Instant, &Block)]) {
    let mut before: Option<Status> = None;
    for (at, block) in posted {
        if block.status.eq_ignore_ascii_case("postmortem") {
            let body = to_markdown(&block.body, Headings::Short);
            report.postmortem = Some(match report.postmortem.take() {
                Some(first) => Postmortem { body: format!("{}\n\n{body}", first.body), ..first },
                None => Postmortem { at: Some(*at), is_draft: false, body },
            });
            continue;
        }
        let name = block.status.to_lowercase().replace(' ', "_").replace("canceled", "cancelled");
        let status = Status::ALL.into_iter().find(|status| status.as_str() == name);
        let fits = status.filter(|status| status.fits(report.kind));
        let is_over = before.is_some_and(Status::is_final);
        let shown = fits.filter(|status| Some(*status) != before && !is_over);
        if status.is_some() && shown.is_none() && fits != before {
            let text = format!("“{}” became `Update`: it does not fit here", block.status);
            source.say_at(Finding::Guessed, block.line, &text);
        }
        before = shown.or(before);
        let body = to_markdown(&block.body, Headings::Named);
        report.updates.push(Update { id: None, status: shown, at: *at, states: Vec::new(), body });
    }
}

/// A maintenance's window: from the text of its announcement, else from its updates.
fn plan(source: &mut Source<'_>, report: &mut Report, posted: &[(Instant, &Block)]) {
    if report.kind != Kind::Maintenance {
        return;
    }
    let day = posted.first().map(|(at, _)| source.zone.day_of(*at));
    let said = posted.iter().find_map(|(_, block)| timeline::bounds(&block.body, source.zone, day));
    let first = |wanted: Status| report.updates.iter().find(|it| it.status == Some(wanted)).map(|it| it.at);
    let from = first(Status::InProgress).or(posted.first().map(|(at, _)| *at));
    let (from, to) = match (said, from) {
        (Some(said), _) => (said.from, said.to),
        (None, Some(from)) => {
            (from, first(Status::Completed).filter(|to| *to > from).unwrap_or(from.plus_secs(3_600)))
        }
        (None, None) => return,
    };
    let text = format!(
        "when “{}” was planned is taken from its text or updates: check `from` and `to`",
        report.title
    );
    source.say(Finding::Guessed, text);
    report.plan = Some(Plan { from, to, announced: None, automatic: true });
    if let Some(why) = never_began::settle(report) {
        let line = posted.last().map_or(1, |(_, block)| block.line);
        source.say_at(Finding::Unsettled, line, &format!("“{}”: {why}", report.title));
    }
}

/// `started` and `ended` from the timeline of the postmortem or of a single update posted after the fact.
fn bounds(source: &mut Source<'_>, report: &mut Report, posted: &[(Instant, &Block)]) {
    let (Some(first), Some(last)) = (report.updates.first(), report.updates.last()) else { return };
    if report.kind != Kind::Incident {
        return;
    }
    let day = source.zone.day_of(first.at);
    let is_single = report.updates.len() == 1;
    let texts =
        posted.iter().filter(|(_, block)| is_single || block.status.eq_ignore_ascii_case("postmortem"));
    let is_near = |it: &Bounds| {
        (first.at.secs_since(it.from)).abs() <= NEAR_SECS && (last.at.secs_since(it.to)).abs() <= NEAR_SECS
    };
    let found = texts.clone().find_map(|(_, block)| {
        timeline::bounds(&block.body, source.zone, Some(day)).filter(is_near).map(|found| (found, block))
    });
    let Some((found, block)) = found else { return };
    (report.started, report.ended) = (Some(found.from), Some(found.to));
    let line = block.body.lines().nth(found.line - 1).unwrap_or_default().trim();
    source
        .say(Finding::Guessed, format!("`started` and `ended` are taken from “{line}” and what follows it"));
}

fn components(source: &mut Source<'_>, report: &mut Report, page: &Page) {
    let Some((line, text)) = &page.affected else {
        report.components_unknown = true;
        source.say(
            Finding::Guessed,
            "the page names no component: add `components` by hand where there is one",
        );
        return;
    };
    for name in affected::names(text, source.existing) {
        if name.is_guessed {
            let text = format!("“{}” is taken as a component of its own", name.name);
            source.say_at(Finding::Guessed, *line, &text);
        }
        report.components.push((affected::key(&name), None));
        source.names.push(name);
    }
}

fn left_out(source: &mut Source<'_>, page: &Page) {
    let place = |run: &Strays| match run.first == run.last {
        true => format!("line {}", run.first),
        false => format!("lines {} to {}", run.first, run.last),
    };
    for run in &page.furniture {
        source.say(Finding::LeftOut, format!("{}: “{}” is not the incident's", place(run), run.text));
    }
    for run in &page.strays {
        source.say(Finding::Unsettled, format!("{}: “{}” belongs to no update", place(run), run.text));
    }
}
