#!/usr/bin/env bash
# What survives quantization: errors on the paper's grid, which no step before has seen, of weights rounded to the
# nearest, of weights that move to where rounding matters least and correct each other, and of these with two guard bits.
#
#   MODEL=model.json BITS="16 18" scripts/bench_quant.sh     # MODEL: the eq6 template's network, if there is one already
set -euo pipefail
cd "$(dirname "$0")/.."
reference=${GAINSTAGE_REFERENCE:-../shared/reference}
read -ra gainstage <<<"${GAINSTAGE:-cargo run --quiet --release --locked -p gainstage --}"
out=build/bench-quant

rm -rf "$out"
mkdir -p "$out"
"${gainstage[@]}" new "$out/eq6" --template eq6 --data >/dev/null
grid=$out/eq6/test.csv
if [ -n "${MODEL:-}" ]; then cp "$MODEL" "$out/ours.json"; else "${gainstage[@]}" train "$out/eq6" -o "$out/ours.json"; fi

judge() { # NAME PLAN
    printf '%-52s ' "$1"
    "${gainstage[@]}" eval "$2" --data "$grid" -o "$out/outputs.csv" 2>&1 | grep -o 'MAE.*'
}

compare() { # NAME MODEL BITS...
    local name=$1 model=$2
    shift 2
    judge "$name, real" "$model"
    for bits in "$@"; do
        local how=(quantize "$model" --bits "$bits" --input-range 0:6.2835 -o "$out/plan.json")
        "${gainstage[@]}" "${how[@]}" >/dev/null
        judge "$name, $bits bits, formats per layer" "$out/plan.json"
        "${gainstage[@]}" "${how[@]}" --formats value >/dev/null
        judge "$name, $bits bits, formats per value" "$out/plan.json"
        "${gainstage[@]}" "${how[@]}" --formats value --refine >/dev/null
        judge "$name, $bits bits, per value and refined" "$out/plan.json"
        "${gainstage[@]}" "${how[@]}" --formats value --refine --guard-bits 2 >/dev/null
        judge "$name, $bits bits, the same with 2 guard bits" "$out/plan.json"
    done
}

# shellcheck disable=SC2086
compare "Network 5, ours" "$out/ours.json" ${BITS:-16 18}
if [ -f "$reference/Trained_5.mlp" ]; then
    "${gainstage[@]}" import "$reference/Trained_5.mlp" -o "$out/theirs.json" >/dev/null
    # shellcheck disable=SC2086
    compare "Network 5, the authors'" "$out/theirs.json" ${BITS:-12}
fi
