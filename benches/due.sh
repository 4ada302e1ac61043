#!/usr/bin/env bash
# Measures the index of due days over a catalog of a million records that it makes.
#
#   benches/due.sh [PATH OF hokan [PATH OF the bench `due`]]
#
# Build first: `cargo build --release` and `cargo bench --no-run --bench due`; the second prints the path of `due`.
# For COUNT (default 1000000) and for 10,000 records, DUE (default 1000) of them due, it makes an instance, fills catalog and
# ledger through the store's own functions (bodies and headers are left out: nothing here opens them), and prints
#
#   recompute          every due day computed and stored, as an acceptance does it: all of them move, then none
#   find               which records are due, from the index alone
#   find and read      and all that the catalog knows of each
#   find, read, judge  and what may be done with each, as a plan and the gate do it
#   hokan …            whole commands, the median of five: status, the dry run, a plan signed by its planner, the start of
#                      the service until it says so
#   longer period      a commit that keeps every receipt longer, accepted by itself by the next take-in
#   hokan hold place   on a subject, on a class, on a path: what is covered is counted
#
# COUNT, DUE and TMPDIR can be set. Nothing else may run meanwhile. A million records take about 1.5 GB.
set -euo pipefail
export LC_ALL=C.UTF-8

repository=$(cd "$(dirname "$0")/.." && pwd)
target=${CARGO_TARGET_DIR:-$repository/target}/release
hokan=$(realpath "${1:-$target/hokan}")
due=$(realpath "${2:-$(find "$target/deps" -maxdepth 1 -name 'due-*' -type f -executable -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2)}")
count=${COUNT:-1000000}
few=${DUE:-1000}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
now() { printf '%s' "${EPOCHREALTIME/./}"; }             # microseconds
quiet() {
    local said
    said=$("$@" 2>&1) || { printf '%s\n%s\n' "failed: $*" "$said" >&2; exit 1; }
}
median() {
    local n begin times=()
    for n in 1 2 3 4 5; do
        begin=$(now)
        quiet "${@:2}"
        times+=($(($(now) - begin)))
        rm -f "$work"/plan.*
    done
    printf '%s: median %s ms\n' "$1" "$(printf '%s\n' "${times[@]}" | sort -n | awk 'NR == 3 { printf "%.0f", $1 / 1000 }')"
}
commit() { quiet git -C "$1" -c user.name=bench -c user.email=bench@example.jp commit -q --no-verify -a -m "$2"; }

# How long until the service says that it began.
start() {
    local begin pid
    begin=$(now)
    "$hokan" --dir "$1" run --yes >"$work/started" 2>&1 &
    pid=$!
    until grep -q started "$work/started"; do kill -0 "$pid" || { cat "$work/started"; exit 1; }; done
    printf 'hokan run, until it has begun: %s ms\n' "$((($(now) - begin) / 1000))"
    kill -TERM "$pid"
    wait "$pid" || true
}

measure() {
    local instance=$work/instance-$1 keys=$work/keys-$1 begin scope
    mkdir "$keys"
    quiet "$hokan" init "$instance" --identity-out "$keys/identity" --approver-out "$keys/approver"
    quiet git -C "$instance" add .
    commit "$instance" 'Adopt the example policy'
    quiet "$hokan" --dir "$instance" policy accept --key "$keys/approver"
    quiet "$hokan" --dir "$instance" recipients confirm -i "$keys/identity" -i "$keys/identity.escrow"
    printf '\n%s records, %s due\n' "$1" "$few"
    "$due" fill "$instance/vault" "$1" "$few"
    "$due" measure "$instance/vault" "$instance/policies"
    median 'hokan status' "$hokan" --dir "$instance" status
    median 'hokan sweep (dry run)' "$hokan" --dir "$instance" sweep
    median 'hokan sweep plan' "$hokan" --dir "$instance" sweep plan -o "$work/plan.json" --key "$keys/approver"
    start "$instance"
    sed -i 's/keep: { for: P5Y, after: treated/keep: { for: P6Y, after: treated/' "$instance/policies/retention.yaml"
    commit "$instance" 'Keep receipts longer'
    begin=$(now)
    quiet "$hokan" --dir "$instance" take-in --yes
    printf 'longer period, accepted by itself: %s ms\n' "$((($(now) - begin) / 1000))"
    for scope in '--subject M1000' '--class checkups' '--path receipts/2024-03/**'; do
        # shellcheck disable=SC2086
        median "hokan hold place $scope" "$hokan" --dir "$instance" hold place $scope --reason bench --by bench
    done
    du -sh "$instance/vault/catalog.db" "$instance/vault/ledger.db" | sed 's/\t.*vault/ vault/'
    rm -rf "$instance"
}

measure 10000
measure "$count"
