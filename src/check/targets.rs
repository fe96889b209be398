//! Reads `[publish.NAME]` of site.toml as targets.

use crate::check::site_toml::{given, problem};
use crate::diagnostic::Diagnostic;
use crate::model::config::BaseUrl;
use crate::model::out_path::windows_trouble;
use crate::model::target::{AddressStyle, Branch, Bucket, Compression, History, Target, TargetKind};
use crate::parse::draft::SiteDraft;
use crate::parse::keys::{Form, TargetDraft};
use crate::rules;
use crate::source::{Snapshot, SourcePath, Spanned};

/// The targets that site.toml names, in its order, and what is wrong with them together. A target with a problem may be left
/// out.
pub fn targets(draft: &SiteDraft) -> (Vec<Target>, Vec<Diagnostic>) {
    let drafts = &draft.toml.publish;
    let targets = drafts.iter().filter_map(|(name, draft)| target(&name.value, draft)).collect();
    (targets, drafts.iter().flat_map(|(_, draft)| problems(draft)).collect())
}

fn target(name: &str, draft: &TargetDraft) -> Option<Target> {
    let place = match draft.kind.as_ref()?.value.as_str() {
        "directory" => TargetKind::Directory(given(&draft.path)?),
        "s3" => TargetKind::S3(bucket(draft)?),
        "github-pages" => TargetKind::GitHubPages(branch(draft)),
        _ => return None,
    };
    Some(Target {
        name: name.to_owned(),
        place,
        base_url: draft.base_url.as_ref().and_then(|url| BaseUrl::parse(&url.value).ok()),
        noindex: draft.noindex.as_ref().map(|noindex| noindex.value),
        banner: given(&draft.banner),
        drafts: draft.drafts(),
    })
}

fn bucket(draft: &TargetDraft) -> Option<Bucket> {
    let endpoint = given(&draft.endpoint).map(|address| address.trim_end_matches('/').to_owned());
    let path_style = draft.path_style.as_ref().map_or(endpoint.is_some(), |style| style.value);
    Some(Bucket {
        name: given(&draft.bucket)?,
        region: given(&draft.region),
        prefix: prefix(draft),
        endpoint,
        address_style: if path_style { AddressStyle::Path } else { AddressStyle::Host },
        profile: given(&draft.profile),
        cache_pages: draft.cache_pages().to_owned(),
        cache_assets: draft.cache_assets().to_owned(),
        compression: if draft.gzip() { Compression::Gzip } else { Compression::None },
    })
}

fn branch(draft: &TargetDraft) -> Branch {
    Branch {
        remote: draft.remote().to_owned(),
        name: draft.branch().to_owned(),
        prefix: prefix(draft),
        cname: given(&draft.cname),
        history: if draft.history() { History::Kept } else { History::Single },
    }
}

/// The folder inside the target, with a slash after each part.
fn prefix(draft: &TargetDraft) -> String {
    let folder = draft.prefix().trim_matches('/');
    if folder.is_empty() { String::new() } else { format!("{folder}/") }
}

/// What is wrong with keys together, and names that not every system can hold.
fn problems(draft: &TargetDraft) -> Vec<Diagnostic> {
    let written = draft.prefix.as_ref().filter(|written| (Form::Folder.spec().check)(&written.value).is_ok());
    let (Some(written), folder) = (written, prefix(draft)) else { return Vec::new() };
    let unportable = |part: &str| {
        let message = format!("Windows cannot hold `{folder}`: `{part}` {}", windows_trouble(part)?);
        let problem = problem(rules::UNPORTABLE_NAME, &written.span, message);
        Some(problem.help("choose another folder"))
    };
    let cname = draft.cname.as_ref().filter(|_| !folder.is_empty()).map(|cname| {
        let message = "`cname` is said by the target at the branch's top";
        let problem = problem(rules::INVALID_SETTING, &cname.span, message);
        problem.help("leave it out beside `prefix`: a branch has one domain")
    });
    folder.split_terminator('/').filter_map(unportable).chain(cname).collect()
}

