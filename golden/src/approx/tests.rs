use super::*;
use crate::func::Function;
use crate::num::Format;

fn format(width: u32, frac: i32) -> Format {
    Format::new(true, width, frac).unwrap()
}

fn table(function: &str, input: Format, output: Format, degree: Option<u32>) -> Table {
    let function: Function = function.parse().unwrap();
    approximate(&function, input, output, &Demand { degree, ..Demand::default() }).unwrap()
}

/// The smallest uniform tables known for 16-bit arguments in [-8, 8), in bits.
#[test]
fn sizes_against_the_best_known() {
    let cases = [
        ("sigmoid", 15, 1, 7168),
        ("sigmoid", 15, 2, 2048),
        ("sigmoid", 15, 3, 1056),
        ("softplus", 12, 1, 3328),
        ("softplus", 12, 2, 928),
        ("softplus", 12, 3, 456),
        ("none*attenuating(1)", 15, 2, 4864),
        ("none*attenuating(1)", 15, 3, 2944),
    ];
    for (name, frac, degree, best) in cases {
        let t = table(name, format(16, 12), format(16, frac), Some(degree));
        let shape = TableShape::of(&t);
        let (bits, rows, row) = (shape.table_bits(), shape.segments, shape.row_bits());
        assert!(t.certificate.worst_ulp < 1.0);
        assert!(bits <= best, "{name} degree {degree}: {rows} x {row} = {bits} bits against {best}");
    }
}
