//! Plain text tables.

use std::fmt;

/// A table with a header; columns are as wide as their widest cell, numbers stand on the right.
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these column heads.
    pub fn new(head: &[&str]) -> Table {
        Table { rows: vec![head.iter().map(|h| (*h).to_owned()).collect()] }
    }

    /// Adds a row; missing cells stay empty.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    fn cell(&self, row: usize, column: usize) -> &str {
        self.rows[row].get(column).map_or("", String::as_str)
    }

    /// A column is numeric if every cell below its head is empty, a dash, or begins as a number does.
    fn numeric(&self, column: usize) -> bool {
        let number = |c: &str| {
            let c = c.strip_prefix('-').unwrap_or(c);
            c.is_empty() || c.starts_with(|d: char| d.is_ascii_digit())
        };
        (1..self.rows.len()).all(|r| number(self.cell(r, column)))
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let wide = |c| (0..self.rows.len()).map(|r| self.cell(r, c).chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(wide).collect();
        let numeric: Vec<bool> = (0..columns).map(|c| self.numeric(c)).collect();
        for r in 0..self.rows.len() {
            let mut line = String::new();
            for c in 0..columns {
                let (cell, width) = (self.cell(r, c), widths[c]);
                let gap = if c > 0 { "  " } else { "" };
                line += &match numeric[c] {
                    true => format!("{gap}{cell:>width$}"),
                    false => format!("{gap}{cell:<width$}"),
                };
            }
            writeln!(f, "{}", line.trim_end())?;
            if r == 0 {
                let rules: Vec<String> = widths.iter().map(|w| "-".repeat(*w)).collect();
                writeln!(f, "{}", rules.join("  "))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_right_words_left() {
        let mut table = Table::new(&["name", "n"]);
        table.row(["a".into(), "7".into()]);
        table.row(["long".into(), "-12".into()]);
        assert_eq!(table.to_string(), "name    n\n----  ---\na       7\nlong  -12\n");
    }
}
