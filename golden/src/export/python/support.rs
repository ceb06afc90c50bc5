//! Functions of the script, as Python text.

/// Operations on arrays of 64-bit integers.
pub(super) const NUMBERS: &str = r#"# No exact value needs more than 63 bits, so 64-bit integers hold them all. `>>` rounds down.


def narrow(v, n, lo, hi):
    """v / 2**n, rounded half up, then saturated."""
    return np.clip((v + (1 << (n - 1))) >> n, lo, hi)


def widen(v, n, lo, hi):
    """v * 2**n, saturated: before the product too, so that it cannot overflow."""
    return np.clip(np.clip(v, (lo >> n) - 1, (hi >> n) + 1) << n, lo, hi)


def attenuate(k, b, up, down, lo, hi):
    """k * 2**up / ((k**2 + b) * 2**down), rounded half away from zero, then saturated."""
    n, d = np.abs(k) << up, (k * k + b) << down
    return np.clip(np.sign(k) * ((2 * n + d) // (2 * d)), lo, hi)


"#;

/// Piecewise polynomials.
pub(super) const PIECEWISE: &str = r#"def piecewise(z, t):
    """The piecewise polynomial t: Horner's rule in the segment of z, every product rounded down."""
    m = z - t["least"] if t["fold"] == "offset" else np.abs(z)
    bits, shift = t["segment_bits"], 0
    if t["blocks"] is None:
        row = m >> bits
    else:  # Segments of unequal lengths: a block says where its rows begin, and how far they are stretched.
        # The least code may lie past the last block; it has a result of its own.
        block = t["blocks"][np.minimum(m >> t["block_bits"], len(t["blocks"]) - 1)]
        first, shift = block[..., 0], block[..., 1]
        row = first + ((m & ((1 << t["block_bits"]) - 1)) >> (bits - shift))
    c = t["rows"][np.minimum(row, len(t["rows"]) - 1)]
    x = ((m << shift) & ((1 << bits) - 1)) - ((1 << bits) >> 1)  # from the middle of the segment
    p = c[..., -1]
    for i, (low, dropped) in enumerate(t["steps"]):
        p = c[..., -2 - i] + ((p * (x >> low)) >> dropped)

    def side(slope, shift, constant, residual):
        line = slope * m
        return (line << shift if shift >= 0 else line >> -shift) + constant + residual * p

    v = side(*t["positive"])
    if t["fold"] == "magnitude":
        v = np.where(z < 0, side(*t["negative"]), v)
    v = v >> t["guard"]
    if t["fold"] == "odd":
        v = np.where(z < 0, -v, v)
    v = np.clip(v, *t["limits"])
    return v if t["lowest"] is None else np.where(z == t["least"], t["lowest"], v)


"#;

/// Codes from values and back.
pub(super) const PORTS: &str = r#"def checked(codes):
    """Codes as an array, or what is wrong with them."""
    codes = np.asarray(codes)
    if codes.ndim != 2 or codes.shape[1] != INPUTS or codes.dtype.kind not in "iu":
        raise ValueError(f"codes: {codes.dtype} of the shape {codes.shape}; give integers, {INPUTS} in each row")
    outside = np.argwhere((codes < INPUT_LEAST) | (codes > INPUT_MOST))
    if len(outside):
        sample, i = outside[0]
        raise ValueError(
            f"codes[{sample}, {i}] is {codes[sample, i]}, but {INPUT_NAMES[i]} has codes from {INPUT_LEAST[i]} to {INPUT_MOST[i]}"
        )
    return codes.astype(np.int64)


def encode(values):
    """Input codes of values, rounded half up, then saturated."""
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] != INPUTS:
        raise ValueError(f"values: the shape {values.shape}; give {INPUTS} numbers in each row")
    if np.isnan(values).any():
        sample, i = np.argwhere(np.isnan(values))[0]
        raise ValueError(f"values[{sample}, {i}] ({INPUT_NAMES[i]}) is no number")
    with np.errstate(over="ignore", invalid="ignore"):
        v = np.ldexp(values, INPUT_FRACTION)
        whole = np.floor(v)
        return np.clip(whole + (v - whole >= 0.5), INPUT_LEAST, INPUT_MOST).astype(np.int64)


def decode(codes):
    """Values of output codes; of classes their indices."""
    return codes if DECIDED == OUTPUTS else np.ldexp(codes.astype(np.float64), -OUTPUT_FRACTION)


def predict_values(values):
    """Output values of input values, a row for each sample; where classes are decided, their indices."""
    return decode(predict(encode(values)))


"#;

/// From a CSV to a CSV.
pub(super) const SCRIPT: &str = r#"def read(path, kind):
    """The inputs in a CSV: columns by name if its first line has all of them, else all columns in order."""
    with open(path, newline="") as file:
        rows = [(number, row) for number, row in enumerate(csv.reader(file), 1) if row]
    columns = range(INPUTS)
    names = [cell.strip() for cell in rows[0][1]] if rows else []
    if all(name in names for name in INPUT_NAMES):
        columns, rows = [names.index(name) for name in INPUT_NAMES], rows[1:]
    elif len(names) != INPUTS:
        raise ValueError(f"{path}: {len(names)} columns; give columns {', '.join(INPUT_NAMES)}")
    else:
        try:
            [kind(cell) for cell in names]
        except ValueError:
            rows = rows[1:]
    samples = []
    for number, row in rows:
        try:
            samples.append([kind(row[column]) for column in columns])
        except (ValueError, IndexError):
            raise ValueError(f"{path}, line {number}: no {kind.__name__} for each of {', '.join(INPUT_NAMES)}") from None
    if not samples:
        raise ValueError(f"{path}: no samples")
    return np.array(samples)


def main(arguments):
    codes = "--codes" in arguments
    paths = [a for a in arguments if a != "--codes"]
    if len(paths) != 1:
        raise ValueError(f"usage: {sys.argv[0]} [--codes] samples.csv")
    outputs = predict(read(paths[0], int)) if codes else predict_values(read(paths[0], float))
    rows = outputs.tolist()
    if CLASSES and not codes:
        rows = [[CLASSES[int(index)] for index in row[:DECIDED]] + row[DECIDED:] for row in rows]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(OUTPUT_NAMES)
    writer.writerows(rows)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (OSError, ValueError) as fault:
        sys.exit(str(fault))
"#;
