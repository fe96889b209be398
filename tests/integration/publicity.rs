//! What readers get to see, and when: copied files, redactions, names in the output, search engines.

use std::collections::BTreeSet;
use std::sync::Arc;

use allclear::check::{Clock, Options, Variant};
use allclear::pipeline::{self, Outcome};
use allclear::source::{Entry, Handle, Snapshot, SourcePath};
use allclear::time::Instant;

const SITE: &str = "title = \"Lumen status\"\nbase_url = \"https://status.example.org/\"\n\n\
                    [[components]]\nid = \"api\"\nname = \"API\"\nsince = 2024-01-01\n";

const UPDATES: &str = "\n## Investigating, 2024-05-20 10:00\n\n![a](a.png) <!-- ![c](comment.png) -->\n\n\
                       ## Identified, 2024-06-02 10:00\n\n![b](b.png)\n\n\
                       ## Resolved, 2024-06-02 11:00\n\n[log](/incidents/slow/log.txt)\n\n\
                       # Postmortem, draft\n\n![d](d.png)\n";

/// A snapshot of these files. Texts of `static/` and beside reports are there as the disk gives them to a site with
/// redactions; pictures are not.
fn snapshot(site: &str, files: &[(&str, &str)]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for (path, text) in [("site.toml", site)].iter().chain(files) {
        let bytes: Arc<[u8]> = Arc::from(text.as_bytes());
        let handle = Handle::new(SourcePath::new(path), text.len() as u64, 0);
        let is_read = [".md", ".toml", ".ftl"].iter().any(|end| path.ends_with(end));
        let entry = match (is_read, path.ends_with(".png")) {
            (true, _) => Entry::Bytes(bytes),
            (false, true) => Entry::File(handle),
            (false, false) => Entry::Text(handle, bytes),
        };
        snapshot.files.insert(SourcePath::new(path), entry);
    }
    snapshot
}

fn outcome(snapshot: &Snapshot, now: &str) -> Outcome {
    let now = Instant::parse_rfc3339(now).unwrap();
    pipeline::run(snapshot, &Options { now, clock: Clock::Fixed, variant: Variant::default() })
}

fn report(front: &str, body: &str) -> String {
    format!("+++\ntitle = \"Slow\"\ncomponents = {{ api = \"degraded\" }}\n{front}+++\n{body}")
}

const RESOLVED: &str = "\n## Resolved, 2024-05-20 10:00\n\nFast again.\n";

#[test]
fn a_file_is_public_only_with_text_that_refers_to_it() {
    let text = report("", UPDATES);
    let plan = "+++\ntitle = \"Disks\"\ncomponents = [\"api\"]\nfrom = 2024-06-10 10:00\nto = 2024-06-10 12:00\n\
                announced = 2024-06-03 10:00\n+++\n\n## Scheduled, 2024-06-03 10:00\n\n![p](plan.png)\n";
    let draft = report("draft = true\n", "\n## Resolved, 2024-05-20 10:00\n\n![e](e.png)\n");
    let about = "+++\ntitle = \"About\"\n+++\n\n![us](us.png)\n";
    let files = [
        ("content/incidents/slow/index.md", text.as_str()),
        ("content/incidents/slow/a.png", ""),
        ("content/incidents/slow/b.png", ""),
        ("content/incidents/slow/comment.png", ""),
        ("content/incidents/slow/d.png", ""),
        ("content/incidents/slow/log.txt", "x"),
        ("content/incidents/slow/unused.png", ""),
        ("content/incidents/draft.md", draft.as_str()),
        ("content/incidents/e.png", ""),
        ("content/maintenance/disks/index.md", plan),
        ("content/maintenance/disks/plan.png", ""),
        ("content/pages/about/index.md", about),
        ("content/pages/about/us.png", ""),
        ("static/logo.png", ""),
    ];
    let snapshot = snapshot(SITE, &files);
    let copies = |now: &str| {
        let plan = outcome(&snapshot, now).prepared.expect("no errors").plan;
        let paths = plan.outputs.keys().map(|path| path.to_string());
        let is_of_site = |path: &String| !path.starts_with("assets/");
        paths
            .filter(|path| is_of_site(path) && (path.ends_with(".png") || path.ends_with("log.txt")))
            .collect::<Vec<_>>()
    };
    let always = ["about/us.png", "logo.png"];
    let check = |now: &str, more: &[&str]| {
        let expected: BTreeSet<&str> = always.iter().chain(more).copied().collect();
        assert_eq!(copies(now), expected.into_iter().collect::<Vec<_>>(), "{now}");
    };
    check("2024-05-20T09:59:59Z", &[]);
    check("2024-05-20T10:00:00Z", &["incidents/slow/a.png"]);
    let both = ["incidents/slow/a.png", "incidents/slow/b.png"];
    check("2024-06-02T10:00:00Z", &both);
    let resolved = [both[0], both[1], "incidents/slow/log.txt"];
    check("2024-06-03T09:59:59Z", &resolved);
    check("2024-06-03T10:00:00Z", &[both[0], both[1], resolved[2], "maintenance/disks/plan.png"]);

    let problems = outcome(&snapshot, "2024-05-20T10:00:00Z").problems;
    let strays = problems.iter().filter(|problem| problem.rule == "stray-file");
    let strays: Vec<&str> = strays.map(|problem| problem.labels[0].file.as_str()).collect();
    assert_eq!(strays, ["content/incidents/slow/comment.png", "content/incidents/slow/unused.png"]);
    assert!(!problems.iter().any(|problem| problem.rule == "dead-link"), "{problems:#?}");
}

