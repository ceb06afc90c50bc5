// Samples of a request, byte by byte out of its bank, as a stream: the lowest byte comes first.
`default_nettype none
module gainstage_feed #(
    parameter [15:0] IN_BYTES = 16'd1,
    parameter BANK_BITS = 8
) (
    input wire clk,
    input wire rst,
    // A pulse with the number of samples; `busy` until all are taken.
    input wire start,
    input wire [7:0] count,
    output wire busy,
    output reg [BANK_BITS-1:0] address,
    input wire [7:0] payload,
    output reg [8*IN_BYTES-1:0] out_data,
    output reg out_valid,
    input wire out_ready,
    output wire out_last
);
    localparam [BANK_BITS-1:0] LANES = IN_BYTES[BANK_BITS-1:0];
    localparam [BANK_BITS-1:0] ONE = 1;
    localparam [BANK_BITS-1:0] LAST_LANE = LANES - ONE;

    reg [7:0] left;
    reg [BANK_BITS-1:0] lane;
    // The bank answers a clock after its address.
    reg loaded;

    assign busy = left != 8'd0;
    assign out_last = left == 8'd1;
    wire [8*IN_BYTES+7:0] shifted = {payload, out_data};
    wire unused = &{1'b0, shifted[7:0]};

    always @(posedge clk) begin
        if (rst) begin
            left <= 8'd0;
            out_valid <= 1'b0;
        end else if (start) begin
            left <= count;
            lane <= {BANK_BITS{1'b0}};
            address <= {BANK_BITS{1'b0}};
            loaded <= 1'b0;
        end else if (out_valid) begin
            if (out_ready) begin
                out_valid <= 1'b0;
                left <= left - 8'd1;
            end
        end else if (busy) begin
            loaded <= ~loaded;
            if (loaded) begin
                out_data <= shifted[8*IN_BYTES+7:8];
                address <= address + ONE;
                lane <= (lane == LAST_LANE) ? {BANK_BITS{1'b0}} : lane + ONE;
                out_valid <= lane == LAST_LANE;
            end
        end
    end
endmodule
`default_nettype wire
