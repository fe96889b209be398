//! Every way to follow the service.

use serde::Serialize;

use crate::model::GroupIx;
use crate::model::edition::Scope;
use crate::plan::api::Api;
use crate::plan::page::{Badge, BadgeForm, FeedForm, Html, Page};
use crate::render::context::RenderContext;

/// What the page shows. Addresses are absolute, to be copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SubscribeView {
    /// The whole service.
    pub all: FollowView,
    /// The Atom feed with an entry for each update.
    pub updates_atom: String,
    /// The RSS feed with an entry for each update.
    pub updates_rss: String,
    /// Groups and living components.
    pub parts: Vec<FollowView>,
    /// Statuspage's API v2: its summary.
    pub summary: String,
    /// The script of the status line.
    pub script: String,
    /// The page for frames.
    pub frame: String,
}

/// How to follow a part of the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FollowView {
    /// Its name.
    pub name: String,
    /// Whether it is a group.
    pub group: bool,
    /// The path of its page.
    pub path: String,
    /// The Atom feed with an entry for each incident.
    pub atom: String,
    /// The same feed as RSS.
    pub rss: String,
    /// The same feed as JSON.
    pub json: String,
    /// Its planned maintenance; none for a group.
    pub calendar: Option<CalendarAddresses>,
    /// Its badge.
    pub badge: String,
}

/// A calendar's two addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CalendarAddresses {
    /// The address to copy.
    pub url: String,
    /// The address to click: for this scheme, calendar programs offer to subscribe.
    pub webcal: String,
}

pub(in crate::render) fn view(context: &RenderContext<'_>) -> SubscribeView {
    let edition = context.edition;
    let site = context.site();
    let groups = (0..site.groups.len()).map(GroupIx);
    let group =
        |ix: GroupIx| follow(context, &site.groups[ix.0].name, Page::Html(Html::Group(ix)), Scope::Group(ix));
    let component =
        |ix| follow(context, &site.component(ix).name, Page::Html(Html::Component(ix)), Scope::Component(ix));
    let alone = edition.living().filter(|&ix| site.component(ix).group.is_none()).map(component);
    let grouped = groups.flat_map(|ix| {
        let members = edition.living().filter(move |&member| site.component(member).group == Some(ix));
        std::iter::once(group(ix)).chain(members.map(component))
    });
    SubscribeView {
        all: follow(context, &site.config.title, Page::Html(Html::Front), Scope::Site),
        updates_atom: url(context, &Page::Updates(FeedForm::Atom)),
        updates_rss: url(context, &Page::Updates(FeedForm::Rss)),
        parts: alone.chain(grouped).collect(),
        summary: url(context, &Page::Api(Api::Summary)),
        script: url(context, &Page::EmbedScript),
        frame: url(context, &Page::Html(Html::Embed)),
    }
}

fn follow(context: &RenderContext<'_>, name: &str, page: Page, scope: Scope) -> FollowView {
    let feed = |form| url(context, &Page::Feed(form, scope));
    FollowView {
        name: name.to_owned(),
        group: matches!(scope, Scope::Group(_)),
        path: context.link(&page),
        atom: feed(FeedForm::Atom),
        rss: feed(FeedForm::Rss),
        json: feed(FeedForm::Json),
        calendar: (!matches!(scope, Scope::Group(_))).then(|| calendar(context, scope)),
        badge: url(context, &Page::Badge(Badge::State, BadgeForm::Svg, scope)),
    }
}

fn calendar(context: &RenderContext<'_>, scope: Scope) -> CalendarAddresses {
    let url = url(context, &Page::Calendar(scope));
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    CalendarAddresses { webcal: format!("webcal://{rest}"), url }
}

fn url(context: &RenderContext<'_>, page: &Page) -> String {
    context.site().config.base_url.join(&context.link(page))
}
