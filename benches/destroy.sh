#!/usr/bin/env bash
# Measures destroying many small records, against `shred`, and against a floor.
#
#   benches/destroy.sh [PATH OF hokan]        default: target/release/hokan below CARGO_TARGET_DIR or this repository
#
# On an ext4 file system of its own with a journal (an image mounted through a loop device; needs root and python3):
#
#   A  `hokan sweep run` of an approved plan with FILES records: gate, intents, headers overwritten and synced, headers and
#      bodies unlinked, completions written, rows erased. The log gives the phases apart. Then `hokan verify`.
#   B  `shred -n1 -u` of SHREDDED files as long as a header, one call for all of them: overwritten, synced, renamed, unlinked.
#   F  floor.py: overwrites, syncs in the same groups and unlinks the same number of files; no gate, no ledger, no catalog.
#
# FILES (default 100000), SHREDDED (default FILES) and the directory for the image, TMPDIR, can be set in the environment.
# Nothing else may run meanwhile. It ends with 0 when everything planned was destroyed and `hokan verify` agrees.
set -euo pipefail
export LC_ALL=C.UTF-8
PATH="$PATH:/usr/sbin:/sbin"

repository=$(cd "$(dirname "$0")/.." && pwd)
hokan=$(realpath "${1:-${CARGO_TARGET_DIR:-$repository/target}/release/hokan}")
files=${FILES:-100000}
shredded=${SHREDDED:-$files}

work=$(mktemp -d)
disk=$work/disk
leave() {
    umount -l "$disk" 2>/dev/null || true
    rm -rf "$work"
}
trap leave EXIT

now() { printf '%s' "${EPOCHREALTIME/./}"; }             # microseconds
rate() { awk -v n="$1" -v us="$2" 'BEGIN { printf "%.0f", n * 1e6 / us }'; }

# Runs quietly and shows what a failed command said.
quiet() {
    local said
    said=$("$@" 2>&1) || { printf '%s\n%s\n' "failed: $*" "$said" >&2; exit 1; }
}

mount_disk() {
    mkdir "$disk"
    truncate -s "$((files * 40 / 1000 + 1024))M" "$work/image"
    mkfs.ext4 -q -F -N "$((files * 8 + 100000))" "$work/image"
    mount -o loop "$work/image" "$disk"
}

# Makes an instance that holds FILES records, all due, and an approved plan of them.
make_instance() {
    local first=$disk/first keys=$work/keys
    quiet "$hokan" init "$first" --identity-out "$keys/identity" --approver-out "$keys/approver" --settle PT0S
    quiet git -C "$first" add .
    quiet git -C "$first" -c user.name=bench -c user.email=bench@example.jp commit -q --no-verify -m 'Adopt the example policy'
    quiet "$hokan" --dir "$first" policy accept --key "$keys/approver"
    quiet "$hokan" --dir "$first" recipients confirm -i "$keys/identity" -i "$keys/identity.escrow"
    mkdir -p "$first/records/in/receipts/2015-04"
    head -c $((files * 256)) /dev/urandom \
        | split -b 256 -d -a 6 --additional-suffix=-fees.csv - "$first/records/in/receipts/2015-04/M"
    quiet "$hokan" --dir "$first" take-in --yes
    quiet ssh-keygen -q -t ed25519 -N '' -C planner -f "$keys/planner"
    quiet "$hokan" --dir "$first" sweep plan -o "$work/plan.json" --key "$keys/planner"
    quiet "$hokan" --dir "$first" sweep approve "$work/plan.json" --key "$keys/approver"
    headers=$(find "$first/vault/headers" -name '*.header' | wc -l)
    [ "$headers" = "$files" ]
    bytes=$(find "$first/vault/headers" -name '*.header' -print -quit | xargs stat -c %s)
    sync -f "$disk"
}

# Sums the phases of the log: from the end of one to the end of the next.
phases() {
    awk '
        function micros(stamp,   part) { split(stamp, part, /[T:Z]/); return (part[2] * 3600 + part[3] * 60 + part[4]) * 1e6 }
        { at = micros($1); if (at < last) at += 86400e6 }
        /intents written/ { last = at; next }
        /headers overwritten and synced/ { written += at - last; last = at }
        /headers unlinked/ { headers += at - last; last = at }
        /bodies unlinked/ { bodies += at - last; last = at }
        /completions written/ { completed += at - last; last = at }
        END { printf "%.0f %.0f %.0f %.0f", written, headers, bodies, completed }' "$1"
}

run_a() {
    local begin written headers bodies completed
    begin=$(now)
    HOKAN_LOG=debug NO_COLOR=1 /usr/bin/env "$hokan" --dir "$disk/first" --json sweep run "$work/plan.json" >"$work/swept.json" 2>"$work/log"
    total=$(($(now) - begin))
    [ "$(grep -c '"failed": \[\]' "$work/swept.json")" = 1 ]
    read -r written headers bodies completed <<<"$(phases "$work/log")"
    # Unlinking apart: what counts is that no record can be opened any more, and that this is written down.
    a=$((total - headers - bodies))
    printf 'A  hokan sweep run: %s records/s to the durable completion (%s records, %s µs)\n' "$(rate "$files" "$a")" "$files" "$a"
    printf '     headers overwritten and synced %s µs, completions %s µs, the rest (plan, gate, intents, scrub, end) %s µs\n' \
        "$written" "$completed" $((a - written - completed))
    printf '     apart: headers unlinked %s µs, bodies unlinked %s µs\n' "$headers" "$bodies"
    quiet "$hokan" --dir "$disk/first" verify
    [ -z "$(find "$disk/first/vault/headers" "$disk/first/vault/bodies" -type f -print -quit)" ]
}

# Writes files as long as headers, with names as long, into a new directory.
make_files() {
    mkdir -p "$1"
    head -c $(($2 * bytes)) /dev/urandom \
        | split -b "$bytes" -d -a 8 --additional-suffix="-$3" - "$1/01a20516-9eed-777d-80a1-"
    sync -f "$disk"
}

run_b() {
    local begin
    make_files "$disk/shredded" "$shredded" x.header
    begin=$(now)
    find "$disk/shredded" -type f -print0 | xargs -0 shred -n1 -u
    b=$(($(now) - begin))
    printf 'B  shred -n1 -u: %s files/s (%s files, %s µs)\n' "$(rate "$shredded" "$b")" "$shredded" "$b"
}

run_f() {
    local written unlinked
    make_files "$disk/headers" "$files" x.header
    make_files "$disk/bodies" "$files" x.body
    read -r written unlinked <<<"$(python3 "$repository/benches/floor.py" "$disk/headers" "$disk/bodies")"
    printf 'F  floor: %s files/s overwritten and synced (%s µs), unlinked in %s µs\n' \
        "$(rate "$files" "$written")" "$written" "$unlinked"
}

mount_disk
make_instance
run_a
run_f
run_b
awk -v a="$a" -v n="$files" -v b="$b" -v m="$shredded" 'BEGIN { printf "   A is %.1f times as fast as B\n", (b / m) / (a / n) }'
