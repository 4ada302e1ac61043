#!/usr/bin/env bash
# Makes a stored vault for tests/migration.rs, with the hokan of the format it is to have:
#
#   tests/vaults/make.sh PATH-OF-hokan tests/vaults/format-N.tar.gz
#
# What is in it is on top of tests/migration.rs. The keys in it were made for it alone and open nothing else.
set -euo pipefail
export LC_ALL=C.UTF-8

hokan=$(realpath "$1")
archive=$(realpath -m "$2")
base=$(cd "$(dirname "$0")/../book/base" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mkdir home
"$hokan" init instance --identity-out home/identity --approver-out home/approver --settle PT0S >/dev/null
# The small policy of tests/book, with the keys that `init` made.
recipient() { sed -n 's/^# public key: //p' "$1"; }
approver=$(ssh-keygen -y -f home/approver | cut -d ' ' -f 1,2)
find instance -mindepth 1 -maxdepth 1 ! -name vault ! -name records -exec rm -rf {} +
cp -r "$base/policies" instance/policies
awk -v daily="$(recipient home/identity)" -v spare="$(recipient home/identity.escrow)" -v approver="$approver" '
    /key: age1/ { sub(/age1.*/, n++ ? spare : daily) }
    /磯野 渚, key/ { sub(/ssh-ed25519 [^ ]*/, approver) }
    { sub(/settle: PT1M/, "settle: PT0S"); print }' "$base/policies/service.yaml" >instance/policies/service.yaml

run() { "$hokan" --dir instance --json "$@"; }
take_in() {
    for path in "$@"; do
        mkdir -p "instance/records/in/${path%/*}"
        printf '%s: the content of this record\n' "$path" >"instance/records/in/$path"
    done
    run take-in --yes
}
record() { run records list | jq -r --arg name "$1" '.records[] | select(.name == $name) | .record'; }

{
    run policy accept --key home/approver --yes
    run recipients confirm -i home/identity -i home/identity.escrow
    take_in receipts/2015-0{4/M1,5/M2,7/M5}-fees.csv receipts/2025-08/M4-fees.csv letters/2020-01-15-M2.pdf
    run event add --subject M2 --event left --date 2021-03-31 --by Officer
    run hold place --record "$(record receipts/2015-05/M2-fees.csv)" --reason 'claim pending' --by Officer
    hold=$(run hold place --subject M5 --reason 'audit' --by Officer | jq -r .hold)
    run sweep plan -o plan.json
    run sweep approve plan.json --key home/approver
    run sweep run plan.json
    run hold release "$hold" --reason 'audit over' --by Officer
    run open "$(record receipts/2025-08/M4-fees.csv)" -i home/identity -o opened --why 'request 12'
    take_in receipts/2015-06/M3-fees.csv
    run verify
} >log
rm -rf instance/records/in/receipts instance/records/in/letters
tar --sort=name --exclude=.git --owner=0 --group=0 --numeric-owner -C "$work" -c home instance | gzip -9n >"$archive"
jq -c 'select(.format == "hokan-verify/1")' log
