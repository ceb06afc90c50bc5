#!/usr/bin/env bash
# All gates. The exit code is 0 only if each of them held; the last line counts the tests.
set -uo pipefail
cd "$(dirname "$0")/.."
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

gate() {
    local begun=$SECONDS
    "$@"
    local status=$?
    if [ $status -ne 0 ]; then
        echo "failed: $*" >&2
        echo "0 passed, 1 failed, 0 skipped"
        exit "$status"
    fi
    echo "$((SECONDS - begun)) s: $*" >&2
}

gate cargo fmt --all --check
gate cargo clippy --locked --quiet --workspace --all-targets -- -D warnings
RUSTDOCFLAGS="-D warnings" gate cargo doc --locked --quiet --workspace --no-deps
gate cargo package --locked --quiet --offline --allow-dirty --no-verify --workspace --target-dir "$logs/package"
gate cargo test --locked --quiet --workspace --no-run

# One test program in the directory of its crate; what it prints comes out in one piece.
# --show-output: a test that finds nothing to work on passes, but says so in a line that starts with `skipped`.
run() {
    local begun=$SECONDS log
    log=$(mktemp -p "$logs")
    (cd "$1" && "$2" --show-output) >"$log" 2>&1 </dev/null
    local status=$?
    {
        flock 9
        printf '\n     Running %s\n' "$2"
        cat "$log"
        echo "$((SECONDS - begun)) s"
    } 9>"$logs/lock"
    return $status
}
export -f run
export logs

# Two programs at a time: most of them spend much of theirs in one process of a tool.
begun=$SECONDS
cargo test --locked --quiet --workspace --no-run --message-format=json |
    sed -n 's|.*"manifest_path":"\([^"]*\)/Cargo.toml".*"overflow_checks":[a-z]*,"test":true}.*"executable":"\([^"]*\)".*|\1\n\2|p' >"$logs/programs"
{
    xargs -d '\n' -n 2 -P 2 bash -c 'run "$0" "$1" || exit 1' <"$logs/programs"
    tested=$?
    cargo test --locked --workspace --doc 2>&1
    documented=$?
    echo "$((SECONDS - begun)) s: all tests"
    [ $tested -eq 0 ] && [ $documented -eq 0 ]
} | tee "$logs/all"
status=${PIPESTATUS[0]}
[ -s "$logs/programs" ] || status=1
awk -v status="$status" -f scripts/summary.awk "$logs/all"
exit "$status"
