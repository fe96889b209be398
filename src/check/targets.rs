//! `[publish.NAME]` to targets.

use crate::check::site_toml::problem;
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
        drafts: draft.drafts(),
    })
}

fn given(written: &Option<Spanned<String>>) -> Option<String> {
    written.as_ref().map(|text| text.value.clone()).filter(|text| !text.trim().is_empty())
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
    use crate::model::target::{AddressStyle, TargetKind};
    use crate::parse::site_toml;
    use crate::parse::testing::shown;
    use crate::source::{Entry, Handle, Snapshot, SourcePath};

    fn read(tables: &str) -> (Vec<super::Target>, String) {
        let text = format!("title = 'x'\nbase_url = 'https://e.example/'\n{tables}");
        let draft = site_toml(&SourcePath::new("site.toml"), text.as_bytes()).unwrap();
        let (targets, problems) = targets(&draft);
        let all: Vec<_> = draft.problems.into_iter().chain(problems).collect();
        (targets, shown(&text, &all))
    }

    #[track_caller]
    fn check(tables: &str, expected: &str) {
        assert_eq!(read(tables).1, expected, "{tables}");
    }

    #[test]
    fn every_kind_is_read_with_its_defaults() {
        let (targets, problems) = read(
            "[publish.a]\nkind = 'directory'\npath = 'out'\n\
             [publish.b]\nkind = 's3'\nbucket = 'status'\nprefix = '/a/b/'\nendpoint = 'http://127.0.0.1:9000/'\n\
             [publish.c]\nkind = 'github-pages'\ndrafts = true\nnoindex = true\nbase_url = 'https://f.example'\n",
        );
        assert_eq!(problems, "");
        let [directory, s3, pages] = &targets[..] else { panic!("three: {targets:?}") };
        assert_eq!(directory.place, TargetKind::Directory("out".to_owned()));
        let TargetKind::S3(bucket) = &s3.place else { panic!("{s3:?}") };
        assert_eq!((bucket.prefix.as_str(), bucket.address_style), ("a/b/", AddressStyle::Path));
        assert_eq!(bucket.endpoint.as_deref(), Some("http://127.0.0.1:9000"));
        assert_eq!(bucket.cache_pages, "public, max-age=60");
        let TargetKind::GitHubPages(branch) = &pages.place else { panic!("{pages:?}") };
        assert_eq!((branch.remote.as_str(), branch.name.as_str()), ("origin", "gh-pages"));
        assert!(pages.drafts && pages.noindex == Some(true));
        assert_eq!(pages.base_url.as_ref().unwrap().as_str(), "https://f.example/");
    }

    #[test]
    fn a_domain_is_said_once() {
        let text = "[publish.web]\nkind = 'github-pages'\ncname = 'a.example'\n";
        let draft = site_toml(&SourcePath::new("site.toml"), text.as_bytes()).unwrap();
        assert_eq!(domains(&draft, &Snapshot::default()), []);
        let file = SourcePath::new("static/CNAME");
        let entry = Entry::File(Handle { path: file.clone(), len: 1, stamp: 1 });
        let problems = domains(&draft, &Snapshot { files: [(file, entry)].into() });
        assert_eq!(
            shown(text, &problems),
            "output-collision <'a.example'> `cname` and `static/CNAME` are two sources of one output, `CNAME` / \
             leave out `cname`, or remove the file\n"
        );
    }

    #[test]
    fn what_cannot_be_published_to_is_named() {
        check(
            "[publish.web]\nkind = 's4'\n",
            "wrong-type <'s4'> unknown kind of target `s4` / did you mean `s3`?\n",
        );
        check(
            "[publish.web]\nkind = 'ftp'\n",
            "wrong-type <'ftp'> unknown kind of target `ftp` / use a known kind of target: `directory`, `s3`, `github-pages`\n",
        );
        check(
            "[publish.web]\nbucket = 'example'\n",
            "missing-key <[publish.web]> `kind` is missing in `[publish.web]` / write `kind = \"directory\"`\n",
        );
        check(
            "[publish.web]\nkind = 's3'\nbuket = 'x'\n",
            "missing-key <[publish.web]> `bucket` is missing in `[publish.web]` / write `bucket = \"example-status\"`\n\
             unknown-key <buket> unknown key `buket` in `[publish.web]` / did you mean `bucket`?\n",
        );
        check(
            "[publish.web]\nkind = 'directory'\npath = 'x'\nbucket = 'y'\nhistory = false\n",
            "unknown-key <bucket> unknown key `bucket` in `[publish.web]` / \
             leave it out: it belongs to `s3`, not to `directory`\n\
             unknown-key <history> unknown key `history` in `[publish.web]` / \
             leave it out: it belongs to `github-pages`, not to `directory`\n",
        );
        check(
            "[publish.web]\nkind = 's3'\nbucket = 's3://x'\nendpoint = 'host'\nprefix = '../x'\ngzip = 'yes'\n",
            "invalid-setting <'s3://x'> `s3://x` is no bucket's name / \
             write the name alone, such as `example-status`: `a-z`, `0-9`, `.` and `-`\n\
             invalid-setting <'host'> `host` is no address of a service / \
             write `https://HOST`, without user, password and path; the bucket is said by `bucket`\n\
             invalid-setting <'../x'> `../x` is no folder / \
             write a path such as `status` or `previews/12`, without `..` and names of git\n\
             wrong-type <'yes'> `gzip` must be `true` or `false`, not a text in quotes / write `true`\n",
        );
        check(
            "[publish.web]\nkind = 'github-pages'\nprefix = 'a'\ncname = 'a.example'\nbranch = 'a..b'\nremote = '-x'\n",
            "invalid-setting <'a.example'> `cname` is said by the target at the branch's top / \
             leave it out beside `prefix`: a branch has one domain\n\
             invalid-setting <'a..b'> `a..b` is no name a branch can have / write it as git does, such as `gh-pages`\n\
             invalid-setting <'-x'> `-x` is no remote / write a remote's name, such as `origin`, or its address\n",
        );
    }

    #[test]
    fn a_folder_of_git_s_own_is_refused_in_every_spelling() {
        for path in [".git", "./.git/", "../x/.GIT/hooks", "a/git~1/b", "/srv/.git ", "x\\\\.git"] {
            let (_, problems) = read(&format!("[publish.web]\nkind = 'directory'\npath = \"{path}\"\n"));
            assert!(
                problems
                    .contains("is no folder to publish to: git keeps it for itself / write a folder that"),
                "{path}: {problems}"
            );
        }
        for path in ["../site", "site.git.d", "/srv/www/.well-known", "."] {
            check(&format!("[publish.web]\nkind = 'directory'\npath = '{path}'\n"), "");
        }
    }

    #[test]
    fn remotes_that_run_programs_are_refused() {
        for remote in ["fd::17", "ext::sh -c x", "x::y", "::y", "git-x+1::y", "--upload-pack=x", "a\\u0007b"]
        {
            let (_, problems) =
                read(&format!("[publish.web]\nkind = 'github-pages'\nremote = \"{remote}\"\n"));
            assert!(
                problems.starts_with("invalid-setting <") && problems.contains("is no remote"),
                "{problems}"
            );
        }
        for remote in
            ["origin", "git@host:a/b.git", "https://host/a.git", "ssh://git@[::1]:22/a", "../a", "[::1]:a"]
        {
            check(&format!("[publish.web]\nkind = 'github-pages'\nremote = \"{remote}\"\n"), "");
        }
    }

    #[test]
    fn addresses_are_refused_with_a_reason_and_without_their_passwords() {
        check(
            "[publish.web]\nkind = 'directory'\npath = 'x'\nbase_url = 'https://u:s3cret@a/'\n",
            "invalid-base-url <'https://u:s3cret@a/'> `https://***@a/` is no address a site can stand at: \
             it holds a user name or a password / write `https://HOST/` or `https://HOST/PATH/`\n",
        );
        check(
            "[publish.web]\nkind = 'directory'\npath = 'x'\nbase_url = 'https://a:99999/'\n",
            "invalid-base-url <'https://a:99999/'> `https://a:99999/` is no address a site can stand at: \
             its port is not a number from 1 to 65535 / write `https://HOST/` or `https://HOST/PATH/`\n",
        );
        check(
            "[publish.web]\nkind = 's3'\nbucket = 'status'\nendpoint = 'https://u:s3cret@a'\n",
            "invalid-setting <'https://u:s3cret@a'> `https://***@a` is no address of a service / \
             write `https://HOST`, without user, password and path; the bucket is said by `bucket`\n",
        );
    }

    #[test]
    fn secrets_are_shown_the_door() {
        check(
            "[publish.web]\nkind = 's3'\nbucket = 'status'\nsecret_access_key = 'x'\n",
            "unknown-key <secret_access_key> unknown key `secret_access_key` in `[publish.web]` / \
             secrets have no place in site.toml: set AWS_SECRET_ACCESS_KEY where you publish\n",
        );
    }
}
