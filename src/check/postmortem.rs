//! Checks a published postmortem's sections, placeholders, timeline and wording, and its follow-ups.

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::parse::draft::{PostmortemDraft, ReportDraft};
use crate::parse::keys::DoneDraft;
use crate::parse::markdown::{shows, without_comments};
use crate::rules;
use crate::source::{Snapshot, SourcePath, Spanned};

/// The expected sections, unless the site has a template.
const SECTIONS: [&str; 4] = ["Summary", "Impact", "Root cause", "Timeline"];

/// Synonyms of sections, lower case. A heading covers a section when it contains its title or a synonym as whole words:
/// `Customer impact`, `Root cause analysis`, `Timeline (UTC)`, `Summary and impact`.
const SYNONYMS: [(&str, &str); 4] = [
    ("summary", "overview, synopsis, abstract, tl;dr, tldr, in short, at a glance, what happened"),
    ("impact", "impacted, affected, effect, effects, consequences, scope, severity, damage"),
    (
        "root cause",
        "root causes, root cause(s), rca, cause, causes, cause(s), contributing factors, trigger, why it happened, \
         why did it happen, what went wrong, what caused, analysis, diagnosis, five whys",
    ),
    ("timeline", "timelines, time line, chronology, sequence of events, course of events, event log, events"),
];

pub const PLACEHOLDER: &str = "TODO";

pub const TEMPLATE: &str = "templates/postmortem.md";

/// Phrases that blame a person: a mistake is where the search for causes begins.
const BLAMING: &str = "human error, operator error, pilot error, was to blame, were to blame, was careless, carelessness, \
                       negligen, incompeten, should have known, should have noticed, forgot to";

/// The expected sections: the template's headings of level 2.
pub(super) fn sections(snapshot: &Snapshot) -> Vec<String> {
    let Some(template) = snapshot.text(&SourcePath::new(TEMPLATE)) else {
        return SECTIONS.map(str::to_owned).to_vec();
    };
    let heading = |line: &str| line.strip_prefix("## ").map(|title| title.trim().to_owned());
    without_comments(template).lines().filter_map(heading).filter(|title| !title.contains("{{")).collect()
}

pub(super) fn problems(draft: &ReportDraft, expected: &[String]) -> Vec<Diagnostic> {
    let mut problems = follow_ups(draft);
    let Some(postmortem) = draft.postmortem.as_ref().filter(|postmortem| !postmortem.draft) else {
        return problems;
    };
    let sections = Section::all(draft, postmortem);
    problems.extend(missing(draft, postmortem, &sections, expected));
    problems.extend(sections.iter().filter_map(|section| empty(draft, section, &sections)));
    problems.extend(lines(draft, postmortem).filter_map(|line| placeholder(draft, line)));
    let timeline = sections.iter().find(|section| section.is("timeline"));
    problems.extend(timeline.and_then(|section| disorder(draft, section)));
    problems.extend(blame(draft, postmortem));
    problems
}

struct Section<'a> {
    level: u8,
    title: &'a str,
    heading: Range<usize>,
    body: Range<usize>,
}

impl<'a> Section<'a> {
    fn all(draft: &'a ReportDraft, postmortem: &'a PostmortemDraft) -> Vec<Self> {
        let ends =
            postmortem.headings.iter().skip(1).map(|(_, next)| next.start).chain([postmortem.body.end]);
        let headings = postmortem.headings.iter().zip(ends);
        let section = |((level, heading), end): (&(u8, Range<usize>), usize)| Self {
            level: *level,
            title: draft.text[heading.clone()]
                .lines()
                .next()
                .unwrap_or_default()
                .trim_matches(['#', ' ', '\t']),
            heading: heading.clone(),
            body: heading.end..end.max(heading.end),
        };
        headings.map(section).collect()
    }

    fn is(&self, title: &str) -> bool {
        self.title.eq_ignore_ascii_case(title)
    }
}

