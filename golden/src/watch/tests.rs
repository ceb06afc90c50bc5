use super::*;
use rayon::prelude::*;
use std::sync::Mutex;

/// Wants the end after so many questions, and notes what it is told.
#[derive(Debug, Default)]
pub(crate) struct Impatient {
    patience: u64,
    asked: AtomicU64,
    told: Mutex<Vec<String>>,
}

impl Watcher for Impatient {
    fn cancelled(&self) -> bool {
        self.asked.fetch_add(1, Ordering::SeqCst) >= self.patience
    }

    fn begin(&self, what: &str, total: u64) -> u64 {
        self.told.lock().expect("sound").push(format!("{what}, {total}"));
        7
    }

    fn update(&self, task: u64, done: u64) {
        self.told.lock().expect("sound").push(format!("{task}: {done}"));
    }

    fn end(&self, task: u64) {
        self.told.lock().expect("sound").push(format!("{task} ends"));
    }
}

/// Wants the end after so many questions.
fn after(patience: u64) -> Arc<Impatient> {
    Arc::new(Impatient { patience, ..Impatient::default() })
}

#[test]
fn a_computation_ends_where_it_asks_and_its_destructors_run() {
    let dropped = Arc::new(());
    let held = dropped.clone();
    let watcher = after(100);
    let result = run(watcher.clone(), move || {
        let _held = held;
        loop {
            check();
        }
    });
    assert_eq!(result, Err::<(), _>(Cancelled));
    assert_eq!((Arc::strong_count(&dropped), watcher.asked.load(Ordering::SeqCst)), (1, 101));
    // The thread is as it was: nobody listens any more.
    check();
    assert!(!here().cancelled());
}

#[test]
fn threads_of_a_pool_hear_it_too() {
    let watcher = after(1000);
    let result = run(watcher, || {
        let watch = here();
        (0..1_000_000u64).into_par_iter().map(|i| watch.within(|| i)).sum::<u64>()
    });
    assert_eq!(result, Err(Cancelled));
    let patient = run(after(u64::MAX), || {
        let watch = here();
        (0..1000u64).into_par_iter().map(|i| watch.within(|| i)).sum::<u64>()
    });
    assert_eq!(patient, Ok(499_500));
}

#[test]
fn tasks_are_told_and_end_with_the_computation() {
    let watcher = after(3);
    let result = run(watcher.clone(), || {
        let task = Task::begin("counting", 5);
        (0..5).for_each(|_| task.step());
    });
    assert_eq!(result, Err(Cancelled));
    let told = watcher.told.lock().expect("sound").clone();
    assert_eq!(told, ["counting, 5", "7: 1", "7: 2", "7: 3", "7 ends"]);
}

#[test]
fn other_panics_stay_panics() {
    let caught = catch_unwind(|| run(after(9), || std::panic::resume_unwind(Box::new("another"))));
    let payload = caught.map(|r: Result<(), _>| r).expect_err("a panic");
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"another"));
}

#[test]
fn every_search_ends_when_it_is_told_to() {
    use crate::approx::{Demand, approximate_with};
    use crate::func::{Activation, Function, Kind};
    use crate::num::Format;
    let function = Function::new(Activation::Tanh, Kind::Ordinary);
    let format = |frac| Format::new(true, 12, frac).expect("a format");
    let search = || {
        approximate_with(&function, format(8), format(10), &Demand::default(), &crate::approx::GenericCost)
    };
    // How often it asks, and then an end at every stage of the way.
    let whole = after(u64::MAX);
    run(whole.clone(), || search().expect("a table")).expect("to the end");
    let asked = whole.asked.load(Ordering::SeqCst);
    assert!(asked > 100, "it asked {asked} times only");
    for share in [0, 10, 50, 90] {
        assert_eq!(run(after(asked * share / 100), search).map(|_| ()), Err(Cancelled), "{share} %");
    }
    // What a pool has not begun is not begun then: each of a million codes would unwind by itself.
    let wide = |frac| Format::new(true, 20, frac).expect("a format");
    let watcher = after(1000);
    let search =
        || approximate_with(&function, wide(16), wide(18), &Demand::default(), &crate::approx::GenericCost);
    assert_eq!(run(watcher.clone(), search).map(|_| ()), Err(Cancelled));
    assert!(watcher.asked.load(Ordering::SeqCst) < 2000, "{watcher:?}");
}
