// sample_layer1_sums
// Sums w*x + bias of all neurons of a layer, exact, then rounded half up: shifts and adds, common parts computed once.
//
// Inputs:  x0 s8.4, x1 s8.4, x2 s8.4
// Outputs: acc0 -44..=176
// Latency: 1 clock. Interval: 1, new inputs every clock.
// Placed for ecp5 at 100 MHz.
// Datapath registers have no reset: outputs count from the latency on.
// Written by gainstage 0.2.0.
`default_nettype none
module sample_layer1_sums(clk,x0,x1,x2,acc0);

    // Module arguments
    input wire clk;
    input wire signed [7:0] x0;
    input wire signed [7:0] x1;
    input wire signed [7:0] x2;
    output wire signed [8:0] acc0;

    // Local signals
    reg signed [8:0] acc0_r1;

    wire [8:0] add13_s0_sum;
    sample_gainstage_add_ecp5 #(.WIDTH(9), .SUBTRACT(0)) add13_s0_sum_chain (
        .a({{2{sub7_s0[8]}}, sub7_s0[8:2]}), .b({shl10_s0[9], shl10_s0[9:2]}), .y(add13_s0_sum)
    );
    wire [8:0] add14_s0_sum;
    sample_gainstage_add_ecp5 #(.WIDTH(9), .SUBTRACT(0)) add14_s0_sum_chain (
        .a(shl11_s0[13:5]), .b({{4{add12_s0[9]}}, add12_s0[9:5]}), .y(add14_s0_sum)
    );
    wire [13:0] add15_s0_sum;
    sample_gainstage_add_ecp5 #(.WIDTH(14), .SUBTRACT(0)) add15_s0_sum_chain (
        .a({{3{add13_s0[10]}}, add13_s0}), .b(add14_s0), .y(add15_s0_sum)
    );
    // Stage 0
    wire [6:0] bound1_s0 = x0[6:0];
    wire signed [4:0] bound3_s0 = x1[4:0];
    wire signed [7:0] bound5_s0 = x2;
    wire signed [6:0] shl6_s0 = {bound3_s0, 2'd0};
    wire signed [8:0] sub7_s0 = $signed({2'd0, bound1_s0}) - $signed({{2{shl6_s0[6]}}, shl6_s0});
    wire signed [9:0] cat9_s0 = {bound3_s0, 5'd28};
    wire signed [9:0] shl10_s0 = {bound5_s0, 2'd0};
    wire signed [13:0] shl11_s0 = {sub7_s0, 5'd0};
    wire signed [9:0] add12_s0 = $signed({{2{bound5_s0[7]}}, bound5_s0}) + cat9_s0;
    wire signed [10:0] add13_s0 = {add13_s0_sum, sub7_s0[1:0]};
    wire signed [13:0] add14_s0 = {add14_s0_sum, add12_s0[4:0]};
    wire signed [13:0] add15_s0 = add15_s0_sum;
    wire signed [8:0] acc0_s0 = add15_s0[13:5];
    // Stage 1
    assign acc0 = acc0_r1;
    wire unused = &{1'b0, x0[7], x1[7:5], shl10_s0[1:0], shl11_s0[4:0], add15_s0[4:0]};
    always @(posedge clk) begin
        acc0_r1 <= acc0_s0;
    end
endmodule // sample_layer1_sums

`default_nettype wire
