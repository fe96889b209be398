//! The explanation of a rule: its meaning, a file that breaks it with the message, and the corrected file.
//!
//! The source is the rule's fixture, which the tests check, so every example is whole and its message is right.

use std::collections::BTreeMap;

use crate::diagnostic::{Rule, Severity};
use crate::embedded::RULES;

/// The explanation as Markdown. Empty parts are left out.
pub fn explain(rule: &Rule) -> String {
    let files = files_of(rule);
    let about = files.get("about.md").map(|text| text.trim()).unwrap_or_default();
    let message = message(rule, files.get("expected.txt").map_or("", String::as_str));
    let named = shown_files(message, &files);
    let example = |path: &str| match files.get(path) {
        Some(text) => block(path, text),
        None => format!("`{path}` does not exist.\n\n"),
    };
    let bad: String = named.iter().map(|path| example(path)).collect();
    let good: String = corrected(&files, &named).iter().map(|(path, text)| block(path, text)).collect();
    let text = format!(
        "# {}\n\n{} {about}\n\n## Bad\n\n{bad}```text\n{message}\n```\n\n## Good\n\n{good}",
        rule.name,
        level(rule)
    );
    format!("{}\n", text.trim_end().trim_end_matches("\n\n## Good"))
}

/// How bad it is, and whether that can be changed.
fn level(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Hint => "A hint.",
        Severity::Warning => "A warning.",
        Severity::Error if rule.overridable => "An error, unless `[checks]` says otherwise.",
        Severity::Error => "An error.",
    }
}

fn files_of(rule: &Rule) -> BTreeMap<String, String> {
    let inside = |path: &str| Some(path.strip_prefix(rule.name)?.strip_prefix('/')?.to_owned());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let files = RULES.files().into_iter();
    files.filter_map(|(path, bytes)| Some((inside(&path)?, text(bytes)))).collect()
}

/// The first message of the rule among those of its fixture.
fn message<'a>(rule: &Rule, expected: &'a str) -> &'a str {
    let head = format!("{}[{}]:", rule.severity.as_str(), rule.name);
    expected.split("\n\n").find(|part| part.starts_with(&head)).unwrap_or_default().trim_end()
}

/// The files that a message shows lines of, the first one first.
fn named_files(message: &str) -> Vec<&str> {
    let mut files: Vec<&str> = Vec::new();
    for line in message.lines() {
        let line = line.trim_start();
        let place = line.strip_prefix("--> ").or_else(|| line.strip_prefix("::: "));
        if let Some(file) =
            place.and_then(|place| place.rsplitn(3, ':').nth(2)).filter(|it| !files.contains(it))
        {
            files.push(file);
        }
    }
    files
}

/// The files of the bad example: those of the message, and site.toml where the example needs another one than the
/// introduction of `docs/rules.md` shows.
fn shown_files<'a>(message: &'a str, files: &BTreeMap<String, String>) -> Vec<&'a str> {
    let mut named = named_files(message);
    let usual = RULES.text("about.md").unwrap_or_default();
    if files.get("site.toml").is_some_and(|text| !usual.contains(text.trim()))
        && !named.contains(&"site.toml")
    {
        named.push("site.toml");
    }
    named
}

/// The corrected files: of those named in the message, else of all, what differs from the bad example.
fn corrected<'a>(files: &'a BTreeMap<String, String>, named: &[&str]) -> Vec<(&'a str, &'a str)> {
    let good = files.iter().filter_map(|(path, text)| Some((path.strip_prefix("good/")?, text.as_str())));
    let changed: Vec<(&str, &str)> =
        good.filter(|(path, text)| files.get(*path).is_none_or(|bad| bad != text)).collect();
    let of_named: Vec<(&str, &str)> =
        changed.iter().copied().filter(|(path, _)| named.contains(path)).collect();
    if of_named.is_empty() { changed } else { of_named }
}

fn block(path: &str, text: &str) -> String {
    let language = path.rsplit('.').next().unwrap_or_default().replace("md", "markdown");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    format!("`{path}`\n\n{fence}{language}\n{text}{end}{fence}\n\n")
}

#[cfg(test)]
mod tests {
    use super::{block, explain, level, named_files};
    use crate::rules::ALL;

    #[test]
    fn every_rule_has_a_meaning_an_example_and_its_message() {
        for rule in ALL {
            let text = explain(rule);
            let message = format!("\n```text\n{}[{}]: ", rule.severity.as_str(), rule.name);
            assert!(text.contains(&message), "{text}");
            assert!(text.lines().nth(2).unwrap().len() > level(rule).len() + 1, "{text}");
        }
    }

    /// A line of a message, `7 | text`, is that line of the file shown above it.
    #[test]
    fn the_line_numbers_of_a_message_fit_the_file_that_is_shown() {
        let mut count = 0;
        for rule in ALL {
            let text = explain(rule);
            let message = text.split("```text\n").last().unwrap().split("\n```").next().unwrap();
            let mut file = Vec::new();
            for line in message.lines() {
                if let [path] = named_files(line).as_slice() {
                    let shown = text.split(&format!("`{path}`\n\n")).nth(1).unwrap_or_default();
                    let fence =
                        shown.lines().next().unwrap_or_default().trim_end_matches(char::is_alphanumeric);
                    file = shown.lines().skip(1).take_while(|line| *line != fence).collect();
                }
                let Some((number, source)) = line.split_once(" | ") else { continue };
                let Ok(number) = number.trim().parse::<usize>() else { continue };
                let own =
                    file.get(number - 1).unwrap_or_else(|| panic!("{}: line {number}\n{text}", rule.name));
                // The middle of a long line is left out.
                let fits = source.split("...").all(|part| own.contains(part.trim()));
                assert!(fits, "{}: {own:?} is not {source:?}\n{text}", rule.name);
                count += 1;
            }
        }
        assert!(count > ALL.len() / 2, "{count} lines were compared");
    }

    #[test]
    fn a_fence_is_longer_than_any_in_the_file() {
        let text = block("a/b.md", "```\nx\n```\n");
        assert_eq!(text, "`a/b.md`\n\n````markdown\n```\nx\n```\n````\n\n");
    }
}