/// Targets whose `cname` would replace the site's own `static/CNAME`.
pub(super) fn domains(draft: &SiteDraft, snapshot: &Snapshot) -> Vec<Diagnostic> {
    let file = SourcePath::new("static/CNAME");
    if !snapshot.files.contains_key(&file) {
        return Vec::new();
    }
    let domains = draft.toml.publish.iter().filter_map(|(_, target)| target.cname.as_ref());
    let twice = |cname: &Spanned<String>| {
        let message = "`cname` and `static/CNAME` are two sources of one output, `CNAME`";
        let problem = problem(rules::OUTPUT_COLLISION, &cname.span, message);
        problem.also(&file, 0..0, "the other one").help("leave out `cname`, or remove the file")
    };
    domains.map(twice).collect()
}

#[cfg(test)]
mod tests {
    use super::{domains, targets};
    use crate::diagnostic::Diagnostic;
    use crate::model::target::{AddressStyle, TargetKind};
    use crate::parse::site_toml;
    use crate::parse::testing::{marked, shown};
    use crate::source::{Entry, Handle, Snapshot, SourcePath};

    fn read(tables: &str) -> (Vec<super::Target>, String, Vec<Diagnostic>) {
        let text = format!("title = 'x'\nbase_url = 'https://e.example/'\n{tables}");
        let draft = site_toml(&SourcePath::new("site.toml"), text.as_bytes()).unwrap();
        let (targets, problems) = targets(&draft);
        (targets, text, draft.problems.into_iter().chain(problems).collect())
    }

    /// Checks the problems of a target with these keys.
    #[track_caller]
    fn check(keys: &str, expected: &str) {
        let (_, text, problems) = read(&format!("[publish.web]\n{keys}\n"));
        assert_eq!(marked(&text, &problems), expected, "{keys}");
    }

    /// Checks that the one problem of a target with these keys says these words.
    #[track_caller]
    fn check_words(keys: &str, words: &str) {
        let (_, text, problems) = read(&format!("[publish.web]\n{keys}\n"));
        let shown = shown(&text, &problems);
        assert!(problems.len() == 1 && shown.contains(words), "{keys}: {shown}");
    }

    #[test]
    fn every_kind_is_read_with_its_defaults() {
        let (targets, _, problems) = read(
            "[publish.a]\nkind = 'directory'\npath = 'out'\n\
             [publish.b]\nkind = 's3'\nbucket = 'status'\nprefix = '/a/b/'\nendpoint = 'http://127.0.0.1:9000/'\n\
             [publish.c]\nkind = 'github-pages'\ndrafts = true\nnoindex = true\nbanner = 'Staging'\nbase_url = 'https://f.example'\n",
        );
        assert_eq!(problems, []);
        let [directory, s3, pages] = &targets[..] else { panic!("three: {targets:?}") };
        assert_eq!(directory.place, TargetKind::Directory("out".to_owned()));
        let TargetKind::S3(bucket) = &s3.place else { panic!("{s3:?}") };
        assert_eq!((bucket.prefix.as_str(), bucket.address_style), ("a/b/", AddressStyle::Path));
        assert_eq!(bucket.endpoint.as_deref(), Some("http://127.0.0.1:9000"));
        assert_eq!(bucket.cache_pages, "public, max-age=60");
        let TargetKind::GitHubPages(branch) = &pages.place else { panic!("{pages:?}") };
        assert_eq!((branch.remote.as_str(), branch.name.as_str()), ("origin", "gh-pages"));
        assert!(pages.drafts && pages.noindex == Some(true) && pages.banner.as_deref() == Some("Staging"));
        assert_eq!(pages.base_url.as_ref().unwrap().as_str(), "https://f.example/");
    }

