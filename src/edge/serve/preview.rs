//! The preview's state: the last site without errors, and the current problems.
//!
//! Every new state gets the next generation number. States are immutable and only replaced, so requests keep the state
//! they started with, and the lock is held only for a lookup.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::mem;
use std::ptr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::address::AllowedHosts;
use super::error_page::{ProblemText, problem_page};
use super::fingerprint::{PageFingerprint, PageLocation, fingerprint, inject, script};
use super::message::{Response, Status};
use super::route::{Content, Outputs};
use crate::diagnostic::{Diagnostic, Severity};
use crate::pipeline::{self, Outcome, Prepared};
use crate::plan::headers::ResponseHeaders;
use crate::source::{Handle, Snapshot};
use crate::time::Instant;

/// The preview's access to the outside.
pub trait Environment: Send + Sync + 'static {
    fn open(&self, handle: &Handle) -> io::Result<File>;

    /// Prints problems of a page that could not be rendered.
    fn report(&self, problems: &[Diagnostic], snapshot: &Snapshot);

    /// Changes the displayed time, asynchronously.
    fn travel(&self, travel: TimeStep);
}

/// A step of the time bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeStep {
    /// By seconds, backwards when negative.
    By(i64),
    /// To the next automatic change.
    ToNextChange,
}

/// The time that pages are rendered and shown at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisplayTime {
    /// The real clock.
    Real,
    /// A chosen time, which scripts take for now.
    Travelled(Instant),
}

/// The preview: its current state and its clients.
pub struct Preview<W> {
    pub(super) environment: W,
    pub(super) hosts: AllowedHosts,
    shown: Mutex<Arc<PreviewState>>,
    changed: Condvar,
}

#[derive(Debug)]
pub(super) struct PreviewState {
    /// From 1.
    pub(super) generation: u64,
    /// The last site without errors.
    pub(super) preview_site: Option<Arc<PreviewSite>>,
    /// The site before it, as a fallback when a page cannot be rendered.
    pub(super) before: Option<Arc<PreviewSite>>,
    /// Problems that keep the newest files from being shown.
    pub(super) errors: ProblemText,
    pub(super) warnings: ProblemText,
}

/// A site that can be shown.
#[derive(Debug)]
pub(super) struct PreviewSite {
    pub(super) prepared: Prepared,
    pub(super) display_time: DisplayTime,
    snapshot: Arc<Snapshot>,
    /// Cache of rendered pages, since many tabs ask for the same.
    rendered: Mutex<BTreeMap<String, Arc<RenderedPage>>>,
    /// Cache of gallery scenes.
    scenes: Mutex<BTreeMap<&'static str, Arc<PreviewSite>>>,
}

#[derive(Debug)]
pub(super) struct RenderedPage {
    /// As served, script included.
    bytes: Arc<[u8]>,
    pub(super) fingerprint: PageFingerprint,
}

/// Size of the cache of rendered pages.
const KEPT: usize = 32;
/// The longest copied HTML file that gets the script, in bytes.
const LONGEST_COPY: u64 = 4 * 1024 * 1024;

impl<W: Environment> Preview<W> {
    /// A preview that shows nothing yet.
    pub fn new(environment: W, hosts: AllowedHosts) -> Self {
        let nothing = PreviewState::of(0, None);
        Self { environment, hosts, shown: Mutex::new(Arc::new(nothing)), changed: Condvar::new() }
    }

    /// Shows the result for a snapshot; with errors, the previous site stays.
    pub fn show(&self, outcome: Outcome, snapshot: &Arc<Snapshot>, display_time: DisplayTime) {
        let (errors, warnings): (Vec<_>, Vec<_>) =
            outcome.problems.into_iter().partition(|problem| problem.severity == Severity::Error);
        let preview_site = outcome
            .prepared
            .map(|prepared| Arc::new(PreviewSite::new(prepared, Arc::clone(snapshot), display_time)));
        let [errors, warnings] = [errors, warnings].map(|problems| ProblemText::of(&problems, snapshot));
        self.replace(|last| {
            let (preview_site, before) = match preview_site {
                Some(preview_site) => (Some(preview_site), last.preview_site.clone()),
                None => (last.preview_site.clone(), last.before.clone()),
            };
            Some(PreviewState { generation: last.generation + 1, preview_site, before, errors, warnings })
        });
    }

    /// Shows that the files cannot be read; the previous site stays.
    pub fn fail(&self, cause: &str) {
        let errors = ProblemText { count: Some("1 error".to_owned()), text: format!("error: {cause}\n") };
        self.replace(|last| {
            let (preview_site, before) = (last.preview_site.clone(), last.before.clone());
            let warnings = ProblemText::default();
            Some(PreviewState { generation: last.generation + 1, preview_site, before, errors, warnings })
        });
    }

