//! Learned edges: the search for circuits, and one of them built and proven.

use super::verify::{Options, verify};
use super::{board, evaluate, generate, means, place};
use crate::interrupt::{self, Interrupted};
use crate::project::{Edges, Project};
use crate::report::{EdgeReport, PlanSummary, ProofReport};
use crate::term::{self, Progress};
use anyhow::Context;
use gainstage_golden::data::Samples;
use gainstage_golden::document::{write_atomic, write_json};
use gainstage_golden::edge::{self, Point, Search, Setting, front, settings, undominated};
use gainstage_golden::plan::Plan;
use gainstage_sim::run::Tool;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Seed of the split into samples that train and samples that select.
pub const SPLIT: u64 = 7;

/// A search that goes on where another one stopped.
pub struct Hunt<'a> {
    samples: &'a Samples,
    search: Search,
    /// Where finished settings are kept; none: nowhere.
    kept: Option<PathBuf>,
    /// Says whether what is kept was found with these samples and ports.
    fingerprint: u64,
    /// Asked for by the first setting that is trained.
    teacher: Mutex<Option<Teacher>>,
    deadline: Instant,
}

impl<'a> Hunt<'a> {
    /// A search of so many minutes.
    ///
    /// # Errors
    /// Ports of inputs that are not there; a directory that cannot be made.
    pub fn new(
        samples: &'a Samples,
        edges: &Edges,
        minutes: f64,
        kept: Option<&Path>,
    ) -> anyhow::Result<Hunt<'a>> {
        let mut fixed = vec![None; samples.inputs()];
        for (&i, &format) in &edges.ports {
            let inputs = samples.inputs();
            let port = fixed.get_mut(i);
            *port.with_context(|| {
                format!("[network]: ports names x{i}, but the last input is x{}", inputs - 1)
            })? = Some(format);
        }
        let kept = kept.map(|dir| dir.join("points"));
        if let Some(dir) = &kept {
            std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        }
        let deadline = Instant::now() + Duration::from_secs_f64(60.0 * minutes);
        let search = Search { fixed, seed: SPLIT };
        let fingerprint = fingerprint(samples, &search);
        Ok(Hunt { samples, search, kept, fingerprint, teacher: Mutex::default(), deadline })
    }

    /// All circuits found on all cores until the time is over, those of an earlier run included. What an interrupt left
    /// unfinished is given too, but not kept.
    ///
    /// # Errors
    /// Samples that nothing can be learned from; a place that cannot be written; an interrupt before anything was found.
    pub fn run(&self) -> anyhow::Result<Vec<Point>> {
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
        let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let minutes = self.deadline.saturating_duration_since(Instant::now()).as_secs();
        let bar = Mutex::new(Progress::new("searching", minutes.max(1)));
        let start = Instant::now();
        let work = || -> anyhow::Result<()> {
            while !self.over() {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let points = self.one(number)?;
                let mut found = lock(&found);
                found.extend(points);
                let best = found.iter().map(|p: &Point| p.error).fold(f64::INFINITY, f64::min);
                let note = format!("{} circuits, least error {best:.4}", found.len());
                lock(&bar).update(start.elapsed().as_secs(), &note);
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            // A worker that panicked shows as such.
            workers.into_iter().try_for_each(|w| w.join().unwrap_or_else(|e| std::panic::resume_unwind(e)))
        })?;
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        if found.is_empty() {
            interrupt::check()?;
            anyhow::bail!("no circuit was finished in this time: give more minutes");
        }
        Ok(found)
    }

    fn over(&self) -> bool {
        Instant::now() >= self.deadline || interrupt::flag().load(Ordering::Relaxed)
    }

    /// The circuits of one setting: read, if an earlier run left them, or trained.
    fn one(&self, number: usize) -> anyhow::Result<Vec<Point>> {
        let list = settings(self.samples, 0).len();
        let mut all = settings(self.samples, (number / list) as u64);
        let setting = all.swap_remove(number % list);
        let path = self.kept.as_ref().map(|dir| dir.join(format!("{number:05}.json")));
        if let Some(points) = path.as_deref().and_then(|p| self.earlier(p, &setting)) {
            return Ok(points);
        }
        let (mut points, teacher) = (Vec::new(), self.teacher()?);
        let teacher = teacher.as_deref();
        front(self.samples, &self.search, &setting, teacher, self, &mut |p| points.push(p))?;
        let kept = Kept { samples: self.fingerprint, points };
        if let Some(path) = path.filter(|_| !self.over()) {
            write_json(&path, &kept)?;
        }
        Ok(kept.points)
    }

    /// What the teacher says, computed once.
    fn teacher(&self) -> anyhow::Result<Teacher> {
        let mut known = lock(&self.teacher);
        if known.is_none() {
            *known = Some(edge::teach(self.samples, &self.search, self)?.map(Arc::from));
        }
        Ok(known.clone().flatten())
    }

    /// What an earlier run found with this setting; nothing if the file is damaged, or of another setting or samples.
    fn earlier(&self, path: &Path, setting: &Setting) -> Option<Vec<Point>> {
        let kept: Kept = serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()?;
        let same = kept.samples == self.fingerprint && kept.points.iter().all(|p| p.setting == *setting);
        (same && !kept.points.is_empty()).then_some(kept.points)
    }
}

