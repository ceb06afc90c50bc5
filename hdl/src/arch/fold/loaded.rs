//! Weights in the large memories of a family, which know nothing at power-up: words of 16 bits come in, one after the other,
//! before the first sample.

use super::engine::Builder;
use super::layout::Layout;
use super::program::Program;
use super::{Lanes, control::Place};
use crate::device::Family;
use crate::expr::{Column, Graph, Range, Rom, Sig, Write};
use crate::options::BuildError;
use gainstage_golden::plan::Plan;

/// Bits of a word that is loaded.
pub const LOAD_BITS: u32 = 16;

/// What is loaded into an engine.
#[derive(Clone, Debug)]
pub struct Load {
    /// The words of 16 bits in their order, and the name of their file.
    pub rom: Rom,
    /// How many of them are a word of weights, the lowest bits first.
    pub parts: usize,
}

impl Load {
    fn new(name: &str, whole: &Rom) -> Load {
        let parts = whole.width().div_ceil(LOAD_BITS) as usize;
        let mask = (1i128 << LOAD_BITS) - 1;
        let part = |word: i128, p: usize| word >> (p as u32 * LOAD_BITS) & mask;
        let words = whole.words.iter().flat_map(|&w| (0..parts).map(move |p| part(w, p))).collect();
        let rom = Rom::new(name, words).with_range(Range::of_bits(false, LOAD_BITS));
        Load { rom, parts }
    }

    /// Words of weights.
    fn depth(&self) -> usize {
        self.rom.words.len() / self.parts
    }

    /// The ports of the load at the top, and its progress: `load_start` begins it, each clock with `load_valid` brings a word on
    /// `load_data`, and `loaded` is high from the last one on. Signals in the order in which an engine takes them.
    pub(super) fn control(&self, g: &mut Graph) -> Vec<Sig> {
        let start = g.input_range("load_start", 0, 1);
        let valid = g.input_range("load_valid", 0, 1);
        let data = g.input_range("load_data", 0, (1 << LOAD_BITS) - 1);
        let loaded = g.state("is_loaded", 0, 1);
        g.output_immediate("loaded", loaded);
        let (zero, one) = (g.constant(0), g.constant(1));
        let takes = takes(g, loaded, start, valid);
        // A counter of parts within one of words; where a word is one part, only the latter.
        let (part, whole) = match self.parts {
            1 => (None, takes),
            n => {
                let part = g.state("load_part", 0, n as i128 - 1);
                let ends = turn(g, part, takes, start);
                (Some(part), ends)
            }
        };
        let word = g.state("load_word", 0, (self.depth() as i128 - 1).max(1));
        let ends = match self.depth() {
            1 => {
                g.set_next(word, zero);
                whole
            }
            n => {
                let last = g.constant(n as i128 - 1);
                turn_at(g, word, last, whole, start)
            }
        };
        let next = g.mux(ends, one, loaded);
        let next = g.mux(start, zero, next);
        g.set_next(loaded, next);
        [loaded, start, valid, data, word].into_iter().chain(part).collect()
    }
}

/// Whether a word is taken in this clock.
fn takes(g: &mut Graph, loaded: Sig, start: Sig, valid: Sig) -> Sig {
    let (wants, goes_on) = (g.invert_bit(loaded), g.invert_bit(start));
    let takes = g.and(wants, valid);
    g.and(takes, goes_on)
}

/// A counter to the end of its range: one more where `step`, then 0 again; 0 where `clear`. Gives whether it ends.
fn turn(g: &mut Graph, counter: Sig, step: Sig, clear: Sig) -> Sig {
    let last = g.constant(g.range(counter).hi);
    turn_at(g, counter, last, step, clear)
}

fn turn_at(g: &mut Graph, counter: Sig, last: Sig, step: Sig, clear: Sig) -> Sig {
    let (zero, one, most) = (g.constant(0), g.constant(1), g.range(counter).hi);
    let at_last = g.eq(counter, last);
    let ends = g.and(step, at_last);
    let more = g.add(counter, one);
    let next = g.mux(step, more, counter);
    let next = g.mux(ends, zero, next);
    let next = g.mux(clear, zero, next);
    let next = g.assume_range(next, 0, most);
    g.set_next(counter, next);
    ends
}

