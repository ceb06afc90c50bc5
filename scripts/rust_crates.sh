#!/bin/sh
# Exports plans as Rust crates and builds them with cargo: for this machine with their documentation's test, and for an
# Arm Cortex-M0 (thumbv6m-none-eabi), which has neither an operating system nor 64-bit arithmetic (make verify-rust).
set -eu
target=thumbv6m-none-eabi
installed=$(rustc --print target-libdir --target $target)
for plan in tools/tests/released/plan-1.json hdl/tests/snapshot/plan.json; do
    out=build/rust/$(basename "$(dirname "$plan")")
    rm -rf "$out"
    $GAINSTAGE export "$plan" --format rust -o "$out"
    (
        cd "$out"
        export CARGO_TARGET_DIR=../target RUSTFLAGS="-D warnings"
        cargo test --quiet
        if [ -d "$installed" ]; then
            cargo build --quiet --release --target $target
            echo "$plan: built for $target"
        else
            echo "skipped: $plan for $target: rustup target add $target"
        fi
    )
done
