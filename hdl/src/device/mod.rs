//! Device families: names, default clocks, and a delay model good enough to place registers.
//!
//! The numbers are nanoseconds before placement, slow corner, with an allowance for routing. They decide where
//! registers go, never what is computed; a timing report of the vendor's or nextpnr's has the last word.

mod calibration;
mod division;
mod ecp5;
mod generic;
mod ice40;
mod ice40up;
mod memory;
mod nexus;
mod table_cost;
mod xc7;

pub use calibration::Calibration;
pub use division::{Divider, Division};
pub(crate) use memory::WORTH_A_BLOCK_RAM;
pub use table_cost::{TableCost, TableEstimate};

/// A supported device family.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Family {
    /// No particular device: moderate numbers.
    Generic,
    /// Lattice ECP5 (speed grade 6).
    Ecp5,
    /// Lattice iCE40 LP and HX: no hard multipliers.
    Ice40,
    /// Lattice iCE40 UltraPlus: 16 by 16 multipliers, and half as quick.
    Ice40Up,
    /// Lattice Nexus (CrossLink-NX, Certus-NX).
    Nexus,
    /// AMD (Xilinx) 7 series (speed grade 1).
    Xc7,
}

/// A family name that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no target family {name:?}: use one of {}", valid_names())]
pub struct UnknownFamily {
    /// What was asked for.
    pub name: String,
}

fn valid_names() -> String {
    Family::ALL.map(Family::name).join(", ")
}

/// Delays of one family in nanoseconds, routing to the next cell included.
#[derive(Clone, Debug)]
pub struct Delays {
    /// Clock to output, set-up and clock skew: spent once per stage.
    pub stage: f64,
    /// One look-up table and the wire behind it.
    pub lut: f64,
    /// Inputs of a look-up table.
    pub lut_inputs: u32,
    /// Getting on and off a carry chain, and the wire behind it.
    pub carry: f64,
    /// One bit of a carry chain.
    pub carry_bit: f64,
    /// A multiplication in one hard block.
    pub dsp: f64,
    /// Signed operand widths of a hard block (a, b), the wider first; 0 where there is none.
    pub dsp_bits: (u32, u32),
    /// Ways to use the registers inside a hard block, fewest registers first; none where synthesis finds them itself or
    /// there are none.
    pub dsp_registered: &'static [Registered],
    /// Clock to data of a block RAM.
    pub block_ram: f64,
}

/// A hard multiplier with registers of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Registered {
    /// Clocks from operands to product: 1 is the input registers, 3 all there are.
    pub registers: u32,
    /// Nanoseconds from an operand to the first register: a wire across the part, where the blocks are few.
    pub into: f64,
    /// Nanoseconds from the last register's clock to the product, and the wire behind it.
    pub out: f64,
    /// The shortest period in nanoseconds that the data sheet promises for paths inside; 0 where none is longer than those
    /// outside, or where it is silent.
    pub period: f64,
}

struct Facts {
    name: &'static str,
    clock_mhz: f64,
    /// Bits of block RAM in the largest part.
    memory_bits: u64,
    delays: Delays,
}

impl Family {
    /// All families.
    pub const ALL: [Family; 6] =
        [Family::Generic, Family::Ecp5, Family::Ice40, Family::Ice40Up, Family::Nexus, Family::Xc7];

    fn facts(self) -> &'static Facts {
        match self {
            Family::Generic => &generic::FACTS,
            Family::Ecp5 => &ecp5::FACTS,
            Family::Ice40 => &ice40::FACTS,
            Family::Ice40Up => &ice40up::FACTS,
            Family::Nexus => &nexus::FACTS,
            Family::Xc7 => &xc7::FACTS,
        }
    }

    /// The name used on command lines and in `build.json`.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// The family of a name.
    pub fn from_name(name: &str) -> Result<Family, UnknownFamily> {
        Family::ALL
            .into_iter()
            .find(|f| f.name() == name)
            .ok_or_else(|| UnknownFamily { name: name.to_owned() })
    }

    /// The clock placed for where none is demanded, in MHz.
    pub fn default_clock_mhz(self) -> f64 {
        self.facts().clock_mhz
    }

    /// The delay model.
    pub fn delays(self) -> &'static Delays {
        &self.facts().delays
    }

    /// Bits of block RAM in the family's largest part (without a family: a large number).
    pub fn largest_memory_bits(self) -> u64 {
        self.facts().memory_bits
    }
}

impl std::fmt::Display for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Family {
    type Err = UnknownFamily;
    fn from_str(s: &str) -> Result<Family, UnknownFamily> {
        Family::from_name(s)
    }
}

impl Delays {
    /// An adder, subtracter or magnitude comparison over a carry chain.
    pub fn adder(&self, bits: u32) -> f64 {
        self.carry + self.carry_bit * bits as f64
    }

    /// A function of `inputs` bits that splits into a tree (and, or, equality).
    pub fn tree(&self, inputs: u32) -> f64 {
        let (mut levels, mut rest) = (1, inputs.div_ceil(self.lut_inputs));
        while rest > 1 {
            rest = rest.div_ceil(self.lut_inputs);
            levels += 1;
        }
        self.lut * levels as f64
    }

