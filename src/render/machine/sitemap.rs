//! `/sitemap.xml` and `/robots.txt`: what search engines ask for.

use crate::plan::page::Page;
use crate::render::machine::Context;
use crate::render::machine::xml::Xml;

/// Every document with the time of its last change, by the protocol of sitemaps.org.
pub(super) fn sitemap(context: &Context<'_>) -> Vec<u8> {
    let edition = context.edition;
    let mut xml = Xml::new();
    xml.open("urlset", &[("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9")]);
    for (link, page) in context.plan.documents(edition) {
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

/// Whether search engines are welcome, and where the sitemap stands (RFC 9309).
pub(super) fn robots(context: &Context<'_>) -> Vec<u8> {
    if context.edition.site.config.noindex {
        return b"User-agent: *\nDisallow: /\n".to_vec();
    }
    let sitemap = context.url_of(&Page::Sitemap).expect("the sitemap has an address");
    format!("User-agent: *\nDisallow:\n\nSitemap: {sitemap}\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::model::config::{BaseUrl, Config};
    use crate::model::report::Status;
    use crate::model::testing::{incident, site_of, update};
    use crate::plan::page::Page;
    use crate::render::machine::testing::read;

    #[test]
    fn documents_are_listed_with_their_last_change() {
        let report = incident(&[
            update("01:00", Some(Status::Investigating), &[]),
            update("02:00", Some(Status::Resolved), &[]),
        ]);
        let shown = String::from_utf8(read(site_of(vec![report]), "13:00", &Page::Sitemap)).unwrap();
        let address = "<loc>https://status.example.org/incidents/x/</loc>";
        assert!(
            shown.contains(&format!(
                " <url>\n  {address}\n  <lastmod>2026-11-20T02:00:00Z</lastmod>\n </url>\n"
            ))
        );
        assert!(shown.contains("<loc>https://status.example.org/</loc>"), "{shown}");
        for machines in ["404", ".json", ".atom", "robots"] {
            assert!(!shown.contains(machines), "{machines} is no page to find");
        }
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
        assert_eq!(shown(site), "User-agent: *\nDisallow: /\n");
    }
}
