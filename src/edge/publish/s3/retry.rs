//! Another try after a failure that passes: later each time, and never all at the same moment.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io;
use std::thread;
use std::time::Duration;

use crate::edge::http::Response;
use crate::edge::publish::s3::response::code;

/// How often a request is sent at most.
const ATTEMPTS: u32 = 7;

/// The longest pause before the second try; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How to wait, and by what chance.
pub(super) struct Retry {
    sleep: Box<dyn Fn(Duration) + Send + Sync>,
    /// A part of the whole, in 256ths.
    chance: Box<dyn Fn() -> u8 + Send + Sync>,
}

impl Retry {
    /// Waits truly.
    pub(super) fn real() -> Self {
        let chance = || RandomState::new().build_hasher().finish().to_le_bytes()[0];
        Self { sleep: Box::new(thread::sleep), chance: Box::new(chance) }
    }

    /// The answer of a request that is sent until its failure does not pass by itself, or too often.
    ///
    /// # Errors
    /// The last failure to get any answer.
    pub(super) fn run(&self, mut send: impl FnMut() -> io::Result<Response>) -> io::Result<Response> {
        let mut attempt = 1;
        loop {
            let answer = send();
            let passes = match &answer {
                Ok(response) => passes(response),
                Err(error) => error.kind() != io::ErrorKind::InvalidInput,
            };
            if !passes || attempt == ATTEMPTS {
                return answer;
            }
            (self.sleep)(pause(attempt, (self.chance)()));
            attempt += 1;
        }
    }
}

/// How long to wait after so many tries: "full jitter", any time up to a bound that doubles.
fn pause(attempt: u32, chance: u8) -> Duration {
    let bound = FIRST_PAUSE.saturating_mul(1 << (attempt - 1).min(20)).min(LONGEST_PAUSE);
    bound * (u32::from(chance) + 1) / 256
}

/// Whether the service may well answer otherwise a moment later.
fn passes(response: &Response) -> bool {
    match response.status {
        408 | 429 | 500 | 502 | 503 | 504 => true,
        400 => matches!(code(response).as_str(), "RequestTimeout" | "SlowDown" | "Throttling"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use super::{ATTEMPTS, Response, Retry};

    /// Sends until there is an answer; returns it, how often it was sent, and the pauses in milliseconds.
    fn run(chance: u8, answers: &[Result<u16, io::ErrorKind>]) -> (io::Result<u16>, usize, Vec<u128>) {
        let pauses = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&pauses);
        let sleep = move |pause: Duration| told.lock().unwrap().push(pause.as_millis());
        let retry = Retry { sleep: Box::new(sleep), chance: Box::new(move || chance) };
        let mut sent = 0;
        let answer = retry.run(|| {
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
            run(255, &[Ok(503), Err(io::ErrorKind::ConnectionReset), Ok(500), Ok(200)]);
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
        assert_eq!(run(0, &[Ok(429)]).0.unwrap(), 429);
    }
}
