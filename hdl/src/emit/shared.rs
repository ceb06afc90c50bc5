//! Modules that are the same in every design, and yet each design's own.
//!
//! Two designs in one project must not define a module twice, and tools that read every file by itself know no guards. So
//! each design has copies of its own, called after it: `gainstage_stream` is `net_gainstage_stream` in the design `net`.

/// What the names of shared modules begin with in the files that are shipped.
pub const SHARED: &str = "gainstage_";

/// A text of shared modules, or one that uses them, with their names as the design `top` has them.
pub fn owned(top: &str, text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(at) = rest.find(SHARED) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        let inside = out.ends_with(|c: char| c.is_ascii_alphanumeric() || "_$".contains(c));
        if !inside {
            out.push_str(top);
            out.push('_');
        }
        out.push_str(SHARED);
        rest = &found[SHARED.len()..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::owned;

    #[test]
    fn whole_names_are_changed_and_nothing_else() {
        let text = "// gainstage_add: by gainstage 0.1.0\ngainstage_add u(.a(my_gainstage_add), .b(GAINSTAGE_PORTABLE));";
        let want = "// n_gainstage_add: by gainstage 0.1.0\nn_gainstage_add u(.a(my_gainstage_add), .b(GAINSTAGE_PORTABLE));";
        assert_eq!(owned("n", text), want);
        assert_eq!(owned("n", want), want, "once is enough");
    }
}
