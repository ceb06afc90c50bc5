#!/usr/bin/env bash
# Learned activations alone and beside amplifying and attenuating neurons: two hidden layers of 8, four seeds each, the mean
# absolute error on the generator's own test grid.
#
#   GAINSTAGE=gainstage scripts/bench_learned.sh
set -euo pipefail
cd "$(dirname "$0")/.."
read -ra gainstage <<<"${GAINSTAGE:-cargo run --quiet --release --locked -p gainstage --}"
out=build/bench-learned
mkdir -p "$out"

# The second hidden layer, after eight learned ordinary neurons in the first.
layers=(
    'learned|{ ordinary = 8, activation = "learned" }'
    'learned, mixed kinds|{ ordinary = 5, amplifying = 2, attenuating = 1, activation = "learned", b = 1.0 }'
    'softplus, mixed kinds|{ ordinary = 4, amplifying = 3, attenuating = 1, activation = "psoftplus(0.3)", b = 1.0 }'
)

project() { # generator, points, second layer, seed
    cat <<END
name = "mixed"
data = { generator = "$1", points = $2, seed = 1 }
network = { hidden = [{ ordinary = 8, activation = "learned" }, $3] }

[learned]
placement = "alternate"
ordinates = "free"
output-decay = 1e-5
input-decay = 1e-5
sweeps = 100
restarts = 4
seed = $4
END
}

printf '%-8s%-24s%s\n' data "second layer" "MAE of seeds 1 to 4"
for data in "eq6 194" "ackley 300"; do
    read -r generator points <<<"$data"
    rm -rf "${out:?}/$generator"
    "${gainstage[@]}" new "$out/$generator" --template "$generator" --data >/dev/null
    for layer in "${layers[@]}"; do
        printf '%-8s%-24s' "$generator" "${layer%%|*}"
        for seed in 1 2 3 4; do
            project "$generator" "$points" "${layer#*|}" "$seed" >"$out/mixed.toml"
            "${gainstage[@]}" train "$out/mixed.toml" -o "$out/mixed.json" >/dev/null 2>&1
            "${gainstage[@]}" eval "$out/mixed.json" --data "$out/$generator/test.csv" -o "$out/outputs.csv" --json 2>/dev/null |
                sed -n 's/.*"mae": *\([0-9.e-]*\).*/ \1/p' | head -1 | xargs printf ' %.4f'
        done
        echo
    done
done
