#!/usr/bin/env python3
"""Checks certificates, ledgers and proofs of hokan without hokan.

    verify.py certificate FILE [--list FILE] [--key KEY] [--checkpoint FILE]... [--consistency FILE]...
    verify.py ledger LEDGER_DB [--key KEY] [--checkpoint FILE]...
    verify.py consistency PROOF --key KEY --checkpoint OLD --checkpoint NEW

It prints `wrong: ...` for each fault and ends with 3, or prints `valid` and ends with 0. A certificate that is valid by
itself, but that no proof leads to from a checkpoint, is `not compared` with it and ends with 1.

Written from the documents alone, with Python's standard library and one package for Ed25519 (python3-cryptography);
it imports nothing of hokan's. Each function names what it implements:

    [formats]   docs/formats.md, by section
    [note]      c2sp.org/signed-note
    [ckpt]      c2sp.org/tlog-checkpoint
    [proof]     c2sp.org/tlog-proof
    [witness]   c2sp.org/tlog-witness, "add-checkpoint"
    [6962]      RFC 6962, section 2.1
    [9162]      RFC 9162, sections 2.1.3.2 and 2.1.4.2
    [8785]      RFC 8785, for objects without fractions and with keys of ASCII letters
"""

import argparse
import base64
import hashlib
import json
import pathlib
import re
import sqlite3
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Wrong(Exception):
    """What does not hold."""


class Unsigned(Wrong):
    """A note without a signature of a key: it says nothing about it."""


def sha256(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


def unbase64(text):
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raise Wrong(f"`{text}` is not base64") from None
    if base64.b64encode(raw).decode() != text:
        raise Wrong(f"`{text}` is not canonical base64")
    return raw


def decimal(text):
    if not re.fullmatch("0|[1-9][0-9]*", text):
        raise Wrong(f"`{text}` is not a number without leading zeros")
    return int(text)


def canonical(value):
    """[8785]"""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


# Signed notes and checkpoints.


def key_id(name, public):
    """[note] "Ed25519 signatures": the first four bytes of SHA-256(name, line feed, type 1, key)."""
    return sha256(name.encode(), b"\n", b"\x01", public)[:4]


def open_note(note, name, public):
    """[note] "Verifying": returns the text that `public` signed under `name`."""
    if re.search("[\x00-\x09\x0b-\x1f]", note):
        raise Wrong("a note holds control characters")
    text, empty, signatures = note.rpartition("\n\n")
    if not empty or not signatures.endswith("\n"):
        raise Wrong("a text is not a signed note")
    text += "\n"
    seen = False
    for line in signatures.splitlines():
        if not line.startswith("— "):
            raise Wrong("a signature line of a note is malformed")
        signer, _, blob = line[2:].partition(" ")
        raw = unbase64(blob)
        if signer != name or raw[:4] != key_id(name, public):
            continue
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text.encode())
        except InvalidSignature:
            raise Wrong(f"the signature of `{name}` is not over this text") from None
        seen = True
    if not seen:
        raise Unsigned(f"a note has no signature of `{name}` with the key {base64.b64encode(public).decode()}")
    return text


class Checkpoint:
    """[ckpt]: origin, size, root; extension lines are passed over."""

    def __init__(self, note, public):
        lines = note.split("\n")
        if len(lines) < 3 or not re.fullmatch(r"hokan/[^/\s+]+/[^/\s+]+", lines[0]):
            raise Wrong(f"`{lines[0]}` is no ledger of hokan's")
        text = open_note(note, lines[0], public).split("\n")
        self.origin, self.size, self.root = text[0], decimal(text[1]), unbase64(text[2])
        if len(self.root) != 32:
            raise Wrong("the root of a checkpoint has not 32 bytes")


def opened(note, keys):
    """Opens a checkpoint with whichever of the ledger's keys signed it."""
    faults = []
    for public in reversed(keys):
        try:
            return Checkpoint(note, public)
        except Wrong as wrong:
            faults.append(wrong)
    # A key that did sign, and not this text, says more than one that did not.
    raise min(faults, key=lambda fault: isinstance(fault, Unsigned))


# The tree.


def leaf(entry):
    """[6962] 2.1"""
    return sha256(b"\x00", entry)


def node(left, right):
    """[6962] 2.1"""
    return sha256(b"\x01", left, right)


