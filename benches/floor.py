#!/usr/bin/env python3
"""The floor of benches/destroy.sh: only what the disk has to do, with nothing decided and nothing written down.

    floor.py HEADERS BODIES    overwrites every file below HEADERS, one sync for 4,096 of them, unlinks them and BODIES

It prints the microseconds until all headers were overwritten and synced, and those of the unlinking.
"""

import os
import sys
import time

GROUP = 4096


def files(top):
    return sorted(os.path.join(where, name) for where, _, names in os.walk(top) for name in names)


def sync(path):
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def syncfs(path):
    import ctypes

    handle = os.open(path, os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).syncfs(handle) != 0:
            raise OSError(ctypes.get_errno(), "syncfs")
    finally:
        os.close(handle)


headers, bodies = files(sys.argv[1]), files(sys.argv[2])
written = unlinked = 0
for first in range(0, len(headers), GROUP):
    group = headers[first : first + GROUP]
    begin = time.monotonic_ns()
    for path in group:
        handle = os.open(path, os.O_RDWR)
        os.pwrite(handle, bytes(os.fstat(handle).st_size), 0)
        os.close(handle)
    syncfs(sys.argv[1])
    middle = time.monotonic_ns()
    for path in group + bodies[first : first + GROUP]:
        os.unlink(path)
    for path in {os.path.dirname(path) for path in group + bodies[first : first + GROUP]}:
        sync(path)
    written += middle - begin
    unlinked += time.monotonic_ns() - middle
print(written // 1000, unlinked // 1000)
