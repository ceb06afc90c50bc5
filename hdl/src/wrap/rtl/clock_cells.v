// Stand-ins for simulators: the cells of three families that make clocks, without making any. The circuit's clock is
// what comes in, and it is locked.
`default_nettype none
module SB_PLL40_PAD #(
    parameter FEEDBACK_PATH = "SIMPLE", parameter [3:0] DIVR = 0, parameter [6:0] DIVF = 0, parameter [2:0] DIVQ = 0,
    parameter [2:0] FILTER_RANGE = 0
) (
    input wire PACKAGEPIN, input wire RESETB, input wire BYPASS, output wire PLLOUTGLOBAL, output wire LOCK
);
    assign PLLOUTGLOBAL = PACKAGEPIN;
    assign LOCK = RESETB & ~BYPASS;
endmodule

module SB_PLL40_CORE #(
    parameter FEEDBACK_PATH = "SIMPLE", parameter [3:0] DIVR = 0, parameter [6:0] DIVF = 0, parameter [2:0] DIVQ = 0,
    parameter [2:0] FILTER_RANGE = 0
) (
    input wire REFERENCECLK, input wire RESETB, input wire BYPASS, output wire PLLOUTGLOBAL, output wire LOCK
);
    assign PLLOUTGLOBAL = REFERENCECLK;
    assign LOCK = RESETB & ~BYPASS;
endmodule

module EHXPLLL #(
    parameter PLLRST_ENA = "DISABLED", parameter INTFB_WAKE = "DISABLED", parameter STDBY_ENABLE = "DISABLED",
    parameter DPHASE_SOURCE = "DISABLED", parameter OUTDIVIDER_MUXA = "DIVA", parameter CLKOP_ENABLE = "ENABLED",
    parameter CLKI_DIV = 1, parameter CLKFB_DIV = 1, parameter CLKOP_DIV = 1, parameter CLKOP_CPHASE = 0,
    parameter CLKOP_FPHASE = 0, parameter FEEDBK_PATH = "CLKOP"
) (
    input wire CLKI, input wire CLKFB, input wire RST, input wire STDBY, input wire PHASESEL0, input wire PHASESEL1,
    input wire PHASEDIR, input wire PHASESTEP, input wire PHASELOADREG, input wire PLLWAKESYNC, input wire ENCLKOP,
    output wire CLKOP, output wire LOCK
);
    assign CLKOP = CLKI;
    assign LOCK = ~(RST | STDBY);
endmodule

module MMCME2_BASE #(
    parameter CLKIN1_PERIOD = 10.0, parameter DIVCLK_DIVIDE = 1, parameter CLKFBOUT_MULT_F = 5.0,
    parameter CLKOUT0_DIVIDE_F = 1.0
) (
    input wire CLKIN1, input wire CLKFBIN, input wire RST, input wire PWRDWN,
    output wire CLKFBOUT, output wire CLKOUT0, output wire LOCKED
);
    assign CLKFBOUT = CLKIN1;
    assign CLKOUT0 = CLKIN1;
    assign LOCKED = ~(RST | PWRDWN);
endmodule

module BUFG (input wire I, output wire O);
    assign O = I;
endmodule
`default_nettype wire
