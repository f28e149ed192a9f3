//! Pauses that grow while something fails, with jitter, so that many daemons do
//! not come back at once.

use std::time::Duration;

/// The pauses between tries.
#[derive(Debug)]
pub struct Pause {
    least: Duration,
    most: Duration,
    failures: u32,
}

impl Pause {
    /// Pauses that begin at `least` and double up to `most`.
    #[must_use]
    pub fn new(least: Duration, most: Duration) -> Self {
        Self {
            least,
            most,
            failures: 0,
        }
    }

    /// The next pause: between half of what it may be and all of it.
    pub fn grown(&mut self) -> Duration {
        let whole = doubled(self.least, self.failures, self.most);
        self.failures = self.failures.saturating_add(1);
        whole.mul_f64(0.5 + fastrand::f64() / 2.0)
    }

    /// What failed works again.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

/// `base`, doubled `times` times, at most `most`.
#[must_use]
pub fn doubled(base: Duration, times: u32, most: Duration) -> Duration {
    let factor = 2_u32.saturating_pow(times);
    base.checked_mul(factor).unwrap_or(most).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_their_limit_and_no_further() {
        let (least, most) = (Duration::from_millis(200), Duration::from_secs(30));
        let mut pause = Pause::new(least, most);
        for times in 0..100 {
            let next = pause.grown();
            let whole = doubled(least, times, most);
            assert!(next <= whole && next >= whole / 2, "{times}: {next:?}");
        }
        assert_eq!(doubled(least, 99, most), most);
        pause.reset();
        assert!(pause.grown() <= least);
    }
}
