// sample_layer1
// Layer 1: 3 inputs, 1 neuron side by side.
//
// Inputs:  x0 s8.4, x1 s8.4, x2 s8.4
// Outputs: y0 s10.5
// Latency: 2 clocks. Interval: 1, new inputs every clock.
// Placed for ecp5 at 100 MHz.
// Datapath registers have no reset: outputs count from the latency on.
// Written by gainstage 0.2.0.
`default_nettype none
module sample_layer1(clk,x0,x1,x2,y0);

    // Module arguments
    input wire clk;
    input wire signed [7:0] x0;
    input wire signed [7:0] x1;
    input wire signed [7:0] x2;
    output wire signed [9:0] y0;

    // Stub signals
    wire signed [7:0] sums_x0;
    wire signed [7:0] sums_x1;
    wire signed [7:0] sums_x2;
    wire signed [8:0] sums_acc0;
    wire signed [8:0] neuron0_acc;
    wire signed [9:0] neuron0_y;

    // Sub module instances
    sample_layer1_sums sums(
        .clk(clk),
        .x0(sums_x0),
        .x1(sums_x1),
        .x2(sums_x2),
        .acc0(sums_acc0)
    );
    sample_layer1_neuron0 neuron0(
        .clk(clk),
        .acc(neuron0_acc),
        .y(neuron0_y)
    );

    // Stage 0
    assign sums_x0 = x0;
    assign sums_x1 = x1;
    assign sums_x2 = x2;
    // Stage 1
    assign neuron0_acc = sums_acc0;
    // Stage 2
    assign y0 = neuron0_y;
endmodule // sample_layer1

`default_nettype wire
