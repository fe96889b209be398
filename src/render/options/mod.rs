//! `[theme_options]` of site.toml: what a theme's theme.toml says they may be, and what becomes of them.

use serde_json::Value as Json;

use crate::diagnostic::Diagnostic;
use crate::parse::draft::{OptionDraft, OptionPlace, SiteDraft};
use crate::parse::near;
use crate::percent;
use crate::plan::Plan;
use crate::rules::{INVALID_THEME_OPTION, LOW_CONTRAST, UNKNOWN_THEME_OPTION};
use crate::source::{Snapshot, SourcePath};

mod brand;
mod contrast;

pub(super) use brand::{policy, shown, style};
use contrast::{Colour, LEAST};

/// What an option's value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A text.
    Text,
    /// `#rgb` or `#rrggbb`.
    Colour,
    /// A file of `static/`, as `/logo.svg`.
    File,
    /// An address: of another site, of this one from its root, or of e-mail.
    Address,
    /// A list of tables with `title` and `url`.
    Links,
    /// A list of tables with `family` and `file`.
    Fonts,
    /// A table of directives of the Content-Security-Policy, each with a list of sources.
    Policy,
}

/// The words for kinds in theme.toml.
const KINDS: [(&str, Kind); 7] = [
    ("text", Kind::Text),
    ("color", Kind::Colour),
    ("file", Kind::File),
    ("address", Kind::Address),
    ("links", Kind::Links),
    ("fonts", Kind::Fonts),
    ("policy", Kind::Policy),
];

/// A key of a table in a list.
struct Field {
    name: &'static str,
    kind: Kind,
    is_required: bool,
}

const LINK: &[Field] = &[
    Field { name: "title", kind: Kind::Text, is_required: true },
    Field { name: "url", kind: Kind::Address, is_required: true },
];

const FONT: &[Field] = &[
    Field { name: "family", kind: Kind::Text, is_required: true },
    Field { name: "file", kind: Kind::File, is_required: true },
    Field { name: "weight", kind: Kind::Text, is_required: false },
    Field { name: "style", kind: Kind::Text, is_required: false },
];

/// Content Security Policy Level 3 §6: the directives that a site may add sources to.
const DIRECTIVES: [&str; 8] = [
    "connect-src",
    "font-src",
    "form-action",
    "frame-src",
    "img-src",
    "media-src",
    "script-src",
    "style-src",
];

/// The two schemes, as options name them.
const SCHEMES: [&str; 2] = ["light", "dark"];

fn kind(option: &OptionDraft) -> Option<Kind> {
    KINDS.iter().find(|(name, _)| *name == option.kind.value).map(|(_, kind)| *kind)
}

/// What is wrong with a theme.toml whose form is right: kinds that do not exist, keys that mean nothing for a kind.
pub(super) fn declaration_problems(path: &SourcePath, options: &[OptionDraft]) -> Vec<Diagnostic> {
    let problem = |option: &OptionDraft| {
        let word = &option.kind.value;
        let has_grounds = !option.on_light.is_empty() || !option.on_dark.is_empty();
        let (message, help) = match kind(option) {
            None => {
                let help = near::help_with(word, "kind", KINDS.iter().map(|(name, _)| *name));
                (format!("unknown kind `{word}` of an option"), help)
            }
            Some(kind) if has_grounds && kind != Kind::Colour => {
                let message = format!("`on_light` and `on_dark` mean nothing for an option of kind `{word}`");
                (message, "leave them out: they belong to a colour".to_owned())
            }
            Some(_) => return None,
        };
        Some(Diagnostic::new(INVALID_THEME_OPTION, path, option.kind.span.clone(), message).help(help))
    };
    options.iter().filter_map(problem).collect()
}

/// What is wrong with a site's `[theme_options]`: unknown keys, values of a wrong kind, files and pages that are not there
/// (pages where there is a plan), and colours that are hard to tell from what they stand on.
pub(super) fn problems(
    options: &[OptionDraft],
    draft: &SiteDraft,
    snapshot: &Snapshot,
    plan: Option<&Plan>,
) -> Vec<Diagnostic> {
    let mut checking = Checking { draft, snapshot, plan, problems: Vec::new() };
    for (name, value) in draft.theme_options.as_object().into_iter().flatten() {
        match options.iter().find(|option| option.name.value == *name) {
            Some(option) => checking.option(option, value),
            None => checking.unknown(name, name, options.iter().map(|option| option.name.value.as_str())),
        }
    }
    checking.problems
}