    /// Falls back to the previous site when a page of `preview_site` cannot be rendered, unless another site or an
    /// error is shown by now.
    fn withdraw(&self, preview_site: &PreviewSite, problem: Diagnostic) {
        let problems = [problem];
        let errors = ProblemText::of(&problems, &preview_site.snapshot);
        let mut is_news = false;
        self.replace(|last| {
            let is_shown =
                last.preview_site.as_ref().is_some_and(|shown| ptr::eq(Arc::as_ptr(shown), preview_site));
            if !is_shown || last.errors.count.is_some() {
                return None;
            }
            is_news = true;
            let preview_site = last.before.clone().or_else(|| last.preview_site.clone());
            let warnings = last.warnings.clone();
            Some(PreviewState {
                generation: last.generation + 1,
                preview_site,
                before: None,
                errors,
                warnings,
            })
        });
        if is_news {
            self.environment.report(&problems, &preview_site.snapshot);
        }
    }

    fn replace(&self, next: impl FnOnce(&PreviewState) -> Option<PreviewState>) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(next) = next(&shown) else { return };
        let before = mem::replace(&mut *shown, Arc::new(next));
        drop(shown);
        self.changed.notify_all();
        // Dropping a large site takes long, so it happens outside the lock.
        drop(before);
    }

    /// Waits for a generation newer than `told`; `None` after `time`.
    pub(super) fn newer_than(&self, told: u64, time: Duration) -> Option<u64> {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = self.changed.wait_timeout_while(shown, time, |shown| shown.generation <= told);
        let (shown, timeout) = wait.unwrap_or_else(PoisonError::into_inner);
        (!timeout.timed_out()).then_some(shown.generation)
    }

    pub(super) fn shown(&self) -> Arc<PreviewState> {
        Arc::clone(&self.shown.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The state that a request works with.
pub(super) struct View<'a, W> {
    pub(super) preview: &'a Preview<W>,
    pub(super) shown: &'a PreviewState,
}

impl<W: Environment> Outputs for View<'_, W> {
    fn base(&self) -> &str {
        self.shown.preview_site.as_ref().map_or("/", |preview_site| preview_site.base())
    }

    fn has(&self, path: &str) -> bool {
        self.shown.preview_site.as_ref().is_some_and(|preview_site| preview_site.has(path))
    }

    fn headers(&self, path: &str) -> ResponseHeaders {
        let preview_site = self.shown.preview_site.as_ref().expect("only what is planned is served");
        preview_site.headers(path)
    }

    fn open(&self, path: &str) -> Result<Content, Response> {
        let preview_site = self.shown.preview_site.as_ref().expect("only what is planned is opened");
        self.content(preview_site, path)
    }
}

impl<W: Environment> View<'_, W> {
    fn content(&self, preview_site: &PreviewSite, path: &str) -> Result<Content, Response> {
        if preview_site.headers(path).is_html() {
            let rendered = self.rendered(preview_site, path).map_err(|error_page| error_page.0)?;
            return Ok(Content::Bytes(Arc::clone(&rendered.bytes)));
        }
        match self.body(preview_site, path).map_err(|failure| failure.error_page.0)? {
            pipeline::Body::Bytes(bytes) => Ok(Content::Bytes(Arc::from(bytes))),
            pipeline::Body::File(handle) => self.file(&handle).map_err(|_| gone(&handle)),
        }
    }

    /// The fingerprint of what is served at a path below the site's root.
    pub(super) fn fingerprint_below(&self, path: &str) -> Option<PageFingerprint> {
        let preview_site = self.shown.preview_site.as_ref()?;
        let is_folder = path.is_empty() || path.ends_with('/');
        let file = if is_folder { format!("{path}index.html") } else { path.to_owned() };
        let file = if self.has(&file) { file } else { "404.html".to_owned() };
        if !self.has(&file) {
            return None;
        }
        match self.rendered(preview_site, &file) {
            Ok(rendered) => Some(rendered.fingerprint.clone()),
            Err(error_page) => Some(error_page.1),
        }
    }

    /// The page at a planned path, or its last version that could be rendered; else an error page.
    pub(super) fn rendered(
        &self,
        preview_site: &PreviewSite,
        path: &str,
    ) -> Result<Arc<RenderedPage>, Box<ErrorPage>> {
        let (error_page, problem) = match self.newest(preview_site, path) {
            Ok(rendered) => return Ok(rendered),
            Err(RenderFailure { error_page, problem: None }) => return Err(error_page),
            Err(RenderFailure { error_page, problem: Some(problem) }) => (error_page, problem),
        };
        self.preview.withdraw(preview_site, problem);
        let shown = self.preview.shown();
        let last = shown
            .preview_site
            .as_ref()
            .filter(|last| !ptr::eq(Arc::as_ptr(last), preview_site) && last.has(path));
        match last {
            // Gallery and site share paths but not pages.
            Some(last) if preview_site.base() == last.base() => {
                self.newest(last, path).map_err(|_| error_page)
            }
            _ => Err(error_page),
        }
    }

    fn newest(&self, preview_site: &PreviewSite, path: &str) -> Result<Arc<RenderedPage>, RenderFailure> {
        if let Some(rendered) = preview_site.kept(path) {
            return Ok(rendered);
        }
        let bytes = match self.body(preview_site, path)? {
            pipeline::Body::Bytes(bytes) => bytes,
            pipeline::Body::File(handle) => self.copied(&handle).map_err(|_| {
                let error_page = Box::new((gone(&handle), PageFingerprint::bare("", None)));
                RenderFailure { error_page, problem: None }
            })?,
        };
        let rendered = Arc::new(preview_site.dressed(path, bytes, &|sheet| self.sheet(preview_site, sheet)));
        preview_site.keep(path, &rendered);
        Ok(rendered)
    }

    fn body(&self, preview_site: &PreviewSite, path: &str) -> Result<pipeline::Body, RenderFailure> {
        let outputs = &preview_site.prepared.plan.outputs;
        let (path, _) = outputs.get_key_value(path).expect("only what is planned is opened");
        preview_site.prepared.render(path).map_err(|problem| {
            let notes = ProblemText::of(std::slice::from_ref(&problem), &preview_site.snapshot);
            let error_page =
                Box::new(problem_page(Status::InternalServerError, &notes, preview_site.page_clock()));
            RenderFailure { error_page, problem: Some(problem) }
        })
    }

    fn sheet(&self, preview_site: &PreviewSite, path: &str) -> Option<String> {
        let bytes = match self.body(preview_site, path).ok()? {
            pipeline::Body::Bytes(bytes) => bytes,
            pipeline::Body::File(handle) => self.copied(&handle).ok()?,
        };
        String::from_utf8(bytes).ok()
    }

    fn file(&self, handle: &Handle) -> io::Result<Content> {
        let file = self.preview.environment.open(handle)?;
        // The file may have changed since it was found, but the announced length must be right.
        let len = file.metadata()?.len();
        Ok(Content::File { file, len, stamp: handle.stamp })
    }

    fn copied(&self, handle: &Handle) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.preview.environment.open(handle)?.take(LONGEST_COPY).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

