// sample_attenuate_b256_s8f4_s8f4
// Attenuating neuron: y = h/(h^2 + b), correctly rounded half away from zero, saturated.
// b = 256 * 2^-8, by a restoring divider.
//
// Inputs:  h s8.4
// Outputs: y s8.4
// Latency: 5 clocks. Interval: 1, new inputs every clock.
// Placed for ecp5 at 100 MHz.
// Datapath registers have no reset: outputs count from the latency on.
// Written by gainstage 0.1.0.
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
    reg bits2_r4;
    reg [7:0] magnitude_r1;
    reg [14:0] denominator_r2;
    reg [14:0] denominator_r3;
    reg [14:0] denominator_r4;
    reg [12:0] cat11_r1;
    reg [12:0] cat11_r2;
    reg bits16_r1;
    reg bits16_r2;
    reg [1:0] cat22_r3;
    reg bits23_r1;
    reg bits23_r2;
    reg [14:0] cat24_r3;
    reg bits30_r1;
    reg bits30_r2;
    reg bits30_r3;
    reg [3:0] cat36_r4;
    reg bits37_r1;
    reg bits37_r2;
    reg bits37_r3;
    reg [15:0] cat38_r4;
    reg signed [5:0] mux48_r5;

    // Stage 0
    wire bits2_s0 = h[7];
    wire signed [8:0] neg3_s0 = -{h[7], h};
    wire [7:0] magnitude_s0 = bits2_s0 ? neg3_s0[7:0] : h;
    wire [16:0] shl8_s0 = {magnitude_s0, 9'd0};
    wire [11:0] shl9_s0 = {magnitude_s0, 4'd0};
    wire bits10_s0 = shl8_s0[4];
    wire [12:0] cat11_s0 = {shl9_s0, bits10_s0};
    wire bits16_s0 = shl8_s0[3];
    wire bits23_s0 = shl8_s0[2];
    wire bits30_s0 = shl8_s0[1];
    wire bits37_s0 = shl8_s0[0];
    // Stage 1
    wire [14:0] mul5_s1 = {7'd0, magnitude_r1} * {7'd0, magnitude_r1};
    wire [14:0] denominator_s1 = mul5_s1 + 15'd256;
    // Stage 2
    wire signed [15:0] sub12_s2 = {3'd0, cat11_r2} - {1'd0, denominator_r2};
    wire bits13_s2 = sub12_s2[15];
    wire not14_s2 = ~bits13_s2;
    wire [12:0] remainder_4_s2 = bits13_s2 ? cat11_r2 : sub12_s2[12:0];
    wire [13:0] cat17_s2 = {remainder_4_s2, bits16_r2};
    wire signed [15:0] sub18_s2 = {2'd0, cat17_s2} - {1'd0, denominator_r2};
    wire bits19_s2 = sub18_s2[15];
    wire not20_s2 = ~bits19_s2;
    wire [13:0] remainder_3_s2 = bits19_s2 ? cat17_s2 : sub18_s2[13:0];
    wire [1:0] cat22_s2 = {not14_s2, not20_s2};
    wire [14:0] cat24_s2 = {remainder_3_s2, bits23_r2};
    // Stage 3
    wire signed [15:0] sub25_s3 = {1'd0, cat24_r3} - {1'd0, denominator_r3};
    wire bits26_s3 = sub25_s3[15];
    wire not27_s3 = ~bits26_s3;
    wire [14:0] remainder_2_s3 = bits26_s3 ? cat24_r3 : sub25_s3[14:0];
    wire [2:0] cat29_s3 = {cat22_r3, not27_s3};
    wire [15:0] cat31_s3 = {remainder_2_s3, bits30_r3};
    wire signed [15:0] sub32_s3 = cat31_s3 - {1'd0, denominator_r3};
    wire bits33_s3 = sub32_s3[15];
    wire not34_s3 = ~bits33_s3;
    wire [14:0] remainder_1_s3 = bits33_s3 ? cat31_s3[14:0] : sub32_s3[14:0];
    wire [3:0] cat36_s3 = {cat29_s3, not34_s3};
    wire [15:0] cat38_s3 = {remainder_1_s3, bits37_r3};
    // Stage 4
    wire signed [16:0] sub39_s4 = {1'd0, cat38_r4} - {2'd0, denominator_r4};
    wire bits40_s4 = sub39_s4[16];
    wire not41_s4 = ~bits40_s4;
    wire [4:0] quotient_s4 = {cat36_r4, not41_s4};
    wire [5:0] add45_s4 = {1'd0, quotient_s4} + 6'd1;
    wire [4:0] rounded_s4 = add45_s4[5:1];
    wire signed [4:0] neg47_s4 = -rounded_s4;
    wire signed [5:0] mux48_s4 = bits2_r4 ? {neg47_s4[4], neg47_s4} : {1'd0, rounded_s4};
    // Stage 5
    assign y = {{2{mux48_r5[5]}}, mux48_r5};
    wire unused = &{1'b0, neg3_s0[8], shl8_s0[16:5], sub12_s2[14:13], sub18_s2[14], sub39_s4[15:0], add45_s4[0]};
    always @(posedge clk) begin
        bits2_r1 <= bits2_s0;
        magnitude_r1 <= magnitude_s0;
        cat11_r1 <= cat11_s0;
        bits16_r1 <= bits16_s0;
        bits23_r1 <= bits23_s0;
        bits30_r1 <= bits30_s0;
        bits37_r1 <= bits37_s0;
        bits2_r2 <= bits2_r1;
        denominator_r2 <= denominator_s1;
        cat11_r2 <= cat11_r1;
        bits16_r2 <= bits16_r1;
        bits23_r2 <= bits23_r1;
        bits30_r2 <= bits30_r1;
        bits37_r2 <= bits37_r1;
        bits2_r3 <= bits2_r2;
        denominator_r3 <= denominator_r2;
        cat22_r3 <= cat22_s2;
        cat24_r3 <= cat24_s2;
        bits30_r3 <= bits30_r2;
        bits37_r3 <= bits37_r2;
        bits2_r4 <= bits2_r3;
        denominator_r4 <= denominator_r3;
        cat36_r4 <= cat36_s3;
        cat38_r4 <= cat38_s3;
        mux48_r5 <= mux48_s4;
    end
endmodule // sample_attenuate_b256_s8f4_s8f4

`default_nettype wire
