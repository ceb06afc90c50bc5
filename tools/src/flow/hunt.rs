//! The search for circuits of learned edges: trial after trial, on all cores, and on from where another one stopped.

use crate::interrupt;
use crate::term::{self, Progress};
use anyhow::Context;
use gainstage_golden::data::Samples;
use gainstage_golden::document::write_json;
use gainstage_golden::edge::{self, Point, Search, Setting, front, price, settings};
use gainstage_golden::num::Format;
use gainstage_golden::watch::{self, Watch};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Seed of the split into samples that train and samples that select.
pub const SPLIT: u64 = 7;

/// The share of the time in which a teacher must have learned.
const TEACHING: f64 = 0.6;

/// When a search ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Budget {
    /// After so many minutes: a faster machine finds more.
    Minutes(f64),
    /// After so many trials: every machine finds the same.
    Trials(usize),
}

impl Budget {
    /// How long a search may take.
    pub fn seconds(self) -> Option<f64> {
        match self {
            Budget::Minutes(m) => Some(60.0 * m),
            Budget::Trials(_) => None,
        }
    }
}

/// A search that goes on where another one stopped. A trial is one setting, trained, and then made smaller and smaller.
pub struct Hunt<'a> {
    samples: &'a Samples,
    search: Search,
    /// Where finished trials are kept; none: nowhere.
    kept: Option<PathBuf>,
    /// Says whether what is kept was found with these samples and ports.
    fingerprint: u64,
    /// Asked for by the first trial.
    teacher: Mutex<Option<Teacher>>,
    begun: Instant,
    deadline: Option<Instant>,
    trials: usize,
    /// Who may end it, from any thread.
    watch: Watch,
}

impl<'a> Hunt<'a> {
    /// A search within a budget; `ports` are the formats of inputs that are fixed.
    ///
    /// # Errors
    /// Ports of inputs that are not there; a directory that cannot be made.
    pub fn new(
        samples: &'a Samples,
        ports: &BTreeMap<String, Format>,
        budget: Budget,
        kept: Option<&Path>,
    ) -> anyhow::Result<Hunt<'a>> {
        let mut fixed = vec![None; samples.inputs()];
        for (name, &format) in ports {
            let i = place(samples, name).with_context(|| {
                let inputs: Vec<String> = (0..samples.inputs()).map(|i| samples.names().input(i)).collect();
                format!("[network]: ports names {name:?}, but the inputs are {}", listed(&inputs))
            })?;
            anyhow::ensure!(
                fixed[i].is_none(),
                "[network]: ports names {} twice, the second time as {name:?}: name it once",
                samples.names().input(i)
            );
            fixed[i] = Some(format);
        }
        let kept = kept.map(|dir| dir.join("points"));
        if let Some(dir) = &kept {
            std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        }
        let begun = Instant::now();
        let deadline = budget.seconds().map(|s| begun + Duration::from_secs_f64(s));
        let trials = if let Budget::Trials(n) = budget { n } else { usize::MAX };
        let search = Search { fixed, seed: SPLIT };
        let fingerprint = fingerprint(samples, &search);
        let (teacher, watch) = (Mutex::default(), watch::here());
        Ok(Hunt { samples, search, kept, fingerprint, teacher, begun, deadline, trials, watch })
    }

    /// What the search is told.
    pub fn search(&self) -> &Search {
        &self.search
    }

    /// All circuits found on all cores within the budget, those of an earlier run included, in the order of the trials.
    /// What an interrupt left unfinished is given too, but not kept.
    ///
    /// # Errors
    /// Samples that nothing can be learned from; a place that cannot be written.
    pub fn run(&self) -> anyhow::Result<Vec<Point>> {
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
        let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let start = Instant::now();
        let seconds = |end: Instant| end.saturating_duration_since(start).as_secs().max(1);
        let total = self.deadline.map_or(self.trials as u64, seconds);
        let bar = Mutex::new(Progress::new("searching", total));
        let work = || -> anyhow::Result<()> {
            while !self.over() {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= self.trials {
                    break;
                }
                let points = self.one(number)?;
                let mut found = lock(&found);
                found.push((number, points));
                let all = found.iter().flat_map(|(_, points): &(usize, Vec<Point>)| points);
                let best = all.clone().map(|p| p.error).fold(f64::INFINITY, f64::min);
                let note = format!("{} circuits, least error {best:.4}", all.count());
                let done =
                    if self.deadline.is_some() { start.elapsed().as_secs() } else { found.len() as u64 };
                lock(&bar).update(done, &note);
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            // A worker that panicked shows as such.
            workers.into_iter().try_for_each(|w| w.join().unwrap_or_else(|e| std::panic::resume_unwind(e)))
        })?;
        let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        // Of equal circuits the first is taken, however many cores there are.
        found.sort_by_key(|(number, _)| *number);
        Ok(found.into_iter().flat_map(|(_, points)| points).collect())
    }

    fn over(&self) -> bool {
        self.deadline.is_some_and(|end| Instant::now() >= end) || interrupt::wanted(&self.watch)
    }

    /// The trials of the budget that no earlier run finished.
    pub fn unfinished(&self) -> Vec<usize> {
        (0..self.trials).filter(|&n| self.earlier(n).is_none()).collect()
    }

    /// The circuits of one trial: read, if an earlier run left them, or trained.
    ///
    /// # Errors
    /// As [`Hunt::run`].
    pub fn one(&self, number: usize) -> anyhow::Result<Vec<Point>> {
        if let Some(points) = self.earlier(number) {
            return Ok(points);
        }
        let (mut points, teacher) = (Vec::new(), self.teacher()?);
        let (setting, teacher) = (self.setting(number), teacher.as_deref());
        front(self.samples, &self.search, &setting, teacher, self, &mut |p| points.push(p))?;
        self.keep(&trial_file(number), points)
    }

    /// What the teacher says: read, if an earlier run left it, or computed once.
    ///
    /// # Errors
    /// Samples that nothing can be learned from; a place that cannot be written.
    pub fn teacher(&self) -> anyhow::Result<Teacher> {
        let mut known = lock(&self.teacher);
        if let Some(teacher) = &*known {
            return Ok(teacher.clone());
        }
        let said: Option<Vec<u32>> = match self.read(TEACHER).filter(|said: &Vec<u32>| self.is_sound(said)) {
            Some(said) => Some(said),
            None => self.taught()?,
        };
        let teacher = said.map(|s| s.into_iter().map(f32::from_bits).collect());
        *known = Some(teacher.clone());
        Ok(teacher)
    }

    /// What a teacher says, if there is one in time. Where there is none, that is found out at once.
    fn taught(&self) -> anyhow::Result<Option<Vec<u32>>> {
        let lessons = Lessons { hunt: self, end: self.lessons() };
        let begun_in_time = !edge::Progress::cancelled(&lessons);
        let said = edge::teach(self.samples, &self.search, &lessons)?;
        if begun_in_time && edge::Progress::cancelled(&lessons) && !self.over() {
            term::say(
                "warning: circuits learn without a teacher, who would have taken most of the time: give more minutes",
            );
        }
        said.map(|said| self.keep(TEACHER, said.into_iter().map(f32::to_bits).collect())).transpose()
    }

    /// When the teacher must be done, lest nothing be left for those that it teaches.
    fn lessons(&self) -> Option<Instant> {
        self.deadline.map(|end| self.begun + (end - self.begun).mul_f64(TEACHING))
    }

    /// Whether these can be likelihoods of these samples.
    fn is_sound(&self, said: &[u32]) -> bool {
        let likely = |&bits: &u32| (0.0..=1.001).contains(&f32::from_bits(bits));
        said.len() == self.samples.rows() * self.samples.classes().len() && said.iter().all(likely)
    }

    fn setting(&self, number: usize) -> Setting {
        let list = settings(self.samples, 0).len();
        settings(self.samples, (number / list) as u64).swap_remove(number % list)
    }

    /// What an earlier run found in this trial; nothing if the file is damaged, or of another setting or samples.
    fn earlier(&self, number: usize) -> Option<Vec<Point>> {
        let points: Vec<Point> = self.read(&trial_file(number))?;
        let setting = self.setting(number);
        let sound = |p: &Point| {
            let figures = [p.error, p.expected, p.loss].iter().all(|v| v.is_finite() && *v >= 0.0);
            p.setting.is_of(&setting) && figures && p.lut == price(&p.circuit, false)
        };
        (points.iter().all(sound) && !points.is_empty()).then_some(points)
    }

    /// What an earlier run kept under a name, if it had the same samples and ports.
    fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let text = std::fs::read_to_string(self.kept.as_ref()?.join(name)).ok()?;
        let kept: Kept<T> = serde_json::from_str(&text).ok()?;
        (kept.samples == self.fingerprint).then_some(kept.points)
    }

    /// Keeps something under a name, if it is finished; gives it back.
    fn keep<T: Serialize>(&self, name: &str, points: T) -> anyhow::Result<T> {
        let kept = Kept { samples: self.fingerprint, points };
        if let Some(dir) = self.kept.as_ref().filter(|_| !self.over()) {
            write_json(&dir.join(name), &kept)?;
        }
        Ok(kept.points)
    }
}

