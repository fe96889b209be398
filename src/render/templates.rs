//! The theme's templates: Tera with two functions of ours, and its errors as diagnostics.
//!
//! Templates get `site` (the same on every page), `page` and `root` (on any page) and `view` (by kind of page), and
//! call `t(id="…")` for texts and `asset(name="…")` for the theme's files. Invariant: `tera` is named nowhere else.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;
use tera::{Context, Error, ErrorKind, Kwargs, ReportError, State, Tera, TeraResult};

use crate::diagnostic::Diagnostic;
use crate::percent::encode_path;
use crate::render::messages::{Arg, Messages};
use crate::rules::TEMPLATE_ERROR;
use crate::source::SourcePath;

#[derive(Clone, Debug)]
pub(super) struct TemplateFile {
    /// Its path; for a built-in file where the site's own would be.
    pub(super) path: SourcePath,
    pub(super) text: Arc<str>,
    pub(super) origin: Origin,
}

/// Where a theme's file comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    BuiltIn,
    Site,
}

/// Compiled templates by name, their path below `templates/`.
#[derive(Clone, Debug)]
pub(super) struct Templates {
    tera: Tera,
    files: BTreeMap<String, TemplateFile>,
}

impl Templates {
    /// Compiles templates. `assets` maps names to output paths. The errors are the first syntax error of each file,
    /// else all unknown names.
    pub(super) fn new(
        files: BTreeMap<String, TemplateFile>,
        messages: Arc<Messages>,
        assets: Arc<BTreeMap<String, String>>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut templates = Self { tera: Tera::new(), files };
        register_functions(&mut templates.tera, messages, assets);
        let sources = templates.files.iter().map(|(name, file)| (name.as_str(), &*file.text));
        let Err(error) = templates.tera.add_raw_templates(sources) else { return Ok(templates) };
        let syntax = templates.syntax_errors();
        Err(if syntax.is_empty() { templates.diagnostics(&error) } else { syntax })
    }

    /// The first syntax error of each template: Tera tells those of one.
    fn syntax_errors(&self) -> Vec<Diagnostic> {
        let first = |(name, file): (&String, &TemplateFile)| {
            let error = Tera::new().add_raw_template(name, &file.text).err()?;
            let is_syntax = matches!(error.kind(), ErrorKind::SyntaxError(_));
            is_syntax.then(|| self.diagnostics(&error)).and_then(|all| all.into_iter().next())
        };
        self.files.iter().filter_map(first).collect()
    }

    /// Makes `site` available to every template.
    pub(super) fn set_site(&mut self, site: &impl Serialize) {
        self.tera.global_context().insert("site", site);
    }

    /// Renders a template; the error has its position in the theme's file.
    pub(super) fn render(
        &self,
        name: &str,
        page: &(impl Serialize + RootPath),
        view: &impl Serialize,
    ) -> Result<String, Diagnostic> {
        let mut context = Context::new();
        context.insert("root", page.root());
        context.insert("page", page);
        context.insert("view", view);
        self.tera.render(name, &context).map(without_controls).map_err(|error| {
            let first = self.diagnostics(&error).into_iter().next();
            first.unwrap_or_else(|| unreachable!("every error of Tera gives a diagnostic"))
        })
    }

    fn diagnostics(&self, error: &Error) -> Vec<Diagnostic> {
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => vec![self.reported(report)],
            kind => self.told(&kind.to_string()),
        }
    }

    fn reported(&self, report: &ReportError) -> Diagnostic {
        self.diagnostic(report.filename(), report.span().range.clone(), report.message())
    }

    /// Parses errors that Tera only gives as text: reports in rustc's format, or a sentence that names a template.
    fn told(&self, text: &str) -> Vec<Diagnostic> {
        let reports: Vec<_> = text.split("\n\n").filter_map(|part| self.read_report(part)).collect();
        if !reports.is_empty() {
            return reports;
        }
        let named = self
            .files
            .keys()
            .find(|name| text.contains(&format!("'{name}'")) || text.contains(&format!("`{name}`")));
        let name = named.or_else(|| self.files.keys().next()).map_or("", String::as_str);
        vec![self.diagnostic(name, 0..0, text)]
    }

    /// Parses `error: MESSAGE`, ` --> NAME:LINE:COLUMN`, and counts the carets below.
    fn read_report(&self, report: &str) -> Option<Diagnostic> {
        let mut lines = report.lines();
        let message = lines.next()?.strip_prefix("error: ")?;
        let mut place = lines.next()?.trim_start().strip_prefix("--> ")?.rsplitn(3, ':');
        let (column, line, name) = (place.next()?.parse().ok()?, place.next()?.parse().ok()?, place.next()?);
        let carets = report.matches('^').count().max(1);
        let from = offset(&self.files.get(name)?.text, line, column)?;
        Some(self.diagnostic(name, from..from + carets, message))
    }

    fn diagnostic(&self, name: &str, span: Range<usize>, message: &str) -> Diagnostic {
        let Some(file) = self.files.get(name) else {
            unreachable!("Tera names only templates that it was given: {name}");
        };
        let span = within(&file.text, span);
        let help = match file.origin {
            Origin::Site => format!("correct it, or remove `{}` to use the built-in template", file.path),
            Origin::BuiltIn => {
                "this is the built-in template: look at your own theme's files that it uses".to_owned()
            }
        };
        Diagnostic::new(TEMPLATE_ERROR, &file.path, span, lower_first(message)).help(help)
    }
}

