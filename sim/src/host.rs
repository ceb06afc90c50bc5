//! The host's end of a board's serial line: requests, answers, and what to do when one of them gets lost.
//!
//! A request is `0x47`, a sequence number, a count, the samples, and a CRC-16 (polynomial 0x1021, initial value 0xffff,
//! high byte first) over everything but the first byte. An answer begins with `0x67` and has, between count and results,
//! the number of requests the board has dropped. A request of no samples is answered with the design's number. The board
//! drops what is cut or corrupt without a word, so the host asks again after a while; asking twice does no harm.

use crc::{CRC_16_IBM_3740, Crc};
use gainstage_hdl::wrap::link::Link;
use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

const REQUEST: u8 = 0x47;
const ANSWER: u8 = 0x67;
/// Requests on their way: the board has two banks.
const WINDOW: usize = 2;
/// How often a request is sent before the host gives up.
const TRIES: u32 = 5;
/// Bytes of the design's number.
const ID_BYTES: usize = 4;

/// Why a conversation ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// The line itself failed.
    #[error(
        "the serial line failed: {0}; check that the board is connected and that nothing else uses the port"
    )]
    Line(io::Error),
    /// The board does not answer.
    #[error(
        "no answer after {TRIES} requests: check that the board is programmed with this design, that this is its port, \
         and that its rate is {baud} bits a second"
    )]
    Silent {
        /// What the line is set to.
        baud: u32,
    },
    /// The board holds another design.
    #[error(
        "the board holds another design (number {found:08x}, expected {expected:08x}): load this one with `gainstage program`"
    )]
    OtherDesign {
        /// The board's.
        found: u32,
        /// The directory's.
        expected: u32,
    },
}

/// What a conversation came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Requests sent a second time.
    pub repeated: u64,
    /// Requests that the board says it dropped since its reset; stops at 255.
    pub dropped: u8,
}

/// A conversation over a line whose reads end with a time-out when nothing comes.
pub struct Host<'a, L: Read + Write> {
    line: L,
    link: &'a Link,
    patience: Duration,
    seq: u8,
    received: VecDeque<u8>,
    /// So far.
    pub tally: Tally,
}

/// A request on its way.
struct Pending {
    seq: u8,
    first: usize,
    count: usize,
    sent: Instant,
    tries: u32,
}

/// An answer whose CRC holds.
struct Answer {
    seq: u8,
    count: usize,
    payload: Vec<u8>,
}

/// The CRC of a frame without its first byte.
pub fn crc16(bytes: &[u8]) -> u16 {
    Crc::<u16>::new(&CRC_16_IBM_3740).checksum(bytes)
}

/// A request: `payload` holds `count` samples.
pub fn request(seq: u8, count: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![REQUEST, seq, count];
    frame.extend_from_slice(payload);
    let crc = crc16(&frame[1..]);
    frame.extend_from_slice(&crc.to_be_bytes());
    frame
}

