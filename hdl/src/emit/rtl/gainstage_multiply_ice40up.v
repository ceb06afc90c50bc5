// gainstage_multiply_ice40up
// p = a*b in two's complement, REGISTERS clocks later, in one SB_MAC16 with its own registers:
// 1 registers the operands, 2 the operands and the product. The lowest bit is a gate beside the block.
//
// Synthesis takes SB_MAC16 (A and B at most 16). Simulators, which define no SYNTHESIS, and synthesis with
// GAINSTAGE_PORTABLE defined take the same registers in plain Verilog.
`default_nettype none

module gainstage_multiply_ice40up #(
    parameter A = 16,
    parameter B = 16,
    parameter REGISTERS = 2
) (
    input wire clk,
    input wire [A-1:0] a,
    input wire [B-1:0] b,
    output wire [A+B-1:0] p
);

`ifdef SYNTHESIS
`ifndef GAINSTAGE_PORTABLE
`define GAINSTAGE_SB_MAC16
`endif
`endif

`ifdef GAINSTAGE_SB_MAC16
    wire [15:0] wide_a;
    wire [15:0] wide_b;
    wire [31:0] product;
    // yosys' ice40_dsp overwrites the registers of every SB_MAC16 whose lowest output is used. So that bit has its own gate.
    reg low;
    always @(posedge clk) low <= a[0] & b[0];
    generate
        if (A == 16) assign wide_a = a;
        else assign wide_a = {{(16 - A){a[A-1]}}, a};
        if (B == 16) assign wide_b = b;
        else assign wide_b = {{(16 - B){b[B-1]}}, b};
    endgenerate
    generate
        if (REGISTERS == 2) begin : registered
            reg later;
            always @(posedge clk) later <= low;
            assign p = {product[A+B-1:1], later};
        end else begin : direct
            assign p = {product[A+B-1:1], low};
        end
    endgenerate
    // Outputs are the 16 by 16 product; the registers of its four parts are passed by.
    SB_MAC16 #(
        .NEG_TRIGGER(1'b0), .A_REG(1'b1), .B_REG(1'b1), .C_REG(1'b0), .D_REG(1'b0),
        .TOP_8x8_MULT_REG(1'b0), .BOT_8x8_MULT_REG(1'b0), .PIPELINE_16x16_MULT_REG1(1'b0),
        .PIPELINE_16x16_MULT_REG2(REGISTERS == 2), .TOPOUTPUT_SELECT(2'b11), .TOPADDSUB_LOWERINPUT(2'b00),
        .TOPADDSUB_UPPERINPUT(1'b0), .TOPADDSUB_CARRYSELECT(2'b00), .BOTOUTPUT_SELECT(2'b11), .BOTADDSUB_LOWERINPUT(2'b00),
        .BOTADDSUB_UPPERINPUT(1'b0), .BOTADDSUB_CARRYSELECT(2'b00), .MODE_8x8(1'b0), .A_SIGNED(1'b1), .B_SIGNED(1'b1)
    ) multiplier (
        .CLK(clk), .CE(1'b1), .A(wide_a), .B(wide_b), .C(16'd0), .D(16'd0), .O(product),
        .AHOLD(1'b0), .BHOLD(1'b0), .CHOLD(1'b0), .DHOLD(1'b0), .IRSTTOP(1'b0), .IRSTBOT(1'b0), .ORSTTOP(1'b0),
        .ORSTBOT(1'b0), .OLOADTOP(1'b0), .OLOADBOT(1'b0), .ADDSUBTOP(1'b0), .ADDSUBBOT(1'b0), .OHOLDTOP(1'b0),
        .OHOLDBOT(1'b0), .CI(1'b0), .ACCUMCI(1'b0), .SIGNEXTIN(1'b0)
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
        if (REGISTERS == 2) begin : registered
            reg [A+B-1:0] outer;
            always @(posedge clk) outer <= product;
            assign p = outer;
        end else begin : direct
            assign p = product;
        end
    endgenerate
`endif

endmodule
`default_nettype wire
