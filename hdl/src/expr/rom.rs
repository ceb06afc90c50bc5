//! Read-only tables.

use super::Range;

/// How a table asks to be stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum RomStyle {
    /// Read within a stage; the synthesis tool chooses the storage. The default.
    #[default]
    Auto,
    /// Read within a stage, in look-up tables (`syn_romstyle = "logic"`).
    Logic,
    /// The word is registered as it is read, so that block RAM fits (`rom_style = "block"`): usable one stage later.
    Block,
}

impl RomStyle {
    /// The attribute that asks for it. Not `rom_style = "distributed"`: to yosys that is memory that can be written, and it
    /// gives up on a table.
    pub(crate) fn attribute(self) -> Option<&'static str> {
        match self {
            RomStyle::Auto => None,
            RomStyle::Logic => Some("syn_romstyle = \"logic\""),
            RomStyle::Block => Some("rom_style = \"block\""),
        }
    }
}

/// A table of equally wide words, kept in a `.mem` file beside the Verilog.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Rom {
    /// Name of the file (without `.mem`): unique in a design, unless the contents are equal.
    pub name: String,
    /// The words, address 0 first.
    pub words: Vec<i128>,
    /// The integers a word may hold: gives width and sign. Wider than the contents where words may be replaced.
    pub range: Range,
    /// Storage.
    pub style: RomStyle,
}

/// One of several tables that share an address and a word ([`super::Graph::rom_columns`]).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its entries, address 0 first.
    pub entries: Vec<i128>,
    /// The integers an entry may hold.
    pub range: Range,
}

impl Column {
    /// A column just as wide as its entries need.
    ///
    /// # Panics
    /// If there are none.
    pub fn new(entries: Vec<i128>) -> Column {
        let range = hull("a column", &entries);
        Column { entries, range }
    }

    /// Bits it takes in a word: none if its range leaves no choice, no sign where all entries are negative.
    pub fn width(&self) -> u32 {
        match self.range {
            r if r.single().is_some() => 0,
            r if r.hi < 0 => r.width() - 1,
            r => r.width(),
        }
    }
}

fn hull(name: &str, words: &[i128]) -> Range {
    let (lo, hi) = words.iter().fold((i128::MAX, i128::MIN), |(l, h), &w| (l.min(w), h.max(w)));
    assert!(!words.is_empty(), "{name} has no words");
    Range::new(lo, hi)
}

impl Rom {
    /// Columns side by side, the first in the low bits; words are plain binary.
    pub(crate) fn packed(name: &str, columns: &[Column]) -> Rom {
        let depth = columns.first().map_or(0, |c| c.entries.len());
        let mut words = vec![0i128; depth];
        let mut lo = 0;
        for column in columns {
            assert_eq!(column.entries.len(), depth, "{name}: columns of different length");
            for (word, &entry) in words.iter_mut().zip(&column.entries) {
                assert!(
                    column.range.contains(entry),
                    "{name}: the entry {entry} is outside {}",
                    column.range
                );
                *word |= (entry & ((1 << column.width()) - 1)) << lo;
            }
            lo += column.width();
        }
        Rom::new(name, words).with_range(Range::of_bits(false, lo.max(1)))
    }

    /// A table just as wide as its contents need.
    ///
    /// # Panics
    /// If there are no words.
    pub fn new(name: impl Into<String>, words: Vec<i128>) -> Rom {
        let name = name.into();
        let range = hull(&name, &words);
        Rom { name, words, range, style: RomStyle::Auto }
    }

    /// The same table with the declared range of a word, which must hold every word.
    ///
    /// # Panics
    /// If a word lies outside.
    pub fn with_range(mut self, range: Range) -> Rom {
        assert!(range.includes(self.range), "{}: words {} do not fit {range}", self.name, self.range);
        self.range = range;
        self
    }

    /// The same table, stored otherwise.
    pub fn with_style(mut self, style: RomStyle) -> Rom {
        self.style = style;
        self
    }

    /// Name of its file.
    pub fn file_name(&self) -> String {
        format!("{}.mem", crate::module::identifier(&self.name))
    }

    /// Bits of a word.
    pub fn width(&self) -> u32 {
        self.range.width()
    }

    /// Bits of an address (at least one).
    pub fn address_bits(&self) -> u32 {
        Range::new(0, self.words.len() as i128 - 1).width()
    }

    /// The words as raw bits (two's complement), as they stand in the `.mem` file.
    pub fn raw_words(&self) -> Vec<u128> {
        let mask = (1u128 << self.width()) - 1;
        self.words.iter().map(|&w| w as u128 & mask).collect()
    }
}
