// CRC-16 with polynomial 0x1021, most significant bit first: the next value after one byte.
`default_nettype none
module gainstage_crc16 (
    input wire [15:0] crc,
    input wire [7:0] data,
    output wire [15:0] next
);
    wire [7:0] t = crc[15:8] ^ data;
    wire [7:0] s = t ^ {4'b0, t[7:4]};
    assign next = {crc[7:0], 8'b0} ^ {s[3:0], 12'b0} ^ {3'b0, s, 5'b0} ^ {8'b0, s};
endmodule
`default_nettype wire