impl<'a, L: Read + Write> Host<'a, L> {
    /// A host on a line; a request that is not answered for `patience` is sent again.
    pub fn new(line: L, link: &'a Link, patience: Duration) -> Host<'a, L> {
        Host { line, link, patience, seq: 0, received: VecDeque::new(), tally: Tally::default() }
    }

    /// Asks for the design's number and compares it.
    ///
    /// # Errors
    /// No answer, another design, a line that fails.
    pub fn identify(&mut self) -> Result<(), HostError> {
        let mut found = Vec::new();
        self.exchange(&[], 1, |_, payload| found = payload.to_vec())?;
        let found = found.try_into().map_or(0, u32::from_le_bytes);
        let expected = self.link.id;
        if found == expected { Ok(()) } else { Err(HostError::OtherDesign { found, expected }) }
    }

    /// Sends samples (whole beats of `in_bytes`, one after the other) and gives the results of each request to `take`,
    /// in order, with the number of its first sample.
    ///
    /// # Errors
    /// No answer, a line that fails.
    pub fn run(&mut self, samples: &[u8], mut take: impl FnMut(usize, &[u8])) -> Result<(), HostError> {
        let total = samples.len() / self.link.in_bytes as usize;
        self.exchange(samples, total, &mut take)
    }

    /// `total` samples; without bytes for them the design's number is asked for.
    fn exchange(
        &mut self,
        samples: &[u8],
        total: usize,
        mut take: impl FnMut(usize, &[u8]),
    ) -> Result<(), HostError> {
        let mut pending: VecDeque<Pending> = VecDeque::new();
        let mut next = 0;
        while next < total || !pending.is_empty() {
            while pending.len() < WINDOW && next < total {
                let count =
                    if samples.is_empty() { 1 } else { (total - next).min(self.link.max_count as usize) };
                self.seq = self.seq.wrapping_add(1);
                let p = Pending { seq: self.seq, first: next, count, sent: Instant::now(), tries: 1 };
                self.send(&p, samples)?;
                pending.push_back(p);
                next += count;
            }
            let Some(answer) = self.receive()? else {
                self.send_again(&mut pending, samples)?;
                continue;
            };
            let count = |p: &Pending| if samples.is_empty() { 0 } else { p.count };
            let Some(front) = pending.front() else { continue };
            if answer.seq == front.seq && answer.count == count(front) {
                take(front.first, &answer.payload);
                pending.pop_front();
            }
            // Any other is the answer to a request that was sent twice, or its turn comes when the first was repeated.
        }
        Ok(())
    }

    fn send(&mut self, p: &Pending, samples: &[u8]) -> Result<(), HostError> {
        let beat = self.link.in_bytes as usize;
        let frame = match samples.is_empty() {
            true => request(p.seq, 0, &[]),
            false => request(p.seq, p.count as u8, &samples[p.first * beat..(p.first + p.count) * beat]),
        };
        self.line.write_all(&frame).and_then(|()| self.line.flush()).map_err(HostError::Line)
    }

    /// Sends everything again once the oldest has waited too long.
    fn send_again(&mut self, pending: &mut VecDeque<Pending>, samples: &[u8]) -> Result<(), HostError> {
        if pending.front().is_none_or(|p| p.sent.elapsed() < self.patience) {
            return Ok(());
        }
        for p in pending.iter_mut() {
            if p.tries == TRIES {
                return Err(HostError::Silent { baud: self.link.serial.baud });
            }
            self.send(p, samples)?;
            (p.sent, p.tries) = (Instant::now(), p.tries + 1);
            self.tally.repeated += 1;
        }
        Ok(())
    }

    /// The next whole answer, or nothing if none has come in one wait of the line.
    fn receive(&mut self) -> Result<Option<Answer>, HostError> {
        if let Some(answer) = self.parse() {
            return Ok(Some(answer));
        }
        let mut buffer = [0; 4096];
        match self.line.read(&mut buffer) {
            // Not a time-out: the other end is gone.
            Ok(0) => return Err(HostError::Line(io::ErrorKind::UnexpectedEof.into())),
            Ok(n) => self.received.extend(&buffer[..n]),
            Err(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
                ) => {}
            Err(e) => return Err(HostError::Line(e)),
        }
        Ok(self.parse())
    }

    /// Takes an answer off what was received; what cannot begin one is thrown away.
    fn parse(&mut self) -> Option<Answer> {
        const HEAD: usize = 4;
        loop {
            while self.received.front().is_some_and(|&b| b != ANSWER) {
                self.received.pop_front();
            }
            let count = usize::from(*self.received.get(2)?);
            let length = if count == 0 { ID_BYTES } else { count * self.link.out_bytes as usize };
            if count <= self.link.max_count as usize {
                if self.received.len() < HEAD + length + 2 {
                    return None;
                }
                let frame: Vec<u8> = self.received.iter().copied().take(HEAD + length + 2).collect();
                let (body, crc) = frame.split_at(HEAD + length);
                if crc == crc16(&body[1..]).to_be_bytes() {
                    self.received.drain(..frame.len());
                    self.tally.dropped = body[3];
                    return Some(Answer { seq: body[1], count, payload: body[HEAD..].to_vec() });
                }
            }
            self.received.pop_front();
        }
    }
}

#[cfg(test)]
mod tests;
