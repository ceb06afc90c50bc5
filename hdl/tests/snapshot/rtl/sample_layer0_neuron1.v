// sample_layer0_neuron1
// Neuron: z = sum of w*x + bias, exact with 11 fraction bits; z in s8.4, h = psoftplus(0.3) in s8.4, y = h/(h^2 + b) in s8.4.
// Weights in s8.6: -64 19. Bias -77.
//
// Inputs:  x0 s8.5, x1 s8.5
// Outputs: y s8.4
// Latency: 9 clocks. Interval: 1, new inputs every clock.
// Placed for ecp5 at 100 MHz.
// Datapath registers have no reset: outputs count from the latency on.
// Written by gainstage-hdl 0.1.0.
`default_nettype none
module sample_layer0_neuron1(clk,x0,x1,y);

    // Module arguments
    input wire clk;
    input wire signed [7:0] x0;
    input wire signed [7:0] x1;
    output wire signed [7:0] y;

    // Stub signals
    wire signed [7:0] activation_z;
    wire signed [7:0] activation_y;
    wire signed [7:0] kind_h;
    wire signed [7:0] kind_y;

    // Local signals
    reg signed [7:0] shr11_r1;
    reg bits12_r1;
    reg signed [7:0] z_r2;

    // Sub module instances
    sample_table0 activation(
        .clk(clk),
        .z(activation_z),
        .y(activation_y)
    );
    sample_attenuate_b256_s8f4_s8f4 kind(
        .clk(clk),
        .h(kind_h),
        .y(kind_y)
    );

    // Stage 0
    wire signed [13:0] shl2_s0 = {x0, 6'd0};
    wire signed [9:0] shl3_s0 = {x1, 2'd0};
    wire signed [11:0] shl4_s0 = {x1, 4'd0};
    wire signed [8:0] add7_s0 = {x1[7], x1} + 9'd77;
    wire signed [12:0] add8_s0 = {{3{shl3_s0[9]}}, shl3_s0} + {shl4_s0[11], shl4_s0};
    wire signed [14:0] add9_s0 = {shl2_s0[13], shl2_s0} + {{6{add7_s0[8]}}, add7_s0};
    wire signed [14:0] acc_s0 = {{2{add8_s0[12]}}, add8_s0} - add9_s0;
    wire signed [7:0] shr11_s0 = acc_s0[14:7];
    wire bits12_s0 = acc_s0[6];
    // Stage 1
    wire signed [7:0] z_s1 = shr11_r1 + {7'd0, bits12_r1};
    // Stage 2
    assign activation_z = z_r2;
    // Stage 4
    assign kind_h = activation_y;
    // Stage 9
    assign y = kind_y;
    wire unused = &{1'b0, acc_s0[5:0]};
    always @(posedge clk) begin
        shr11_r1 <= shr11_s0;
        bits12_r1 <= bits12_s0;
        z_r2 <= z_s1;
    end
endmodule // sample_layer0_neuron1

`default_nettype wire
