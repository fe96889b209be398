//! The preview's own URLs: script and styles, events, page state, and the time bar.

use std::sync::Arc;

use serde::Serialize;

use super::address::decode;
use super::error_page::{ProblemText, problem_page};
use super::fingerprint::PageFingerprint;
use super::gallery;
use super::message::{Body, Header, Request, Response, Status};
use super::preview::{DisplayTime, Environment, PreviewSite, TimeStep, View};
use super::route::{Content, OWN, Outputs as _, answer};
use crate::plan::headers::ResponseHeaders;

const SCRIPT: &str = include_str!("live.js");
const STYLE: &str = include_str!("live.css");

/// The response to a URL below [`super::route::OWN`]; `None` for an unknown one.
pub(super) fn respond<W: Environment>(view: &View<'_, W>, path: &str, request: &Request) -> Option<Response> {
    match path {
        "live.js" => Some(file(path, SCRIPT, request)),
        "live.css" => Some(file(path, STYLE, request)),
        "events" => Some(events()),
        "state" => Some(state(view, request)),
        "travel" => Some(travel(view, request)),
        path => gallery::respond(view, path.strip_prefix("gallery/")?, request),
    }
}

fn file(path: &str, text: &str, request: &Request) -> Response {
    answer(Content::Bytes(Arc::from(text.as_bytes())), &ResponseHeaders::of_file(path), Status::Ok, request)
}

fn events() -> Response {
    Response {
        status: Status::Ok,
        headers: vec![Header::ContentType("text/event-stream")],
        body: Body::Events,
    }
}

#[derive(Serialize)]
struct PreviewStatus<'a> {
    generation: u64,
    /// `null` when there is nothing to compare with.
    page: Option<PageFingerprint>,
    errors: Option<ProblemSummary<'a>>,
    warnings: Option<ProblemSummary<'a>>,
    time: Option<TimeBar>,
}

#[derive(Serialize)]
struct ProblemSummary<'a> {
    count: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct TimeBar {
    /// RFC 3339, in the site's zone.
    now: String,
    /// The next automatic change.
    next: String,
}

/// The state of the preview and of the page in `?page=`.
fn state<W: Environment>(view: &View<'_, W>, request: &Request) -> Response {
    let shown = view.shown;
    let page = request.parameter("page").and_then(decode).and_then(|page| page_fingerprint(view, &page));
    let state = PreviewStatus {
        generation: shown.generation,
        page,
        errors: notes(&shown.errors),
        warnings: notes(&shown.warnings),
        time: shown.preview_site.as_ref().and_then(|preview_site| time(preview_site)),
    };
    let json = serde_json::to_vec(&state).expect("a state is plain data");
    let headers = vec![Header::ContentType("application/json; charset=utf-8"), Header::NoSniff];
    Response { status: Status::Ok, headers, body: Body::of(json) }
}

fn notes(notes: &ProblemText) -> Option<ProblemSummary<'_>> {
    notes.count.as_deref().map(|count| ProblemSummary { count, text: notes.text.trim_end() })
}

fn time(preview_site: &PreviewSite) -> Option<TimeBar> {
    let DisplayTime::Travelled(now) = preview_site.display_time else { return None };
    let zone = preview_site.prepared.edition.site.config.zone;
    let next = zone.rfc3339(preview_site.prepared.edition.next_change);
    Some(TimeBar { now: zone.rfc3339(now), next })
}

/// The fingerprint of what is served at a path: a page, the 404 page or an error page.
fn page_fingerprint<W: Environment>(view: &View<'_, W>, path: &str) -> Option<PageFingerprint> {
    if view.shown.preview_site.is_none() {
        return Some(problem_page(Status::ServiceUnavailable, &view.shown.errors, None).1);
    }
    match path.strip_prefix(OWN).and_then(|own| own.strip_prefix("gallery/")) {
        Some(below) => gallery::fingerprint(view, below),
        None => view.fingerprint_below(path.strip_prefix(view.base()).unwrap_or(NOWHERE)),
    }
}

/// A path that no site has.
const NOWHERE: &str = "/";

/// Steps through time: `?by=SECONDS` or `?to=next`. Only for our script, and only with `--now`.
fn travel<W: Environment>(view: &View<'_, W>, request: &Request) -> Response {
    let is_on = view
        .shown
        .preview_site
        .as_ref()
        .is_some_and(|preview_site| matches!(preview_site.display_time, DisplayTime::Travelled(_)));
    if !request.is_from_script || !is_on {
        return Response::text(
            Status::Forbidden,
            "only the time bar steps through time, and only with --now",
        );
    }
    let by = request.parameter("by").and_then(|secs| secs.parse().ok()).map(TimeStep::By);
    let to = request.parameter("to").filter(|to| *to == "next").map(|_| TimeStep::ToNextChange);
    match by.or(to) {
        Some(step) => {
            view.preview.environment.travel(step);
            Response::text(Status::Ok, "on its way")
        }
        None => Response::text(Status::BadRequest, "say `by=SECONDS` or `to=next`"),
    }
}
