//! The forms that texts must have: what each is called, an example, and how a wrong one is mended.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Rule};
use crate::model::colour::Colour;
use crate::model::config::BaseUrl;
use crate::model::out_path::{OutPath, is_git_name};
use crate::model::state::State;
use crate::model::target::is_remote;
use crate::model::template::is_variable;
use crate::percent;
use crate::rules::{
    INVALID_BASE_URL, INVALID_ID, INVALID_SETTING, UNKNOWN_IMPACT, UNKNOWN_STATE, UNKNOWN_URL_STYLE,
    WRONG_TYPE,
};
use crate::source::SourcePath;
use crate::time::span::parse_duration;
use crate::time::{Day, Month, written};

pub struct Spec {
    /// The rule that another text breaks.
    pub rule: Rule,
    pub noun: &'static str,
    pub example: &'static str,
    pub help: &'static str,
    /// Why a text has it not, in words that follow a colon; empty where there is no more to say.
    pub check: fn(&str) -> Result<(), &'static str>,
}

pub struct TypeWords {
    /// In the reference: `text`.
    pub short: String,
    /// In messages: `a text in quotes`.
    pub expected: String,
    /// A value, as TOML.
    pub example: String,
}

/// Lists the forms: name, the rule that others break, what it is called, an example, what to do about others, and the check.
macro_rules! forms {
    ($($(#[$about:meta])* $name:ident: $rule:ident, $noun:literal, $example:literal, $help:literal, $check:expr;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Form {
            $(#[doc = $noun] $name),*
        }

        impl Form {
            pub fn spec(self) -> Spec {
                match self {
                    $(Form::$name => Spec { rule: $rule, noun: $noun, example: $example, help: $help, check: $check }),*
                }
            }
        }

        macro_rules! text_types {
            () => {
                scalars! { $($name: Type::Form(Form::$name), String, |value, _| text_of(value);)* }
            };
        }
        pub(super) use text_types;
    };
}

forms! {
    BaseUrl: INVALID_BASE_URL, "the address of a site", "https://status.example.org/",
        "write `https://HOST/` or `https://HOST/PATH/`", |text| BaseUrl::parse(text).map(drop);
    EditUrl: INVALID_SETTING, "an address", "https://github.com/OWNER/REPOSITORY/edit/main/",
        "begin with `https://`, as in `https://github.com/OWNER/REPOSITORY/edit/main/`",
        |text| fits(text.is_empty() || ["https://", "http://"].iter().any(|scheme| text.starts_with(scheme)));
    Duration: INVALID_SETTING, "a length of time from a day to a year", "3d",
        "write numbers with `w`, `d`, `h`, `m` or `s`, as in `3d` or `1d12h`",
        |text| fits(parse_duration(text).is_some_and(|secs| (86_400..=366 * 86_400).contains(&secs)));
    TagDate: INVALID_SETTING, "a year, month or day", "2024",
        "write a day on which you owned the domain, as in `2024` or `2024-06-01`", |text| fits(is_tag_date(text));
    TagHost: INVALID_SETTING, "a host", "status.example.org",
        "write the old host's name alone, as in `status.example.org`", |text| fits(text.is_empty() || is_tag_host(text));
    OldAddress: INVALID_SETTING, "an address of this site", "/index.xml",
        "write a path such as `/index.xml`", |text| fits(old_address(text).is_some());
    Id: INVALID_ID, "an id", "api", "use `a-z`, `0-9`, `.`, `_` and `-`", |text| address_part(is_id(text));
    ApiId: INVALID_ID, "an id of the API", "kctbh9vrtdwd",
        "use letters, digits, `.`, `_` and `-`, at most 100 of them",
        |text| fits(text.is_empty() || is_usable_id(text));
    ReportId: INVALID_ID, "an id", "kctbh9vrtdwd",
        "use letters, digits, `.`, `_` and `-`, at most 100 of them", |text| address_part(is_usable_id(text));
    FeedId: INVALID_ID, "an id of a feed's entry", "tag:status.example.com,2005:Incident/99",
        "write it as the old feed has it, as in `tag:status.example.org,2005:Incident/99`", |text| fits(is_iri(text));
    WebAddress: INVALID_SETTING, "an address", "https://stspg.io/k4v9mz2tq7xw",
        "begin with `https://`, as in `https://stspg.io/k4v9mz2tq7xw`", |text| fits(is_web_address(text));
    FormAddress: INVALID_SETTING, "an address that a page can send a form to", "https://mail.example.org/subscribe",
        "write the whole address from the form of your service, such as `https://mail.example.org/subscribe`",
        |text| form_address(text);
    TargetName: INVALID_SETTING, "a name of a target", "web",
        "use letters, digits, `_` and `-`", |text| fits(is_target_name(text));
    Name: INVALID_SETTING, "a name", "chat",
        "use letters, digits, `_` and `-`", |text| fits(is_target_name(text));
    Variable: INVALID_SETTING, "a name of an environment variable", "SLACK_WEBHOOK",
        "write the name alone, such as `SLACK_WEBHOOK`: the address itself is a secret", |text| fits(is_variable(text));
    Directory: INVALID_SETTING, "a folder to publish to", "../status-site",
        "write a folder that holds nothing but this site, such as `../status-site`",
        |text| if text.split(['/', '\\']).any(is_git_name) { Err("git keeps it for itself") } else { Ok(()) };
    Bucket: INVALID_SETTING, "a bucket's name", "example-status",
        "write the name alone, such as `example-status`: `a-z`, `0-9`, `.` and `-`", |text| fits(is_bucket_name(text));
    Endpoint: INVALID_SETTING, "an address of a service", "https://s3.example.org",
        "write `https://HOST`, without user, password and path; the bucket is said by `bucket`",
        |text| fits(BaseUrl::parse(text).is_ok_and(|address| address.path() == "/"));
    Folder: INVALID_SETTING, "a folder", "previews/12",
        "write a path such as `status` or `previews/12`, without `..` and names of git",
        |text| fits(text.is_empty() || OutPath::new(text.trim_matches('/')).is_ok() && !text.contains('"'));
    Branch: INVALID_SETTING, "a name a branch can have", "gh-pages",
        "write it as git does, such as `gh-pages`", |text| fits(is_branch_name(text));
    Remote: INVALID_SETTING, "a remote", "origin",
        "write a remote's name, such as `origin`, or its address", |text| fits(is_remote(text));
    Domain: INVALID_SETTING, "a domain", "status.example.org",
        "write the domain alone, such as `status.example.org`", |text| fits(is_domain(text));
    Header: INVALID_SETTING, "a text that a header can carry", "public, max-age=60",
        "write it in ASCII on one line", |text| fits(text.chars().all(|c| c == ' ' || c.is_ascii_graphic()));
    Colour: INVALID_SETTING, "a colour", "#1a4fb0", "write it as `\"#1a4fb0\"`", |text| fits(Colour::parse(text).is_some());
    File: INVALID_SETTING, "a path of a file in `static/`", "/logo.svg",
        "begin with a slash, as in `\"/logo.svg\"` for `static/logo.svg`, and use letters, digits, `.`, `-` and `_`",
        |text| fits(is_plain_path(text));
    Address: INVALID_SETTING, "an address", "https://example.org",
        "write `\"https://…\"`, an e-mail address, or a path of this site that begins with a slash",
        |text| fits(is_address(text));
    Source: INVALID_SETTING, "a source", "https://cdn.example.org",
        "write each source by itself: `[\"https://cdn.example.org\"]`", |text| fits(is_source(text));
}

impl Form {
    pub fn problem(self, path: &SourcePath, span: Range<usize>, text: &str) -> Option<Diagnostic> {
        let spec = self.spec();
        let why = (spec.check)(text).err()?;
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        let message = format!("`{text}` is not {}{why}", spec.noun);
        Some(Diagnostic::new(spec.rule, path, span, message).help(spec.help))
    }

    /// How it is called, without its article.
    pub fn bare_noun(self) -> &'static str {
        bare(self.spec().noun)
    }
}

/// A few words, one of which a text must be.
#[derive(Debug)]
pub struct Words {
    pub rule: Rule,
    pub noun: &'static str,
    /// The words, in the order in which they are offered.
    pub all: &'static [&'static str],
    pub short: &'static [&'static str],
    pub knows: fn(&str) -> bool,
    /// One that may be meant.
    pub example: &'static str,
}

