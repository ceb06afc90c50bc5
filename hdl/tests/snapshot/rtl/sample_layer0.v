// sample_layer0
// Layer 0: 2 inputs, 3 neurons side by side.
//
// Inputs:  x0 s8.5, x1 s8.5
// Outputs: y0 s8.4, y1 s8.4, y2 s8.4
// Latency: 7 clocks. Interval: 1, new inputs every clock.
// Placed for ecp5 at 100 MHz.
// Datapath registers have no reset: outputs count from the latency on.
// Written by gainstage 0.2.0.
`default_nettype none
module sample_layer0 #(parameter ROM_DIR = "") (clk,x0,x1,y0,y1,y2);

    // Module arguments
    input wire clk;
    input wire signed [7:0] x0;
    input wire signed [7:0] x1;
    output wire signed [7:0] y0;
    output wire signed [7:0] y1;
    output wire signed [7:0] y2;

    // Stub signals
    wire signed [7:0] sums_x0;
    wire signed [7:0] sums_x1;
    wire signed [7:0] sums_acc0;
    wire signed [7:0] sums_acc1;
    wire signed [7:0] sums_acc2;
    wire signed [7:0] neuron0_acc;
    wire signed [7:0] neuron0_y;
    wire signed [7:0] neuron1_acc;
    wire signed [7:0] neuron1_y;
    wire signed [7:0] neuron2_acc;
    wire signed [7:0] neuron2_y;

    // Local signals
    reg signed [7:0] neuron0_y_r6;
    reg signed [7:0] neuron0_y_r7;
    reg signed [7:0] neuron2_y_r3;
    reg signed [7:0] neuron2_y_r4;
    reg signed [7:0] neuron2_y_r5;
    reg signed [7:0] neuron2_y_r6;
    reg signed [7:0] neuron2_y_r7;

    // Sub module instances
    sample_layer0_sums sums(
        .clk(clk),
        .x0(sums_x0),
        .x1(sums_x1),
        .acc0(sums_acc0),
        .acc1(sums_acc1),
        .acc2(sums_acc2)
    );
    sample_layer0_neuron0 #(.ROM_DIR(ROM_DIR)) neuron0(
        .clk(clk),
        .acc(neuron0_acc),
        .y(neuron0_y)
    );
    sample_layer0_neuron1 #(.ROM_DIR(ROM_DIR)) neuron1(
        .clk(clk),
        .acc(neuron1_acc),
        .y(neuron1_y)
    );
    sample_layer0_neuron2 neuron2(
        .clk(clk),
        .acc(neuron2_acc),
        .y(neuron2_y)
    );

    // Stage 0
    assign sums_x0 = x0;
    assign sums_x1 = x1;
    // Stage 1
    assign neuron0_acc = sums_acc0;
    assign neuron1_acc = sums_acc1;
    assign neuron2_acc = sums_acc2;
    // Stage 7
    assign y0 = neuron0_y_r7;
    assign y1 = neuron1_y;
    assign y2 = neuron2_y_r7;
    always @(posedge clk) begin
        neuron2_y_r3 <= neuron2_y;
        neuron2_y_r4 <= neuron2_y_r3;
        neuron2_y_r5 <= neuron2_y_r4;
        neuron0_y_r6 <= neuron0_y;
        neuron2_y_r6 <= neuron2_y_r5;
        neuron0_y_r7 <= neuron0_y_r6;
        neuron2_y_r7 <= neuron2_y_r6;
    end
endmodule // sample_layer0

`default_nettype wire
