use super::*;
use crate::num::Format;

fn format(width: u32, frac: i32) -> Format {
    Format::new(true, width, frac).unwrap()
}

/// Bits of the smallest table that a quick search finds.
fn smallest(function: &str, input: Format, output: Format, demand: Demand) -> u64 {
    let table = approximate_with(&function.parse().unwrap(), input, output, &demand, &BitCost).unwrap();
    assert!(table.certificate.worst_ulp < 1.0);
    TableShape::of(&table).table_bits()
}

/// The smallest tables of equal segments known for 16-bit arguments in [-8, 8), in bits.
#[test]
fn equal_segments_against_the_best_known() {
    let cases = [
        ("sigmoid", 15, 1, 7168),
        ("sigmoid", 15, 2, 2048),
        ("sigmoid", 15, 3, 704),
        ("softplus", 12, 1, 3328),
        ("softplus", 12, 2, 928),
        ("softplus", 12, 3, 304),
        ("none*attenuating(1)", 15, 2, 4864),
        ("none*attenuating(1)", 15, 3, 2944),
    ];
    for (name, frac, degree, best) in cases {
        let demand = Demand { degree: Some(degree), segments: Segments::Equal, ..Demand::default() };
        let bits = smallest(name, format(16, 12), format(16, frac), demand);
        assert!(bits <= best, "{name} degree {degree}: {bits} bits against {best}");
    }
}

/// With the decoder's table counted. FloPoCo's best are 784, 1152 (softplus), 3264, 960 and 3968 bits.
#[test]
fn any_segments_are_smaller() {
    let cases = [
        ("sigmoid", 16, 12, 15, 500),
        ("softplus", 16, 12, 12, 300),
        ("none*attenuating(1)", 16, 12, 15, 1000),
        ("sigmoid", 12, 8, 11, 300),
        ("none*attenuating(1)", 12, 8, 11, 450),
    ];
    for (name, width, input, output, best) in cases {
        let bits = smallest(name, format(width, input), format(width, output), Demand::default());
        assert!(bits <= best, "{name} at {width} bits: {bits} bits against {best}");
    }
}
