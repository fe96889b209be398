//! Requests that are ready to be sent.

/// A request that is ready. Its address and headers may hold secrets: they are never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub method: String,
    pub url: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PostError {
    #[error("the environment variable `{0}` is not set")]
    Variable(String),
    #[error("the first answer has no value at `{0}`")]
    Answer(String),
    #[error("its address does not begin with `https://` or `http://`")]
    Address,
    #[error("the header `{0}` holds a character that no header can carry")]
    Header(String),
}

impl Outgoing {
    /// The request, if it can be sent at all.
    pub(super) fn checked(self) -> Result<Self, PostError> {
        let rest = ["https://", "http://"].iter().find_map(|scheme| self.url.strip_prefix(scheme));
        if !rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_graphic())) {
            return Err(PostError::Address);
        }
        let is_wrong =
            |text: &str| text.is_empty() || !text.chars().all(|c| c == ' ' || c.is_ascii_graphic());
        match self
            .headers
            .iter()
            .find(|(name, value)| is_wrong(name) || name.contains(' ') || is_wrong(value))
        {
            Some((name, _)) => Err(PostError::Header(name.clone())),
            None => Ok(self),
        }
    }
}