/// The likelihoods of [`edge::teach`].
type Teacher = Option<Arc<[f32]>>;

/// A finished setting.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// The fingerprint of the samples and ports.
    samples: u64,
    points: Vec<Point>,
}

/// A number that other samples, or other formats of their ports, hardly have.
fn fingerprint(samples: &Samples, search: &Search) -> u64 {
    let crc = crc::Crc::<u64>::new(&crc::CRC_64_XZ);
    let mut digest = crc.digest();
    samples.x().iter().chain(samples.y()).for_each(|v| digest.update(&v.to_le_bytes()));
    let ports = search.fixed.iter().map(|f| f.map_or_else(String::new, |f| f.to_string()));
    // Each text with its end.
    samples.classes().iter().cloned().chain(ports).for_each(|t| digest.update(format!("{t}\0").as_bytes()));
    digest.finalize()
}

impl edge::Progress for Hunt<'_> {
    fn cancelled(&self) -> bool {
        self.over()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The best circuit within a budget, by its error on samples held out.
///
/// # Errors
/// A budget that none meets; names the smallest found.
pub fn choose(points: Vec<Point>, budget: Option<usize>) -> anyhow::Result<Point> {
    let front = undominated(points);
    let least = front.first().map_or(0, |p| p.lut);
    let inside = front.into_iter().rfind(|p| budget.is_none_or(|most| p.lut <= most));
    inside.with_context(|| {
        let most = budget.unwrap_or(0);
        format!("no circuit of at most {most} look-up tables was found: the smallest has {least}; raise max-luts, or give more minutes")
    })
}

/// The project's samples; two classes have one target, because one score decides between them.
///
/// # Errors
/// As [`Project::samples`].
pub fn samples(project: &Project) -> anyhow::Result<(Samples, Option<Samples>)> {
    let (samples, test) = project.samples()?;
    Ok((samples.with_one_target(), test.map(Samples::with_one_target)))
}

/// The plan of a circuit, with the names of its classes.
///
/// # Errors
/// What the contract refuses.
pub fn plan(project: &Project, samples: &Samples, point: &Point) -> anyhow::Result<Plan> {
    let classes = samples.classes();
    let mut plan = point.circuit.plan(&project.name.0, !classes.is_empty() && project.quantize.argmax)?;
    if let Some(argmax) = &mut plan.argmax {
        argmax.classes = classes.to_vec();
    }
    Ok(plan)
}

/// Finds a circuit, writes it into `dir`, proves it.
///
/// # Errors
/// As [`super::build::build`]; a budget that cannot be met.
pub fn build(
    project: &Project,
    edges: &Edges,
    dir: &Path,
    force: bool,
    choice: Option<&board::Choice>,
) -> anyhow::Result<EdgeReport> {
    let start = Instant::now();
    place::check(dir, force)?;
    Tool::Verilator.find().context("build ends with a simulation")?;
    let (samples, test) = samples(project)?;
    let hunt = Hunt::new(&samples, edges, edges.minutes, None)?;
    let points = hunt.run()?;
    let train = start.elapsed().as_secs_f64();
    let point = choose(points, edges.max_luts)?;
    if interrupt::flag().load(Ordering::Relaxed) {
        let text = serde_json::to_string_pretty(&plan(project, &samples, &point)?)?;
        let path = dir.join("interrupted-plan.json");
        std::fs::create_dir_all(dir)?;
        write_atomic(&path, text.as_bytes())?;
        term::say(&format!("interrupted: {} holds the best circuit so far", path.display()));
        return Err(Interrupted.into());
    }
    let plan = plan(project, &samples, &point)?;
    let judge = test.as_ref().unwrap_or(&samples);
    let fixed = evaluate::fixed(&plan, judge);
    let judged = evaluate::judge_fixed(&plan, &fixed, judge)?;
    let means = means::means(&project.build, &plan, choice.map(|c| c.board.device().capacity()))?;
    generate::generate(dir, &plan, &means, None, force)?;
    let options = Options {
        second: true,
        vectors: project.verify.vectors,
        seed: project.verify.seed,
        data: Some((judge, "the project's samples")),
        lint: false,
    };
    let proof = verify(dir, &options)?;
    let mut report = EdgeReport {
        name: plan.name.clone(),
        version: env!("CARGO_PKG_VERSION"),
        judged: judged.into(),
        test_samples: judge.rows(),
        test_is_separate: test.is_some(),
        lut_estimate: point.lut,
        edges: point.circuit.edges(),
        setting: point.setting,
        target: means.family.clone(),
        clock_mhz: means.clock_mhz,
        proof: ProofReport::of(&proof),
        board: None,
        plan: PlanSummary::of(&plan),
        seconds: [train, start.elapsed().as_secs_f64()],
    };
    let path = dir.join("report.json");
    write_json(&path, &report)?;
    if let Some(choice) = choice.filter(|_| report.proof.ok) {
        report.board = Some(board::implement(dir, choice)?);
        write_json(&path, &report)?;
    }
    Ok(report)
}