/// Words that are written in one way.
macro_rules! plain_words {
    ($($(#[$about:meta])* $name:ident: $rule:ident, $noun:literal, [$first:literal $(, $word:literal)*];)*) => {
        $($(#[$about])* pub static $name: Words = Words {
            rule: $rule,
            noun: $noun,
            all: &[$first $(, $word)*],
            short: &[],
            knows: |text| matches!(text, $first $(| $word)*),
            example: $first,
        };)*
    };
}

plain_words! {
    LEVEL: WRONG_TYPE, "a level", ["off", "warning", "error"];
    URL_STYLE: UNKNOWN_URL_STYLE, "a `url_style`", ["directory", "file"];
    /// The feeds that may have copies at old addresses.
    FEED: WRONG_TYPE, "a feed", ["history.atom", "history.rss", "feed.json", "updates.atom", "updates.rss", "maintenance.ics"];
    IMPACT: UNKNOWN_IMPACT, "an impact", ["none", "minor", "major", "critical"];
    /// Content Security Policy Level 3 §6: the directives that a site may add sources to.
    DIRECTIVE: WRONG_TYPE, "a directive", ["connect-src", "font-src", "form-action", "frame-src", "img-src", "media-src", "script-src", "style-src"];
    TARGET: WRONG_TYPE, "a kind of target", ["directory", "s3", "github-pages"];
    ANNOUNCER: WRONG_TYPE, "a kind of announcer", ["slack", "discord", "teams", "json", "websub"];
    METHOD: WRONG_TYPE, "a method", ["POST", "PUT", "PATCH"];
    OPENING: WRONG_TYPE, "a way to open an incident", ["draft", "public"];
    RECOVERY: WRONG_TYPE, "a status after an alert", ["resolved", "monitoring"];
    OPTION: WRONG_TYPE, "a kind of option", ["text", "color", "file", "address", "links", "fonts", "form", "policy"];
}

/// A component's states, worst first.
pub static STATE: Words = Words {
    rule: UNKNOWN_STATE,
    noun: "a state",
    all: &["major_outage", "partial_outage", "degraded_performance", "under_maintenance", "operational"],
    short: &["major", "partial", "degraded", "maintenance", "ok"],
    knows: |text| State::parse(text).is_some(),
    example: "partial_outage",
};

impl Words {
    /// The noun without its article.
    pub fn bare_noun(&self) -> &'static str {
        bare(self.noun)
    }

    pub fn spellings(&self) -> impl Iterator<Item = &'static str> + Clone + use<> {
        self.all.iter().chain(self.short).copied()
    }

    pub(super) fn words(&self) -> TypeWords {
        let quoted: Vec<String> = self.all.iter().map(|word| format!("`\"{word}\"`")).collect();
        let short = match quoted.split_last() {
            Some((last, first @ [_, ..])) if quoted.len() < 5 => format!("{} or {last}", first.join(", ")),
            _ => self.bare_noun().to_owned(),
        };
        let expected = format!("{} in quotes", self.noun);
        TypeWords { short, expected, example: format!("\"{}\"", self.example) }
    }
}

