//! What was looked for lately, and who has it.

use crate::kernel::AssetSet;

/// So many are kept: the letters and digits, and most words of a few questions. Of a million photos each takes 125
/// kilobytes if many have it, next to nothing if all have, and two bytes a photo if few do.
const MOST: usize = if cfg!(test) { 40 } else { 64 };

/// Right as long as no text comes or goes.
#[derive(Default)]
pub(super) struct Lately(Vec<Known>);

struct Known {
    wanted: Box<[u8]>,
    exact: bool,
    found: AssetSet,
}

impl Lately {
    pub(super) fn knows(&self, wanted: &[u8], exact: bool) -> bool {
        self.0.iter().any(|known| known.is(wanted, exact))
    }

    /// Who has it, if that is known; kept for longer from now on.
    pub(super) fn found(&mut self, wanted: &[u8], exact: bool) -> Option<&AssetSet> {
        let at = self.0.iter().position(|known| known.is(wanted, exact))?;
        self.0.get_mut(at..)?.rotate_left(1);
        self.0.last().map(|known| &known.found)
    }

    /// Keeps what is not known yet, in the place of what was not asked for the longest time.
    pub(super) fn keep(&mut self, wanted: &[u8], exact: bool, mut found: AssetSet) {
        found.optimize();
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        self.0.push(Known {
            wanted: wanted.into(),
            exact,
            found,
        });
    }
}

impl Known {
    fn is(&self, wanted: &[u8], exact: bool) -> bool {
        *self.wanted == *wanted && self.exact == exact
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::AssetId;

    #[test]
    fn what_was_not_asked_for_the_longest_time_goes() {
        let mut lately = Lately::default();
        let wanted = |number: usize| number.to_string().into_bytes();
        for number in 0..MOST {
            lately.keep(&wanted(number), false, AssetSet::one(AssetId::new(1)));
        }
        assert!(lately.found(&wanted(0), false).is_some());
        lately.keep(&wanted(MOST), false, AssetSet::new());
        let gone: Vec<usize> = (0..=MOST)
            .filter(|number| !lately.knows(&wanted(*number), false))
            .collect();
        assert_eq!(gone, [1]);
        assert!(!lately.knows(&wanted(0), true));
    }
}
