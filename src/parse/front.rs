//! Front matter: TOML between two lines `+++` at the top of a report or page.

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::model::report::Kind;
use crate::parse::keys::fields::Fields;
use crate::parse::keys::fields::Record;
use crate::parse::keys::{self, FrontMatter, PageFront, Table};
use crate::parse::table::Toml;
use crate::parse::text::line_end;
use crate::parse::{text, validate};
use crate::rules;
use crate::source::SourcePath;

const FENCE: &str = "+++";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    /// The line above the front matter; an empty span at 0 when there is none.
    pub(super) fence: Range<usize>,
    pub(super) front: Range<usize>,
    pub(super) body: Range<usize>,
}

/// Splits a file at its fences. Without front matter all of it is Markdown; when the second fence is missing, none is.
pub(super) fn split(path: &SourcePath, text: &str) -> (Parts, Option<Diagnostic>) {
    let mut lines = text::lines(text, 0..text.len()).skip_while(|line| text[line.clone()].trim().is_empty());
    let first = lines.next().unwrap_or(0..0);
    if text[first.clone()].trim_end() != FENCE {
        let parts = Parts { fence: 0..0, front: 0..0, body: 0..text.len() };
        let problem =
            Diagnostic::new(rules::MISSING_FRONT_MATTER, path, first.clone(), "there is no front matter");
        return (parts, Some(problem.help(missing_help(&text[first]))));
    }
    let (_, front) = line_end(text, first.start);
    let Some(last) = lines.find(|line| text[line.clone()].trim_end() == FENCE) else {
        let parts = Parts { fence: first.clone(), front: 0..0, body: text.len()..text.len() };
        let problem =
            Diagnostic::new(rules::UNTERMINATED_FRONT_MATTER, path, first, "the front matter has no end");
        return (parts, Some(problem.help("write a line `+++` below its last key")));
    };
    let (_, body) = line_end(text, last.start);
    (Parts { fence: first, front: front..last.start, body: body..text.len() }, None)
}

/// How to mend a file that begins with this line instead.
fn missing_help(first: &str) -> &'static str {
    match first.trim() {
        "---" => {
            "front matter is TOML: write `+++` instead of `---`, and `key = value` instead of `key: value`"
        }
        line if line.starts_with("+++") => "leave the line `+++` to itself",
        _ => "begin the file with `+++`, a line `title = \"…\"` and `+++`",
    }
}

/// Reads the front matter at its place with the keys of `table`: `None` where there is none, or the TOML is invalid. Returns
/// what is wrong as well.
fn read<R: Record>(
    path: &SourcePath,
    text: &str,
    parts: &Parts,
    table: &'static Table,
) -> (Option<R>, Vec<Diagnostic>) {
    if parts.fence.is_empty() || parts.front.start < parts.fence.end {
        return (None, Vec::new());
    }
    let toml = Toml { path, text, offset: parts.front.start };
    match toml.parse(parts.front.end) {
        Err(problem) => (None, vec![problem]),
        Ok(fields) => {
            let problems = validate::problems(toml, &fields, table, parts.fence.clone());
            (Some(R::read(Fields::new(toml, &fields))), problems)
        }
    }
}

pub(super) fn report(
    path: &SourcePath,
    text: &str,
    parts: &Parts,
    kind: Kind,
) -> (FrontMatter, Vec<Diagnostic>) {
    let (front, problems) = read::<FrontMatter>(path, text, parts, keys::front_matter(kind));
    let front = front.unwrap_or_default();
    match wrong_folder(path, &front, kind) {
        Some(problem) => (front, vec![problem]),
        None => (front, problems),
    }
}

/// A maintenance among the incidents, or the other way round, known by the keys that only the other kind has.
fn wrong_folder(path: &SourcePath, front: &FrontMatter, kind: Kind) -> Option<Diagnostic> {
    let FrontMatter { from, to, started, ended, detected, .. } = front;
    let (key, is, own, other) = match kind {
        Kind::Incident => {
            let key = from.as_ref().filter(|_| to.is_some() && started.is_none())?;
            (key, "a maintenance: it has `from` and `to`", "incidents", "maintenance")
        }
        Kind::Maintenance => {
            let key = [started, ended, detected].into_iter().find_map(Option::as_ref);
            let key = key.filter(|_| from.is_none() && to.is_none())?;
            (key, "an incident: it says when it began or ended", "maintenance", "incidents")
        }
    };
    let to = path.as_str().replacen(&format!("content/{own}/"), &format!("content/{other}/"), 1);
    let message = format!("this report in `content/{own}` is {is}");
    let problem = Diagnostic::new(rules::WRONG_FOLDER, path, key.span.clone(), message);
    Some(problem.help(format!("move it to `{to}`")))
}

