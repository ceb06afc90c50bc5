//! Stopping everything, in a process of its own because it cannot be taken back.

use gainstage_sim::run::{Run, RunError, Tool, cancelled, kill_all};
use std::path::Path;
use std::time::{Duration, Instant};

#[test]
fn kill_all_ends_running_tools_and_refuses_new_ones() {
    // SAFETY: the only test of this process.
    unsafe { std::env::set_var("YOSYS", "/bin/sh") };
    let start = Instant::now();
    let running =
        std::thread::spawn(|| Run::new(Tool::Yosys, Path::new("/")).args(["-c", "sleep 300"]).output());
    std::thread::sleep(Duration::from_millis(200));
    assert!(!cancelled());
    kill_all();
    let e = running.join().expect("no panic").expect_err("killed");
    assert!(matches!(e, RunError::Cancelled { .. }), "{e}");
    assert!(start.elapsed() < Duration::from_secs(20));
    assert!(cancelled());
    let late = Run::new(Tool::Yosys, Path::new("/")).args(["-c", "true"]).output();
    assert!(matches!(late, Err(RunError::Cancelled { .. })));
}
