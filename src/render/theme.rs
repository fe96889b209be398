//! A theme: the built-in one, overlaid file by file with the site's own, checked and compiled once.

use std::collections::BTreeMap;
use std::str::Utf8Error;
use std::sync::{Arc, LazyLock};

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Rule};
use crate::digest::{Digest, Hasher};
use crate::embedded::THEME;
use crate::model::Site;
use crate::parse;
use crate::parse::draft::SiteDraft;
use crate::parse::files::ORIGINALS;
use crate::parse::keys::OptionDraft;
use crate::parse::near::near;
use crate::plan::Plan;
use crate::render::assets::{self, AssetFile, Assets, FAVICONS};
use crate::render::compact;
use crate::render::messages::{self, Messages};
use crate::render::options::{self, Options};
use crate::render::originals;
use crate::render::policy;
use crate::render::script_words;
use crate::render::templates::{Origin, RootPath, TemplateFile, Templates, lower_first};
use crate::render::view::site::SiteView;
use crate::rules::{MESSAGE_ERROR, TEMPLATE_ERROR, UNKNOWN_MESSAGE};
use crate::source::{Entry, Snapshot, SourcePath, Spanned};

/// The template of the only inline script, which sets the colour scheme before first paint.
const INLINE_SCRIPT: &str = "scheme.js";

/// The stylesheet of every page.
const SHEET: &str = "style.css";

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

