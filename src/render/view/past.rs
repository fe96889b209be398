//! Days in lists, each with what touched it: successive days with the same reports stand together.

use serde::Serialize;

use crate::model::edition::IncidentIx;
use crate::render::context::RenderContext;
use crate::render::messages::Arg;
use crate::render::view::list::ReportRow;
use crate::time::Day;

/// A day, or successive days that the same reports touched.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DayGroupView {
    /// `18 November`, or `6 – 14 November`.
    pub text: String,
    /// `2026-11-18`; none for more days than one.
    pub date: Option<String>,
    /// The reports that touched them, newest beginning first; may be empty.
    pub reports: Vec<ReportRow>,
}

/// The days first to last, both included, newest first.
pub(super) fn past(
    context: &RenderContext<'_>,
    (first, last): (Day, Day),
    row: impl Fn(IncidentIx) -> ReportRow,
) -> Vec<DayGroupView> {
    let among: Vec<_> = context.edition.touching(first, last).collect();
    let among: Vec<_> = among
        .into_iter()
        .filter_map(|(ix, incident)| Some((ix, context.edition.days_of(incident)?)))
        .collect();
    let touched = |day: Day| -> Vec<IncidentIx> {
        among.iter().filter(|(_, days)| days.contains(&day)).map(|&(ix, _)| ix).collect()
    };
    let days = std::iter::successors(Some(last), |day| Some(day.prev())).take_while(|day| *day >= first);
    let days: Vec<(Day, Vec<IncidentIx>)> = days.map(|day| (day, touched(day))).collect();
    let stretches = days.chunk_by(|(_, above), (_, below)| above == below);
    stretches.map(|same| stretch(context, same, &row)).collect()
}

fn stretch(
    context: &RenderContext<'_>,
    same: &[(Day, Vec<IncidentIx>)],
    row: impl Fn(IncidentIx) -> ReportRow,
) -> DayGroupView {
    let (first, last) = (same[same.len() - 1].0, same[0].0);
    DayGroupView {
        text: text(context, first, last),
        date: (first == last).then(|| first.to_string()),
        reports: same[0].1.iter().copied().map(row).collect(),
    }
}

fn text(context: &RenderContext<'_>, first: Day, last: Day) -> String {
    let formatter = context.formatter();
    if first == last {
        return formatter.day_of_year(last);
    }
    let begin = match first.month() == last.month() {
        true => first.day_of_month().to_string(),
        false => formatter.day_of_year(first),
    };
    formatter.say("days", &[("first", Arg::Text(&begin)), ("last", Arg::Text(&formatter.day_of_year(last)))])
}
