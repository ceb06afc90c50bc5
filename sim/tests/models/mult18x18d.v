// MULT18X18D of Lattice ECP5: the ports and parameters that Gainstage uses. One clock, no reset, no shift chains.
`default_nettype none
module MULT18X18D #(
    parameter REG_INPUTA_CLK = "NONE",
    parameter REG_INPUTB_CLK = "NONE",
    parameter REG_INPUTC_CLK = "NONE",
    parameter REG_PIPELINE_CLK = "NONE",
    parameter REG_OUTPUT_CLK = "NONE"
) (
    input wire A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6, A5, A4, A3, A2, A1, A0,
    input wire B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6, B5, B4, B3, B2, B1, B0,
    output wire P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24, P23, P22, P21, P20, P19, P18, P17, P16,
    P15, P14, P13, P12, P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0,
    input wire SIGNEDA, SIGNEDB, SOURCEA, SOURCEB, CLK0, CE0, RST0
);
    wire [17:0] a = {
    A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6, A5, A4, A3, A2, A1, A0
    };
    wire [17:0] b = {
    B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6, B5, B4, B3, B2, B1, B0
    };
    reg [17:0] held_a, held_b;
    reg [35:0] inner, outer;
    wire [17:0] x = (REG_INPUTA_CLK == "CLK0") ? held_a : a;
    wire [17:0] y = (REG_INPUTB_CLK == "CLK0") ? held_b : b;
    wire [35:0] wide_x = {{18{SIGNEDA & x[17]}}, x};
    wire [35:0] wide_y = {{18{SIGNEDB & y[17]}}, y};
    wire [35:0] product = wide_x * wide_y;
    wire [35:0] passed = (REG_PIPELINE_CLK == "CLK0") ? inner : product;
    always @(posedge CLK0) if (CE0) begin
        held_a <= a;
        held_b <= b;
        inner <= product;
        outer <= passed;
    end
    assign {
    P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24, P23, P22, P21, P20, P19, P18, P17, P16, P15, P14,
    P13, P12, P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0
    } = (REG_OUTPUT_CLK == "CLK0") ? outer : passed;
endmodule
`default_nettype wire
