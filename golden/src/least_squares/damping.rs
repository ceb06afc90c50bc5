//! Marquardt's damping: less after a step that gains, more after one that does not.

/// How damping answers to steps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// Where it begins.
    pub start: f64,
    /// What it stays between.
    pub range: [f64; 2],
    /// What it is divided by after a step that was accepted.
    pub easier: f64,
    /// What it is multiplied by after a step that was not.
    pub harder: f64,
    /// When no more steps are tried from a point.
    pub tries: Tries,
}

/// When no more steps are tried from a point.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tries {
    /// At the upper end of the range: steps are too short to gain anything.
    UntilHopeless,
    /// After so many.
    AtMost(usize),
}

/// The damping of a descent.
#[derive(Clone, Debug)]
pub(crate) struct Damping {
    value: f64,
    rule: Rule,
}

impl Damping {
    /// That of a first step.
    pub fn new(rule: Rule) -> Damping {
        Damping { value: rule.start, rule }
    }

    /// Tries steps from a point until one is accepted: `attempt` takes the damping and gives the point that a step leads to,
    /// or `None` where there is no step or it gains nothing.
    pub fn descend<P>(&mut self, mut attempt: impl FnMut(f64) -> Option<P>) -> Option<P> {
        let Rule { range: [least, most], easier, harder, tries, .. } = self.rule;
        let mut tried = 0;
        loop {
            match tries {
                Tries::UntilHopeless if self.value >= most => return None,
                Tries::AtMost(limit) if tried == limit => return None,
                _ => tried += 1,
            }
            let next = attempt(self.value);
            let value = if next.is_some() { self.value / easier } else { self.value * harder };
            self.value = value.clamp(least, most);
            if next.is_some() {
                return next;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule =
        Rule { start: 1.0, range: [0.25, 64.0], easier: 2.0, harder: 4.0, tries: Tries::UntilHopeless };

    #[test]
    fn damping_falls_with_success_and_rises_until_it_is_hopeless() {
        let mut damping = Damping::new(RULE);
        let mut seen = Vec::new();
        let found = damping.descend(|d| {
            seen.push(d);
            (d > 10.0).then_some(d)
        });
        assert_eq!((found, &seen[..], damping.value), (Some(16.0), &[1.0, 4.0, 16.0][..], 8.0));
        for _ in 0..6 {
            assert!(damping.descend(Some).is_some());
        }
        assert_eq!(damping.value, 0.25);
        let mut tries = 0;
        assert_eq!(
            damping.descend(|_| {
                tries += 1;
                None::<()>
            }),
            None
        );
        assert_eq!((tries, damping.value, damping.descend(Some)), (4, 64.0, None));
    }

    #[test]
    fn a_limit_of_tries_is_one_for_each_point() {
        let mut damping = Damping::new(Rule { tries: Tries::AtMost(5), ..RULE });
        for _ in 0..2 {
            let mut tries = 0;
            assert_eq!(
                damping.descend(|_| {
                    tries += 1;
                    None::<()>
                }),
                None
            );
            assert_eq!((tries, damping.value), (5, 64.0));
        }
    }
}
