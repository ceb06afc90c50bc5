// Back-pressure around a core that cannot stall.
//
// A sample is taken only when a slot of the result buffer is free for it, so whatever the core is still computing
// has its place, and a reader that stalls for ever loses nothing. With a buffer of at least latency / interval + 3
// slots the core is never held up while the reader keeps pace. TLAST waits in the slot of its sample.
// rst (synchronous, active high) must also reset the core: results of samples taken before it do not count.
`default_nettype none
module gainstage_stream #(
    parameter OUT_BITS = 8,
    parameter SLOT_BITS = 4
) (
    input wire clk,
    input wire rst,
    // Samples.
    input wire in_valid,
    output wire in_ready,
    input wire in_last,
    // The core.
    output wire core_valid,
    input wire core_ready,
    input wire result_valid,
    input wire [OUT_BITS-1:0] result,
    // Results.
    output reg out_valid,
    input wire out_ready,
    output reg [OUT_BITS-1:0] out_data,
    output reg out_last
);
    localparam SLOTS = 1 << SLOT_BITS;

    reg [OUT_BITS-1:0] data_slots [0:SLOTS-1];
    reg last_slots [0:SLOTS-1];

    // Slots are taken, filled and fetched in the same order. `used` counts those between taken and fetched.
    reg [SLOT_BITS-1:0] taken;
    reg [SLOT_BITS-1:0] filled;
    reg [SLOT_BITS-1:0] fetched;
    reg [SLOT_BITS:0] used;
    // Filled and not yet fetched. Not the distance of the two pointers, which is 0 for a full buffer too.
    reg [SLOT_BITS:0] waiting;

    assign in_ready = core_ready & ~used[SLOT_BITS] & ~rst;
    assign core_valid = in_valid & in_ready;
    wire fetch = (waiting != {(SLOT_BITS + 1){1'b0}}) & (out_ready | ~out_valid);

    // One more, one less, or as it was.
    localparam [SLOT_BITS:0] ONE = 1;
    wire [SLOT_BITS:0] used_up = used + ONE;
    wire [SLOT_BITS:0] used_down = used - ONE;
    wire [SLOT_BITS:0] waiting_up = waiting + ONE;
    wire [SLOT_BITS:0] waiting_down = waiting - ONE;

    always @(posedge clk) begin
        if (core_valid) last_slots[taken] <= in_last;
        if (result_valid) data_slots[filled] <= result;
        if (fetch) begin
            out_data <= data_slots[fetched];
            out_last <= last_slots[fetched];
        end
    end

    always @(posedge clk) begin
        if (rst) begin
            taken <= {SLOT_BITS{1'b0}};
            filled <= {SLOT_BITS{1'b0}};
            fetched <= {SLOT_BITS{1'b0}};
            used <= {(SLOT_BITS + 1){1'b0}};
            waiting <= {(SLOT_BITS + 1){1'b0}};
            out_valid <= 1'b0;
        end else begin
            if (core_valid) taken <= taken + ONE[SLOT_BITS-1:0];
            if (result_valid) filled <= filled + ONE[SLOT_BITS-1:0];
            if (fetch) fetched <= fetched + ONE[SLOT_BITS-1:0];
            if (core_valid & ~fetch) used <= used_up;
            else if (fetch & ~core_valid) used <= used_down;
            if (result_valid & ~fetch) waiting <= waiting_up;
            else if (fetch & ~result_valid) waiting <= waiting_down;
            if (fetch) out_valid <= 1'b1;
            else if (out_ready) out_valid <= 1'b0;
        end
    end
endmodule
`default_nettype wire