/// Missing sections, if the author follows the template: more than half of it.
fn missing(
    draft: &ReportDraft,
    postmortem: &PostmortemDraft,
    sections: &[Section<'_>],
    expected: &[String],
) -> Vec<Diagnostic> {
    let body = &draft.text[postmortem.body.clone()];
    let titles: Vec<String> = sections
        .iter()
        .map(|section| section.title)
        .chain(body.lines().filter_map(bold_line))
        .map(plain)
        .collect();
    // Synonyms do not make a postmortem of another form follow the template.
    let named = expected.iter().filter(|title| sections.iter().any(|section| section.is(title))).count();
    if named * 2 <= expected.len() {
        return Vec::new();
    }
    let is_there = |title: &&String| titles.iter().any(|written| covers(written, &plain(title)));
    let absent: Vec<&String> = expected.iter().filter(|title| !is_there(title)).collect();
    let of = |title: &&String| {
        let message = format!("the postmortem has no section `{title}`");
        let problem = draft.problem(rules::MISSING_SECTION, postmortem.heading.clone(), message);
        problem.help(format!("add `## {title}`"))
    };
    absent.iter().map(of).collect()
}

/// A line that is all bold, which authors use as a heading.
fn bold_line(line: &str) -> Option<&str> {
    let line = line.trim();
    let bold = |mark: &str| line.strip_prefix(mark)?.strip_suffix(mark);
    bold("**").or_else(|| bold("__"))
}

/// A title in lower case, without emphasis, with single spaces.
fn plain(title: &str) -> String {
    let title = title.replace(['*', '_', '`', ':'], " ").to_lowercase();
    title.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a title contains the section's title or a synonym; both are plain.
fn covers(written: &str, title: &str) -> bool {
    let others =
        SYNONYMS.iter().filter(|(section, _)| *section == title).flat_map(|(_, words)| words.split(", "));
    others.chain([title]).any(|words| holds(written, words))
}

/// Whether a text contains these words as whole words.
fn holds(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let is_word = |c: char| c.is_alphanumeric();
        !text[..at].ends_with(is_word) && !text[at + words.len()..].starts_with(is_word)
    })
}

fn empty(draft: &ReportDraft, section: &Section<'_>, all: &[Section<'_>]) -> Option<Diagnostic> {
    let next = all.get(all.partition_point(|other| other.heading.start < section.body.end));
    let has_parts = next.is_some_and(|next| next.level > section.level);
    if has_parts || shows(&draft.text[section.body.clone()]) {
        return None;
    }
    let message = format!("the section `{}` is empty", section.title);
    let problem = draft.problem(rules::EMPTY_SECTION, section.heading.clone(), message);
    Some(problem.help("write it, or remove its heading"))
}

/// The lines of the postmortem outside comments, with their positions.
fn lines<'a>(
    draft: &'a ReportDraft,
    postmortem: &PostmortemDraft,
) -> impl Iterator<Item = (usize, &'a str)> + use<'a> {
    let mut start = postmortem.body.start;
    let mut is_hidden = false;
    let body = &draft.text[postmortem.body.clone()];
    let has_comments = body.contains("<!--");
    body.split_inclusive('\n').filter_map(move |line| {
        let at = start;
        start += line.len();
        if !has_comments {
            return Some((at, line));
        }
        let (opens, closes) = (line.rfind("<!--"), line.rfind("-->"));
        let was_hidden = is_hidden;
        is_hidden = if was_hidden {
            closes.is_none()
        } else {
            opens.is_some_and(|open| closes.is_none_or(|it| it < open))
        };
        (!was_hidden).then_some((at, line))
    })
}

/// The number, from 1, of the first unfinished line.
pub fn first_placeholder(draft: &ReportDraft, postmortem: &PostmortemDraft) -> Option<usize> {
    let (at, _) = lines(draft, postmortem).find(|(_, line)| is_placeholder(line))?;
    Some(draft.text[..at].matches('\n').count() + 1)
}

fn is_placeholder(line: &str) -> bool {
    let words =
        line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '*' | '>' | '|' | '_'));
    words.strip_prefix(PLACEHOLDER).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

