//! `/status.txt`: the current status for a terminal with 80 columns.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::diagnostic::visible::visible;
use crate::model::ComponentIx;
use crate::model::edition::Scope;
use crate::model::incident::Incident;
use crate::parse::markdown;
use crate::plan::page::Page;
use crate::render::machine::badge;
use crate::render::machine::context::Context;
use crate::render::machine::rows::{Row, rows};

/// The longest line; only a long URL may exceed it.
const COLUMNS: usize = 80;

/// The width of a figure such as `100.00%`.
const FIGURE_COLUMNS: usize = 9;

pub(in crate::render) fn status(context: &Context<'_>) -> Vec<u8> {
    let edition = context.edition;
    let config = &edition.site.config;
    let as_of = Page::StatusText.as_of(edition).expect("what shows the state now is dated");
    let mut page = TextLines::default();
    page.paragraph(0, &config.title);
    page.paragraph(0, &context.overall());
    page.paragraph(0, &format!("{} {}", context.say("as-of", &[]), context.formatter.time(as_of).text));
    let open = edition.open_incidents().map(|(_, incident)| incident);
    reports(context, &mut page, "open-incident", open);
    reports(context, &mut page, "running-maintenance", edition.running_maintenance().map(|(_, it)| it));
    components(context, &mut page);
    reports(context, &mut page, "coming-maintenance", edition.coming_maintenance().map(|(_, it)| it));
    page.blank();
    page.line(config.base_url.as_str());
    page.out.into_bytes()
}

fn reports<'a>(
    context: &Context<'_>,
    page: &mut TextLines,
    heading: &str,
    incidents: impl Iterator<Item = &'a Incident>,
) {
    for (place, incident) in incidents.enumerate() {
        if place == 0 {
            page.heading(&context.say(heading, &[]));
        } else {
            page.blank();
        }
        report(context, page, incident);
    }
}

/// Title, plan, last update and the page's URL.
fn report(context: &Context<'_>, page: &mut TextLines, incident: &Incident) {
    page.paragraph(2, &incident.report.title);
    if let Some(plan) = &incident.report.schedule {
        page.paragraph(2, &context.formatter.planned().span(plan.from, Some(plan.to)).text);
    }
    if incident.report.schedule.is_none() && incident.updates().is_empty() {
        page.paragraph(2, &context.formatter.span(incident.began, incident.ended).text);
    }
    if let Some(update) = incident.updates().last() {
        let time = context.formatter.time(update.at).text;
        page.paragraph(2, &format!("{} – {time}", context.label(update)));
        for line in markdown::plain_text(update.body.as_str(), context.raw_html()).lines() {
            page.paragraph(4, line);
        }
    }
    page.line(&format!("  {}", context.incident_url(incident)));
}

fn components(context: &Context<'_>, page: &mut TextLines) {
    let edition = context.edition;
    let lives = |ix: ComponentIx| edition.site.component(ix).lives_on(edition.today);
    let rows = rows(&edition.site, lives);
    if rows.is_empty() {
        return;
    }
    page.heading(&context.say("components", &[]));
    for row in rows {
        let (indent, name, state, scope) = match row {
            Row::Group(ix) => (2, &edition.site.groups[ix.0].name, edition.group_state(ix), Scope::Group(ix)),
            Row::Component(ix) => {
                let component = edition.site.component(ix);
                let indent = if component.group.is_some() { 4 } else { 2 };
                (indent, &component.name, edition.state(ix), Scope::Component(ix))
            }
        };
        let percent =
            |figure: crate::model::uptime::Figure| context.say("percent", &[("percent", &figure.floor2())]);
        let figure = badge::figure(edition, scope).map(percent).unwrap_or_default();
        page.row(indent, name, &context.say(&format!("state-{}", state.as_str()), &[]), &figure);
    }
}

/// Lines of at most 80 columns.
#[derive(Default)]
struct TextLines {
    out: String,
}

