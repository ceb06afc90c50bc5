// sample_square_s8f4_s8f4
// Amplifying neuron: y = h^2, rounded half up, saturated.
//
// Inputs:  h s8.4
// Outputs: y s8.4
// Latency: 2 clocks. Interval: 1, new inputs every clock.
// Placed for ecp5 at 100 MHz.
// Datapath registers have no reset: outputs count from the latency on.
// Written by gainstage 0.2.0.
`default_nettype none
module sample_square_s8f4_s8f4(clk,h,y);

    // Module arguments
    input wire clk;
    input wire signed [7:0] h;
    output wire signed [7:0] y;

    // Local signals
    reg [6:0] bits5_r1;
    reg [3:0] shr6_r1;
    reg [6:0] mux12_r2;

    // Stage 0
    wire [14:0] square_s0 = $signed({{7{h[7]}}, h}) * $signed({{7{h[7]}}, h});
    wire [10:0] shr2_s0 = square_s0[14:4];
    wire bits3_s0 = square_s0[3];
    wire [10:0] add4_s0 = shr2_s0 + {10'd0, bits3_s0};
    wire [6:0] bits5_s0 = add4_s0[6:0];
    wire [3:0] shr6_s0 = add4_s0[10:7];
    // Stage 1
    wire ge8_s1 = shr6_r1 >= 4'd1;
    wire [6:0] mux12_s1 = ge8_s1 ? 7'd127 : bits5_r1;
    // Stage 2
    assign y = {1'd0, mux12_r2};
    wire unused = &{1'b0, square_s0[2:0]};
    always @(posedge clk) begin
        bits5_r1 <= bits5_s0;
        shr6_r1 <= shr6_s0;
        mux12_r2 <= mux12_s1;
    end
endmodule // sample_square_s8f4_s8f4

`default_nettype wire
