// Serial receiver, 8N1: DIVISOR clocks a bit, at least 4. A start bit that is gone in its middle is noise; a byte
// whose stop bit is missing is dropped.
`default_nettype none
module gainstage_uart_rx #(
    parameter [15:0] DIVISOR = 16'd16
) (
    input wire clk,
    input wire rst,
    input wire rx,
    output reg [7:0] data,
    output reg valid
);
    localparam [15:0] WHOLE = DIVISOR - 16'd1;
    localparam [15:0] HALF = DIVISOR / 16'd2 - 16'd1;
    localparam [3:0] IDLE = 4'd0;
    localparam [3:0] START = 4'd1;
    localparam [3:0] STOP = 4'd10;

    // The line may change at any time: two registers before anyone looks.
    reg [1:0] line;
    reg [15:0] timer;
    // IDLE, START, 2 to 9 for the bits, STOP.
    reg [3:0] state;
    wire middle = timer == 16'd0;
    // The stop bit was missing: nothing counts until the line is high again.
    reg broken;

    always @(posedge clk) begin
        line <= {line[0], rx};
        valid <= 1'b0;
        broken <= (state == STOP) & (broken | (middle & ~line[1]));
        timer <= middle ? WHOLE : timer - 16'd1;
        if (rst) begin
            line <= 2'b11;
            state <= IDLE;
        end else if (state == IDLE) begin
            timer <= HALF;
            if (~line[1]) state <= START;
        end else if (middle) begin
            if (state == START) begin
                state <= line[1] ? IDLE : 4'd2;
            end else if (state == STOP) begin
                // A line that stays low would look like start bits for ever: wait until it is high.
                if (line[1]) state <= IDLE;
                valid <= line[1] & ~broken;
            end else begin
                data <= {line[1], data[7:1]};
                state <= state + 4'd1;
            end
        end
    end
endmodule
`default_nettype wire
