//! The keys of theme.toml, and the types of the options that it describes.

use crate::parse::keys::fields::{Record as _, ValueType as _};
use crate::parse::keys::form::DIRECTIVE;
use crate::parse::keys::text::{Address, Colour, File, FormAddress, Source};
use crate::parse::keys::value_type::{Flag, List, Map, OptionKind, Sub, Text, Texts};
use crate::parse::keys::{Key, Table, Type, described};

pub const THEME: &Table = ThemeToml::TABLE;

described! {
    pub ThemeToml, hints [];
    options: Map<Text, Sub<OptionDraft>> [toml "{}"] "what `[theme_options]` of site.toml may hold, each option a table";
}

described! {
    /// One `[options.NAME]` table of theme.toml.
    pub OptionDraft, hints [];
    kind: OptionKind [required] "what its value must be";
    schemes: Flag [= false] "whether each colour scheme may have its own: `{ light = …, dark = … }`";
    on_light: Texts [toml "[]" only ["color"]] "the colours it stands on in the light scheme";
    on_dark: Texts [toml "[]" only ["color"]] "the colours it stands on in the dark scheme";
    about: Text [else "none"] "what it does";
}

impl OptionDraft {
    pub fn description(&self) -> &str {
        self.about.as_ref().map_or("", |about| &about.value)
    }

    /// Whether each colour scheme may have its own value.
    pub fn schemes_allowed(&self) -> bool {
        self.schemes()
    }

    pub fn word(&self) -> &str {
        self.kind.as_ref().map_or("", |kind| &kind.value)
    }

    /// The type of its value, or of its value for one scheme.
    pub(crate) fn value_type(&self) -> Option<&'static Type> {
        OPTION_KINDS.iter().find(|(word, _)| *word == self.word()).map(|(_, kind)| kind)
    }
}

/// The two colour schemes, as options name them.
pub const SCHEMES: [&str; 2] = ["light", "dark"];

static LINK: Table = Table {
    all: &[
        Key { required: true, ..Key::new("title", Type::Text, "what readers see") },
        Key { required: true, ..Key::new("url", Address::TYPE, "where it leads") },
    ],
    ..Table::NONE
};

static FONT: Table = Table {
    all: &[
        Key { required: true, ..Key::new("family", Type::Text, "its name") },
        Key { required: true, ..Key::new("file", File::TYPE, "its file") },
        Key::new("weight", Type::Text, "one weight, or a range: `\"100 900\"`"),
        Key::new("style", Type::Text, "`\"normal\"` or `\"italic\"`"),
    ],
    ..Table::NONE
};

/// Fields of a form that its sender does not see.
static HIDDEN: Table = Table { rest: Some((Type::Text, Type::Text)), ..Table::NONE };

static FORM: Table = Table {
    all: &[
        Key { required: true, ..Key::new("action", FormAddress::TYPE, "where it is sent") },
        Key::new("email", Type::Text, "the name of the field of the e-mail address; else `email`"),
        Key::new("hidden", Type::Table(&HIDDEN), "names and values of more fields"),
    ],
    ..Table::NONE
};

/// Directives of the Content-Security-Policy, each with a list of sources.
static POLICY: Table = Table { rest: Some((Type::Word(&DIRECTIVE), List::<Source>::TYPE)), ..Table::NONE };

/// The types of options by the words for them in theme.toml.
pub static OPTION_KINDS: [(&str, Type); 8] = [
    ("text", Type::Text),
    ("color", Colour::TYPE),
    ("file", File::TYPE),
    ("address", Address::TYPE),
    ("links", Type::Tables(&LINK)),
    ("fonts", Type::Tables(&FONT)),
    ("form", Type::Table(&FORM)),
    ("policy", Type::Table(&POLICY)),
];