def roots(leaves, sizes):
    """[6962] 2.1, the roots over the first leaves, for each size: complete subtrees are kept, the largest first."""
    found, stack = {}, []
    for count in range(len(leaves) + 1):
        if count in sizes:
            right = stack[-1] if stack else sha256()
            for left in reversed(stack[:-1]):
                right = node(left, right)
            found[count] = right
        if count < len(leaves):
            stack.append(leaves[count])
            complete = count + 1
            while complete % 2 == 0:
                right = stack.pop()
                stack.append(node(stack.pop(), right))
                complete //= 2
    return found


def includes(leaf_hash, index, size, path, expected):
    """[9162] 2.1.3.2"""
    if index >= size:
        return False
    fn, sn, r = index, size - 1, leaf_hash
    for p in path:
        if sn == 0:
            return False
        if fn % 2 == 1 or fn == sn:
            r = node(p, r)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == expected


def consistent(old, old_root, new, new_root, path):
    """[9162] 2.1.4.2"""
    if old > new:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == sha256()
    path = list(path)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    fn, sn = old - 1, new - 1
    while fn % 2 == 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn % 2 == 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root


def checkpoint_in(proof):
    return proof.partition("\n\n")[2]


def prove(entry, proof, public):
    """[proof] Returns index, entry and checkpoint."""
    head, _, note = proof.partition("\n\n")
    lines = head.split("\n")
    if lines[0] != "c2sp.org/tlog-proof@v1":
        raise Wrong(f"`{lines[0]}` begins no proof")
    at = 2 if len(lines) > 1 and lines[1].startswith("extra ") else 1
    if len(lines) <= at or not lines[at].startswith("index "):
        raise Wrong("a proof has no index")
    index, path = decimal(lines[at][6:]), [unbase64(line) for line in lines[at + 1 :]]
    known = Checkpoint(note, public)
    if len(path) > 63 or not includes(leaf(entry.encode()), index, known.size, path, known.root):
        raise Wrong(f"the proof of entry {index} does not lead to the root of its checkpoint")
    value = json.loads(entry)
    if canonical(value) != entry.encode():
        raise Wrong(f"entry {index} is not canonical")
    return index, value, known


def consistency(proof, old, new):
    """[witness]"""
    head = proof.partition("\n\n")[0].rstrip("\n").split("\n")
    if not head[0].startswith("old ") or decimal(head[0][4:]) != old.size or old.origin != new.origin:
        return False
    return consistent(old.size, old.root, new.size, new.root, [unbase64(line) for line in head[1:]])


# Certificates.

HEAD = (
    "record,class,rule,first-day-allowed,sealed-on,destroyed-on,plaintext,opened,"
    "days-after-first-day-allowed,days-after-approval,sealed-entry,intent-entry,destroyed-entry,"
    "early-entry,successor,succeeded-entry,outcome"
)


def read_list(text):
    """[formats] "Certificate", the list: returns the destroyed and the left lines."""
    lines = text.split("\n")
    if lines[0] != HEAD or lines[-1] != "":
        raise Wrong("the list has not the lines of a list")
    rows = [line.split(",") for line in lines[1:-1]]
    if any(len(row) != 17 for row in rows):
        raise Wrong("a line of the list has not 17 fields")
    gone = [row for row in rows if row[16] == "destroyed"]
    left = [row for row in rows if row[16] != "destroyed"]
    if rows != gone + left or any(a[0] >= b[0] for part in (gone, left) for a, b in zip(part, part[1:])):
        raise Wrong("the list is not sorted")
    return gone, left


def annexes(gone):
    """[formats] "Annex": with first days, and as the intents of earlier sweeps have it, without."""
    lines = [[row[0], row[1], row[2], int(row[12]), row[3]] for row in gone]
    return [sha256(canonical(lines)).hex(), sha256(canonical([line[:4] for line in lines])).hex()]


def day(text):
    import datetime

    return datetime.date.fromisoformat(text)


MOST_GROUNDS = 1000


def check_grounds(gone, grounds, expect):
    """[formats] "Certificate", `grounds`: why records went in another way than by their period."""
    named = []
    for row in gone:
        expect(bool(row[14]) == bool(row[15]), f"record {row[0]} has half a successor")
        if row[13]:
            named.append((int(row[13]), "early-requested", row[0], None, int(row[11])))
        if row[14]:
            named.append((int(row[15]), "succeeded", row[0], row[14], int(row[11])))
    expect(all(one[0] < one[4] for one in named), "a reason is younger than what it is the reason of")
    proved = [(at, entry["kind"], entry["record"], entry.get("successor")) for at, entry, _ in grounds]
    expect(proved == [one[:4] for one in named[:MOST_GROUNDS]], "the reasons in the list are not those that are proved")


