#!/usr/bin/env bash
# Measures printing the same household letters, 12 rows of costs each, in Japanese, by hokan and by three other programs.
#
#     benches/letters.sh [HOKAN]
#
# COUNT letters (default 2000) by hokan on every processor, and by `typst compile` once for each letter, two at a time, with
# the same templates, fonts and standards (PDF/A-2a, PDF/UA-1). FEW letters (default 50) by WeasyPrint, all in one process, and by
# headless Chromium, a process for each; both print a page of HTML with the same words and the same fonts, without
# standards or tags. A program that is not there is left out. Everything lies in memory (/dev/shm).
#
# Then the same letters from their record (read, asked about, printed, sealed, in the ledger), and how much that is of typesetting alone.
#
# Prints for each program: letters per second of processor time, which is per core, and the median and 99th percentile of
# one letter. It builds nothing but the bench: stop everything else on the machine.
#
# Needs: typst of the version built in (`.ci/run` keeps one), chromium, and a python3 with weasyprint (PYTHON=…): `python3 -m venv
# DIR && DIR/bin/pip install weasyprint`, with Debian's libpango-1.0-0 and libpangoft2-1.0-0.
set -euo pipefail
cd "$(dirname "$0")/.."
hokan=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/hokan}")
count=${COUNT:-2000} few=${FEW:-50} python=${PYTHON:-python3}
typst_version=$(sed -n '/^name = "typst"$/{n;s/^version = "\(.*\)"$/\1/p}' Cargo.lock)
PATH="$PATH:${XDG_CACHE_HOME:-$HOME/.cache}/hokan-tools/typst-$typst_version/bin"
work=$(mktemp -d -p /dev/shm)
trap 'rm -rf "$work"' EXIT
TIMEFORMAT='%U %S'

bench() { cargo bench --locked -q --bench letters -- "$@"; }

# Title, letters, the file with milliseconds of each, the file with user and system seconds of all, letters warmed up.
told() {
    sort -n "$3" | awk -v title="$1" -v n="$2" -v cpu="$(awk '{ print $1 + $2 }' "$4")" '
        { t[NR] = $1 }
        END { printf "%-34s %7.1f letters/s per core   p50 %8.1f ms   p99 %8.1f ms   (%d letters)\n", title, n / cpu, t[int((NR + 1) / 2)], t[int(NR * 0.99 + 0.5)], n }'
    awk -v n="$2" '{ print n / ($1 + $2) }' "$4" >"$work/rate"
}

# Runs a command and appends its milliseconds to a file.
timed() {
    local file=$1 begin
    shift
    begin=$(date +%s%N)
    "$@" >/dev/null 2>&1
    echo $((($(date +%s%N) - begin) / 1000)) | awk '{ print $1 / 1000 }' >>"$file"
}

by_typst() {
    timed "$work/typst.ms" env TYPST_IGNORE_EMBEDDED_FONTS=true typst compile --root "$work/letters/$1" --font-path "$work/fonts" --ignore-system-fonts \
        --creation-timestamp 0 --pdf-standard a-2a,ua-1 --jobs 1 \
        "$work/letters/$1/notices/medical-cost.typ" "$work/letters/$1/letter.pdf"
}

by_chromium() {
    timed "$work/chromium.ms" chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer \
        --user-data-dir="$work/chromium" --print-to-pdf="$work/letters/$1/chromium.pdf" "file://$work/letters/$1/letter.html"
}

# A shell for each of the two at a time.
all_by() {
    local by=$1 n=$2
    { for ((i = 0; i < n; i += 2)); do "$by" "$i"; done; } &
    { for ((i = 1; i < n; i += 2)); do "$by" "$i"; done; } &
    wait
}

bench write "$work/letters" "$count"
mkdir "$work/fonts"
n=0
for font in BIZUDPGothic-Regular BIZUDPGothic-Bold BIZUDPMincho-Regular BIZUDGothic-Regular; do
    cp "templates/fonts/$font.ttf" "$work/fonts/$n.ttf"
    n=$((n + 1))
done
for ((i = 0; i < few; i++)); do ln -s "$work/fonts" "$work/letters/$i/fonts"; done

# The letters that warm the typesetters up are printed too, so they count.
{ time bench print "$hokan" "$count" >"$work/hokan.ms" 2>"$work/hokan.told"; } 2>"$work/hokan.cpu"
told hokan $((count + 20 * $(nproc))) "$work/hokan.ms" "$work/hokan.cpu"
sed 's/^/    /' "$work/hokan.told"
ours=$(cat "$work/rate")

# The same letters from their record: read, asked about, printed, sealed, in catalog and ledger. A record of the month before
# makes the members known, so that households share their letters.
quiet() { "$@" >"$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }; }
whole() { "$hokan" --dir "$work/whole" "$@"; }
quiet "$hokan" init "$work/whole" --identity-out "$work/identity" --approver-out "$work/approver" --settle PT0S
git -C "$work/whole" add .
git -C "$work/whole" -c user.name=bench -c user.email=bench@example.jp commit -q --no-verify -m 'Adopt the example policy'
quiet whole policy accept --key "$work/approver"
quiet whole recipients confirm -i "$work/identity" -i "$work/identity.escrow"
for month in 2026-10 2026-11; do
    mkdir -p "$work/whole/records/in/medical-costs/$month"
    { bench table "$count"; [ "$month" = 2026-11 ] || echo; } >"$work/whole/records/in/medical-costs/$month/costs.csv"
    quiet whole take-in --yes
done
record=$(whole --json notice status | grep -o '"record": *"[^"]*"' | tail -n 1 | cut -d '"' -f 4)
begin=$(date +%s%N)
{ time quiet whole notice run --from "$record"; } 2>"$work/whole.cpu"
milliseconds=$((($(date +%s%N) - begin) / 1000000))
head -n 2 "$work/said" | sed 's/^/    /'
awk -v n="$count" -v ms="$milliseconds" -v ours="$ours" '{ rate = n / ($1 + $2)
    printf "%-34s %7.1f letters/s per core   %d letters in %.1f s\n    %.0f %% of typesetting alone\n", "hokan, from the record to the ledger", rate, n, ms / 1000, 100 * rate / ours }' "$work/whole.cpu"

beside() { awk -v ours="$ours" -v theirs="$(cat "$work/rate")" 'BEGIN { printf "    hokan is %.1f times as fast per core\n", ours / theirs }'; }

if command -v typst >/dev/null; then
    { time all_by by_typst "$count"; } 2>"$work/typst.cpu"
    told "typst compile, two at a time" "$count" "$work/typst.ms" "$work/typst.cpu"
    beside
fi
if "$python" -c 'import weasyprint' 2>/dev/null; then
    { time "$python" - "$work/letters" "$few" >"$work/weasyprint.ms" 2>/dev/null; } 2>"$work/weasyprint.cpu" <<'PYTHON'
import sys, time
import weasyprint
folder, few = sys.argv[1], int(sys.argv[2])
for n in range(few):
    begin = time.perf_counter()
    weasyprint.HTML(f"{folder}/{n}/letter.html").write_pdf(f"{folder}/{n}/weasyprint.pdf")
    print((time.perf_counter() - begin) * 1000)
PYTHON
    told "WeasyPrint, one process" "$few" "$work/weasyprint.ms" "$work/weasyprint.cpu"
    beside
fi
if command -v chromium >/dev/null; then
    { time all_by by_chromium "$few"; } 2>"$work/chromium.cpu"
    told "Chromium, headless, two at a time" "$few" "$work/chromium.ms" "$work/chromium.cpu"
    beside
fi
