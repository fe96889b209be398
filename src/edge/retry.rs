//! Another try after a failure that passes: when the service says so, else later each time, and never all at the same moment.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io;
use std::time::Duration;

use crate::edge::http::Response;
use crate::time::Instant;

/// How often a request is sent at most.
const ATTEMPTS: u32 = 7;

/// The longest pause that a service can ask for; who asks for more is not asked again.
const LONGEST_ASKED: Duration = Duration::from_secs(15 * 60);

/// How long to pause where the service does not say it.
#[derive(Clone, Copy, Debug)]
pub struct Pauses {
    /// The longest pause before the second try; it doubles with each.
    pub first: Duration,
    pub longest: Duration,
}

/// How to wait, and by what chance.
pub struct Retry {
    pauses: Pauses,
    sleep: Box<dyn Fn(Duration) + Send + Sync>,
    /// A part of the whole, in 256ths.
    chance: Box<dyn Fn() -> u8 + Send + Sync>,
}

impl Retry {
    /// Waits by `sleep`.
    pub fn new(pauses: Pauses, sleep: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        let chance = || RandomState::new().build_hasher().finish().to_le_bytes()[0];
        Self { pauses, sleep: Box::new(sleep), chance: Box::new(chance) }
    }

    /// The answer of a request that is sent until it is one that does not pass by itself or soon, or too often.
    ///
    /// # Errors
    /// The last failure to get any answer.
    pub fn run(
        &self,
        passes: impl Fn(&io::Result<Response>) -> bool,
        mut send: impl FnMut() -> io::Result<Response>,
    ) -> io::Result<Response> {
        let mut attempt = 1;
        loop {
            let answer = send();
            let pause = Some(&answer).filter(|answer| passes(answer));
            let Some(pause) = pause.and_then(|answer| self.before_next(attempt, answer.as_ref().ok())) else {
                return answer;
            };
            (self.sleep)(pause);
            attempt += 1;
        }
    }

    /// How long to wait after so many tries; `None` after the last one, or where the service asks for too long a pause.
    pub fn before_next(&self, attempt: u32, answer: Option<&Response>) -> Option<Duration> {
        let pause = answer.and_then(asked).unwrap_or_else(|| self.pause(attempt));
        (attempt < ATTEMPTS && pause <= LONGEST_ASKED).then_some(pause)
    }

    /// How long to wait after so many tries: "full jitter", any time up to a bound that doubles.
    fn pause(&self, attempt: u32) -> Duration {
        let bound = self.pauses.first.saturating_mul(1 << (attempt - 1).min(20)).min(self.pauses.longest);
        bound * (u32::from((self.chance)()) + 1) / 256
    }
}

/// The pause that a response asks for: seconds, or a time by the service's clock. RFC 9110 §10.2.3.
pub fn asked(response: &Response) -> Option<Duration> {
    let text = response.header("retry-after")?;
    let until = || {
        let at = |text: &str| Instant::parse_http_date(text);
        u64::try_from(at(text)?.secs_since(at(response.header("date")?)?)).ok()
    };
    let secs = text.trim().parse().ok().or_else(until)?;
    Some(Duration::from_secs(secs))
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use super::{ATTEMPTS, Pauses, Response, Retry};

    /// Sends until there is an answer; returns it, how often it was sent, and the pauses in milliseconds.
    fn run(chance: u8, answers: &[Result<u16, io::ErrorKind>]) -> (io::Result<u16>, usize, Vec<u128>) {
        let pauses = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&pauses);
        let sleep = move |pause: Duration| told.lock().unwrap().push(pause.as_millis());
        let bounds = Pauses { first: Duration::from_millis(100), longest: Duration::from_secs(10) };
        let retry = Retry { pauses: bounds, sleep: Box::new(sleep), chance: Box::new(move || chance) };
        let mut sent = 0;
        let passes = |answer: &io::Result<Response>| answer.as_ref().map_or(true, |it| it.status == 503);
        let answer = retry.run(passes, || {
            let answer = answers[sent.min(answers.len() - 1)];
            sent += 1;
            answer.map(|status| Response { status, ..Response::default() }).map_err(io::Error::from)
        });
        let pauses = pauses.lock().unwrap().clone();
        (answer.map(|response| response.status), sent, pauses)
    }

    #[test]
    fn what_passes_is_tried_again() {
        let (answer, sent, pauses) =
            run(255, &[Ok(503), Err(io::ErrorKind::ConnectionReset), Ok(503), Ok(200)]);
        assert_eq!((answer.unwrap(), sent), (200, 4));
        assert_eq!(pauses, [100, 200, 400]);
    }

    #[test]
    fn what_stays_is_told_at_once() {
        for status in [200, 403, 404, 412, 501] {
            let (answer, sent, _) = run(0, &[Ok(status)]);
            assert_eq!((answer.unwrap(), sent), (status, 1));
        }
    }

    #[test]
    fn it_ends_some_time() {
        let (answer, sent, pauses) = run(127, &[Err(io::ErrorKind::TimedOut)]);
        assert!(answer.is_err());
        assert_eq!(sent, ATTEMPTS as usize);
        assert_eq!(pauses, [50, 100, 200, 400, 800, 1600]);
        assert_eq!(run(0, &[Ok(503)]).0.unwrap(), 503);
    }

    #[test]
    fn a_service_that_asks_for_a_long_pause_is_left_alone() {
        for (secs, expected) in [("900", 2), ("901", 1)] {
            let retry = Retry::new(Pauses { first: Duration::ZERO, longest: Duration::ZERO }, |_| ());
            let mut sent = 0;
            let answer = retry.run(
                |answer| answer.as_ref().is_ok_and(|it| it.status == 429),
                || {
                    sent += 1;
                    let headers = vec![("retry-after".to_owned(), secs.to_owned())];
                    Ok(Response { status: if sent == 1 { 429 } else { 200 }, headers, ..Response::default() })
                },
            );
            assert_eq!((sent, answer.unwrap().status == 429), (expected, expected == 1));
        }
    }

    #[test]
    fn the_service_says_how_long_to_wait() {
        let check = |headers: &[(&str, &str)], expected: Option<u64>| {
            let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
            let response = Response { headers, ..Response::default() };
            assert_eq!(super::asked(&response), expected.map(Duration::from_secs));
        };
        check(&[("retry-after", "7")], Some(7));
        check(&[("retry-after", "99999999")], Some(99_999_999));
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        check(&[("retry-after", "Sun, 06 Nov 1994 08:50:00 GMT"), date], Some(23));
        check(&[("retry-after", "Sun, 06 Nov 1994 08:49:00 GMT"), date], None);
        check(&[("retry-after", "soon")], None);
        check(&[], None);
    }
}
