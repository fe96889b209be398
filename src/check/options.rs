//! How a site is checked: for which instant, with drafts or without, for which deployment.

use crate::model::config::BaseUrl;
use crate::model::target::{Host, Target};
use crate::time::Instant;

/// Whether the instant is the real clock's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// It is now: content a few minutes ahead counts, what lies further ahead is warned about.
    Real,
    /// It was asked for.
    Fixed,
}

/// What becomes of drafts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Drafts {
    /// They are invisible, their mistakes too.
    #[default]
    Hide,
    /// They are like everything else.
    Show,
}

/// How a site is checked.
#[derive(Clone, Debug)]
pub struct Options {
    /// The instant it is built for.
    pub now: Instant,
    /// Whether that is the real clock's.
    pub clock: Clock,
    /// Which variant of the site it is.
    pub variant: Variant,
}

/// How one deployment of a site differs from what site.toml says.
#[derive(Clone, Debug, Default)]
pub struct Variant {
    /// Where the site will stand, instead of site.toml's `base_url`.
    pub base_url: Option<BaseUrl>,
    /// Whether search engines are told to stay away, instead of site.toml's `noindex`.
    pub noindex: Option<bool>,
    /// What becomes of drafts.
    pub drafts: Drafts,
    /// What the host wants besides pages.
    pub host: Host,
}

impl Variant {
    /// The site as a target of site.toml has it.
    pub fn of(target: &Target) -> Self {
        let drafts = if target.drafts { Drafts::Show } else { Drafts::Hide };
        let (base_url, noindex) = (target.base_url.clone(), target.noindex);
        Self { base_url, noindex, drafts, host: target.place.host() }
    }
}
