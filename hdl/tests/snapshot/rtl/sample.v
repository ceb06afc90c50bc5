// sample
// Network, fully parallel: a sample every clock. The data path runs freely; rst clears the valid
// pipeline only, and outputs count where out_valid is 1.
//
// Inputs:  x0 s8.5, x1 s8.5
// Outputs: y0 s10.5
// Latency: 9 clocks. Interval: 1, new inputs every clock.
// Placed for ecp5 at 100 MHz.
// rst (synchronous) clears the valid bits only. Before the first reset out_valid is undefined.
// Written by gainstage 0.2.0.
`default_nettype none
module sample #(parameter ROM_DIR = "") (clk,rst,in_valid,x0,x1,out_valid,y0);

    // Module arguments
    input wire clk;
    input wire rst;
    input wire in_valid;
    input wire signed [7:0] x0;
    input wire signed [7:0] x1;
    output wire out_valid;
    output wire signed [9:0] y0;

    // Stub signals
    wire signed [7:0] layer0_x0;
    wire signed [7:0] layer0_x1;
    wire signed [7:0] layer0_y0;
    wire signed [7:0] layer0_y1;
    wire signed [7:0] layer0_y2;
    wire signed [7:0] layer1_x0;
    wire signed [7:0] layer1_x1;
    wire signed [7:0] layer1_x2;
    wire signed [9:0] layer1_y0;

    // Local signals
    reg [8:0] valid_pipe;

    // Sub module instances
    sample_layer0 #(.ROM_DIR(ROM_DIR)) layer0(
        .clk(clk),
        .x0(layer0_x0),
        .x1(layer0_x1),
        .y0(layer0_y0),
        .y1(layer0_y1),
        .y2(layer0_y2)
    );
    sample_layer1 layer1(
        .clk(clk),
        .x0(layer1_x0),
        .x1(layer1_x1),
        .x2(layer1_x2),
        .y0(layer1_y0)
    );

    // Stage 0
    assign layer0_x0 = x0;
    assign layer0_x1 = x1;
    // Stage 7
    assign layer1_x0 = layer0_y0;
    assign layer1_x1 = layer0_y1;
    assign layer1_x2 = layer0_y2;
    // Stage 9
    assign y0 = layer1_y0;
    assign out_valid = valid_pipe[8];
    always @(posedge clk) begin
        if (rst) valid_pipe <= 9'b0;
        else valid_pipe <= {valid_pipe[7:0], in_valid};
    end
endmodule // sample

`default_nettype wire
