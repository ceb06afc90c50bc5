//! The behaviour of hard blocks that yosys knows as empty boxes, in Verilog of our own.

use gainstage_hdl::device::Family;

const MEMORY: (&str, &str) = ("gainstage_memory_model.v", include_str!("models/memory.v"));
const ECP5: (&str, &str) = ("gainstage_ecp5_model.v", include_str!("models/ecp5.v"));
const NEXUS: (&str, &str) = ("gainstage_nexus_model.v", include_str!("models/nexus.v"));
const XC7: (&str, &str) = ("gainstage_xc7_model.v", include_str!("models/xc7.v"));

/// File names and texts of a family's models.
pub(crate) fn of(family: Family) -> &'static [(&'static str, &'static str)] {
    match family {
        Family::Ecp5 => &[MEMORY, ECP5],
        Family::Nexus => &[MEMORY, NEXUS],
        Family::Xc7 => &[MEMORY, XC7],
        // yosys has the behaviour of all there is.
        Family::Ice40 | Family::Ice40Up | Family::Generic => &[],
    }
}

/// Whether a text is one of the models, byte for byte.
pub(crate) fn is_model(text: &[u8]) -> bool {
    [MEMORY, ECP5, NEXUS, XC7].iter().any(|(_, model)| model.as_bytes() == text)
}
