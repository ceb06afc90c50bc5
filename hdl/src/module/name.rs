//! Verilog identifiers.

/// Reserved words of Verilog-2005 and the SystemVerilog words that tools in a later mode would trip over.
const KEYWORDS: &str = " always and assign automatic begin bit break buf bufif0 bufif1 byte case casex casez cell \
checker class clocking cmos config const constraint continue cover deassign default defparam design disable do edge \
else end endcase endconfig endfunction endgenerate endmodule endprimitive endspecify endtable endtask enum event \
export extends final for force forever fork function generate genvar global highz0 highz1 if iff ifnone import \
incdir include initial inout input inside instance int integer interface join large let liblist library local \
localparam logic longint macromodule matches medium modport module nand negedge new nmos nor noshowcancelled not \
notif0 notif1 null or output package packed parameter pmos posedge primitive priority program property protected \
pull0 pull1 pulldown pullup pulsestyle_ondetect pulsestyle_onevent pure rand rcmos real realtime ref reg release \
repeat return rnmos rpmos rtran rtranif0 rtranif1 scalared sequence shortint shortreal showcancelled signed small \
solve specify specparam static string strong0 strong1 struct super supply0 supply1 table tagged task this throughout \
time timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1 triand trior trireg type typedef union unique \
unsigned use uwire var vectored virtual void wait wand weak0 weak1 while wire with within wor xnor xor ";

/// The text as a Verilog identifier: letters, digits and single underscores, no keyword, never empty.
///
/// `-` before a digit becomes `m`, so that negative parameters stay distinct.
pub fn identifier(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => name.push(c),
            '-' if chars.peek().is_some_and(char::is_ascii_digit) => name.push('m'),
            _ if name.ends_with('_') => {}
            _ => name.push('_'),
        }
    }
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name.insert(0, 'n');
    }
    if KEYWORDS.contains(&format!(" {name} ")) {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::identifier;

    #[test]
    fn identifiers_are_legal_and_stay_distinct() {
        assert_eq!(identifier("squarer_s18.12"), "squarer_s18_12");
        assert_eq!(identifier("f-3"), "fm3");
        assert_eq!(identifier("wire"), "wire_");
        assert_eq!(identifier("2x"), "n2x");
        assert_eq!(identifier(""), "n");
        assert_eq!(identifier("a__$b"), "a_b");
    }
}