fn placeholder(draft: &ReportDraft, (at, line): (usize, &str)) -> Option<Diagnostic> {
    if !is_placeholder(line) {
        return None;
    }
    let start = at + line.find(PLACEHOLDER)?;
    let span = start..start + PLACEHOLDER.len();
    let problem = draft.problem(rules::PLACEHOLDER_LEFT, span, "this is a placeholder");
    Some(problem.help("write it, or make the heading `# Postmortem, draft`"))
}

/// The first time of a timeline that is earlier than the one before. A smaller bare time more than half a day back is
/// past midnight.
fn disorder(draft: &ReportDraft, section: &Section<'_>) -> Option<Diagnostic> {
    const HALF_DAY_MINUTES: u32 = 720;
    let mut last: Option<(&str, u32)> = None;
    let mut at = section.body.start;
    for line in draft.text[section.body.clone()].split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some((offset, day, minutes)) = time(line) else { continue };
        let (last_day, last_minutes) = last.unwrap_or(("", 0));
        let goes_back = match day {
            Some(day) => (day, minutes) < (last_day, last_minutes),
            None => minutes < last_minutes && last_minutes - minutes < HALF_DAY_MINUTES,
        };
        if last.is_some() && goes_back {
            let span = start + offset..start + line.trim_end().len();
            let message = "this line of the timeline is earlier than the line before";
            let problem = draft.problem(rules::TIMELINE_OUT_OF_ORDER, span, message);
            return Some(problem.help("move it to its place, or write the date: `2024-04-16 10:33`"));
        }
        last = Some((day.unwrap_or(last_day), minutes));
    }
    None
}

/// The time at the start of a list item or table row: position, day if given, and minute of the day.
fn time(line: &str) -> Option<(usize, Option<&str>, u32)> {
    let words = line.trim_start_matches([' ', '\t', '|', '-', '*', '+', '`', '>']);
    let offset = line.len() - words.len();
    let dated = words.split_at_checked(10).filter(|(date, _)| crate::time::Day::parse(date).is_some());
    let (day, clock) = match dated.map(|(date, rest)| (date, rest.strip_prefix([' ', 'T']))) {
        Some((date, Some(clock))) => (Some(date), clock),
        _ => (None, words),
    };
    let digits = |range: Range<usize>| clock.get(range)?.parse::<u32>().ok();
    let (hour, minute) = (digits(0..2)?, digits(3..5)?);
    let is_clock = clock.get(2..3) == Some(":") && hour < 24 && minute < 60;
    is_clock.then_some((offset, day, hour * 60 + minute))
}

/// Occurrences of [`BLAMING`].
fn blame(draft: &ReportDraft, postmortem: &PostmortemDraft) -> Vec<Diagnostic> {
    let body = &draft.text[postmortem.body.clone()];
    // Fast path: finding out whether a phrase occurs is much cheaper than finding where.
    let small = body.to_ascii_lowercase();
    if !BLAMING.split(", ").any(|phrase| small.contains(phrase)) {
        return Vec::new();
    }
    let found = blaming(body).map(|phrase| {
        let span = postmortem.body.start + phrase.start..postmortem.body.start + phrase.end;
        let message = "this phrase blames someone";
        let problem = draft.problem(rules::BLAMING_PHRASE, span, message);
        problem.help("say what made the mistake possible, and what will prevent the next one")
    });
    found.collect()
}

/// Occurrences of [`BLAMING`] at the start of a word, ASCII case ignored.
fn blaming(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let may_begin = move |&at: &usize| {
        let is_inside = at.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_alphanumeric());
        !is_inside && BLAMING.split(", ").any(|phrase| phrase.as_bytes()[0] == bytes[at].to_ascii_lowercase())
    };
    let phrase_at = move |at: usize| {
        let is_here = |phrase: &&str| {
            bytes.get(at..at + phrase.len()).is_some_and(|here| here.eq_ignore_ascii_case(phrase.as_bytes()))
        };
        let phrase = BLAMING.split(", ").find(is_here)?;
        (!text[..at].ends_with(char::is_alphanumeric)).then(|| at..at + phrase.len())
    };
    (0..bytes.len()).filter(may_begin).filter_map(phrase_at)
}

