//! Searches published content for `[checks.redact]`.
//!
//! It searches the visible text of titles, updates, follow-ups, published postmortems, pages, names, theme options and
//! copied texts, and the paths of published files. Comments are not published.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::Range;

use regex::{Regex, RegexBuilder};
use regex_syntax::ast::{self, Ast};

use crate::check::options::Drafts;
use crate::check::{addresses, private, site_toml};
use crate::diagnostic::Diagnostic;
use crate::model::out_path::OutPath;
use crate::model::report::Slug;
use crate::parse::draft::{PageDraft, ReportDraft, SiteDraft};
use crate::parse::markdown::VisibleText;
use crate::parse::near::{as_seen, composed};
use crate::parse::texts;
use crate::parse::words;
use crate::percent;
use crate::rules;
use crate::source::{Entry, Handle, Snapshot, SourcePath, Spanned};

/// Keys of reports that no output shows.
const HIDDEN_IN_REPORT: [&str; 5] = ["keys", "components", "after", "outages", "fired"];

/// Tables of site.toml that no output shows.
const HIDDEN_IN_SITE: [&str; 4] = ["alerts", "announce", "checks", "publish"];

/// The help for a forbidden word in a file's address.
const RENAME: &str = "rename the file or its folder";

/// The patterns of `[checks.redact]`.
#[derive(Clone, Debug, Default)]
pub(super) struct Redactions {
    all: Vec<Redaction>,
    /// Whether pages link to their sources, which makes source paths visible.
    shows_sources: bool,
}

#[derive(Clone, Debug)]
struct Redaction {
    name: String,
    regex: Regex,
    /// For URLs, which are lower case: a plain word matches in any case.
    in_address: Regex,
}

impl Redactions {
    pub(super) fn read(draft: &SiteDraft, problems: &mut Vec<Diagnostic>) -> Self {
        let mut all = Vec::new();
        let written = draft.toml.checks.redact.iter();
        for (name, pattern) in written.filter_map(|(name, pattern)| Some((name, pattern.as_ref()?))) {
            match Redaction::new(&name.value, &pattern.value) {
                Ok(redaction) => all.push(redaction),
                Err(why) => {
                    let message = format!("`{}` is {why}", name.value);
                    let problem = site_toml::problem(rules::INVALID_SETTING, &pattern.span, message);
                    problems.push(problem.help("correct it, or write a plain word"));
                }
            }
        }
        let shows_sources = !draft.toml.edit_url().is_empty();
        Self { all, shows_sources }
    }
}

impl Redaction {
    /// The error continues a sentence that begins with "it is".
    fn new(name: &str, pattern: &str) -> Result<Self, String> {
        if pattern.trim().is_empty() {
            return Err("empty".to_owned());
        }
        let is_plain = regex::escape(pattern) == pattern;
        let wrong = |error: &dyn Display| format!("not a regular expression: {}", last_line(error));
        let pattern = over_paragraphs(&normalized(pattern, is_plain)).map_err(|error| wrong(&*error))?;
        let build = |is_any_case| RegexBuilder::new(&pattern).case_insensitive(is_any_case).build();
        let regex = build(false).map_err(|error| wrong(&error))?;
        let in_address = build(is_plain).map_err(|error| wrong(&error))?;
        Ok(Self { name: name.to_owned(), regex, in_address })
    }
}

/// The pattern in the form of the visible text: composed, and without full-width letters. A character that changes stands
/// for itself then.
fn normalized(pattern: &str, is_plain: bool) -> String {
    let words = pattern.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut written = String::new();
    for c in composed(if is_plain { &words } else { pattern }).chars() {
        let seen: String = as_seen(c.encode_utf8(&mut [0; 4])).collect();
        written += &if seen.chars().eq([c]) { seen } else { regex::escape(&seen) };
    }
    written
}

/// The pattern, with spaces that also match the end of a paragraph.
fn over_paragraphs(pattern: &str) -> Result<String, Box<ast::Error>> {
    struct Spaces(Vec<Range<usize>>);
    impl ast::Visitor for Spaces {
        type Output = Vec<Range<usize>>;
        type Err = std::convert::Infallible;
        fn finish(self) -> Result<Self::Output, Self::Err> {
            Ok(self.0)
        }
        fn visit_pre(&mut self, part: &Ast) -> Result<(), Self::Err> {
            if let Ast::Literal(literal) = part
                && literal.c == ' '
            {
                self.0.push(literal.span.start.offset..literal.span.end.offset);
            }
            Ok(())
        }
    }
    let parsed = ast::parse::Parser::new().parse(pattern)?;
    let Ok(spaces) = ast::visit(&parsed, Spaces(Vec::new()));
    let mut out = pattern.to_owned();
    spaces.into_iter().rev().for_each(|space| out.replace_range(space, r"[\x20\n]"));
    Ok(out)
}

fn last_line(error: &dyn Display) -> String {
    let text = error.to_string();
    let last = text.lines().next_back().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}

