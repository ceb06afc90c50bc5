#!/usr/bin/env bash
# Builds examples/small for every Lattice board, and for one Xilinx board as far as yosys goes; then talks to the
# simulated board of the first.
#
#   BOARDS="icebreaker" BITS=8 scripts/boards.sh
set -euo pipefail
cd "$(dirname "$0")/.."
read -ra gainstage <<<"${GAINSTAGE:-cargo run --quiet --release --locked -p gainstage --}"
read -ra boards <<<"${BOARDS:-icebreaker icesugar ulx3s-85f orangecrab-r0.2 colorlight-i5 arty-a7-35}"
out=build/boards

mkdir -p "$out"
# One training for all of them.
"${gainstage[@]}" train examples/small -o "$out/model.json"
for board in "${boards[@]}"; do
    "${gainstage[@]}" build examples/small --model "$out/model.json" --bits "${BITS:-8}" --board "$board" \
        -o "$out/$board"
done
"${gainstage[@]}" talk "$out/${boards[0]}" --sim --random 1000
