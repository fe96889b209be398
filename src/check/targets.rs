//! `[publish.NAME]` to targets.

use crate::check::config::{BASE_URL_HELP, problem};
use crate::check::context::listed;
use crate::diagnostic::Diagnostic;
use crate::model::config::BaseUrl;
use crate::model::out_path::{self, is_git_name, windows_trouble};
use crate::model::target::{
    AddressStyle, Branch, Bucket, Compression, History, Target, TargetKind, is_remote,
};
use crate::parse::draft::{SiteDraft, TargetDraft};
use crate::parse::near::near;
use crate::rules;
use crate::source::Spanned;

/// The keys that every kind of target takes.
const SHARED: [&str; 3] = ["base_url", "noindex", "drafts"];

/// The kinds, each with its own keys.
const KINDS: [(&str, &[&str]); 3] = [
    ("directory", &["path"]),
    (
        "s3",
        &[
            "bucket",
            "region",
            "prefix",
            "endpoint",
            "path_style",
            "profile",
            "cache_pages",
            "cache_assets",
            "gzip",
        ],
    ),
    ("github-pages", &["remote", "branch", "prefix", "cname", "history"]),
];

/// The targets that site.toml names, in its order, and what is wrong with them. A target with a problem may be left out.
pub fn targets(draft: &SiteDraft) -> (Vec<Target>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let targets = draft.publish.iter().filter_map(|draft| target(draft, &mut problems)).collect();
    (targets, problems)
}

fn target(draft: &TargetDraft, problems: &mut Vec<Diagnostic>) -> Option<Target> {
    let mut table = Reading { draft, problems };
    table.check_name();
    let kind = table.kind()?;
    table.check_keys(kind);
    let base_url = table.base_url();
    let place = match kind {
        "directory" => TargetKind::Directory(table.directory()?),
        "s3" => TargetKind::S3(table.bucket()?),
        _ => TargetKind::GitHubPages(table.branch()),
    };
    Some(Target {
        name: draft.name.value.clone(),
        place,
        base_url,
        noindex: table.flag("noindex"),
        drafts: table.flag("drafts").unwrap_or_default(),
    })
}

/// A target's table while it is read.
struct Reading<'a> {
    draft: &'a TargetDraft,
    problems: &'a mut Vec<Diagnostic>,
}