/// The input of a name: that of its column, or `x0`, ...
pub fn place(samples: &Samples, name: &str) -> Option<usize> {
    let inputs = 0..samples.inputs();
    let numbered = |i: &usize| name == format!("x{i}");
    inputs.clone().find(|&i| samples.names().input(i) == name).or_else(|| inputs.clone().find(numbered))
}

/// A few names, or the first and the last of many.
fn listed(names: &[String]) -> String {
    match names {
        [first, .., last] if names.len() > 12 => format!("{first} to {last}"),
        all => all.join(", "),
    }
}

/// The likelihoods of [`edge::teach`].
type Teacher = Option<Arc<[f32]>>;

/// The file with what the teacher says, each number as its bits.
const TEACHER: &str = "teacher.json";

fn trial_file(number: usize) -> String {
    format!("{number:05}.json")
}

/// Something finished.
#[derive(Serialize, Deserialize)]
struct Kept<T> {
    /// The fingerprint of the samples and ports.
    samples: u64,
    points: T,
}

/// A number that other samples, or other formats of their ports, hardly have.
fn fingerprint(samples: &Samples, search: &Search) -> u64 {
    let crc = crc::Crc::<u64>::new(&crc::CRC_64_XZ);
    let mut digest = crc.digest();
    samples.x().iter().chain(samples.y()).for_each(|v| digest.update(&v.to_le_bytes()));
    let ports = search.fixed.iter().map(|f| f.map_or_else(String::new, |f| f.to_string()));
    // Each text with its end.
    samples.classes().iter().cloned().chain(ports).for_each(|t| digest.update(format!("{t}\0").as_bytes()));
    if samples.is_balanced() {
        digest.update(b"balanced");
    }
    digest.finalize()
}

/// A search while its teacher learns.
struct Lessons<'a, 'b> {
    hunt: &'a Hunt<'b>,
    end: Option<Instant>,
}

impl edge::Progress for Lessons<'_, '_> {
    fn cancelled(&self) -> bool {
        self.hunt.over() || self.end.is_some_and(|end| Instant::now() >= end)
    }
}

impl edge::Progress for Hunt<'_> {
    fn cancelled(&self) -> bool {
        self.over()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
