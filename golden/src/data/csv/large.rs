//! Files so large that their memory is foretold.

use super::lines::{Lines, decoded};
use super::outlook::{Count, Counted, Outlook};
use super::*;
use crate::watch::{self, Cancelled, Watcher};
use std::sync::{Arc, Mutex};

const ROWS: usize = 200_000;

/// What row `i` holds, and how people write it.
fn row(i: usize) -> ([f64; 3], String) {
    let x = (i as f64 - 1000.5) / 7.0;
    let values = [x, x * 1e-30, (i % 10) as f64];
    let text = match i % 4 {
        0 => format!("{:?},{:e},{}\n", values[0], values[1], values[2]),
        1 => format!("\"{:?}\", {:e} ,+{}\r\n", values[0], values[1], values[2]),
        2 => format!("{:?},{:e},\"{}.0\"\n\n", values[0], values[1], values[2]),
        _ => format!(" {:?}\t,{:e},0{}\n", values[0], values[1], values[2]),
    };
    (values, text)
}

fn file(header: &str) -> String {
    std::iter::once(header.to_owned()).chain((0..ROWS).map(|i| row(i).1)).collect()
}

fn read(text: &str, room: u64) -> Result<Reading, CsvError> {
    let count = Count::new(0);
    let mut lines = Lines::new(decoded(Counted { text: text.as_bytes(), read: &count }));
    let outlook = Outlook::new("d.csv", &count, Some(text.len() as u64)).in_room(room);
    parse(&mut lines, outlook, |_| Columns::default())
        .map_err(|f| f.in_file(Path::new("d.csv"), lines.number))
}

#[test]
fn every_value_is_read_whichever_way_it_is_written() {
    let samples = read(&file("x0,x1,y0\n"), u64::MAX).expect("samples").samples;
    assert_eq!(samples.rows(), ROWS);
    for i in 0..ROWS {
        let [a, b, y] = row(i).0;
        assert_eq!((samples.input(i), samples.target(i)), (&[a, b][..], &[y][..]), "row {i}");
    }
    // A fault far behind has its line: two lines for every third of four samples.
    let text = file("x0,x1,y0\n") + "1,2,three\n";
    let line = 1 + ROWS + ROWS / 4 + 1;
    let told = read(&text, u64::MAX).expect_err("refused").to_string();
    assert!(told.starts_with(&format!("d.csv:{line}:3: y0: `three` is not a number")), "{told}");
}

#[test]
fn what_there_is_no_memory_for_is_refused_before_it_is_taken() {
    let needed = (ROWS * 3 * 8) as u64;
    assert!(read(&file("x0,x1,y0\n"), needed + needed / 10).is_ok());
    let fault = read(&file("x0,x1,y0\n"), needed - needed / 10).expect_err("refused");
    let CsvProblem::Memory { samples, needed: told, room } = fault.problem else { panic!("{fault}") };
    assert_eq!(room, needed - needed / 10);
    // Foretold from the first lines, which are a little shorter.
    assert!(samples.abs_diff(ROWS as u64) < ROWS as u64 / 20, "{samples}");
    assert_eq!(told, 24 * samples);
    // Where memory is not known for want of a size, it is read.
    assert!(parse_csv(Path::new("d.csv"), file("x0,x1,y0\n").as_bytes()).is_ok());
}

#[test]
fn targets_of_many_classes_are_counted_before_they_are_made() {
    let text: String = (0..1000).map(|i| format!("{i},c{}\n", i % 100)).collect();
    let text = format!("x0,label\n{text}");
    assert!(read(&text, 1000 * 100 * 8).is_ok());
    let told = read(&text, 1000 * 100 * 8 - 1).expect_err("refused").to_string();
    assert_eq!(
        told,
        "d.csv: 1000 samples take 800000 bytes of memory, but 799999 bytes are free: name the columns that are needed \
         (inputs in [data]), give fewer samples, or use a machine with more memory"
    );
}

/// Notes what it is told; wants the end after so many steps.
#[derive(Default)]
struct Listener {
    patience: usize,
    told: Mutex<Vec<String>>,
}

impl Watcher for Listener {
    fn cancelled(&self) -> bool {
        self.told.lock().expect("sound").len() > self.patience
    }

    fn begin(&self, what: &str, total: u64) -> u64 {
        self.told.lock().expect("sound").push(format!("{what}: {total}"));
        1
    }

    fn update(&self, _: u64, done: u64) {
        self.told.lock().expect("sound").push(done.to_string());
    }
}

#[test]
fn who_waits_is_told_how_far_it_is_and_may_end_it() {
    let text = file("x0,x1,y0\n");
    let listener = Arc::new(Listener { patience: 1000, ..Listener::default() });
    let read_it = || read(&text, u64::MAX).map(|r| r.samples.rows()).ok();
    assert_eq!(watch::run(listener.clone(), read_it), Ok(Some(ROWS)));
    let told = listener.told.lock().expect("sound").clone();
    let begun = &told[0];
    assert!(begun.starts_with("reading d.csv, about ") && begun.contains(" MiB of memory: "), "{begun}");
    assert!(begun.ends_with(&format!(": {}", text.len())), "{begun}");
    let steps: Vec<usize> = told[1..].iter().map(|t| t.parse().expect("a number")).collect();
    assert!(
        steps.len() > 5 && steps.is_sorted() && steps[steps.len() - 1] > text.len() * 9 / 10,
        "{steps:?}"
    );
    let listener = Arc::new(Listener { patience: 3, ..Listener::default() });
    assert_eq!(watch::run(listener, read_it), Err(Cancelled));
}

#[test]
fn a_survey_of_a_large_file_is_that_of_a_small_one() {
    let whole = parse_survey(Path::new("d.csv"), file("a,b,c\n").as_bytes()).expect("a table");
    assert_eq!((whole.rows, whole.repeated, whole.columns.len()), (ROWS as u64, 0, 3));
    let [a, _, c] = &whole.columns[..] else { panic!("{:?}", whole.columns) };
    assert_eq!(
        (a.range, c.range, c.whole, a.whole),
        ((row(0).0[0], row(ROWS - 1).0[0]), (0.0, 9.0), true, false)
    );
    assert_eq!((a.levels, a.missing, a.texts), (None, 0, 0));
}
