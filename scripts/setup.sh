#!/usr/bin/env bash
# Installs what the tests and the demonstration need and the machine lacks. Does nothing where all is there.
set -euo pipefail
cd "$(dirname "$0")/.."

# command:package
tools=(verilator:verilator iverilog:iverilog yosys:yosys nextpnr-ice40:nextpnr-ice40
    icepack:fpga-icestorm tclsh:tcl gcc:gcc g++:g++ make:make)

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

# What single tests need, which say `skipped` where it is missing, or what saves time.
optional=()
command -v arm-linux-gnueabihf-gcc >/dev/null || optional+=(gcc-arm-linux-gnueabihf libc6-dev-armhf-cross)
# Compiles the simulator's run-time library once, not once for each small circuit.
command -v ccache >/dev/null || optional+=(ccache)
command -v ghdl >/dev/null || optional+=(ghdl-mcode)
command -v qemu-arm >/dev/null || optional+=(qemu-user)
{ command -v avr-gcc && command -v simavr; } >/dev/null || optional+=(gcc-avr avr-libc simavr)
python3 -c 'import ensurepip, venv' 2>/dev/null || optional+=(python3 python3-venv libpython3-dev)
if [ "${#optional[@]}" -gt 0 ]; then
    (install_packages "${optional[@]}") || echo "going on without: ${optional[*]}" >&2
fi

# cocotb in an environment of its own; the copy of the list tells whether it is up to date.
if ! cmp -s requirements-cocotb.txt .venv/requirements-cocotb.txt; then
    if python3 -m venv .venv &&
        .venv/bin/pip install --quiet --disable-pip-version-check -r requirements-cocotb.txt; then
        cp requirements-cocotb.txt .venv/
    else
        echo "going on without cocotb: its test will be skipped" >&2
    fi
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
