// sample_table0
// Piecewise polynomial of degree 0 in 34 segments: y = psoftplus(0.3).
// Worst error 0.9907 ulp at z = -77, 75.39 % of all 256 codes correctly rounded.
//
// Inputs:  z s8.4
// Outputs: y s8.4
// Latency: 2 clocks. Interval: 1, new inputs every clock.
// Placed for ecp5 at 100 MHz.
// Datapath registers have no reset: outputs count from the latency on.
// Written by gainstage-hdl 0.1.0.
`default_nettype none
module sample_table0(clk,z,y);

    // Module arguments
    input wire clk;
    input wire signed [7:0] z;
    output wire signed [7:0] y;

    // Local signals
    reg bits1_r1;
    reg [6:0] m_r1;
    reg [3:0] c0_r1;
    reg signed [6:0] shr15_r1;
    reg bits23_r1;
    reg signed [7:0] mux25_r2;

    reg [3:0] sample_table0 [0:63];
    initial $readmemh("sample_table0.mem", sample_table0);
    // Stage 0
    wire bits1_s0 = z[7];
    wire signed [8:0] neg2_s0 = -{z[7], z};
    wire [7:0] mux3_s0 = bits1_s0 ? neg2_s0[7:0] : z;
    wire [6:0] m_s0 = mux3_s0[6:0];
    wire [5:0] bits5_s0 = m_s0[6:1];
    wire [3:0] rom6_s0 = sample_table0[bits5_s0];
    wire [3:0] c0_s0 = rom6_s0;
    wire [9:0] shl9_s0 = {m_s0, 3'd0};
    wire [11:0] shl10_s0 = {m_s0, 5'd0};
    wire [13:0] shl11_s0 = {m_s0, 7'd0};
    wire signed [10:0] sub12_s0 = {1'd0, shl9_s0} - {4'd0, m_s0};
    wire [14:0] add13_s0 = {3'd0, shl10_s0} + {1'd0, shl11_s0};
    wire signed [15:0] sub14_s0 = {{5{sub12_s0[10]}}, sub12_s0} - {1'd0, add13_s0};
    wire signed [6:0] shr15_s0 = sub14_s0[15:9];
    wire bits23_s0 = mux3_s0[7];
    // Stage 1
    wire signed [7:0] mux16_s1 = bits1_r1 ? {shr15_r1[6], shr15_r1} : {1'd0, m_r1};
    wire signed [7:0] v_s1 = {4'd0, c0_r1} + mux16_s1;
    wire signed [7:0] mux25_s1 = bits23_r1 ? 8'hda : v_s1;
    // Stage 2
    assign y = mux25_r2;
    wire unused = &{1'b0, neg2_s0[8], sub14_s0[8:0]};
    always @(posedge clk) begin
        bits1_r1 <= bits1_s0;
        m_r1 <= m_s0;
        c0_r1 <= c0_s0;
        shr15_r1 <= shr15_s0;
        bits23_r1 <= bits23_s0;
        mux25_r2 <= mux25_s1;
    end
endmodule // sample_table0

`default_nettype wire
