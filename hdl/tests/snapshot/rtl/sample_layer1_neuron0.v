// sample_layer1_neuron0
// Neuron: z = sum of w*x + bias, exact with 10 fraction bits; y = z in s10.5.
// Weights in s8.6: 33 -100 5. Bias 12.
//
// Inputs:  acc -44..=176
// Outputs: y s10.5
// Latency: 1 clock. Interval: 1, new inputs every clock.
// Placed for ecp5 at 100 MHz.
// Datapath registers have no reset: outputs count from the latency on.
// Written by gainstage 0.2.0.
`default_nettype none
module sample_layer1_neuron0(clk,acc,y);

    // Module arguments
    input wire clk;
    input wire signed [8:0] acc;
    output wire signed [9:0] y;

    // Local signals
    reg signed [8:0] acc_r1;

    // Stage 1
    assign y = {acc_r1[8], acc_r1};
    always @(posedge clk) begin
        acc_r1 <= acc;
    end
endmodule // sample_layer1_neuron0

`default_nettype wire
