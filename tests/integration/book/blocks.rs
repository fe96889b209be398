//! Every fenced block of every page is run, or read as the program reads it, or stands in a short list with its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use allclear::diagnostic::Severity;
use allclear::pipeline;
use rayon::prelude::*;
use serde_json::Value;

use super::{ROOT, pages};
use crate::broken::check_golden;
use crate::support::{options, outputs, read_files, snapshot};
use crate::transcript::{Block, NOON, apart, blocks, replayed};

/// What is shown and neither run nor read: the page, the first line of the block, and the reason.
const SHOWN: [(&str, &str, &str); 3] = [
    ("docs/alerts.md", "{ \"event_type\": \"alert\"", "a template of Grafana, which only Grafana reads"),
    ("docs/machines.md", "[{\"AllowedOrigins\"", "rules of Amazon's, parsed and no more"),
    ("docs/publishing.md", "{", "a policy of Amazon's, parsed and no more"),
];

/// Rules that a file breaks which was not meant to be read so, or has a key that does not exist.
const FORM: [&str; 6] =
    ["invalid-toml", "unknown-key", "key-under-table", "wrong-type", "unknown-rule", "invalid-theme"];

const SITE: &str = "title = \"Lumen\"\nbase_url = \"https://status.example.org/\"\n";

/// The rules that a site of these files breaks at a moment, of those that `counts`.
fn broken(files: &[(&str, String)], counts: fn(&str, Severity) -> bool) -> Vec<&'static str> {
    let outcome = pipeline::run(&snapshot(files), &options("2024-06-01T12:00:00Z"));
    let found = outcome.problems.iter().filter(|problem| counts(problem.rule, problem.severity));
    found.map(|problem| problem.rule).collect()
}

/// Whether a piece of TOML is site.toml or a part of it, a report's front matter, or a theme.toml.
fn is_toml_read(toml: &str) -> bool {
    let title = if toml.contains("title = ") && !toml.starts_with('[') { "" } else { "title = \"Lumen\"\n" };
    let address = if toml.contains("base_url = ") && !toml.starts_with('[') {
        ""
    } else {
        "base_url = \"https://status.example.org/\"\n"
    };
    let front = |updates: &str| format!("+++\n{title}{toml}\n+++\n\n{updates}");
    let incident = front("## Investigating, 2024-05-01 12:00\n\nSlow.\n");
    let site = format!("{SITE}theme = \"calm\"\n");
    let sites = [
        vec![("site.toml", format!("{title}{address}{toml}\n"))],
        vec![("site.toml", site.clone()), ("content/incidents/slow.md", incident)],
        vec![("site.toml", site.clone()), ("content/maintenance/works.md", front(""))],
        vec![("site.toml", site), ("themes/calm/theme.toml", format!("{toml}\n"))],
    ];
    sites.iter().any(|files| broken(files, |rule, _| FORM.contains(&rule)).is_empty())
}

/// Whether Markdown is a report, or updates of one, about the components of this repository's site.
fn is_report_read(markdown: &str) -> bool {
    let site = fs::read_to_string(Path::new(ROOT).join("site.toml")).unwrap();
    let front = if markdown.starts_with("+++\n") { "" } else { "+++\ntitle = \"Slow\"\n+++\n\n" };
    let report = format!("{front}{markdown}");
    broken(&[("site.toml", site), ("content/incidents/slow.md", report)], is_error).is_empty()
}

fn is_error(_: &str, severity: Severity) -> bool {
    severity == Severity::Error
}

/// Whether lines are recorded downtime of a component.
fn is_downtime_read(csv: &str) -> bool {
    let site = format!("{SITE}[[components]]\nid = \"api\"\nname = \"API\"\nsince = 2000-01-01\n");
    broken(&[("site.toml", site), ("content/downtime/api.csv", csv.to_owned())], is_error).is_empty()
}

/// The outputs of a site with one component.
fn small_site() -> BTreeMap<String, String> {
    let site = format!("{SITE}[[components]]\nid = \"api\"\nname = \"API\"\nsince = 2024-01-01\n");
    outputs(&pipeline::run(&snapshot(&[("site.toml", site)]), &options("2024-06-01T12:00:00Z")))
}

/// Whether JSON has the fields of `/build.json`, all of them and in their order.
fn is_build_record(json: &str) -> bool {
    let fields = |json: &str| -> Option<Vec<String>> {
        let value: Value = serde_json::from_str(json).ok()?;
        Some(value.as_object()?.keys().cloned().collect())
    };
    fields(json).is_some_and(|shown| Some(shown) == fields(&small_site()["build.json"]))
}

/// Whether every address of the status site in HTML is one of its files.
fn is_html_served(html: &str) -> bool {
    let outputs = small_site();
    let mut addresses = html.split("https://status.example.org/").skip(1).peekable();
    addresses.peek().is_some()
        && addresses.all(|rest| {
            let path = rest.split('"').next().unwrap_or_default();
            outputs.contains_key(path) || outputs.contains_key(&format!("{path}index.html"))
        })
}

/// Whether every custom property in CSS is one of the theme's.
fn is_css_known(css: &str) -> bool {
    let theme = read_files(&Path::new(ROOT).join("themes/default/static"));
    let theme: String = theme
        .into_iter()
        .filter(|(path, _)| path.ends_with(".css"))
        .map(|(_, bytes)| String::from_utf8(bytes).unwrap())
        .collect();
    let mut names =
        css.lines().filter_map(|line| line.trim().split_once(':')).map(|(name, _)| name).peekable();
    names.peek().is_some()
        && names.filter(|name| name.starts_with("--")).all(|name| theme.contains(&format!("{name}:")))
}

