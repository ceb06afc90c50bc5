//! The boards of the directory `constraints`, in the binary.

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        /// Name and text of every shipped board.
        pub const SHIPPED: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../constraints/", $name, ".toml")))),*];
    };
}

shipped!(
    "icebreaker",
    "icesugar",
    "ulx3s-85f",
    "orangecrab-r0.2",
    "colorlight-i5",
    "arty-a7-35",
    "basys3",
    "cmod-a7-35",
    "arty-s7-50",
);

pub(super) fn names() -> String {
    SHIPPED.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}
