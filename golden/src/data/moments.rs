//! Means and deviations of columns.

/// Mean and standard deviation of each of `width` columns, row-major values.
///
/// A deviation no larger than what rounding alone can make of a constant column is 0: values that differ by an ulp or two
/// carry nothing that can be told from the rounding of whatever wrote them, and dividing by such a deviation would turn it
/// into weights of 10^16.
pub fn moments(values: &[f64], width: usize) -> Vec<[f64; 2]> {
    (0..width).map(|c| column(|| values.iter().skip(c).step_by(width).copied())).collect()
}

/// Units in the last place that a constant column's values may be apart.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

fn column<I: Iterator<Item = f64>>(values: impl Fn() -> I) -> [f64; 2] {
    let rows = values().count() as f64;
    // Around the first value, so that the sum of a large offset does not round away what varies.
    let Some(around) = values().next() else { return [0.0, 0.0] };
    let away = values().map(|v| v - around).sum::<f64>() / rows;
    let square = |v: f64| (v - around - away) * (v - around - away);
    let deviation = (values().map(square).sum::<f64>() / rows).sqrt();
    let largest = values().fold(0.0, |most: f64, v| most.max(v.abs()));
    [around + away, if deviation > ROUNDING * largest { deviation } else { 0.0 }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_column_has_no_deviation_whatever_its_value() {
        for value in [0.1, 0.7, 1e-300, -3.3e9, 1e16, 0.0] {
            for rows in [1, 3, 7, 1000] {
                assert_eq!(moments(&vec![value; rows], 1), [[value, 0.0]], "{rows} times {value}");
            }
        }
    }

    #[test]
    fn an_ulp_is_no_deviation_and_a_small_span_on_a_large_offset_is() {
        for value in [0.1f64, 1013.25, 1.7e9] {
            let next = f64::from_bits(value.to_bits() + 1);
            let column: Vec<f64> = (0..100).map(|i| if i % 3 == 0 { next } else { value }).collect();
            assert_eq!(moments(&column, 1)[0][1], 0.0, "{value}");
        }
        // 0 and 1 in turn on an offset of 2^40: the deviation is 1/2, exactly.
        let offset = (1u64 << 40) as f64;
        let column: Vec<f64> = (0..1000).map(|i| offset + f64::from(i % 2)).collect();
        assert_eq!(moments(&column, 1), [[offset + 0.5, 0.5]]);
    }
}
