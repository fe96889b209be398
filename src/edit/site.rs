//! The files of a new site.

use crate::edit::{front, slug};
use crate::model::config::BaseUrl;
use crate::time::Day;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSite {
    pub title: String,
    pub base_url: String,
    pub time_zone: String,
    /// Component names in page order.
    pub components: Vec<String>,
    /// The first day of the components.
    pub since: Day,
}

pub const GITIGNORE: &str = "/public/\n";

/// URL of this version's documentation: the package's folder `docs`, which docs.rs shows file by file.
macro_rules! documentation {
    ($page:literal) => {
        concat!(
            "https://docs.rs/crate/",
            env!("CARGO_PKG_NAME"),
            "/",
            env!("CARGO_PKG_VERSION"),
            "/source/docs/",
            $page
        )
    };
}

pub const DOCUMENTATION: &str = documentation!("");

const KEYS: &str = documentation!("content.md");

pub const PUBLISHING: &str = documentation!("publishing.md");

const VERSION: &str = env!("CARGO_PKG_VERSION");

pub fn site_toml(site: &NewSite) -> String {
    let mut text = format!(
        "# The site's settings, for allclear {VERSION}. Every key: {KEYS}\n\n\
         title = {}\n\
         base_url = {}{}\n\
         time_zone = {}\n",
        front::text(&site.title),
        front::text(&site.base_url),
        if site.base_url == BaseUrl::PLACEHOLDER { "  # where the site will stand" } else { "" },
        front::text(&site.time_zone),
    );
    text.push_str(
        "\n# What readers know your service by. The order here is the order on the page; days before `since` do not count.\n",
    );
    if site.components.is_empty() {
        text.push_str(&format!(
            "#\n# [[components]]\n# id = \"api\"\n# name = \"API\"\n# since = {}\n",
            site.since
        ));
    }
    for (id, name) in component_ids(&site.components).iter().zip(&site.components) {
        text.push_str(&format!(
            "\n[[components]]\nid = {}\nname = {}\nsince = {}\n",
            front::text(id),
            front::text(name),
            site.since
        ));
    }
    text
}

/// Appends tables to site.toml, an empty line above each.
pub fn with_tables(text: &str, tables: &[String]) -> String {
    let end = front::line_end(text);
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { end };
    let tables: String = tables.iter().map(|table| format!("\n{table}").replace('\n', end)).collect();
    format!("{text}{gap}{tables}")
}

/// A unique id for each name.
pub fn component_ids(names: &[String]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for name in names {
        let id = slug::component_id(name, |id| ids.iter().any(|other| other == id));
        ids.push(id);
    }
    ids
}

/// The default GitHub or GitLab Pages URL for a git remote.
pub fn base_url_of_remote(remote: &str) -> Option<String> {
    let path =
        ["https://", "ssh://git@", "git@"].iter().find_map(|prefix| remote.trim().strip_prefix(prefix))?;
    let path = path.strip_suffix('/').unwrap_or(path);
    let path = path.strip_suffix(".git").unwrap_or(path).replacen(':', "/", 1);
    let mut parts = path.split('/');
    let (host, owner, name) = (parts.next()?, parts.next()?.to_ascii_lowercase(), parts.next()?);
    let pages = match host.rsplit_once('@').map_or(host, |(_, host)| host) {
        "github.com" => "github.io",
        "gitlab.com" => "gitlab.io",
        _ => return None,
    };
    if parts.next().is_some() || !is_plain(&owner) || !is_plain(name) {
        return None;
    }
    let own_host = format!("{owner}.{pages}");
    Some(match name.eq_ignore_ascii_case(&own_host) {
        true => format!("https://{own_host}/"),
        false => format!("https://{own_host}/{name}/"),
    })
}

fn is_plain(part: &str) -> bool {
    !part.is_empty()
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::{NewSite, base_url_of_remote, component_ids, site_toml};
    use crate::model::config::BaseUrl;
    use crate::time::Day;

    #[test]
    fn a_site_names_its_components_and_their_first_day() {
        let site = NewSite {
            title: "Lumen \"status\"".to_owned(),
            base_url: BaseUrl::PLACEHOLDER.to_owned(),
            time_zone: "Etc/UTC".to_owned(),
            components: vec!["Public API".to_owned(), "Web".to_owned()],
            since: Day::parse("2026-11-20").unwrap(),
        };
        let expected = "\
# The site's settings, for allclear VERSION. Every key: https://docs.rs/crate/allclear/VERSION/source/docs/content.md

title = 'Lumen \"status\"'
base_url = \"https://status.your-domain.example/\"  # where the site will stand
time_zone = \"Etc/UTC\"

# What readers know your service by. The order here is the order on the page; days before `since` do not count.

[[components]]
id = \"public-api\"
name = \"Public API\"
since = 2026-11-20

[[components]]
id = \"web\"
name = \"Web\"
since = 2026-11-20
";
        assert_eq!(site_toml(&site), expected.replace("VERSION", env!("CARGO_PKG_VERSION")));
    }

    #[test]
    fn ids_are_unique() {
        let names = ["API", "api!", "???", "Веб"].map(str::to_owned);
        assert_eq!(component_ids(&names), ["api", "api-2", "component", "veb"]);
    }

    #[test]
    fn a_remote_tells_where_its_pages_stand() {
        let check = |remote: &str, expected: Option<&str>| {
            assert_eq!(base_url_of_remote(remote).as_deref(), expected, "{remote}");
        };
        check("git@github.com:Lumen/status.git", Some("https://lumen.github.io/status/"));
        check("https://github.com/lumen/lumen.github.io", Some("https://lumen.github.io/"));
        check("ssh://git@gitlab.com/lumen/status.git", Some("https://lumen.gitlab.io/status/"));
        check("https://token@github.com/lumen/status/", Some("https://lumen.github.io/status/"));
        check("git@github.com:a/b/c.git", None);
        check("https://example.org/lumen/status.git", None);
        check("/srv/git/status.git", None);
        check("git@github.com:a/b\"c", None);
    }
}
