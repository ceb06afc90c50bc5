// gainstage_multiply_xc7
// p = a*b in two's complement, REGISTERS clocks later, in one DSP48E1 with its own registers:
// 1 registers the operands, 3 the operands, the product inside, and the product.
//
// Synthesis takes DSP48E1 (A at most 25, B at most 18). Simulators, which define no SYNTHESIS, and synthesis with
// GAINSTAGE_PORTABLE defined take the same registers in plain Verilog.
`default_nettype none

module gainstage_multiply_xc7 #(
    parameter A = 25,
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
`define GAINSTAGE_DSP48E1
`endif
`endif

`ifdef GAINSTAGE_DSP48E1
    localparam PRODUCT = (REGISTERS == 3) ? 1 : 0;
    wire [29:0] wide_a = {{(30 - A){a[A-1]}}, a};
    wire [17:0] wide_b;
    wire [47:0] product;
    generate
        if (B == 18) assign wide_b = b;
        else assign wide_b = {{(18 - B){b[B-1]}}, b};
    endgenerate
    assign p = product[A+B-1:0];
    // P is M plus C, which is 0. The unused D is all ones, as UG479 advises, and Z is not idle: so synthesis leaves the
    // adders and registers around an instance, which yosys would pack into it whatever registers it has already.
    DSP48E1 #(
        .ACASCREG(1), .ADREG(1), .ALUMODEREG(0), .AREG(1), .A_INPUT("DIRECT"), .BCASCREG(1), .BREG(1), .B_INPUT("DIRECT"),
        .CARRYINREG(0), .CARRYINSELREG(0), .CREG(1), .DREG(1), .INMODEREG(0), .MREG(PRODUCT), .OPMODEREG(0), .PREG(PRODUCT),
        .USE_DPORT("FALSE"), .USE_MULT("MULTIPLY"), .USE_SIMD("ONE48"), .USE_PATTERN_DETECT("NO_PATDET")
    ) multiplier (
        .CLK(clk), .A(wide_a), .B(wide_b), .C(48'd0), .D(25'h1ffffff), .P(product),
        .ALUMODE(4'b0000), .CARRYIN(1'b0), .CARRYINSEL(3'b000), .INMODE(5'b00000), .OPMODE(7'b0110101),
        .CEA1(1'b0), .CEA2(1'b1), .CEAD(1'b0), .CEALUMODE(1'b0), .CEB1(1'b0), .CEB2(1'b1), .CEC(1'b1), .CECARRYIN(1'b0),
        .CECTRL(1'b0), .CED(1'b0), .CEINMODE(1'b0), .CEM(PRODUCT != 0), .CEP(PRODUCT != 0),
        .RSTA(1'b0), .RSTALLCARRYIN(1'b0), .RSTALUMODE(1'b0), .RSTB(1'b0), .RSTC(1'b0), .RSTCTRL(1'b0), .RSTD(1'b0),
        .RSTINMODE(1'b0), .RSTM(1'b0), .RSTP(1'b0),
        .ACIN(30'd0), .BCIN(18'd0), .PCIN(48'd0), .CARRYCASCIN(1'b0), .MULTSIGNIN(1'b0)
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
