// sample_attenuate_b256_s8f4_s8f4
// Attenuating neuron: y = h/(h^2 + b), correctly rounded half away from zero, saturated.
// b = 256 * 2^-8, by a restoring divider.
//
// Inputs:  h s8.4
// Outputs: y s8.4
// Latency: 4 clocks. Interval: 1, new inputs every clock.
// Placed for ecp5 at 100 MHz.
// Datapath registers have no reset: outputs count from the latency on.
// Written by gainstage 0.2.0.
`default_nettype none
module sample_attenuate_b256_s8f4_s8f4(clk,h,y);

    // Module arguments
    input wire clk;
    input wire signed [7:0] h;
    output wire signed [7:0] y;

    // Local signals
    reg bits2_r1;
    reg bits2_r2;
    reg bits2_r3;
    reg [14:0] denominator_r1;
    reg [14:0] denominator_r2;
    reg [14:0] denominator_r3;
    reg [12:0] cat11_r1;
    reg bits16_r1;
    reg [1:0] cat22_r2;
    reg bits23_r1;
    reg [14:0] cat24_r2;
    reg bits30_r1;
    reg bits30_r2;
    reg [3:0] cat36_r3;
    reg bits37_r1;
    reg bits37_r2;
    reg [15:0] cat38_r3;
    reg signed [5:0] mux48_r4;

    // Stage 0
    wire bits2_s0 = h[7];
    wire signed [8:0] neg3_s0 = -$signed({h[7], h});
    wire [7:0] magnitude_s0 = bits2_s0 ? neg3_s0[7:0] : h;
    wire [14:0] mul5_s0 = $signed({{7{h[7]}}, h}) * $signed({{7{h[7]}}, h});
    wire [14:0] denominator_s0 = mul5_s0 + 15'd256;
    wire [16:0] shl8_s0 = {magnitude_s0, 9'd0};
    wire [11:0] shl9_s0 = {magnitude_s0, 4'd0};
    wire bits10_s0 = shl8_s0[4];
    wire [12:0] cat11_s0 = {shl9_s0, bits10_s0};
    wire bits16_s0 = shl8_s0[3];
    wire bits23_s0 = shl8_s0[2];
    wire bits30_s0 = shl8_s0[1];
    wire bits37_s0 = shl8_s0[0];
    // Stage 1
    wire signed [15:0] sub12_s1 = $signed({3'd0, cat11_r1}) - $signed({1'd0, denominator_r1});
    wire bits13_s1 = sub12_s1[15];
    wire not14_s1 = ~bits13_s1;
    wire [12:0] remainder_4_s1 = bits13_s1 ? cat11_r1 : sub12_s1[12:0];
    wire [13:0] cat17_s1 = {remainder_4_s1, bits16_r1};
    wire signed [15:0] sub18_s1 = $signed({2'd0, cat17_s1}) - $signed({1'd0, denominator_r1});
    wire bits19_s1 = sub18_s1[15];
    wire not20_s1 = ~bits19_s1;
    wire [13:0] remainder_3_s1 = bits19_s1 ? cat17_s1 : sub18_s1[13:0];
    wire [1:0] cat22_s1 = {not14_s1, not20_s1};
    wire [14:0] cat24_s1 = {remainder_3_s1, bits23_r1};
    // Stage 2
    wire signed [15:0] sub25_s2 = $signed({1'd0, cat24_r2}) - $signed({1'd0, denominator_r2});
    wire bits26_s2 = sub25_s2[15];
    wire not27_s2 = ~bits26_s2;
    wire [14:0] remainder_2_s2 = bits26_s2 ? cat24_r2 : sub25_s2[14:0];
    wire [2:0] cat29_s2 = {cat22_r2, not27_s2};
    wire [15:0] cat31_s2 = {remainder_2_s2, bits30_r2};
    wire signed [16:0] sub32_s2_exact = $signed({1'd0, cat31_s2}) - $signed({2'd0, denominator_r2});
    wire signed [15:0] sub32_s2 = sub32_s2_exact[15:0];
    wire bits33_s2 = sub32_s2[15];
    wire not34_s2 = ~bits33_s2;
    wire [14:0] remainder_1_s2 = bits33_s2 ? cat31_s2[14:0] : sub32_s2[14:0];
    wire [3:0] cat36_s2 = {cat29_s2, not34_s2};
    wire [15:0] cat38_s2 = {remainder_1_s2, bits37_r2};
    // Stage 3
    wire signed [16:0] sub39_s3 = $signed({1'd0, cat38_r3}) - $signed({2'd0, denominator_r3});
    wire bits40_s3 = sub39_s3[16];
    wire not41_s3 = ~bits40_s3;
    wire [4:0] quotient_s3 = {cat36_r3, not41_s3};
    wire [5:0] add45_s3 = {1'd0, quotient_s3} + 6'd1;
    wire [4:0] rounded_s3 = add45_s3[5:1];
    wire signed [5:0] neg47_s3_exact = -$signed({1'd0, rounded_s3});
    wire signed [4:0] neg47_s3 = neg47_s3_exact[4:0];
    wire signed [5:0] mux48_s3 = bits2_r3 ? {neg47_s3[4], neg47_s3} : {1'd0, rounded_s3};
    // Stage 4
    assign y = {{2{mux48_r4[5]}}, mux48_r4};
    wire unused = &{1'b0, neg3_s0[8], shl8_s0[16:5], sub12_s1[14:13], sub18_s1[14], sub39_s3[15:0], add45_s3[0], sub32_s2_exact[16], neg47_s3_exact[5]};
    always @(posedge clk) begin
        bits2_r1 <= bits2_s0;
        denominator_r1 <= denominator_s0;
        cat11_r1 <= cat11_s0;
        bits16_r1 <= bits16_s0;
        bits23_r1 <= bits23_s0;
        bits30_r1 <= bits30_s0;
        bits37_r1 <= bits37_s0;
        bits2_r2 <= bits2_r1;
        denominator_r2 <= denominator_r1;
        cat22_r2 <= cat22_s1;
        cat24_r2 <= cat24_s1;
        bits30_r2 <= bits30_r1;
        bits37_r2 <= bits37_r1;
        bits2_r3 <= bits2_r2;
        denominator_r3 <= denominator_r2;
        cat36_r3 <= cat36_s2;
        cat38_r3 <= cat38_s2;
        mux48_r4 <= mux48_s3;
    end
endmodule // sample_attenuate_b256_s8f4_s8f4

`default_nettype wire
