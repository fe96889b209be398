//! The gallery of the theme.

use super::*;

#[test]
fn the_gallery_takes_every_option_of_the_theme() {
    let options = r##"
[theme_options]
logo = { light = "/logo.svg", dark = "/dark/logo.svg" }
preview = "/logo.svg"
accent = "#0b57d0"
support = "/about/"
nav = [{ title = "Home", url = "https://example.org" }, { title = "About", url = "/about/" }]
footer = [{ title = "Imprint", url = "/about/#imprint" }, { title = "Terms", url = "/terms.pdf" }]
subscribe = [{ title = "Mail", url = "/incidents/first/" }]
stylesheet = "/more.css"
subscribe_form = { action = "https://mail.example.org/join" }
fonts = [{ family = "Own", file = "/own.woff2" }]
policy = { img-src = ["https://cdn.example.org"] }
"##;
    let theme = crate::parse::theme_toml(
        &crate::source::SourcePath::new("theme.toml"),
        include_bytes!("../../../../themes/default/theme.toml"),
    );
    for (name, _) in theme.unwrap() {
        assert!(options.contains(&format!("\n{} = ", name.value)), "{}", name.value);
    }
    let site = site();
    put(site.path(), "site.toml", &format!("{SITE}{options}"));
    put(site.path(), "content/pages/about.md", "+++\ntitle = \"About\"\n+++\n\nUs.\n\n## Imprint\n");
    for file in ["logo.svg", "dark/logo.svg", "terms.pdf", "more.css", "own.woff2"] {
        put(site.path(), &format!("static/{file}"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    }
    let previewed = previewed(site, None);
    for page in ["calm/", "later/incidents/major/", "later/text/", "later/subscribe/", "major/embed/"] {
        let got = previewed.get(&format!("/__allclear/gallery/{page}"));
        assert_eq!(got.status, 200, "{page}: {}", got.text());
    }
    let front = previewed.get("/__allclear/gallery/calm/").text();
    assert!(
        front.contains("logo.svg") && front.contains("terms.pdf") && front.contains("Imprint"),
        "{front}"
    );
    for file in ["logo.svg", "dark/logo.svg", "terms.pdf", "more.css", "own.woff2"] {
        assert_eq!(previewed.get(&format!("/__allclear/gallery/calm/{file}")).status, 200, "{file}");
    }
}

#[test]
fn the_gallery_shows_what_the_theme_makes() {
    let mut previewed = previewed(site(), None);
    let index = previewed.get("/__allclear/gallery/").text();
    let frames: Vec<&str> =
        index.split(" src=\"").skip(2).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(frames.len() >= 40, "{frames:?}");
    for frame in frames.iter().filter(|frame| frame.ends_with("=dark")) {
        let got = previewed.get(&format!("/__allclear/gallery/{frame}"));
        let is_missing = frame.contains("/no/such/page/");
        assert_eq!(got.status, if is_missing { 404 } else { 200 }, "{frame}");
        assert!(got.text().contains(" data-now=\""), "{frame}");
    }
    let page = "/__allclear/gallery/later/incidents/major/";
    let fingerprint = previewed.state(page)["page"].clone();
    assert!(previewed.get(page).text().contains(fingerprint["digest"].as_str().unwrap()));
    previewed.edit("themes/default/i18n/en.ftl", "postmortem = What we learned\n");
    assert_ne!(previewed.state(page)["page"]["digest"], fingerprint["digest"]);
    assert!(previewed.get(page).text().contains("What we learned"));
}
