// A square wave of 2^BITS clocks: what drives it is configured and has a clock.
`default_nettype none
module gainstage_blink #(
    parameter BITS = 24
) (
    input wire clk,
    output wire q
);
    reg [BITS-1:0] count = {BITS{1'b0}};
    assign q = count[BITS-1];
    always @(posedge clk) count <= count + {{(BITS - 1){1'b0}}, 1'b1};
endmodule
`default_nettype wire
