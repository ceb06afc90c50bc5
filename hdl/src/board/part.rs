//! What a part number says: family, size, package, speed, and how much there is of everything.

use crate::device::Family;

/// A part, in the words of the tools that place and route for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Device {
    /// Lattice iCE40: nextpnr's size, such as `up5k`, and package.
    Ice40 {
        /// Size.
        size: &'static str,
        /// Package in small letters.
        package: String,
        /// What it has.
        capacity: Capacity,
    },
    /// Lattice ECP5.
    Ecp5 {
        /// nextpnr's size, such as `85k` or `um5g-45k`.
        size: String,
        /// nextpnr's package, such as `CABGA381`.
        package: &'static str,
        /// Speed grade, 6 to 8.
        speed: u8,
        /// What it has.
        capacity: Capacity,
    },
    /// AMD 7 series: Vivado takes the part number as it is.
    Xc7 {
        /// Part number.
        part: String,
        /// What it has.
        capacity: Capacity,
    },
}

/// What a part has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Capacity {
    /// Look-up tables (of 6 inputs in 7 series, else of 4).
    pub lut: u64,
    /// Flip-flops.
    pub ff: u64,
    /// Hard multipliers.
    pub dsp: u64,
    /// Block RAMs: of 4 kbit (iCE40) or 18 kbit.
    pub bram: u64,
    /// Memories of 256 kbit (iCE40 UltraPlus).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub spram: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

const fn capacity(lut: u64, ff: u64, dsp: u64, bram: u64) -> Capacity {
    Capacity { lut, ff, dsp, bram, spram: 0 }
}

/// The same of an UltraPlus, which has four large memories.
const fn ultra_plus(lut: u64, ff: u64, dsp: u64, bram: u64) -> Capacity {
    Capacity { spram: 4, ..capacity(lut, ff, dsp, bram) }
}

/// Part name as in the data sheet, nextpnr's size, capacity.
const ICE40: &[(&str, &str, Capacity)] = &[
    ("UP5K", "up5k", ultra_plus(5280, 5280, 8, 30)),
    ("UP3K", "up3k", ultra_plus(2800, 2800, 4, 20)),
    ("HX8K", "hx8k", capacity(7680, 7680, 0, 32)),
    ("HX4K", "hx4k", capacity(3520, 3520, 0, 20)),
    ("HX1K", "hx1k", capacity(1280, 1280, 0, 16)),
    ("LP8K", "lp8k", capacity(7680, 7680, 0, 32)),
    ("LP4K", "lp4k", capacity(3520, 3520, 0, 20)),
    ("LP1K", "lp1k", capacity(1280, 1280, 0, 16)),
];

/// The 12F is a 25F with another mark, and nextpnr uses all of it.
const ECP5: &[(&str, &str, Capacity)] = &[
    ("12", "12k", capacity(24_288, 24_288, 28, 56)),
    ("25", "25k", capacity(24_288, 24_288, 28, 56)),
    ("45", "45k", capacity(43_848, 43_848, 72, 108)),
    ("85", "85k", capacity(83_640, 83_640, 156, 208)),
];

const ECP5_PACKAGES: &[(&str, &str)] = &[
    ("BG256", "CABGA256"),
    ("BG381", "CABGA381"),
    ("BG554", "CABGA554"),
    ("BG756", "CABGA756"),
    ("MG285", "CSFBGA285"),
    ("TG144", "TQFP144"),
];

const XC7: &[(&str, Capacity)] = &[
    ("xc7a15t", capacity(10_400, 20_800, 45, 50)),
    ("xc7a35t", capacity(20_800, 41_600, 90, 100)),
    ("xc7a50t", capacity(32_600, 65_200, 120, 150)),
    ("xc7a100t", capacity(63_400, 126_800, 240, 270)),
    ("xc7a200t", capacity(134_600, 269_200, 740, 730)),
    ("xc7s25", capacity(14_600, 29_200, 80, 90)),
    ("xc7s50", capacity(32_600, 65_200, 120, 150)),
];

/// The device of a part number.
pub(super) fn device(part: &str) -> Result<Device, String> {
    let found = match part {
        p if p.starts_with("iCE40") => ice40(&p["iCE40".len()..]),
        p if p.starts_with("LFE5U") => ecp5(&p["LFE5U".len()..]),
        p if p.starts_with("xc7") => xc7(p),
        _ => None,
    };
    found.ok_or_else(|| {
        format!(
            "{part:?} is no known part: use the maker's whole number, such as iCE40UP5K-SG48, \
             LFE5U-85F-6BG381C or xc7a35ticsg324-1L"
        )
    })
}

fn ice40(rest: &str) -> Option<Device> {
    let (name, package) = rest.split_once('-')?;
    let &(_, size, capacity) = ICE40.iter().find(|(n, ..)| *n == name)?;
    let good = !package.is_empty() && package.bytes().all(|b| b.is_ascii_alphanumeric());
    good.then(|| Device::Ice40 { size, package: package.to_lowercase(), capacity })
}

/// Such as `-85F-6BG381C`, `M-45F-8BG381I` or `M5G-85F-8BG554C`.
fn ecp5(rest: &str) -> Option<Device> {
    let mut pieces = rest.split('-');
    let (variant, name, order) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let prefix = match variant {
        "" => "",
        "M" => "um-",
        "M5G" => "um5g-",
        _ => return None,
    };
    let &(_, size, capacity) = ECP5.iter().find(|(n, ..)| name.strip_suffix('F') == Some(n))?;
    let speed = order.bytes().next().filter(|s| (b'6'..=b'8').contains(s))? - b'0';
    let &(_, package) = ECP5_PACKAGES.iter().find(|(n, _)| order[1..].starts_with(n))?;
    (pieces.next().is_none()).then(|| Device::Ecp5 {
        size: format!("{prefix}{size}"),
        package,
        speed,
        capacity,
    })
}

fn xc7(part: &str) -> Option<Device> {
    // The longest that fits: no name of the list is the start of another, but `xc7a35ti` is a 35T too.
    let &(_, capacity) = XC7.iter().find(|(n, _)| part.starts_with(n))?;
    let good = part.contains('-') && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    good.then(|| Device::Xc7 { part: part.into(), capacity })
}

impl Device {
    /// The family.
    pub fn family(&self) -> Family {
        match self {
            Device::Ice40 { size, .. } if size.starts_with("up") => Family::Ice40Up,
            Device::Ice40 { .. } => Family::Ice40,
            Device::Ecp5 { .. } => Family::Ecp5,
            Device::Xc7 { .. } => Family::Xc7,
        }
    }

    /// What it has.
    pub fn capacity(&self) -> Capacity {
        match self {
            Device::Ice40 { capacity, .. } | Device::Ecp5 { capacity, .. } | Device::Xc7 { capacity, .. } => {
                *capacity
            }
        }
    }
}
