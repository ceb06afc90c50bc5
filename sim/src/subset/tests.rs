use super::expr::literal;
use super::lexer::{Kind, tokens};
use super::safe;

#[test]
fn tokens_have_kinds_and_lines() {
    let all = tokens("a <= 4'd5; // b\n/* c\n */ `x $y \"z\" \\q ").expect("sound");
    let seen: Vec<_> = all.iter().map(|t| (t.kind, t.text, t.line)).collect();
    assert_eq!(
        seen,
        [
            (Kind::Word, "a", 1),
            (Kind::Mark, "<=", 1),
            (Kind::Number, "4'd5", 1),
            (Kind::Mark, ";", 1),
            (Kind::Directive, "`x", 3),
            (Kind::System, "$y", 3),
            (Kind::Text, "\"z\"", 3),
            (Kind::Escaped, "\\q", 3),
        ]
    );
}

#[test]
fn what_could_do_more_than_compute_is_refused() {
    let module = |item: &str| format!("`default_nettype none\nmodule m(x);\n{item}\nendmodule\n");
    let roms = ["t.mem"];
    for sound in [
        "assign y = $signed(x); // $system",
        "initial $readmemh(\"t.mem\", rom);",
        "initial $readmemh({DIR, \"t.mem\"}, rom);",
        "initial $readmemh({DIR, \"/t.mem\"}, rom);",
        "always @* case (x) 1'b0: y = 1; default: y = 0; endcase",
        "// the verilator of comments",
        "// synthesis",
    ] {
        safe(&module(sound), &roms).unwrap_or_else(|e| panic!("{sound}: {e:?}"));
    }
    for hostile in [
        "initial $system(\"touch evil\");",
        "initial $c(\"system(\\\"touch evil\\\");\");",
        "assign y = $c(1);",
        "integer f; initial f = $fopen(\"evil\", \"w\");",
        "initial $display(\"x\");",
        "initial $readmemh(\"/etc/passwd\", rom);",
        "initial $readmemh(\"/t.mem\", rom);",
        "initial $readmemh({DIR, \"/../t.mem\"}, rom);",
        "initial $readmemb(\"t.mem\", rom);",
        "initial $readmemh(name, rom);",
        "import \"DPI-C\" function int system(input string s);",
        "bind m evil e();",
        "`include \"evil.v\"",
        "`ifdef SYNTHESIS\nassign y = 0;\n`endif",
        "`systemc_header\n#include <cstdlib>\n`verilog",
        "`define a b",
        "`a",
        "`timescale 1ns/1ps",
        "`default_nettype tri",
        "/*verilator tracing_off*/",
        "// verilator lint_off WIDTH",
        "// synopsys translate_off",
        "// synthesis translate_off",
        "assign y = x; // a\r$system(\"touch evil\");",
        "assign \u{3bb} = x;",
        "initial force a.b = 1;",
        "/* no end",
    ] {
        let refused = safe(&module(hostile), &roms).expect_err(hostile);
        assert!(refused.line >= 3, "{hostile}: {refused:?}");
    }
}

#[test]
fn literals_have_a_size_that_holds_them() {
    for sound in ["4'd15", "1'b0", "20'h0fffff", "5'sd3", "128'hffffffffffffffffffffffffffffffff", "8'd000"] {
        assert_eq!(literal(sound), Ok(()), "{sound}");
    }
    for odd in [
        "5", "4'd16", "4'h1f", "0'd0", "4'bx", "4'dz", "4'o7", "4'", "'d3", "4'd", "4'da", "2'b100", "4'd1_0",
    ] {
        assert!(literal(odd).is_err(), "{odd}");
    }
}
