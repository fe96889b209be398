//! Options of a check: its instant, drafts, and the deployment.

use crate::model::config::BaseUrl;
use crate::model::target::{Host, Target};
use crate::time::Instant;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    Real,
    Fixed,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Drafts {
    #[default]
    Hide,
    Show,
}

#[derive(Clone, Debug)]
pub struct Options {
    pub now: Instant,
    pub clock: Clock,
    pub variant: Variant,
}

/// How one deployment of a site differs from what site.toml says.
#[derive(Clone, Debug, Default)]
pub struct Variant {
    /// Where the site will stand, instead of site.toml's `base_url`.
    pub base_url: Option<BaseUrl>,
    /// Whether search engines are told to stay away, instead of site.toml's `noindex`.
    pub noindex: Option<bool>,
    /// A line above every page, which tells the deployment from the real site.
    pub banner: Option<String>,
    pub drafts: Drafts,
    pub host: Host,
}

impl Variant {
    /// The site as a target of site.toml has it.
    pub fn of(target: &Target) -> Self {
        let drafts = if target.drafts { Drafts::Show } else { Drafts::Hide };
        let (base_url, banner) = (target.base_url.clone(), target.banner.clone());
        Self { base_url, noindex: target.noindex, banner, drafts, host: target.place.host() }
    }
}