def check_list(said, swept, grounds, data, expect):
    """[formats] "Certificate", the list."""
    expect(sha256(data).hex() == said["list"]["sha256"], "the list is not the one whose digest is stated")
    gone, left = read_list(data.decode())
    expect(swept["annex"] in annexes(gone) and len(gone) == swept["count"], "the list is not the one in the ledger")
    first, approval, latest = {}, {}, 0
    for row in gone:
        days = (day(row[5]) - day(row[3])).days
        expect(days >= 0, f"record {row[0]} was destroyed too early")
        expect(row[8] == str(days), f"the days of record {row[0]} are not those of its dates")
        first[str(max(days, 0))] = first.get(str(max(days, 0)), 0) + 1
        if row[9]:
            approval[row[9]] = approval.get(row[9], 0) + 1
        latest = max(latest, days)
    late = said["lateness"]
    for name, counted in (("late", first), ("waited", approval)):
        by_days = sorted([int(days), records] for days, records in counted.items())
        expect(swept.get(name, by_days) == by_days, "the lateness is not the one in the ledger")
    expect(late["after-first-day"] == first and late["after-approval"] == approval, "the lateness is not that of the list")
    check_grounds(gone, grounds, expect)
    classes = said["classes"]
    expect(sum(one["early"] for one in classes) == sum(row[13] != "" for row in gone), "the number that went on request differs")
    expect(sum(one["masked"] for one in classes) == sum(row[14] != "" for row in gone), "the number that was masked differs")
    opened = sum(int(row[7]) > 0 for row in gone)
    expect(sum(one["count"] for one in classes) == len(gone) == said["list"]["destroyed"], "the counts differ")
    expect(sum(one["opened"] for one in classes) == opened, "the number of opened records differs")
    expect(max((one["latest-by"] for one in classes), default=latest) == latest, "the longest delay differs")
    why = {}
    for row in left:
        why[(row[1], row[16])] = why.get((row[1], row[16]), 0) + 1
    stated = {(one["class"], one["why"]): one["count"] for one in said["left"]}
    expect(stated == why and said["list"]["left"] == len(left), "the reasons for records left differ")


def keys_of(first, changes, origin):
    """[formats] "Checkpoint", changes of the key: each is in a checkpoint of its own that both keys signed."""
    keys = [first]
    for change in changes:
        index, entry, known = prove(change["entry"], change["proof"], keys[-1])
        if entry.get("kind") != "key-rotated" or unbase64(entry["old"]) != keys[-1]:
            raise Wrong(f"entry {index} does not replace the ledger's key")
        new = unbase64(entry["new"])
        Checkpoint(checkpoint_in(change["proof"]), new)
        if known.size != index + 1 or known.origin != origin:
            raise Wrong(f"the change of the key in entry {index} is not in a checkpoint of its own")
        keys.append(new)
    return keys


CHANGE = {"v", "at", "kind", "old", "new"}


def further(keys, proofs, origin):
    """[formats] "Consistency": the keys that came after those that are known, as far as the proofs tell."""
    changes = []
    for text in proofs:
        for part in text.split("\n\n{")[1:]:
            entry, _, proof = part.partition("\n")
            change = {"entry": "{" + entry, "proof": proof.rstrip("\n") + "\n"}
            try:
                value = json.loads(change["entry"])
                as_written = canonical(value) == change["entry"].encode()
                readable = as_written and value["kind"] == "key-rotated" and set(value) == CHANGE
            except (ValueError, KeyError, TypeError):
                readable = False
            if not readable:
                raise Wrong("a proof that was handed in was altered: what it says of the ledger's key cannot be read")
            changes.append(change | {"old": value["old"]})
    keys, ahead = list(keys), True
    while ahead:
        ahead = [one for one in changes if one["old"] == base64.b64encode(keys[-1]).decode()][:1]
        keys += keys_of(keys[-1], ahead, origin)[1:]
        changes = [one for one in changes if one not in ahead]
    return keys


def kept_note(path):
    """[formats] "Checkpoint": a checkpoint as it was kept, or the one in a certificate or in a proof."""
    text = pathlib.Path(path).read_text()
    if text.startswith("{"):
        text = json.loads(text)["evidence"]["entries"][-1]["proof"]
    return (checkpoint_in(text) if text.startswith("c2sp.org/tlog-proof") else text).rstrip() + "\n"


