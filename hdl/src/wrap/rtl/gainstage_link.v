// Serial line to stream and back: requests in, answers out; see gainstage_frame_rx and gainstage_frame_tx.
`default_nettype none
module gainstage_link #(
    parameter [15:0] DIVISOR = 16'd16,
    parameter TIMEOUT_BITS = 16,
    parameter [15:0] IN_BYTES = 16'd1,
    parameter [15:0] OUT_BYTES = 16'd1,
    parameter [7:0] MAX_COUNT = 8'd254,
    parameter BANK_BITS = 8,
    parameter LANE_BITS = 3,
    parameter [31:0] ID = 32'd0
) (
    input wire clk,
    input wire rst,
    input wire rx,
    output wire tx,
    // Stays high from the first dropped request, or misplaced TLAST, until the next reset.
    output reg error,
    // Samples.
    output wire [8*IN_BYTES-1:0] s_data,
    output wire s_valid,
    input wire s_ready,
    output wire s_last,
    // Results.
    input wire [8*OUT_BYTES-1:0] m_data,
    input wire m_valid,
    output wire m_ready,
    input wire m_last
);
    wire [7:0] rx_data;
    wire rx_valid;
    gainstage_uart_rx #(.DIVISOR(DIVISOR)) receiver (
        .clk(clk), .rst(rst), .rx(rx), .data(rx_data), .valid(rx_valid)
    );

    wire dropped;
    wire full;
    wire [7:0] seq;
    wire [7:0] count;
    wire done;
    wire [BANK_BITS-1:0] address;
    wire [7:0] payload;
    gainstage_frame_rx #(
        .IN_BYTES(IN_BYTES), .MAX_COUNT(MAX_COUNT), .BANK_BITS(BANK_BITS), .TIMEOUT_BITS(TIMEOUT_BITS)
    ) requests (
        .clk(clk), .rst(rst), .data(rx_data), .valid(rx_valid), .dropped(dropped),
        .full(full), .seq(seq), .count(count), .done(done), .address(address), .payload(payload)
    );

    // A request and its answer begin together. Its bank is free again when all samples are in and the answer is out.
    reg active;
    wire feeding;
    wire answering;
    wire start = full & ~active;
    assign done = active & ~feeding & ~answering;
    always @(posedge clk) begin
        if (rst | done) active <= 1'b0;
        else if (full) active <= 1'b1;
    end

    gainstage_feed #(.IN_BYTES(IN_BYTES), .BANK_BITS(BANK_BITS)) feed (
        .clk(clk), .rst(rst), .start(start), .count(count), .busy(feeding), .address(address), .payload(payload),
        .out_data(s_data), .out_valid(s_valid), .out_ready(s_ready), .out_last(s_last)
    );

    reg [7:0] drops;
    wire astray;
    wire [7:0] tx_data;
    wire tx_valid;
    wire tx_ready;
    gainstage_frame_tx #(.OUT_BYTES(OUT_BYTES), .LANE_BITS(LANE_BITS), .ID(ID)) answers (
        .clk(clk), .rst(rst), .start(start), .seq(seq), .count(count), .drops(drops), .busy(answering),
        .in_data(m_data), .in_valid(m_valid), .in_ready(m_ready), .in_last(m_last), .astray(astray),
        .data(tx_data), .valid(tx_valid), .ready(tx_ready)
    );
    gainstage_uart_tx #(.DIVISOR(DIVISOR)) transmitter (
        .clk(clk), .rst(rst), .data(tx_data), .valid(tx_valid), .ready(tx_ready), .tx(tx)
    );

    always @(posedge clk) begin
        if (rst) begin
            drops <= 8'd0;
            error <= 1'b0;
        end else begin
            if (dropped & (drops != 8'hff)) drops <= drops + 8'd1;
            if (dropped | astray) error <= 1'b1;
        end
    end
endmodule
`default_nettype wire