/// The files and marked words of what must not be published.
fn unredacted(site: &str, files: &[(&str, &str)]) -> Vec<(String, String)> {
    let snapshot = snapshot(&format!("{site}\n[checks.redact]\ncustomers = '(?i)\\bhooli\\b'\n"), files);
    let text = |path: &SourcePath| match snapshot.files.get(path) {
        Some(Entry::Bytes(bytes) | Entry::Text(_, bytes)) => String::from_utf8(bytes.to_vec()).unwrap(),
        _ => String::new(),
    };
    let problems = outcome(&snapshot, "2024-06-01T12:00:00Z").problems;
    let found = problems.iter().filter(|problem| problem.rule == "unredacted").map(|problem| {
        let label = &problem.labels[0];
        (label.file.to_string(), text(&label.file)[label.span.clone()].to_owned())
    });
    found.collect()
}

#[track_caller]
fn check_unredacted(site: &str, files: &[(&str, &str)], expected: &[(&str, &str)]) {
    let found = unredacted(site, files);
    let found: Vec<(&str, &str)> = found.iter().map(|(file, words)| (&**file, &**words)).collect();
    assert_eq!(found, expected, "{files:?}");
}

#[test]
fn redaction_sees_what_a_reader_sees() {
    let check = |body: &str, expected: &[&str]| {
        let text = report("", &format!("\n## Resolved, 2024-05-20 10:00\n\n{body}\n"));
        let path = "content/incidents/slow.md";
        let expected: Vec<(&str, &str)> = expected.iter().map(|words| (path, *words)).collect();
        check_unredacted(SITE, &[(path, &text)], &expected);
    };
    check("Answers for Hooli are slow.", &["Hooli"]);
    check("Ho**oli** and &#72;ooli and `Hooli`", &["Ho**oli", "&#72;ooli", "Hooli"]);
    check("Hoo&shy;li, Hoo\u{200b}li", &["Hoo&shy;li", "Hoo\u{200b}li"]);
    check("![Hooli's graph](/x/)", &["Hooli"]);
    check("[x](https://example.org/hooli/)", &["hooli"]);
    check("Ho<!-- x -->oli <!-- Hooli -->", &["Ho<!-- x -->oli"]);
    check("`<!--` Hooli `-->`", &["Hooli"]);
    check("| a | b |\n|---|---|\n| x | Hooli |", &["Hooli"]);
    check("[x](https://example.org/%68ooli/)", &["[x](https://example.org/%68ooli/)"]);
    check("Hoolihoop hoo<br>li", &[]);
}

