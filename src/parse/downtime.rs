//! Recorded downtime: `content/downtime/COMPONENT.csv`.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Rule};
use crate::model::uptime::{Recorded, Seconds};
use crate::parse::draft::DowntimeDraft;
use crate::parse::text;
use crate::parse::text::{lines, trimmed};
use crate::rules;
use crate::source::{SourcePath, Spanned};
use crate::time::{Day, written};

const HEADER: &str = "date,degraded_performance,partial_outage,major_outage,under_maintenance";

/// The header with the optional column: whether a row is added to the reports' downtime of its day or replaces it.
const HEADER_WITH_MODE: &str = "date,degraded_performance,partial_outage,major_outage,under_maintenance,mode";

/// The most seconds of a row: the longest day has 25 hours; more is a wrong unit.
const MOST_SECONDS: i64 = 2 * 86_400;

/// Parses a file of recorded downtime; the error is a file that is not UTF-8, other problems are in the draft.
pub fn downtime(path: &SourcePath, bytes: &[u8]) -> Result<DowntimeDraft, Diagnostic> {
    let text = text::decode(path, bytes)?;
    let mut days = Vec::new();
    let mut problems = Vec::new();
    let mut rows =
        lines(&text, 0..text.len()).map(|line| trimmed(&text, line)).filter(|line| !line.is_empty());
    let header = rows.next().unwrap_or(0..0);
    let names: Vec<&str> = cells(&text, header.clone()).into_iter().map(|cell| &text[cell]).collect();
    let names = names.join(",");
    if ![HEADER, HEADER_WITH_MODE].contains(&names.as_str()) {
        let is_respelled = [HEADER, HEADER_WITH_MODE].contains(&names.to_ascii_lowercase().as_str());
        let message = match is_respelled {
            true => "the columns' names are written in small letters",
            false => "the first line names other columns",
        };
        let problem = Diagnostic::new(rules::INVALID_DOWNTIME, path, header, message);
        problems.push(problem.help(format!("write `{HEADER}`, and `,mode` where it is wanted")));
    }
    let columns = if names.eq_ignore_ascii_case(HEADER_WITH_MODE) { 6 } else { 5 };
    let mut first_rows: BTreeMap<Day, Range<usize>> = BTreeMap::new();
    for line in rows {
        match row(&text, line.clone(), columns) {
            Err(wrong) => {
                let problem = Diagnostic::new(wrong.rule, path, wrong.span, wrong.message);
                problems.push(problem.help(wrong.help));
            }
            Ok((day, recorded)) => match first_rows.get(&day) {
                Some(first) => problems.push(twice(path, day, line, first)),
                None => {
                    first_rows.insert(day, line.clone());
                    days.push(Spanned::new((day, recorded), line));
                }
            },
        }
    }
    Ok(DowntimeDraft { path: path.clone(), days, problems })
}

fn twice(path: &SourcePath, day: Day, row: Range<usize>, first: &Range<usize>) -> Diagnostic {
    let problem = Diagnostic::new(rules::INVALID_DOWNTIME, path, row, format!("`{day}` has two rows"));
    problem.also(path, first.clone(), "the first").help("add the two up in one row")
}

struct RowError {
    rule: Rule,
    span: Range<usize>,
    message: String,
    help: String,
}

fn row(text: &str, line: Range<usize>, columns: usize) -> Result<(Day, Recorded), RowError> {
    let cells = cells(text, line.clone());
    let [day, degraded, partial, major, maintenance, mode @ ..] =
        cells.get(..columns).filter(|_| cells.len() == columns).unwrap_or_default()
    else {
        return Err(RowError {
            rule: rules::INVALID_DOWNTIME,
            span: line,
            message: match cells.len() {
                1 => format!("this row has 1 column instead of {columns}"),
                count => format!("this row has {count} columns instead of {columns}"),
            },
            help: format!("write the columns of `{HEADER}`, 0 where there was nothing"),
        });
    };
    let day = written::parse_day(&text[day.clone()]).map_err(|error| RowError {
        rule: rules::INVALID_TIME,
        span: day.clone(),
        message: error,
        help: "write a day such as `2024-04-16`".to_owned(),
    })?;
    let seconds = Seconds {
        degraded_performance: seconds(text, degraded)?,
        partial_outage: seconds(text, partial)?,
        major_outage: seconds(text, major)?,
        under_maintenance: seconds(text, maintenance)?,
    };
    let replaces = mode.first().map_or(Ok(false), |cell| replaces(text, cell))?;
    Ok((day, Recorded { seconds, replaces }))
}

fn replaces(text: &str, cell: &Range<usize>) -> Result<bool, RowError> {
    match &text[cell.clone()] {
        "" | "add" => Ok(false),
        "replace" => Ok(true),
        other => Err(RowError {
            rule: rules::INVALID_DOWNTIME,
            span: cell.clone(),
            message: format!("`{other}` is not a mode"),
            help: "write `add` or `replace`".to_owned(),
        }),
    }
}