type ErrorPage = (Response, PageFingerprint);

struct RenderFailure {
    error_page: Box<ErrorPage>,
    /// The problem to fix; `None` when the copied file is gone.
    problem: Option<Diagnostic>,
}

impl PreviewState {
    /// A state without problems.
    pub(super) fn of(generation: u64, preview_site: Option<Arc<PreviewSite>>) -> Self {
        Self {
            generation,
            preview_site,
            before: None,
            errors: ProblemText::default(),
            warnings: ProblemText::default(),
        }
    }
}

impl PreviewSite {
    pub(super) fn new(prepared: Prepared, snapshot: Arc<Snapshot>, display_time: DisplayTime) -> Self {
        Self { prepared, display_time, snapshot, rendered: Mutex::default(), scenes: Mutex::default() }
    }

    pub(super) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    pub(super) fn scenes(&self) -> MutexGuard<'_, BTreeMap<&'static str, Arc<PreviewSite>>> {
        self.scenes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has(&self, path: &str) -> bool {
        self.prepared.plan.outputs.contains_key(path)
    }

    fn headers(&self, path: &str) -> ResponseHeaders {
        let outputs = &self.prepared.plan.outputs;
        let (path, page) = outputs.get_key_value(path).expect("only what is planned is served");
        ResponseHeaders::of(path, page)
    }

    /// The site's path on its host.
    pub(super) fn base(&self) -> &str {
        self.prepared.edition.site.config.base_url.path()
    }

    /// The time that scripts take for now, in milliseconds since 1970; `None` for the real time.
    fn page_clock(&self) -> Option<i64> {
        match self.display_time {
            DisplayTime::Real => None,
            DisplayTime::Travelled(now) => Some(now.epoch_secs().saturating_mul(1000)),
        }
    }

    /// The page with our script; `sheet` reads a stylesheet. Pages that are not UTF-8 are served unchanged.
    fn dressed(&self, path: &str, bytes: Vec<u8>, sheet: &dyn Fn(&str) -> Option<String>) -> RenderedPage {
        match String::from_utf8(bytes) {
            Ok(html) => {
                let place = PageLocation { path, base: self.base(), plan: &self.prepared.plan, sheet };
                let fingerprint = fingerprint(&html, &place, self.page_clock());
                let html = inject(&html, &script(&fingerprint));
                RenderedPage { bytes: Arc::from(html.into_bytes()), fingerprint }
            }
            Err(error) => {
                let fingerprint = PageFingerprint::bare("", self.page_clock());
                RenderedPage { bytes: Arc::from(error.into_bytes()), fingerprint }
            }
        }
    }

    fn kept(&self, path: &str) -> Option<Arc<RenderedPage>> {
        self.rendered.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    fn keep(&self, path: &str, rendered: &Arc<RenderedPage>) {
        let mut kept = self.rendered.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(path.to_owned(), Arc::clone(rendered));
    }
}

/// The file was deleted after the last read of the folder; the next state is without it.
fn gone(handle: &Handle) -> Response {
    Response::text(Status::NotFound, &format!("`{}` cannot be read", handle.path))
}
