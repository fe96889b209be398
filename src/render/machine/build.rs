//! `/build.json`: the build's as-of, its next automatic change, and a digest of its content.
//!
//! Build schedulers read `next_change`; an open page compares `content` to detect a newer build.

use serde::Serialize;

use crate::digest::{Digest, Hasher};
use crate::plan::page::Page;
use crate::render::machine::context::Context;
use crate::render::machine::encode::json as to_json;

#[derive(Serialize)]
struct Document {
    as_of: String,
    next_change: String,
    content: String,
}

pub(in crate::render) fn json(context: &Context<'_>) -> Vec<u8> {
    let edition = context.edition;
    let zone = edition.site.config.zone;
    let as_of = Page::BuildJson.as_of(edition).expect("a build shows current state, which is dated");
    to_json(&Document {
        as_of: zone.rfc3339(as_of),
        next_change: zone.rfc3339(edition.next_change),
        content: content(context).to_string(),
    })
}

/// The digest of everything public: settings, theme, reports, pages, recorded days, and output paths.
fn content(context: &Context<'_>) -> Digest {
    let site = &context.edition.site;
    let mut hasher = Hasher::new();
    let mut take = |part: &[u8]| {
        hasher.update(&(part.len() as u64).to_be_bytes());
        hasher.update(part);
    };
    take(context.theme.as_bytes());
    take(format!("{:?}", site.config).as_bytes());
    take(format!("{:?}{:?}", site.groups, site.components).as_bytes());
    for incident in &context.edition.incidents {
        take(incident.report.id.as_bytes());
        take(&incident.report.digest);
    }
    for page in &site.pages {
        take(format!("{page:?}").as_bytes());
    }
    for (ix, recorded) in site.recorded.iter().enumerate() {
        let public = recorded.range(..=context.edition.today);
        public.for_each(|(day, seconds)| take(format!("{ix} {day} {seconds:?}").as_bytes()));
    }
    // The same site is the same at each host.
    let outputs = context.plan.outputs.iter().filter(|(_, page)| !matches!(page, Page::Cname(_)));
    outputs.for_each(|(path, _)| take(path.as_str().as_bytes()));
    for (path, copy) in &context.edition.copies {
        take(format!("{path} {}", copy.len).as_bytes());
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::model::Site;
    use crate::model::report::Status;
    use crate::model::testing::{incident, site_of, update};
    use crate::plan::page::Page;
    use crate::render::machine::testing::read;

    fn site() -> Site {
        site_of(vec![incident(&[
            update("01:00", Some(Status::Investigating), &[]),
            update("15:00", Some(Status::Resolved), &[]),
        ])])
    }

    fn build(site: Site, now: &str) -> Value {
        serde_json::from_slice(&read(site, now, &Page::BuildJson)).unwrap()
    }

    #[test]
    fn the_next_change_is_told() {
        let build = |now| build(site(), now);
        assert_eq!(build("13:00")["as_of"], "2026-11-20T01:00:00Z");
        assert_eq!(build("13:00")["next_change"], "2026-11-20T15:00:00Z");
        assert_eq!(build("16:00")["as_of"], "2026-11-20T15:00:00Z");
        assert_eq!(build("16:00")["next_change"], "2026-11-21T00:00:00Z");
        assert_eq!(build("13:00"), build("14:59"));
    }

    #[test]
    fn the_digest_moves_with_content_only() {
        let before = build(site(), "13:00")["content"].clone();
        assert_eq!(before.as_str().unwrap().len(), 64);
        assert_eq!(before, build(site(), "16:00")["content"]);
        let mut edited = site();
        let mut report = incident(&[update("01:00", Some(Status::Investigating), &[])]);
        report.digest = [1; 32];
        edited.reports = vec![report.into()];
        assert_ne!(before, build(edited, "13:00")["content"]);
        let mut renamed = site();
        renamed.components[0].name = "Interface".to_owned();
        assert_ne!(before, build(renamed, "13:00")["content"]);
    }
}
