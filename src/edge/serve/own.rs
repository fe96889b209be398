//! The preview's own addresses: the script and its styles, the events, what a page asks about itself, the time bar.

use std::sync::Arc;

use serde::Serialize;

use super::address::decode;
use super::face::{Face, escape, inject, script};
use super::gallery;
use super::message::{Body, Header, Request, Response, Sender, Status};
use super::preview::{Moment, Notes, Stage, Travel, View, World};
use super::route::{Content, OWN, Outputs as _, answer};
use crate::plan::headers::ResponseHeaders;

const SCRIPT: &str = include_str!("live.js");
const STYLE: &str = include_str!("live.css");

/// The answer at an address below [`super::route::OWN`]; `None` when there is none.
pub(super) fn respond<W: World>(view: &View<'_, W>, path: &str, request: &Request) -> Option<Response> {
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

/// What a page learns of itself and of the preview.
#[derive(Serialize)]
struct State<'a> {
    generation: u64,
    /// `null` when there is nothing to compare with.
    page: Option<Face>,
    errors: Option<Shown<'a>>,
    warnings: Option<Shown<'a>>,
    time: Option<Time>,
}

#[derive(Serialize)]
struct Shown<'a> {
    count: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Time {
    /// RFC 3339, in the site's zone.
    now: String,
    /// When something changes by itself.
    next: String,
}

/// The state of the preview and of the page that asks, by its path in `?page=`.
fn state<W: World>(view: &View<'_, W>, request: &Request) -> Response {
    let shown = view.shown;
    let page = request.parameter("page").and_then(decode).and_then(|page| page_face(view, &page));
    let state = State {
        generation: shown.generation,
        page,
        errors: notes(&shown.errors),
        warnings: notes(&shown.warnings),
        time: shown.stage.as_ref().and_then(|stage| time(stage)),
    };
    let json = serde_json::to_vec(&state).expect("a state is plain data");
    let headers = vec![Header::ContentType("application/json; charset=utf-8"), Header::NoSniff];
    Response { status: Status::Ok, headers, body: Body::of(json) }
}

fn notes(notes: &Notes) -> Option<Shown<'_>> {
    notes.count.as_deref().map(|count| Shown { count, text: notes.text.trim_end() })
}

fn time(stage: &Stage) -> Option<Time> {
    let Moment::Travelled(now) = stage.moment else { return None };
    let zone = stage.prepared.edition.site.config.zone;
    let next = zone.rfc3339(stage.prepared.edition.next_change);
    Some(Time { now: zone.rfc3339(now), next })
}

/// The face of what is served at a path now, be it a page, the 404 page or one that says what is wrong.
fn page_face<W: World>(view: &View<'_, W>, path: &str) -> Option<Face> {
    if view.shown.stage.is_none() {
        return Some(problem_page(Status::ServiceUnavailable, &view.shown.errors, None).1);
    }
    match path.strip_prefix(OWN).and_then(|own| own.strip_prefix("gallery/")) {
        Some(below) => gallery::face(view, below),
        None => face_below(view, path.strip_prefix(view.base()).unwrap_or(NOWHERE)),
    }
}

/// A path that no site has.
const NOWHERE: &str = "/";

/// The face of what is served at a path below the site's.
pub(super) fn face_below<W: World>(view: &View<'_, W>, path: &str) -> Option<Face> {
    let stage = view.shown.stage.as_ref()?;
    let is_folder = path.is_empty() || path.ends_with('/');
    let file = if is_folder { format!("{path}index.html") } else { path.to_owned() };
    let file = if view.has(&file) { file } else { "404.html".to_owned() };
    if !view.has(&file) {
        return None;
    }
    match view.rendered(stage, &file) {
        Ok(rendered) => Some(rendered.face.clone()),
        Err(refusal) => Some(refusal.1),
    }
}

/// Steps through time: `?by=SECONDS` or `?to=next`. Only our script may, and only under time travel.
fn travel<W: World>(view: &View<'_, W>, request: &Request) -> Response {
    let is_on = view.shown.stage.as_ref().is_some_and(|stage| matches!(stage.moment, Moment::Travelled(_)));
    if request.from != Sender::Script || !is_on {
        return Response::text(
            Status::Forbidden,
            "only the time bar steps through time, and only with --now",
        );
    }
    let by = request.parameter("by").and_then(|secs| secs.parse().ok()).map(Travel::By);
    let to = request.parameter("to").filter(|to| *to == "next").map(|_| Travel::ToNextChange);
    match by.or(to) {
        Some(step) => {
            view.preview.world.travel(step);
            Response::text(Status::Ok, "on its way")
        }
        None => Response::text(Status::BadRequest, "say `by=SECONDS` or `to=next`"),
    }
}

/// A page that says what is wrong in place of one that cannot be shown. It needs no script to be read.
pub(super) fn problem_page(status: Status, notes: &Notes, now: Option<i64>) -> (Response, Face) {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<link rel=\"icon\" href=\"data:,\">\n<link \
         rel=\"stylesheet\" href=\"/__allclear/live.css\">\n</head>\n<body class=\"problems\">\n<main>\n<h1>{title}</h1>\n\
         <pre>{text}</pre>\n</main>\n</body>\n</html>\n",
        title = escape(notes.count.as_deref().unwrap_or("Nothing to show yet")),
        text = escape(notes.text.trim_end()),
    );
    own_page(status, &html, now)
}

/// A page of the preview's own, with the script in it.
pub(super) fn own_page(status: Status, html: &str, now: Option<i64>) -> (Response, Face) {
    let face = Face::bare(html, now);
    let html = inject(html, &script(&face));
    let headers = vec![Header::ContentType("text/html; charset=utf-8"), Header::NoSniff];
    (Response { status, headers, body: Body::of(html.into_bytes()) }, face)
}
