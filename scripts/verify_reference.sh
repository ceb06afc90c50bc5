#!/usr/bin/env bash
# Imports the first paper's networks, quantizes, generates and simulates each at five widths.
#
#   NETWORKS="1 5" BITS="16 18" scripts/verify_reference.sh
#   ARCHS="folded sequential" scripts/verify_reference.sh     # parallel alone unless said otherwise
set -euo pipefail
cd "$(dirname "$0")/.."
reference=${GAINSTAGE_REFERENCE:-../shared/reference}
read -ra gainstage <<<"${GAINSTAGE:-cargo run --quiet --release --locked -p gainstage --}"
out=build/reference

if [ ! -d "$reference" ]; then
    echo "$reference is no directory: set GAINSTAGE_REFERENCE to the one that holds Trained_0.mlp" >&2
    exit 1
fi

mkdir -p "$out"
failed=0
for network in ${NETWORKS:-0 1 2 3 4 5}; do
    model=$out/Trained_$network.json
    "${gainstage[@]}" import "$reference/Trained_$network.mlp" -o "$model"
    for bits in ${BITS:-12 14 16 18 20}; do
        plan=$out/Trained_$network.$bits.plan.json
        "${gainstage[@]}" quantize "$model" --bits "$bits" --input-range 0:6.2835 -o "$plan"
        for arch in ${ARCHS:-parallel}; do
            dir=$out/Trained_$network.$bits.$arch
            if "${gainstage[@]}" generate "$plan" --arch "$arch" -o "$dir" &&
                "${gainstage[@]}" verify "$dir" --vectors "${VECTORS:-100000}"; then
                echo "Trained_$network at $bits bits, $arch: proven"
            else
                echo "Trained_$network at $bits bits, $arch: FAILED" >&2
                failed=$((failed + 1))
            fi
        done
    done
done
[ "$failed" -eq 0 ] || { echo "$failed failed" >&2; exit 1; }
