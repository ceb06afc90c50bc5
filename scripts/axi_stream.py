"""The AXI4-Stream wrapper between a master and a slave that know nothing of it (cocotbext-axi), in Icarus Verilog.

    gainstage export NET --format cocotb -o DIR         the circuit's files, and vectors with what must come out
    gainstage export NET --format axi-stream -o DIR     the wrapper
    python3 scripts/axi_stream.py DIR NET [BEATS]

Both sides pause at random; frames of random length are compared byte by byte, so that a beat lost, doubled or swapped
and a misplaced TLAST all show.
"""

import csv
import itertools
import json
import logging
import os
import random
import sys
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles
from cocotbext.axi import AxiStreamBus, AxiStreamFrame, AxiStreamSink, AxiStreamSource


def beats(directory, manifest):
    """Endless pairs of an input beat and its output beat: each code in whole bytes, the first one lowest."""
    with open(Path(directory) / f"{manifest['top']}_vectors.csv", newline="") as file:
        rows = list(csv.DictReader(file))

    def packed(row, ports):
        widths = [(int(row[p["name"]]), -(-p["format"]["width"] // 8)) for p in ports]
        return b"".join((code % (1 << 8 * size)).to_bytes(size, "little") for code, size in widths)

    pairs = [(packed(r, manifest["inputs"]), packed(r, manifest["outputs"])) for r in rows]
    return itertools.cycle(pairs)


def pauses(rng):
    """Long runs, long stalls, and everything between."""
    while True:
        share = rng.choice([0.0, 0.1, 0.5, 0.9])
        yield from (rng.random() < share for _ in range(rng.randrange(1, 300)))


@cocotb.test()
async def frames_arrive_as_they_were_sent(dut):
    directory, total = os.environ["AXI_DIR"], int(os.environ["AXI_BEATS"])
    manifest = json.loads(os.environ["AXI_MANIFEST"])
    rng = random.Random(1)
    left, pairs = total, beats(directory, manifest)
    lanes = {side: len(getattr(dut, f"{side}_axis_tdata")) // 8 for side in "sm"}
    Clock(dut.aclk, 10, unit="ns").start()
    dut.aresetn.value = 0
    ends = []
    for kind, side in ((AxiStreamSource, "s"), (AxiStreamSink, "m")):
        bus = AxiStreamBus.from_prefix(dut, f"{side}_axis")
        end = kind(bus, dut.aclk, dut.aresetn, reset_active_level=False, byte_lanes=lanes[side])
        end.log.setLevel(logging.WARNING)
        end.set_pause_generator(pauses(random.Random(len(ends) + 2)))
        ends.append(end)
    source, sink = ends
    await ClockCycles(dut.aclk, 8)
    dut.aresetn.value = 1

    compared = 0
    while left:
        # A few frames at a time: the next ones follow while the last ones are still inside.
        expected = []
        for _ in range(20):
            length = min(rng.randrange(1, 60), left)
            if length:
                frame = [next(pairs) for _ in range(length)]
                await source.send(AxiStreamFrame(b"".join(x for x, _ in frame)))
                expected.append(b"".join(y for _, y in frame))
                left -= length
        for want in expected:
            found = bytes((await sink.recv()).tdata)
            assert found == want, f"a frame behind beat {compared}: {found.hex()} instead of {want.hex()}"
            compared += len(want) // lanes["m"]
    await ClockCycles(dut.aclk, 2 * (manifest["latency"] + manifest["interval"]))
    assert sink.empty(), "more came out than went in"
    cocotb.log.info("%d beats, %d bytes in, %d bytes out each", compared, lanes["s"], lanes["m"])
    assert compared == total


def main():
    from cocotb_tools.check_results import get_results
    from cocotb_tools.runner import get_runner

    directory, net = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    manifest = json.loads((net / "manifest.json").read_text())
    os.environ["AXI_DIR"], os.environ["AXI_MANIFEST"] = str(directory), json.dumps(manifest)
    os.environ["AXI_BEATS"] = sys.argv[3] if len(sys.argv) > 3 else "10000"
    runner = get_runner(os.environ.get("SIM", "icarus"))
    top = f"{manifest['top']}_axis"
    sources = sorted(directory.glob("*.v"))
    runner.build(sources=sources, hdl_toplevel=top, build_dir=directory / "sim_axis", timescale=("1ns", "1ps"))
    # Memory files are read from where the simulation runs.
    results = runner.test(
        hdl_toplevel=top, test_module=Path(__file__).stem, build_dir=directory / "sim_axis", test_dir=directory
    )
    tests, failed = get_results(results)
    print(f"{tests} tests, {failed} failed")
    sys.exit(1 if failed or not tests else 0)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    main()
