//! Pages that the preview shows in place of the site's.

use super::fingerprint::{PageFingerprint, escape, inject, script};
use super::message::{Body, Header, Response, Status};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::text::{self, Style};
use crate::source::Snapshot;

/// Problems as the terminal shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ProblemText {
    /// `2 errors`; `None` without problems.
    pub(super) count: Option<String>,
    pub(super) text: String,
}

impl ProblemText {
    pub(super) fn of(problems: &[Diagnostic], snapshot: &Snapshot) -> Self {
        Self { count: text::count(problems), text: text::render(problems, snapshot, Style::Plain) }
    }
}

/// An error page in place of one that cannot be shown. It is readable without the script.
pub(super) fn problem_page(
    status: Status,
    notes: &ProblemText,
    now: Option<i64>,
) -> (Response, PageFingerprint) {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<link rel=\"icon\" href=\"data:,\">\n<link \
         rel=\"stylesheet\" href=\"/__allclear/live.css\">\n</head>\n<body class=\"problems\">\n<main>\n<h1>{title}</h1>\n\
         <pre>{text}</pre>\n</main>\n</body>\n</html>\n",
        title = escape(notes.count.as_deref().unwrap_or("Nothing to show yet")),
        text = escape(notes.text.trim_end()),
    );
    own_page(status, &html, now)
}

/// A page of the preview itself, with the script.
pub(super) fn own_page(status: Status, html: &str, now: Option<i64>) -> (Response, PageFingerprint) {
    let fingerprint = PageFingerprint::bare(html, now);
    let html = inject(html, &script(&fingerprint));
    let headers = vec![Header::ContentType("text/html; charset=utf-8"), Header::NoSniff];
    (Response { status, headers, body: Body::of(html.into_bytes()) }, fingerprint)
}