impl TextLines {
    fn line(&mut self, line: &str) {
        let line = &visible(line, false);
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    fn blank(&mut self) {
        self.out.push('\n');
    }

    fn heading(&mut self, text: &str) {
        let text = &visible(text, false);
        self.blank();
        self.paragraph(0, text);
        self.line(&"-".repeat(text.width().clamp(1, COLUMNS)));
    }

    /// Adds wrapped text.
    fn paragraph(&mut self, indent: usize, text: &str) {
        let text = &visible(text, false);
        let mut line = " ".repeat(indent);
        let text = plain(text);
        for word in text.split_whitespace().flat_map(|word| pieces(word, COLUMNS - indent)) {
            let is_first = line.len() == indent;
            if !is_first && line.width() + 1 + word.width() > COLUMNS {
                self.line(&line);
                line = " ".repeat(indent);
            } else if !is_first {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(&line);
    }

    /// Adds a name, dots, a state and a right-aligned figure; a long name gets its own line.
    fn row(&mut self, indent: usize, name: &str, state: &str, figure: &str) {
        let name = &visible(name, false);
        let name = plain(name);
        let figure = format!("{}{figure}", " ".repeat(FIGURE_COLUMNS.saturating_sub(figure.width())));
        let right = format!(" {state}{figure}");
        let left =
            format!("{}{} ", " ".repeat(indent), name.split_whitespace().collect::<Vec<_>>().join(" "));
        if left.width() + right.width() > COLUMNS {
            self.paragraph(indent, &name);
            self.line(&format!("{}{right}", " ".repeat(COLUMNS.saturating_sub(right.width()))));
        } else {
            self.line(&format!("{left}{}{right}", ".".repeat(COLUMNS - left.width() - right.width())));
        }
    }
}

/// The most bytes of a piece: combining marks take no column.
const LONGEST_PIECE: usize = 1_000;

/// Splits a word into pieces of at most so many columns, for scripts without spaces; URLs stay whole.
fn pieces(word: &str, columns: usize) -> Vec<&str> {
    if word.contains("://") {
        return vec![word];
    }
    let mut pieces = Vec::new();
    let mut rest = word;
    while !rest.is_empty() {
        let head = &rest[..rest.floor_char_boundary(LONGEST_PIECE)];
        let fits = |end: &usize| head[..*end].width() <= columns;
        let ends = head.char_indices().map(|(end, _)| end).skip(1).chain([head.len()]);
        let end = ends.take_while(fits).last().unwrap_or(head.len());
        let (piece, tail) = rest.split_at(end);
        pieces.push(piece);
        rest = tail;
    }
    pieces
}

/// The text without control characters, which a terminal would act on.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| c.width().is_some()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Site;
    use crate::model::report::{Status, Update};
    use crate::model::testing::{incident, site_of, update};
    use crate::render::machine::testing::read;

    fn shown(site: Site, now: &str) -> String {
        String::from_utf8(read(site, now, &Page::StatusText)).unwrap()
    }

    #[test]
    fn no_line_is_wider_than_a_terminal() {
        let text: std::sync::Arc<str> =
            std::sync::Arc::from("多くのお客様にご迷惑を".repeat(30) + "\u{1b}[31mred\u{7}");
        let body = crate::source::Text::new(&text, 0..text.len());
        let update = Update { body, ..update("01:00", Some(Status::Identified), &[]) };
        let mut report = incident(&[update]);
        report.title = "A title that goes on and on 🎉 ".repeat(9);
        let mut site = site_of(vec![report]);
        site.components[0].name =
            "A component whose name leaves no room for its state beside it, none at all".to_owned();
        let shown = shown(site, "13:00");
        assert!(shown.lines().all(|line| line.width() <= 80), "{shown}");
        assert!(!shown.contains(['\u{1b}', '\u{7}']));
        assert!(shown.contains(&format!("\n{}Operational  100.00%\n", " ".repeat(60))));
    }
}
