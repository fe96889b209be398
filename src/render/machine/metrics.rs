//! `/metrics`: states, figures and counts in Prometheus' text format.
//!
//! All are gauges, true as of `allclear_as_of_timestamp_seconds`.

use crate::diagnostic::visible::visible;
use crate::model::ComponentIx;
use crate::model::edition::Scope;
use crate::model::report::Impact;
use crate::model::state::State;
use crate::plan::page::Page;
use crate::render::machine::badge;
use crate::render::machine::context::Context;

/// Statuspage's indicators.
const INDICATORS: [&str; 5] = ["none", "maintenance", "minor", "major", "critical"];

pub(in crate::render) fn metrics(context: &Context<'_>) -> Vec<u8> {
    let mut out = Exposition::default();
    service(context, &mut out);
    components(context, &mut out);
    reports(context, &mut out);
    let edition = context.edition;
    let as_of = Page::Metrics.as_of(edition).expect("what shows the state now is dated");
    out.family("allclear_as_of_timestamp_seconds", "Time of the last change of the status.");
    out.sample(&[], &as_of.epoch_secs().to_string());
    out.family(
        "allclear_next_change_timestamp_seconds",
        "Time at which the status will next change by itself.",
    );
    out.sample(&[], &edition.next_change.epoch_secs().to_string());
    out.text.into_bytes()
}

fn service(context: &Context<'_>, out: &mut Exposition) {
    let now = context.edition.overall().indicator();
    out.family("allclear_status", "Whether the whole service is in this state.");
    for indicator in INDICATORS {
        out.sample(&[("indicator", indicator)], flag(indicator == now));
    }
}

fn components(context: &Context<'_>, out: &mut Exposition) {
    let edition = context.edition;
    let living: Vec<ComponentIx> = edition.living().collect();
    out.family("allclear_component_state", "Whether the component is in this state.");
    for &ix in &living {
        let now = edition.state(ix);
        for state in State::ALL {
            let labels = [&labels(context, ix)[..], &[("state", state.as_str())]].concat();
            out.sample(&labels, flag(state == now));
        }
    }
    let (first, last) = (edition.first_shown_day(), edition.today);
    let days = edition.site.config.uptime.days;
    let help = format!("Uptime ratio of the component over the last {days} days, partial outages weighted.");
    out.family("allclear_component_uptime_ratio", &help);
    for &ix in &living {
        if let Some(figure) = badge::figure(edition, Scope::Component(ix)) {
            let hundredths = figure.hundredths();
            out.sample(&labels(context, ix), &format!("{}.{:04}", hundredths / 10_000, hundredths % 10_000));
        }
    }
    out.family(
        "allclear_component_state_seconds",
        &format!("Seconds in this state over the last {days} days."),
    );
    for &ix in living.iter().filter(|&&ix| edition.site.component(ix).show_uptime) {
        let rows = edition.days(ix, first, last, edition.component_as_of(ix));
        let total: crate::model::uptime::Seconds = rows.iter().filter_map(|row| row.seconds).sum();
        for state in State::ALL.into_iter().filter(|&state| state != State::Operational) {
            let labels = [&labels(context, ix)[..], &[("state", state.as_str())]].concat();
            out.sample(&labels, &total.get(state).to_string());
        }
    }
}

fn labels<'a>(context: &Context<'a>, ix: ComponentIx) -> [(&'static str, &'a str); 3] {
    let site = &context.edition.site;
    let component = site.component(ix);
    let group = component.group.map_or("", |group| site.groups[group.0].id.as_str());
    [("component", &component.id), ("name", &component.name), ("group", group)]
}

fn reports(context: &Context<'_>, out: &mut Exposition) {
    let edition = context.edition;
    out.family("allclear_open_incidents", "Incidents that are not resolved.");
    for impact in [Impact::None, Impact::Minor, Impact::Major, Impact::Critical] {
        let open = edition.open_incidents().filter(|(_, incident)| incident.impact == impact).count();
        out.sample(&[("impact", impact.as_str())], &open.to_string());
    }
    out.family("allclear_maintenances", "Scheduled maintenances that are planned or in progress.");
    out.sample(&[("status", "scheduled")], &edition.coming_maintenance().count().to_string());
    out.sample(&[("status", "in_progress")], &edition.running_maintenance().count().to_string());
}

fn flag(is_set: bool) -> &'static str {
    if is_set { "1" } else { "0" }
}

/// Prometheus' text format 0.0.4.
#[derive(Default)]
struct Exposition {
    text: String,
    name: &'static str,
}

impl Exposition {
    /// Begins a gauge; its samples follow.
    fn family(&mut self, name: &'static str, help: &str) {
        self.name = name;
        self.text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} gauge\n"));
    }

    fn sample(&mut self, labels: &[(&str, &str)], value: &str) {
        let pairs: Vec<String> =
            labels.iter().map(|(key, value)| format!("{key}=\"{}\"", escape(value))).collect();
        let labels = if pairs.is_empty() { String::new() } else { format!("{{{}}}", pairs.join(",")) };
        self.text.push_str(&format!("{}{labels} {value}\n", self.name));
    }
}

/// A label's value: control characters are made visible, then backslashes, quotes and line feeds are escaped.
fn escape(text: &str) -> String {
    visible(text, false).replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
