//! Functions that a program may need, as C text. Only those that are used are written: an unused static function is a
//! warning.

/// A macro because Rust has no constant formatting.
macro_rules! dot {
    ($bits:literal) => {
        concat!(
            "static int64_t dot",
            $bits,
            "(int64_t acc, const int",
            $bits,
            "_t *w, const int64_t *x, int n)\n{\n    int i;\n    for (i = 0; i < n; i++) {\n        \
             acc += w[i] * x[i];\n    }\n    return acc;\n}\n\n"
        )
    };
}

/// A constant at an address: on an AVR its program memory is asked.
macro_rules! constant {
    ($bits:literal, $read:literal) => {
        concat!(
            "#ifdef __AVR__\nstatic int",
            $bits,
            "_t constant",
            $bits,
            "(const int",
            $bits,
            "_t *p)\n{\n    return ",
            $read,
            ";\n}\n#else\n#define constant",
            $bits,
            "(p) (*(p))\n#endif\n\n"
        )
    };
}

/// A function of the C program, in the order in which they must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Helper {
    /// `constant8(p)`: the constant at p, wherever constants stand.
    Constant8,
    /// The same for 16 bits.
    Constant16,
    /// The same for 32 bits.
    Constant32,
    /// The same for 64 bits.
    Constant64,
    /// `clamp(v, lo, hi)`
    Clamp,
    /// `shift_right(v, n)`: floor(v / 2^n), n from 0 to 63.
    ShiftRight,
    /// `narrow(v, n, lo, hi)`: v / 2^n rounded half up, then saturated; n from 1 to 63.
    Narrow,
    /// `widen(v, n, lo, hi)`: v * 2^n, saturated; n from 1 to 62.
    Widen,
    /// `attenuate(k, b, up, down, lo, hi)`
    Attenuate,
    /// `dot(acc, w, x, n)` for weights of 8 bits.
    Dot8,
    /// The same for 16 bits.
    Dot16,
    /// The same for 32 bits.
    Dot32,
    /// The same for 64 bits.
    Dot64,
}

impl Helper {
    /// The sum of products for weights stored in so many bits.
    pub fn dot(bits: u32) -> Helper {
        match bits {
            8 => Helper::Dot8,
            16 => Helper::Dot16,
            32 => Helper::Dot32,
            _ => Helper::Dot64,
        }
    }

    /// The read of a constant stored in so many bits.
    pub fn constant(bits: u32) -> Helper {
        match bits {
            8 => Helper::Constant8,
            16 => Helper::Constant16,
            32 => Helper::Constant32,
            _ => Helper::Constant64,
        }
    }

    /// Bits of the weights that it reads, if it does.
    pub fn weight_bits(self) -> Option<u32> {
        match self {
            Helper::Dot8 => Some(8),
            Helper::Dot16 => Some(16),
            Helper::Dot32 => Some(32),
            Helper::Dot64 => Some(64),
            _ => None,
        }
    }

    /// What it calls.
    pub fn needs(self) -> &'static [Helper] {
        match self {
            Helper::Narrow => &[Helper::Clamp, Helper::ShiftRight],
            Helper::Widen | Helper::Attenuate => &[Helper::Clamp],
            _ => &[],
        }
    }

    /// The function.
    pub fn text(self) -> &'static str {
        match self {
            Helper::Constant8 => constant!("8", "(int8_t)pgm_read_byte(p)"),
            Helper::Constant16 => constant!("16", "(int16_t)pgm_read_word(p)"),
            Helper::Constant32 => constant!("32", "(int32_t)pgm_read_dword(p)"),
            Helper::Constant64 => constant!(
                "64",
                "(int64_t)(pgm_read_dword(p) | (uint64_t)pgm_read_dword((const char *)p + 4) << 32)"
            ),
            Helper::Clamp => CLAMP,
            Helper::ShiftRight => SHIFT_RIGHT,
            Helper::Narrow => NARROW,
            Helper::Widen => WIDEN,
            Helper::Attenuate => ATTENUATE,
            Helper::Dot8 => dot!("8"),
            Helper::Dot16 => dot!("16"),
            Helper::Dot32 => dot!("32"),
            Helper::Dot64 => dot!("64"),
        }
    }
}

const CLAMP: &str = "\
static int64_t clamp(int64_t v, int64_t lo, int64_t hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

";

const SHIFT_RIGHT: &str = "\
/* floor(v / 2^n). C leaves >> of a negative number to the compiler, so only unsigned numbers are shifted: ~v is
 * -v - 1, which is not negative where v is. */
static int64_t shift_right(int64_t v, int n)
{
    return v >= 0 ? (int64_t)((uint64_t)v >> n) : -(int64_t)(~(uint64_t)v >> n) - 1;
}

";

const NARROW: &str = "\
/* v / 2^n, rounded half up, then saturated. v has at most 63 bits, so the sum cannot overflow. */
static int64_t narrow(int64_t v, int n, int64_t lo, int64_t hi)
{
    return clamp(shift_right(v + ((int64_t)1 << (n - 1)), n), lo, hi);
}

";

const WIDEN: &str = "\
/* v * 2^n, saturated: before the product too, so that it cannot overflow. */
static int64_t widen(int64_t v, int n, int64_t lo, int64_t hi)
{
    const int64_t unit = (int64_t)1 << n;
    return clamp(clamp(v, lo / unit - 1, hi / unit + 1) * unit, lo, hi);
}

";

const ATTENUATE: &str = "\
/* k * 2^up / ((k^2 + b) * 2^down), rounded half away from zero, then saturated. */
static int64_t attenuate(int64_t k, int64_t b, int up, int down, int64_t lo, int64_t hi)
{
    const int64_t n = (k < 0 ? -k : k) * ((int64_t)1 << up);
    const int64_t d = (k * k + b) * ((int64_t)1 << down);
    const int64_t magnitude = (2 * n + d) / (2 * d);
    return clamp(k < 0 ? -magnitude : magnitude, lo, hi);
}

";
