// Answers: 0x67, the request's sequence number and count, the number of requests dropped since the reset (stops at
// 255), count results of OUT_BYTES bytes, CRC-16 (high byte first) over everything but the first byte. An answer to a
// request of no samples carries ID instead, four bytes, the lowest first.
`default_nettype none
module gainstage_frame_tx #(
    parameter [15:0] OUT_BYTES = 16'd1,
    parameter LANE_BITS = 3,
    parameter [31:0] ID = 32'd0
) (
    input wire clk,
    input wire rst,
    // A pulse while `busy` is low.
    input wire start,
    input wire [7:0] seq,
    input wire [7:0] count,
    input wire [7:0] drops,
    output wire busy,
    // Results.
    input wire [8*OUT_BYTES-1:0] in_data,
    input wire in_valid,
    output wire in_ready,
    input wire in_last,
    // The end of the results is not where the count says.
    output reg astray,
    // To the line.
    output wire [7:0] data,
    output wire valid,
    input wire ready
);
    localparam [3:0] IDLE = 4'd0;
    localparam [3:0] SYNC = 4'd1;
    localparam [3:0] SEQ = 4'd2;
    localparam [3:0] COUNT = 4'd3;
    localparam [3:0] DROPS = 4'd4;
    localparam [3:0] RESULT = 4'd5;
    localparam [3:0] BYTES = 4'd6;
    localparam [3:0] CRC_HIGH = 4'd7;
    localparam [3:0] CRC_LOW = 4'd8;
    localparam SHIFT_BYTES = OUT_BYTES > 4 ? OUT_BYTES : 4;
    localparam [LANE_BITS-1:0] ID_LANES = 3;
    localparam [LANE_BITS-1:0] ONE = 1;
    localparam [LANE_BITS-1:0] LANES = OUT_BYTES[LANE_BITS-1:0];
    localparam [LANE_BITS-1:0] RESULT_LANES = LANES - ONE;
    localparam PAD = 8 * (SHIFT_BYTES - OUT_BYTES);

    reg [3:0] state;
    reg [7:0] seq_held;
    reg [7:0] count_held;
    reg [7:0] left;
    reg [LANE_BITS-1:0] lane;
    reg [8*SHIFT_BYTES-1:0] word;
    reg [15:0] crc;
    wire [15:0] crc_next;
    gainstage_crc16 check (.crc(crc), .data(data), .next(crc_next));

    reg [7:0] byte_now;
    assign busy = state != IDLE;
    assign valid = busy & (state != RESULT);
    assign data = byte_now;
    assign in_ready = state == RESULT;
    wire sent = valid & ready;

    always @* begin
        case (state)
            SYNC: byte_now = 8'h67;
            SEQ: byte_now = seq_held;
            COUNT: byte_now = count_held;
            DROPS: byte_now = drops;
            CRC_HIGH: byte_now = crc[15:8];
            CRC_LOW: byte_now = crc[7:0];
            default: byte_now = word[7:0];
        endcase
    end

    // PAD may be 0, and Verilog has no vector of no bits.
    wire [8*SHIFT_BYTES+7:0] padded = {{(PAD + 8){1'b0}}, in_data};
    wire unused = &{1'b0, padded[8*SHIFT_BYTES+7:8*SHIFT_BYTES]};

    always @(posedge clk) begin
        if (rst) begin
            state <= IDLE;
            astray <= 1'b0;
        end else if (start & ~busy) begin
            state <= SYNC;
            seq_held <= seq;
            count_held <= count;
            left <= count;
        end else if (in_ready & in_valid) begin
            word <= padded[8*SHIFT_BYTES-1:0];
            lane <= RESULT_LANES;
            left <= left - 8'd1;
            astray <= in_last != (left == 8'd1);
            state <= BYTES;
        end else if (sent) begin
            crc <= (state == SYNC) ? 16'hffff : crc_next;
            case (state)
                DROPS: begin
                    word <= {{(8 * SHIFT_BYTES - 32){1'b0}}, ID};
                    lane <= ID_LANES;
                    state <= (left == 8'd0) ? BYTES : RESULT;
                end
                BYTES: begin
                    word <= {8'b0, word[8*SHIFT_BYTES-1:8]};
                    lane <= lane - ONE;
                    if (lane == {LANE_BITS{1'b0}}) state <= (left == 8'd0) ? CRC_HIGH : RESULT;
                end
                // The CRC itself is not part of what it covers.
                CRC_HIGH: begin
                    crc <= crc;
                    state <= CRC_LOW;
                end
                CRC_LOW: state <= IDLE;
                default: state <= state + 4'd1;
            endcase
        end
    end
endmodule
`default_nettype wire
