use super::*;
use std::collections::HashSet;

fn format(signed: bool, width: u32) -> Format {
    Format::new(signed, width, 3).expect("a sensible format")
}

fn all(v: &Vectors) -> Vec<Vec<i64>> {
    let inputs = v.formats().len();
    let mut out = vec![0; v.len() as usize * inputs];
    v.fill(0, &mut out);
    out.chunks(inputs).map(<[i64]>::to_vec).collect()
}

#[test]
fn exhaustive_is_every_code_once() {
    let v = Vectors::new(vec![format(true, 5), format(false, 4)]).exhaustive();
    let rows: HashSet<Vec<i64>> = all(&v).into_iter().collect();
    assert_eq!((v.len(), rows.len()), (512, 512));
    assert!(rows.iter().all(|r| (-16..16).contains(&r[0]) && (0..16).contains(&r[1])));
    assert!(Vectors::new(vec![format(true, 7); 3]).exhaustive().is_empty(), "2^21 codes");
    assert!(Vectors::new(vec![format(true, 40); 20]).exhaustive().is_empty());
    assert_eq!(Vectors::new(vec![format(true, 20)]).exhaustive().len(), 1 << 20);
}

#[test]
fn corners_hold_all_combinations_or_each_code() {
    let f = format(true, 8);
    let two = all(&Vectors::new(vec![f, f]).corners(1));
    for (a, b) in [(-128, 127), (0, 0), (1, -1), (64, -64), (63, 65), (127, 127), (-128, -128), (-127, 126)] {
        assert!(two.contains(&vec![a, b]), "{a} {b}");
    }
    let codes = corner_codes(f);
    assert_eq!(two.len(), codes.len() * codes.len());

    let wide = Format::new(false, 48, 0).expect("a sensible format");
    let many = all(&Vectors::new(vec![f, wide, f, wide, f]).corners(1));
    assert_eq!(many.len(), 4099);
    for input in 0..5 {
        let seen: HashSet<i64> = many.iter().map(|r| r[input]).collect();
        let expected = if input % 2 == 1 { corner_codes(wide) } else { corner_codes(f) };
        assert_eq!(seen, expected.into_iter().collect());
    }
}

#[test]
fn any_piece_is_the_same_as_the_whole() {
    let v = Vectors::standard(vec![format(true, 18), format(false, 2)], &[5, 1, -7, 3], 3000, 9)
        .expect("sound data");
    let whole = all(&v);
    assert_eq!(all(&v), whole);
    for start in [0, 1, 500, v.len() - 3001, v.len() - 2000, v.len() - 1025, v.len() - 1] {
        let count = (v.len() - start).min(1500);
        let mut piece = vec![0; count as usize * 2];
        v.fill(start, &mut piece);
        assert_eq!(piece, whole[start as usize..(start + count) as usize].concat());
    }
    assert!(whole.iter().all(|r| v.formats()[0].contains(r[0]) && v.formats()[1].contains(r[1])));
    let random: HashSet<_> = whole[whole.len() - 3000..].iter().collect();
    assert!(random.len() > 2500, "only {} different rows", random.len());
    assert_ne!(
        all(&Vectors::new(v.formats().to_vec()).random(50, 1)),
        all(&Vectors::new(v.formats().to_vec()).random(50, 2))
    );
    let kinds: Vec<_> = v.kinds().map(|(k, _)| k).collect();
    assert_eq!(kinds, [Kind::Corners, Kind::Exhaustive, Kind::Data, Kind::Random]);
}

#[test]
fn a_sample_is_spread_over_the_list() {
    let v = Vectors::new(vec![format(true, 10)]).exhaustive();
    let sample = all(&v.sample(100));
    assert!((90..=100).contains(&sample.len()));
    assert_eq!(sample[0], [-512]);
    assert!(sample[sample.len() - 1][0] > 480);
    assert_eq!(all(&v.sample(5000)), all(&v));
}

#[test]
fn bad_data_is_refused_with_its_place() {
    let v = || Vectors::new(vec![format(true, 4), format(false, 4)]);
    let e = v().data(&[1, 2, 3, -1]).expect_err("negative").to_string();
    assert_eq!(e, "vectors: row 1, input 1: code -1 is not of format u4.3; quantize the data");
    let e = v().data(&[1, 2, 3]).expect_err("odd").to_string();
    assert_eq!(e, "vectors: 3 codes for 2 inputs; give whole rows");
}