/// The signals of a load inside an engine.
pub(super) struct Loading {
    pub(super) loaded: Sig,
    start: Sig,
    valid: Sig,
    data: Sig,
}

impl Builder<'_, '_> {
    /// The ports by which an engine whose weights are loaded hears of that.
    pub(super) fn loading(&mut self) -> Option<Loading> {
        if !self.library.target().weights_in_spram {
            return None;
        }
        let loaded = self.g.input_range("loaded", 0, 1);
        let start = self.g.input_range("load_start", 0, 1);
        let valid = self.g.input_range("load_valid", 0, 1);
        let data = self.g.input_range("load_data", 0, (1 << LOAD_BITS) - 1);
        let words = (self.words() as i128 - 1).max(1);
        let word = self.g.input_range("load_word", 0, words);
        self.load_word = Some(word);
        let bits = self.layout.weights().width() as usize * self.lanes.count();
        let parts = bits.div_ceil(LOAD_BITS as usize) as i128;
        self.load_part = (parts > 1).then(|| self.g.input_range("load_part", 0, parts - 1));
        Some(Loading { loaded, start, valid, data })
    }

    /// The weights of a clock out of large memories, each of which holds 16 bits of every word.
    pub(super) fn loaded_weights(
        &mut self,
        at: &Place,
        loading: &Loading,
        name: &str,
        columns: &[Column],
    ) -> Vec<Sig> {
        let whole = Rom::packed(name, columns);
        let load = Load::new(name, &whole);
        let Loading { loaded, start, valid, data } = *loading;
        let (depth, word) =
            (load.depth() as i128, self.load_word.expect("beside the other signals of a load"));
        let g = &mut self.g;
        let takes = takes(g, loaded, start, valid);
        let address = g.mux(loaded, at.word, word);
        let address = g.assume_range(address, 0, depth - 1);
        let mut read = None;
        for part in 0..load.parts {
            let lo = part as u32 * LOAD_BITS;
            let width = (whole.width() - lo).min(LOAD_BITS);
            let number = g.constant(part as i128);
            let mine = self.load_part.map_or(number, |p| g.eq(p, number));
            let enable = if self.load_part.is_some() { g.and(takes, mine) } else { takes };
            let data = if width < LOAD_BITS { g.slice(data, 0, width) } else { data };
            let (memory, range) = (format!("weights{part}"), Range::of_bits(false, width));
            let bits = g.huge(&memory, depth as usize, range, Write { enable, address, data });
            read = Some(read.map_or(bits, |low| g.concat(bits, low, lo)));
        }
        self.load = Some(load);
        let word = read.expect("a word has bits");
        let word = self.g.assume_range(word, 0, whole.range.hi);
        self.g.fields(word, columns)
    }
}

/// SPRAM blocks of `words` words of `bits` bits.
fn blocks(family: Family, words: usize, bits: u32) -> u64 {
    let parts = (0..bits.div_ceil(LOAD_BITS)).map(|p| (bits - p * LOAD_BITS).min(LOAD_BITS));
    parts.map(|width| family.spram(words, width)).sum()
}

/// Whether the weights of a network in one engine fit the SPRAM of the family's largest part.
///
/// # Errors
/// By how much they do not, and what would.
pub fn fit_spram(plan: &Plan, family: Family, lanes: Lanes) -> Result<(), BuildError> {
    let layers = 0..plan.layers.len();
    let walks = Program::new(plan, layers.clone(), lanes, 1).walks;
    let words: usize = walks.iter().map(|w| w.groups * w.chunks).sum();
    let bits = Layout::new(plan, layers).weights().width();
    let (word, most) = (bits * lanes.count() as u32, family.most_spram());
    let taken = blocks(family, words, word);
    if taken <= most {
        return Ok(());
    }
    let (deep, _) = Family::SPRAM;
    let slices = (1..=64).take_while(|&n| blocks(family, n * deep, word) <= most).last().unwrap_or(0);
    let of = |words: usize| (words * lanes.count()) as u64;
    Err(BuildError::Spram { family, weights: of(words), bits, blocks: taken, most, room: of(slices * deep) })
}
