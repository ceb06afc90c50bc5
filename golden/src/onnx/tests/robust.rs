//! Damaged files: refused or imported, but never the end of the program.

use super::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A file with a bit of everything.
fn file() -> Vec<u8> {
    Build::new(4)
        .weights("w", &[4, 4], &[0.5; 16])
        .weights("k", &[1, 1, 2], &[0.25, -1.0])
        .constant("shape", wholes(&[-1, 1, 4]))
        .constant("parts", wholes(&[1, 2]))
        .with("Gemm x w -> g", vec![whole("transB", 1), number("alpha", 0.5)])
        .node("Reshape g shape -> r")
        .with("Conv r k -> c", vec![list("pads", &[0, 0]), list("strides", &[1])])
        .with("Flatten c -> f", vec![whole("axis", 1)])
        .with("Split f parts -> a b", vec![whole("axis", 1)])
        .with("HardSigmoid b -> h", vec![number("alpha", 0.3)])
        .with("Concat a h -> y", vec![whole("axis", 1)])
        .output("y")
        .bytes()
}

#[test]
fn every_truncation_is_survived() {
    let file = file();
    assert!(from_bytes(file.clone(), Path::new("."), "f").is_ok());
    for end in 0..file.len() {
        let _ = from_bytes(file[..end].to_vec(), Path::new("."), "f");
    }
}

#[test]
fn damaged_bytes_are_survived() {
    let file = file();
    let mut random = ChaCha8Rng::seed_from_u64(7);
    for _ in 0..3000 {
        let mut damaged = file.clone();
        for _ in 0..random.random_range(1..4) {
            let at = random.random_range(0..damaged.len());
            match random.random_range(0..4) {
                0 => damaged[at] ^= 1 << random.random_range(0..8),
                1 => damaged[at] = random.random(),
                2 => damaged.insert(at, 0xff),
                _ => drop(damaged.remove(at)),
            }
        }
        if let Err(fault) = from_bytes(damaged, Path::new("."), "f") {
            assert!(fault.to_string().len() < 2000, "{fault}");
        }
    }
}