impl Reading<'_> {
    /// A name is written on command lines, beside addresses.
    fn check_name(&mut self) {
        let name = &self.draft.name;
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if name.value.is_empty() || name.value.starts_with('-') || !name.value.chars().all(fits) {
            let message = format!("a target cannot be called `{}`", name.value);
            let problem = problem(rules::INVALID_SETTING, &name.span, message);
            self.problems.push(problem.help("use letters, digits, `_` and `-`"));
        }
    }

    /// Its kind, if it is one; that it is missing is a problem already.
    fn kind(&mut self) -> Option<&'static str> {
        let written = self.draft.kind.as_ref()?;
        let kinds = KINDS.map(|(kind, _)| kind);
        let found = kinds.into_iter().find(|kind| *kind == written.value);
        if found.is_none() && !written.value.trim().is_empty() {
            let message = format!("there is no kind of target `{}`", written.value);
            let problem = problem(rules::INVALID_SETTING, &written.span, message);
            self.problems.push(match near(&written.value, kinds) {
                Some(kind) => problem.help(format!("did you mean `{kind}`?")),
                None => problem.help(format!("use one of {}", listed(kinds.into_iter()))),
            });
        }
        found
    }

    /// Reports the keys that another kind of target takes.
    fn check_keys(&mut self, kind: &str) {
        let own = KINDS.iter().find(|(name, _)| *name == kind).map_or(&[][..], |(_, keys)| keys);
        let texts = self.draft.texts.iter().map(|(key, _)| key);
        let keys = texts.chain(self.draft.flags.iter().map(|(key, _)| key));
        for key in keys.filter(|key| !SHARED.contains(&key.value.as_str())) {
            let others = KINDS.iter().filter(|(_, keys)| keys.contains(&key.value.as_str()));
            let others: Vec<&str> = others.map(|(name, _)| *name).collect();
            if !own.contains(&key.value.as_str()) && !others.is_empty() {
                let message = format!("`{}` means nothing for a target of kind `{kind}`", key.value);
                let problem = problem(rules::INVALID_SETTING, &key.span, message);
                let help = format!("leave it out: it belongs to {}", listed(others.into_iter()));
                self.problems.push(problem.help(help));
            }
        }
    }

    fn written(&self, name: &str) -> Option<&Spanned<String>> {
        let entry = self.draft.texts.iter().find(|(key, _)| key.value == name);
        entry.map(|(_, value)| value).filter(|value| !value.value.trim().is_empty())
    }

    fn text(&self, name: &str) -> Option<String> {
        self.written(name).map(|value| value.value.clone())
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.draft.flags.iter().find(|(key, _)| key.value == name).map(|(_, flag)| flag.value)
    }

    /// The text of a key that this kind of target cannot do without.
    fn required(&mut self, name: &str) -> Option<String> {
        let text = self.text(name);
        if text.is_none() {
            let message = format!("`{name}` is missing in `[publish.{}]`", self.draft.name.value);
            let problem = problem(rules::MISSING_KEY, &self.draft.name.span, message);
            self.problems.push(problem.help(format!("write `{name} = \"…\"`")));
        }
        text
    }

    /// What `read` makes of a text, if there is one; a problem when it makes nothing of it.
    fn checked<T>(&mut self, name: &str, wrong: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let written = self.written(name)?;
        let value = read(&written.value);
        if value.is_none() {
            let message = format!("`{}` is {wrong}", written.value);
            let problem = problem(rules::INVALID_SETTING, &written.span, message);
            self.problems.push(problem.help(help(name)));
        }
        value
    }

    fn base_url(&mut self) -> Option<BaseUrl> {
        let written = self.written("base_url")?;
        let parsed = BaseUrl::parse(&written.value);
        if let Err(why) = parsed {
            let message = format!("`{}` is no address a site can stand at: {why}", written.value);
            let problem = problem(rules::INVALID_SETTING, &written.span, message);
            self.problems.push(problem.help(BASE_URL_HELP));
        }
        parsed.ok()
    }

    /// A folder outside of git's own, however it is spelled.
    fn directory(&mut self) -> Option<String> {
        let path = self.required("path")?;
        let is_outside = |path: &str| !path.split(['/', '\\']).any(is_git_name);
        self.checked("path", "a folder of git's own", |path| is_outside(path).then(|| path.to_owned()))?;
        Some(path)
    }

    fn bucket(&mut self) -> Option<Bucket> {
        let name = self.required("bucket");
        let name = name.and_then(|_| self.checked("bucket", "no bucket's name", bucket_name));
        let endpoint = self.checked("endpoint", "no address of a service", endpoint);
        let path_style = self.flag("path_style").unwrap_or(endpoint.is_some());
        let header = "no text that a header can carry";
        let pages = self.checked("cache_pages", header, header_text);
        let assets = self.checked("cache_assets", header, header_text);
        let prefix = self.prefix();
        Some(Bucket {
            name: name?,
            region: self.text("region"),
            prefix,
            endpoint,
            address_style: if path_style { AddressStyle::Path } else { AddressStyle::Host },
            profile: self.text("profile"),
            cache_pages: pages.unwrap_or_else(|| "public, max-age=60".to_owned()),
            cache_assets: assets.unwrap_or_else(|| "public, max-age=31536000, immutable".to_owned()),
            compression: if self.flag("gzip") == Some(true) { Compression::Gzip } else { Compression::None },
        })
    }

    fn branch(&mut self) -> Branch {
        let name = self.checked("branch", "no name a branch can have", branch_name);
        let cname = self.checked("cname", "no domain", domain);
        let prefix = self.prefix();
        let remote = self.checked("remote", "no remote", |text| is_remote(text).then(|| text.to_owned()));
        if let (false, Some(written)) = (prefix.is_empty(), self.written("cname")) {
            let message = "`cname` is said by the target at the branch's top";
            let problem = problem(rules::INVALID_SETTING, &written.span, message);
            self.problems.push(problem.help("leave it out beside `prefix`: a branch has one domain"));
        }
        Branch {
            remote: remote.unwrap_or_else(|| "origin".to_owned()),
            name: name.unwrap_or_else(|| "gh-pages".to_owned()),
            prefix,
            cname,
            history: if self.flag("history") == Some(false) { History::Single } else { History::Kept },
        }
    }

    /// The folder inside the target, with a slash after each part.
    fn prefix(&mut self) -> String {
        let folder = self.checked("prefix", "no folder", prefix).unwrap_or_default();
        for part in folder.split_terminator('/') {
            if let (Some(trouble), Some(written)) = (windows_trouble(part), self.written("prefix")) {
                let message = format!("Windows cannot hold `{folder}`: `{part}` {trouble}");
                let problem = problem(rules::UNPORTABLE_NAME, &written.span, message);
                self.problems.push(problem.help("choose another folder"));
            }
        }
        folder
    }
}

