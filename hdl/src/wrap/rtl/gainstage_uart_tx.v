// Serial transmitter, 8N1: DIVISOR clocks a bit.
`default_nettype none
module gainstage_uart_tx #(
    parameter [15:0] DIVISOR = 16'd16
) (
    input wire clk,
    input wire rst,
    input wire [7:0] data,
    input wire valid,
    output wire ready,
    output wire tx
);
    localparam [15:0] WHOLE = DIVISOR - 16'd1;

    // Stop bit, data, start bit; the lowest is on the line.
    reg [8:0] bits;
    reg [3:0] left;
    reg [15:0] timer;

    assign ready = left == 4'd0;
    assign tx = bits[0];

    always @(posedge clk) begin
        if (rst) begin
            bits <= 9'h1ff;
            left <= 4'd0;
        end else if (ready) begin
            timer <= WHOLE;
            if (valid) begin
                bits <= {data, 1'b0};
                left <= 4'd10;
            end
        end else if (timer == 16'd0) begin
            timer <= WHOLE;
            bits <= {1'b1, bits[8:1]};
            left <= left - 4'd1;
        end else begin
            timer <= timer - 16'd1;
        end
    end
endmodule
`default_nettype wire
