// Memories in every shape that block RAM has: written and read, 16, 36 and 4 bits wide, and a read of the word that is written.
module memories(
    input wire clk, input wire we, input wire [5:0] wa, input wire [17:0] wd, input wire [11:0] ra,
    output reg [17:0] ram_q, output reg [15:0] rom_q, output reg [35:0] wide_q, output reg [3:0] deep_q
);
    (* ram_style = "block", syn_ramstyle = "block_ram" *) reg [17:0] ram [0:63];
    always @(posedge clk) begin
        if (we) ram[wa] <= wd;
        ram_q <= ram[ra[5:0]];
    end
    (* rom_style = "block", syn_romstyle = "EBR" *) reg [15:0] rom [0:511];
    initial $readmemh("rom.mem", rom);
    always @(posedge clk) rom_q <= rom[ra[8:0]];
    (* rom_style = "block", syn_romstyle = "EBR" *) reg [35:0] wide [0:511];
    initial $readmemh("wide.mem", wide);
    always @(posedge clk) wide_q <= wide[ra[9:1]];
    (* rom_style = "block", syn_romstyle = "EBR" *) reg [3:0] deep [0:4095];
    initial $readmemh("deep.mem", deep);
    always @(posedge clk) deep_q <= deep[ra];
endmodule