/// A noun without its article.
fn bare(noun: &'static str) -> &'static str {
    noun.split_once(' ').map_or(noun, |(_, bare)| bare)
}

fn fits(has_form: bool) -> Result<(), &'static str> {
    if has_form { Ok(()) } else { Err("") }
}

fn address_part(has_form: bool) -> Result<(), &'static str> {
    if has_form { Ok(()) } else { Err("an address cannot contain it") }
}

/// RFC 4151 §2.1: a year, a month or a day of the calendar.
fn is_tag_date(text: &str) -> bool {
    let month = Month::parse(text).or_else(|| Month::parse(&format!("{text}-01")));
    let day = Day::parse(text).or_else(|| Some(month?.first_day()));
    day.is_some_and(|day| written::check_year(day).is_ok())
}

/// RFC 4151 §2.1: a DNS name; a port is left out of `tag:` URIs.
fn is_tag_host(text: &str) -> bool {
    let (name, port) = text.split_once(':').unwrap_or((text, "0"));
    let is_label = |label: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.len() <= 63 && label.bytes().all(fits)
    };
    name.split('.').all(is_label) && port.parse::<u16>().is_ok()
}

/// The output path of `/index.xml`.
pub fn old_address(written: &str) -> Option<OutPath> {
    let path = written.strip_prefix('/').filter(|path| !path.contains(['?', '#']))?;
    OutPath::new(percent::decode(path)?).ok()
}

