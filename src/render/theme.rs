//! A theme: the built-in one, overlaid file by file with the site's own, checked and compiled once.

mod files;
mod static_files;
mod texts;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::model::Site;
use crate::parse;
use crate::parse::draft::SiteDraft;
use crate::parse::files::ORIGINALS;
use crate::parse::keys::OptionDraft;
use crate::plan::Plan;
use crate::render::assets::{self, Assets, FAVICONS};
use crate::render::messages::Messages;
use crate::render::options::{self, Options};
use crate::render::originals;
use crate::render::policy;
use crate::render::templates::{Origin, RootPath, TemplateFile, Templates};
use crate::render::theme::files::{ThemeFile, below, digest, not_utf8, overlaid};
use crate::render::view::site::SiteView;
use crate::rules::TEMPLATE_ERROR;
use crate::source::{Snapshot, Spanned};

/// The template of the only inline script, which sets the colour scheme before first paint.
const INLINE_SCRIPT: &str = "scheme.js";

/// The output path of the favicon for the current state.
const FAVICON: &str = "favicon.svg";

/// Templates, messages and assets.
#[derive(Clone, Debug)]
pub struct Theme {
    templates: Templates,
    messages: Arc<Messages>,
    assets: Assets,
    inline_script: Arc<str>,
    options: Arc<Options>,
    warnings: Arc<[Diagnostic]>,
    digest: Digest,
}

impl Theme {
    /// Loads the theme `name` in a language. A theme without files of its own is the built-in one. The errors are all
    /// problems of its files.
    pub fn load(snapshot: &Snapshot, name: &str, language: &str) -> Result<Self, Vec<Diagnostic>> {
        Self::branded(snapshot, name, language, &serde_json::Value::Null)
    }

    /// Loads a theme with the site's `[theme_options]`, which are checked by [`Theme::option_problems`]. The errors are
    /// all problems of its files.
    pub fn branded(
        snapshot: &Snapshot,
        name: &str,
        language: &str,
        values: &serde_json::Value,
    ) -> Result<Self, Vec<Diagnostic>> {
        let files = overlaid(snapshot, name);
        let digest = digest(&files);
        let mut problems = Vec::new();
        let options = declared(&files).map_err(|more| problems.extend(more)).unwrap_or_default();
        let messages = texts::messages(&files, language).map_err(|more| problems.extend(more));
        let style = options::style(&options, values);
        let assets = static_files::of(&files, messages.as_ref().ok(), &style);
        let assets = assets::hashed(&assets).map_err(|more| problems.extend(more));
        let templates = template_files(&files).map_err(|more| problems.extend(more));
        let (Ok(mut assets), Ok(messages), Ok(mut templates)) = (assets, messages, templates) else {
            return Err(problems);
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        let messages = Arc::new(messages);
        let inline_script = templates.remove(INLINE_SCRIPT).map_or_else(|| Arc::from(""), |file| file.text);
        let names = Arc::new(std::mem::take(&mut assets.names));
        let templates = Templates::new(templates, Arc::clone(&messages), names)?;
        let options = Arc::from(options);
        let warnings = texts::unknown_messages(&files).into_iter().chain(outdated_copies(&files)).collect();
        Ok(Self { templates, messages, assets, inline_script, options, warnings, digest })
    }

    /// Problems of its files that do not prevent rendering.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// Adds the site's data that is the same on every page. Must be called before rendering.
    #[must_use]
    pub fn with_site(mut self, site: &Site) -> Self {
        let values = &site.config.theme_options;
        let policy = policy::content_security(&self.inline_script, &options::policy(&self.options, values));
        let view = SiteView::new(site, policy, self.inline_script.trim_end().to_owned());
        self.templates.set_site(&SiteView { options: options::shown(&self.options, values), ..view });
        self
    }

    /// The problems of a site's `[theme_options]`. With a plan, URLs of the site's own pages are checked too.
    pub fn option_problems(
        &self,
        draft: &SiteDraft,
        snapshot: &Snapshot,
        plan: Option<&Plan>,
    ) -> Vec<Diagnostic> {
        options::problems(&self.options, draft, snapshot, plan)
    }

    pub fn asset_paths(&self) -> impl Iterator<Item = &str> {
        self.assets.outputs.keys().map(String::as_str).chain([FAVICON])
    }

    /// An asset by its output path; `indicator` selects the current favicon.
    pub fn asset(&self, path: &str, indicator: &str) -> Option<&Arc<[u8]>> {
        if path == FAVICON {
            return self.assets.outputs.get(&format!("assets/{FAVICONS}{indicator}.svg"));
        }
        self.assets.outputs.get(path)
    }

    /// The digest of all its files: equal content may look different in another theme.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    pub fn messages(&self) -> &Messages {
        &self.messages
    }

