// Weights out of a serial flash memory (SPI mode 0), from ADDRESS on: "GSW1", the design's number, WORDS words, and a CRC-16
// (high byte first, as gainstage_crc16 forms it) over all of that; numbers and words have their low byte first.
//
// The last word is kept back until the CRC is right, so that a core that waits for all its words never runs with wrong ones.
// What is wrong raises `fault` until the reset. The reset begins anew.
`default_nettype none
module gainstage_flash #(
    parameter [23:0] ADDRESS = 24'd0,
    parameter [23:0] WORDS = 24'd1,
    parameter [31:0] ID = 32'd0,
    // Configuration leaves the memory asleep: 2 to this power clocks for it to wake up.
    parameter WAKE_BITS = 10
) (
    input wire clk,
    input wire rst,
    output reg fault,
    // The memory. `ss` is active low.
    output reg sck,
    output reg ss,
    output wire so,
    input wire si,
    // The core.
    output reg load_start,
    output reg load_valid,
    output reg [15:0] load_data
);
    localparam [2:0] BEGIN = 3'd0;
    localparam [2:0] WAKE = 3'd1;
    localparam [2:0] PAUSE = 3'd2;
    localparam [2:0] COMMAND = 3'd3;
    localparam [2:0] HEAD = 3'd4;
    localparam [2:0] DATA = 3'd5;
    localparam [2:0] CHECK = 3'd6;
    localparam [2:0] ENDED = 3'd7;
    localparam [63:0] WANTED = {ID, 32'h31575347};

    reg [2:0] state;
    reg [WAKE_BITS-1:0] pause;

    // Bits go out with the falling edge of SCK, which is half the clock, and what came in is taken there.
    reg [31:0] out;
    reg [6:0] in;
    reg [5:0] left;
    wire last = sck & (left == 6'd1);
    wire [7:0] value = {in, si};
    assign so = out[31];

    reg [2:0] place;
    reg half;
    reg [7:0] low;
    reg [23:0] words;
    reg [15:0] held;
    reg have;
    reg [15:0] crc;
    wire [15:0] crc_next;
    gainstage_crc16 check (.crc(crc), .data(value), .next(crc_next));

    always @(posedge clk) begin
        load_start <= 1'b0;
        load_valid <= 1'b0;
        load_data <= held;
        if (rst) begin
            state <= BEGIN;
            sck <= 1'b0;
            ss <= 1'b1;
            left <= 6'd0;
            fault <= 1'b0;
        end else begin
            if (left != 6'd0) begin
                sck <= ~sck;
                if (sck) begin
                    out <= {out[30:0], 1'b0};
                    in <= value[6:0];
                    left <= left - 6'd1;
                end
            end
            case (state)
                BEGIN: begin
                    load_start <= 1'b1;
                    ss <= 1'b0;
                    out <= {8'hab, 24'd0};
                    left <= 6'd8;
                    state <= WAKE;
                end
                WAKE: if (last) begin
                    pause <= {WAKE_BITS{1'b0}};
                    state <= PAUSE;
                end
                PAUSE: begin
                    ss <= 1'b1;
                    pause <= pause + {{(WAKE_BITS - 1){1'b0}}, 1'b1};
                    if (&pause) begin
                        ss <= 1'b0;
                        out <= {8'h03, ADDRESS};
                        left <= 6'd32;
                        state <= COMMAND;
                    end
                end
                COMMAND: if (last) begin
                    left <= 6'd8;
                    place <= 3'd0;
                    half <= 1'b0;
                    have <= 1'b0;
                    words <= WORDS;
                    crc <= 16'hffff;
                    state <= HEAD;
                end
                ENDED: ss <= 1'b1;
                default: if (last) begin
                    left <= 6'd8;
                    crc <= crc_next;
                    half <= ~half;
                    if (state == HEAD) begin
                        place <= place + 3'd1;
                        if (value != WANTED[8*place +: 8]) begin
                            fault <= 1'b1;
                            left <= 6'd0;
                            state <= ENDED;
                        end else if (place == 3'd7) state <= DATA;
                    end else if (~half) low <= value;
                    else if (state == DATA) begin
                        load_valid <= have;
                        held <= {value, low};
                        have <= 1'b1;
                        words <= words - 24'd1;
                        if (words == 24'd1) state <= CHECK;
                    end else begin
                        load_valid <= crc_next == 16'd0;
                        fault <= crc_next != 16'd0;
                        left <= 6'd0;
                        state <= ENDED;
                    end
                end
            endcase
        end
    end
endmodule
`default_nettype wire