struct Checking<'a> {
    draft: &'a SiteDraft,
    snapshot: &'a Snapshot,
    plan: Option<&'a Plan>,
    problems: Vec<Diagnostic>,
}

impl Checking<'_> {
    fn option(&mut self, option: &OptionDraft, value: &Json) {
        let (name, Some(kind)) = (option.name.value.as_str(), kind(option)) else { return };
        let both = value.as_object().filter(|_| option.schemes);
        let Some(both) = both else {
            self.value(name, kind, value);
            self.contrast(option, name, value, SCHEMES);
            return;
        };
        for (scheme, value) in both {
            let path = format!("{name}.{scheme}");
            match SCHEMES.into_iter().find(|known| known == scheme) {
                None => self.unknown(&path, scheme, SCHEMES),
                Some(scheme) => {
                    self.value(&path, kind, value);
                    self.contrast(option, &path, value, [scheme]);
                }
            }
        }
    }

    fn value(&mut self, path: &str, kind: Kind, value: &Json) {
        match (kind, value) {
            (Kind::Links, Json::Array(items)) => self.tables(path, LINK, items),
            (Kind::Fonts, Json::Array(items)) => self.tables(path, FONT, items),
            (Kind::Policy, Json::Object(directives)) => self.policy(path, directives),
            (Kind::Text, Json::String(_)) => {}
            (Kind::Colour, Json::String(text)) if Colour::parse(text).is_some() => {}
            (Kind::Address, Json::String(text)) if brand::is_address(text) => self.address(path, text),
            (Kind::File, Json::String(text)) if text.starts_with('/') => self.file(path, text),
            _ => self.invalid(path, format!("`{}` {}", last(path), must(kind)), example(kind)),
        }
    }

    fn tables(&mut self, path: &str, fields: &'static [Field], items: &[Json]) {
        for (place, item) in items.iter().enumerate() {
            let path = format!("{path}.{place}");
            let Some(table) = item.as_object() else {
                self.invalid(&path, format!("an entry of `{}` must be a table", last(&path)), "write `{ }`");
                continue;
            };
            for (key, value) in table {
                let inner = format!("{path}.{key}");
                match fields.iter().find(|field| field.name == key) {
                    Some(field) => self.value(&inner, field.kind, value),
                    None => self.unknown(&inner, key, fields.iter().map(|field| field.name)),
                }
            }
            for field in fields.iter().filter(|field| field.is_required && !table.contains_key(field.name)) {
                let help = format!("add `{} = \"…\"`", field.name);
                self.invalid(&path, format!("`{}` is missing", field.name), &help);
            }
        }
    }

    fn policy(&mut self, path: &str, directives: &serde_json::Map<String, Json>) {
        for (name, sources) in directives {
            let path = format!("{path}.{name}");
            let sound = |source: &Json| source.as_str().is_some_and(brand::is_source);
            if !DIRECTIVES.contains(&name.as_str()) {
                self.unknown(&path, name, DIRECTIVES);
            } else if !sources.as_array().is_some_and(|sources| sources.iter().all(sound)) {
                let help = "write each source by itself: `[\"https://cdn.example.org\"]`";
                self.invalid(&path, format!("`{name}` must be a list of sources"), help);
            }
        }
    }

    fn file(&mut self, path: &str, text: &str) {
        let (inside, plain) = (SourcePath::new(format!("static{text}")), |c: char| {
            c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_')
        });
        if !text.chars().all(plain) {
            let help = "rename it to letters, digits, `.`, `-` and `_`";
            self.invalid(path, format!("the name `{text}` cannot stand in a stylesheet"), help);
        } else if !self.snapshot.files.contains_key(&inside) {
            let help = format!("save it as `{inside}`, or correct the path");
            self.invalid(path, format!("there is no file `{inside}`"), &help);
        }
    }

    /// An address of this site leads to one of its pages.
    fn address(&mut self, path: &str, text: &str) {
        let bare = text.split(['#', '?']).next().unwrap_or_default();
        let Some((inside, plan)) = bare.strip_prefix('/').zip(self.plan) else { return };
        if percent::decode(inside).is_none_or(|inside| plan.find(&inside).is_none()) {
            self.invalid(path, format!("there is no page `{text}`"), "correct the address, or add the page");
        }
    }

    /// Warns of a colour that does not pass on the theme's grounds of these schemes.
    fn contrast<const N: usize>(
        &mut self,
        option: &OptionDraft,
        path: &str,
        value: &Json,
        schemes: [&str; N],
    ) {
        let Some(colour) = value.as_str().and_then(Colour::parse) else { return };
        for scheme in schemes {
            let grounds = if scheme == "light" { &option.on_light } else { &option.on_dark };
            let grounds: Vec<Colour> = grounds.iter().filter_map(|ground| Colour::parse(ground)).collect();
            let ratio = colour.least_contrast(&grounds);
            if ratio >= LEAST {
                continue;
            }
            let hundredths = (ratio * 100.0).floor() / 100.0;
            let message = format!(
                "`{}` has a contrast of {hundredths:.2} on the {scheme} pages, less than {LEAST}",
                colour.hex()
            );
            let help = colour.nearest_passing(&grounds).map_or("use another colour".to_owned(), |nearest| {
                let written = match (path.contains('.'), scheme) {
                    (true, _) => format!("{scheme} = \"{}\"", nearest.hex()),
                    (_, "light") => both(path, nearest, colour),
                    _ => both(path, colour, nearest),
                };
                format!("the nearest that passes is `{}`: write `{written}`", nearest.hex())
            });
            let place = self.place(path).value;
            self.push(LOW_CONTRAST, place, message, &help);
        }
    }

    fn unknown<'b>(
        &mut self,
        path: &str,
        name: &str,
        known: impl IntoIterator<Item = &'b str, IntoIter: Clone>,
    ) {
        let place = self.place(path).key;
        let help = near::help_with(name, "option", known);
        self.push(UNKNOWN_THEME_OPTION, place, format!("the theme has no option `{name}`"), &help);
    }

    fn invalid(&mut self, path: &str, message: String, help: &str) {
        let place = self.place(path).value;
        self.push(INVALID_THEME_OPTION, place, message, help);
    }

    fn push(
        &mut self,
        rule: crate::diagnostic::Rule,
        span: std::ops::Range<usize>,
        message: String,
        help: &str,
    ) {
        let file = SourcePath::new("site.toml");
        self.problems.push(Diagnostic::new(rule, &file, span, message).help(help));
    }

    fn place(&self, path: &str) -> OptionPlace {
        self.draft.theme_option_places.get(path).cloned().unwrap_or_default()
    }
}

