//! Where a site is published: the targets of site.toml, valid and complete.

use crate::model::config::BaseUrl;

/// A place that the site is published to, and what differs there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The name in `[publish.NAME]`.
    pub name: String,
    /// Where its files go.
    pub place: TargetKind,
    /// Where the site stands there, instead of the site's own `base_url`.
    pub base_url: Option<BaseUrl>,
    /// Whether search engines are told to stay away, instead of the site's own `noindex`.
    pub noindex: Option<bool>,
    /// Whether drafts are shown there.
    pub drafts: bool,
}

/// What takes a site's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// A folder, from the site's folder.
    Directory(String),
    /// A bucket of S3 or of what speaks like it.
    S3(Bucket),
    /// A branch of a git repository.
    GitHubPages(Branch),
}

impl TargetKind {
    /// The word for it in site.toml.
    pub fn kind(&self) -> &'static str {
        match self {
            TargetKind::Directory(_) => "directory",
            TargetKind::S3(_) => "s3",
            TargetKind::GitHubPages(_) => "github-pages",
        }
    }

    /// What it wants of a site besides its pages.
    pub fn host(&self) -> Host {
        match self {
            TargetKind::Directory(_) => Host::default(),
            TargetKind::S3(_) => Host { needs_exact_names: true, ..Host::default() },
            TargetKind::GitHubPages(branch) => Host { cname: branch.cname.clone(), ..Host::default() },
        }
    }
}

/// What a host wants of a site besides its pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// The site's own domain, for the file `CNAME`.
    pub cname: Option<String>,
    /// Whether it finds a file by its whole name alone, so that old addresses without an ending need files of their own.
    pub needs_exact_names: bool,
}

/// A bucket, and how objects are put there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Its region; `None`: the environment or the profile says.
    pub region: Option<String>,
    /// What every key begins with: empty, or parts with a slash after each.
    pub prefix: String,
    /// The service's address, without a slash at its end; `None`: Amazon's.
    pub endpoint: Option<String>,
    /// Whether the bucket is named in the address's path or its host.
    pub address_style: AddressStyle,
    /// The profile of the shared configuration; `None`: the environment says.
    pub profile: Option<String>,
    /// The `Cache-Control` of everything whose name does not carry its content's digest.
    pub cache_pages: String,
    /// The `Cache-Control` of assets whose names carry their content's digest.
    pub cache_assets: String,
    /// Whether texts are stored compressed.
    pub compression: Compression,
}

/// Where a bucket's name stands in addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressStyle {
    /// `https://HOST/BUCKET/KEY`
    Path,
    /// `https://BUCKET.HOST/KEY`
    Host,
}

/// How texts are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// As they are.
    None,
    /// With `Content-Encoding: gzip`.
    Gzip,
}

/// A branch, and how commits are made there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The remote's name in the site's repository, or its address.
    pub remote: String,
    /// The branch's name.
    pub name: String,
    /// The folder of the branch that holds the site: empty, or parts with a slash after each.
    pub prefix: String,
    /// The site's own domain, for the file `CNAME`.
    pub cname: Option<String>,
    /// What becomes of the commits before.
    pub history: History,
}

/// Whether a remote's name or address is one that git reaches by itself: neither an option nor a program's name, as in
/// `ext::sh -c x` and `fd::17` (gitremote-helpers(7)).
pub fn is_remote(text: &str) -> bool {
    let is_scheme =
        |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-' | '_'));
    let names_helper = text.split_once("::").is_some_and(|(scheme, _)| is_scheme(scheme));
    !text.is_empty() && !text.starts_with('-') && !names_helper && !text.contains(char::is_control)
}

/// What becomes of a branch's commits when one more is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// They stay.
    Kept,
    /// The branch is one commit without a parent.
    Single,
}
