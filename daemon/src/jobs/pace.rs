//! How fast a job is, smoothed, and how long it still takes.

use std::time::Duration;

/// A sample covers at least so much time, or chance would rule it.
const SAMPLE: Duration = Duration::from_millis(500);
/// Nothing is said before so much time.
const PATIENCE: Duration = Duration::from_secs(2);
/// What is older counts for little.
const MEMORY_SECONDS: f64 = 10.0;

/// The pace of a job: fed with how much is done after how much time.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Pace {
    first: Option<(Duration, u64)>,
    last: (Duration, u64),
    rate: Option<f64>,
}

impl Pace {
    /// Notes that so much was done at this time since the job began.
    pub(super) fn note(&mut self, at: Duration, done: u64) {
        let Some((began, _)) = self.first else {
            self.first = Some((at, done));
            self.last = (at, done);
            return;
        };
        let (before, did) = self.last;
        let passed = at.saturating_sub(before);
        if passed < SAMPLE {
            return;
        }
        let fresh = as_f64(done.saturating_sub(did)) / passed.as_secs_f64();
        let rate = match self.rate {
            None => fresh,
            Some(rate) => {
                let weight = 1.0 - (-passed.as_secs_f64() / MEMORY_SECONDS).exp();
                rate + (fresh - rate) * weight
            }
        };
        self.last = (at, done);
        // The first sample is taken as it is, and told once it has lasted.
        self.rate = Some(rate).filter(|_| at > began);
    }

    /// Units a second; `None` while too little is known.
    pub(super) fn rate(&self) -> Option<f64> {
        let (began, _) = self.first?;
        let (last, _) = self.last;
        self.rate.filter(|_| last.saturating_sub(began) >= PATIENCE)
    }

    /// How long the rest takes; `None` while nobody knows.
    pub(super) fn left(&self, done: u64, total: Option<u64>) -> Option<Duration> {
        let rest = as_f64(total?.saturating_sub(done));
        let rate = self.rate().filter(|rate| *rate > 0.0)?;
        Duration::try_from_secs_f64(rest / rate).ok()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a guess needs no more than 52 bits")]
const fn as_f64(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(samples: &[(f64, u64)]) -> Pace {
        let mut pace = Pace::default();
        for (at, done) in samples {
            pace.note(Duration::from_secs_f64(*at), *done);
        }
        pace
    }

    #[test]
    fn nothing_is_said_before_it_is_known() {
        for samples in [
            &[][..],
            &[(0.0, 0)],
            &[(0.0, 0), (0.1, 50)],
            &[(0.0, 0), (1.0, 100)],
        ] {
            assert_eq!(after(samples).rate(), None, "{samples:?}");
            assert_eq!(after(samples).left(0, Some(9)), None, "{samples:?}");
        }
    }

    #[test]
    fn a_steady_job_is_told_exactly_and_a_stalled_one_has_no_end() {
        let steady: Vec<(f64, u64)> = (0..10u32).map(|s| (f64::from(s), u64::from(s) * 100)).collect();
        let pace = after(&steady);
        assert_eq!(pace.rate(), Some(100.0));
        assert_eq!(pace.left(900, Some(1400)), Some(Duration::from_secs(5)));
        assert_eq!(pace.left(900, None), None);
        assert_eq!(pace.left(900, Some(900)), Some(Duration::ZERO));
        let stalled = after(&[(0.0, 0), (1.0, 0), (3.0, 0)]);
        assert_eq!((stalled.rate(), stalled.left(0, Some(5))), (Some(0.0), None));
    }

    #[test]
    fn one_slow_moment_does_not_throw_the_guess_about() {
        let mut samples: Vec<(f64, u64)> = (0..20u32).map(|s| (f64::from(s), u64::from(s) * 100)).collect();
        samples.push((20.0, 1900));
        let rate = after(&samples).rate().unwrap();
        assert!((85.0..100.0).contains(&rate), "{rate}");
    }
}