def pinned(text, origin):
    """[note] "Verifier keys", or the bare key in base64."""
    if text.startswith("hokan/"):
        name, id_, blob = text.split("+", 2)
        raw = unbase64(blob)
        if name != origin or raw[:1] != b"\x01" or key_id(name, raw[1:]).hex() != id_:
            raise Wrong(f"`{text}` is no key of this ledger")
        return raw[1:]
    try:
        raw = unbase64(text)
    except Wrong:
        raw = b""
    if len(raw) != 32:
        raise Wrong(f"`{text}` is no key of this ledger (expected 32 bytes in base64, or `{origin}+...`)")
    return raw


def once(pairs):
    """An object whose keys stand once: of doubled ones a reader would take one and show another."""
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise Wrong("a key stands twice")
    return dict(pairs)


def exactly(value, keys):
    """What is signed is in the statement: around it stands what the format names, and nothing else."""
    if set(value) != keys:
        raise Wrong(f"keys other than {', '.join(sorted(keys))}")


def certificate(arguments):
    """[formats] "Certificate"."""
    wrong = []

    def expect(holds, message):
        if not holds:
            wrong.append(message)

    path = pathlib.Path(arguments.file)
    value = json.loads(path.read_text(), object_pairs_hook=once)
    if value.get("format") != "hokan-certificate/3":
        raise Wrong("the file is not a certificate of the form hokan-certificate/3")
    said, evidence = value["statement"], value["evidence"]
    exactly(value, {"format", "statement", "evidence", "signature"})
    exactly(evidence, {"key", "entries", "grounds", "key-changes"})
    for one in evidence["entries"] + evidence["grounds"] + evidence["key-changes"]:
        exactly(one, {"entry", "proof"})
    public = unbase64(evidence["key"])
    proven = [prove(one["entry"], one["proof"], public) for one in evidence["entries"]]
    known = proven[0][2]
    grounds = [prove(one["entry"], one["proof"], public) for one in evidence["grounds"]]
    one_root = all((one[2].size, one[2].root) == (known.size, known.root) for one in proven + grounds)
    expect(one_root, "proofs under several checkpoints")
    expect(all(a[0] < b[0] for a, b in zip(proven, proven[1:])), "the evidence is not in order")
    created, swept = proven[0][1], proven[-1][1]
    beside = path.with_suffix(".tlog-proof")
    if beside.is_file():
        expect(beside.read_text() == evidence["entries"][-1]["proof"], "the proof beside it is not the one it has")
    if proven[0][0] != 0 or created["kind"] != "created" or swept["kind"] != "swept":
        raise Wrong("the evidence does not begin with `created` and end with `swept`")
    expect(known.origin == f"hokan/{created['organization']}/{created['log']}", "the checkpoint is of another ledger")
    keys = keys_of(unbase64(created["key"]), evidence["key-changes"], known.origin)
    expect(public in keys, "the checkpoint is signed by a key the ledger did not have")
    digest = sha256(canonical(said)).hex()
    note = open_note(value["signature"], known.origin + "/certificates", keys[-1])
    expect(note == f"hokan-certificate/3\n{said['sweep']}\n{digest}\n", "the statement was altered")
    policies = [one[1] for one in proven if one[1]["kind"] == "policy-accepted"]
    policies = [{"commit": one.get("commit"), "digest": one["policy"]} for one in policies]
    approvals = [one[1] for one in proven if one[1]["kind"] == "plan-approved"]
    expect(said["organization"] == created["organization"], "the organization is not the ledger's")
    expect((said["sweep"], said["finished"]) == (swept["sweep"], swept["at"]), "the sweep is not the ledger's")
    expect(said["list"]["destroyed"] == swept["count"], "the number of records is not the ledger's")
    later = [said["taken-up"]] if "taken-up" in said else []
    named = [said["policy"]] + [one["policy"] for one in later]
    is_one = len(policies) == 1 and all(one == policies[0] for one in named)
    expect(is_one or policies == named, "the policy is not the ledger's")
    lists = [[(one["fingerprint"], one["at"]) for one in part["approvals"]] for part in [said] + later]
    proved = [(one["by"], one["at"]) for one in approvals]
    expect(all(one in sum(lists, []) for one in proved), "the approvals are not the ledger's")
    for one in lists:
        expect(one == [at for at in proved if at in one], "the approvals are not the ledger's")
    expect(all(one["plan"] == said["plan"] for one in approvals), "the plan is not the approved one")
    list_path = pathlib.Path(arguments.list) if arguments.list else path.with_name(pathlib.PurePath(said["list"]["file"]).name)
    if list_path.is_file():
        try:
            check_list(said, swept, grounds, list_path.read_bytes(), expect)
        except (Wrong, ValueError) as fault:
            wrong.append(str(fault))
    else:
        wrong.append("the list is not at hand")
    proofs = [pathlib.Path(one).read_text() for one in arguments.consistency or []]
    keys = further(keys, proofs, known.origin)
    if arguments.key:
        expect(pinned(arguments.key, known.origin) in keys, "the key is not the one that was noted")
    apart = []
    for kept in arguments.checkpoint or []:
        note = kept_note(kept)
        try:
            other = opened(note, keys)
        except Unsigned as fault:
            (apart if note.startswith(known.origin + "\n") else wrong).append(f"a checkpoint that was kept: {fault}")
            continue
        except Wrong as fault:
            wrong.append(f"a checkpoint that was kept: {fault}")
            continue
        old, new = sorted([other, known], key=lambda one: one.size)
        if old.size == new.size:
            expect(old.root == new.root and old.origin == new.origin, "two ledgers: a checkpoint that was kept has another root")
        elif old.origin != new.origin:
            wrong.append("a checkpoint that was kept is of another ledger")
        elif not any(consistency(one, old, new) for one in proofs):
            apart.append("no proof leads from the one to the other: the certificate and a checkpoint that was kept")
    return wrong, apart


