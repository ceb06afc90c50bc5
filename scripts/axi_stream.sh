#!/usr/bin/env bash
# The AXI4-Stream wrapper of examples/small, in every architecture, between cocotbext-axi's master and slave.
#
#   COCOTB_BEATS=2000 scripts/axi_stream.sh
set -euo pipefail
cd "$(dirname "$0")/.."
read -ra gainstage <<<"${GAINSTAGE:-cargo run --quiet --release --locked -p gainstage --}"
out=build/axi-stream

mkdir -p "$out"
[ -f "$out/model.json" ] || "${gainstage[@]}" train examples/small -o "$out/model.json"
"${gainstage[@]}" quantize "$out/model.json" --bits 10 --input-range 0:6.2835 -o "$out/plan.json"
for arch in parallel folded sequential; do
    net=$out/$arch
    "${gainstage[@]}" generate "$out/plan.json" --arch "$arch" -o "$net"
    for format in cocotb axi-stream; do
        "${gainstage[@]}" export "$net" --format "$format" --force -o "$net.test" >"$out/export.log"
    done
    .venv/bin/python scripts/axi_stream.py "$net.test" "$net" "${COCOTB_BEATS:-20000}"
done
