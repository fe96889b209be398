//! Maintenances that are completed without a word that they began.

use crate::import::history::Report;
use crate::model::report::{Kind, Status};

/// Makes such a maintenance one that the check of the site takes; the words are for a person.
///
/// One that was completed in its window began as planned; one that was completed before is cancelled.
pub(super) fn settle(report: &mut Report) -> Option<&'static str> {
    let plan = report.plan.as_mut().filter(|_| report.kind == Kind::Maintenance)?;
    let first = |status: Status| report.updates.iter().position(|update| update.status == Some(status));
    let completed = first(Status::Completed)?;
    let at = report.updates[completed].at;
    if first(Status::InProgress).is_some_and(|begun| report.updates[begun].at <= at) {
        return None;
    }
    if at > plan.from {
        let was_by_hand = !std::mem::replace(&mut plan.automatic, true);
        return was_by_hand.then_some("no update says that it began: it began as planned; correct `from`");
    }
    report.updates[completed].status = Some(Status::Cancelled);
    Some(
        "it was completed before it should begin: taken as cancelled; if it took place, correct `from`, and write `Completed`",
    )
}

#[cfg(test)]
mod tests {
    use super::settle;
    use crate::import::history::{Plan, Report, Update};
    use crate::model::report::{Kind, Status};
    use crate::time::Instant;

    #[test]
    fn what_never_began_is_cancelled() {
        let check = |updates: &[(i64, Status)], automatic: bool, expected: Option<Status>, is_said: bool| {
            let at = Instant::from_epoch_secs;
            let mut report = Report::new("x", Kind::Maintenance, "x");
            report.plan = Some(Plan { from: at(60), to: at(120), announced: None, automatic });
            let update = |(secs, status): &(i64, Status)| Update {
                id: None,
                status: Some(*status),
                at: at(*secs),
                states: Vec::new(),
                body: String::new(),
            };
            report.updates = updates.iter().map(update).collect();
            assert_eq!(settle(&mut report).is_some(), is_said);
            assert_eq!(report.updates.last().unwrap().status, expected);
            assert!(report.plan.unwrap().automatic || !is_said);
        };
        check(&[(0, Status::Scheduled), (30, Status::Completed)], true, Some(Status::Cancelled), true);
        check(&[(60, Status::Completed)], true, Some(Status::Cancelled), true);
        check(&[(61, Status::Completed)], true, Some(Status::Completed), false);
        check(&[(61, Status::Completed)], false, Some(Status::Completed), true);
        check(&[(20, Status::InProgress), (30, Status::Completed)], false, Some(Status::Completed), false);
        check(&[(0, Status::Scheduled)], true, Some(Status::Scheduled), false);
    }
}
