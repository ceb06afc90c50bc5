// The memories beside their netlist: 64 words are written, then anything is, and every third read meets a write.
module bench;
    reg clk = 0, we = 0;
    reg [5:0] wa = 0;
    reg [17:0] wd = 0;
    reg [11:0] ra = 0;
    wire [17:0] ram_q, ram_n;
    wire [15:0] rom_q, rom_n;
    wire [35:0] wide_q, wide_n;
    wire [3:0] deep_q, deep_n;
    integer n, bad = 0;
    memories rtl (.clk(clk), .we(we), .wa(wa), .wd(wd), .ra(ra), .ram_q(ram_q), .rom_q(rom_q), .wide_q(wide_q), .deep_q(deep_q));
    netlist dut (.clk(clk), .we(we), .wa(wa), .wd(wd), .ra(ra), .ram_q(ram_n), .rom_q(rom_n), .wide_q(wide_n), .deep_q(deep_n));
    initial begin
        for (n = 0; n < 1500; n = n + 1) begin
            we = n < 64 || $random;
            wa = n < 64 ? n : $random;
            ra = $random;
            if (n % 3 == 0) ra[5:0] = wa;
            wd = $random;
            #1 clk = 1;
            #1 clk = 0;
            if (n > 66 && (ram_q !== ram_n || rom_q !== rom_n || wide_q !== wide_n || deep_q !== deep_n)) bad = bad + 1;
        end
        $display("wrong %0d", bad);
    end
endmodule
