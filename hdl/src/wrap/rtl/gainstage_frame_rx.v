// Requests out of serial bytes: 0x47, sequence number, count, count samples of IN_BYTES bytes, CRC-16 (high byte
// first) over everything but the first byte. Each goes into one of two banks and counts once its CRC holds. A frame
// that is cut (no byte for 2^TIMEOUT_BITS clocks), corrupt, too long, or one too many, is dropped: `dropped`.
`default_nettype none
module gainstage_frame_rx #(
    parameter [15:0] IN_BYTES = 16'd1,
    parameter [7:0] MAX_COUNT = 8'd254,
    parameter BANK_BITS = 8,
    parameter TIMEOUT_BITS = 16
) (
    input wire clk,
    input wire rst,
    input wire [7:0] data,
    input wire valid,
    output reg dropped,
    // The oldest complete frame, until `done`.
    output wire full,
    output wire [7:0] seq,
    output wire [7:0] count,
    input wire done,
    // Its payload: the byte at `address` one clock later.
    input wire [BANK_BITS-1:0] address,
    output reg [7:0] payload
);
    localparam [2:0] HUNT = 3'd0;
    localparam [2:0] SEQ = 3'd1;
    localparam [2:0] COUNT = 3'd2;
    localparam [2:0] PAYLOAD = 3'd3;
    localparam [2:0] CRC_HIGH = 3'd4;
    localparam [2:0] CRC_LOW = 3'd5;
    localparam [BANK_BITS-1:0] LANES = IN_BYTES[BANK_BITS-1:0];
    localparam [BANK_BITS-1:0] ONE = 1;
    localparam [BANK_BITS-1:0] LAST_LANE = LANES - ONE;

    reg [7:0] bytes [0:(2 << BANK_BITS) - 1];
    reg [7:0] seqs [0:1];
    reg [7:0] counts [0:1];
    reg [1:0] fulls;
    reg write_bank;
    reg read_bank;
    assign full = fulls[read_bank];
    assign seq = seqs[read_bank];
    assign count = counts[read_bank];

    reg [2:0] state;
    reg [7:0] left;
    reg [BANK_BITS-1:0] lane;
    reg [BANK_BITS-1:0] place;
    reg [TIMEOUT_BITS-1:0] silence;
    reg [15:0] crc;
    wire [15:0] crc_next;
    gainstage_crc16 check (.crc(crc), .data(data), .next(crc_next));

    // With its own CRC a frame has the remainder 0.
    wire whole = valid & (state == CRC_LOW) & (crc_next == 16'd0);
    wire cut = (state != HUNT) & (&silence);
    wire too_many = (data > MAX_COUNT) | fulls[write_bank];
    wire refused = valid & (state == COUNT) & too_many;
    wire corrupt = valid & (state == CRC_LOW) & (crc_next != 16'd0);

    always @(posedge clk) begin
        payload <= bytes[{read_bank, address}];
        if (valid & (state == PAYLOAD)) bytes[{write_bank, place}] <= data;
        if (valid & (state == SEQ)) seqs[write_bank] <= data;
        if (valid & (state == COUNT)) counts[write_bank] <= data;
    end

    always @(posedge clk) begin
        dropped <= ~rst & (cut | refused | corrupt);
        silence <= (valid | state == HUNT) ? {TIMEOUT_BITS{1'b0}} : silence + {{(TIMEOUT_BITS - 1){1'b0}}, 1'b1};
        if (rst) begin
            state <= HUNT;
            fulls <= 2'b00;
            write_bank <= 1'b0;
            read_bank <= 1'b0;
        end else begin
            if (done) begin
                fulls[read_bank] <= 1'b0;
                read_bank <= ~read_bank;
            end
            if (whole) begin
                fulls[write_bank] <= 1'b1;
                write_bank <= ~write_bank;
            end
            if (cut) state <= HUNT;
            else if (valid) begin
                crc <= crc_next;
                case (state)
                    HUNT: begin
                        crc <= 16'hffff;
                        if (data == 8'h47) state <= SEQ;
                    end
                    SEQ: state <= COUNT;
                    COUNT: begin
                        left <= data;
                        lane <= {BANK_BITS{1'b0}};
                        place <= {BANK_BITS{1'b0}};
                        if (too_many) state <= HUNT;
                        else state <= (data == 8'd0) ? CRC_HIGH : PAYLOAD;
                    end
                    PAYLOAD: begin
                        place <= place + ONE;
                        lane <= lane + ONE;
                        if (lane == LAST_LANE) begin
                            lane <= {BANK_BITS{1'b0}};
                            left <= left - 8'd1;
                            if (left == 8'd1) state <= CRC_HIGH;
                        end
                    end
                    CRC_HIGH: state <= CRC_LOW;
                    default: state <= HUNT;
                endcase
            end
        end
    end
endmodule
`default_nettype wire
