// sample_gainstage_add_ecp5
// y = a + b or, with SUBTRACT, a - b, in WIDTH bits, on one carry chain of its own.
//
// Two additions in a row become rows of full adders in synthesis, half as many cells again as two chains; this keeps them
// apart. Synthesis takes CCU2C. Simulators, which define no SYNTHESIS, and synthesis with GAINSTAGE_PORTABLE defined take
// plain Verilog.
`default_nettype none

module sample_gainstage_add_ecp5 #(
    parameter WIDTH = 2,
    parameter SUBTRACT = 0
) (
    input wire [WIDTH-1:0] a,
    input wire [WIDTH-1:0] b,
    output wire [WIDTH-1:0] y
);

`ifdef SYNTHESIS
`ifndef GAINSTAGE_PORTABLE
`define GAINSTAGE_CCU2C
`endif
`endif

`ifdef GAINSTAGE_CCU2C
    localparam PAIRS = (WIDTH + 1) / 2;
    wire [2*PAIRS-1:0] wide_a;
    wire [2*PAIRS-1:0] wide_b;
    wire [2*PAIRS-1:0] sum;
    wire [PAIRS:0] carry;
    assign carry[0] = (SUBTRACT != 0);
    assign y = sum[WIDTH-1:0];
    generate
        if (WIDTH % 2 == 0) begin : even
            assign wide_a = a;
            assign wide_b = b;
        end else begin : odd
            assign wide_a = {1'b0, a};
            assign wide_b = {1'b0, b};
        end
    endgenerate
    genvar i;
    generate
        for (i = 0; i < PAIRS; i = i + 1) begin : pair
            // A exclusive or B exclusive or C with the carry; without propagation A is the carry.
            CCU2C #(.INIT0(16'h96AA), .INIT1(16'h96AA), .INJECT1_0("NO"), .INJECT1_1("NO")) cells (
                .CIN(carry[i]),
                .A0(wide_a[2*i]), .B0(wide_b[2*i]), .C0(SUBTRACT != 0), .D0(1'b1),
                .A1(wide_a[2*i+1]), .B1(wide_b[2*i+1]), .C1(SUBTRACT != 0), .D1(1'b1),
                .S0(sum[2*i]), .S1(sum[2*i+1]), .COUT(carry[i+1])
            );
        end
    endgenerate
`else
    assign y = (SUBTRACT != 0) ? a - b : a + b;
`endif

endmodule
`default_nettype wire
