#!/usr/bin/env bash
# Runs a measurement on an ext4 file system of its own with a journal: an image mounted through a loop device. Needs root.
#
#   benches/on-ext4.sh SIZE COMMAND...      such as: benches/on-ext4.sh 4G benches/due.sh
#
# SIZE is the most the image may take (it is sparse); it lies in TMPDIR. The command's TMPDIR is the mounted file system.
set -euo pipefail
PATH="$PATH:/usr/sbin:/sbin"
[ $# -ge 2 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }

work=$(mktemp -d)
leave() {
    umount -l "$work/disk" 2>/dev/null || true
    rm -rf "$work"
}
trap leave EXIT

mkdir "$work/disk"
truncate -s "$1" "$work/image"
mkfs.ext4 -q -F "$work/image"
mount -o loop "$work/image" "$work/disk"
grep -q " $work/disk ext4 " /proc/mounts
shift
TMPDIR="$work/disk" "$@"
