// sample_table0_psoftplus_0p3
// Piecewise polynomial of degree 0 in 26 segments: y = psoftplus(0.3).
// Worst error 0.9574 ulp at z = -37, 70.70 % of all 256 codes correctly rounded.
//
// Inputs:  z s8.4
// Outputs: y s8.4
// Latency: 2 clocks. Interval: 1, new inputs every clock.
// Placed for ecp5 at 100 MHz.
// Datapath registers have no reset: outputs count from the latency on.
// Written by gainstage 0.2.0.
`default_nettype none
module sample_table0_psoftplus_0p3 #(parameter ROM_DIR = "") (clk,z,y);

    // Module arguments
    input wire clk;
    input wire signed [7:0] z;
    output wire signed [7:0] y;

    // Local signals
    reg bits1_r1;
    reg [6:0] m_r1;
    reg [3:0] c0_r1;
    reg signed [6:0] shr28_r1;
    reg bits36_r1;
    reg signed [7:0] mux38_r2;

    reg [6:0] blocks [0:3];
    generate
        if (ROM_DIR == "") begin : blocks_here
            initial $readmemh("sample_table0_psoftplus_0p3_blocks.mem", blocks);
        end else begin : blocks_there
            initial $readmemh({ROM_DIR, "/sample_table0_psoftplus_0p3_blocks.mem"}, blocks);
        end
    endgenerate
    reg [3:0] rom [0:31];
    generate
        if (ROM_DIR == "") begin : rom_here
            initial $readmemh("sample_table0_psoftplus_0p3.mem", rom);
        end else begin : rom_there
            initial $readmemh({ROM_DIR, "/sample_table0_psoftplus_0p3.mem"}, rom);
        end
    endgenerate
    wire [10:0] sub27_s0_sum;
    sample_gainstage_add_ecp5 #(.WIDTH(11), .SUBTRACT(1)) sub27_s0_sum_chain (
        .a({{5{sub25_s0[10]}}, sub25_s0[10:5]}), .b({1'd0, add26_s0[14:5]}), .y(sub27_s0_sum)
    );
    // Stage 0
    wire bits1_s0 = z[7];
    wire signed [8:0] neg2_s0 = -$signed({z[7], z});
    wire [7:0] mux3_s0 = bits1_s0 ? neg2_s0[7:0] : z;
    wire [6:0] m_s0 = mux3_s0[6:0];
    wire [1:0] bits5_s0 = m_s0[6:5];
    wire [6:0] rom6_s0 = blocks[bits5_s0];
    wire [4:0] bits7_s0 = rom6_s0[4:0];
    wire [4:0] bound8_s0 = bits7_s0;
    wire [1:0] bits9_s0 = rom6_s0[6:5];
    wire bits11_s0 = m_s0[4];
    wire [2:0] bits12_s0 = m_s0[4:2];
    wire [3:0] bits13_s0 = m_s0[4:1];
    wire bits14_s0 = bits9_s0[0];
    wire mux15_s0 = bits14_s0 ? bits11_s0 : 1'd0;
    wire [3:0] mux16_s0 = bits14_s0 ? bits13_s0 : {1'd0, bits12_s0};
    wire bits17_s0 = bits9_s0[1];
    wire [3:0] mux18_s0 = bits17_s0 ? mux16_s0 : {3'd0, mux15_s0};
    wire [4:0] row_s0 = bound8_s0 | {1'd0, mux18_s0};
    wire [3:0] rom20_s0 = rom[row_s0];
    wire [3:0] c0_s0 = rom20_s0;
    wire [9:0] shl22_s0 = {m_s0, 3'd0};
    wire [11:0] shl23_s0 = {m_s0, 5'd0};
    wire [13:0] shl24_s0 = {m_s0, 7'd0};
    wire signed [10:0] sub25_s0 = $signed({1'd0, shl22_s0}) - $signed({4'd0, m_s0});
    wire [14:0] add26_s0 = {3'd0, shl23_s0} + {1'd0, shl24_s0};
    wire signed [15:0] sub27_s0 = {sub27_s0_sum, sub25_s0[4:0]};
    wire signed [6:0] shr28_s0 = sub27_s0[15:9];
    wire bits36_s0 = mux3_s0[7];
    // Stage 1
    wire signed [7:0] mux29_s1 = bits1_r1 ? {shr28_r1[6], shr28_r1} : {1'd0, m_r1};
    wire signed [7:0] v_s1 = $signed({4'd0, c0_r1}) + mux29_s1;
    wire signed [7:0] mux38_s1 = bits36_r1 ? 8'hda : v_s1;
    // Stage 2
    assign y = mux38_r2;
    wire unused = &{1'b0, neg2_s0[8], add26_s0[4:0], sub27_s0[8:0]};
    always @(posedge clk) begin
        bits1_r1 <= bits1_s0;
        m_r1 <= m_s0;
        c0_r1 <= c0_s0;
        shr28_r1 <= shr28_s0;
        bits36_r1 <= bits36_s0;
        mux38_r2 <= mux38_s1;
    end
endmodule // sample_table0_psoftplus_0p3

`default_nettype wire
