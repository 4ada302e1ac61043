#!/usr/bin/env python3
"""Checks the crates hokan is built from: their licences, where they come from, which must not be there.

usage: cargo tree --locked --edges normal,build --prefix none --format '{p}|{l}' | dependencies.py Cargo.lock

Looked at are the crates that are built into hokan or build it; tests may use others. (`cargo metadata` would not do: it
also lists what only a feature that is off would bring in.) Prints one line for each fault; exits 1 when there is one.
"""
import pathlib
import re
import sys
import tomllib

LICENCES = {
    "MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib", "0BSD",
    "Unlicense", "Unicode-3.0", "CC0-1.0", "BSL-1.0",
}
# RSA carries a timing advisory; the others are TLS stacks, and hokan opens no connection.
ABSENT = ["rsa", "openssl-sys", "native-tls", "aws-lc-sys"]
# A second comemo turns `evict` into nothing, a second SQLite cannot be linked, a second chrono would be a second clock.
SINGLE = ["comemo", "libsqlite3-sys", "chrono"]


def accepted(expression):
    """Says whether an SPDX expression can be met with the listed licences: one side of OR, both sides of AND.

    >>> accepted("MIT OR GPL-3.0-only"), accepted("MIT AND GPL-3.0-only")
    (True, False)
    >>> accepted("(GPL-2.0-only OR MIT) AND Unicode-3.0"), accepted("MIT/Apache-2.0")
    (True, True)
    >>> accepted("MIT OR Apache-2.0 AND MPL-2.0"), accepted("MPL-2.0 OR MIT AND GPL-3.0-only")
    (True, False)
    >>> accepted("Apache-2.0 WITH LLVM-exception"), accepted("Apache-2.0 WITH Some-exception")
    (True, False)
    >>> accepted(""), accepted("(MIT")
    (False, False)
    """
    tokens = re.findall(r"[()]|[^\s()]+", expression.replace("/", " OR "))

    def either():
        met = both()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            met = both() or met
        return met

    def both():
        met = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            met = one() and met
        return met

    def one():
        name = tokens.pop(0) if tokens else ""
        if name == "(":
            met = either()
            return bool(tokens) and tokens.pop(0) == ")" and met
        if tokens[:1] == ["WITH"]:
            name = " ".join([name, tokens.pop(0), tokens.pop(0) if tokens else ""])
        return name in LICENCES

    return either() and not tokens


def crates(tree):
    """Returns name, version and licence of each crate in the lines of `cargo tree`, once, without hokan.

    >>> crates(["hokan v0.1.0 (/src)|Apache-2.0", "age v0.12.1|MIT", "", "age v0.12.1|MIT (*)", "x v1.0.0|"])
    [('age', '0.12.1', 'MIT'), ('x', '1.0.0', '')]
    """
    found = set()
    for line in tree:
        package, _, licence = line.strip().removesuffix(" (*)").partition("|")
        if package and not package.startswith("hokan "):
            name, version = package.split(" ")[:2]
            found.add((name, version.removeprefix("v"), licence))
    return sorted(found)


def licence_faults(tree):
    for name, version, licence in tree:
        if not accepted(licence):
            yield f"{name} {version}: {licence or 'no licence'} is not covered by the accepted licences"


def tree_faults(tree):
    names = [name for name, _, _ in tree]
    for name in ABSENT:
        if name in names:
            yield f"{name} must not be built in: `cargo tree --invert {name}` shows who asks for it"
    for name in SINGLE:
        if names.count(name) != 1:
            yield f"{name} must be there once, found {names.count(name)} times"


def source_faults(lock):
    """Everything in the lock but hokan comes from one registry, with a checksum."""
    others = [package for package in lock["package"] if package["name"] != "hokan"]
    for package in others:
        if not package.get("source", "").startswith("registry+") or "checksum" not in package:
            yield f"{package['name']} {package['version']}: not from the registry, but {package.get('source', 'a path')}"
    if len({package.get("source") for package in others}) > 1:
        yield "the lock names more than one source"


def main(lock):
    tree = crates(sys.stdin)
    if not tree:
        print("no crate on standard input: expected the output of `cargo tree`")
        return 1
    lock = tomllib.loads(pathlib.Path(lock).read_text())
    faults = [*licence_faults(tree), *tree_faults(tree), *source_faults(lock)]
    for fault in faults:
        print(fault)
    print(f"{len(tree)} crates, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 2 else print(__doc__) or 2)
