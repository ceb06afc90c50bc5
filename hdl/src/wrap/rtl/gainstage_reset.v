// Reset after configuration, while the clock is not locked, and while the button is pressed: released in step with
// the clock, 2^BITS clocks after the last reason for it.
`default_nettype none
module gainstage_reset #(
    parameter BITS = 8
) (
    input wire clk,
    input wire locked,
    // High while pressed, at any time.
    input wire button,
    output reg rst
);
    reg [1:0] reason = 2'b11;
    reg [BITS-1:0] count = {BITS{1'b0}};
    initial rst = 1'b1;

    always @(posedge clk) begin
        reason <= {reason[0], button | ~locked};
        if (reason[1]) count <= {BITS{1'b0}};
        else if (rst) count <= count + {{(BITS - 1){1'b0}}, 1'b1};
        rst <= reason[1] | (rst & ~(&count));
    end
endmodule
`default_nettype wire