/// The cells of a row, without the quotes that spreadsheets write.
fn cells(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let mut start = line.start;
    let lengths = text[line].split(',').map(str::len);
    lengths
        .map(|length| {
            let cell = trimmed(text, start..start + length);
            start += length + 1;
            let is_quoted =
                cell.len() > 1 && text[cell.clone()].starts_with('"') && text[cell.clone()].ends_with('"');
            if is_quoted { trimmed(text, cell.start + 1..cell.end - 1) } else { cell }
        })
        .collect()
}

fn seconds(text: &str, cell: &Range<usize>) -> Result<i64, RowError> {
    let written = &text[cell.clone()];
    let is_number = !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_number.then(|| written.parse().ok()).flatten();
    number.filter(|seconds| *seconds <= MOST_SECONDS).ok_or_else(|| RowError {
        rule: rules::INVALID_DOWNTIME,
        span: cell.clone(),
        message: format!("`{written}` is not a number of seconds in a day"),
        help: "write whole seconds, from 0 to those that the day has".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{HEADER, Recorded, downtime};
    use crate::parse::testing::marked;
    use crate::source::{SourcePath, Spanned};
    use crate::time::Day;

    #[track_caller]
    fn check(text: &str, expected_days: &str, expected_problems: &str) {
        let draft = downtime(&SourcePath::new("content/downtime/api.csv"), text.as_bytes()).unwrap();
        let shown = |row: &Spanned<(Day, Recorded)>| {
            let (day, Recorded { seconds: s, replaces }) = row.value;
            assert!(text[row.span.clone()].trim_start_matches('"').starts_with(&day.to_string()));
            let (degraded, partial) = (s.degraded_performance, s.partial_outage);
            let mode = if replaces { " replace" } else { "" };
            format!("{day} {degraded} {partial} {} {}{mode}", s.major_outage, s.under_maintenance)
        };
        assert_eq!(draft.days.iter().map(shown).collect::<Vec<_>>().join("\n"), expected_days);
        assert_eq!(marked(text, &draft.problems), expected_problems);
    }

    #[test]
    fn rows_are_days_and_seconds() {
        check(
            &format!("{HEADER}\r\n2023-02-08,0,5400,0,0\r\n\r\n2023-02-09, 1,1320 ,0,90000\r\n"),
            "2023-02-08 0 5400 0 0\n2023-02-09 1 1320 0 90000",
            "",
        );
        check(&format!("{HEADER}\n"), "", "");
    }

    #[test]
    fn quotes_are_read() {
        let header = HEADER.replace(',', "\",\"");
        check(&format!("\"{header}\"\n\"2023-02-08\",\"0\", \"5400\",0,0\n"), "2023-02-08 0 5400 0 0", "");
    }

    #[test]
    fn a_row_can_stand_instead_of_reports() {
        check(
            &format!(
                "{HEADER},mode\n2023-02-08,0,1,0,0,replace\n2023-02-09,0,2,0,0,add\n2023-02-10,0,3,0,0,\n"
            ),
            "2023-02-08 0 1 0 0 replace\n2023-02-09 0 2 0 0\n2023-02-10 0 3 0 0",
            "",
        );
        check(
            &format!("{HEADER},mode\n2023-02-08,0,1,0,0,instead\n2023-02-09,0,2,0,0\n"),
            "",
            "invalid-downtime <instead>, invalid-downtime <2023-02-09,0,2,0,0>",
        );
    }

    #[test]
    fn what_cannot_be_read_is_reported() {
        check("", "", "invalid-downtime <>");
        let header = "Date,degraded_performance,Partial_Outage,major_outage,under_maintenance,MODE";
        let text = format!("{header}\n2023-02-08,1,0,0,0,add\n");
        check(&text, "2023-02-08 1 0 0 0", &format!("invalid-downtime <{header}>"));
        check(
            &format!(
                "{HEADER}\n2023-02-30,0,0,0,0\n0000-01-01,0,0,0,0\n2023-02-08,0,1h,0,0\n2023-02-08,-1,0,0,0\n2023-02-08,0,5400\n\
                      2023-02-09,1,0,0,0\n2023-02-09,2,0,0,0\n2023-02-10,0,0,0,86400000\n"
            ),
            "2023-02-09 1 0 0 0",
            "invalid-time <2023-02-30>, invalid-time <0000-01-01>, invalid-downtime <1h>, invalid-downtime <-1>, \
             invalid-downtime <2023-02-08,0,5400>, invalid-downtime <2023-02-09,2,0,0,0>, invalid-downtime <86400000>",
        );
    }
}
