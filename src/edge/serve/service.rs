//! Answers requests with the preview's pages and its own endpoints.

use std::time::Duration;

use super::endpoints;
use super::error_page::problem_page;
use super::message::{Request, Response, Status};
use super::preview::{Environment, Preview, View};
use super::route::{Endpoints, respond};
use super::server::Service;

impl<W: Environment> Service for Preview<W> {
    fn respond(&self, request: &Request) -> Response {
        let shown = self.shown();
        respond(&View { preview: self, shown: &shown }, self.hosts, request)
    }

    fn next_event(&self, told: u64, time: Duration) -> Option<(u64, String)> {
        let generation = self.newer_than(told, time)?;
        // Browsers reconnect after this many milliseconds.
        Some((generation, format!("retry: 1000\ndata: {generation}\n\n")))
    }
}

impl<W: Environment> Endpoints for View<'_, W> {
    fn own(&self, path: &str, request: &Request) -> Option<Response> {
        endpoints::respond(self, path, request)
    }

    fn absent(&self) -> Option<Response> {
        let notes = &self.shown.errors;
        self.shown.preview_site.is_none().then(|| problem_page(Status::ServiceUnavailable, notes, None).0)
    }
}
