//! Parses a report's Markdown: updates, then perhaps a postmortem.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Rule};
use crate::digest::Digest;
use crate::model::report::{Kind, Status};
use crate::parse::draft::{LinkDraft, PostmortemDraft, ReportDraft, UpdateDraft};
use crate::parse::heading::{self, HeadingName};
use crate::parse::markdown::{Block, BlockKind, scan, shows};
use crate::parse::text::{line_end, trimmed};
use crate::parse::{files, front, lookalike_headings, markup, settings, text};
use crate::rules;
use crate::source::{SourcePath, Spanned};
use crate::time::written;

/// Parses a report. Errors: not a text, or nested too deep to parse; other problems are in the draft.
pub fn report(path: &SourcePath, bytes: &[u8], kind: Kind) -> Result<ReportDraft, Diagnostic> {
    let text = text::decode(path, bytes)?;
    let language = files::language(path);
    let (parts, split_problem) = front::split(path, &text);
    if let Some(problem) = markup::nested_too_deep(path, &text, parts.body.clone()) {
        return Err(problem);
    }
    let (front, front_problems) = front::report(path, &text, &parts, kind);
    let mut problems: Vec<Diagnostic> = files::name_problem(path, language.as_deref()).into_iter().collect();
    problems.extend(split_problem);
    problems.extend(front_problems);
    let scan = scan(&text, parts.body.clone());
    let ReportParser { updates, postmortem, mut problems, .. } =
        ReportParser::new(path, &text, kind, problems).blocks(&scan.blocks);
    problems.extend(markup::comments(path, &scan));
    problems.extend(scan.undescribed_images.iter().map(|span| markup::without_alt_text(path, span)));
    problems.extend(markup::problems(path, &text, &sections(&updates, postmortem.as_ref())));
    problems.extend(definitions_elsewhere(path, &text, &updates, postmortem.as_ref(), &scan.references));
    problems.sort_by_key(|problem| problem.labels[0].span.start);
    let links = links(&text, scan.links, &updates, postmortem.as_ref());
    Ok(ReportDraft {
        path: path.clone(),
        digest: *Digest::of(bytes).as_bytes(),
        kind,
        language,
        front,
        front_span: parts.front,
        updates,
        postmortem,
        links,
        problems,
        text: Arc::clone(&text),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    /// Before any heading of level 1 or 2.
    Top,
    /// Below an update's heading.
    Update,
    Unknown,
    /// Below the postmortem's heading.
    Postmortem,
}

struct ReportParser<'a> {
    path: &'a SourcePath,
    text: &'a str,
    kind: Kind,
    section: Section,
    /// Whether text above the first update was reported. It is reported once, and not without front matter.
    has_stray_text: bool,
    updates: Vec<UpdateDraft>,
    postmortem: Option<PostmortemDraft>,
    problems: Vec<Diagnostic>,
}

impl<'a> ReportParser<'a> {
    fn new(path: &'a SourcePath, text: &'a str, kind: Kind, problems: Vec<Diagnostic>) -> Self {
        Self {
            path,
            text,
            kind,
            section: Section::Top,
            has_stray_text: problems.iter().any(|problem| problem.rule == rules::MISSING_FRONT_MATTER.name),
            updates: Vec::new(),
            postmortem: None,
            problems,
        }
    }

    fn report(
        &mut self,
        rule: Rule,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.problems.push(Diagnostic::new(rule, self.path, span, message).help(help));
    }

    fn blocks(mut self, blocks: &[Block]) -> Self {
        for (index, block) in blocks.iter().enumerate() {
            self.block(block, &blocks[index + 1..]);
        }
        self.close(self.text.len());
        self
    }

    /// Reads a block; `following` are those below it.
    fn block(&mut self, block: &Block, following: &[Block]) {
        match (self.section, block.kind) {
            (_, BlockKind::Comment) => {}
            (Section::Postmortem, kind) => {
                self.note_heading(kind, &block.span);
                let body = self.postmortem.as_ref().map(|postmortem| postmortem.body.start);
                if body.is_some_and(|start| self.text[start..block.span.start].trim().is_empty()) {
                    self.problems.extend(lookalike_headings::draft_mark(self.path, self.text, block));
                }
                self.problems.extend(lookalike_headings::in_postmortem(self.path, self.text, block))
            }
            (_, BlockKind::Heading(level @ (1 | 2))) => {
                self.close(block.span.start);
                self.heading(block.span.clone(), level, following);
            }
            (_, BlockKind::Setext) => {
                self.close(block.span.start);
                self.section = Section::Unknown;
                self.setext(block);
            }
            _ => self.body(block),
        }
    }

    /// Records a heading of the postmortem; an underlined one counts as level 2.
    fn note_heading(&mut self, kind: BlockKind, span: &Range<usize>) {
        let level = match kind {
            BlockKind::Heading(level) => level,
            BlockKind::Setext => 2,
            _ => return,
        };
        if let Some(postmortem) = &mut self.postmortem {
            postmortem.headings.push((level, span.clone()));
        }
    }

    fn body(&mut self, block: &Block) {
        let found = lookalike_headings::in_body(self.path, self.text, block);
        let is_heading = found.iter().any(|problem| problem.rule == rules::FORGOTTEN_HEADING.name);
        if self.section == Section::Top && !self.has_stray_text && !is_heading {
            self.has_stray_text = true;
            let (end, _) = line_end(self.text, block.span.start);
            self.report(
                rules::TEXT_BEFORE_UPDATE,
                block.span.start..end.min(block.span.end),
                "there is text above the first update",
                format!("put an update's heading above it: `{}`", self.example()),
            );
        }
        self.problems.extend(found);
    }

    fn example(&self) -> &'static str {
        match self.kind {
            Kind::Incident => "## Investigating, 2024-04-16 10:03",
            Kind::Maintenance => "## Scheduled, 2024-04-16 10:03",
        }
    }

    fn setext(&mut self, block: &Block) {
        let drafts = lookalike_headings::drafts(self.path, self.text, block);
        if !drafts.is_empty() {
            return self.problems.extend(drafts);
        }
        let span = block.span.clone();
        let underline = self.text[span.clone()].lines().next_back().unwrap_or_default().trim();
        let help = if underline.starts_with('-') {
            "leave a blank line above the `---`, or write a heading with `###`"
        } else {
            "leave a blank line above the `===`, or write a heading with `###`"
        };
        self.report(rules::SETEXT_HEADING, span, "a line of `-` or `=` below text makes it a heading", help);
    }

    fn heading(&mut self, span: Range<usize>, level: u8, following: &[Block]) {
        let content = heading::content(self.text, span.clone());
        let parts = heading::split(self.text, content.clone());
        let name = heading::name(&self.text[parts.name.clone()]);
        if level == 1 && matches!(name, HeadingName::Status(_) | HeadingName::Update) {
            let help = format!("write `## {}`", &self.text[content]);
            self.report(rules::UNKNOWN_HEADING, span.clone(), "an update's heading has two `#`s", help);
        }
        match (name, parts.rest.clone()) {
            (HeadingName::Postmortem, rest) => self.start_postmortem(span, rest),
            (HeadingName::Status(_) | HeadingName::Update, Some(rest)) if !rest.is_empty() => {
                self.timed(span, name, parts.name, rest, following);
            }
            (HeadingName::Status(_) | HeadingName::Update, _) => {
                self.section = Section::Unknown;
                let word = self.text[parts.name].to_owned();
                let help = format!("write `## {word}, 2024-04-16 10:33`");
                self.report(rules::INVALID_TIME, span, format!("the update `{word}` has no time"), help);
            }
            (HeadingName::Unknown, Some(rest)) if written::is_time(&self.text[rest.clone()]) => {
                self.unknown_status(parts.name.clone());
                self.timed(span, name, parts.name, rest, following);
            }
            (HeadingName::Unknown, _) => self.unknown(span, parts.name),
        }
    }

    fn timed(
        &mut self,
        span: Range<usize>,
        name: HeadingName,
        name_span: Range<usize>,
        rest: Range<usize>,
        following: &[Block],
    ) {
        let at = match written::parse(&self.text[rest.clone()]) {
            Ok(at) => Spanned::new(at, rest),
            Err(error) => {
                self.section = Section::Unknown;
                let help =
                    "write a time such as `2024-04-16 10:33`, or `10:33` on the date of the update before";
                return self.report(rules::INVALID_TIME, rest, error, help);
            }
        };
        if self.section == Section::Top && at.value.day.is_none() {
            let help = format!("write the date as well: `2024-04-16 {}`", &self.text[at.span.clone()]);
            self.report(rules::BARE_FIRST_TIME, at.span.clone(), "the first update has no date", help);
        }
        let status = match name {
            HeadingName::Status(status) => Some(status),
            _ => None,
        };
        self.section = Section::Update;
        let below = line_end(self.text, span.end).1;
        let next = following.iter().find(|block| ends_update(block.kind));
        let end = next.map_or(self.text.len(), |block| block.span.start);
        let settings = settings::read(self.path, self.text, below..end.max(below), &mut self.problems);
        self.updates.push(UpdateDraft {
            heading: span,
            status: Spanned::new(status, name_span),
            at,
            id: settings.id,
            next_update: settings.next_update,
            lines: settings.lines,
            body: settings.end..settings.end,
        });
    }

    fn unknown_status(&mut self, span: Range<usize>) {
        let written = &self.text[span.clone()];
        let message = format!("unknown status `{written}`");
        let help = match heading::near_word(written, self.kind) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("use `{}`", heading::words(self.kind).collect::<Vec<_>>().join("`, `")),
        };
        self.report(rules::UNKNOWN_STATUS, span, message, help);
    }

    fn unknown(&mut self, span: Range<usize>, name: Range<usize>) {
        self.section = Section::Unknown;
        let content = heading::content(self.text, span.clone());
        let written = &self.text[content];
        let help = match (heading::with_comma(written), heading::near_word(&self.text[name], self.kind)) {
            _ if heading::reads_as_draft(written) => format!("write `{}`", heading::DRAFT),
            (Some(heading), _) => format!("write the comma: `## {heading}`"),
            (None, Some("Postmortem")) => {
                format!("did you mean `# Postmortem`, or `{}` until it is published?", heading::DRAFT)
            }
            (None, Some(word)) => format!("did you mean `## {word}, 2024-04-16 10:33`?"),
            (None, None) => "write a heading inside an update with `###`".to_owned(),
        };
        let message = format!("`{written}` is neither an update nor a postmortem");
        self.report(rules::UNKNOWN_HEADING, span, message, help);
    }

    fn start_postmortem(&mut self, span: Range<usize>, rest: Option<Range<usize>>) {
        self.section = Section::Postmortem;
        let comment = &self.text[heading::content(self.text, span.clone()).end..span.end];
        if heading::says_draft(&comment.replace(['<', '>'], "")) {
            let message = "a comment does not keep the postmortem back, so readers would see its draft";
            let help = format!("write `{}`", heading::DRAFT);
            self.report(rules::UNKNOWN_HEADING, span.clone(), message, help);
        }
        if rest.as_ref().is_some_and(Range::is_empty) {
            let help = format!("write `# Postmortem` or, until it is published, `{}`", heading::DRAFT);
            self.report(rules::INVALID_TIME, span.clone(), "there is nothing after the comma", help);
        }
        let rest = rest.filter(|rest| !rest.is_empty());
        let draft = rest.as_ref().is_some_and(|rest| self.text[rest.clone()].eq_ignore_ascii_case("draft"));
        let mut at = None;
        if let Some(rest) = rest.filter(|_| !draft) {
            match written::parse(&self.text[rest.clone()]) {
                Ok(time) => at = Some(Spanned::new(time, rest)),
                Err(error) => {
                    let help = match heading::reads_as_draft(&self.text[span.clone()]) {
                        true => format!("write `{}`", heading::DRAFT),
                        false => "write a time such as `2024-04-19 16:13`, `draft`, or nothing after `# Postmortem`".to_owned(),
                    };
                    self.report(rules::INVALID_TIME, rest, error, help);
                }
            }
        }
        let below = line_end(self.text, span.end).1;
        self.postmortem =
            Some(PostmortemDraft { heading: span, at, draft, body: below..below, headings: Vec::new() });
    }

    /// Ends the section where the next heading begins.
    fn close(&mut self, end: usize) {
        match self.section {
            Section::Update => self.close_update(end),
            Section::Postmortem => {
                if let Some(postmortem) = &mut self.postmortem {
                    postmortem.body = lines_of_text(self.text, postmortem.body.start..end);
                }
            }
            Section::Top | Section::Unknown => {}
        }
    }

    fn close_update(&mut self, end: usize) {
        let Some(update) = self.updates.last_mut() else { return };
        update.body = lines_of_text(self.text, update.body.start..end.max(update.body.start));
        let span = update.heading.clone();
        let is_faulty = self.problems.iter().rev().any(|problem| problem.labels[0].span.start >= span.start);
        let is_last_word = update.status.value.is_some_and(Status::is_final);
        if update.lines.is_empty() && !is_faulty && !is_last_word && !shows(&self.text[update.body.clone()]) {
            self.report(
                rules::EMPTY_UPDATE,
                span,
                "this update has no text",
                "write a sentence below its heading",
            );
        }
    }
}