    /// Reading a table in look-up tables: the address beyond one table costs a multiplexer level per bit, cheap ones.
    pub fn rom(&self, address_bits: u32) -> f64 {
        self.lut * (1.0 + 0.55 * address_bits.saturating_sub(self.lut_inputs) as f64)
    }

    /// The registers to use inside a hard block that multiplies operands of these signed widths, with `budget` nanoseconds
    /// a stage; `None` if it takes more than a block, or a product and a sum fit the stage without.
    pub fn registered(&self, a: u32, b: u32, budget: f64) -> Option<Registered> {
        let (wide, narrow) = (a.max(b), a.min(b));
        let fits = wide <= self.dsp_bits.0 && narrow <= self.dsp_bits.1;
        if !fits || self.dsp + self.adder(wide) <= budget {
            return None;
        }
        let quick = self.dsp_registered.iter().find(|r| r.out.max(r.period - self.stage) <= budget);
        quick.or(self.dsp_registered.last()).copied()
    }

    /// A product of an a-bit and a b-bit operand, in hard blocks if `dsp` is set.
    pub fn multiplier(&self, a: u32, b: u32, dsp: bool) -> f64 {
        let (wide, narrow) = (a.max(b), a.min(b));
        if dsp && self.dsp_bits.0 > 0 {
            let blocks = wide.div_ceil(self.dsp_bits.0) + narrow.div_ceil(self.dsp_bits.1);
            // Partial products of neighbouring blocks are added on carry chains outside.
            return self.dsp + (blocks - 2) as f64 * self.adder(wide + narrow);
        }
        let levels = (u32::BITS - narrow.saturating_sub(1).leading_zeros()).max(1);
        levels as f64 * self.adder(wide) + self.carry_bit * narrow as f64
    }
}

/// What a circuit is built for.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Device family.
    pub family: Family,
    /// Demanded clock in MHz.
    pub clock_mhz: f64,
    /// Whether multipliers may use hard blocks.
    pub dsp: bool,
    /// Whether tables may lie in block RAM.
    pub block_ram: bool,
    /// How attenuators divide.
    pub division: Division,
    /// Whether the weights of a sequential circuit lie in SPRAM.
    pub weights_in_spram: bool,
}

impl Target {
    /// A family at its default clock, hard multipliers and block RAM allowed.
    pub fn new(family: Family) -> Target {
        let (clock_mhz, division) = (family.default_clock_mhz(), Division::default());
        Target { family, clock_mhz, dsp: true, block_ram: true, division, weights_in_spram: false }
    }

    /// The same at another clock.
    pub fn with_clock(mut self, mhz: f64) -> Target {
        self.clock_mhz = mhz;
        self
    }

    /// The same with hard multipliers allowed or not.
    pub fn with_dsp(mut self, dsp: bool) -> Target {
        self.dsp = dsp;
        self
    }

    /// The same with tables in block RAM allowed or not.
    pub fn with_block_ram(mut self, block_ram: bool) -> Target {
        self.block_ram = block_ram;
        self
    }

    /// The same with the weights of a sequential circuit in SPRAM.
    pub fn with_weights_in_spram(mut self) -> Target {
        self.weights_in_spram = true;
        self
    }

    /// The same with attenuators that divide otherwise.
    pub fn with_division(mut self, division: Division) -> Target {
        self.division = division;
        self
    }

    /// The delay model.
    pub fn delays(&self) -> &'static Delays {
        self.family.delays()
    }

    /// Nanoseconds between two clock edges in which a registered multiplier's slowest path fits, less what every stage
    /// spends.
    pub(crate) fn inside_ns(&self, r: Registered) -> f64 {
        r.out.max(r.period - self.delays().stage)
    }

    /// Nanoseconds of logic that fit between two registers (may be negative at absurd clocks).
    pub fn budget_ns(&self) -> f64 {
        1000.0 / self.clock_mhz - self.delays().stage
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_a_wrong_one_lists_the_valid_ones() {
        for f in Family::ALL {
            assert_eq!(Family::from_name(f.name()), Ok(f));
        }
        let message = Family::from_name("spartan").unwrap_err().to_string();
        assert_eq!(
            message,
            r#"there is no target family "spartan": use one of generic, ecp5, ice40, ice40up, nexus, xc7"#
        );
    }

    #[test]
    fn delays_grow_with_size() {
        for d in Family::ALL.map(Family::delays) {
            assert!(d.adder(32) > d.adder(8) && d.adder(8) > 0.0);
            assert!(d.tree(40) > d.tree(4) && d.tree(4) == d.lut);
            assert!(d.rom(10) > d.rom(4));
            assert!(d.multiplier(36, 36, true) > d.multiplier(16, 16, true));
            assert!(d.multiplier(18, 18, false) > d.multiplier(9, 9, false));
        }
    }

    #[test]
    fn an_unregistered_ecp5_multiplier_meets_what_was_measured() {
        // An inferred 18 by 18 multiplier between registers was measured at 141 MHz on speed grade 6.
        let target = Target::new(Family::Ecp5).with_clock(141.0);
        let slack = target.budget_ns() - target.delays().multiplier(18, 18, true);
        assert!((0.0..0.5).contains(&slack), "{slack}");
    }
}
