//! One site at two addresses, of which one is not the real one.

use std::fs;

use crate::support::{allclear, write_files};

const SITE: &str = "title = \"Acme\"\nbase_url = \"https://status.acme.example/\"\n\n\
                    [checks.redact]\nhosts = \"intern\"\n\n\
                    [publish.web]\nkind = \"directory\"\npath = \"../web\"\n\n\
                    [publish.stage]\nkind = \"directory\"\npath = \"../stage\"\nnoindex = true\n\
                    base_url = \"https://stage.acme.example/\"\nbanner = \"staging <of Acme>\"\n";

#[test]
fn staging_says_so_and_keeps_its_own_address() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    write_files(&site, &[("site.toml", SITE)]);
    allclear(&site, &["publish", "--now", "2026-11-20T12:00:00Z"]).ended(0);
    let read = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
    for page in ["index.html", "history/index.html", "404.html"] {
        let stage = read(&format!("stage/{page}"));
        assert!(
            stage.contains("<p class=\"deployment\" dir=\"auto\">staging &lt;of Acme&gt;</p>"),
            "{stage}"
        );
        assert!(stage.contains("<meta name=\"robots\" content=\"noindex\">"));
        assert!(!read(&format!("web/{page}")).contains("deployment"));
    }
    assert!(read("stage/history.atom").contains("https://stage.acme.example/"));
    assert!(!read("stage/history.atom").contains("https://status.acme.example/"));
    // A banner that changes is seen by the next publish.
    write_files(&site, &[("site.toml", &SITE.replace("staging <of Acme>", "try-out"))]);
    allclear(&site, &["publish", "stage", "--now", "2026-11-20T12:00:00Z"]).ended(0);
    assert!(read("stage/index.html").contains(">try-out</p>"));
    write_files(&site, &[("site.toml", &SITE.replace("staging <of Acme>", "stage of host-intern-4"))]);
    allclear(&site, &["publish", "stage"]).ended(1).saying("error[unredacted]");
}
