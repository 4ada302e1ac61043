#!/usr/bin/env bash
# Measures `hokan check`: on the shipped policy, and on a set of 2,000 classes made from it.
#
#     benches/check.sh [HOKAN]
#
# Prints the median and the slowest of 20 runs of each, in milliseconds, with the start of the program included. A run is
# the whole command as an editor or a hook starts it; what `hokan --version` takes alone is printed beside it.
set -euo pipefail
cd "$(dirname "$0")/.."
hokan=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/hokan}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Runs a command 20 times and prints median and slowest in milliseconds; whatever it exits with.
timed() {
    local title=$1 n begin
    shift
    for n in $(seq 20); do
        begin=$(date +%s%N)
        "$@" >"$work/out" 2>&1 || true
        echo $((($(date +%s%N) - begin) / 10000))
    done | sort -n | awk -v title="$title" '{ t[NR] = $1 } END { printf "%-44s median %7.1f ms, slowest %7.1f ms\n", title, t[10] / 100, t[NR] / 100 }'
}

mkdir -p "$work/example" "$work/large"
cp -r policies "$work/example/"
cp -r policies "$work/large/"
{
    echo 'retention:'
    echo '  classes:'
    for n in $(seq 2000); do
        cat <<STANZA
    - id: class-$n
      title: { ja: 記録その$n, en: Records $n }
      information: [receipts]
      medium: electronic
      accept: ["made-$n/{treated:month}/{subject}-*.csv"]
      recipients: [benefits]
      keep: { for: P5Y, after: treated, starting: month-end }
      authority: { own-rule: { ja: 文書管理規程, en: The Society's document rules } }
      disposal: { review: one, then: destroy, within: P1M }
STANZA
    done
} >"$work/large/policies/many.yaml"

timed 'hokan --version' "$hokan" --version
timed 'hokan check, the shipped policy' "$hokan" --dir "$work/example" check
tail -1 "$work/out"
timed 'hokan check, and 2,000 classes more' "$hokan" --dir "$work/large" check
tail -1 "$work/out"
