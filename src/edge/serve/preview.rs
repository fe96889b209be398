//! What the preview shows: the last site that was without errors, and what is wrong with the files now.
//!
//! Every new state gets the next generation number. A state is never changed, only replaced; so requests work on the one
//! they found, and the lock is held for no longer than it takes to look.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::mem;
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::address::Hosts;
use super::face::{Face, Place, face, inject, script};
use super::message::{Request, Response, Status};
use super::own::{self, problem_page};
use super::reactor::{Bell, Service};
use super::route::{Content, Outputs, respond};
use crate::diagnostic::text::{self, Style};
use crate::diagnostic::{Diagnostic, Severity};
use crate::pipeline::{self, Outcome, Prepared};
use crate::plan::headers::ResponseHeaders;
use crate::source::{Handle, Snapshot};
use crate::time::Instant;

/// What the preview needs of the world.
pub trait World: Send + Sync + 'static {
    /// Opens a file that is only copied.
    ///
    /// # Errors
    /// What the disk says.
    fn open(&self, handle: &Handle) -> io::Result<File>;

    /// Tells the author of a page that could not be rendered.
    fn report(&self, problems: &[Diagnostic], snapshot: &Snapshot);

    /// Takes the site to another moment, some time soon.
    fn travel(&self, travel: Travel);
}

/// A step of the time bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Travel {
    /// By seconds, backwards when negative.
    By(i64),
    /// To the next moment at which something changes by itself.
    ToNextChange,
}

/// Which moment a site is shown at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Now, as it goes on.
    Real,
    /// One that was asked for; pages take it for now.
    Travelled(Instant),
}

/// What the preview shows, and to whom.
pub struct Preview<W> {
    pub(super) world: W,
    hosts: Hosts,
    shown: Mutex<Arc<Shown>>,
    bell: OnceLock<Bell>,
}

/// One state of the preview.
#[derive(Debug)]
pub(super) struct Shown {
    /// From 1.
    pub(super) generation: u64,
    /// The last site without errors.
    pub(super) stage: Option<Arc<Stage>>,
    /// The one before it, in case one of its pages turns out to be beyond its theme.
    pub(super) before: Option<Arc<Stage>>,
    /// What stops the newest state from being shown.
    pub(super) errors: Notes,
    /// What else is wrong.
    pub(super) warnings: Notes,
}

/// Problems, as the terminal shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Notes {
    /// `2 errors`; `None` when there are none.
    pub(super) count: Option<String>,
    /// All of them.
    pub(super) text: String,
}

/// A site that can be shown.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) prepared: Prepared,
    pub(super) moment: Moment,
    snapshot: Arc<Snapshot>,
    /// Pages that were asked for, since many tabs ask for the same.
    rendered: Mutex<BTreeMap<String, Arc<Rendered>>>,
    /// The gallery's scenes that were asked for.
    scenes: Mutex<BTreeMap<&'static str, Arc<Stage>>>,
}

/// A page that was rendered.
#[derive(Debug)]
pub(super) struct Rendered {
    /// As they are served, the script included.
    bytes: Arc<[u8]>,
    /// What the script must know of it.
    pub(super) face: Face,
}

/// How many rendered pages are kept.
const KEPT: usize = 32;
/// The longest HTML file of `static/` that the script is put into, in bytes.
const LONGEST_COPY: u64 = 4 * 1024 * 1024;

impl<W: World> Preview<W> {
    /// A preview that shows nothing yet, to clients that ask these hosts.
    pub fn new(world: W, hosts: Hosts) -> Self {
        let nothing = Shown::of(0, None);
        Self { world, hosts, shown: Mutex::new(Arc::new(nothing)), bell: OnceLock::new() }
    }

    /// Shows what came of a snapshot; with errors, the site shown before stays.
    pub fn show(&self, outcome: Outcome, snapshot: &Arc<Snapshot>, moment: Moment) {
        let (errors, warnings): (Vec<_>, Vec<_>) =
            outcome.problems.into_iter().partition(|problem| problem.severity == Severity::Error);
        let stage =
            outcome.prepared.map(|prepared| Arc::new(Stage::new(prepared, Arc::clone(snapshot), moment)));
        let [errors, warnings] = [errors, warnings].map(|problems| Notes::of(&problems, snapshot));
        self.replace(|last| {
            let (stage, before) = match stage {
                Some(stage) => (Some(stage), last.stage.clone()),
                None => (last.stage.clone(), last.before.clone()),
            };
            Some(Shown { generation: last.generation + 1, stage, before, errors, warnings })
        });
    }

    /// Shows that the files cannot be read; the site shown before stays.
    pub fn fail(&self, cause: &str) {
        let errors = Notes { count: Some("1 error".to_owned()), text: format!("error: {cause}\n") };
        self.replace(|last| {
            let (stage, before) = (last.stage.clone(), last.before.clone());
            let warnings = Notes::default();
            Some(Shown { generation: last.generation + 1, stage, before, errors, warnings })
        });
    }

