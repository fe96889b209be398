//! Publish targets of site.toml, valid and complete.

use crate::model::config::BaseUrl;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub name: String,
    pub place: TargetKind,
    pub base_url: Option<BaseUrl>,
    pub noindex: Option<bool>,
    /// A line above every page.
    pub banner: Option<String>,
    pub drafts: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// A folder, relative to the site's folder.
    Directory(String),
    S3(Bucket),
    GitHubPages(Branch),
}

impl TargetKind {
    pub fn kind(&self) -> &'static str {
        match self {
            TargetKind::Directory(_) => "directory",
            TargetKind::S3(_) => "s3",
            TargetKind::GitHubPages(_) => "github-pages",
        }
    }

    /// Files that the target needs besides the site's pages.
    pub fn host(&self) -> Host {
        match self {
            TargetKind::Directory(_) => Host::default(),
            TargetKind::S3(_) => Host { needs_exact_names: true, ..Host::default() },
            TargetKind::GitHubPages(branch) => Host { cname: branch.cname.clone(), ..Host::default() },
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// The site's own domain, for the file `CNAME`.
    pub cname: Option<String>,
    /// Whether it finds a file by its whole name alone, so that old addresses without an ending need files of their own.
    pub needs_exact_names: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    pub name: String,
    /// `None`: from the environment or the profile.
    pub region: Option<String>,
    /// Prefix of every key: empty, or ends with a slash.
    pub prefix: String,
    /// The service's URL without a slash at its end; `None`: Amazon's.
    pub endpoint: Option<String>,
    pub address_style: AddressStyle,
    /// Profile of the shared configuration; `None`: from the environment.
    pub profile: Option<String>,
    /// `Cache-Control` of files without a content hash in their names.
    pub cache_pages: String,
    /// `Cache-Control` of assets with a content hash in their names.
    pub cache_assets: String,
    pub compression: Compression,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressStyle {
    /// `https://HOST/BUCKET/KEY`
    Path,
    /// `https://BUCKET.HOST/KEY`
    Host,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    None,
    /// With `Content-Encoding: gzip`.
    Gzip,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    pub remote: String,
    pub name: String,
    pub prefix: String,
    /// The site's own domain, for the file `CNAME`.
    pub cname: Option<String>,
    pub history: History,
}

/// Whether git itself can use this remote: it is neither an option nor a helper such as `ext::sh -c x` or `fd::17`
/// (gitremote-helpers(7)).
pub fn is_remote(text: &str) -> bool {
    let is_scheme =
        |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-' | '_'));
    let names_helper = text.split_once("::").is_some_and(|(scheme, _)| is_scheme(scheme));
    !text.is_empty() && !text.starts_with('-') && !names_helper && !text.contains(char::is_control)
}

/// The treatment of a branch's older commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    Kept,
    /// The branch always has a single commit.
    Single,
}
