#!/usr/bin/env bash
# Fronts of circuits of curves for values: the templates eq6 and ackley, and the sensors of $GAINSTAGE_DATA (default
# ../shared/data): an NTC thermistor, a magnetometer, a barometer. Every look-up table is counted by yosys.
#
#   MINUTES=1 ONLY="eq6 ntc" scripts/bench_curves.sh
set -euo pipefail
cd "$(dirname "$0")/.."
data=$(realpath -m "${GAINSTAGE_DATA:-../shared/data}")/sensors
read -ra gainstage <<<"${GAINSTAGE:-cargo run --quiet --release --locked -p gainstage --}"
out=build/bench-curves
mkdir -p "$out"

for name in ${ONLY:-eq6 ackley ntc mag baro}; do
    rm -rf "${out:?}/$name"
    case $name in
    eq6 | ackley) "${gainstage[@]}" new "$out/$name" --template "$name" >/dev/null ;;
    *)
        if [ ! -d "$data" ]; then
            echo "$name: skipped, $data is not there"
            continue
        fi
        mkdir -p "$out/$name"
        for part in train test; do cp "$data/${name}_$part.csv" "$out/$name/$part.csv"; done
        printf 'name = "%s"\n[data]\ncsv = "train.csv"\ntest-csv = "test.csv"\n[network]\nedges = "learned"\n' \
            "$name" >"$out/$name/gainstage.toml"
        ;;
    esac
    echo "$name"
    "${gainstage[@]}" pareto "$out/$name" --minutes "${MINUTES:-1}" --synthesize
done