/// `accent = { light = "#0b57d0", dark = "#9ec1ff" }`
fn both(name: &str, light: Colour, dark: Colour) -> String {
    format!("{name} = {{ light = \"{}\", dark = \"{}\" }}", light.hex(), dark.hex())
}

/// The last name of a path: `light` of `accent.light`, `nav` of `nav.0`.
fn last(path: &str) -> &str {
    let is_name = |part: &&str| !part.bytes().all(|byte| byte.is_ascii_digit());
    path.rsplit('.').find(is_name).unwrap_or(path)
}

fn must(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "must be a text in quotes",
        Kind::Colour => "must be a colour",
        Kind::File => "must be the path of a file in `static/`",
        Kind::Address => "must be an address",
        Kind::Links => "must be a list of links",
        Kind::Fonts => "must be a list of fonts",
        Kind::Policy => "must be a table of directives",
    }
}

fn example(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "write it in quotes",
        Kind::Colour => "write it as `\"#1a4fb0\"`",
        Kind::File => "begin with a slash, as in `\"/logo.svg\"` for `static/logo.svg`",
        Kind::Address => {
            "write `\"https://…\"`, an e-mail address, or a path of this site that begins with a slash"
        }
        Kind::Links => "write `[{ title = \"Home\", url = \"https://example.org\" }]`",
        Kind::Fonts => "write `[{ family = \"Inter\", file = \"/fonts/inter.woff2\" }]`",
        Kind::Policy => "write `{ img-src = [\"https://cdn.example.org\"] }`",
    }
}
