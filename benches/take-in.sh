#!/usr/bin/env bash
# Measures taking in many small files, against the shell loop that people write for it.
#
#   benches/take-in.sh [PATH OF hokan]        default: target/release/hokan below CARGO_TARGET_DIR or this repository
#
# On an ext4 file system of its own with a journal (an image of 1 GiB, mounted through a loop device; needs root):
#
#   A  `hokan take-in` of FILES files of 8 KiB: sealed, read back, in catalog and ledger, overwritten, removed, all of it
#      durable on return. Three runs, each on a fresh copy; the median counts.
#   B  for each of the same files: `sha256sum`, `rage -r … -o …` (or `age`), `shred -n1 -u`. No ledger, no read-back, and
#      what rage wrote is not even synced.
#   C  A again under strace, to count the calls that wait for the disk.
#   F  floor-take-in.py: creates, syncs, renames, overwrites and unlinks the same files; no encryption, no ledger, no catalog.
#   D  A again, killed (SIGKILL) once the first batch is at its place; then the next take-in, then `hokan verify`.
#
# FILES (default 2000) and the directory for the image, TMPDIR, can be set in the environment. RAGE names the program
# of B. Nothing else may run meanwhile. It ends with 0 when D lost nothing.
set -euo pipefail
export LC_ALL=C.UTF-8
PATH="$PATH:/usr/sbin:/sbin"

repository=$(cd "$(dirname "$0")/.." && pwd)
hokan=$(realpath "${1:-${CARGO_TARGET_DIR:-$repository/target}/release/hokan}")
files=${FILES:-2000}
rage=${RAGE:-$(command -v rage || command -v age)}

work=$(mktemp -d)
disk=$work/disk
leave() {
    umount -l "$disk" 2>/dev/null || true
    rm -rf "$work"
}
trap leave EXIT

now() { printf '%s' "${EPOCHREALTIME/./}"; }             # microseconds
rate() { awk -v n="$files" -v us="$1" 'BEGIN { printf "%.0f", n * 1e6 / us }'; }
median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }
records() { "$hokan" --dir "$1" --json status | grep -o '"records": *[0-9]*' | sed -n '1s/.*: *//p'; }
left() { find "$1/records/in" -name .git -prune -o -type f -print | wc -l; }

# Runs quietly and shows what a failed command said.
quiet() {
    local said
    said=$("$@" 2>&1) || { printf '%s\n%s\n' "failed: $*" "$said" >&2; exit 1; }
}

mount_disk() {
    mkdir "$disk"
    truncate -s 1G "$work/image"
    mkfs.ext4 -q -F "$work/image"
    mount -o loop "$work/image" "$disk"
}

# Makes the instance `first` with all files, ready to be taken in.
make_instance() {
    local first=$disk/first keys=$work/keys
    quiet "$hokan" init "$first" --identity-out "$keys/identity" --approver-out "$keys/approver" --settle PT0S
    quiet git -C "$first" add .
    quiet git -C "$first" -c user.name=bench -c user.email=bench@example.jp commit -q --no-verify -m 'Adopt the example policy'
    quiet "$hokan" --dir "$first" policy accept --key "$keys/approver"
    quiet "$hokan" --dir "$first" recipients confirm -i "$keys/identity" -i "$keys/identity.escrow"
    mkdir -p "$first/records/in/receipts/2015-04"
    head -c $((files * 8192)) /dev/urandom \
        | split -b 8192 -d -a 6 --additional-suffix=-fees.csv - "$first/records/in/receipts/2015-04/M"
    [ "$(left "$first")" = "$files" ]
}

# Copies `first` to a directory of the given name, on the same disk, and waits until that is written.
copy() {
    cp -a "$disk/first" "$disk/$1"
    sync -f "$disk"
}

run_a() {
    local n begin times=()
    for n in 1 2 3; do
        copy "a$n"
        begin=$(now)
        quiet "$hokan" --dir "$disk/a$n" take-in --yes
        times+=($(($(now) - begin)))
        [ "$(left "$disk/a$n")" = 0 ] && [ "$(records "$disk/a$n")" = "$files" ]
        rm -rf "$disk/a$n"
    done
    a=$(median "${times[@]}")
    printf 'A  hokan take-in: %s files/s (%s files; runs of %s µs)\n' "$(rate "$a")" "$files" "${times[*]}"
}

run_b() {
    local key file begin
    copy b
    key=$(sed -n 's/^# public key: //p' "$work/keys/identity")
    mkdir "$disk/sealed"
    begin=$(now)
    for file in "$disk/b/records/in/receipts/2015-04"/*; do
        sha256sum "$file" >>"$disk/sealed/SHA256SUMS"
        "$rage" -r "$key" -o "$disk/sealed/${file##*/}.age" "$file"
        shred -n1 -u "$file"
    done
    b=$(($(now) - begin))
    rm -rf "$disk/sealed" "$disk/b"
    printf 'B  shell loop with %s: %s files/s (%s µs)\n' "${rage##*/}" "$(rate "$b")" "$b"
}

run_f() {
    copy f
    read -r f calls < <("$repository/benches/floor-take-in.py" "$disk/f/records/in/receipts/2015-04" "$disk/floor")
    rm -rf "$disk/floor" "$disk/f"
    printf 'F  floor: %s files/s (%s µs, %s calls that wait for the disk)\n' "$(rate "$f")" "$f" "$calls"
}

run_c() {
    copy c
    quiet strace -f -c -o "$work/calls" -e trace=fsync,fdatasync,syncfs,sync_file_range "$hokan" --dir "$disk/c" take-in --yes
    rm -rf "$disk/c"
    awk '$NF == "total" { printf "C  calls that wait for the disk: %d", $(NF - 1) } $4 ~ /^[0-9]+$/ && $NF != "total" { list = list " " $NF "=" $4 }
        END { printf " (%s )\n", list }' "$work/calls"
}

run_d() {
    local pid begin taken
    copy d
    "$hokan" --dir "$disk/d" take-in --yes >/dev/null 2>&1 &
    pid=$!
    # The first batch is at its place: its entries are in the ledger, its plaintexts are about to go.
    until [ "$(find "$disk/d/vault/headers" -name '*.header' -not -path '*/incoming/*' 2>/dev/null | wc -l)" -ge 256 ]; do
        kill -0 "$pid" 2>/dev/null || { echo 'D  ended before it could be killed: use more FILES' >&2; exit 1; }
    done
    kill -9 "$pid"
    wait "$pid" 2>/dev/null || true
    taken=$((files - $(left "$disk/d")))
    begin=$(now)
    quiet "$hokan" --dir "$disk/d" take-in --yes
    printf 'D  killed with %s files gone; recovery and the rest took %s µs' "$taken" $(($(now) - begin))
    quiet "$hokan" --dir "$disk/d" verify
    [ "$(left "$disk/d")" = 0 ] && [ "$(records "$disk/d")" = "$files" ]
    printf '; all %s are records, once each; verified\n' "$files"
}

mount_disk
make_instance
run_a
run_b
run_f
awk -v a="$a" -v b="$b" -v f="$f" 'BEGIN { printf "   A is %.1f times as fast as B and has %.0f %% of the floor F\n", b / a, 100 * f / a }'
run_c
run_d
