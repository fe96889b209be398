//! States that components have from the beginning of a report. The source tells them with updates.

use crate::import::history::Report;
use crate::import::statuspage::body::Update;
use crate::model::report::Status;
use crate::model::state::State;

/// For an incident that began before its first update: what that update found there held from the beginning. Whether the
/// report can say so.
pub(super) fn hold_from_the_beginning(report: &mut Report, first: &Update) -> bool {
    let Some(update) = report.updates.first_mut() else { return true };
    let affected = first.affected_components.iter().flatten();
    let states = affected.filter_map(|affected| {
        let old = State::parse(&affected.old_status).filter(|old| *old != State::Operational)?;
        Some((&affected.code, old, State::parse(&affected.new_status)?))
    });
    let held: Vec<_> = states.collect();
    // Front matter has states for all components or for none.
    if report.components.iter().any(|(key, _)| held.iter().all(|(held, ..)| *held != key)) {
        return held.is_empty();
    }
    report.components = held.iter().map(|(key, old, _)| ((*key).clone(), Some(*old))).collect();
    for (key, old, new) in held {
        update.states.retain(|(changed, _)| changed != key);
        if new != old {
            update.states.push((key.clone(), new));
        }
    }
    true
}

/// For a maintenance: the first state that an update within its window tells held from its beginning.
pub(super) fn hold_throughout(report: &mut Report) {
    let Some(plan) = report.plan else { return };
    let mut held = std::mem::take(&mut report.components);
    held.iter_mut().for_each(|(_, state)| *state = state.or(Some(State::UnderMaintenance)));
    for update in &mut report.updates {
        let is_inside = update.at >= plan.from || update.status == Some(Status::InProgress);
        update.states.retain(|(key, state)| {
            let is_first = is_inside && held.iter().all(|(known, _)| known != key);
            if is_first {
                held.push((key.clone(), Some(*state)));
            }
            !is_first
        });
    }
    // A list says the same in fewer words.
    if held.iter().all(|(_, state)| *state == Some(State::UnderMaintenance)) {
        held.iter_mut().for_each(|(_, state)| *state = None);
    }
    report.components = held;
}

#[cfg(test)]
mod tests {
    use super::{hold_from_the_beginning, hold_throughout};
    use crate::import::history::{Plan, Report, Update};
    use crate::import::statuspage::body::{self, Affected};
    use crate::model::report::{Kind, Status};
    use crate::model::state::State::{self, DegradedPerformance, MajorOutage, Operational, UnderMaintenance};
    use crate::time::Instant;

    fn update(minute: i64, status: Status, states: &[(&str, State)]) -> Update {
        let states = states.iter().map(|(key, state)| ((*key).to_owned(), *state)).collect();
        let at = Instant::from_epoch_secs(minute * 60);
        Update { id: None, status: Some(status), at, states, body: String::new() }
    }

    fn states(states: &[(String, State)]) -> Vec<(&str, State)> {
        states.iter().map(|(key, state)| (key.as_str(), *state)).collect()
    }

    #[test]
    fn what_the_first_update_found_there_held_before() {
        let mut report = Report::new("x", Kind::Incident, "x");
        let said = [("a", MajorOutage), ("b", DegradedPerformance), ("c", MajorOutage)];
        report.updates = vec![update(0, Status::Investigating, &said)];
        let affected = |code: &str, old: &str, new: &str| Affected {
            code: code.to_owned(),
            name: code.to_owned(),
            old_status: old.to_owned(),
            new_status: new.to_owned(),
        };
        let all = vec![
            affected("a", "major_outage", "major_outage"),
            affected("b", "major_outage", "degraded_performance"),
            affected("c", "operational", "major_outage"),
            affected("d", "major_outage", "operational"),
        ];
        let first = body::Update { affected_components: Some(all), ..body::Update::default() };
        assert!(hold_from_the_beginning(&mut report, &first));
        let held: Vec<_> = report.components.iter().map(|(key, state)| (key.as_str(), *state)).collect();
        assert_eq!(held, ["a", "b", "d"].map(|key| (key, Some(MajorOutage))));
        let expected = [("c", MajorOutage), ("b", DegradedPerformance), ("d", Operational)];
        assert_eq!(states(&report.updates[0].states), expected);
    }

    #[test]
    fn beside_an_unknown_state_what_is_known_holds_from_the_first_update() {
        let affected = Affected {
            code: "a".to_owned(),
            old_status: "major_outage".to_owned(),
            new_status: "major_outage".to_owned(),
            ..Affected::default()
        };
        let first = body::Update { affected_components: Some(vec![affected]), ..body::Update::default() };
        let mut report = Report::new("x", Kind::Incident, "x");
        report.components = vec![("b".to_owned(), None)];
        report.updates = vec![update(0, Status::Investigating, &[("a", MajorOutage)])];
        assert!(!hold_from_the_beginning(&mut report, &first));
        assert_eq!(report.components, [("b".to_owned(), None)]);
        assert_eq!(states(&report.updates[0].states), [("a", MajorOutage)]);
        report.updates[0].states.clear();
        assert!(hold_from_the_beginning(&mut report, &body::Update::default()));
    }

    #[track_caller]
    fn check(
        updates: Vec<Update>,
        unsaid: &[&str],
        held: &[(&str, Option<State>)],
        said: &[&[(&str, State)]],
    ) {
        let mut report = Report::new("x", Kind::Maintenance, "x");
        let [from, to] = [60, 120].map(|minute| Instant::from_epoch_secs(minute * 60));
        report.plan = Some(Plan { from, to, announced: None, automatic: true });
        report.components = unsaid.iter().map(|key| ((*key).to_owned(), None)).collect();
        report.updates = updates;
        hold_throughout(&mut report);
        let components: Vec<_> =
            report.components.iter().map(|(key, state)| (key.as_str(), *state)).collect();
        assert_eq!(components, held);
        assert_eq!(report.updates.iter().map(|it| states(&it.states)).collect::<Vec<_>>(), said);
    }

    #[test]
    fn a_maintenance_holds_its_components_from_its_beginning() {
        let begun = |states: &[(&str, State)]| {
            vec![update(0, Status::Scheduled, &[]), update(61, Status::InProgress, states)]
        };
        check(begun(&[("a", UnderMaintenance)]), &["b"], &[("b", None), ("a", None)], &[&[], &[]]);
        let table = [("b", Some(UnderMaintenance)), ("a", Some(DegradedPerformance))];
        check(begun(&[("a", DegradedPerformance)]), &["b"], &table, &[&[], &[]]);
        let mut worse = begun(&[("a", UnderMaintenance)]);
        worse.push(update(70, Status::Verifying, &[("a", MajorOutage)]));
        check(worse, &[], &[("a", None)], &[&[], &[], &[("a", MajorOutage)]]);
        let early = vec![update(0, Status::Scheduled, &[("a", MajorOutage)])];
        check(early, &[], &[], &[&[("a", MajorOutage)]]);
    }
}
