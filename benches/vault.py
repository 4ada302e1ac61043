#!/usr/bin/env python3
"""Measures the vault and the service, on an ext4 file system of its own with a journal (needs root).

    benches/vault.py large     a file of SIZE MiB (4096): to its ledger commit, and in all, against `rage` and `sync -f`
    benches/vault.py verify    `hokan verify` of 512 bodies of 4 MiB against `openssl dgst -sha256` of the same files
    benches/vault.py latency   RATE files a second (200) for SECONDS (60) while `hokan run` serves: from settled to sealed
    benches/vault.py idle      `hokan run` with FILES files (100000) that no class accepts: processor and memory in 60 s

A second argument names the program; else target/release/hokan below CARGO_TARGET_DIR or this repository. TMPDIR says where
the image lies, RAGE names the other program. Nothing else may run meanwhile.
"""

import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
HOKAN = os.path.realpath(sys.argv[2] if len(sys.argv) > 2 else TARGET / "release" / "hokan")
RAGE = os.environ.get("RAGE") or shutil.which("rage") or shutil.which("age")
MIB = 1 << 20
SETTLE = 2


def asked(name, usual):
    return int(os.environ.get(name, usual))


def run(*arguments, **options):
    ran = subprocess.run([str(part) for part in arguments], capture_output=True, text=True, **options)
    if ran.returncode != 0:
        sys.exit(f"failed: {arguments}\n{ran.stdout}{ran.stderr}")
    return ran.stdout


class Bench:
    """A disk with an instance on it."""

    def __init__(self, mib, settle="PT0S"):
        self.work = pathlib.Path(tempfile.mkdtemp())
        self.disk, image, self.keys = self.work / "disk", self.work / "image", self.work / "keys"
        self.disk.mkdir()
        run("truncate", "-s", f"{mib}M", image)
        run("mkfs.ext4", "-q", "-F", "-N", "1000000", image)
        run("mount", "-o", "loop", image, self.disk)
        self.root = self.disk / "instance"
        self.inbox = self.root / "records/in"
        keys = ("--identity-out", self.keys / "identity", "--approver-out", self.keys / "approver")
        run(HOKAN, "init", self.root, *keys, "--settle", settle)
        run("git", "-C", self.root, "add", ".")
        who = ("-c", "user.name=bench", "-c", "user.email=bench@example.jp")
        run("git", "-C", self.root, *who, "commit", "-q", "--no-verify", "-m", "Adopt the example policy")
        self.hokan("policy", "accept", "--key", self.keys / "approver")
        self.hokan("recipients", "confirm", "-i", self.keys / "identity", "-i", self.keys / "identity.escrow")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", self.disk])
        shutil.rmtree(self.work, ignore_errors=True)

    def hokan(self, *arguments):
        return run(HOKAN, "--dir", self.root, *arguments)

    def start(self, *arguments):
        log = open(self.work / "log", "w")
        # As the unit that `init` writes starts it.
        unit = (self.root / "systemd" / "hokan.service").read_text().splitlines()
        line = next(line for line in unit if line.startswith("Environment="))
        setting = dict(pair.split("=") for pair in line.removeprefix("Environment=").split())
        return subprocess.Popen([HOKAN, "--dir", str(self.root), *arguments], stdout=log, stderr=log, env=os.environ | setting)

    def drop_caches(self):
        run("sync", "-f", self.disk)
        pathlib.Path("/proc/sys/vm/drop_caches").write_text("3\n")


def status_of(pid, field):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def fill(path, mib):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open("/dev/urandom", "rb") as random, open(path, "wb") as file:
        block = random.read(16 * MIB)
        for number in range(0, mib, 16):
            file.write(number.to_bytes(8, "little") + block[8 : min(16, mib - number) * MIB])


def large():
    mib = asked("SIZE", 4096)
    with Bench(3 * mib + 1024) as bench:
        path = bench.inbox / "provision-records/2015-06-01-list.csv"
        fill(path, mib)
        key = run("age-keygen", "-y", bench.keys / "identity").strip()
        bench.drop_caches()
        begin = time.monotonic()
        run(RAGE, "-r", key, "-o", bench.disk / "sealed.age", path)
        encrypted = time.monotonic() - begin
        run("sync", "-f", bench.disk)
        floor = time.monotonic() - begin
        os.unlink(bench.disk / "sealed.age")
        bench.drop_caches()
        begin, peak, committed = time.monotonic(), 0, None
        process = bench.start("take-in", "--yes")
        while process.poll() is None:
            if committed is None and any((bench.root / "vault/headers").glob("2*/*.header")):
                # It has its final name only after the ledger's commit.
                committed = time.monotonic() - begin
            try:
                peak = max(peak, status_of(process.pid, "VmHWM"))
            except (OSError, StopIteration):
                pass
            time.sleep(0.005)
        whole = time.monotonic() - begin
        if process.returncode != 0 or committed is None:
            sys.exit((bench.work / "log").read_text())
        bench.hokan("verify")
        name = pathlib.Path(RAGE).name
        print(f"{name} and sync: {floor:.2f} s ({mib / floor:.0f} MiB/s; {name} alone {encrypted:.2f} s)")
        print(f"hokan take-in: {committed:.2f} s to the ledger commit ({mib / committed:.0f} MiB/s), {whole:.2f} s in all")
        print(f"  {committed / floor:.2f} times as long; memory at most {peak / 1024:.0f} MiB")


