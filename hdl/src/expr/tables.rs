//! Reading tables.

use super::range::MAX_WIDTH;
use super::{Column, Graph, Op, Rom, RomStyle, Sig};
use std::sync::Arc;

impl Graph {
    /// The word of a table at an address.
    ///
    /// # Panics
    /// If the address may lie outside the table.
    pub fn rom(&mut self, address: Sig, rom: &Arc<Rom>) -> Sig {
        let r = self.range(address);
        let depth = rom.words.len();
        assert!(r.lo >= 0 && r.hi < depth as i128, "{}: addresses {r}, but {depth} words", rom.name);
        let index = self.roms.iter().position(|x| x == rom).unwrap_or_else(|| {
            self.roms.push(rom.clone());
            self.roms.len() - 1
        });
        match self.as_const(address) {
            Some(i) => self.constant(rom.words[i as usize]),
            None => self.push(Op::Rom(index as u32, address)),
        }
    }

    /// Several tables read at one address, packed into shared words: one signal per column.
    ///
    /// Column 0 stands in the low bits. A column is as wide as its range; one without choice takes no storage. Words
    /// that would exceed 120 bits are split over `name`, `name_1`, ...
    ///
    /// # Panics
    /// If the columns are not equally long, an entry leaves its column's range, or the address may lie outside.
    pub fn rom_columns(&mut self, address: Sig, name: &str, style: RomStyle, columns: &[Column]) -> Vec<Sig> {
        let mut signals = Vec::with_capacity(columns.len());
        let (mut rest, mut part) = (columns, 0);
        while !rest.is_empty() {
            let bits = rest.iter().scan(0, |sum, c| {
                *sum += c.width();
                Some(*sum)
            });
            let count = bits.take_while(|&b| b <= MAX_WIDTH).count();
            let (now, later) = rest.split_at(count);
            let name = if part == 0 { name.to_owned() } else { format!("{name}_{part}") };
            let word = self.rom(address, &Arc::new(Rom::packed(&name, now).with_style(style)));
            signals.extend(self.fields(word, now));
            (rest, part) = (later, part + 1);
        }
        signals
    }

    /// The columns of a packed word.
    pub(crate) fn fields(&mut self, word: Sig, columns: &[Column]) -> Vec<Sig> {
        let mut lo = 0;
        let mut next = |column: &Column| {
            let field = self.field(word, lo, column);
            lo += column.width();
            field
        };
        columns.iter().map(&mut next).collect()
    }

    fn field(&mut self, word: Sig, lo: u32, column: &Column) -> Sig {
        let (range, width) = (column.range, column.width());
        if let Some(c) = range.single() {
            return self.constant(c);
        }
        let bits = self.slice(word, lo, width);
        let code = if range.hi < 0 {
            let ones = self.constant(-1);
            self.concat(ones, bits, width)
        } else if range.signed() {
            self.as_signed(bits, width)
        } else {
            bits
        };
        // A whole word is the table's own node, whose range must stay that of the table.
        self.assume_range(code, range.lo, range.hi)
    }
}
