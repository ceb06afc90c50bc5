//! Minimax fits in real numbers: Remez exchange on discrete points.

/// Coefficients c_0 .. c_4 of a polynomial; those above its degree are 0.
pub(super) type Polynomial = [f64; 5];

/// Exchanges after which the reference is good enough: each one can only improve it.
const EXCHANGES: usize = 24;

fn value(c: &Polynomial, x: f64) -> f64 {
    c.iter().rev().fold(0.0, |p, c| p * x + c)
}

/// The polynomial of `degree` with the smallest largest error on `points` (x strictly increasing).
///
/// With fewer than degree + 2 points the degree is lowered until it interpolates. All arithmetic is + - * /, in a
/// fixed order.
pub(super) fn minimax(points: &[(f64, f64)], degree: usize) -> Polynomial {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return [0.0; 5] };
    if points.len() == 1 {
        return [first.1, 0.0, 0.0, 0.0, 0.0];
    }
    let degree = degree.min(points.len() - 2);
    // On [-1, 1] the equations are well conditioned.
    let (centre, radius) = ((first.0 + last.0) / 2.0, (last.0 - first.0) / 2.0);
    let scaled: Vec<(f64, f64)> = points.iter().map(|&(x, y)| ((x - centre) / radius, y)).collect();
    let mut reference = spread(scaled.len(), degree + 2);
    let mut best = [0.0; 5];
    for _ in 0..EXCHANGES {
        let Some((c, level)) = alternate(&scaled, &reference) else { break };
        best = c;
        if !exchange(&scaled, &mut reference, &c, level.abs()) {
            break;
        }
    }
    shift_back(&best, centre, radius)
}

/// Indices of `count` points spaced like the extrema of a Chebyshev polynomial, strictly increasing.
fn spread(len: usize, count: usize) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..count)
        .map(|i| {
            let x = 0.5 - 0.5 * libm::cos(std::f64::consts::PI * i as f64 / (count - 1) as f64);
            (x * (len - 1) as f64 + 0.5).floor() as usize
        })
        .collect();
    for i in 1..count {
        indices[i] = indices[i].max(indices[i - 1] + 1);
    }
    for i in (0..count).rev() {
        indices[i] = indices[i].min(len - (count - i));
    }
    indices
}

/// The polynomial whose error on the reference alternates between ±level.
fn alternate(points: &[(f64, f64)], reference: &[usize]) -> Option<(Polynomial, f64)> {
    let n = reference.len();
    let mut rows = [[0.0; 7]; 6];
    for (i, (row, &at)) in rows.iter_mut().zip(reference).enumerate() {
        let (x, y) = points[at];
        let mut power = 1.0;
        for cell in &mut row[..n - 1] {
            *cell = power;
            power *= x;
        }
        row[n - 1] = if i % 2 == 0 { 1.0 } else { -1.0 };
        row[n] = y;
    }
    let solution = solve(&mut rows[..n], n)?;
    let mut c = [0.0; 5];
    c[..n - 1].copy_from_slice(&solution[..n - 1]);
    Some((c, solution[n - 1]))
}

/// Gaussian elimination with row pivoting on n rows of n + 1 numbers.
fn solve(rows: &mut [[f64; 7]], n: usize) -> Option<[f64; 6]> {
    for i in 0..n {
        let pivot = (i..n).reduce(|a, b| if rows[b][i].abs() > rows[a][i].abs() { b } else { a })?;
        rows.swap(i, pivot);
        let head = rows[i];
        if head[i] == 0.0 {
            return None;
        }
        for row in &mut rows[i + 1..n] {
            let factor = row[i] / head[i];
            for (cell, h) in row[i..=n].iter_mut().zip(&head[i..=n]) {
                *cell -= factor * h;
            }
        }
    }
    let mut x = [0.0; 6];
    for i in (0..n).rev() {
        let sum = (i + 1..n).fold(rows[i][n], |s, j| s - rows[i][j] * x[j]);
        x[i] = sum / rows[i][i];
    }
    Some(x)
}

/// Takes the point with the largest error into the reference; false if none beats the level.
fn exchange(points: &[(f64, f64)], reference: &mut [usize], c: &Polynomial, level: f64) -> bool {
    let error = |i: usize| points[i].1 - value(c, points[i].0);
    let worst = (0..points.len()).fold(0, |w, i| if error(i).abs() > error(w).abs() { i } else { w });
    if error(worst).abs() <= level * 1.0001 || reference.contains(&worst) {
        return false;
    }
    let same = |at: usize| (error(at) < 0.0) == (error(worst) < 0.0);
    let last = reference.len() - 1;
    match reference.iter().position(|&r| r > worst) {
        Some(0) if same(reference[0]) => reference[0] = worst,
        Some(0) => {
            reference.rotate_right(1);
            reference[0] = worst;
        }
        Some(i) if same(reference[i]) => reference[i] = worst,
        Some(i) => reference[i - 1] = worst,
        None if same(reference[last]) => reference[last] = worst,
        None => {
            reference.rotate_left(1);
            reference[last] = worst;
        }
    }
    true
}

/// Coefficients in x of a polynomial in (x - centre) / radius.
fn shift_back(c: &Polynomial, centre: f64, radius: f64) -> Polynomial {
    let mut out = [0.0; 5];
    // Horner on polynomials: out ← out·(x - centre)/radius + c_i.
    for &ci in c.iter().rev() {
        let mut next = [0.0; 5];
        for i in 0..5 {
            next[i] -= out[i] * centre / radius;
            if i > 0 {
                next[i] += out[i - 1] / radius;
            }
        }
        next[0] += ci;
        out = next;
    }
    out
}