def verify():
    count, each = 512, 4
    with Bench(3 * count * each + 1024) as bench:
        for number in range(count):
            fill(bench.inbox / f"receipts/2015-04/M1{number:06}-fees.csv", each)
        bench.hokan("take-in", "--yes")
        files = [str(path) for path in (bench.root / "vault").glob("*/2*/*")]
        times = {"openssl": [], "hokan": []}
        for _ in range(3):
            for name, command in (
                ("openssl", ["openssl", "dgst", "-sha256", *files]),
                ("hokan", [HOKAN, "--dir", bench.root, "verify"]),
            ):
                begin = time.monotonic()
                run(*command)
                times[name].append(time.monotonic() - begin)
        floor, took = (sorted(times[name])[1] for name in ("openssl", "hokan"))
        mib = count * each
        print(f"openssl dgst -sha256: {mib / floor:.0f} MiB/s   hokan verify: {mib / took:.0f} MiB/s ({floor / took:.0%})")


def latency():
    rate, seconds = asked("RATE", 200), asked("SECONDS", 60)
    with Bench(4096, f"PT{SETTLE}S") as bench:
        process = bench.start("run", "--yes")
        folder, aside, arrived = bench.inbox / "receipts/2015-04", bench.disk / "arriving", {}
        content, begin = os.urandom(8192), time.time()
        for number in range(rate * seconds):
            time.sleep(max(0, begin + number / rate - time.time()))
            folder.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(content)
            name = f"M1{number:06}-fees.csv"
            os.rename(aside, folder / name)
            arrived[f"receipts/2015-04/{name}"] = time.time()
        end = time.time() + 120
        while any(folder.glob("M*")) and time.time() < end:
            time.sleep(0.2)
        peak = status_of(process.pid, "VmHWM")
        process.send_signal(signal.SIGTERM)
        process.wait()
        catalog = sqlite3.connect(bench.root / "vault/catalog.db")
        late = []
        for name, record in catalog.execute("SELECT name, id FROM records"):
            header = next((bench.root / "vault/headers").glob(f"2*/{record}.header"))
            late.append(header.stat().st_ctime - arrived[name] - SETTLE)
        late.sort()
        if len(late) != len(arrived):
            sys.exit(f"{len(arrived)} arrived, {len(late)} sealed")
        at = lambda share: late[min(len(late) - 1, int(len(late) * share))]
        print(f"{len(late)} files, {rate} a second: settled to sealed half within {at(0.5):.2f} s,", end=" ")
        print(f"99 % within {at(0.99):.2f} s, all within {late[-1]:.2f} s; memory at most {peak / 1024:.0f} MiB")


def idle():
    count = asked("FILES", 100_000)
    with Bench(4096) as bench:
        for number in range(count):
            path = bench.inbox / f"unknown/{number // 1000}/{number}.txt"
            if number % 1000 == 0:
                path.parent.mkdir(parents=True)
            path.write_text("x")
        begin = time.monotonic()
        process = bench.start("run", "--yes")

        def used():
            fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

        # It has looked once when it has used no processor for three seconds.
        last, quiet = used(), 0
        while quiet < 3:
            time.sleep(1)
            quiet, last = (quiet + 1, last) if used() == last else (0, used())
        ready = time.monotonic() - begin
        before = used()
        time.sleep(60)
        spent = used() - before
        resident, peak = status_of(process.pid, "VmRSS"), status_of(process.pid, "VmHWM")
        process.send_signal(signal.SIGTERM)
        if process.wait() != 0:
            sys.exit((bench.work / "log").read_text())
        print(f"{count} files watched, quiet after {ready:.0f} s: {spent * 1000:.0f} ms of processor in 60 s,", end=" ")
        print(f"memory {resident / 1024:.0f} MiB, at most {peak / 1024:.0f} MiB")


if __name__ == "__main__":
    wanted = {"large": large, "verify": verify, "latency": latency, "idle": idle}.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if wanted is None:
        sys.exit(__doc__)
    wanted()
