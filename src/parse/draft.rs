//! Drafts: the parsed content of each file with the position of every value, before files are compared.
//!
//! Invariant: a draft depends only on its own file: times without a zone stay local, components stay names.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Rule};
use crate::model::report::{Kind, Status};
use crate::model::uptime::Recorded;
use crate::parse::keys::{FrontMatter, PageFront, SiteToml};
use crate::source::{Handle, SourcePath, Spanned, Text};
use crate::time::Day;
use crate::time::written::Written;

#[derive(Clone, Debug, Default)]
pub struct Drafts {
    /// `None` when the file is missing.
    pub site: Option<Arc<SiteDraft>>,
    /// Incidents and maintenances by path, without translations.
    pub reports: Vec<Arc<ReportDraft>>,
    pub downtime: Vec<Arc<DowntimeDraft>>,
    pub pages: Vec<Arc<PageDraft>>,
    /// Files of `content/` and `static/` that are copied or linked to, by path.
    pub files: Vec<Handle>,
    /// Files of `static/` with a dot at the start of their own or a folder's name, by path.
    pub dot_files: Vec<Handle>,
    /// Problems without a draft: stray files, files that are not UTF-8.
    pub problems: Vec<Diagnostic>,
}

#[derive(Clone, Debug)]
pub struct ReportDraft {
    pub path: SourcePath,
    /// The whole file without a byte order mark; all spans refer to it (`Text::offset` too).
    pub text: Arc<str>,
    pub digest: [u8; 32],
    pub kind: Kind,
    /// The language in `X.LANG.md`, if it has the form of one.
    pub language: Option<String>,
    pub front: FrontMatter,
    /// The front matter without its fences; an empty span at 0 when there is none.
    pub front_span: Range<usize>,
    pub updates: Vec<UpdateDraft>,
    pub postmortem: Option<PostmortemDraft>,
    /// Links and images of all Markdown, in order.
    pub links: Vec<LinkDraft>,
    pub problems: Vec<Diagnostic>,
}

impl ReportDraft {
    pub fn is_draft(&self) -> bool {
        self.front.draft()
    }

    pub fn problem(&self, rule: Rule, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(rule, &self.path, span, message)
    }

    /// Where a problem of the whole report is shown: its title, else its first byte.
    pub fn title_span(&self) -> Range<usize> {
        self.front.title.as_ref().map_or(0..0, |title| title.span.clone())
    }
}

#[derive(Clone, Debug)]
pub struct UpdateDraft {
    /// The heading's line, without its line end.
    pub heading: Range<usize>,
    /// `None` for `Update`. Whether the status fits the kind is checked later.
    pub status: Spanned<Option<Status>>,
    /// A bare time has no day.
    pub at: Spanned<Written>,
    pub id: Option<Spanned<String>>,
    pub next_update: Option<Spanned<Written>>,
    /// Lines `WORD: VALUE` right below the heading, without `id` and `next_update`. Only site.toml tells which words
    /// are components; from the first line that is none on, they are text.
    pub lines: Vec<SettingLine>,
    /// The text up to the next heading. It begins at the first of `lines` that is text, else here.
    pub body: Range<usize>,
}

/// The notation of a line below a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingForm {
    /// `WORD: VALUE`
    Plain,
    /// Similar, with a state as its value: `Web app: major`, `web = major`, `- web: major`.
    Almost,
    /// With white space alone before the state: `web major`. A sentence unless the word is a component's id.
    Spaced,
}

/// A line right below an update's heading that is, or looks like, a setting.
#[derive(Clone, Debug)]
pub struct SettingLine {
    pub form: SettingForm,
    /// The whole line, without its line end.
    pub span: Range<usize>,
    /// Before the colon or its substitute.
    pub word: Spanned<String>,
    /// After it, trimmed.
    pub value: Spanned<String>,
}

#[derive(Clone, Debug)]
pub struct PostmortemDraft {
    pub heading: Range<usize>,
    pub at: Option<Spanned<Written>>,
    /// Whether the heading says `draft`.
    pub draft: bool,
    pub body: Range<usize>,
    /// The headings in it: level and position.
    pub headings: Vec<(u8, Range<usize>)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkDraft {
    /// As written: `/x/`, `other.md#part`, `a.png`, `https://…`.
    pub target: String,
    pub kind: LinkKind,
    pub span: Range<usize>,
    /// Whether it is in HTML that needs `raw_html`.
    pub needs_raw_html: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// `[text](target)`
    Link,
    /// `![text](target)`
    Image,
}

#[derive(Clone, Debug)]
pub struct PageDraft {
    pub path: SourcePath,
    pub text: Arc<str>,
    pub language: Option<String>,
    pub front: PageFront,
    pub body: Text,
    pub links: Vec<LinkDraft>,
    pub problems: Vec<Diagnostic>,
}

#[derive(Clone, Debug)]
pub struct DowntimeDraft {
    /// Its stem is the component's id.
    pub path: SourcePath,
    /// The rows; values are cut to the day later.
    pub days: Vec<Spanned<(Day, Recorded)>>,
    pub problems: Vec<Diagnostic>,
}

#[derive(Clone, Debug, Default)]
pub struct SiteDraft {
    pub text: Arc<str>,
    pub toml: SiteToml,
    /// Whether all components could be read, so that a name that is not among them is wrong.
    pub has_all_components: bool,
    pub problems: Vec<Diagnostic>,
}