    #[test]
    fn a_domain_is_said_once() {
        let text = "[publish.web]\nkind = 'github-pages'\ncname = 'a.example'\n";
        let draft = site_toml(&SourcePath::new("site.toml"), text.as_bytes()).unwrap();
        assert_eq!(domains(&draft, &Snapshot::default()), []);
        let file = SourcePath::new("static/CNAME");
        let entry = Entry::File(Handle::new(file.clone(), 1, 1));
        let problems = domains(&draft, &Snapshot { files: [(file, entry)].into() });
        assert_eq!(marked(text, &problems), "output-collision <'a.example'>");
    }

    #[test]
    fn what_cannot_be_published_to_is_named() {
        check("kind = 's4'", "wrong-type <'s4'>");
        check_words("kind = 'ftp'", "use a known kind of target: `directory`, `s3`, `github-pages`");
        check("bucket = 'example'", "missing-key <[publish.web]>");
        check("kind = 's3'\nbuket = 'x'", "missing-key <[publish.web]>, unknown-key <buket>");
        let foreign = "kind = 'directory'\npath = 'x'\nbucket = 'y'\nhistory = false";
        check(foreign, "unknown-key <bucket>, unknown-key <history>");
        check(
            "kind = 's3'\nbucket = 's3://x'\nendpoint = 'host'\nprefix = '../x'\ngzip = 'yes'",
            "invalid-setting <'s3://x'>, invalid-setting <'host'>, invalid-setting <'../x'>, wrong-type <'yes'>",
        );
        check(
            "kind = 'github-pages'\nprefix = 'a'\ncname = 'a.example'\nbranch = 'a..b'\nremote = '-x'",
            "invalid-setting <'a.example'>, invalid-setting <'a..b'>, invalid-setting <'-x'>",
        );
        check_words(
            "kind = 's3'\nbucket = 'status'\nsecret_access_key = 'x'",
            "secrets have no place in site.toml",
        );
    }

    #[test]
    fn a_folder_of_git_s_own_is_refused_in_every_spelling() {
        for path in [".git", "./.git/", "../x/.GIT/hooks", "a/git~1/b", "/srv/.git ", "x\\\\.git"] {
            let keys = format!("kind = 'directory'\npath = \"{path}\"");
            check_words(
                &keys,
                "is not a folder to publish to: git keeps it for itself / write a folder that",
            );
        }
        for path in ["../site", "site.git.d", "/srv/www/.well-known", "."] {
            check(&format!("kind = 'directory'\npath = '{path}'"), "");
        }
    }

    #[test]
    fn remotes_that_run_programs_are_refused() {
        for remote in ["fd::17", "ext::sh -c x", "x::y", "::y", "git-x+1::y", "--upload-pack=x", "a\\u0007b"]
        {
            check_words(&format!("kind = 'github-pages'\nremote = \"{remote}\""), "is not a remote");
        }
        for remote in
            ["origin", "git@host:a/b.git", "https://host/a.git", "ssh://git@[::1]:22/a", "../a", "[::1]:a"]
        {
            check(&format!("kind = 'github-pages'\nremote = \"{remote}\""), "");
        }
    }

    #[test]
    fn addresses_are_refused_with_a_reason_and_without_their_passwords() {
        let site = "kind = 'directory'\npath = 'x'\nbase_url =";
        let user = "> `https://***@a/` is not the address of a site: it holds a user name or a password /";
        check_words(&format!("{site} 'https://u:s3cret@a/'"), user);
        let port =
            "`https://a:99999/` is not the address of a site: its port is not a number from 1 to 65535 /";
        check_words(&format!("{site} 'https://a:99999/'"), port);
        let bucket = "kind = 's3'\nbucket = 'status'\nendpoint = 'https://u:s3cret@a'";
        check_words(
            bucket,
            "> `https://***@a` is not an address of a service / write `https://HOST`, without user",
        );
    }
}
