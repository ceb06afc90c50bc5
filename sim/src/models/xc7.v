// Block RAM of AMD's 7 series as far as yosys uses it, from UG473. The multiplier, DSP48E1, has its behaviour in yosys.
`default_nettype none

// RAMB18E1: 18 Kbit; a word of 36 bits (RAM_MODE "SDP") is written through B and read through A with both ports' pins.
module RAMB18E1 #(
    parameter RAM_MODE = "TDP",
    parameter DOA_REG = 0,
    parameter DOB_REG = 0,
    parameter READ_WIDTH_A = 0,
    parameter READ_WIDTH_B = 0,
    parameter WRITE_WIDTH_A = 0,
    parameter WRITE_WIDTH_B = 0,
    parameter WRITE_MODE_A = "WRITE_FIRST",
    parameter WRITE_MODE_B = "WRITE_FIRST",
    parameter SRVAL_A = 0,
    parameter SRVAL_B = 0,
    parameter INIT_A = 0,
    parameter INIT_B = 0,
    parameter INIT_FILE = "NONE",
    parameter RDADDR_COLLISION_HWCONFIG = "DELAYED_WRITE",
    parameter RSTREG_PRIORITY_A = "RSTREG",
    parameter RSTREG_PRIORITY_B = "RSTREG",
    parameter SIM_COLLISION_CHECK = "ALL",
    parameter SIM_DEVICE = "7SERIES",
    parameter IS_CLKARDCLK_INVERTED = 0,
    parameter IS_CLKBWRCLK_INVERTED = 0,
    parameter IS_ENARDEN_INVERTED = 0,
    parameter IS_ENBWREN_INVERTED = 0,
    parameter IS_RSTRAMARSTRAM_INVERTED = 0,
    parameter IS_RSTRAMB_INVERTED = 0,
    parameter IS_RSTREGARSTREG_INVERTED = 0,
    parameter IS_RSTREGB_INVERTED = 0,
    parameter [255:0] INITP_00 = 0, parameter [255:0] INITP_01 = 0, parameter [255:0] INITP_02 = 0,
    parameter [255:0] INITP_03 = 0, parameter [255:0] INITP_04 = 0, parameter [255:0] INITP_05 = 0,
    parameter [255:0] INITP_06 = 0, parameter [255:0] INITP_07 = 0,
    parameter [255:0] INIT_00 = 0, parameter [255:0] INIT_01 = 0, parameter [255:0] INIT_02 = 0,
    parameter [255:0] INIT_03 = 0, parameter [255:0] INIT_04 = 0, parameter [255:0] INIT_05 = 0,
    parameter [255:0] INIT_06 = 0, parameter [255:0] INIT_07 = 0, parameter [255:0] INIT_08 = 0,
    parameter [255:0] INIT_09 = 0, parameter [255:0] INIT_0A = 0, parameter [255:0] INIT_0B = 0,
    parameter [255:0] INIT_0C = 0, parameter [255:0] INIT_0D = 0, parameter [255:0] INIT_0E = 0,
    parameter [255:0] INIT_0F = 0, parameter [255:0] INIT_10 = 0, parameter [255:0] INIT_11 = 0,
    parameter [255:0] INIT_12 = 0, parameter [255:0] INIT_13 = 0, parameter [255:0] INIT_14 = 0,
    parameter [255:0] INIT_15 = 0, parameter [255:0] INIT_16 = 0, parameter [255:0] INIT_17 = 0,
    parameter [255:0] INIT_18 = 0, parameter [255:0] INIT_19 = 0, parameter [255:0] INIT_1A = 0,
    parameter [255:0] INIT_1B = 0, parameter [255:0] INIT_1C = 0, parameter [255:0] INIT_1D = 0,
    parameter [255:0] INIT_1E = 0, parameter [255:0] INIT_1F = 0, parameter [255:0] INIT_20 = 0,
    parameter [255:0] INIT_21 = 0, parameter [255:0] INIT_22 = 0, parameter [255:0] INIT_23 = 0,
    parameter [255:0] INIT_24 = 0, parameter [255:0] INIT_25 = 0, parameter [255:0] INIT_26 = 0,
    parameter [255:0] INIT_27 = 0, parameter [255:0] INIT_28 = 0, parameter [255:0] INIT_29 = 0,
    parameter [255:0] INIT_2A = 0, parameter [255:0] INIT_2B = 0, parameter [255:0] INIT_2C = 0,
    parameter [255:0] INIT_2D = 0, parameter [255:0] INIT_2E = 0, parameter [255:0] INIT_2F = 0,
    parameter [255:0] INIT_30 = 0, parameter [255:0] INIT_31 = 0, parameter [255:0] INIT_32 = 0,
    parameter [255:0] INIT_33 = 0, parameter [255:0] INIT_34 = 0, parameter [255:0] INIT_35 = 0,
    parameter [255:0] INIT_36 = 0, parameter [255:0] INIT_37 = 0, parameter [255:0] INIT_38 = 0,
    parameter [255:0] INIT_39 = 0, parameter [255:0] INIT_3A = 0, parameter [255:0] INIT_3B = 0,
    parameter [255:0] INIT_3C = 0, parameter [255:0] INIT_3D = 0, parameter [255:0] INIT_3E = 0,
    parameter [255:0] INIT_3F = 0
) (
    input wire CLKARDCLK, CLKBWRCLK, ENARDEN, ENBWREN, REGCEAREGCE, REGCEB,
    input wire RSTRAMARSTRAM, RSTRAMB, RSTREGARSTREG, RSTREGB,
    input wire [13:0] ADDRARDADDR, ADDRBWRADDR,
    input wire [15:0] DIADI, DIBDI,
    input wire [1:0] DIPADIP, DIPBDIP,
    input wire [1:0] WEA,
    input wire [3:0] WEBWE,
    output wire [15:0] DOADO, DOBDO,
    output wire [1:0] DOPADOP, DOPBDOP
);
    localparam [16383:0] DATA = {
        INIT_3F, INIT_3E, INIT_3D, INIT_3C, INIT_3B, INIT_3A, INIT_39, INIT_38, INIT_37, INIT_36, INIT_35, INIT_34,
        INIT_33, INIT_32, INIT_31, INIT_30, INIT_2F, INIT_2E, INIT_2D, INIT_2C, INIT_2B, INIT_2A, INIT_29, INIT_28,
        INIT_27, INIT_26, INIT_25, INIT_24, INIT_23, INIT_22, INIT_21, INIT_20, INIT_1F, INIT_1E, INIT_1D, INIT_1C,
        INIT_1B, INIT_1A, INIT_19, INIT_18, INIT_17, INIT_16, INIT_15, INIT_14, INIT_13, INIT_12, INIT_11, INIT_10,
        INIT_0F, INIT_0E, INIT_0D, INIT_0C, INIT_0B, INIT_0A, INIT_09, INIT_08, INIT_07, INIT_06, INIT_05, INIT_04,
        INIT_03, INIT_02, INIT_01, INIT_00
    };
    localparam [2047:0] PARITY = {
        INITP_07, INITP_06, INITP_05, INITP_04, INITP_03, INITP_02, INITP_01, INITP_00
    };
    function [18431:0] image(input integer unused);
        integer i;
        for (i = 0; i < 2048; i = i + 1) image[9*i +: 9] = {PARITY[i], DATA[8*i +: 8]};
    endfunction
    localparam DURING_A = (WRITE_MODE_A == "NO_CHANGE") ? 0 : (WRITE_MODE_A == "WRITE_FIRST") ? 1 : 2;
    localparam DURING_B = (WRITE_MODE_B == "NO_CHANGE") ? 0 : (WRITE_MODE_B == "WRITE_FIRST") ? 1 : 2;
    // The old word is promised on one clock where the port that writes reads first (UG473).
    localparam KEEPS_OLD = (WRITE_MODE_A == "READ_FIRST") && (WRITE_MODE_B == "READ_FIRST");
    localparam BOTH = (READ_WIDTH_A == 36);
    localparam BOTH_IN = (WRITE_WIDTH_B == 36);
    initial if (DOA_REG != 0 || DOB_REG != 0 || SRVAL_A != 0 || SRVAL_B != 0 || IS_CLKARDCLK_INVERTED
        || IS_CLKBWRCLK_INVERTED || IS_ENARDEN_INVERTED || IS_ENBWREN_INVERTED || IS_RSTRAMARSTRAM_INVERTED
        || IS_RSTRAMB_INVERTED)
        $display("error: RAMB18E1 in a mode that its model does not have");
    wire [17:0] di_a = {DIPADIP[1], DIADI[15:8], DIPADIP[0], DIADI[7:0]};
    wire [17:0] di_b = {DIPBDIP[1], DIBDI[15:8], DIPBDIP[0], DIBDI[7:0]};
    wire [71:0] do_a, do_b;
    gainstage_block_ram #(
        .ADDRESS(14), .BYTES(2048), .INIT(image(0)), .READ_A(READ_WIDTH_A), .WRITE_A(WRITE_WIDTH_A), .READ_B(READ_WIDTH_B),
        .WRITE_B(WRITE_WIDTH_B), .DURING_A(DURING_A), .DURING_B(DURING_B), .KEEPS_OLD(KEEPS_OLD)
    ) ram (
        .clk_a(CLKARDCLK), .en_a(ENARDEN), .rst_a(RSTRAMARSTRAM), .we_a({6'd0, WEA}),
        .ad_a(ADDRARDADDR[13:0]), .di_a({54'd0, di_a}), .do_a(do_a),
        .clk_b(CLKBWRCLK), .en_b(ENBWREN), .rst_b(RSTRAMB), .we_b({4'd0, WEBWE}),
        .ad_b(ADDRBWRADDR[13:0]), .di_b(BOTH_IN ? {36'd0, di_b, di_a} : {54'd0, di_b}),
        .do_b(do_b)
    );
    wire [17:0] low = do_a[17:0];
    wire [17:0] high = BOTH ? do_a[35:18] : do_b[17:0];
    assign {DOPADOP[1], DOADO[15:8], DOPADOP[0], DOADO[7:0]} = low;
    assign {DOPBDOP[1], DOBDO[15:8], DOPBDOP[0], DOBDO[7:0]} = high;
endmodule

// RAMB36E1: 36 Kbit; a word of 72 bits (RAM_MODE "SDP") is written through B and read through A with both ports' pins.
module RAMB36E1 #(
    parameter RAM_MODE = "TDP",
    parameter DOA_REG = 0,
    parameter DOB_REG = 0,
    parameter READ_WIDTH_A = 0,
    parameter READ_WIDTH_B = 0,
    parameter WRITE_WIDTH_A = 0,
    parameter WRITE_WIDTH_B = 0,
    parameter WRITE_MODE_A = "WRITE_FIRST",
    parameter WRITE_MODE_B = "WRITE_FIRST",
    parameter SRVAL_A = 0,
    parameter SRVAL_B = 0,
    parameter INIT_A = 0,
    parameter INIT_B = 0,
    parameter INIT_FILE = "NONE",
    parameter RDADDR_COLLISION_HWCONFIG = "DELAYED_WRITE",
    parameter RSTREG_PRIORITY_A = "RSTREG",
    parameter RSTREG_PRIORITY_B = "RSTREG",
    parameter SIM_COLLISION_CHECK = "ALL",
    parameter SIM_DEVICE = "7SERIES",
    parameter RAM_EXTENSION_A = "NONE",
    parameter RAM_EXTENSION_B = "NONE",
    parameter EN_ECC_READ = "FALSE",
    parameter EN_ECC_WRITE = "FALSE",
    parameter IS_CLKARDCLK_INVERTED = 0,
    parameter IS_CLKBWRCLK_INVERTED = 0,
    parameter IS_ENARDEN_INVERTED = 0,
    parameter IS_ENBWREN_INVERTED = 0,
    parameter IS_RSTRAMARSTRAM_INVERTED = 0,
    parameter IS_RSTRAMB_INVERTED = 0,
    parameter IS_RSTREGARSTREG_INVERTED = 0,
    parameter IS_RSTREGB_INVERTED = 0,
    parameter [255:0] INITP_00 = 0, parameter [255:0] INITP_01 = 0, parameter [255:0] INITP_02 = 0,
    parameter [255:0] INITP_03 = 0, parameter [255:0] INITP_04 = 0, parameter [255:0] INITP_05 = 0,
    parameter [255:0] INITP_06 = 0, parameter [255:0] INITP_07 = 0, parameter [255:0] INITP_08 = 0,
    parameter [255:0] INITP_09 = 0, parameter [255:0] INITP_0A = 0, parameter [255:0] INITP_0B = 0,
    parameter [255:0] INITP_0C = 0, parameter [255:0] INITP_0D = 0, parameter [255:0] INITP_0E = 0,
    parameter [255:0] INITP_0F = 0,
    parameter [255:0] INIT_00 = 0, parameter [255:0] INIT_01 = 0, parameter [255:0] INIT_02 = 0,
    parameter [255:0] INIT_03 = 0, parameter [255:0] INIT_04 = 0, parameter [255:0] INIT_05 = 0,
    parameter [255:0] INIT_06 = 0, parameter [255:0] INIT_07 = 0, parameter [255:0] INIT_08 = 0,
    parameter [255:0] INIT_09 = 0, parameter [255:0] INIT_0A = 0, parameter [255:0] INIT_0B = 0,
    parameter [255:0] INIT_0C = 0, parameter [255:0] INIT_0D = 0, parameter [255:0] INIT_0E = 0,
    parameter [255:0] INIT_0F = 0, parameter [255:0] INIT_10 = 0, parameter [255:0] INIT_11 = 0,
    parameter [255:0] INIT_12 = 0, parameter [255:0] INIT_13 = 0, parameter [255:0] INIT_14 = 0,
    parameter [255:0] INIT_15 = 0, parameter [255:0] INIT_16 = 0, parameter [255:0] INIT_17 = 0,
    parameter [255:0] INIT_18 = 0, parameter [255:0] INIT_19 = 0, parameter [255:0] INIT_1A = 0,
    parameter [255:0] INIT_1B = 0, parameter [255:0] INIT_1C = 0, parameter [255:0] INIT_1D = 0,
    parameter [255:0] INIT_1E = 0, parameter [255:0] INIT_1F = 0, parameter [255:0] INIT_20 = 0,
    parameter [255:0] INIT_21 = 0, parameter [255:0] INIT_22 = 0, parameter [255:0] INIT_23 = 0,
    parameter [255:0] INIT_24 = 0, parameter [255:0] INIT_25 = 0, parameter [255:0] INIT_26 = 0,
    parameter [255:0] INIT_27 = 0, parameter [255:0] INIT_28 = 0, parameter [255:0] INIT_29 = 0,
    parameter [255:0] INIT_2A = 0, parameter [255:0] INIT_2B = 0, parameter [255:0] INIT_2C = 0,
    parameter [255:0] INIT_2D = 0, parameter [255:0] INIT_2E = 0, parameter [255:0] INIT_2F = 0,
    parameter [255:0] INIT_30 = 0, parameter [255:0] INIT_31 = 0, parameter [255:0] INIT_32 = 0,
    parameter [255:0] INIT_33 = 0, parameter [255:0] INIT_34 = 0, parameter [255:0] INIT_35 = 0,
    parameter [255:0] INIT_36 = 0, parameter [255:0] INIT_37 = 0, parameter [255:0] INIT_38 = 0,
    parameter [255:0] INIT_39 = 0, parameter [255:0] INIT_3A = 0, parameter [255:0] INIT_3B = 0,
    parameter [255:0] INIT_3C = 0, parameter [255:0] INIT_3D = 0, parameter [255:0] INIT_3E = 0,
    parameter [255:0] INIT_3F = 0, parameter [255:0] INIT_40 = 0, parameter [255:0] INIT_41 = 0,
    parameter [255:0] INIT_42 = 0, parameter [255:0] INIT_43 = 0, parameter [255:0] INIT_44 = 0,
    parameter [255:0] INIT_45 = 0, parameter [255:0] INIT_46 = 0, parameter [255:0] INIT_47 = 0,
    parameter [255:0] INIT_48 = 0, parameter [255:0] INIT_49 = 0, parameter [255:0] INIT_4A = 0,
    parameter [255:0] INIT_4B = 0, parameter [255:0] INIT_4C = 0, parameter [255:0] INIT_4D = 0,
    parameter [255:0] INIT_4E = 0, parameter [255:0] INIT_4F = 0, parameter [255:0] INIT_50 = 0,
    parameter [255:0] INIT_51 = 0, parameter [255:0] INIT_52 = 0, parameter [255:0] INIT_53 = 0,
    parameter [255:0] INIT_54 = 0, parameter [255:0] INIT_55 = 0, parameter [255:0] INIT_56 = 0,
    parameter [255:0] INIT_57 = 0, parameter [255:0] INIT_58 = 0, parameter [255:0] INIT_59 = 0,
    parameter [255:0] INIT_5A = 0, parameter [255:0] INIT_5B = 0, parameter [255:0] INIT_5C = 0,
    parameter [255:0] INIT_5D = 0, parameter [255:0] INIT_5E = 0, parameter [255:0] INIT_5F = 0,
    parameter [255:0] INIT_60 = 0, parameter [255:0] INIT_61 = 0, parameter [255:0] INIT_62 = 0,
    parameter [255:0] INIT_63 = 0, parameter [255:0] INIT_64 = 0, parameter [255:0] INIT_65 = 0,
    parameter [255:0] INIT_66 = 0, parameter [255:0] INIT_67 = 0, parameter [255:0] INIT_68 = 0,
    parameter [255:0] INIT_69 = 0, parameter [255:0] INIT_6A = 0, parameter [255:0] INIT_6B = 0,
    parameter [255:0] INIT_6C = 0, parameter [255:0] INIT_6D = 0, parameter [255:0] INIT_6E = 0,
    parameter [255:0] INIT_6F = 0, parameter [255:0] INIT_70 = 0, parameter [255:0] INIT_71 = 0,
    parameter [255:0] INIT_72 = 0, parameter [255:0] INIT_73 = 0, parameter [255:0] INIT_74 = 0,
    parameter [255:0] INIT_75 = 0, parameter [255:0] INIT_76 = 0, parameter [255:0] INIT_77 = 0,
    parameter [255:0] INIT_78 = 0, parameter [255:0] INIT_79 = 0, parameter [255:0] INIT_7A = 0,
    parameter [255:0] INIT_7B = 0, parameter [255:0] INIT_7C = 0, parameter [255:0] INIT_7D = 0,
    parameter [255:0] INIT_7E = 0, parameter [255:0] INIT_7F = 0
) (
    input wire CASCADEINA, CASCADEINB, INJECTDBITERR, INJECTSBITERR,
    output wire CASCADEOUTA, CASCADEOUTB, DBITERR, SBITERR,
    output wire [7:0] ECCPARITY,
    output wire [8:0] RDADDRECC,
    input wire CLKARDCLK, CLKBWRCLK, ENARDEN, ENBWREN, REGCEAREGCE, REGCEB,
    input wire RSTRAMARSTRAM, RSTRAMB, RSTREGARSTREG, RSTREGB,
    input wire [15:0] ADDRARDADDR, ADDRBWRADDR,
    input wire [31:0] DIADI, DIBDI,
    input wire [3:0] DIPADIP, DIPBDIP,
    input wire [3:0] WEA,
    input wire [7:0] WEBWE,
    output wire [31:0] DOADO, DOBDO,
    output wire [3:0] DOPADOP, DOPBDOP
);
    localparam [32767:0] DATA = {
        INIT_7F, INIT_7E, INIT_7D, INIT_7C, INIT_7B, INIT_7A, INIT_79, INIT_78, INIT_77, INIT_76, INIT_75, INIT_74,
        INIT_73, INIT_72, INIT_71, INIT_70, INIT_6F, INIT_6E, INIT_6D, INIT_6C, INIT_6B, INIT_6A, INIT_69, INIT_68,
        INIT_67, INIT_66, INIT_65, INIT_64, INIT_63, INIT_62, INIT_61, INIT_60, INIT_5F, INIT_5E, INIT_5D, INIT_5C,
        INIT_5B, INIT_5A, INIT_59, INIT_58, INIT_57, INIT_56, INIT_55, INIT_54, INIT_53, INIT_52, INIT_51, INIT_50,
        INIT_4F, INIT_4E, INIT_4D, INIT_4C, INIT_4B, INIT_4A, INIT_49, INIT_48, INIT_47, INIT_46, INIT_45, INIT_44,
        INIT_43, INIT_42, INIT_41, INIT_40, INIT_3F, INIT_3E, INIT_3D, INIT_3C, INIT_3B, INIT_3A, INIT_39, INIT_38,
        INIT_37, INIT_36, INIT_35, INIT_34, INIT_33, INIT_32, INIT_31, INIT_30, INIT_2F, INIT_2E, INIT_2D, INIT_2C,
        INIT_2B, INIT_2A, INIT_29, INIT_28, INIT_27, INIT_26, INIT_25, INIT_24, INIT_23, INIT_22, INIT_21, INIT_20,
        INIT_1F, INIT_1E, INIT_1D, INIT_1C, INIT_1B, INIT_1A, INIT_19, INIT_18, INIT_17, INIT_16, INIT_15, INIT_14,
        INIT_13, INIT_12, INIT_11, INIT_10, INIT_0F, INIT_0E, INIT_0D, INIT_0C, INIT_0B, INIT_0A, INIT_09, INIT_08,
        INIT_07, INIT_06, INIT_05, INIT_04, INIT_03, INIT_02, INIT_01, INIT_00
    };
    localparam [4095:0] PARITY = {
        INITP_0F, INITP_0E, INITP_0D, INITP_0C, INITP_0B, INITP_0A, INITP_09, INITP_08, INITP_07, INITP_06, INITP_05,
        INITP_04, INITP_03, INITP_02, INITP_01, INITP_00
    };
    function [36863:0] image(input integer unused);
        integer i;
        for (i = 0; i < 4096; i = i + 1) image[9*i +: 9] = {PARITY[i], DATA[8*i +: 8]};
    endfunction
    localparam DURING_A = (WRITE_MODE_A == "NO_CHANGE") ? 0 : (WRITE_MODE_A == "WRITE_FIRST") ? 1 : 2;
    localparam DURING_B = (WRITE_MODE_B == "NO_CHANGE") ? 0 : (WRITE_MODE_B == "WRITE_FIRST") ? 1 : 2;
    // The old word is promised on one clock where the port that writes reads first (UG473).
    localparam KEEPS_OLD = (WRITE_MODE_A == "READ_FIRST") && (WRITE_MODE_B == "READ_FIRST");
    localparam BOTH = (READ_WIDTH_A == 72);
    localparam BOTH_IN = (WRITE_WIDTH_B == 72);
    initial if (DOA_REG != 0 || DOB_REG != 0 || SRVAL_A != 0 || SRVAL_B != 0 || IS_CLKARDCLK_INVERTED
        || IS_CLKBWRCLK_INVERTED || IS_ENARDEN_INVERTED || IS_ENBWREN_INVERTED || IS_RSTRAMARSTRAM_INVERTED
        || IS_RSTRAMB_INVERTED || RAM_EXTENSION_A != "NONE" || RAM_EXTENSION_B != "NONE"
        || EN_ECC_READ != "FALSE" || EN_ECC_WRITE != "FALSE")
        $display("error: RAMB36E1 in a mode that its model does not have");
    wire [35:0] di_a = {DIPADIP[3], DIADI[31:24], DIPADIP[2], DIADI[23:16], DIPADIP[1], DIADI[15:8], DIPADIP[0], DIADI[7:0]};
    wire [35:0] di_b = {DIPBDIP[3], DIBDI[31:24], DIPBDIP[2], DIBDI[23:16], DIPBDIP[1], DIBDI[15:8], DIPBDIP[0], DIBDI[7:0]};
    wire [71:0] do_a, do_b;
    gainstage_block_ram #(
        .ADDRESS(15), .BYTES(4096), .INIT(image(0)), .READ_A(READ_WIDTH_A), .WRITE_A(WRITE_WIDTH_A), .READ_B(READ_WIDTH_B),
        .WRITE_B(WRITE_WIDTH_B), .DURING_A(DURING_A), .DURING_B(DURING_B), .KEEPS_OLD(KEEPS_OLD)
    ) ram (
        .clk_a(CLKARDCLK), .en_a(ENARDEN), .rst_a(RSTRAMARSTRAM), .we_a({4'd0, WEA}),
        .ad_a(ADDRARDADDR[14:0]), .di_a({36'd0, di_a}), .do_a(do_a),
        .clk_b(CLKBWRCLK), .en_b(ENBWREN), .rst_b(RSTRAMB), .we_b(WEBWE),
        .ad_b(ADDRBWRADDR[14:0]), .di_b(BOTH_IN ? {di_b, di_a} : {36'd0, di_b}),
        .do_b(do_b)
    );
    wire [35:0] low = do_a[35:0];
    wire [35:0] high = BOTH ? do_a[71:36] : do_b[35:0];
    assign {DOPADOP[3], DOADO[31:24], DOPADOP[2], DOADO[23:16], DOPADOP[1], DOADO[15:8], DOPADOP[0], DOADO[7:0]} = low;
    assign {DOPBDOP[3], DOBDO[31:24], DOPBDOP[2], DOBDO[23:16], DOPBDOP[1], DOBDO[15:8], DOPBDOP[0], DOBDO[7:0]} = high;
    assign {CASCADEOUTA, CASCADEOUTB, DBITERR, SBITERR, ECCPARITY, RDADDRECC} = 21'd0;
endmodule
`default_nettype wire