/// The files of the examples of themes, from which docs/themes.md is made. A test builds them.
fn is_theme_example(page: &str, block: &Block) -> bool {
    let Some(path) = block.file() else { return false };
    let examples = Path::new(ROOT).join("tests/fixtures/theme/examples");
    page == "docs/themes.md"
        && read_files(&examples).iter().any(|(file, bytes)| {
            file.ends_with(path) && String::from_utf8_lossy(bytes).trim_end() == block.text.trim_end()
        })
}

/// Whether a block is run, or read as the program reads it. `has_commands` says whether its page is run.
fn is_kept(page: &str, block: &Block, has_commands: bool) -> bool {
    if SHOWN.iter().any(|(of, begin, _)| *of == page && block.first_line().starts_with(begin)) {
        return block.language != "json" || serde_json::from_str::<Value>(&block.text).is_ok();
    }
    if block.file().is_some() {
        return has_commands || is_theme_example(page, block);
    }
    let text = block.text.as_str();
    match block.language.as_str() {
        "console" => has_commands,
        "sh" => block.script().is_none_or(is_asked_for),
        "toml" => is_toml_read(text),
        "markdown" => is_report_read(text),
        "csv" => is_downtime_read(text),
        "json" => is_build_record(text),
        "html" => is_html_served(text),
        "css" => is_css_known(text),
        // tests/outside/docs_test.py asks programs that know them.
        "yaml" | "python" => true,
        // A drawing, arithmetic, or what the program prints: nothing to be typed.
        "text" => !text.lines().any(|line| line.starts_with("$ ") || line.starts_with("allclear ")),
        _ => false,
    }
}

/// Whether a test names a script, as one does that runs it.
fn is_asked_for(script: &str) -> bool {
    let name = format!("\"{script}\"");
    ["tests/integration", "tests/outside"].iter().any(|folder| {
        let files = read_files(&Path::new(ROOT).join(folder)).into_iter();
        let is_code = |path: &str| [".rs", ".py"].iter().any(|end| path.ends_with(end));
        files
            .filter(|(path, _)| is_code(path))
            .any(|(_, bytes)| String::from_utf8_lossy(&bytes).contains(&name))
    })
}

#[test]
fn every_block_is_run_or_read() {
    let mut lost = Vec::new();
    let mut listed = BTreeSet::new();
    for (page, text) in pages() {
        let blocks = blocks(&text);
        let has_commands = blocks.iter().any(|block| is_session(&page, block));
        for block in &blocks {
            if !is_kept(&page, block, has_commands) {
                lost.push(format!("{page}:{}: {} {}", block.line, block.language, block.first_line()));
            }
            listed.extend(apart::reason(&page, block).map(|entry| apart::APART[entry]));
            listed.extend(
                SHOWN.iter().filter(|it| it.0 == page && block.first_line().starts_with(it.1)).copied(),
            );
        }
    }
    assert!(lost.is_empty(), "nothing runs these blocks, and nothing reads them:\n{}", lost.join("\n"));
    let unused: Vec<_> = apart::APART.iter().chain(&SHOWN).filter(|entry| !listed.contains(*entry)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

/// Whether a block is run in its page's session.
fn is_session(page: &str, block: &Block) -> bool {
    block.language == "console" || (block.language == "sh" && apart::is_run(page, block))
}

#[test]
fn commands_succeed_and_print_what_their_page_shows() {
    let sessions: Vec<_> = pages()
        .into_iter()
        .filter(|(page, text)| blocks(text).iter().any(|block| is_session(page, block)))
        .collect();
    assert!(sessions.len() > 10, "{}", sessions.len());
    sessions.par_iter().for_each(|(page, text)| {
        let shown = replayed(page, text, NOON);
        // What is right is not written again: another test may be rewriting the rest of the page.
        if shown != *text {
            check_golden(&Path::new(ROOT).join(page), &shown);
        }
    });
}

#[test]
fn what_is_not_read_is_found() {
    for wrong in ["titel = \"Lumen\"", "[uptime]\nday = 90", "[options.phone]\nkinds = \"text\"", "title = "]
    {
        assert!(!is_toml_read(wrong), "{wrong}");
    }
    assert!(!is_report_read("## Resolvd, 2024-05-01 12:00\n\nFast.\n"));
    assert!(!is_report_read("## Investigating, 2024-05-01 12:00\nnobody: major_outage\n\nSlow.\n"));
    assert!(!is_downtime_read("date,major_outage\n2024-05-01,60\n"));
    assert!(!is_build_record("{\"as_of\": \"\"}"));
    assert!(!is_html_served("<script src=\"https://status.example.org/embedd.js\"></script>"));
    assert!(!is_css_known(":root {\n  --paperr: #fff;\n}"));
    let found = |page: &str| blocks(page).iter().all(|block| is_kept("docs/a.md", block, false));
    for wrong in ["```\nx\n```\n", "```ftl\nx = y\n```\n", "    indented\n", "```text\nallclear build\n```\n"]
    {
        assert!(!found(wrong), "{wrong}");
    }
    assert!(!found("<!-- script: no-test-runs-me -->\n```sh\nls\n```\n"));
    assert!(!found("`a.toml`:\n```toml\nx = 1\n```\n"), "no command reads it");
}
