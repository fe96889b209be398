//! `/sitemap.xml` and `/robots.txt` for search engines.

use crate::plan::MOST_IN_SITEMAP;
use crate::plan::page::Page;
use crate::render::machine::context::Context;
use crate::render::machine::xml::Xml;

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// All documents with their last changes; an index of parts when one file cannot hold them.
pub(in crate::render) fn sitemap(context: &Context<'_>) -> Vec<u8> {
    match context.plan.sitemap_parts() {
        0 => part(context, 0),
        parts => index(context, parts),
    }
}

fn index(context: &Context<'_>, parts: usize) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.open("sitemapindex", &[("xmlns", NAMESPACE)]);
    for part in 0..parts {
        xml.open("sitemap", &[]);
        xml.text("loc", &context.url_of(&Page::SitemapPart(part)).expect("every part has an address"));
        xml.close();
    }
    xml.close();
    xml.finish()
}

/// One part of the documents with their last changes.
pub(in crate::render) fn part(context: &Context<'_>, part: usize) -> Vec<u8> {
    let edition = context.edition;
    let mut xml = Xml::new();
    xml.open("urlset", &[("xmlns", NAMESPACE)]);
    let documents = context.plan.documents(edition).skip(part * MOST_IN_SITEMAP).take(MOST_IN_SITEMAP);
    for (link, page) in documents {
        xml.open("url", &[]);
        xml.text("loc", &context.url(&link));
        if let Some(as_of) = page.as_of(edition) {
            xml.text("lastmod", &edition.site.config.zone.rfc3339(as_of));
        }
        xml.close();
    }
    xml.close();
    xml.finish()
}

/// Crawling rules and the sitemap's URL (RFC 9309).
pub(in crate::render) fn robots(context: &Context<'_>) -> Vec<u8> {
    if context.edition.site.config.noindex {
        // Crawlers must read pages to find `noindex`; a URL that they may not read can still be listed.
        return b"User-agent: *\nDisallow:\n".to_vec();
    }
    let sitemap = context.url_of(&Page::Sitemap).expect("the sitemap has an address");
    format!("User-agent: *\nDisallow:\n\nSitemap: {sitemap}\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::model::config::{BaseUrl, Config};
    use crate::model::edition::Edition;
    use crate::model::report::{Report, Slug, Status};
    use crate::model::testing::{at, incident, site_of, update};
    use crate::plan;
    use crate::plan::page::Page;
    use crate::render::machine::testing::{read, read_planned};

    #[test]
    fn more_documents_than_a_file_may_hold_stand_in_parts() {
        let report = incident(&[update("01:00", Some(Status::Resolved), &[])]);
        let named = |number: usize| {
            let slug = format!("x{number}");
            Report { slug: Slug::new(&slug).unwrap(), id: slug, ..report.clone() }
        };
        let edition = Edition::new(Arc::new(site_of((0..50_000).map(named).collect())), at("13:00"));
        let plan = plan::outputs(&edition, []).plan;
        let addresses = |page: Page| -> Vec<String> {
            let text = String::from_utf8(read_planned(&edition, &plan, &page)).unwrap();
            let behind = text.split("<loc>").skip(1);
            behind.map(|text| text.split('<').next().unwrap().to_owned()).collect()
        };
        let parts = [1, 2].map(|part| format!("https://status.example.org/sitemap-{part}.xml"));
        assert_eq!(addresses(Page::Sitemap), parts);
        let (first, second) = (addresses(Page::SitemapPart(0)), addresses(Page::SitemapPart(1)));
        assert_eq!(first.len(), 50_000);
        let mut all = [first, second].concat();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), plan.documents(&edition).count());
        assert!(all.len() > 50_000 && plan.find("sitemap-2.xml").is_some());
    }

    #[test]
    fn robots_are_welcome_unless_told_otherwise() {
        let mut site = site_of(Vec::new());
        let config = Arc::make_mut(&mut site.config);
        config.base_url = BaseUrl::parse("https://a.test/status").unwrap();
        let asked = Config { noindex: true, ..config.clone() };
        let shown = |site| String::from_utf8(read(site, "13:00", &Page::Robots)).unwrap();
        assert_eq!(
            shown(site.clone()),
            "User-agent: *\nDisallow:\n\nSitemap: https://a.test/status/sitemap.xml\n"
        );
        site.config = Arc::new(asked);
        assert_eq!(shown(site), "User-agent: *\nDisallow:\n");
    }
}