pub(super) fn report(draft: &ReportDraft, redactions: &Redactions, drafts: Drafts) -> Vec<Diagnostic> {
    let front = &draft.front;
    let title = front.title.iter().map(|title| title.span.clone());
    let tags = front.tags.iter().map(|tag| tag.span.clone());
    let follow_ups = front.follow_ups.iter().flat_map(|follow_up| [&follow_up.text, &follow_up.owner]);
    let follow_ups = follow_ups.flatten().map(|text| text.span.clone());
    let updates = draft.updates.iter().map(|update| update.heading.end..update.body.end);
    let postmortem = draft.postmortem.iter().filter(|postmortem| !postmortem.draft || drafts == Drafts::Show);
    let bodies: Vec<_> = updates.chain(postmortem.map(|postmortem| postmortem.body.clone())).collect();
    let shown = title.chain(tags).chain(follow_ups).chain(bodies.iter().cloned());
    let mut problems: Vec<Diagnostic> =
        shown.flat_map(|range| private::problems(&draft.path, &draft.text, range)).collect();
    let mut search = Search::new(&draft.path, &draft.text, redactions);
    search.values(draft.front_span.clone(), &HIDDEN_IN_REPORT);
    bodies.into_iter().for_each(|body| search.markdown(body));
    search.document(addresses::slug(&draft.path));
    for tag in &front.tags {
        // A tag that says the words has been named for them.
        let is_named = |problem: &Diagnostic| tag.span.contains(&problem.labels[0].span.start);
        if search.problems.iter().any(is_named) {
            continue;
        }
        search.address(&words::tag(&tag.value).slug, tag.span.clone(), "write the tag otherwise");
    }
    problems.extend(search.problems);
    problems
}

pub(super) fn page(draft: &PageDraft, redactions: &Redactions) -> Vec<Diagnostic> {
    let body = draft.body.offset()..draft.body.offset() + draft.body.as_str().len();
    let shown = draft.front.title.iter().map(|title| title.span.clone()).chain([body.clone()]);
    let mut problems: Vec<Diagnostic> =
        shown.flat_map(|range| private::problems(&draft.path, &draft.text, range)).collect();
    let mut search = Search::new(&draft.path, &draft.text, redactions);
    search.values(front_matter(&draft.text[..body.start]), &[]);
    search.markdown(body);
    search.document(addresses::slug(&draft.path));
    problems.extend(search.problems);
    problems
}

fn front_matter(head: &str) -> Range<usize> {
    let start = head.find('\n').map_or(head.len(), |at| at + 1);
    start..head.rfind("+++").unwrap_or(start).max(start)
}

/// Matches in site.toml, the theme's own files, copied files, and published paths.
pub(super) fn site(
    draft: &SiteDraft,
    snapshot: &Snapshot,
    copies: &BTreeMap<OutPath, Handle>,
    redactions: &Redactions,
) -> Vec<Diagnostic> {
    if redactions.all.is_empty() {
        return Vec::new();
    }
    let mut search = Search::new(&site_toml::SITE_TOML, &draft.text, redactions);
    search.values(0..draft.text.len(), &HIDDEN_IN_SITE);
    // Of a target, pages show this alone.
    let banners = draft.toml.publish.iter().filter_map(|(_, target)| target.banner.as_ref());
    banners.for_each(|banner| search.value(banner));
    let mut problems = search.problems;
    let theme = draft.toml.theme();
    let folder = format!("themes/{theme}");
    let of_theme = snapshot.below(&folder).map(|(path, _)| (path, path.as_str()));
    let of_site = copies.iter().map(|(output, handle)| (&handle.path, output.as_str()));
    for (path, output) in of_site.chain(of_theme) {
        let text = snapshot.files.get(path).and_then(text_of).unwrap_or_default();
        let mut search = Search::new(path, &text, redactions);
        search.address(output, 0..0, RENAME);
        search.copied();
        problems.extend(search.problems);
    }
    problems
}

fn text_of(entry: &Entry) -> Option<String> {
    let (Entry::Bytes(bytes) | Entry::Text(_, bytes)) = entry else { return None };
    let units =
        |unit: fn([u8; 2]) -> u16| bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    let wide: Option<Vec<u16>> = match **bytes {
        [0xff, 0xfe, ..] => Some(units(u16::from_le_bytes)),
        [0xfe, 0xff, ..] => Some(units(u16::from_be_bytes)),
        _ => None,
    };
    let text = wide
        .map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |wide| String::from_utf16_lossy(&wide));
    Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

struct Search<'a> {
    file: &'a SourcePath,
    text: &'a str,
    redactions: &'a Redactions,
    problems: Vec<Diagnostic>,
}

impl<'a> Search<'a> {
    fn new(file: &'a SourcePath, text: &'a str, redactions: &'a Redactions) -> Self {
        Self { file, text, redactions, problems: Vec::new() }
    }

    fn markdown(&mut self, range: Range<usize>) {
        if !self.redactions.all.is_empty() {
            self.visible(&VisibleText::of_markdown(self.text, range));
        }
    }

