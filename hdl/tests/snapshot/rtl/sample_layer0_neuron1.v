// sample_layer0_neuron1
// Neuron: z = sum of w*x + bias, exact with 11 fraction bits; z in s8.4, h = psoftplus(0.3) in s8.4, y = h/(h^2 + b) in s8.4.
// Weights in s8.6: -64 19. Bias -77.
//
// Inputs:  acc -83..=82
// Outputs: y s8.4
// Latency: 6 clocks. Interval: 1, new inputs every clock.
// Placed for ecp5 at 100 MHz.
// Datapath registers have no reset: outputs count from the latency on.
// Written by gainstage 0.2.0.
`default_nettype none
module sample_layer0_neuron1 #(parameter ROM_DIR = "") (clk,acc,y);

    // Module arguments
    input wire clk;
    input wire signed [7:0] acc;
    output wire signed [7:0] y;

    // Stub signals
    wire signed [7:0] activation_z;
    wire signed [7:0] activation_y;
    wire signed [7:0] kind_h;
    wire signed [7:0] kind_y;

    // Sub module instances
    sample_table0_psoftplus_0p3 #(.ROM_DIR(ROM_DIR)) activation(
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
    assign activation_z = acc;
    // Stage 2
    assign kind_h = activation_y;
    // Stage 6
    assign y = kind_y;
endmodule // sample_layer0_neuron1

`default_nettype wire
