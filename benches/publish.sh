#!/usr/bin/env bash
# Measures publishing as a whole, PDFs included: by hand, from a commit to the page that shows it under the service, and with a
# long history.
#
# usage: benches/publish.sh [REVISIONS]     (400 by default; needs a built target/release/hokan, or HOKAN=PATH)
set -euo pipefail
revisions=${1:-400}
hokan=$(readlink -f "${HOKAN:-${CARGO_TARGET_DIR:-target}/release/hokan}")
place=$(mktemp -d)
trap 'kill "${service:-}" 2>/dev/null || true; rm -rf "$place"' EXIT
export GIT_AUTHOR_NAME=Bench GIT_AUTHOR_EMAIL=bench@example.jp GIT_COMMITTER_NAME=Bench GIT_COMMITTER_EMAIL=bench@example.jp

"$hokan" init "$place/it" --identity-out "$place/identity" --approver-out "$place/approver" >/dev/null
cd "$place/it"
git add --all
git -c core.hooksPath=/dev/null commit --quiet --message 'Adopt the example policy'
"$hokan" policy accept --key "$place/approver" >/dev/null 2>&1

now() { date +%s%N; }
since() { echo $((($(now) - $1) / 1000000)); }
edit() { sed -i "s/ja: \(改[0-9]*・\)\?法定給付/ja: 改$1・法定給付/" policies/purposes.yaml; }

echo "load of the machine before: $(cut -d" " -f1-3 /proc/loadavg)"
begin=$(now); "$hokan" render >/dev/null; echo "render, one revision:                $(since "$begin") ms"
begin=$(now); "$hokan" render >/dev/null; echo "render again:                        $(since "$begin") ms"
"$hokan" run --yes 2>"$place/log" &
service=$!
until grep -q published "$place/log"; do sleep 0.05; done
published=1
for turn in 1 2 3; do
    edit "$turn$turn$turn"
    begin=$(now)
    git -c core.hooksPath=/dev/null commit --quiet --all --message "Edit under the service $turn"
    until grep -q "改$turn$turn$turn・" public/ja/purposes.html; do sleep 0.01; done
    echo "commit until the page shows it:      $(since "$begin") ms"
    # What comes after is not part of the next measurement.
    published=$((published + 1))
    until [ "$(grep -c published "$place/log")" -ge "$published" ]; do sleep 0.05; done
done
kill "$service"; wait "$service" || true; service=

for number in $(seq "$revisions"); do
    edit "$number"
    git -c core.hooksPath=/dev/null commit --quiet --all --message "Edit $number"
done
begin=$(now); "$hokan" render >/dev/null; echo "render, $revisions new revisions:          $(since "$begin") ms"
edit 99999
git -c core.hooksPath=/dev/null commit --quiet --all --message 'One more'
begin=$(now); "$hokan" render >/dev/null; echo "render, one more revision:           $(since "$begin") ms"
