//! Which networks a search tries.

use super::Setting;
use crate::data::Samples;

/// Fewer samples than this for each input teach little about the shape of a function.
const FEW: usize = 30;

/// Hidden sums to try with few-bit arguments: circuits of tens to hundreds of look-up tables.
const HIDDEN: [usize; 5] = [6, 4, 0, 8, 3];

/// Bits of the argument of a joint table at most: 64 look-up tables and their choice for each bit that comes out.
const JOINT: u32 = 12;

/// Hidden sums of the networks that fill its cells.
const JOINT_HIDDEN: usize = 12;

/// Results that one of these networks adds up, so that a few seconds are enough for all.
const JOINT_WORK: usize = 50_000_000;

/// Tuples to try, of few inputs and of many: bits of each input, how many tuples an input is a part of, bits of results, and the
/// learning rate as a share of that of functions.
const TUPLES: [[(u32, u32, i32, f32); 4]; 2] = [
    [(2, 6, 0, 0.6), (3, 3, 0, 0.3), (3, 6, 1, 0.3), (2, 3, 1, 0.3)],
    [(1, 2, 1, 0.3), (2, 2, 1, 0.3), (1, 4, 1, 0.3), (1, 1, 0, 0.3)],
];

/// From so many inputs on they are many: what has a function for each has thousands, and comes last.
const WIDE: usize = 100;

/// Sums of functions that are tried before the second half of the tuples, where inputs are few.
const BETWEEN: usize = 6;

/// Hidden sums, and bits dropped from them, of large networks: their sums are counted more finely, and they learn longer.
const LARGE: [(usize, u32); 4] = [(16, 1), (32, 1), (16, 0), (12, 0)];

/// The settings to try, one after the other: the first are the most promising.
pub fn settings(samples: &Samples, round: u64) -> Vec<Setting> {
    let classes = !samples.classes().is_empty();
    let base = Setting {
        joint: 0,
        tuple: 0,
        covers: 0,
        hidden: 0,
        input_bits: 6,
        hidden_bits: 6,
        hidden_shift: 0,
        result_bits: if classes { 1 } else { 6 },
        input_stride: 16,
        hidden_stride: 8,
        shrink: 0.03,
        epochs: (440_000 / samples.rows()).clamp(30, 400),
        rate: 0.1,
        seed: round,
    };
    match (samples.inputs(), classes) {
        (1, true) => outright(&base),
        (_, true) => {
            let few = samples.rows() < FEW * samples.inputs();
            let sums = of_classes(&base).into_iter().map(|s| if few { smooth(s) } else { s });
            let mut all: Vec<Setting> = std::iter::once(joint(samples, &base)).chain(sums).collect();
            let wide = samples.inputs() >= WIDE;
            for (n, tuple) in tuples(&base, wide).enumerate() {
                let place = if wide || n < 2 { 1 + n } else { 1 + n + BETWEEN };
                all.insert(place, tuple);
            }
            all
        }
        (_, false) => of_values(&base),
    }
}

/// Tables of a few inputs side by side; what networks of sums say of them fills the cells.
fn joint(samples: &Samples, base: &Setting) -> Setting {
    let results = samples.rows() * JOINT_HIDDEN * samples.classes().len();
    Setting {
        joint: JOINT,
        hidden: JOINT_HIDDEN,
        input_bits: 7,
        input_stride: 16,
        shrink: 0.0,
        epochs: (JOINT_WORK / results).clamp(20, 200),
        rate: 0.3 * base.rate,
        ..base.clone()
    }
}

/// Tables of a few bits of several inputs; every cell is learned by itself, slowly.
fn tuples(base: &Setting, wide: bool) -> impl Iterator<Item = Setting> {
    let base = Setting { input_stride: 1, ..base.clone() };
    TUPLES[usize::from(wide)].into_iter().map(move |(tuple, covers, result_bits, rate)| {
        let rate = rate * base.rate;
        Setting { tuple, covers, result_bits, rate, ..base.clone() }
    })
}

/// Functions of inputs that are straight, of hidden sums that bend once, learned slowly: less of the samples' noise.
fn smooth(setting: Setting) -> Setting {
    let input_stride = (1 << setting.input_bits) - 1;
    Setting {
        input_stride,
        hidden_stride: 1 << (setting.hidden_bits - 1),
        rate: 0.3 * setting.rate,
        ..setting
    }
}

/// A single input is a table outright; hidden sums have nothing to add to it.
fn outright(base: &Setting) -> Vec<Setting> {
    let one = |input_bits: u32, result_bits| {
        let input_stride = 1 << (input_bits - 5);
        Setting { input_bits, result_bits, input_stride, ..base.clone() }
    };
    [8, 7, 6].iter().flat_map(|&bits| [1, 0].map(|result| one(bits, result))).collect()
}

/// Groups of small networks, and a large one behind each.
fn of_classes(base: &Setting) -> Vec<Setting> {
    let group = |((input_bits, result_bits), (hidden, hidden_shift)): ((u32, i32), (usize, u32))| {
        let small = Setting { input_bits, result_bits, input_stride: 1 << (input_bits - 2), ..base.clone() };
        let large = Setting {
            hidden,
            hidden_shift,
            result_bits: 1 + hidden_shift as i32,
            shrink: 0.01,
            epochs: 3 * base.epochs,
            ..base.clone()
        };
        HIDDEN.map(|hidden| Setting { hidden, ..small.clone() }).into_iter().chain([large])
    };
    // Bits of the arguments of inputs, and of results.
    let groups = [(6, 1), (6, 0), (5, 1), (5, 0)];
    groups.into_iter().zip(LARGE).flat_map(group).collect()
}

/// Values need more bits than decisions: arguments of 8 bits, down to 5.
fn of_values(base: &Setting) -> Vec<Setting> {
    let group = |(bits, result_bits): (u32, i32)| {
        // Hidden sums of wide arguments are counted more finely: 2 bits below an argument of 8, 1 below one of 7.
        let hidden_bits = bits.max(6);
        let setting = Setting {
            input_bits: bits,
            hidden_bits,
            hidden_shift: hidden_bits - 6,
            result_bits,
            input_stride: 1 << (bits - if bits > 6 { 3 } else { 2 }),
            hidden_stride: 1 << (hidden_bits - 3),
            ..base.clone()
        };
        HIDDEN.map(|hidden| Setting { hidden, ..setting.clone() })
    };
    let groups = [(8, 8), (6, 6), (7, 8), (6, 8), (5, 6)];
    groups.into_iter().flat_map(group).collect()
}