pub(super) fn page(path: &SourcePath, text: &str, parts: &Parts) -> (PageFront, Vec<Diagnostic>) {
    let (front, problems) = read::<PageFront>(path, text, parts, keys::PAGE);
    (front.unwrap_or_default(), problems)
}

#[cfg(test)]
mod tests {
    use super::{page, report, split};
    use crate::diagnostic::Diagnostic;
    use crate::model::report::Kind;
    use crate::parse::keys::ComponentDraft;
    use crate::parse::testing::{marked, shown};
    use crate::source::SourcePath;

    #[track_caller]
    fn check_split(text: &str, expected: Result<(&str, &str), (&str, &str)>) {
        let (parts, problem) = split(&SourcePath::new("x.md"), text);
        let found = match &problem {
            None => Ok((&text[parts.front], &text[parts.body])),
            Some(problem) => Err((problem.rule, &text[problem.labels[0].span.clone()])),
        };
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn fences_stand_on_lines_of_their_own() {
        check_split("+++\na = 1\n+++\nb\n", Ok(("a = 1\n", "b\n")));
        check_split("+++\r\na = 1\r\n+++\r\nb\r\n", Ok(("a = 1\r\n", "b\r\n")));
        check_split("\n\n+++ \n+++", Ok(("", "")));
        check_split("+++\na = '+++'\n+++\n+++\n", Ok(("a = '+++'\n", "+++\n")));
        check_split("", Err(("missing-front-matter", "")));
        check_split("# Hello\n", Err(("missing-front-matter", "# Hello")));
        check_split("---\ntitle: x\n---\n", Err(("missing-front-matter", "---")));
        check_split("+++ title = 1\n+++\n", Err(("missing-front-matter", "+++ title = 1")));
        check_split("+++\ntitle = 1\n", Err(("unterminated-front-matter", "+++")));
        check_split("+++", Err(("unterminated-front-matter", "+++")));
    }

    fn read(kind: Kind, front: &str) -> (String, Vec<Diagnostic>) {
        let text = format!("+++\n{front}+++\n");
        let path = SourcePath::new("x.md");
        let (parts, problem) = split(&path, &text);
        assert_eq!(problem, None);
        let (_, problems) = report(&path, &text, &parts, kind);
        (text, problems)
    }

    #[track_caller]
    fn check(kind: Kind, front: &str, expected: &str) {
        let (text, problems) = read(kind, front);
        assert_eq!(marked(&text, &problems), expected, "{front}");
    }

    #[test]
    fn a_complete_front_matter_has_no_problem() {
        let incident = r#"
title = "Donations fail — 寄付 💸"
components = { giving = "partial_outage", api = "major" }
started = 2024-04-16 09:20
detected = 2024-04-16T09:20:30Z
ended = 2024-04-16 10:30+02:00
impact = "minor"
edited = 2024-04-20 09:00
after = "2024-04-10-donations-slow"
keys = ["alert-4711"]
tags = ["third-party"]
aliases = ["/incidents/p31zjtct2jer"]
id = "p31zjtct2jer"
draft = false
[[follow_ups]]
text = "Test it"
owner = "platform"
due = 2024-05-01
done = true
[[follow_ups]]
text = "Test it again"
done = 2024-05-02
[[outages]]
component = "crm"
state = "degraded"
from = 2024-04-16 09:20
to = 2024-04-16 09:45
"#;
        check(Kind::Incident, incident, "");
        let maintenance = r#"
title = "New machines"
components = ["giving", "api"]
from = 2027-01-17 00:00
to = 2027-01-17 02:00
announced = 2027-01-01 00:00
automatic = false
"#;
        check(Kind::Maintenance, maintenance, "");
        check(Kind::Maintenance, &maintenance.replace(r#"["giving", "api"]"#, r#"{ giving = "ok" }"#), "");
    }

    #[test]
    fn unknown_keys_name_the_nearest() {
        check(
            Kind::Incident,
            "titel = 'x'\nfrom = 1\n[[outages]]\ncomponent = 'a'\nstate = 'major'\nform = 1\n",
            "unknown-key <titel>, unknown-key <from>, missing-key <[[outages]]>, unknown-key <form>",
        );
        check(
            Kind::Maintenance,
            "title = 'x'\nfrom = 2027-01-17 00:00\nended = 1\n[[follow_ups]]\nxyz = 1\ntext = 'x'\n",
            "missing-key <+++>, unknown-key <ended>, unknown-key <xyz>",
        );
    }

    #[test]
    fn a_problem_says_what_was_probably_meant() {
        for (front, words) in [
            ("titel = 'x'\n", "did you mean `title`?"),
            ("from = 1\n", "an incident begins at `started`"),
            ("[[follow_ups]]\nxyz = 1\n", "use a known key: `text`, `owner`, `due`, `done`"),
            ("components = { a = 'majr' }\n", "unknown state `majr` / did you mean `major`?"),
            (
                "components = { a = 'down' }\n",
                "use a known state: `major_outage`, `partial_outage`, `degraded_",
            ),
            (
                "components = { b = 3 }\n",
                "`b` must be a state in quotes, not a whole number / write `\"partial_outage\"`",
            ),
            ("title = \"a\\nb\"\n", "`title` cannot be used: it has more than one line"),
            ("title = 'x'\ntitle = 'y'\n", "duplicate key / leave only one of the two"),
            (
                "[[follow_ups]]\ndue = 2101-01-01\n",
                "`due`: the year of `2101-01-01` is not between 1970 and 2100",
            ),
        ] {
            let (text, problems) = read(Kind::Incident, front);
            assert!(shown(&text, &problems).contains(words), "{front}: {problems:?}");
        }
    }

    #[test]
    fn a_report_of_the_other_kind_is_to_be_moved() {
        let maintenance = "from = 2027-01-17 00:00\nto = 2027-01-17 02:00\nautomatic = false\n";
        check(Kind::Incident, maintenance, "wrong-folder <2027-01-17 00:00>");
        let incident = "title = 'x'\ndetected = 2024-04-16 09:20\n";
        check(Kind::Maintenance, incident, "wrong-folder <2024-04-16 09:20>");
    }

    #[test]
    fn keys_that_slid_under_a_table_are_recognised() {
        let front =
            "[[follow_ups]]\ntext = 'x'\ntitle = 'x'\n[components]\na = 'major'\ndraft = true\nid = 'x'\n";
        check(
            Kind::Incident,
            front,
            "key-under-table <title>, key-under-table <draft>, key-under-table <id>",
        );
    }

    #[test]
    fn wrong_types_say_what_belongs_there() {
        let (text, problems) = read(
            Kind::Incident,
            "title = 5\nstarted = \"2024-04-16 09:20\"\ndetected = 2024-04-16\nended = 09:20\ndraft = \"true\"\n\
             tags = \"x\"\nkeys = [1]\ncomponents = \"a\"\nimpact = \"Minor\"\nedited = 0024-04-16 09:20:00.5\n\
             follow_ups = [{ text = \"x\", due = 2024-05-01 10:00, done = \"yes\" }, 1]\n",
        );
        assert_eq!(
            shown(&text, &problems),
            "wrong-type <5> `title` must be a text in quotes, not a whole number / write it in quotes: `\"5\"`\n\
             wrong-type <\"2024-04-16 09:20\"> `started` must be a time, not a text in quotes / \
             write it without quotes: `2024-04-16 09:20`\n\
             wrong-type <2024-04-16> `detected` must be a time, not a date without a time of day / \
             add the time of day: `2024-04-16 09:20`\n\
             wrong-type <09:20> `ended` must be a time, not a time of day without a date / \
             write `2024-04-16 09:20`\n\
             wrong-type <\"true\"> `draft` must be `true` or `false`, not a text in quotes / \
             write it without quotes: `true`\n\
             wrong-type <\"x\"> `tags` must be a list of texts, not a text in quotes / write a list: `[\"x\"]`\n\
             wrong-type <1> each of `keys` must be a text in quotes, not a whole number / \
             write it in quotes: `\"1\"`\n\
             wrong-type <\"a\"> `components` must be a list of components, or a table of them and their states, \
             not a text in quotes / write a list: `[\"a\"]`\n\
             unknown-impact <\"Minor\"> unknown impact `Minor` / did you mean `minor`?\n\
             invalid-time <0024-04-16 09:20:00.5> `edited`: the year of `0024-04-16` is not between 1970 and 2100 / \
             write a time such as `2024-04-16 09:20`\n\
             wrong-type <2024-05-01 10:00> `due` must be a date, not a time / write the date alone: `2024-05-01`\n\
             wrong-type <\"yes\"> `done` must be a date, `true` or `false`, not a text in quotes / \
             write `2024-05-01`\n\
             wrong-type <1> `follow_ups` must be a list of tables, not a whole number / \
             write `[[follow_ups]]` on a line of its own, its keys below\n"
        );
    }

    #[test]
    fn states_are_known() {
        check(
            Kind::Incident,
            "title = ' '\ncomponents = { a = 'majr_outage', b = 3, c = 'PARTIAL OUTAGE', d = 'majr', e = 'down' }\n",
            "missing-title <' '>, unknown-state <'majr_outage'>, wrong-type <3>, unknown-state <'majr'>, \
             unknown-state <'down'>",
        );
    }

    #[test]
    fn a_title_is_one_line_of_what_is_shown() {
        check(Kind::Incident, "title = '\u{200b}\u{feff}'\n", "missing-title <'\u{200b}\u{feff}'>");
        check(Kind::Incident, "title = \"a\\nb\"\n", "wrong-type <\"a\\nb\">");
        let maintenance = "title = \"a\\u001Bb\"\nfrom = 2024-04-16 09:20\nto = 2024-04-16 09:30\n";
        check(Kind::Maintenance, maintenance, "wrong-type <\"a\\u001Bb\">");
    }

    #[test]
    fn years_are_those_of_status_pages() {
        check(
            Kind::Incident,
            "title = 'x'\nstarted = 0026-11-20T10:00:00.5Z\nended = 2026-11-20T10:00:00.739266876Z\n\
             [[follow_ups]]\ntext = 'x'\ndue = 2101-01-01\ndone = 1969-12-31\n",
            "invalid-time <0026-11-20T10:00:00.5Z>, invalid-time <2101-01-01>, invalid-time <1969-12-31>",
        );
    }

    #[test]
    fn invalid_toml_is_shown_where_the_parser_stopped() {
        check(Kind::Incident, "title = \"é\ndraft = true\n", "invalid-toml <>");
        check(Kind::Incident, "title = \u{201c}x\u{201d}\n", "invalid-toml <\u{201c}>");
        check(Kind::Incident, "title = \u{201e}x\u{201c}\n", "invalid-toml <\u{201e}>");
        check(Kind::Incident, "title = 'x'\ntitle = 'y'\n", "invalid-toml <title>");
    }

    #[test]
    fn values_carry_their_places() {
        let text = "+++\r\ntitle = \"é\"\r\ncomponents = { b = \"major\", a = \"x\" }\r\n[[outages]]\r\nto = 2024-04-16 09:45Z\r\n+++\r\n";
        let path = SourcePath::new("x.md");
        let (parts, _) = split(&path, text);
        let (front, _) = report(&path, text, &parts, Kind::Incident);
        let title = front.title.unwrap();
        assert_eq!((title.value.as_str(), &text[title.span]), ("é", "\"é\""));
        let component = |it: &ComponentDraft| (&text[it.id.span.clone()], it.state.is_some());
        let components: Vec<_> = front.components.iter().flatten().map(component).collect();
        assert_eq!(components, [("b", true), ("a", false)]);
        assert_eq!(&text[front.outages[0].span.clone()], "[[outages]]\r\nto = 2024-04-16 09:45Z");
        assert_eq!(front.outages[0].to.as_ref().unwrap().value.hour, 9);
    }

    #[test]
    fn pages_have_few_keys() {
        let text = "+++\ntitle = 'x'\ndraft = true\ntags = []\n+++\n";
        let path = SourcePath::new("x.md");
        let (parts, _) = split(&path, text);
        let (front, problems) = page(&path, text, &parts);
        assert!(front.draft());
        assert_eq!(marked(text, &problems), "unknown-key <tags>");
    }
}
