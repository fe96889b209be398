//! Leaves out ids and addresses that our files cannot hold.

use std::collections::BTreeSet;

use crate::check;
use crate::import::distinct::comparable;
use crate::import::history::{History, Report};
use crate::import::log::{Finding, ImportLog};
use crate::parse::keys::Form;

/// The report with usable ids and addresses alone; the log tells of the others.
pub(super) fn cleaned(report: &Report, log: &mut ImportLog) -> Report {
    let mut cleaned = report.clone();
    let mut say = |noun: &str, text: &str| {
        let text = format!("“{}”: {noun} `{}` cannot be kept", report.title, text.escape_debug());
        log.add(Finding::LeftOut, &report.source, text);
    };
    let mut usable = |form: Form, id: Option<String>, noun: &str| {
        id.filter(|id| {
            (form.spec().check)(id).is_ok() || {
                say(noun, id);
                false
            }
        })
    };
    cleaned.id = usable(Form::ReportId, cleaned.id, "the id");
    cleaned.feed_id = usable(Form::FeedId, cleaned.feed_id, "the feed's id");
    cleaned.shortlink = usable(Form::WebAddress, cleaned.shortlink, "the short link");
    let mut seen = BTreeSet::new();
    for update in &mut cleaned.updates {
        let id = usable(Form::ReportId, update.id.take(), "the id of an update");
        update.id = id.filter(|id| seen.insert(id.clone()));
    }
    cleaned.aliases.retain(|alias| {
        check::is_old_address(alias) || {
            say("the address", alias);
            false
        }
    });
    cleaned
}

/// Leaves out ids of the site, its groups and its components that site.toml cannot hold.
pub(super) fn clean_site(source: &str, history: &mut History) {
    let History { site, log, .. } = history;
    let groups = site.groups.iter_mut().map(|it| (&it.name, &mut it.api_id));
    let components = site.components.iter_mut().map(|it| (&it.name, &mut it.api_id));
    let page = "the page".to_owned();
    for (name, id) in groups.chain(components).chain([(&page, &mut site.page_id)]) {
        if let Some(wrong) = id.take_if(|id| (Form::ApiId.spec().check)(id).is_err()) {
            let text = format!("“{name}”: the id `{}` cannot be kept", wrong.escape_debug());
            log.add(Finding::LeftOut, source, text);
        }
    }
}

/// Leaves out old addresses at which something else stands, of which `owner` tells the name.
pub(super) fn drop_addresses(
    report: &mut Report,
    owner: impl Fn(&str) -> Option<&'static str>,
    log: &mut ImportLog,
) {
    let Report { aliases, title, source, .. } = report;
    aliases.retain(|alias| {
        let owner = owner(&comparable(alias));
        if let Some(owner) = owner {
            log.add(Finding::LeftOut, source, format!("“{title}”: another {owner} stands at `{alias}`"));
        }
        owner.is_none()
    });
}