    pub(super) fn render(
        &self,
        template: &str,
        page: &(impl Serialize + RootPath),
        view: &impl Serialize,
    ) -> Result<String, Diagnostic> {
        self.templates.render(template, page, view)
    }
}

fn declared(
    files: &BTreeMap<String, ThemeFile>,
) -> Result<Vec<(Spanned<String>, OptionDraft)>, Vec<Diagnostic>> {
    files.get("theme.toml").map_or(Ok(Vec::new()), |file| parse::theme_toml(&file.path, &file.bytes))
}

fn template_files(
    files: &BTreeMap<String, ThemeFile>,
) -> Result<BTreeMap<String, TemplateFile>, Vec<Diagnostic>> {
    let mut templates = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, file) in below(files, "templates/") {
        match std::str::from_utf8(&file.bytes) {
            Ok(text) => {
                let template =
                    TemplateFile { path: file.path.clone(), text: Arc::from(text), origin: file.origin };
                templates.insert(name.to_owned(), template);
            }
            Err(error) => problems.push(not_utf8(TEMPLATE_ERROR, file, error, "template")),
        }
    }
    if problems.is_empty() { Ok(templates) } else { Err(problems) }
}

/// Copies of built-in files whose originals have changed.
fn outdated_copies(files: &BTreeMap<String, ThemeFile>) -> Vec<Diagnostic> {
    let Some(record) = files.get(ORIGINALS) else { return Vec::new() };
    let own = |name: &str| Some(&*files.get(name).filter(|file| file.origin == Origin::Site)?.bytes);
    originals::problems(&record.path, std::str::from_utf8(&record.bytes).unwrap_or_default(), own)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Theme;
    use crate::diagnostic::Diagnostic;
    use crate::source::{Entry, Snapshot, SourcePath};

    fn snapshot(files: &[(&str, &str)]) -> Snapshot {
        let entry = |text: &str| Entry::Bytes(Arc::from(text.as_bytes()));
        Snapshot { files: files.iter().map(|&(path, text)| (SourcePath::new(path), entry(text))).collect() }
    }

    fn problems(files: &[(&str, &str)]) -> Vec<Diagnostic> {
        Theme::load(&snapshot(files), "mine", "en").expect_err("the theme has a problem")
    }

    #[track_caller]
    fn check_problem(path: &str, text: &str, marked: &str, message: &str) {
        let all = problems(&[(path, text)]);
        let [problem] = all.as_slice() else { panic!("one problem, not {all:?}") };
        let label = &problem.labels[0];
        assert_eq!((label.file.as_str(), &text[label.span.clone()]), (path, marked));
        assert_eq!(problem.message, message);
        assert!(problem.help.is_some());
    }

    #[test]
    fn a_site_s_files_stand_in_place_of_the_built_in_ones() {
        let files =
            [("themes/mine/static/frame.js", "export {};"), ("themes/mine/i18n/en.ftl", "skip = Go on\n")];
        let theme = Theme::load(&snapshot(&files), "mine", "en").unwrap();
        let script = theme.asset_paths().find(|path| path.starts_with("assets/frame.")).unwrap();
        assert_eq!(&**theme.asset(script, "none").unwrap(), b"export {};");
        assert_eq!(theme.messages().get("skip", &[]).unwrap(), "Go on");
        assert_eq!(theme.messages().get("history", &[]).unwrap(), "History");
        let other = Theme::load(&snapshot(&files), "default", "en").unwrap();
        assert_eq!(other.messages().get("skip", &[]).unwrap(), "Skip to the content");
    }

    #[test]
    fn a_sheet_holds_the_one_it_imports() {
        let files = [("themes/mine/static/style.css", "b { color: red }")];
        let theme = Theme::load(&snapshot(&files), "mine", "en").unwrap();
        for (sheet, rule) in [("assets/lists.", ".bars"), ("assets/figures.", ".uptimes")] {
            let path = theme.asset_paths().find(|path| path.starts_with(sheet)).unwrap();
            let text = String::from_utf8(theme.asset(path, "none").unwrap().to_vec()).unwrap();
            assert!(text.starts_with("b { color: red }") && text.contains(rule), "{text}");
            assert!(text.contains(".bars") && !text.contains("@import"));
        }
    }

    #[test]
    fn a_page_that_is_kept_right_asks_for_one_script_less() {
        let script = |files: &[(&str, &str)]| {
            let theme = Theme::load(&snapshot(files), "mine", "en").unwrap();
            let path = theme.asset_paths().find(|path| path.starts_with("assets/live.")).unwrap();
            String::from_utf8(theme.asset(path, "none").unwrap().to_vec()).unwrap()
        };
        let joined = script(&[]);
        assert!(joined.contains("export function addOwnTimes") && !joined.contains("times."), "{joined}");
        let apart = script(&[("themes/mine/static/times.js", "export {};")]);
        assert!(
            !apart.contains("function addOwnTimes") && apart.contains("export*from\"./times."),
            "{apart}"
        );
    }

    #[test]
    fn our_scripts_lose_their_comments_and_others_keep_theirs() {
        let script = "// Why.\nlet a = 1; // here\n/** What. */\nlet b;\n";
        let files = [("themes/mine/static/own.js", script)];
        let theme = Theme::load(&snapshot(&files), "mine", "en").unwrap();
        for path in theme.asset_paths().filter(|path| path.ends_with(".js")) {
            let text = String::from_utf8(theme.asset(path, "none").unwrap().to_vec()).unwrap();
            let own = path.starts_with("assets/own.");
            assert_eq!(text.lines().any(|line| line.trim_start().starts_with("//")), own, "{path}");
        }
    }

    #[test]
    fn words_of_the_site_s_language_come_before_english() {
        let files = [("themes/mine/i18n/de.ftl", "history = Verlauf\n")];
        let theme = Theme::load(&snapshot(&files), "mine", "de").unwrap();
        assert_eq!(theme.messages().get("history", &[]).unwrap(), "Verlauf");
        assert_eq!(theme.messages().get("uptime", &[]).unwrap(), "Uptime");
    }

    #[test]
    fn syntax_errors_are_shown_where_they_stand() {
        let path = "themes/mine/templates/month.html";
        check_problem(
            path,
            "<p>ä\n{{ 1 + }}",
            "}}",
            "found `}}` but expected one of: integer, float, string, bool, ident, `-`, `not`, `<`, `{`, `[` or `(`",
        );
    }

    #[test]
    fn unknown_names_are_shown_where_they_stand() {
        let path = "themes/mine/templates/month.html";
        check_problem(path, "<p>é {{ root | shout }}", "shout", "unknown filter `shout`");
        check_problem(path, "<p>\n {{ whom() }}", "whom()", "unknown function `whom`");
        check_problem(path, "{% include \"gone.html\" %}", "\"gone.html\"", "unknown template `gone.html`");
    }

    #[test]
    fn problems_of_several_files_come_at_once() {
        let all =
            problems(&[("themes/mine/templates/a.html", "{% if %}"), ("themes/mine/templates/b.html", "{{")]);
        let files: Vec<&str> = all.iter().map(|problem| problem.labels[0].file.as_str()).collect();
        assert_eq!(files, ["themes/mine/templates/a.html", "themes/mine/templates/b.html"]);
    }

    #[test]
    fn broken_messages_are_shown_where_they_stand() {
        let text = "fine = yes\nbroken { 2\n";
        let all = problems(&[("themes/mine/i18n/en.ftl", text)]);
        let label = &all[0].labels[0];
        assert_eq!((label.file.as_str(), &text[label.span.clone()]), ("themes/mine/i18n/en.ftl", "{"));
        assert_eq!(all[0].rule, "message-error");
    }
}