#[test]
fn redaction_sees_every_published_path_and_name() {
    let text = report("", RESOLVED);
    let check = |site: &str, path: &str, text: &str, expected: &[(&str, &str)]| {
        check_unredacted(site, &[(path, text)], expected);
    };
    check(SITE, "content/incidents/2024-hooli.md", &text, &[("content/incidents/2024-hooli.md", "")]);
    check(SITE, "content/incidents/hooli/index.md", &text, &[("content/incidents/hooli/index.md", "")]);
    check(SITE, "content/incidents/hooli/slow.md", &text, &[]);
    let edited = SITE.replace("\n\n", "\nedit_url = \"https://git.example/\"\n\n");
    check(&edited, "content/incidents/hooli/slow.md", &text, &[("content/incidents/hooli/slow.md", "")]);
    let front = "id = \"hooli-1\"\ntags = [\"\\u0048ooli\"]\naliases = [\"/hooli\", \"/%68ooli/\"]\nkeys = [\"hooli-7\"]\n";
    let path = "content/incidents/slow.md";
    let expected = ["hooli", "\"\\u0048ooli\"", "hooli", "\"/%68ooli/\""].map(|words| (path, words));
    check(SITE, path, &report(front, RESOLVED), &expected);
    // The page of a tag has an address made of it.
    check(SITE, path, &report("tags = [\"höoli\"]\n", RESOLVED), &[(path, "\"höoli\"")]);

    let page = "+++\ntitle = \"For Hooli\"\naliases = [\"/hooli/\"]\n+++\n\nx\n";
    check(
        SITE,
        "content/pages/hooli.md",
        page,
        &["", "Hooli", "hooli"].map(|words| ("content/pages/hooli.md", words)),
    );

    let named = format!(
        "{}\n[theme_options]\nfooter = [{{ title = \"Hooli\", url = \"https://example.org\" }}]\n",
        SITE.replace("API", "API for Hooli")
    );
    check_unredacted(&named, &[], &[("site.toml", "Hooli"), ("site.toml", "Hooli")]);
    let old = format!("{SITE}\n[feeds]\nalso_at = {{ \"/hooli.xml\" = \"history.rss\" }}\n");
    check_unredacted(&old, &[], &[("site.toml", "hooli")]);
}

#[test]
fn redaction_looks_into_copied_texts() {
    let text = report("", "\n## Resolved, 2024-05-20 10:00\n\n![x](x.svg) ![p](hooli.png)\n");
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>Ho</text><text>&#111;li</text></svg>";
    let files = [
        ("content/incidents/slow/index.md", text.as_str()),
        ("content/incidents/slow/x.svg", svg),
        ("content/incidents/slow/hooli.png", ""),
        ("static/terms.txt", "Terms of Hooli"),
        ("static/hooli/a.png", ""),
        ("static/plain.txt", "x"),
        ("static/data.json", "{\"a\": \"\\u0048ooli\"}"),
    ];
    let expected = [
        ("content/incidents/slow/hooli.png", ""),
        ("content/incidents/slow/index.md", "hooli"),
        ("content/incidents/slow/x.svg", "Ho</text><text>&#111;li"),
        ("static/data.json", "\\u0048ooli"),
        ("static/hooli/a.png", ""),
        ("static/terms.txt", "Hooli"),
    ];
    check_unredacted(SITE, &files, &expected);
}

/// The same name in either normal form, in the pattern and in the text.
#[test]
fn a_name_is_found_however_its_letters_are_composed() {
    for (pattern, text) in [("Am\u{e9}lie", "Ame\u{301}lie"), ("Ame\u{301}lie", "Am\u{e9}lie")] {
        let site = format!("{SITE}\n[checks.redact]\nname = '{pattern}'\n");
        let body = report("", &format!("\n## Resolved, 2024-05-20 10:00\n\nFor {text}.\n"));
        let snapshot = snapshot(&site, &[("content/incidents/slow.md", &body)]);
        let problems = outcome(&snapshot, "2024-06-01T12:00:00Z").problems;
        assert_eq!(problems.iter().filter(|problem| problem.rule == "unredacted").count(), 1, "{text:?}");
    }
}

/// White space of any kind is one space, and full-width letters are letters.
#[test]
fn words_are_found_however_they_are_set() {
    let found = |pattern: &str, front: &str, body: &str| {
        let site = format!("{SITE}\n[checks.redact]\nname = \"{pattern}\"\n");
        let body = report(front, &format!("\n## Resolved, 2024-05-20 10:00\n\n{body}\n"));
        let problems =
            outcome(&snapshot(&site, &[("content/incidents/slow.md", &body)]), "2024-06-01T12:00:00Z")
                .problems;
        problems.iter().filter(|problem| problem.rule == "unredacted").count()
    };
    for text in [
        "For Foo Bar.",
        "For Foo\nBar.",
        "For Foo\r\nBar.",
        "For Foo  \nBar.",
        "For Foo\\\nBar.",
        "For Foo   \t Bar.",
        "> For Foo\n> Bar.",
        "- For Foo\n  Bar.",
        "For **Foo**\n*Bar*.",
        "For Foo<br>Bar.",
        "For Foo&nbsp;Bar.",
        "For Foo\u{2003}Bar.",
        "For Foo\u{3000}Bar.",
        "For Foo\u{202f}\u{2009}Bar.",
        "```\nFor Foo\nBar.\n```",
        "[x](/y/ \"Foo\nBar\")",
        "For \u{ff26}\u{ff4f}\u{ff4f} \u{ff22}\u{ff41}\u{ff52}.",
    ] {
        for pattern in ["Foo Bar", "Foo  Bar", "Foo\\nBar", "\u{ff26}oo\u{3000}Bar"] {
            assert_eq!(found(pattern, "", text), 1, "{pattern:?} {text:?}");
        }
        assert_eq!(found("(?i)foo\\\\s+bar", "", text), 1, "{text:?}");
    }
    assert_eq!(found("Foo Bar", "tags = [\"\"\"Foo\nBar\"\"\"]\n", "x"), 1);
    for apart in ["Foo\n\nBar", "- Foo\n- Bar", "### Foo\n\nBar"] {
        assert_eq!(found("Foo Bar", "", apart), 1, "{apart:?}");
        assert_eq!(found("(?i)foo b[ab]r", "", apart), 1, "{apart:?}");
        assert_eq!(found("Foo.*Bar", "", apart), 0, "{apart:?}");
    }
    // A full-width parenthesis is no group.
    assert_eq!(found("\u{ff08}Foo\u{ff09}", "", "So (Foo) it is, Foo."), 1);
}

