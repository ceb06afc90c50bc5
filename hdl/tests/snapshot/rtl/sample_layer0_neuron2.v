// sample_layer0_neuron2
// Neuron: z = sum of w*x + bias, exact with 11 fraction bits; y = z in s8.4.
// Weights in s8.6: 0 127. Bias 0.
//
// Inputs:  acc -127..=126
// Outputs: y s8.4
// Latency: 1 clock. Interval: 1, new inputs every clock.
// Placed for ecp5 at 100 MHz.
// Datapath registers have no reset: outputs count from the latency on.
// Written by gainstage 0.2.0.
`default_nettype none
module sample_layer0_neuron2(clk,acc,y);

    // Module arguments
    input wire clk;
    input wire signed [7:0] acc;
    output wire signed [7:0] y;

    // Local signals
    reg signed [7:0] acc_r1;

    // Stage 1
    assign y = acc_r1;
    always @(posedge clk) begin
        acc_r1 <= acc;
    end
endmodule // sample_layer0_neuron2

`default_nettype wire
