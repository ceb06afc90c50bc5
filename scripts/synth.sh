#!/usr/bin/env bash
# Cell counts of a generated directory, as yosys gives them: scripts/synth.sh DIR [ecp5|ice40|xilinx]
set -euo pipefail
if [ $# -lt 1 ] || [ ! -f "$1/manifest.json" ]; then
    echo "usage: scripts/synth.sh DIR [ecp5|ice40|xilinx]; DIR is what \`gainstage generate\` wrote" >&2
    exit 2
fi
family=${2:-ecp5}
case $family in
    ecp5 | xilinx) flags= ;;
    ice40) flags=-dsp ;;
    *) echo "there is no family $family here: use ecp5, ice40 or xilinx" >&2; exit 2 ;;
esac
top=$(sed -n 's/^  "top": "\(.*\)",$/\1/p' "$1/manifest.json")
cd "$1/rtl"
exec "${YOSYS:-yosys}" -q -p "read_verilog *.v; synth_$family $flags -top $top; tee -q -o /dev/stdout stat"
