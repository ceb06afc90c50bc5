// sample_layer1_neuron0
// Neuron: z = sum of w*x + bias, exact with 10 fraction bits; y = z in s10.5.
// Weights in s8.6: 33 -100 5. Bias 12.
//
// Inputs:  acc -1423..=5633
// Outputs: y s10.5
// Latency: 1 clock. Interval: 1, new inputs every clock.
// Placed for ecp5 at 100 MHz.
// Datapath registers have no reset: outputs count from the latency on.
// Written by gainstage 0.1.0.
`default_nettype none
module sample_layer1_neuron0(clk,acc,y);

    // Module arguments
    input wire clk;
    input wire signed [13:0] acc;
    output wire signed [9:0] y;

    // Local signals
    reg signed [8:0] rounded_r1;

    // Stage 0
    wire signed [8:0] shr1_s0 = acc[13:5];
    wire bits2_s0 = acc[4];
    wire signed [8:0] rounded_s0 = shr1_s0 + {8'd0, bits2_s0};
    // Stage 1
    assign y = {rounded_r1[8], rounded_r1};
    wire unused = &{1'b0, acc[3:0]};
    always @(posedge clk) begin
        rounded_r1 <= rounded_s0;
    end
endmodule // sample_layer1_neuron0

`default_nettype wire
