// Block RAM as all families have it: bytes of nine bits, two ports on one clock each, words of 1 to 72 bits.
//
// Addresses count single bits of the eight that a byte has without its parity. What the data sheets leave open, a word that
// one port reads while the other writes it, is x unless KEEPS_OLD says that the family promises the old word.
module gainstage_block_ram #(
    parameter ADDRESS = 14,
    parameter BYTES = 2048,
    parameter [9*BYTES-1:0] INIT = 0,
    parameter READ_A = 0,
    parameter WRITE_A = 0,
    parameter READ_B = 0,
    parameter WRITE_B = 0,
    // While a port writes, its output: 0 is as it was, 1 the new word, 2 the old word.
    parameter DURING_A = 0,
    parameter DURING_B = 0,
    parameter KEEPS_OLD = 0
) (
    input wire clk_a, en_a, rst_a,
    input wire [7:0] we_a,
    input wire [ADDRESS-1:0] ad_a,
    input wire [71:0] di_a,
    output reg [71:0] do_a,
    input wire clk_b, en_b, rst_b,
    input wire [7:0] we_b,
    input wire [ADDRESS-1:0] ad_b,
    input wire [71:0] di_b,
    output reg [71:0] do_b
);
    reg [8:0] bytes [0:BYTES-1];
    integer k;
    initial begin
        for (k = 0; k < BYTES; k = k + 1) bytes[k] = INIT[9*k +: 9];
        do_a = 0;
        do_b = 0;
    end

    // Bytes of a word, at least one.
    function integer lanes(input integer width);
        lanes = (width + 8) / 9;
    endfunction

    function integer first(input integer width, input [ADDRESS-1:0] address);
        first = (address >> 3) / lanes(width) * lanes(width);
    endfunction

    function [71:0] word(input integer width, input [ADDRESS-1:0] address);
        integer i;
        begin
            word = 0;
            for (i = 0; i < lanes(width); i = i + 1) word[9*i +: 9] = bytes[first(width, address) + i];
            case (width)
                1: word = word[7:0] >> address[2:0] & 1;
                2: word = word[7:0] >> {address[2:1], 1'b0} & 3;
                4: word = word[7:0] >> {address[2], 2'b0} & 15;
                default: ;
            endcase
        end
    endfunction

    // Whether two words share a byte that is written.
    function meets(input integer width, input [ADDRESS-1:0] address, input integer others,
                   input [ADDRESS-1:0] other, input [7:0] enable);
        integer i, at;
        begin
            meets = 0;
            for (i = 0; i < lanes(others); i = i + 1) begin
                at = first(others, other) + i;
                if (enable[i] && at >= first(width, address) && at < first(width, address) + lanes(width)) meets = 1;
            end
        end
    endfunction

    task store(input integer width, input [ADDRESS-1:0] address, input [7:0] enable, input [71:0] data);
        integer i, at;
        begin
            at = first(width, address);
            if (width >= 9) begin
                for (i = 0; i < lanes(width); i = i + 1) if (enable[i]) bytes[at + i] = data[9*i +: 9];
            end else if (enable[0]) begin
                for (i = 0; i < width; i = i + 1) bytes[at][address[2:0] / width * width + i] = data[i];
            end
        end
    endtask

    wire writes_a = WRITE_A > 0 && en_a && |we_a;
    wire writes_b = WRITE_B > 0 && en_b && |we_b;
    wire shared_a = writes_b && meets(READ_A > 0 ? READ_A : 1, ad_a, WRITE_B > 0 ? WRITE_B : 1, ad_b, we_b);
    wire shared_b = writes_a && meets(READ_B > 0 ? READ_B : 1, ad_b, WRITE_A > 0 ? WRITE_A : 1, ad_a, we_a);

    // Both ports read what was before the edge, whatever is written with it.
    reg [71:0] old_a, old_b;
    always @(posedge clk_a) begin
        old_a = READ_A > 0 ? word(READ_A, ad_a) : 72'b0;
        if (READ_A > 0 && en_a) begin
            if (rst_a) do_a <= 0;
            else if (shared_a && !KEEPS_OLD) do_a <= 72'bx;
            else if (!writes_a || DURING_A == 2) do_a <= old_a;
        end
    end
    always @(posedge clk_b) begin
        old_b = READ_B > 0 ? word(READ_B, ad_b) : 72'b0;
        if (READ_B > 0 && en_b) begin
            if (rst_b) do_b <= 0;
            else if (shared_b && !KEEPS_OLD) do_b <= 72'bx;
            else if (!writes_b || DURING_B == 2) do_b <= old_b;
        end
    end

    // Written half a time step later, so that the other port's read at the same edge comes first.
    reg [71:0] new_a, new_b;
    reg [7:0] late_we_a, late_we_b;
    reg [ADDRESS-1:0] late_ad_a, late_ad_b;
    reg pending_a = 0, pending_b = 0;
    always @(posedge clk_a) begin
        new_a = di_a;
        late_we_a = we_a;
        late_ad_a = ad_a;
        pending_a <= writes_a ? !pending_a : pending_a;
    end
    always @(pending_a) if (WRITE_A > 0) begin
        store(WRITE_A, late_ad_a, late_we_a, new_a);
        if (DURING_A == 1 && READ_A > 0) do_a <= word(READ_A, late_ad_a);
    end
    always @(posedge clk_b) begin
        new_b = di_b;
        late_we_b = we_b;
        late_ad_b = ad_b;
        pending_b <= writes_b ? !pending_b : pending_b;
    end
    always @(pending_b) if (WRITE_B > 0) begin
        store(WRITE_B, late_ad_b, late_we_b, new_b);
        if (DURING_B == 1 && READ_B > 0) do_b <= word(READ_B, late_ad_b);
    end
endmodule