    fn values(&mut self, range: Range<usize>, except: &[&str]) {
        if self.redactions.all.is_empty() {
            return;
        }
        texts(self.text, range, except).iter().for_each(|value| self.value(value));
    }

    fn value(&mut self, Spanned { value, span }: &Spanned<String>) {
        let decoded = VisibleText::of_text(&percent::decode(value).unwrap_or_default()).text;
        let seen = VisibleText::of_text(value).text;
        for redaction in &self.redactions.all {
            let found = redaction.matches(&seen).next().map(|found| &seen[found]);
            let found = found.or_else(|| redaction.regex.find(&decoded).map(|found| found.as_str()));
            let Some(found) = found.filter(|found| !found.is_empty()) else { continue };
            self.problems.push(problem(self.file, self.narrowed(span.clone(), found), redaction));
        }
    }

    fn copied(&mut self) {
        self.visible(&VisibleText::of_text(self.text));
        if self.text.contains("\\u") {
            self.visible(&VisibleText::of_escapes(self.text));
        }
        if self.text.contains('<') {
            self.visible(&VisibleText::of_markup(self.text));
        }
    }

    fn visible(&mut self, seen: &VisibleText) {
        for redaction in &self.redactions.all {
            for found in redaction.matches(&seen.text) {
                let span = self.narrowed(seen.place(found.clone()), &seen.text[found]);
                let is_known = |known: &Diagnostic| {
                    known.labels[0].span == span && known.message.ends_with(&redaction.name)
                };
                if !self.problems.iter().rev().take(8).any(is_known) {
                    self.problems.push(problem(self.file, span, redaction));
                }
            }
        }
    }

    /// The exact position of the words, if the source holds them literally.
    fn narrowed(&self, span: Range<usize>, words: &str) -> Range<usize> {
        let at = self.text.get(span.clone()).and_then(|text| text.find(words));
        at.map_or(span.clone(), |at| span.start + at..span.start + at + words.len())
    }

    /// Searches a document's URL, and its source path if visible.
    fn document(&mut self, slug: Option<Slug>) {
        let path = self.redactions.shows_sources.then(|| self.file.as_str());
        match (path, slug) {
            (Some(path), _) => self.address(path, 0..0, RENAME),
            (None, Some(slug)) => self.address(slug.as_str(), 0..0, RENAME),
            (None, None) => {}
        }
    }

    /// Searches a published path.
    fn address(&mut self, path: &str, span: Range<usize>, help: &str) {
        let path = &*as_seen(path).collect::<String>();
        for redaction in self.redactions.all.iter().filter(|it| it.forbids_address(path)) {
            let message = format!(
                "`[checks.redact]` says that the address `{path}` is not to be published: {}",
                redaction.name
            );
            let problem = Diagnostic::new(rules::UNREDACTED, self.file, span.clone(), message);
            self.problems.push(problem.help(help));
        }
    }
}

/// Replaces words that `[checks.redact]` forbids.
const REDACTED: &str = "[redacted]";

/// A text from elsewhere, without what `[checks.redact]` forbids to publish in texts and in addresses.
pub fn redacted(draft: &SiteDraft, text: &str) -> String {
    let redactions = Redactions::read(draft, &mut Vec::new());
    let patterns = redactions.all.iter().flat_map(|redaction| [&redaction.regex, &redaction.in_address]);
    patterns.fold(text.to_owned(), |text, pattern| replaced(&text, pattern))
}

/// Whether `[checks.redact]` forbids to publish a path.
pub fn is_forbidden_address(draft: &SiteDraft, path: &str) -> bool {
    let path = as_seen(path).collect::<String>();
    Redactions::read(draft, &mut Vec::new()).all.iter().any(|it| it.forbids_address(&path))
}

fn replaced(text: &str, pattern: &Regex) -> String {
    let seen = VisibleText::of_text(text);
    let found = pattern.find_iter(&seen.text).map(|found| found.range());
    let places = found.filter(|range| !range.is_empty()).map(|range| seen.place(range));
    let (mut out, mut at) = (String::new(), 0);
    for place in places.filter(|place| !place.is_empty()) {
        // Two matches may share a character that was written as one.
        if place.start >= at {
            out += &text[at..place.start];
            out += REDACTED;
        }
        at = at.max(place.end);
    }
    out + &text[at..]
}

impl Redaction {
    /// Searches a path, also with its parts as words.
    fn forbids_address(&self, path: &str) -> bool {
        let words = path.replace(['-', '_', '/', '.'], " ");
        [path, &words].iter().any(|text| self.in_address.find(text).is_some_and(|it| !it.is_empty()))
    }

    fn matches<'t>(&self, text: &'t str) -> impl Iterator<Item = Range<usize>> + use<'_, 't> {
        self.regex.find_iter(text).map(|found| found.range()).filter(|range| !range.is_empty())
    }
}

fn problem(file: &SourcePath, span: Range<usize>, redaction: &Redaction) -> Diagnostic {
    let message = format!("`[checks.redact]` forbids publishing this: {}", redaction.name);
    Diagnostic::new(rules::UNREDACTED, file, span, message).help("remove it")
}