/// The page without characters that HTML forbids but a title or text may contain ("Preprocessing the input stream").
fn without_controls(html: String) -> String {
    // Fast path: the compiler checks many bytes at once, and only the characters that suspects begin are looked at.
    let bytes_at_once = html.as_bytes().chunks(64).enumerate();
    let mut suspects = bytes_at_once
        .filter(|(_, bytes)| bytes.iter().fold(false, |any, &byte| any | is_suspect(byte)))
        .flat_map(|(chunk, bytes)| (64 * chunk..).zip(bytes).filter(|(_, byte)| is_suspect(**byte)));
    if suspects.all(|(at, _)| html[at..].starts_with(fits)) {
        return html;
    }
    html.chars().filter(|&c| fits(c)).collect()
}

/// Whether a character that HTML forbids may begin with this byte.
fn is_suspect(byte: u8) -> bool {
    let is_control = byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r');
    is_control || byte == 0x7f || byte == 0xc2 || byte >= 0xef
}

/// Neither a noncharacter nor a control character except white space.
fn fits(c: char) -> bool {
    let is_noncharacter = matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe;
    !is_noncharacter && (!c.is_control() || matches!(c, '\t' | '\n' | '\x0c' | '\r'))
}

/// A page's view with its relative path to the site's root.
pub(super) trait RootPath {
    /// `../../` from `incidents/x/index.html`.
    fn root(&self) -> &str;
}

fn register_functions(tera: &mut Tera, messages: Arc<Messages>, assets: Arc<BTreeMap<String, String>>) {
    tera.register_function("t", move |kwargs: Kwargs, _: &State<'_>| say(&messages, &kwargs));
    tera.register_function("asset", move |kwargs: Kwargs, state: &State<'_>| asset(&assets, &kwargs, state));
}

/// `t(id="hello", name="Ann", count=3)`.
fn say(messages: &Messages, kwargs: &Kwargs) -> TeraResult<String> {
    let id: &str = kwargs.must_get("id")?;
    let mut args = Vec::new();
    for (key, value) in kwargs.iter() {
        let Some(name) = key.as_str().filter(|&name| name != "id") else { continue };
        let arg = value.as_str().map(Arg::Text).or_else(|| value.as_i64().map(Arg::Number));
        let arg = arg.ok_or_else(|| {
            Error::message(format!("the argument `{name}` of `t` is neither text nor a whole number"))
        })?;
        args.push((name, arg));
    }
    messages.get(id, &args).map_err(Error::message)
}

/// `asset(name="style.css")`: the relative URL of the hashed file.
fn asset(assets: &BTreeMap<String, String>, kwargs: &Kwargs, state: &State<'_>) -> TeraResult<String> {
    let name: &str = kwargs.must_get("name")?;
    let path =
        assets.get(name).ok_or_else(|| Error::message(format!("the theme has no file `static/{name}`")))?;
    let root: String = state.get("root")?.unwrap_or_default();
    Ok(format!("{root}{}", encode_path(path)))
}

/// The byte offset of a line and a column of characters, both from 1.
fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let start: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let rest = &text[start..];
    let within = rest.char_indices().nth(column.checked_sub(1)?).map_or(rest.len(), |(at, _)| at);
    Some(start + within)
}

/// The span extended to character boundaries.
fn within(text: &str, span: Range<usize>) -> Range<usize> {
    let floor = |at: usize| (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let start = floor(span.start);
    start..floor(span.end).max(start)
}

pub(super) fn lower_first(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::without_controls;

    #[test]
    fn pages_hold_only_what_html_can() {
        let check = |html: &str, expected: &str| assert_eq!(without_controls(html.to_owned()), expected);
        check("<p>a\tb\r\n\u{c}c</p>", "<p>a\tb\r\n\u{c}c</p>");
        check("\u{a0}·é…🎉\u{202e}\u{feff}\u{fffd}", "\u{a0}·é…🎉\u{202e}\u{feff}\u{fffd}");
        let long = "·a".repeat(99);
        check(&long, &long);
        check(&format!("{long}\u{85}{long}\u{1}"), &format!("{long}{long}"));
        check("a\0\u{1}\u{b}\u{1b}\u{7f}\u{85}\u{9f}\u{fdd0}\u{fffe}\u{1ffff}b", "ab");
    }
}