#[test]
fn a_pattern_without_words_is_an_error() {
    for pattern in ["", " "] {
        let site = format!("{SITE}\n[checks.redact]\nname = '{pattern}'\n");
        let problems = outcome(&snapshot(&site, &[]), "2024-06-01T12:00:00Z").problems;
        let problem = problems.iter().find(|problem| problem.rule == "invalid-setting").unwrap();
        assert_eq!(problem.message, "`name` is empty");
    }
}

#[test]
fn a_plain_word_is_found_in_addresses_in_any_case() {
    let site = format!("{SITE}\n[checks.redact]\nname = 'Acme Corp'\nticket = '[A-Z]{{3}}-\\d+'\n");
    let snapshot = snapshot(&site, &[("content/incidents/may-2024-acme-corp.md", &report("", RESOLVED))]);
    let problems = outcome(&snapshot, "2024-06-01T12:00:00Z").problems;
    let said: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        said,
        ["`[checks.redact]` says that the address `may-2024-acme-corp` is not to be published: name"]
    );
}

#[test]
fn no_output_stands_where_git_or_a_disk_would_misread_it() {
    let rules = |site: &str, files: &[(&str, &str)]| {
        let problems = outcome(&snapshot(site, files), "2024-06-01T12:00:00Z").problems;
        problems.iter().map(|problem| problem.rule).collect::<Vec<_>>()
    };
    let with = |line: &str| format!("{SITE}{line}");
    let alias = |alias: &str| report(&format!("aliases = [\"{alias}\"]\n"), RESOLVED);
    let long = "a".repeat(251);
    for name in ["/.git/config", "/x/.GIT/", "/git~1", "/.gitattributes", &format!("/{}", "a".repeat(256))] {
        assert_eq!(rules(SITE, &[("content/incidents/slow.md", &alias(name))]), ["invalid-alias"], "{name}");
    }
    // The file of this alias is longer than its address.
    let file_style = format!("url_style = \"file\"\n{SITE}");
    let long_alias = alias(&format!("/{long}"));
    assert_eq!(rules(&file_style, &[("content/incidents/slow.md", &long_alias)]), ["unusable-path"]);
    assert_eq!(rules(SITE, &[("content/incidents/slow.md", &alias("/aux/old/"))]), ["unportable-name"]);
    assert_eq!(rules(SITE, &[("static/git~1/x.png", "")]), ["unusable-slug"]);
    let with_dots = format!("static_include = [\".well-known\"]\n{SITE}");
    assert_eq!(rules(&with_dots, &[("static/.well-known/git~1/x", "")]), ["unusable-slug"]);
    assert_eq!(rules(SITE, &[("static/allclear-manifest.txt", "")]), ["unusable-slug"]);
    assert_eq!(rules(SITE, &[("static/a:b.png", "")]), ["unportable-name"]);
    assert_eq!(
        rules(SITE, &[("content/pages/con.md", "+++\ntitle = \"x\"\n+++\n\nx\n")]),
        ["unportable-name"]
    );
    let copy = with("\n[feeds]\nalso_at = { \"/.gitmodules\" = \"history.rss\" }\n");
    assert_eq!(rules(&copy, &[]), ["invalid-setting"]);
    let target = |prefix: &str| {
        with(&format!("\n[publish.web]\nkind = \"s3\"\nbucket = \"status\"\nprefix = \"{prefix}\"\n"))
    };
    assert_eq!(rules(&target("x/.Git"), &[]), ["invalid-setting"]);
    assert_eq!(rules(&target("nul"), &[]), ["unportable-name"]);
}