    /// Takes back a stage of which a page cannot be rendered, unless something else is shown or wrong already: the stage
    /// before it is shown again, and what is wrong with this one.
    fn withdraw(&self, stage: &Stage, problem: Diagnostic) {
        let problems = [problem];
        let errors = Notes::of(&problems, &stage.snapshot);
        let mut is_news = false;
        self.replace(|last| {
            let is_shown = last.stage.as_ref().is_some_and(|shown| ptr::eq(Arc::as_ptr(shown), stage));
            if !is_shown || last.errors.count.is_some() {
                return None;
            }
            is_news = true;
            let stage = last.before.clone().or_else(|| last.stage.clone());
            let warnings = last.warnings.clone();
            Some(Shown { generation: last.generation + 1, stage, before: None, errors, warnings })
        });
        if is_news {
            self.world.report(&problems, &stage.snapshot);
        }
    }

    fn replace(&self, next: impl FnOnce(&Shown) -> Option<Shown>) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(next) = next(&shown) else { return };
        let before = mem::replace(&mut *shown, Arc::new(next));
        drop(shown);
        if let Some(bell) = self.bell.get() {
            bell.ring();
        }
        // A large site takes a while to be taken down: nobody waits for that.
        drop(before);
    }

    /// Rings a bell at every new state from now on.
    pub(super) fn ring(&self, bell: Bell) {
        self.bell.set(bell).expect("a preview is served once");
    }

    pub(super) fn shown(&self) -> Arc<Shown> {
        Arc::clone(&self.shown.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<W: World> Service for Preview<W> {
    fn respond(&self, request: &Request) -> Response {
        let shown = self.shown();
        respond(&View { preview: self, shown: &shown }, self.hosts, request)
    }

    fn newest(&self) -> (u64, Arc<str>) {
        let generation = self.shown().generation;
        // Browsers try again after this many milliseconds when the preview has ended.
        (generation, Arc::from(format!("retry: 1000\ndata: {generation}\n\n")))
    }
}

/// One state as a request sees it.
pub(super) struct View<'a, W> {
    pub(super) preview: &'a Preview<W>,
    pub(super) shown: &'a Shown,
}

impl<W: World> Outputs for View<'_, W> {
    fn base(&self) -> &str {
        self.shown.stage.as_ref().map_or("/", |stage| stage.base())
    }

    fn has(&self, path: &str) -> bool {
        self.shown.stage.as_ref().is_some_and(|stage| stage.has(path))
    }

    fn headers(&self, path: &str) -> ResponseHeaders {
        let stage = self.shown.stage.as_ref().expect("only what is planned is served");
        stage.headers(path)
    }

    fn open(&self, path: &str) -> Result<Content, Response> {
        let stage = self.shown.stage.as_ref().expect("only what is planned is opened");
        self.content(stage, path)
    }

    fn own(&self, path: &str, request: &Request) -> Option<Response> {
        own::respond(self, path, request)
    }

    fn absent(&self) -> Option<Response> {
        let notes = &self.shown.errors;
        self.shown.stage.is_none().then(|| problem_page(Status::ServiceUnavailable, notes, None).0)
    }
}

impl<W: World> View<'_, W> {
    fn content(&self, stage: &Stage, path: &str) -> Result<Content, Response> {
        if stage.headers(path).is_html() {
            let rendered = self.rendered(stage, path).map_err(|refusal| refusal.0)?;
            return Ok(Content::Bytes(Arc::clone(&rendered.bytes)));
        }
        match self.body(stage, path).map_err(|unrendered| unrendered.refusal.0)? {
            pipeline::Body::Bytes(bytes) => Ok(Content::Bytes(Arc::from(bytes))),
            pipeline::Body::File(handle) => self.file(&handle).map_err(|_| gone(&handle)),
        }
    }

    /// The page at a planned path, or its last state that could be rendered; else the page that says why not.
    pub(super) fn rendered(&self, stage: &Stage, path: &str) -> Result<Arc<Rendered>, Box<Refusal>> {
        let (refusal, problem) = match self.newest(stage, path) {
            Ok(rendered) => return Ok(rendered),
            Err(Unrendered { refusal, problem: None }) => return Err(refusal),
            Err(Unrendered { refusal, problem: Some(problem) }) => (refusal, problem),
        };
        self.preview.withdraw(stage, problem);
        let shown = self.preview.shown();
        let last = shown.stage.as_ref().filter(|last| !ptr::eq(Arc::as_ptr(last), stage) && last.has(path));
        match last {
            // Gallery and site have paths in common, but not their pages.
            Some(last) if stage.base() == last.base() => self.newest(last, path).map_err(|_| refusal),
            _ => Err(refusal),
        }
    }

    fn newest(&self, stage: &Stage, path: &str) -> Result<Arc<Rendered>, Unrendered> {
        if let Some(rendered) = stage.kept(path) {
            return Ok(rendered);
        }
        let bytes = match self.body(stage, path)? {
            pipeline::Body::Bytes(bytes) => bytes,
            pipeline::Body::File(handle) => self.copied(&handle).map_err(|_| {
                let refusal = Box::new((gone(&handle), Face::bare("", None)));
                Unrendered { refusal, problem: None }
            })?,
        };
        let rendered = Arc::new(stage.dressed(path, bytes, &|sheet| self.sheet(stage, sheet)));
        stage.keep(path, &rendered);
        Ok(rendered)
    }

    fn body(&self, stage: &Stage, path: &str) -> Result<pipeline::Body, Unrendered> {
        let outputs = &stage.prepared.plan.outputs;
        let (path, _) = outputs.get_key_value(path).expect("only what is planned is opened");
        stage.prepared.render(path).map_err(|problem| {
            let notes = Notes::of(std::slice::from_ref(&problem), &stage.snapshot);
            let refusal = Box::new(problem_page(Status::InternalServerError, &notes, stage.page_clock()));
            Unrendered { refusal, problem: Some(problem) }
        })
    }

    /// A stylesheet's text.
    fn sheet(&self, stage: &Stage, path: &str) -> Option<String> {
        let bytes = match self.body(stage, path).ok()? {
            pipeline::Body::Bytes(bytes) => bytes,
            pipeline::Body::File(handle) => self.copied(&handle).ok()?,
        };
        String::from_utf8(bytes).ok()
    }

    fn file(&self, handle: &Handle) -> io::Result<Content> {
        let file = self.preview.world.open(handle)?;
        // It may have changed since it was found, and its length is a promise.
        let len = file.metadata()?.len();
        Ok(Content::File { file, len, stamp: handle.stamp })
    }

    fn copied(&self, handle: &Handle) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.preview.world.open(handle)?.take(LONGEST_COPY).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// What is served in place of a page, and how the live script shows it.