struct ThemeFile {
    path: SourcePath,
    bytes: Arc<[u8]>,
    origin: Origin,
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
        let messages = said(&files, language).map_err(|more| problems.extend(more));
        let mut assets = asset_files(&files, messages.as_ref().ok());
        brand(&mut assets, &options::style(&options, values));
        import_sheets(&mut assets);
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
        let warnings = unknown_messages(&files).into_iter().chain(outdated_copies(&files)).collect();
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

/// Adds the site's own rules to the theme's stylesheet.
fn brand(assets: &mut BTreeMap<String, AssetFile>, style: &str) {
    if let Some(sheet) = assets.get_mut(SHEET).filter(|_| !style.is_empty()) {
        sheet.bytes = [&*sheet.bytes, b"\n", style.as_bytes()].concat().into();
    }
}

/// Puts sheets in the places of their imports, so that a page still waits for one request.
fn import_sheets(assets: &mut BTreeMap<String, AssetFile>) {
    while let Some((name, bytes)) = assets.iter().find_map(|(name, file)| {
        let (imported, own) = import(&file.bytes)?;
        let sheet = assets.get(imported).filter(|sheet| import(&sheet.bytes).is_none())?;
        Some((name.clone(), Arc::from([&*sheet.bytes, own.as_bytes()].concat())))
    }) {
        assets.entry(name).and_modify(|file| file.bytes = bytes);
    }
}

/// The name of the sheet that another begins with, and the rest.
fn import(sheet: &[u8]) -> Option<(&str, &str)> {
    std::str::from_utf8(sheet).ok()?.strip_prefix("@import \"./")?.split_once("\";")
}

/// The digest of the paths and bytes of all files but the record of copies, which no page shows.
fn digest(files: &BTreeMap<String, ThemeFile>) -> Digest {
    let mut hasher = Hasher::new();
    for (path, file) in files.iter().filter(|(path, _)| *path != ORIGINALS) {
        for part in [path.as_bytes(), &file.bytes] {
            hasher.update(&(part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
    }
    hasher.finish()
}

/// Every file of the theme by path; the site's own files replace built-in ones.
fn overlaid(snapshot: &Snapshot, name: &str) -> BTreeMap<String, ThemeFile> {
    let built_in = THEME.files().into_iter().map(|(inside, bytes)| {
        let path = SourcePath::new(format!("themes/default/{inside}"));
        (inside, ThemeFile { path, bytes: Arc::from(bytes), origin: Origin::BuiltIn })
    });
    let mut files: BTreeMap<String, ThemeFile> = built_in.collect();
    let folder = format!("themes/{name}");
    for (path, entry) in snapshot.below(&folder) {
        let inside = path.as_str()[folder.len() + 1..].to_owned();
        if let Entry::Bytes(bytes) = entry {
            files.insert(
                inside,
                ThemeFile { path: path.clone(), bytes: Arc::clone(bytes), origin: Origin::Site },
            );
        }
    }
    files
}

fn below<'a>(
    files: &'a BTreeMap<String, ThemeFile>,
    folder: &'a str,
) -> impl Iterator<Item = (&'a str, &'a ThemeFile)> {
    files.iter().filter_map(move |(path, file)| Some((path.strip_prefix(folder)?, file)))
}

/// The theme's static files, and the texts of its scripts as modules, which are empty when the messages cannot be
/// parsed. Our own scripts have their texts inlined, so that a page asks for fewer files; a theme's script imports them.
/// So has `live.js` the script of every page, unless the site's theme has one of its own.
fn asset_files(
    files: &BTreeMap<String, ThemeFile>,
    messages: Option<&Messages>,
) -> BTreeMap<String, AssetFile> {
    let words: Vec<(&str, String)> = script_words::modules(messages).collect();
    let original = |name: &str, file: &ThemeFile| {
        let text = THEME.text(&format!("static/{name}"));
        COMPACTED.get(name).filter(|_| text.is_some_and(|text| text.as_bytes() == &*file.bytes))
    };
    let every_page =
        files.get("static/times.js").and_then(|file| original("times.js", file)).map(String::as_str);
    let bytes = |name: &str, file: &ThemeFile| match original(name, file) {
        Some(script) if name.ends_with(".js") => {
            let script = with_script(script, "times.js", every_page);
            Arc::from(words.iter().fold(script, with_words).into_bytes())
        }
        Some(style) => Arc::from(style.as_bytes()),
        None => Arc::clone(&file.bytes),
    };
    let asset =
        |name: &str, file: &ThemeFile| AssetFile { path: file.path.clone(), bytes: bytes(name, file) };
    let mut assets: BTreeMap<String, AssetFile> =
        below(files, "static/").map(|(name, file)| (name.to_owned(), asset(name, file))).collect();
    for (name, module) in &words {
        let reference = format!("./{name}");
        let names_it =
            |asset: &AssetFile| std::str::from_utf8(&asset.bytes).is_ok_and(|text| text.contains(&reference));
        if assets.values().any(names_it) {
            let path = SourcePath::new("themes/default/i18n/en.ftl");
            let bytes = Arc::from(module.as_bytes());
            assets.insert((*name).to_owned(), AssetFile { path, bytes });
        }
    }
    assets
}

/// The built-in scripts and sheets by name, compacted once a process.
static COMPACTED: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let compacted = |(path, _): (String, &[u8])| {
        let (text, name) = (THEME.text(&path)?, path.strip_prefix("static/")?.to_owned());
        let compact = match name.rsplit_once('.')?.1 {
            "js" => compact::script,
            "css" => compact::style,
            _ => return None,
        };
        Some((name, compact(text)))
    };
    THEME.files().into_iter().filter_map(compacted).collect()
});

/// A compacted script with another one in place of its import, when it exports all of that.
fn with_script(script: &str, name: &str, other: Option<&str>) -> String {
    let from = format!("from\"./{name}\";");
    let whole = format!("export*{from}");
    let (Some(other), Some(end), true) = (other, script.find(&from), script.contains(&whole)) else {
        return script.to_owned();
    };
    let start = script[..end].rfind("import").unwrap_or(end);
    let rest = script[end + from.len()..].replacen(&whole, "", 1);
    format!("{}{other}{rest}", &script[..start])
}

/// A compacted script with the texts of a module inlined, if it imports them.
fn with_words(script: String, (name, module): &(&str, String)) -> String {
    let from = format!("from\"./{name}\";");
    let place = script.find(&from).and_then(|end| Some((script[..end].rfind("import ")?, end)));
    let Some((start, end)) = place else { return script };
    let local = script[start + "import ".len()..end].trim();
    let value = match module.trim_end().trim_start_matches("export default ") {
        "" => "{};",
        value => value,
    };
    format!("{}const {local}={value}{}", &script[..start], &script[end + from.len()..])
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

fn not_utf8(rule: Rule, file: &ThemeFile, error: Utf8Error, what: &str) -> Diagnostic {
    let at = error.valid_up_to();
    Diagnostic::new(rule, &file.path, at..at + 1, format!("the {what} is not UTF-8"))
        .help("save the file as UTF-8")
}

/// Messages in order of increasing priority: built-in English, the site's English, the site's language.
fn said(files: &BTreeMap<String, ThemeFile>, language: &str) -> Result<Messages, Vec<Diagnostic>> {
    let built_in = THEME.text("i18n/en.ftl").unwrap_or_default();
    let mut sources = vec![(SourcePath::new("themes/default/i18n/en.ftl"), built_in)];
    let mut wanted = vec!["i18n/en.ftl".to_owned()];
    if language != "en" {
        wanted.push(format!("i18n/{language}.ftl"));
    }
    for file in wanted.iter().filter_map(|name| files.get(name)) {
        let text = std::str::from_utf8(&file.bytes)
            .map_err(|error| vec![not_utf8(MESSAGE_ERROR, file, error, "message file")])?;
        sources.push((file.path.clone(), text));
    }
    let texts: Vec<&str> = sources.iter().map(|(_, text)| *text).collect();
    let own = texts.last().filter(|_| files.contains_key(&format!("i18n/{language}.ftl")));
    let messages =
        Messages::new(language, &texts).map(|messages| match (messages::direction(language), own) {
            ("rtl", Some(own)) => messages.isolating(&texts[..texts.len() - 1], own),
            ("rtl", None) => messages.isolating(&texts, ""),
            _ => messages,
        });
    messages.map_err(|problems| {
        let problems = problems.into_iter().map(|(index, problem)| {
            let help = "a message is `name = text`, and its further lines are indented";
            let message = lower_first(&problem.text);
            Diagnostic::new(MESSAGE_ERROR, &sources[index].0, problem.span, message).help(help)
        });
        problems.collect()
    })
}

/// Copies of built-in files whose originals have changed.
fn outdated_copies(files: &BTreeMap<String, ThemeFile>) -> Vec<Diagnostic> {
    let Some(record) = files.get(ORIGINALS) else { return Vec::new() };
    let own = |name: &str| Some(&*files.get(name).filter(|file| file.origin == Origin::Site)?.bytes);
    originals::problems(&record.path, std::str::from_utf8(&record.bytes).unwrap_or_default(), own)
}

/// Messages of the site's own files that neither the built-in theme nor a file of the site's theme uses.
fn unknown_messages(files: &BTreeMap<String, ThemeFile>) -> Vec<Diagnostic> {
    let own = || files.values().filter(|file| file.origin == Origin::Site);
    let text = |file: &'_ ThemeFile| std::str::from_utf8(&file.bytes).unwrap_or_default().to_owned();
    let built_in = THEME.text("i18n/en.ftl").unwrap_or_default();
    let known: Vec<&str> = messages::names(built_in).map(|(name, _)| name).collect();
    let texts: Vec<String> = own().map(text).collect();
    let is_said = |name: &str| {
        let forms =
            [format!("\"{name}\""), format!("'{name}'"), format!("{{ {name} }}"), format!("{{{name}}}")];
        texts.iter().any(|text| forms.iter().any(|form| text.contains(form)))
    };
    let mut problems = Vec::new();
    for file in below(files, "i18n/").map(|(_, file)| file).filter(|file| file.origin == Origin::Site) {
        for (name, span) in messages::names(&text(file)) {
            if known.contains(&name) || is_said(name) {
                continue;
            }
            let problem = Diagnostic::new(
                UNKNOWN_MESSAGE,
                &file.path,
                span,
                format!("no template uses the message `{name}`"),
            );
            problems.push(match near(name, known.iter().copied()) {
                Some(known) => problem.help(format!("did you mean `{known}`?")),
                None => problem.help("remove it, or use it in a template of the theme"),
            });
        }
    }
    problems
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
