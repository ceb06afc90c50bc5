use super::*;
use gainstage_hdl::wrap::link::{SCHEMA, Serial};

fn link() -> Link {
    Link {
        schema: SCHEMA,
        top: "t_board".into(),
        board: "b".into(),
        part: "p".into(),
        clock_mhz: 50.0,
        serial: Serial::new(50.0, 1_000_000).expect("divides"),
        in_bytes: 2,
        out_bytes: 1,
        max_count: 100,
        timeout_clocks_log2: 14,
        weights: None,
        id: 0x1234_5678,
    }
}

/// A board in a few lines: answers each whole request, and loses or spoils what `faults` says.
struct Fake {
    heard: Vec<u8>,
    said: VecDeque<u8>,
    faults: VecDeque<Fault>,
}

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    Lost,
    Spoilt,
}

impl Fake {
    fn new(faults: &[Fault]) -> Fake {
        Fake { heard: Vec::new(), said: VecDeque::new(), faults: faults.iter().copied().collect() }
    }
}

impl Write for Fake {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.heard.extend_from_slice(bytes);
        let count = usize::from(self.heard[2]);
        if self.heard.len() == 5 + 2 * count {
            let frame = std::mem::take(&mut self.heard);
            let mut answer = vec![ANSWER, frame[1], frame[2], 3];
            match count {
                0 => answer.extend(0x1234_5678u32.to_le_bytes()),
                // The sum of both bytes.
                _ => answer.extend(frame[3..3 + 2 * count].chunks(2).map(|b| b[0].wrapping_add(b[1]))),
            }
            let crc = crc16(&answer[1..]);
            answer.extend(crc.to_be_bytes());
            match self.faults.pop_front().unwrap_or(Fault::None) {
                Fault::Lost => answer.clear(),
                Fault::Spoilt => answer[4] ^= 1,
                Fault::None => {}
            }
            self.said.extend(answer);
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Fake {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.said.is_empty() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        // A few at a time, as lines do.
        let n = self.said.len().min(7).min(buffer.len());
        for slot in &mut buffer[..n] {
            *slot = self.said.pop_front().unwrap_or_default();
        }
        Ok(n)
    }
}

#[test]
fn the_check_value_of_the_catalogue() {
    assert_eq!(crc16(b"123456789"), 0x29b1);
}

#[test]
fn lost_and_spoilt_answers_are_asked_for_again() {
    let link = link();
    let faults =
        [Fault::None, Fault::None, Fault::Lost, Fault::None, Fault::Spoilt, Fault::None, Fault::Lost];
    let mut host = Host::new(Fake::new(&faults), &link, Duration::from_millis(1));
    host.identify().expect("the right design");
    let samples: Vec<u8> = (0..2 * 1234).map(|i| (i * 7 % 251) as u8).collect();
    let mut results = Vec::new();
    host.run(&samples, |first, payload| {
        assert_eq!(first, results.len(), "in order");
        results.extend_from_slice(payload);
    })
    .expect("all of them");
    let expected: Vec<u8> = samples.chunks(2).map(|b| b[0].wrapping_add(b[1])).collect();
    assert_eq!(results, expected);
    assert!(host.tally.repeated > 0 && host.tally.dropped == 3, "{:?}", host.tally);
}

#[test]
fn silence_another_design_and_a_dead_line_are_told_apart() {
    let link = link();
    let silent = Fake::new(&[Fault::Lost; 100]);
    let error = Host::new(silent, &link, Duration::from_millis(1)).identify().expect_err("silent");
    assert!(matches!(error, HostError::Silent { baud: 1_000_000 }));
    let other = Link { id: 7, ..link.clone() };
    let error = Host::new(Fake::new(&[]), &other, Duration::from_secs(1)).identify().expect_err("other");
    assert!(
        error.to_string().starts_with("the board holds another design (number 12345678, expected 00000007)")
    );
    let gone = io::Cursor::new(Vec::new());
    let error = Host::new(gone, &link, Duration::from_secs(1)).identify().expect_err("gone");
    assert!(matches!(error, HostError::Line(_)), "{error}");
}
