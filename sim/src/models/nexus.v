// Block RAM of Lattice Nexus as far as yosys uses it, from Lattice's description (FPGA-TN-02094). Multipliers have their
// behaviour in yosys.
`default_nettype none

// DP16K: two ports that read and write.
module DP16K #(
    parameter DATA_WIDTH_A = "X18",
    parameter DATA_WIDTH_B = "X18",
    parameter OUTREG_A = "BYPASSED",
    parameter OUTREG_B = "BYPASSED",
    parameter RESETMODE_A = "SYNC",
    parameter RESETMODE_B = "SYNC",
    parameter ASYNC_RST_RELEASE_A = "SYNC",
    parameter ASYNC_RST_RELEASE_B = "SYNC",
    parameter CSDECODE_A = "111",
    parameter CSDECODE_B = "111",
    parameter GSR = "DISABLED",
    parameter INITVAL_00 = "0x0", parameter INITVAL_01 = "0x0", parameter INITVAL_02 = "0x0",
    parameter INITVAL_03 = "0x0", parameter INITVAL_04 = "0x0", parameter INITVAL_05 = "0x0",
    parameter INITVAL_06 = "0x0", parameter INITVAL_07 = "0x0", parameter INITVAL_08 = "0x0",
    parameter INITVAL_09 = "0x0", parameter INITVAL_0A = "0x0", parameter INITVAL_0B = "0x0",
    parameter INITVAL_0C = "0x0", parameter INITVAL_0D = "0x0", parameter INITVAL_0E = "0x0",
    parameter INITVAL_0F = "0x0", parameter INITVAL_10 = "0x0", parameter INITVAL_11 = "0x0",
    parameter INITVAL_12 = "0x0", parameter INITVAL_13 = "0x0", parameter INITVAL_14 = "0x0",
    parameter INITVAL_15 = "0x0", parameter INITVAL_16 = "0x0", parameter INITVAL_17 = "0x0",
    parameter INITVAL_18 = "0x0", parameter INITVAL_19 = "0x0", parameter INITVAL_1A = "0x0",
    parameter INITVAL_1B = "0x0", parameter INITVAL_1C = "0x0", parameter INITVAL_1D = "0x0",
    parameter INITVAL_1E = "0x0", parameter INITVAL_1F = "0x0", parameter INITVAL_20 = "0x0",
    parameter INITVAL_21 = "0x0", parameter INITVAL_22 = "0x0", parameter INITVAL_23 = "0x0",
    parameter INITVAL_24 = "0x0", parameter INITVAL_25 = "0x0", parameter INITVAL_26 = "0x0",
    parameter INITVAL_27 = "0x0", parameter INITVAL_28 = "0x0", parameter INITVAL_29 = "0x0",
    parameter INITVAL_2A = "0x0", parameter INITVAL_2B = "0x0", parameter INITVAL_2C = "0x0",
    parameter INITVAL_2D = "0x0", parameter INITVAL_2E = "0x0", parameter INITVAL_2F = "0x0",
    parameter INITVAL_30 = "0x0", parameter INITVAL_31 = "0x0", parameter INITVAL_32 = "0x0",
    parameter INITVAL_33 = "0x0", parameter INITVAL_34 = "0x0", parameter INITVAL_35 = "0x0",
    parameter INITVAL_36 = "0x0", parameter INITVAL_37 = "0x0", parameter INITVAL_38 = "0x0",
    parameter INITVAL_39 = "0x0", parameter INITVAL_3A = "0x0", parameter INITVAL_3B = "0x0",
    parameter INITVAL_3C = "0x0", parameter INITVAL_3D = "0x0", parameter INITVAL_3E = "0x0",
    parameter INITVAL_3F = "0x0"
) (
    input wire CLKA, CLKB, WEA, WEB, CEA, CEB, RSTA, RSTB,
    input wire [2:0] CSA, CSB,
    input wire [13:0] ADA, ADB,
    input wire [17:0] DIA, DIB,
    output wire [17:0] DOA, DOB
);
    // A hexadecimal number as text: its digits are the last 80 characters, 32 bytes of nine bits in every 320.
    function [287:0] row(input [8*82-1:0] text);
        integer i;
        reg [7:0] c;
        reg [319:0] digits;
        begin
            for (i = 0; i < 80; i = i + 1) begin
                c = text[8*i +: 8];
                digits[4*i +: 4] = (c >= "a") ? c - "a" + 10 : (c >= "A") ? c - "A" + 10 : (c >= "0") ? c - "0" : 0;
            end
            for (i = 0; i < 32; i = i + 1) row[9*i +: 9] = digits[10*i +: 9];
        end
    endfunction
    localparam [18431:0] IMAGE = {
        row(INITVAL_3F), row(INITVAL_3E), row(INITVAL_3D), row(INITVAL_3C), row(INITVAL_3B), row(INITVAL_3A),
        row(INITVAL_39), row(INITVAL_38), row(INITVAL_37), row(INITVAL_36), row(INITVAL_35), row(INITVAL_34),
        row(INITVAL_33), row(INITVAL_32), row(INITVAL_31), row(INITVAL_30), row(INITVAL_2F), row(INITVAL_2E),
        row(INITVAL_2D), row(INITVAL_2C), row(INITVAL_2B), row(INITVAL_2A), row(INITVAL_29), row(INITVAL_28),
        row(INITVAL_27), row(INITVAL_26), row(INITVAL_25), row(INITVAL_24), row(INITVAL_23), row(INITVAL_22),
        row(INITVAL_21), row(INITVAL_20), row(INITVAL_1F), row(INITVAL_1E), row(INITVAL_1D), row(INITVAL_1C),
        row(INITVAL_1B), row(INITVAL_1A), row(INITVAL_19), row(INITVAL_18), row(INITVAL_17), row(INITVAL_16),
        row(INITVAL_15), row(INITVAL_14), row(INITVAL_13), row(INITVAL_12), row(INITVAL_11), row(INITVAL_10),
        row(INITVAL_0F), row(INITVAL_0E), row(INITVAL_0D), row(INITVAL_0C), row(INITVAL_0B), row(INITVAL_0A),
        row(INITVAL_09), row(INITVAL_08), row(INITVAL_07), row(INITVAL_06), row(INITVAL_05), row(INITVAL_04),
        row(INITVAL_03), row(INITVAL_02), row(INITVAL_01), row(INITVAL_00)
    };
    function integer bits(input [8*3-1:0] text);
        case (text)
            "X1": bits = 1;
            "X2": bits = 2;
            "X4": bits = 4;
            "X9": bits = 9;
            "X18": bits = 18;
            "X36": bits = 36;
            default: begin
                bits = 1;
                $display("error: DP16K of a width that its model does not have");
            end
        endcase
    endfunction

    initial if (OUTREG_A != "BYPASSED" || OUTREG_B != "BYPASSED")
        $display("error: DP16K in a mode that its model does not have");
    always @* if ((RESETMODE_A != "SYNC" && RSTA) || (RESETMODE_B != "SYNC" && RSTB))
        $display("error: DP16K with an asynchronous reset");
    wire [7:0] we_a = {8{WEA}} & ((bits(DATA_WIDTH_A) == 18) ? {6'd0, ADA[1:0]} : 8'd1);
    wire [7:0] we_b = {8{WEB}} & ((bits(DATA_WIDTH_B) == 18) ? {6'd0, ADB[1:0]} : 8'd1);
    wire [71:0] out_a, out_b;
    gainstage_block_ram #(
        .INIT(IMAGE), .READ_A(bits(DATA_WIDTH_A)), .WRITE_A(bits(DATA_WIDTH_A)),
        .READ_B(bits(DATA_WIDTH_B)), .WRITE_B(bits(DATA_WIDTH_B))
    ) ram (
        .clk_a(CLKA), .en_a(CEA & (&CSA)), .rst_a(RSTA), .we_a(we_a), .ad_a(ADA), .di_a({54'd0, DIA}), .do_a(out_a),
        .clk_b(CLKB), .en_b(CEB & (&CSB)), .rst_b(RSTB), .we_b(we_b), .ad_b(ADB), .di_b({54'd0, DIB}), .do_b(out_b)
    );
    assign DOA = out_a[17:0];
    assign DOB = out_b[17:0];
endmodule

// PDP16K: one port writes, the other reads, each on its clock.
module PDP16K #(
    parameter DATA_WIDTH_W = "X36",
    parameter DATA_WIDTH_R = "X36",
    parameter OUTREG = "BYPASSED",
    parameter RESETMODE = "SYNC",
    parameter ASYNC_RST_RELEASE = "SYNC",
    parameter CSDECODE_W = "111",
    parameter CSDECODE_R = "111",
    parameter ECC = "DISABLED",
    parameter GSR = "DISABLED",
    parameter INITVAL_00 = "0x0", parameter INITVAL_01 = "0x0", parameter INITVAL_02 = "0x0",
    parameter INITVAL_03 = "0x0", parameter INITVAL_04 = "0x0", parameter INITVAL_05 = "0x0",
    parameter INITVAL_06 = "0x0", parameter INITVAL_07 = "0x0", parameter INITVAL_08 = "0x0",
    parameter INITVAL_09 = "0x0", parameter INITVAL_0A = "0x0", parameter INITVAL_0B = "0x0",
    parameter INITVAL_0C = "0x0", parameter INITVAL_0D = "0x0", parameter INITVAL_0E = "0x0",
    parameter INITVAL_0F = "0x0", parameter INITVAL_10 = "0x0", parameter INITVAL_11 = "0x0",
    parameter INITVAL_12 = "0x0", parameter INITVAL_13 = "0x0", parameter INITVAL_14 = "0x0",
    parameter INITVAL_15 = "0x0", parameter INITVAL_16 = "0x0", parameter INITVAL_17 = "0x0",
    parameter INITVAL_18 = "0x0", parameter INITVAL_19 = "0x0", parameter INITVAL_1A = "0x0",
    parameter INITVAL_1B = "0x0", parameter INITVAL_1C = "0x0", parameter INITVAL_1D = "0x0",
    parameter INITVAL_1E = "0x0", parameter INITVAL_1F = "0x0", parameter INITVAL_20 = "0x0",
    parameter INITVAL_21 = "0x0", parameter INITVAL_22 = "0x0", parameter INITVAL_23 = "0x0",
    parameter INITVAL_24 = "0x0", parameter INITVAL_25 = "0x0", parameter INITVAL_26 = "0x0",
    parameter INITVAL_27 = "0x0", parameter INITVAL_28 = "0x0", parameter INITVAL_29 = "0x0",
    parameter INITVAL_2A = "0x0", parameter INITVAL_2B = "0x0", parameter INITVAL_2C = "0x0",
    parameter INITVAL_2D = "0x0", parameter INITVAL_2E = "0x0", parameter INITVAL_2F = "0x0",
    parameter INITVAL_30 = "0x0", parameter INITVAL_31 = "0x0", parameter INITVAL_32 = "0x0",
    parameter INITVAL_33 = "0x0", parameter INITVAL_34 = "0x0", parameter INITVAL_35 = "0x0",
    parameter INITVAL_36 = "0x0", parameter INITVAL_37 = "0x0", parameter INITVAL_38 = "0x0",
    parameter INITVAL_39 = "0x0", parameter INITVAL_3A = "0x0", parameter INITVAL_3B = "0x0",
    parameter INITVAL_3C = "0x0", parameter INITVAL_3D = "0x0", parameter INITVAL_3E = "0x0",
    parameter INITVAL_3F = "0x0"
) (
    input wire CLKW, CLKR, CEW, CER, RST,
    input wire [2:0] CSW, CSR,
    input wire [13:0] ADW, ADR,
    input wire [35:0] DI,
    output wire [35:0] DO
);
    // A hexadecimal number as text: its digits are the last 80 characters, 32 bytes of nine bits in every 320.
    function [287:0] row(input [8*82-1:0] text);
        integer i;
        reg [7:0] c;
        reg [319:0] digits;
        begin
            for (i = 0; i < 80; i = i + 1) begin
                c = text[8*i +: 8];
                digits[4*i +: 4] = (c >= "a") ? c - "a" + 10 : (c >= "A") ? c - "A" + 10 : (c >= "0") ? c - "0" : 0;
            end
            for (i = 0; i < 32; i = i + 1) row[9*i +: 9] = digits[10*i +: 9];
        end
    endfunction
    localparam [18431:0] IMAGE = {
        row(INITVAL_3F), row(INITVAL_3E), row(INITVAL_3D), row(INITVAL_3C), row(INITVAL_3B), row(INITVAL_3A),
        row(INITVAL_39), row(INITVAL_38), row(INITVAL_37), row(INITVAL_36), row(INITVAL_35), row(INITVAL_34),
        row(INITVAL_33), row(INITVAL_32), row(INITVAL_31), row(INITVAL_30), row(INITVAL_2F), row(INITVAL_2E),
        row(INITVAL_2D), row(INITVAL_2C), row(INITVAL_2B), row(INITVAL_2A), row(INITVAL_29), row(INITVAL_28),
        row(INITVAL_27), row(INITVAL_26), row(INITVAL_25), row(INITVAL_24), row(INITVAL_23), row(INITVAL_22),
        row(INITVAL_21), row(INITVAL_20), row(INITVAL_1F), row(INITVAL_1E), row(INITVAL_1D), row(INITVAL_1C),
        row(INITVAL_1B), row(INITVAL_1A), row(INITVAL_19), row(INITVAL_18), row(INITVAL_17), row(INITVAL_16),
        row(INITVAL_15), row(INITVAL_14), row(INITVAL_13), row(INITVAL_12), row(INITVAL_11), row(INITVAL_10),
        row(INITVAL_0F), row(INITVAL_0E), row(INITVAL_0D), row(INITVAL_0C), row(INITVAL_0B), row(INITVAL_0A),
        row(INITVAL_09), row(INITVAL_08), row(INITVAL_07), row(INITVAL_06), row(INITVAL_05), row(INITVAL_04),
        row(INITVAL_03), row(INITVAL_02), row(INITVAL_01), row(INITVAL_00)
    };
    function integer bits(input [8*3-1:0] text);
        case (text)
            "X1": bits = 1;
            "X2": bits = 2;
            "X4": bits = 4;
            "X9": bits = 9;
            "X18": bits = 18;
            "X36": bits = 36;
            default: begin
                bits = 1;
                $display("error: PDP16K of a width that its model does not have");
            end
        endcase
    endfunction

    initial if (OUTREG != "BYPASSED" || ECC != "DISABLED")
        $display("error: PDP16K in a mode that its model does not have");
    always @* if (RESETMODE != "SYNC" && RST) $display("error: PDP16K with an asynchronous reset");
    wire [7:0] we = (bits(DATA_WIDTH_W) == 36) ? {4'd0, ADW[3:0]} : (bits(DATA_WIDTH_W) == 18) ? {6'd0, ADW[1:0]} : 8'd1;
    wire [71:0] out;
    gainstage_block_ram #(.INIT(IMAGE), .WRITE_A(bits(DATA_WIDTH_W)), .READ_B(bits(DATA_WIDTH_R)), .KEEPS_OLD(0)) ram (
        .clk_a(CLKW), .en_a(CEW & (&CSW)), .rst_a(1'b0), .we_a(we), .ad_a(ADW), .di_a({36'd0, DI}), .do_a(),
        .clk_b(CLKR), .en_b(CER & (&CSR)), .rst_b(RST), .we_b(8'd0), .ad_b(ADR), .di_b(72'd0), .do_b(out)
    );
    assign DO = out[35:0];
endmodule

// PDPSC16K: one port writes, the other reads, on one clock; a word that is being written reads as it was.
module PDPSC16K #(
    parameter DATA_WIDTH_W = "X36",
    parameter DATA_WIDTH_R = "X36",
    parameter OUTREG = "BYPASSED",
    parameter RESETMODE = "SYNC",
    parameter ASYNC_RST_RELEASE = "SYNC",
    parameter CSDECODE_W = "111",
    parameter CSDECODE_R = "111",
    parameter ECC = "DISABLED",
    parameter GSR = "DISABLED",
    parameter INITVAL_00 = "0x0", parameter INITVAL_01 = "0x0", parameter INITVAL_02 = "0x0",
    parameter INITVAL_03 = "0x0", parameter INITVAL_04 = "0x0", parameter INITVAL_05 = "0x0",
    parameter INITVAL_06 = "0x0", parameter INITVAL_07 = "0x0", parameter INITVAL_08 = "0x0",
    parameter INITVAL_09 = "0x0", parameter INITVAL_0A = "0x0", parameter INITVAL_0B = "0x0",
    parameter INITVAL_0C = "0x0", parameter INITVAL_0D = "0x0", parameter INITVAL_0E = "0x0",
    parameter INITVAL_0F = "0x0", parameter INITVAL_10 = "0x0", parameter INITVAL_11 = "0x0",
    parameter INITVAL_12 = "0x0", parameter INITVAL_13 = "0x0", parameter INITVAL_14 = "0x0",
    parameter INITVAL_15 = "0x0", parameter INITVAL_16 = "0x0", parameter INITVAL_17 = "0x0",
    parameter INITVAL_18 = "0x0", parameter INITVAL_19 = "0x0", parameter INITVAL_1A = "0x0",
    parameter INITVAL_1B = "0x0", parameter INITVAL_1C = "0x0", parameter INITVAL_1D = "0x0",
    parameter INITVAL_1E = "0x0", parameter INITVAL_1F = "0x0", parameter INITVAL_20 = "0x0",
    parameter INITVAL_21 = "0x0", parameter INITVAL_22 = "0x0", parameter INITVAL_23 = "0x0",
    parameter INITVAL_24 = "0x0", parameter INITVAL_25 = "0x0", parameter INITVAL_26 = "0x0",
    parameter INITVAL_27 = "0x0", parameter INITVAL_28 = "0x0", parameter INITVAL_29 = "0x0",
    parameter INITVAL_2A = "0x0", parameter INITVAL_2B = "0x0", parameter INITVAL_2C = "0x0",
    parameter INITVAL_2D = "0x0", parameter INITVAL_2E = "0x0", parameter INITVAL_2F = "0x0",
    parameter INITVAL_30 = "0x0", parameter INITVAL_31 = "0x0", parameter INITVAL_32 = "0x0",
    parameter INITVAL_33 = "0x0", parameter INITVAL_34 = "0x0", parameter INITVAL_35 = "0x0",
    parameter INITVAL_36 = "0x0", parameter INITVAL_37 = "0x0", parameter INITVAL_38 = "0x0",
    parameter INITVAL_39 = "0x0", parameter INITVAL_3A = "0x0", parameter INITVAL_3B = "0x0",
    parameter INITVAL_3C = "0x0", parameter INITVAL_3D = "0x0", parameter INITVAL_3E = "0x0",
    parameter INITVAL_3F = "0x0"
) (
    input wire CLK, CEW, CER, RST,
    input wire [2:0] CSW, CSR,
    input wire [13:0] ADW, ADR,
    input wire [35:0] DI,
    output wire [35:0] DO
);
    // A hexadecimal number as text: its digits are the last 80 characters, 32 bytes of nine bits in every 320.
    function [287:0] row(input [8*82-1:0] text);
        integer i;
        reg [7:0] c;
        reg [319:0] digits;
        begin
            for (i = 0; i < 80; i = i + 1) begin
                c = text[8*i +: 8];
                digits[4*i +: 4] = (c >= "a") ? c - "a" + 10 : (c >= "A") ? c - "A" + 10 : (c >= "0") ? c - "0" : 0;
            end
            for (i = 0; i < 32; i = i + 1) row[9*i +: 9] = digits[10*i +: 9];
        end
    endfunction
    localparam [18431:0] IMAGE = {
        row(INITVAL_3F), row(INITVAL_3E), row(INITVAL_3D), row(INITVAL_3C), row(INITVAL_3B), row(INITVAL_3A),
        row(INITVAL_39), row(INITVAL_38), row(INITVAL_37), row(INITVAL_36), row(INITVAL_35), row(INITVAL_34),
        row(INITVAL_33), row(INITVAL_32), row(INITVAL_31), row(INITVAL_30), row(INITVAL_2F), row(INITVAL_2E),
        row(INITVAL_2D), row(INITVAL_2C), row(INITVAL_2B), row(INITVAL_2A), row(INITVAL_29), row(INITVAL_28),
        row(INITVAL_27), row(INITVAL_26), row(INITVAL_25), row(INITVAL_24), row(INITVAL_23), row(INITVAL_22),
        row(INITVAL_21), row(INITVAL_20), row(INITVAL_1F), row(INITVAL_1E), row(INITVAL_1D), row(INITVAL_1C),
        row(INITVAL_1B), row(INITVAL_1A), row(INITVAL_19), row(INITVAL_18), row(INITVAL_17), row(INITVAL_16),
        row(INITVAL_15), row(INITVAL_14), row(INITVAL_13), row(INITVAL_12), row(INITVAL_11), row(INITVAL_10),
        row(INITVAL_0F), row(INITVAL_0E), row(INITVAL_0D), row(INITVAL_0C), row(INITVAL_0B), row(INITVAL_0A),
        row(INITVAL_09), row(INITVAL_08), row(INITVAL_07), row(INITVAL_06), row(INITVAL_05), row(INITVAL_04),
        row(INITVAL_03), row(INITVAL_02), row(INITVAL_01), row(INITVAL_00)
    };
    function integer bits(input [8*3-1:0] text);
        case (text)
            "X1": bits = 1;
            "X2": bits = 2;
            "X4": bits = 4;
            "X9": bits = 9;
            "X18": bits = 18;
            "X36": bits = 36;
            default: begin
                bits = 1;
                $display("error: PDPSC16K of a width that its model does not have");
            end
        endcase
    endfunction

    initial if (OUTREG != "BYPASSED" || ECC != "DISABLED")
        $display("error: PDPSC16K in a mode that its model does not have");
    always @* if (RESETMODE != "SYNC" && RST) $display("error: PDPSC16K with an asynchronous reset");
    wire [7:0] we = (bits(DATA_WIDTH_W) == 36) ? {4'd0, ADW[3:0]} : (bits(DATA_WIDTH_W) == 18) ? {6'd0, ADW[1:0]} : 8'd1;
    wire [71:0] out;
    gainstage_block_ram #(.INIT(IMAGE), .WRITE_A(bits(DATA_WIDTH_W)), .READ_B(bits(DATA_WIDTH_R)), .KEEPS_OLD(1)) ram (
        .clk_a(CLK), .en_a(CEW & (&CSW)), .rst_a(1'b0), .we_a(we), .ad_a(ADW), .di_a({36'd0, DI}), .do_a(),
        .clk_b(CLK), .en_b(CER & (&CSR)), .rst_b(RST), .we_b(8'd0), .ad_b(ADR), .di_b(72'd0), .do_b(out)
    );
    assign DO = out[35:0];
endmodule
`default_nettype wire
