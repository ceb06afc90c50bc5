#!/usr/bin/env bash
# Installs what the tests and the demonstration need and the machine lacks. Does nothing where all is there.
set -euo pipefail

# command:package
tools=(verilator:verilator iverilog:iverilog yosys:yosys nextpnr-ice40:nextpnr-ice40
    icepack:fpga-icestorm g++:g++ make:make)

packages=()
for tool in "${tools[@]}"; do
    command -v "${tool%%:*}" >/dev/null || packages+=("${tool##*:}")
done

install_packages() {
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        root=(sudo -n)
    fi
    if ! command -v apt-get >/dev/null || ! "${root[@]}" true 2>/dev/null; then
        echo "missing: $*" >&2
        echo "install these packages (Debian's names) with your package manager, then run 'make setup' again" >&2
        exit 1
    fi
    echo "installing: $*" >&2
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

if [ "${#packages[@]}" -gt 0 ]; then
    install_packages "${packages[@]}"
fi

for component in rustfmt clippy; do
    if ! cargo "${component/rustfmt/fmt}" --version >/dev/null 2>&1; then
        if ! command -v rustup >/dev/null; then
            echo "missing: $component; install it from where your Rust came from, then run 'make setup' again" >&2
            exit 1
        fi
        rustup component add "$component" >&2
    fi
done
