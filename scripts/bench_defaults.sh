#!/usr/bin/env bash
# What defaults give on data in raw units: no knob of [quantize], and few bits rounded, tuned, and trained.
# Errors are those on test data that neither training nor the search for widths has seen.
#
#   DATA=/path scripts/bench_defaults.sh    # holds drybean/{train,test}.csv and sensors/{ntc,mag,baro}_{train,test}.csv
set -euo pipefail
cd "$(dirname "$0")/.."
data=$(realpath "${GAINSTAGE_DATA:-../shared/data}")
read -ra gainstage <<<"${GAINSTAGE:-cargo run --quiet --release --locked -p gainstage --}"
out=build/bench-defaults
rm -rf "$out"

project() { # NAME HIDDEN TRAIN-LINES; reads NAME/train.csv and NAME/test.csv
    printf 'name = "%s"\n[data]\ncsv = "train.csv"\ntest-csv = "test.csv"\n[network]\nhidden = [%s]\n[train]\n%s\n' \
        "$1" "$2" "$3" >"$out/$1/gainstage.toml"
}

quantized() { # NAME WHAT ARGUMENTS...
    local name=$1 what=$2 begun=$SECONDS
    shift 2
    "${gainstage[@]}" quantize "$out/$name/model.json" --project "$out/$name" "$@" -o "$out/plan.json" \
        >"$out/said" 2>/dev/null
    local widths
    widths=$(sed -n 's/^Smallest widths: //p' "$out/said")
    printf '%-8s %-22s %s (%s s)\n' "$name" "$what${widths:+: $widths}" \
        "$(grep -o 'accuracy.*network has [0-9.]* %\|error [0-9.]* where.*network has [0-9.]*' "$out/said" | head -1)" \
        $((SECONDS - begun))
}

mkdir -p "$out/bean"
for part in train test; do
    awk -F, 'NR == 1 { for (i = 1; i < NF; i++) printf "x%d,", i - 1; print "label"; next } { print }' \
        "$data/drybean/$part.csv" >"$out/bean/$part.csv"
done
project bean '{ ordinary = 8, activation = "relu" }' $'cost = "softmax"\nepochs = 60\nrestarts = 4'
for sensor in ntc mag baro; do
    mkdir -p "$out/$sensor"
    for part in train test; do cp "$data/sensors/${sensor}_$part.csv" "$out/$sensor/$part.csv"; done
    project "$sensor" '{ ordinary = 6, amplifying = 2, activation = "tanh" }' $'epochs = 3000\nrestarts = 2'
done

for name in bean ntc mag baro; do
    "${gainstage[@]}" train "$out/$name" -o "$out/$name/model.json" >/dev/null 2>&1
    quantized "$name" "found"
    quantized "$name" "found, ptq" --method ptq
    for bits in 6 8 10 12; do
        for method in ptq tune qat; do
            quantized "$name" "$bits bits, $method" --bits "$bits" --formats neuron --method "$method"
        done
    done
done
