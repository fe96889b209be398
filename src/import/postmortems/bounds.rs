//! When an incident began and ended, from what its postmortem says.

use crate::import::log::{Finding, ImportLog};
use crate::import::moment;
use crate::import::postmortems::facts::{self, Fact, Facts};
use crate::import::timeline;
use crate::time::{Day, Instant, Zone};

/// What the bounds are read from; `named` is the day in the file's name.
pub(super) struct Text<'a> {
    pub(super) path: &'a str,
    pub(super) body: &'a str,
    pub(super) facts: &'a Facts<'a>,
    pub(super) named: Option<Day>,
    pub(super) zone: Zone,
}

/// Beginning and end, the keys that a person must fill in, and the log.
#[derive(Debug, Default)]
pub(super) struct Bounds {
    pub(super) times: Option<(Instant, Instant)>,
    pub(super) missing: Vec<&'static str>,
    pub(super) log: ImportLog,
}

/// A fact that is a certain time.
struct Told<'a> {
    fact: Fact<'a>,
    at: Instant,
    day: Option<Day>,
}

impl Text<'_> {
    /// From facts, else from a span or timeline, else the day alone. No times without a day.
    pub(super) fn bounds(&self) -> Bounds {
        let mut bounds = Bounds::default();
        bounds.times = self.times(&mut bounds);
        bounds
    }

    fn times(&self, bounds: &mut Bounds) -> Option<(Instant, Instant)> {
        let day = self.facts.day(self.zone).or(self.named);
        let begin = self.told(&facts::BEGIN, day);
        let end = self.told(&facts::END, begin.as_ref().and_then(|begin| begin.day).or(day));
        // `date` may also be when the text was published.
        let dated = self.told(&facts::DAY, day).filter(|_| begin.is_none());
        if let (Some(first), Some(end)) = (begin.as_ref().or(dated.as_ref()), &end)
            && first.at <= end.at
        {
            self.tell_date(dated.as_ref(), bounds);
            return Some((first.at, end.at));
        }
        if let Some(found) = timeline::bounds(self.body, self.zone, day) {
            let line = self.body.lines().nth(found.line - 1).unwrap_or_default().trim();
            let text = format!("`started` and `ended` are taken from “{line}” and what follows it");
            bounds.log.add(Finding::Guessed, self.path, text);
            if self.tell_contradiction(begin.as_ref(), end.as_ref(), bounds) {
                return Some((found.from, found.to));
            }
            return Some((
                begin.map_or(found.from, |begin| begin.at.min(found.to)),
                end.map(|end| end.at).filter(|to| *to >= found.from).unwrap_or(found.to),
            ));
        }
        self.tell_date(dated.as_ref(), bounds);
        let first = begin.or(dated);
        if first.is_none() {
            self.tell_missing("`started`", &facts::BEGIN, day, bounds);
        }
        // A certain end is kept: it takes the place of the beginning that a person fills in.
        if let (None, Some(end)) = (&first, &end) {
            return Some((end.at, end.at));
        }
        if !self.tell_contradiction(first.as_ref(), end.as_ref(), bounds) {
            self.tell_missing("`ended`", &facts::END, day, bounds);
        }
        let from = first.map(|first| first.at).or_else(|| day.map(|day| self.zone.start_of(day)))?;
        Some((from, from))
    }

    /// The first fact that is a certain time; a bare time of day falls on `day`.
    fn told(&self, keys: &[&str], day: Option<Day>) -> Option<Told<'_>> {
        self.facts.all(keys).into_iter().find_map(|fact| {
            let (moment, _) = moment::leading(fact.text, self.zone)?;
            moment.clock?;
            Some(Told { at: moment.instant(self.zone, day).ok()?, day: moment.day, fact })
        })
    }

    fn tell_date(&self, dated: Option<&Told<'_>>, bounds: &mut Bounds) {
        let Some(Told { fact: Fact { line, key, .. }, .. }) = dated else { return };
        let text = format!("line {line}: `started` is taken from `{key}`");
        bounds.log.add(Finding::Guessed, self.path, text);
    }

    /// Whether there are both a beginning and an end before it, which is told.
    fn tell_contradiction(
        &self,
        begin: Option<&Told<'_>>,
        end: Option<&Told<'_>>,
        bounds: &mut Bounds,
    ) -> bool {
        let (Some(begin), Some(end)) = (begin, end.filter(|end| begin.is_some_and(|it| end.at < it.at)))
        else {
            return false;
        };
        let Fact { line, key, text } = &end.fact;
        let (first, from) = (&begin.fact.key, begin.fact.text);
        let text =
            format!("line {line}: `{key}`: `{text}` is before `{first}`: `{from}`: correct the report");
        bounds.log.add(Finding::Unsettled, self.path, text);
        true
    }

    /// Asks for a time, and says why the value that is there is none.
    fn tell_missing(&self, name: &'static str, keys: &[&str], day: Option<Day>, bounds: &mut Bounds) {
        bounds.missing.push(name);
        if let Some(Fact { line, key, text }) = self.facts.all(keys).first() {
            let why = match moment::leading(text, self.zone).map(|(moment, _)| moment) {
                None => "is not a certain time".to_owned(),
                Some(moment) if moment.clock.is_none() => "has no time of day".to_owned(),
                Some(moment) => match moment.instant(self.zone, day) {
                    Ok(_) => return,
                    Err(unclear) => unclear.why(self.zone),
                },
            };
            let text = format!("line {line}: `{key}`: `{text}` {why}");
            bounds.log.add(Finding::Unsettled, self.path, text);
        }
    }
}
