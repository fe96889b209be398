//! Drafts: what each file says, with the place of every word, before anything is compared with another file.
//!
//! Invariant: a draft holds only what its own file says: times without a zone stay local, components stay names.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::model::report::{Kind, Status};
use crate::model::state::State;
use crate::model::uptime::Recorded;
use crate::parse::keys::{FrontMatter, PageFront, SiteToml};
use crate::source::{Handle, SourcePath, Spanned, Text};
use crate::time::Day;
use crate::time::written::Written;

/// All files of a snapshot, read one by one.
#[derive(Clone, Debug, Default)]
pub struct Drafts {
    /// site.toml; `None` when the file is absent.
    pub site: Option<Arc<SiteDraft>>,
    /// Incidents and maintenances in order of paths, translations apart.
    pub reports: Vec<Arc<ReportDraft>>,
    /// Recorded downtime in order of paths.
    pub downtime: Vec<Arc<DowntimeDraft>>,
    /// Extra pages in order of paths.
    pub pages: Vec<Arc<PageDraft>>,
    /// Files of `content/` and `static/` that are only copied or linked to, by path.
    pub files: Vec<Handle>,
    /// Files of `static/` whose names, or those of their folders, begin with a dot, by path.
    pub dot_files: Vec<Handle>,
    /// Problems that belong to no draft: stray files, files that are not UTF-8.
    pub problems: Vec<Diagnostic>,
}

/// A report's file.
#[derive(Clone, Debug)]
pub struct ReportDraft {
    /// Where it stands.
    pub path: SourcePath,
    /// The whole file without a byte order mark; spans count in it. (`Text::offset` too.)
    pub text: Arc<str>,
    /// SHA-256 of the file.
    pub digest: [u8; 32],
    /// By its folder.
    pub kind: Kind,
    /// The language of `X.LANG.md`'s middle part, when it has the form of one.
    pub language: Option<String>,
    /// The front matter, as far as it could be read.
    pub front: FrontMatter,
    /// Where the front matter stands, without its fences; an empty span at 0 when there is none.
    pub front_span: Range<usize>,
    /// The updates in the order of the file.
    pub updates: Vec<UpdateDraft>,
    /// The postmortem.
    pub postmortem: Option<PostmortemDraft>,
    /// Links and images of all its Markdown, in order.
    pub links: Vec<LinkDraft>,
    /// What is wrong with this file alone.
    pub problems: Vec<Diagnostic>,
}

impl ReportDraft {
    /// Whether its front matter says `draft = true`.
    pub fn is_draft(&self) -> bool {
        self.front.draft()
    }
}

/// A component named in `components`.
#[derive(Clone, Debug)]
pub struct ComponentDraft {
    /// Its id.
    pub id: Spanned<String>,
    /// Its state; `None` in a list, or when it is no state (which is a problem already).
    pub state: Option<Spanned<State>>,
}

/// `done` of a follow-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoneDraft {
    /// `false`: the same as leaving it out.
    No,
    /// `true`
    Sometime,
    /// A day.
    On(Day),
}

/// A `## STATUS, TIME` section.
#[derive(Clone, Debug)]
pub struct UpdateDraft {
    /// The heading's line, without its line end.
    pub heading: Range<usize>,
    /// `None` for `Update`. Whether the status fits the kind is checked later.
    pub status: Spanned<Option<Status>>,
    /// Its time; a bare one has no day.
    pub at: Spanned<Written>,
    /// `id:` below the heading.
    pub id: Option<Spanned<String>>,
    /// `next_update:` below the heading.
    pub next_update: Option<Spanned<Written>>,
    /// Lines `WORD: VALUE` right below the heading other than `id` and `next_update`, where they may be settings: which
    /// words are components is only known with site.toml. From the first that is none on, they are text.
    pub lines: Vec<SettingLine>,
    /// The text below the settings, up to the next heading: from the first line in `lines` that turns out to be text, or
    /// from here on when all are settings.
    pub body: Range<usize>,
}

/// How a line below a heading is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingForm {
    /// `WORD: VALUE`
    Plain,
    /// Nearly so, with a value that is a state: `Web app: major`, `web = major`, `- web: major`.
    Almost,
}

/// A line right below an update's heading that is a setting, or was meant as one.
#[derive(Clone, Debug)]
pub struct SettingLine {
    /// How it is written.
    pub form: SettingForm,
    /// The whole line, without its line end.
    pub span: Range<usize>,
    /// Before the colon or what stands for it.
    pub word: Spanned<String>,
    /// After it, trimmed.
    pub value: Spanned<String>,
}

/// The `# Postmortem` section.
#[derive(Clone, Debug)]
pub struct PostmortemDraft {
    /// The heading's line, without its line end.
    pub heading: Range<usize>,
    /// Its publishing time.
    pub at: Option<Spanned<Written>>,
    /// Whether it says `draft` after the comma.
    pub draft: bool,
    /// Everything below the heading.
    pub body: Range<usize>,
    /// The headings in it: level and place.
    pub headings: Vec<(u8, Range<usize>)>,
}

/// A link or image in Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkDraft {
    /// Where it leads, as written (`/x/`, `other.md#part`, `a.png`, `https://…`).
    pub target: String,
    /// Link or image.
    pub kind: LinkKind,
    /// The link's bytes.
    pub span: Range<usize>,
    /// Whether it stands in HTML that works with `raw_html` alone.
    pub needs_raw_html: bool,
}

/// What points somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// `[text](target)`
    Link,
    /// `![text](target)`
    Image,
}

/// An extra page's file.
#[derive(Clone, Debug)]
pub struct PageDraft {
    /// Where it stands.
    pub path: SourcePath,
    /// The whole file without a byte order mark.
    pub text: Arc<str>,
    /// SHA-256 of the file.
    pub digest: [u8; 32],
    /// The language of `X.LANG.md`'s middle part, when it has the form of one.
    pub language: Option<String>,
    /// The front matter.
    pub front: PageFront,
    /// Markdown.
    pub body: Text,
    /// Links and images, in order.
    pub links: Vec<LinkDraft>,
    /// What is wrong with this file alone.
    pub problems: Vec<Diagnostic>,
}

/// A file of recorded downtime.
#[derive(Clone, Debug)]
pub struct DowntimeDraft {
    /// Where it stands; its stem is the component's id.
    pub path: SourcePath,
    /// SHA-256 of the file.
    pub digest: [u8; 32],
    /// Its rows: day and what is recorded of it, cut to the day later.
    pub days: Vec<Spanned<(Day, Recorded)>>,
    /// What is wrong with this file alone.
    pub problems: Vec<Diagnostic>,
}

/// site.toml.
#[derive(Clone, Debug, Default)]
pub struct SiteDraft {
    /// The whole file without a byte order mark.
    pub text: Arc<str>,
    /// SHA-256 of the file.
    pub digest: [u8; 32],
    /// Its keys.
    pub toml: SiteToml,
    /// Whether all components could be read, so that a name that is not among them is wrong.
    pub has_all_components: bool,
    /// What is wrong with this file alone.
    pub problems: Vec<Diagnostic>,
}
