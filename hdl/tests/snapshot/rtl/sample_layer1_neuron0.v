// sample_layer1_neuron0
// Neuron: z = sum of w*x + bias, exact with 10 fraction bits; y = z in s10.5.
// Weights in s8.6: 33 -100 5. Bias 12.
//
// Inputs:  x0 s8.4, x1 s8.4, x2 s8.4
// Outputs: y s10.5
// Latency: 2 clocks. Interval: 1, new inputs every clock.
// Placed for ecp5 at 100 MHz.
// Datapath registers have no reset: outputs count from the latency on.
// Written by gainstage-hdl 0.1.0.
`default_nettype none
module sample_layer1_neuron0(clk,x0,x1,x2,y);

    // Module arguments
    input wire clk;
    input wire signed [7:0] x0;
    input wire signed [7:0] x1;
    input wire signed [7:0] x2;
    output wire signed [9:0] y;

    // Local signals
    reg signed [8:0] shr19_r1;
    reg bits20_r1;
    reg signed [8:0] rounded_r2;

    // Stage 0
    wire [6:0] bound1_s0 = x0[6:0];
    wire signed [4:0] bound3_s0 = x1[4:0];
    wire signed [7:0] bound5_s0 = x2;
    wire [11:0] shl6_s0 = {bound1_s0, 5'd0};
    wire signed [6:0] shl7_s0 = {bound3_s0, 2'd0};
    wire signed [9:0] shl8_s0 = {bound3_s0, 5'd0};
    wire signed [11:0] shl9_s0 = {bound3_s0, 7'd0};
    wire signed [9:0] shl10_s0 = {bound5_s0, 2'd0};
    wire [7:0] add12_s0 = {1'd0, bound1_s0} + 8'd12;
    wire signed [8:0] sub13_s0 = {bound5_s0[7], bound5_s0} - {{2{shl7_s0[6]}}, shl7_s0};
    wire signed [10:0] add14_s0 = {shl8_s0[9], shl8_s0} + {shl10_s0[9], shl10_s0};
    wire signed [13:0] sub15_s0 = {2'd0, shl6_s0} - {{2{shl9_s0[11]}}, shl9_s0};
    wire signed [9:0] add16_s0 = {2'd0, add12_s0} + {sub13_s0[8], sub13_s0};
    wire signed [13:0] add17_s0 = {{3{add14_s0[10]}}, add14_s0} + sub15_s0;
    wire signed [13:0] acc_s0 = {{4{add16_s0[9]}}, add16_s0} + add17_s0;
    wire signed [8:0] shr19_s0 = acc_s0[13:5];
    wire bits20_s0 = acc_s0[4];
    // Stage 1
    wire signed [8:0] rounded_s1 = shr19_r1 + {8'd0, bits20_r1};
    // Stage 2
    assign y = {rounded_r2[8], rounded_r2};
    wire unused = &{1'b0, x0[7], x1[7:5], acc_s0[3:0]};
    always @(posedge clk) begin
        shr19_r1 <= shr19_s0;
        bits20_r1 <= bits20_s0;
        rounded_r2 <= rounded_s1;
    end
endmodule // sample_layer1_neuron0

`default_nettype wire
