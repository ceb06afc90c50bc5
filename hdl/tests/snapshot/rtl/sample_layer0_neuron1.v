// sample_layer0_neuron1
// Neuron: z = sum of w*x + bias, exact with 11 fraction bits; z in s8.4, h = psoftplus(0.3) in s8.4, y = h/(h^2 + b) in s8.4.
// Weights in s8.6: -64 19. Bias -77.
//
// Inputs:  acc -10637..=10528
// Outputs: y s8.4
// Latency: 8 clocks. Interval: 1, new inputs every clock.
// Placed for ecp5 at 100 MHz.
// Datapath registers have no reset: outputs count from the latency on.
// Written by gainstage 0.1.0.
`default_nettype none
module sample_layer0_neuron1(clk,acc,y);

    // Module arguments
    input wire clk;
    input wire signed [14:0] acc;
    output wire signed [7:0] y;

    // Stub signals
    wire signed [7:0] activation_z;
    wire signed [7:0] activation_y;
    wire signed [7:0] kind_h;
    wire signed [7:0] kind_y;

    // Local signals
    reg signed [7:0] z_r1;

    // Sub module instances
    sample_table0_psoftplus_0p3 activation(
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
    wire signed [7:0] shr1_s0 = acc[14:7];
    wire bits2_s0 = acc[6];
    wire signed [7:0] z_s0 = shr1_s0 + {7'd0, bits2_s0};
    // Stage 1
    assign activation_z = z_r1;
    // Stage 3
    assign kind_h = activation_y;
    // Stage 8
    assign y = kind_y;
    wire unused = &{1'b0, acc[5:0]};
    always @(posedge clk) begin
        z_r1 <= z_s0;
    end
endmodule // sample_layer0_neuron1

`default_nettype wire
