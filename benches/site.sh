#!/usr/bin/env bash
# Measures making the site: every page in both languages of the shipped policy, and of a set with 10,000 entries more.
#
#     benches/site.sh [HOKAN]
#
# Prints the median and the slowest of RUNS (default 20) runs, in milliseconds, with the start of the program included.
# `hokan check` reads and checks the policy and makes every page, form and list of contents of it; it writes nothing,
# makes no search and prints no PDF. What `hokan --version` takes alone is printed beside it, and what `hokan check` takes where
# the policy shows no pages: the difference is the site. The 10,000 entries are made by `many-entries.py`.
# Then `site.rs` measures the site inside the program, beside the same templates with the same values by Tera alone.
set -euo pipefail
cd "$(dirname "$0")/.."
hokan=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/hokan}")
runs=${RUNS:-20}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Runs a command and prints median and slowest in milliseconds; whatever it exits with.
timed() {
    local title=$1 n begin
    shift
    for n in $(seq "$runs"); do
        begin=$(date +%s%N)
        "$@" >"$work/out" 2>&1 || true
        echo $((($(date +%s%N) - begin) / 10000))
    done | sort -n | awk -v title="$title" '
        { t[NR] = $1 }
        END { printf "%-52s median %7.1f ms, slowest %7.1f ms\n", title, t[int((NR + 1) / 2)] / 100, t[NR] / 100 }'
}

# Copies a policy set and takes its pages and notices out.
without_pages() {
    cp -r "$1" "$1-bare"
    printf 'pages: []\nnotices: []\n' >"$1-bare/policies/notices.yaml"
}

mkdir -p "$work/example" "$work/large"
cp -r policies "$work/example/"
cp -r policies "$work/large/"
benches/many-entries.py 10000 "$work/large/policies"
without_pages "$work/example"
without_pages "$work/large"

echo "load of the machine before: $(cut -d' ' -f1-3 /proc/loadavg)"
timed 'hokan --version' "$hokan" --version
timed 'hokan check, the shipped policy' "$hokan" --dir "$work/example" check
timed 'the same without pages' "$hokan" --dir "$work/example-bare" check
timed 'hokan check, and 10,000 entries more' "$hokan" --dir "$work/large" check
tail -1 "$work/out"
timed 'the same without pages' "$hokan" --dir "$work/large-bare" check
tail -1 "$work/out"

# Inside the program, without its start, reading and checking: the whole site, and the same templates by Tera alone.
cargo bench --locked --quiet --bench site -- "the shipped policy=$work/example" "10,000 entries more=$work/large"
