#!/usr/bin/env python3
"""The floor of benches/take-in.sh: only what the disk has to do, with nothing encrypted and nothing written down.

    floor-take-in.py FOLDER VAULT    for 1,024 files at a time: each is read and written to VAULT as a body and a header of
                                     420 bytes; one sync; both renamed; the original overwritten, one sync, truncated, unlinked

It prints the microseconds and the calls that waited for the disk.
"""

import ctypes
import os
import sys
import time

GROUP = 1024
folder, vault = sys.argv[1:]
calls = 0


def opened(path, flags=os.O_RDONLY | os.O_DIRECTORY):
    return os.open(path, flags, 0o600)


def sync(handle):
    global calls
    calls += 1
    os.fsync(handle)


def syncfs(handle):
    global calls
    calls += 1
    if ctypes.CDLL(None, use_errno=True).syncfs(handle) != 0:
        raise OSError(ctypes.get_errno(), "syncfs")


places = {}
for part in ("bodies", "headers"):
    for name in ("incoming", "day"):
        os.makedirs(f"{vault}/{part}/{name}")
        places[part, name] = opened(f"{vault}/{part}/{name}")
source = opened(folder)
names = sorted(os.listdir(folder))
begin = time.monotonic_ns()
for first in range(0, len(names), GROUP):
    group = names[first : first + GROUP]
    for name in group:
        handle = os.open(name, os.O_RDONLY, dir_fd=source)
        content = os.read(handle, 1 << 24)
        os.close(handle)
        for part, written in (("bodies", content + bytes(32)), ("headers", bytes(420))):
            handle = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=places[part, "incoming"])
            os.write(handle, written)
            os.close(handle)
    syncfs(source)
    for part in ("bodies", "headers"):
        for name in group:
            os.rename(name, name, src_dir_fd=places[part, "incoming"], dst_dir_fd=places[part, "day"])
        sync(places[part, "day"])
        sync(places[part, "incoming"])
    for name in group:
        handle = os.open(name, os.O_RDWR, dir_fd=source)
        os.pwrite(handle, bytes(os.fstat(handle).st_size), 0)
        os.close(handle)
    syncfs(source)
    for name in group:
        handle = os.open(name, os.O_RDWR | os.O_TRUNC, dir_fd=source)
        os.close(handle)
        os.unlink(name, dir_fd=source)
    sync(source)
print((time.monotonic_ns() - begin) // 1000, calls)
