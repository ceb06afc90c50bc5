//! Graphs that use every operation, and random inputs for them.
#![allow(dead_code)]

use gainstage_golden::num::{Format, Rounding};
use gainstage_hdl::device::{Family, Target};
use gainstage_hdl::expr::{Column, Graph, Range, Rom, RomStyle, Sig, Term};
use gainstage_hdl::module::Module;
use gainstage_hdl::units::{Row, weighted_sums};
use std::sync::Arc;

pub const ROUNDINGS: [Rounding; 4] =
    [Rounding::HalfUp, Rounding::HalfAway, Rounding::HalfEven, Rounding::Floor];

pub fn format(signed: bool, width: u32, frac: i32) -> Format {
    Format::new(signed, width, frac).expect("a legal format")
}

/// xorshift: reproducible, and no dependency.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Uniform in a range, its ends more often.
    pub fn in_range(&mut self, r: Range) -> i64 {
        let span = (r.hi - r.lo + 1) as u128;
        (match self.next() % 8 {
            0 => r.lo,
            1 => r.hi,
            _ => r.lo + ((self.next() as u128) % span) as i128,
        }) as i64
    }

    pub fn inputs(&mut self, g: &Graph) -> Vec<i64> {
        g.inputs().iter().map(|p| self.in_range(p.range)).collect()
    }
}

/// Σ w·x + bias by shifts and adds.
pub fn dot(g: &mut Graph, products: &[(Sig, i64)], bias: i128) -> Sig {
    let (inputs, weights): (Vec<Sig>, Vec<i64>) = products.iter().copied().unzip();
    weighted_sums(g, &inputs, &[Row::adders(weights, bias)])[0]
}

/// Signed and unsigned arithmetic, rounding in every mode, saturation.
pub fn arithmetic() -> Graph {
    let mut g = Graph::new();
    let (a, b) = (g.input("a", format(true, 12, 8)), g.input("b", format(false, 9, 4)));
    let c = g.input_range("c", -5, 17);
    let product = g.mul(a, b);
    g.name(product, "product");
    let square = g.square(a);
    let csd = g.mul_csd(a, -1239);
    let minus = g.neg(b);
    let size = g.abs(a);
    let shifted = g.shl(c, 7);
    let total =
        g.sum_terms(&[Term::plus(product), Term::minus(square), Term::plus(csd), Term::minus(shifted)]);
    g.output_range("total", total);
    for (i, rounding) in ROUNDINGS.into_iter().enumerate() {
        let y = g.requantize(total, 12, format(i % 2 == 0, 10, 3), rounding);
        g.output(&format!("y{i}"), y, format(i % 2 == 0, 10, 3));
    }
    let dot = dot(&mut g, &[(a, 77), (b, -3), (c, 1024), (minus, 5)], -99);
    g.output_range("dot", dot);
    let all = g.sum(&[a, b, c, minus, size]);
    let small = g.clamp(all, -9, 100);
    g.output_range("small", small);
    g
}

/// Comparisons, bits, selection, tables in both styles.
pub fn logic() -> Graph {
    let mut g = Graph::new();
    let (a, b) = (g.input("a", format(true, 7, 0)), g.input("b", format(true, 5, 0)));
    let u = g.input_range("u", 0, 12);
    let table = Arc::new(Rom::new("table_a", (0..13).map(|i| i * i * 37 - 900).collect()));
    let words: Vec<i128> = (0..13).map(|i| (i * 5) % 13).collect();
    let block =
        Arc::new(Rom::new("table_b", words).with_style(RomStyle::Block).with_range(Range::new(0, 15)));
    let (ge, eq) = (g.ge(a, b), g.eq(a, b));
    let lt = g.lt(u, b);
    let (minus4, seven) = (g.constant(-4), g.constant(7));
    let far = g.ge(a, minus4);
    let not_seven = g.ne(u, seven);
    let (x1, x2) = (g.and(ge, lt), g.or(eq, far));
    let flag = g.xor(x1, x2);
    let flag = g.xor(flag, not_seven);
    let word = g.rom(u, &table);
    let next = g.rom(u, &block);
    let pair =
        [Column::new((0..13).map(|i| i * i - 50).collect()), Column::new((0..13).map(|i| 90 - i).collect())];
    let pair = g.rom_columns(u, "pair", RomStyle::Logic, &pair);
    let pair = g.mul(pair[0], pair[1]);
    g.output_range("pair", pair);
    let picked = g.mux(flag, word, a);
    let (low, top) = (g.slice(a, 1, 9), g.bit(b, 4));
    let joined = g.concat(b, low, 9);
    let again = g.as_signed(low, 4);
    let bounded = g.and(low, u);
    let narrowed = g.assume_range(bounded, 0, 12);
    let inverted = g.invert_bit(top);
    let shifted = g.shr(word, 3);
    for (name, s) in [
        ("picked", picked),
        ("next", next),
        ("joined", joined),
        ("again", again),
        ("narrowed", narrowed),
        ("inverted", inverted),
        ("shifted", shifted),
        ("flag", flag),
    ] {
        g.output_range(name, s);
    }
    let wide = g.widen(again, Range::new(-100, 100));
    g.output_range("wide", wide);
    g.output_range("same", a);
    let five = g.constant(5);
    g.output_range("five", five);
    g
}

/// Two children and logic around them.
pub fn hierarchy(target: &Target) -> Graph {
    let child = |name: &str, shift: i32| -> Arc<Module> {
        let mut g = Graph::new();
        let h = g.input("h", format(true, 12, 8));
        let square = g.square(h);
        let y = g.requantize(square, 16, format(false, 10, 10 - shift), Rounding::HalfUp);
        g.output("y", y, format(false, 10, 10 - shift));
        let sign = g.is_negative(h);
        g.output_range("sign", sign);
        Arc::new(Module::new(name, "y = h * h, saturated.", g, target))
    };
    let (first, second) = (child("square_a", 4), child("square_b", 6));
    let mut g = Graph::new();
    let x: Vec<Sig> = (0..3).map(|i| g.input(&format!("x{i}"), format(true, 12, 8))).collect();
    let y0 = g.instance(&first, &[x[0]]);
    let y1 = g.instance(&second, &[x[1]]);
    let sum = g.sum(&[y0[0], y1[0], x[2]]);
    let h = g.saturate(sum, format(true, 12, 8));
    let y2 = g.instance_named(&first, "last", &[h]);
    let late = g.add(y2[0], x[0]);
    g.output_range("y", y2[0]);
    g.output_range("late", late);
    g.output_range("sign", y0[1]);
    let five = g.constant(-5);
    let fixed = g.instance(&second, &[five]);
    g.output_range("fixed", fixed[0]);
    g
}

/// Every graph above, placed at several clocks.
pub fn modules() -> Vec<Module> {
    let mut all = Vec::new();
    for (family, mhz) in
        [(Family::Ecp5, 25.0), (Family::Ecp5, 120.0), (Family::Generic, 333.0), (Family::Xc7, 5000.0)]
    {
        let target = Target::new(family).with_clock(mhz);
        for (name, g) in [("arithmetic", arithmetic()), ("logic", logic()), ("hierarchy", hierarchy(&target))]
        {
            let name = format!("{name}_{family}_{mhz}");
            all.push(Module::new(&name, "A test of every operation.", g, &target));
        }
    }
    all
}
