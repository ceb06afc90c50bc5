// sample_layer0_sums
// Sums w*x + bias of all neurons of a layer, exact, then rounded half up: shifts and adds, common parts computed once.
//
// Inputs:  x0 s8.5, x1 s8.5
// Outputs: acc0 -85..=88, acc1 -83..=82, acc2 -127..=126
// Latency: 1 clock. Interval: 1, new inputs every clock.
// Placed for ecp5 at 100 MHz.
// Datapath registers have no reset: outputs count from the latency on.
// Written by gainstage 0.2.0.
`default_nettype none
module sample_layer0_sums(clk,x0,x1,acc0,acc1,acc2);

    // Module arguments
    input wire clk;
    input wire signed [7:0] x0;
    input wire signed [7:0] x1;
    output wire signed [7:0] acc0;
    output wire signed [7:0] acc1;
    output wire signed [7:0] acc2;

    // Local signals
    reg signed [7:0] acc0_r1;
    reg signed [7:0] acc1_r1;
    reg signed [7:0] acc2_r1;

    wire [10:0] add10_s0_sum;
    sample_gainstage_add_ecp5 #(.WIDTH(11), .SUBTRACT(0)) add10_s0_sum_chain (
        .a(shl6_s0[11:1]), .b({3'd0, add8_s0[8:1]}), .y(add10_s0_sum)
    );
    wire [9:0] sub11_s0_sum;
    sample_gainstage_add_ecp5 #(.WIDTH(10), .SUBTRACT(1)) sub11_s0_sum_chain (
        .a({{3{add10_s0[11]}}, add10_s0[11:5]}), .b(sub9_s0[14:5]), .y(sub11_s0_sum)
    );
    wire [8:0] sub17_s0_sum;
    sample_gainstage_add_ecp5 #(.WIDTH(9), .SUBTRACT(1)) sub17_s0_sum_chain (
        .a({{2{add16_s0[8]}}, add16_s0[8:2]}), .b({shl12_s0[9], shl12_s0[9:2]}), .y(sub17_s0_sum)
    );
    wire [14:0] sub18_s0_sum;
    sample_gainstage_add_ecp5 #(.WIDTH(15), .SUBTRACT(1)) sub18_s0_sum_chain (
        .a(shl13_s0), .b({{4{sub17_s0[10]}}, sub17_s0}), .y(sub18_s0_sum)
    );
    // Stage 0
    wire signed [9:0] shl2_s0 = {x0, 2'd0};
    wire signed [10:0] sub3_s0 = $signed({{3{x1[7]}}, x1}) - $signed({shl2_s0[9], shl2_s0});
    wire signed [13:0] shl4_s0 = {x0, 6'd0};
    wire signed [12:0] shl5_s0 = {x1, 5'd0};
    wire signed [11:0] shl6_s0 = {sub3_s0, 1'd0};
    wire signed [9:0] add8_s0_exact = $signed({{2{x0[7]}}, x0}) + 10'sd264;
    wire [8:0] add8_s0 = add8_s0_exact[8:0];
    wire signed [14:0] sub9_s0 = $signed({{2{shl5_s0[12]}}, shl5_s0}) - $signed({shl4_s0[13], shl4_s0});
    wire signed [11:0] add10_s0 = {add10_s0_sum, add8_s0[0]};
    wire signed [14:0] sub11_s0 = {sub11_s0_sum, add10_s0[4:0]};
    wire signed [9:0] shl12_s0 = {x1, 2'd0};
    wire signed [14:0] shl13_s0 = {sub3_s0, 4'd0};
    wire signed [8:0] add16_s0 = $signed({x1[7], x1}) + 9'sd13;
    wire signed [10:0] sub17_s0 = {sub17_s0_sum, add16_s0[1:0]};
    wire signed [14:0] sub18_s0 = sub18_s0_sum;
    wire signed [14:0] cat20_s0 = {x1, 7'd64};
    wire signed [14:0] sub21_s0 = cat20_s0 - $signed({{7{x1[7]}}, x1});
    wire signed [7:0] acc0_s0 = sub11_s0[14:7];
    wire signed [7:0] acc1_s0 = sub18_s0[14:7];
    wire signed [7:0] acc2_s0 = sub21_s0[14:7];
    // Stage 1
    assign acc0 = acc0_r1;
    assign acc1 = acc1_r1;
    assign acc2 = acc2_r1;
    wire unused = &{1'b0, shl6_s0[0], sub9_s0[4:0], sub11_s0[6:0], shl12_s0[1:0], sub18_s0[6:0], sub21_s0[6:0], add8_s0_exact[9]};
    always @(posedge clk) begin
        acc0_r1 <= acc0_s0;
        acc1_r1 <= acc1_s0;
        acc2_r1 <= acc2_s0;
    end
endmodule // sample_layer0_sums

`default_nettype wire