/// What to do about a wrong value.
fn help(name: &str) -> &'static str {
    match name {
        "bucket" => "write the name alone, such as `example-status`: `a-z`, `0-9`, `.` and `-`",
        "endpoint" => "write `https://HOST`, without user, password and path; the bucket is said by `bucket`",
        "path" => "write a folder that holds nothing but this site, such as `../status-site`",
        "prefix" => "write a path such as `status` or `previews/12`, without `..` and names of git",
        "cname" => "write the domain alone, such as `status.example.org`",
        "branch" => "write it as git does, such as `gh-pages`",
        "remote" => "write a remote's name, such as `origin`, or its address",
        _ => "write it in ASCII on one line",
    }
}

/// Amazon S3 user guide, "General purpose bucket naming rules"; older names may hold capitals and underscores.
fn bucket_name(text: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_name = (3..=255).contains(&text.len()) && text.chars().all(fits) && !text.contains("..");
    (is_name && !text.starts_with(['.', '-']) && !text.ends_with(['.', '-'])).then(|| text.to_owned())
}

/// Scheme, host and port.
fn endpoint(text: &str) -> Option<String> {
    let address = BaseUrl::parse(text).ok()?;
    (address.path() == "/").then(|| address.as_str().trim_end_matches('/').to_owned())
}

fn prefix(text: &str) -> Option<String> {
    let folder = text.trim_matches('/');
    let is_usable = out_path::check(folder).is_ok() && !folder.contains('"');
    is_usable.then(|| format!("{folder}/"))
}

/// git-check-ref-format(1), as far as a branch to publish to needs it.
fn branch_name(text: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
    let is_part = |part: &str| !part.is_empty() && !part.starts_with(['.', '-']) && !part.ends_with(".lock");
    let is_name = text.chars().all(fits) && text.split('/').all(is_part);
    (is_name && !text.contains("..") && !text.ends_with('.')).then(|| text.to_owned())
}

fn domain(text: &str) -> Option<String> {
    let address = BaseUrl::parse(&format!("https://{text}")).ok()?;
    (address.host() == text && text.contains('.') && !text.contains(':')).then(|| text.to_owned())
}

fn header_text(text: &str) -> Option<String> {
    text.chars().all(|c| c == ' ' || c.is_ascii_graphic()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::targets;
    use crate::model::target::{AddressStyle, TargetKind};
    use crate::parse::site_toml;
    use crate::parse::testing::shown;
    use crate::source::SourcePath;

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
    fn what_cannot_be_published_to_is_named() {
        check(
            "[publish.web]\nkind = 's4'\n",
            "invalid-setting <'s4'> there is no kind of target `s4` / did you mean `s3`?\n",
        );
        check(
            "[publish.web]\nkind = 'ftp'\n",
            "invalid-setting <'ftp'> there is no kind of target `ftp` / use one of `directory`, `s3`, `github-pages`\n",
        );
        check(
            "[publish.web]\nbucket = 'x'\n",
            "missing-key <[publish.web]> `kind` is missing in `[publish.web]` / write `kind = \"…\"`\n",
        );
        check(
            "[publish.web]\nkind = 's3'\nbuket = 'x'\n",
            "missing-key <web> `bucket` is missing in `[publish.web]` / write `bucket = \"…\"`\n\
             unknown-key <buket> unknown key `buket` in `[publish.web]` / did you mean `bucket`?\n",
        );
        check(
            "[publish.web]\nkind = 'directory'\npath = 'x'\nbucket = 'y'\nhistory = false\n",
            "invalid-setting <bucket> `bucket` means nothing for a target of kind `directory` / \
             leave it out: it belongs to `s3`\n\
             invalid-setting <history> `history` means nothing for a target of kind `directory` / \
             leave it out: it belongs to `github-pages`\n",
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
                problems.contains("is a folder of git's own / write a folder that"),
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
            "invalid-setting <'https://u:s3cret@a/'> `https://***@a/` is no address a site can stand at: \
             it holds a user name or a password / write `https://HOST/` or `https://HOST/PATH/`\n",
        );
        check(
            "[publish.web]\nkind = 'directory'\npath = 'x'\nbase_url = 'https://a:99999/'\n",
            "invalid-setting <'https://a:99999/'> `https://a:99999/` is no address a site can stand at: \
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
