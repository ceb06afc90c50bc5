//! Registers before tables in logic, held as their complement.
//!
//! A table whose address stands in a register looks to yosys like a memory with a registered read: it moves the register
//! behind the table (`memory_dff`), so that the table and what makes the address share a clock. A register of the inverted
//! address stays where it is, and the inverters cost nothing beside look-up tables.

use crate::expr::{Op, RomStyle, Sig};
use crate::module::Module;

/// Per node, whether its last register feeds nothing but addresses of tables in logic.
pub(super) fn inverted(m: &Module) -> Vec<bool> {
    let g = m.graph();
    let place = |s: Sig| m.schedule().place(s);
    let mut is = vec![false; g.nodes().len()];
    let sigs = || (0..g.nodes().len() as u32).map(Sig).filter(|&s| place(s).is_some());
    for s in sigs() {
        if let Some(address) = table_address(m, s) {
            let plain = m.schedule().inside(address) == 0 && !g.signed(address);
            let registered = place(address)
                .is_some_and(|p| p.last > p.stage && place(s).is_some_and(|r| r.stage == p.last));
            is[address.index()] |= plain && registered;
        }
    }
    // Whoever else reads that register wants it as it is.
    let mut clear = |s: Sig, stage: u32| {
        if place(s).is_some_and(|p| p.last == stage) {
            is[s.index()] = false;
        }
    };
    for s in sigs().filter(|&s| !matches!(g.op(s), Op::Out { .. }) && table_address(m, s).is_none()) {
        let stage = place(s).map_or(0, |p| p.stage);
        g.operands(s, |operand| clear(operand, stage));
    }
    m.outputs().iter().for_each(|&(_, s)| clear(s, m.latency()));
    for (instance, stage) in g.instances().iter().zip(m.input_stages()) {
        instance.inputs.iter().for_each(|&s| clear(s, stage.unwrap_or(0)));
    }
    for (i, write) in g.written() {
        write.operands().into_iter().for_each(|s| clear(s, m.schedule().write_stages[i as usize]));
    }
    is
}

/// The address that a table in logic reads, if it has all the bits.
fn table_address(m: &Module, s: Sig) -> Option<Sig> {
    let Op::Rom(rom, address) = m.graph().op(s) else { return None };
    let rom = &m.graph().roms()[rom as usize];
    let whole = m.graph().width(address) >= rom.address_bits();
    (rom.style != RomStyle::Block && whole).then_some(address)
}

#[cfg(test)]
mod tests {
    use crate::arch::table_module;
    use crate::device::{Family, Target};
    use gainstage_golden::approx::{Demand, approximate};
    use gainstage_golden::num::Format;

    #[test]
    fn a_register_before_a_table_holds_the_complement() {
        let format = |frac| Format::new(true, 16, frac).expect("a format");
        let function = "sigmoid".parse().expect("a function");
        let table = approximate(&function, format(12), format(15), &Demand::default()).expect("a table");
        let text = |mhz| {
            let target = Target::new(Family::Ecp5).with_clock(mhz);
            table_module(&table, "t", &target).verilog().expect("Verilog")
        };
        // At 200 MHz |z| and the table have clocks of their own; at 20 they share one.
        assert!(text(200.0).contains("_n <= ~") && text(200.0).contains("rom[~"), "{}", text(200.0));
        assert!(!text(20.0).contains('~'), "{}", text(20.0));
    }
}