/// Open follow-ups without an owner or a due date.
fn follow_ups(draft: &ReportDraft) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let is_open = |done: &Spanned<DoneDraft>| matches!(done.value, DoneDraft::No);
    for follow_up in draft.front.follow_ups.iter().filter(|it| it.done.as_ref().is_none_or(is_open)) {
        let Some(text) = &follow_up.text else { continue };
        if follow_up.owner.is_none() {
            let problem = draft.problem(
                rules::FOLLOW_UP_WITHOUT_OWNER,
                text.span.clone(),
                "this follow-up has no owner",
            );
            problems.push(problem.help("add `owner`: a team rather than a person"));
        }
        if follow_up.due.is_none() {
            let problem =
                draft.problem(rules::FOLLOW_UP_WITHOUT_DAY, text.span.clone(), "this follow-up has no day");
            problems.push(problem.help("add `due`, or `done` when it is"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::{SYNONYMS, blaming, bold_line, covers, is_placeholder, plain, time};

    #[test]
    fn a_section_goes_by_several_names() {
        let check = |section: &str, titles: &[&str], expected: bool| {
            for title in titles {
                assert_eq!(covers(&plain(title), &plain(section)), expected, "{title}");
            }
        };
        let causes = "Root Causes, Root Cause(s), **Root Cause Analysis:**, 3. Cause, RCA, What went wrong?";
        check("Root cause", &causes.split(", ").collect::<Vec<_>>(), true);
        check("Impact", &["Customer impact", "Who was affected", "Summary & Impact"], true);
        check("Timeline", &["Timeline (all times UTC)", "Incident timeline", "Chronology"], true);
        check("Summary", &["Executive Summary", "TL;DR", "What happened"], true);
        check("Root cause", &["Because", "Causeway", "Impact", ""], false);
        check("Cost", &["The cost"], true);
        check("Cost", &["Summary"], false);
        assert_eq!((bold_line(" **Impact** "), bold_line("**Impact** was low")), (Some("Impact"), None));
    }

    #[test]
    fn other_names_are_documented() {
        let documented = include_str!("../../tests/fixtures/broken/missing-section/about.md");
        for word in SYNONYMS.iter().flat_map(|(section, words)| words.split(", ").chain([*section])) {
            assert!(documented.to_lowercase().contains(&format!("`{word}`")), "{word}");
        }
    }

    #[test]
    fn a_blaming_phrase_begins_a_word() {
        let found = |text: &str| blaming(text).map(|at| text[at].to_owned()).collect::<Vec<_>>();
        assert_eq!(found("Human Error: Ann forgot to, é forgot tó"), ["Human Error", "forgot to"]);
        assert_eq!(found("inhuman error, éhuman error, forgot t"), [""; 0]);
        assert_eq!(found("Negligence"), ["Negligen"]);
    }

    #[test]
    fn a_line_may_begin_with_a_time() {
        let check = |line: &str, expected: Option<(Option<&str>, u32)>| {
            assert_eq!(time(line).map(|(_, day, minutes)| (day, minutes)), expected, "{line}");
        };
        check("- 21:33 MT: planned", Some((None, 1293)));
        check("| 2024-04-16 09:20:07 | x |", Some((Some("2024-04-16"), 560)));
        check("**09:20** x", Some((None, 560)));
        check("- 2024-04-16T09:20Z x", Some((Some("2024-04-16"), 560)));
        check("| Time | What |", None);
        check("|---|---|", None);
        check("- 9:20 x", None);
        check("at 09:20", None);
        check("- é9:20", None);
        check("- 2024-04-16é09:20", None);
        check("- 2024-04-1é 09:20", None);
        check("- 2024-04-16", None);
        check("- 24:00", None);
    }

    #[test]
    fn a_placeholder_begins_its_line() {
        assert!(is_placeholder("TODO: x"));
        assert!(is_placeholder("- **TODO**"));
        assert!(!is_placeholder("The TODO list"));
        assert!(!is_placeholder("TODOS"));
    }
}
