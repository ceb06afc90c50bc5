// gainstage_multiply_ecp5
// p = a*b in two's complement, REGISTERS clocks later, in one ECP5 multiplier with its own registers:
// 1 registers the operands, 3 the operands, the product inside, and the product.
//
// Synthesis takes MULT18X18D (A and B at most 18). Simulators, which define no SYNTHESIS, and synthesis with
// GAINSTAGE_PORTABLE defined take the same registers in plain Verilog.
`default_nettype none

module gainstage_multiply_ecp5 #(
    parameter A = 18,
    parameter B = 18,
    parameter REGISTERS = 3
) (
    input wire clk,
    input wire [A-1:0] a,
    input wire [B-1:0] b,
    output wire [A+B-1:0] p
);

`ifdef SYNTHESIS
`ifndef GAINSTAGE_PORTABLE
`define GAINSTAGE_MULT18X18D
`endif
`endif

`ifdef GAINSTAGE_MULT18X18D
    localparam PRODUCT = (REGISTERS == 3) ? "CLK0" : "NONE";
    wire [17:0] wide_a;
    wire [17:0] wide_b;
    wire [35:0] product;
    generate
        if (A == 18) assign wide_a = a;
        else assign wide_a = {{(18 - A){a[A-1]}}, a};
        if (B == 18) assign wide_b = b;
        else assign wide_b = {{(18 - B){b[B-1]}}, b};
    endgenerate
    assign p = product[A+B-1:0];
    MULT18X18D #(
        .REG_INPUTA_CLK("CLK0"), .REG_INPUTB_CLK("CLK0"), .REG_INPUTC_CLK("NONE"),
        .REG_PIPELINE_CLK(PRODUCT), .REG_OUTPUT_CLK(PRODUCT)
    ) multiplier (
        .A0(wide_a[0]), .A1(wide_a[1]), .A2(wide_a[2]), .A3(wide_a[3]), .A4(wide_a[4]), .A5(wide_a[5]),
        .A6(wide_a[6]), .A7(wide_a[7]), .A8(wide_a[8]), .A9(wide_a[9]), .A10(wide_a[10]), .A11(wide_a[11]),
        .A12(wide_a[12]), .A13(wide_a[13]), .A14(wide_a[14]), .A15(wide_a[15]), .A16(wide_a[16]), .A17(wide_a[17]),
        .B0(wide_b[0]), .B1(wide_b[1]), .B2(wide_b[2]), .B3(wide_b[3]), .B4(wide_b[4]), .B5(wide_b[5]),
        .B6(wide_b[6]), .B7(wide_b[7]), .B8(wide_b[8]), .B9(wide_b[9]), .B10(wide_b[10]), .B11(wide_b[11]),
        .B12(wide_b[12]), .B13(wide_b[13]), .B14(wide_b[14]), .B15(wide_b[15]), .B16(wide_b[16]), .B17(wide_b[17]),
        .P0(product[0]), .P1(product[1]), .P2(product[2]), .P3(product[3]), .P4(product[4]), .P5(product[5]),
        .P6(product[6]), .P7(product[7]), .P8(product[8]), .P9(product[9]), .P10(product[10]), .P11(product[11]),
        .P12(product[12]), .P13(product[13]), .P14(product[14]), .P15(product[15]), .P16(product[16]),
        .P17(product[17]), .P18(product[18]), .P19(product[19]), .P20(product[20]), .P21(product[21]),
        .P22(product[22]), .P23(product[23]), .P24(product[24]), .P25(product[25]), .P26(product[26]),
        .P27(product[27]), .P28(product[28]), .P29(product[29]), .P30(product[30]), .P31(product[31]),
        .P32(product[32]), .P33(product[33]), .P34(product[34]), .P35(product[35]), .SIGNEDA(1'b1), .SIGNEDB(1'b1),
        .SOURCEA(1'b0), .SOURCEB(1'b0), .CLK0(clk), .CE0(1'b1), .RST0(1'b0)
    );
`else
    reg [A-1:0] a_r;
    reg [B-1:0] b_r;
    wire signed [A+B-1:0] wide_a = {{B{a_r[A-1]}}, a_r};
    wire signed [A+B-1:0] wide_b = {{A{b_r[B-1]}}, b_r};
    wire signed [A+B-1:0] product = wide_a * wide_b;
    always @(posedge clk) begin
        a_r <= a;
        b_r <= b;
    end
    generate
        if (REGISTERS == 3) begin : registered
            reg [A+B-1:0] inner;
            reg [A+B-1:0] outer;
            always @(posedge clk) begin
                inner <= product;
                outer <= inner;
            end
            assign p = outer;
        end else begin : direct
            assign p = product;
        end
    endgenerate
`endif

endmodule
`default_nettype wire