def ledger(arguments):
    """[formats] "Ledger": every entry is canonical, in order, and under every checkpoint that is known."""
    wrong = []
    database = sqlite3.connect(f"file:{arguments.file}?mode=ro", uri=True)
    rows = database.execute("SELECT idx, bytes FROM entries ORDER BY idx").fetchall()
    kept = [kept_note(one) for one in arguments.checkpoint or []]
    notes = [row[0] for row in database.execute("SELECT text FROM checkpoints ORDER BY size")] + kept
    leaves, keys = [], []
    for place, (index, entry) in enumerate(rows):
        if index != place:
            wrong.append(f"entry {place} is missing or entries are in disorder")
        leaves.append(leaf(entry))
        try:
            value = json.loads(entry)
        except ValueError:
            wrong.append(f"entry {index} cannot be read")
            continue
        if canonical(value) != entry:
            wrong.append(f"entry {index} is not canonical")
        if place == 0 and value.get("kind") == "created":
            keys.append(unbase64(value["key"]))
            origin = f"hokan/{value['organization']}/{value['log']}"
        if value.get("kind") == "key-rotated":
            keys.append(unbase64(value["new"]))
    if not keys:
        raise Wrong("the ledger has no beginning")
    if arguments.key and pinned(arguments.key, origin) not in keys:
        wrong.append("the key is not the one that was noted")
    known = []
    for note in notes:
        try:
            known.append(opened(note, keys))
        except Wrong as fault:
            wrong.append(str(fault))
    over = roots(leaves, {one.size for one in known})
    for one in known:
        if one.origin != origin:
            wrong.append("a checkpoint is of another ledger")
        elif one.size > len(leaves):
            wrong.append(f"the ledger is cut off: it has {len(leaves)} entries, a checkpoint {one.size}")
        elif over[one.size] != one.root:
            wrong.append(f"the first {one.size} entries are not those that were signed")
    return wrong, []


def between(arguments):
    """[formats] "Consistency"; the key is the one that signed the older checkpoint, or one before it."""
    proof, notes = pathlib.Path(arguments.file).read_text(), [kept_note(one) for one in arguments.checkpoint]
    keys = further([unbase64(arguments.key)], [proof], notes[0].split("\n")[0])
    old, new = (opened(note, keys) for note in notes)
    return [] if consistency(proof, old, new) else ["the one checkpoint is not the beginning of the other"], []


def main():
    parser = argparse.ArgumentParser(description="Checks what hokan proves, without hokan.")
    parser.add_argument("what", choices=["certificate", "ledger", "consistency"])
    parser.add_argument("file")
    parser.add_argument("--list")
    parser.add_argument("--key")
    parser.add_argument("--checkpoint", action="append")
    parser.add_argument("--consistency", action="append")
    arguments = parser.parse_args()
    check = {"certificate": certificate, "ledger": ledger, "consistency": between}[arguments.what]
    try:
        wrong, apart = check(arguments)
    except Wrong as fault:
        wrong, apart = [str(fault)], []
    except (ValueError, KeyError, TypeError, IndexError, sqlite3.Error) as fault:
        wrong, apart = [f"the file is not what it should be: {fault!r}"], []
    for one in wrong:
        print(f"wrong: {one}")
    for one in apart:
        print(f"not compared: {one}")
    print("not valid" if wrong else "valid by itself" if apart else "valid")
    return 3 if wrong else 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
