//! Second pass: operations move to later stages where that saves register bits.
//!
//! Users are visited before their operands, so what they require is known. An operation moves to a later stage only
//! if its operands can come from registers there and its users still meet the period.

use super::{Problem, Time, User};
use crate::expr::{Op, Sig};
use gainstage_golden::watch;

/// The final stage of each used node.
pub(super) fn run(p: &Problem, early: &[Option<Time>], latency: u32, writes: &[u32]) -> Vec<Option<u32>> {
    let mut pass = Pass::new(p, early, latency, writes);
    for i in (0..early.len()).rev() {
        watch::check();
        let s = Sig(i as u32);
        if let Some(at) = early[i] {
            if p.movable(s) {
                pass.settle(s, at);
            } else {
                pass.required[i] = pass.required_at(s, at.stage);
            }
        }
    }
    pass.stage
}

struct Pass<'a> {
    p: &'a Problem<'a>,
    users: Vec<Vec<User>>,
    stage: Vec<Option<u32>>,
    /// Stage in which each child reads its inputs.
    child_stage: Vec<u32>,
    /// Nanoseconds by which each visited node must be stable within its stage.
    required: Vec<f64>,
    latency: u32,
    writes: &'a [u32],
}

impl<'a> Pass<'a> {
    fn new(p: &'a Problem<'a>, early: &[Option<Time>], latency: u32, writes: &'a [u32]) -> Pass<'a> {
        let mut users = vec![Vec::new(); early.len()];
        let mut child_stage = vec![0; p.graph.instances().len()];
        let mut seen = vec![false; child_stage.len()];
        for (i, at) in early.iter().enumerate() {
            let (s, Some(at)) = (Sig(i as u32), at) else { continue };
            let user = match p.graph.op(s) {
                Op::Out { instance, .. } => {
                    let child = instance as usize;
                    child_stage[child] = at.stage - p.graph.instances()[child].module.latency();
                    if std::mem::replace(&mut seen[child], true) {
                        continue;
                    }
                    User::Child(instance)
                }
                _ => User::Node(s),
            };
            p.graph.operands(s, |o| users[o.index()].push(user));
        }
        p.graph.outputs().iter().for_each(|(_, s)| users[s.index()].push(User::Output));
        p.graph.pinned().for_each(|s| users[s.index()].push(User::Pinned));
        for (i, write) in p.graph.written() {
            write.operands().iter().for_each(|s| users[s.index()].push(User::Write(i)));
        }
        let stage = early.iter().map(|t| t.map(|t| t.stage)).collect();
        Pass { p, users, stage, child_stage, required: vec![p.budget; early.len()], latency, writes }
    }

    fn stage_of(&self, user: User) -> u32 {
        match user {
            User::Node(s) => self.stage[s.index()].unwrap_or(0),
            User::Child(i) => self.child_stage[i as usize],
            User::Write(i) => self.writes[i as usize],
            User::Output => self.latency,
            User::Pinned => 0,
        }
    }

    /// By when a value must be stable in a stage: children and outputs take it at the stage's start.
    fn required_at(&self, s: Sig, stage: u32) -> f64 {
        let here = self.users[s.index()].iter().filter(|&&u| self.stage_of(u) == stage);
        here.map(|&u| match u {
            User::Node(u) => self.required[u.index()] - self.p.delay[u.index()],
            User::Child(_) | User::Output => 0.0,
            User::Write(_) | User::Pinned => self.p.budget,
        })
        .fold(self.p.budget, f64::min)
    }

    /// Decides the stage of one operation whose users are decided.
    fn settle(&mut self, s: Sig, at: Time) {
        let i = s.index();
        let first_use = self.users[i].iter().map(|&u| self.stage_of(u)).min().unwrap_or(at.stage);
        let later = [first_use, first_use.saturating_sub(1)];
        let fits = |&&t: &&u32| t > at.stage && self.p.delay[i] <= self.required_at(s, t);
        if let Some(&t) = later.iter().find(fits).filter(|&&t| self.gain(s, at.stage, t) > 0) {
            self.stage[i] = Some(t);
        }
        self.required[i] = self.required_at(s, self.stage[i].unwrap_or(at.stage));
    }

    /// Register bits saved by a move, times [`Pass::share`]: fewer copies of the result, perhaps more of the operands. All nodes that
    /// compare one number with constants share the price of delaying the number: alone, each would rather delay its one bit.
    fn gain(&self, s: Sig, from: u32, to: u32) -> i64 {
        let share = self.share(s);
        let mut gain = share * (to - from) as i64 * self.p.graph.width(s) as i64;
        let mut seen = [None; 3];
        let mut count = 0;
        self.p.graph.operands(s, |o| {
            if self.stage[o.index()].is_none() || seen.contains(&Some(o)) {
                return;
            }
            seen[count % 3] = Some(o);
            count += 1;
            let others = self.users[o.index()].iter().filter(|u| !matches!(u, User::Node(n) if *n == s));
            let kept = others.map(|&u| self.stage_of(u)).max().unwrap_or(0).max(from);
            gain -= to.saturating_sub(kept) as i64 * self.p.graph.width(o) as i64;
        });
        gain
    }

    /// How many nodes compare the number that this one compares with a constant; 1 where that is not all that it does.
    fn share(&self, s: Sig) -> i64 {
        let number = |s: Sig| match self.p.graph.op(s) {
            Op::Eq(a, b) if self.p.graph.as_const(b).is_some() => Some(a),
            Op::Eq(a, b) if self.p.graph.as_const(a).is_some() => Some(b),
            _ => None,
        };
        let Some(a) = number(s) else { return 1 };
        let alike =
            |user: &&User| matches!(user, User::Node(u) if self.p.movable(*u) && number(*u) == Some(a));
        (self.users[a.index()].iter().filter(alike).count() as i64).max(1)
    }
}