fn is_id(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    !text.is_empty() && !text.starts_with('.') && text.chars().all(fits)
}

/// Whether a text can stand in an address: letters and digits of ASCII, `.`, `_` and `-`, no dot in front.
fn is_usable_id(id: &str) -> bool {
    const MOST_BYTES: usize = 100;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !id.is_empty() && id.len() <= MOST_BYTES && !id.starts_with('.') && id.bytes().all(fits)
}

/// Whether a text has the form of an absolute IRI, which ids of Atom must be (RFC 4287 §4.2.6; RFC 3987 §2.2).
fn is_iri(text: &str) -> bool {
    const MOST_BYTES: usize = 2_000;
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'));
    let never = |c: char| {
        c.is_control()
            || c.is_whitespace()
            || matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`')
    };
    is_scheme && !rest.is_empty() && text.len() <= MOST_BYTES && !text.contains(never)
}

fn is_web_address(text: &str) -> bool {
    let rest = ["https://", "http://"].into_iter().find_map(|scheme| text.strip_prefix(scheme));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric())) && is_iri(text)
}

/// The policy of pages names the scheme and host.
fn form_address(text: &str) -> Result<(), &'static str> {
    let host = text.find("://").map_or(0, |at| at + 3);
    let end = text[host..].find(['/', '?', '#']).map_or(text.len(), |at| host + at);
    BaseUrl::parse(&text[..end]).map(drop)?;
    if is_iri(text) { Ok(()) } else { Err("it holds a character that must be encoded") }
}

/// A name is written on command lines, beside addresses.
fn is_target_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    !text.is_empty() && !text.starts_with('-') && text.chars().all(fits)
}

/// Amazon S3 user guide, "General purpose bucket naming rules"; older names may hold capitals and underscores.
fn is_bucket_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_name = (3..=255).contains(&text.len()) && text.chars().all(fits) && !text.contains("..");
    is_name && !text.starts_with(['.', '-']) && !text.ends_with(['.', '-'])
}

/// git-check-ref-format(1), as far as a branch to publish to needs it.
fn is_branch_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
    let is_part = |part: &str| !part.is_empty() && !part.starts_with(['.', '-']) && !part.ends_with(".lock");
    let is_name = text.chars().all(fits) && text.split('/').all(is_part);
    is_name && !text.contains("..") && !text.ends_with('.')
}

fn is_domain(text: &str) -> bool {
    let host = BaseUrl::parse(&format!("https://{text}")).ok();
    host.is_some_and(|it| it.host() == text) && text.contains('.') && !text.contains(':')
}

/// A path that can stand in a stylesheet as it is.
fn is_plain_path(text: &str) -> bool {
    text.starts_with('/')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_'))
}

/// Whether it is an address of another site, of this one from its root, or of e-mail.
fn is_address(text: &str) -> bool {
    let is_plain = !text.contains(char::is_whitespace);
    let is_web = ["https://", "http://", "mailto:", "/"].iter().any(|start| text.starts_with(start));
    is_plain && (is_web || is_mail(text))
}

pub fn is_mail(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

/// Whether it can stand among the sources of a directive of the policy.
pub fn is_source(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c == ';' || c == ',')
}

#[cfg(test)]
mod tests {
    use super::{is_address, is_usable_id};

    #[test]
    fn ids_can_stand_in_addresses() {
        for id in ["p31zjtct2jer", "2024-04-16_x.y", "A"] {
            assert!(is_usable_id(id), "{id}");
        }
        for id in ["", ".hidden", "a b", "a/b", "ü", &"a".repeat(101)] {
            assert!(!is_usable_id(id), "{id}");
        }
    }

    #[test]
    fn addresses_are_told_from_other_texts() {
        for address in ["https://a.example/x", "/about/", "mailto:a@b.example", "a@b.example"] {
            assert!(is_address(address), "{address}");
        }
        for text in ["", "about", "javascript:alert(1)", "a @b.example", "@b.example", "a@b"] {
            assert!(!is_address(text), "{text}");
        }
    }
}
