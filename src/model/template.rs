//! Small templates: text with `{{NAME}}` for a value.

/// A template, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(pub Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Value(Slot),
}

/// The value of a `{{NAME}}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// One of [`FIELDS`].
    Field(&'static str),
    /// `env.NAME`: an environment variable, which is a secret.
    Env(String),
    /// `answer.PATH`: a value of the first answer.
    Answer(String),
}

/// The values of an announcement.
pub const FIELDS: [&str; 10] =
    ["title", "status", "subject", "components", "text", "html", "link", "site", "time", "id"];

impl Template {
    /// Reads a template. The error is what stands in braces and is no value.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("{{") {
            let (name, after) = behind.split_once("}}").ok_or_else(|| behind.to_owned())?;
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Value(Slot::parse(name.trim()).ok_or_else(|| name.trim().to_owned())?));
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        Ok(Self(pieces))
    }

    /// The values in the text.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Value(slot) => Some(slot),
            Piece::Text(_) => None,
        })
    }
}

impl Slot {
    fn parse(name: &str) -> Option<Self> {
        if let Some(variable) = name.strip_prefix("env.") {
            return is_variable(variable).then(|| Slot::Env(variable.to_owned()));
        }
        if let Some(path) = name.strip_prefix("answer.") {
            return (!path.is_empty()).then(|| Slot::Answer(path.to_owned()));
        }
        FIELDS.into_iter().find(|field| *field == name).map(Slot::Field)
    }
}

/// Whether a text can be the name of an environment variable.
pub fn is_variable(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !text.is_empty() && !text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::{Piece, Slot, Template};

    #[test]
    fn values_stand_in_braces() {
        let check = |text: &str, expected: Result<Vec<Piece>, &str>| {
            assert_eq!(Template::parse(text).map(|it| it.0), expected.map_err(str::to_owned), "{text}");
        };
        let text = |text: &str| Piece::Text(text.to_owned());
        let title = || Piece::Value(Slot::Field("title"));
        check("", Ok(vec![]));
        check("a {b} {{title}}{{ title }}c", Ok(vec![text("a {b} "), title(), title(), text("c")]));
        check("{{env.A_1}}", Ok(vec![Piece::Value(Slot::Env("A_1".to_owned()))]));
        check("{{answer.data.id}}", Ok(vec![Piece::Value(Slot::Answer("data.id".to_owned()))]));
        check("{{titel}}", Err("titel"));
        check("{{env.1}}", Err("env.1"));
        check("{{title", Err("title"));
    }
}