/// The texts of a report, each shown on its own.
fn sections(updates: &[UpdateDraft], postmortem: Option<&PostmortemDraft>) -> Vec<markup::Section> {
    let last = postmortem.map(|postmortem| &postmortem.heading);
    let next = updates.iter().skip(1).map(|update| Some(&update.heading)).chain([last]);
    let updates = updates.iter().zip(next);
    let updates = updates.map(|(update, next)| (&update.body, next));
    let all = updates.chain(postmortem.map(|postmortem| (&postmortem.body, None)));
    all.map(|(body, next)| markup::Section { body: body.clone(), next: next.cloned() }).collect()
}

/// The links of all sections, each with its own definitions: sections are shown separately.
fn links(
    text: &str,
    links: Vec<LinkDraft>,
    updates: &[UpdateDraft],
    postmortem: Option<&PostmortemDraft>,
) -> Vec<LinkDraft> {
    // One definition or none means the same everywhere.
    if text.matches("]:").nth(1).is_none() {
        return links;
    }
    let bodies = updates.iter().map(|update| update.heading.end..update.body.end);
    let bodies = bodies.chain(postmortem.map(|postmortem| postmortem.body.clone()));
    bodies.flat_map(|body| scan(text, body).links).collect()
}

/// Links and footnotes that are defined in another section than they are used in: sections are shown separately.
fn definitions_elsewhere(
    path: &SourcePath,
    text: &str,
    updates: &[UpdateDraft],
    postmortem: Option<&PostmortemDraft>,
    references: &[(Range<usize>, Range<usize>)],
) -> Vec<Diagnostic> {
    let sections = updates.iter().map(|update| &update.body);
    let sections: Vec<&Range<usize>> =
        sections.chain(postmortem.map(|postmortem| &postmortem.body)).collect();
    let section_of = |at: usize| {
        let behind = sections.partition_point(|section| section.start <= at);
        sections[..behind].last().copied().filter(|section| section.contains(&at))
    };
    // The first definition may stand elsewhere, and another one here.
    let mut own: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let mut has_its_own = |section: &Range<usize>, span: &Range<usize>| {
        let places =
            || scan(text, section.clone()).references.into_iter().map(|(used, _)| used.start).collect();
        own.entry(section.start).or_insert_with(places).contains(&span.start)
    };
    let mut is_elsewhere = |span: &Range<usize>, definition: &Range<usize>| {
        let section = section_of(span.start).filter(|section| !section.contains(&definition.start));
        section.is_some_and(|section| !has_its_own(section, span))
    };
    let elsewhere = references.iter().filter(|(span, definition)| is_elsewhere(span, definition));
    elsewhere
        .map(|(span, definition)| {
            let message = "the definition of this reference is in another section";
            Diagnostic::new(rules::DEFINITION_ELSEWHERE, path, span.clone(), message)
                .also(path, definition.clone(), "the definition")
                .help("repeat the definition in this section")
        })
        .collect()
}

fn ends_update(kind: BlockKind) -> bool {
    matches!(kind, BlockKind::Heading(1 | 2) | BlockKind::Setext)
}

/// The lines with text in `range`, from the start of the first one: its indentation matters.
fn lines_of_text(text: &str, range: Range<usize>) -> Range<usize> {
    let body = trimmed(text, range.clone());
    if body.is_empty() {
        return range.start..range.start;
    }
    let line =
        text[range.start..body.start].rfind(['\n', '\r']).map_or(range.start, |at| range.start + at + 1);
    line..body.end
}

#[cfg(test)]
mod tests;