type Refusal = (Response, Face);

/// Why there is no page.
struct Unrendered {
    refusal: Box<Refusal>,
    /// What its author can mend; `None` when the file that it copies went.
    problem: Option<Diagnostic>,
}

impl Shown {
    /// Without problems.
    pub(super) fn of(generation: u64, stage: Option<Arc<Stage>>) -> Self {
        Self { generation, stage, before: None, errors: Notes::default(), warnings: Notes::default() }
    }
}

impl Stage {
    pub(super) fn new(prepared: Prepared, snapshot: Arc<Snapshot>, moment: Moment) -> Self {
        Self { prepared, moment, snapshot, rendered: Mutex::default(), scenes: Mutex::default() }
    }

    /// What it was made of.
    pub(super) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The gallery's scenes with this site's theme, by their names.
    pub(super) fn scenes(&self) -> MutexGuard<'_, BTreeMap<&'static str, Arc<Stage>>> {
        self.scenes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an output is planned at a path below the site's.
    fn has(&self, path: &str) -> bool {
        self.prepared.plan.outputs.contains_key(path)
    }

    /// How the planned output at a path is served.
    fn headers(&self, path: &str) -> ResponseHeaders {
        let outputs = &self.prepared.plan.outputs;
        let (path, page) = outputs.get_key_value(path).expect("only what is planned is served");
        ResponseHeaders::of(path, page)
    }

    /// The site's path on its host.
    pub(super) fn base(&self) -> &str {
        self.prepared.edition.site.config.base_url.path()
    }

    /// What pages take for now, in milliseconds since 1970; `None` when it is now.
    pub(super) fn page_clock(&self) -> Option<i64> {
        match self.moment {
            Moment::Real => None,
            Moment::Travelled(now) => Some(now.epoch_secs().saturating_mul(1000)),
        }
    }

    /// A page with our script in it; `sheet` gives the text of a stylesheet. What is not UTF-8 is served as it is.
    fn dressed(&self, path: &str, bytes: Vec<u8>, sheet: &dyn Fn(&str) -> Option<String>) -> Rendered {
        match String::from_utf8(bytes) {
            Ok(html) => {
                let place = Place { path, base: self.base(), plan: &self.prepared.plan, sheet };
                let face = face(&html, &place, self.page_clock());
                let html = inject(&html, &script(&face));
                Rendered { bytes: Arc::from(html.into_bytes()), face }
            }
            Err(error) => {
                let face = Face::bare("", self.page_clock());
                Rendered { bytes: Arc::from(error.into_bytes()), face }
            }
        }
    }

    fn kept(&self, path: &str) -> Option<Arc<Rendered>> {
        self.rendered.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    fn keep(&self, path: &str, rendered: &Arc<Rendered>) {
        let mut kept = self.rendered.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(path.to_owned(), Arc::clone(rendered));
    }
}

impl Notes {
    /// These problems; the source lines come from `snapshot`.
    pub(super) fn of(problems: &[Diagnostic], snapshot: &Snapshot) -> Self {
        Self { count: text::count(problems), text: text::render(problems, snapshot, Style::Plain) }
    }
}

/// The file went between the look at the folder and the request: the next state will be without it.
fn gone(handle: &Handle) -> Response {
    Response::text(Status::NotFound, &format!("`{}` cannot be read", handle.path))
}
