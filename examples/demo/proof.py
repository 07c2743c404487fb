"""The distributor's copy of the log, read from outside: signed by the producer, complete, and holding each signal.

Written from the published formats (RFC 6962, C2SP signed notes); shares no code with either company.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def proven_signals(distributor: Path, vkey: str) -> frozenset[str]:
    """The names of the signals whose commitment stands in the log that `vkey` signed.

    Empty if the signature or the tree does not hold: then nothing is proven.
    """
    with closing(sqlite3.connect(f"file:{distributor}?mode=ro", uri=True, timeout=5)) as connection:
        entries = [bytes(row[0]) for row in connection.execute("SELECT entry FROM log_entries ORDER BY place")]
        newest = connection.execute(
            "SELECT note FROM witnessed_checkpoints WHERE size <= ? ORDER BY size DESC LIMIT 1", (len(entries),)
        ).fetchone()
        sealed = connection.execute(
            "SELECT signals.signal_id, verification_hash, salt, leaf_index FROM seals "
            "JOIN signals ON signals.cursor = seals.cursor"
        ).fetchall()
    if newest is None:
        return frozenset()
    size, root = signed_tree(newest[0], vkey)
    if root is None or root != tree([hashlib.sha256(b"\x00" + entry).digest() for entry in entries[:size]]):
        return frozenset()
    return frozenset(
        signal_id
        for signal_id, digest, salt, index in sealed
        if index < size and json.loads(entries[index])["commit"] == commitment(salt, digest)
    )


def commitment(salt: str, digest: str) -> str:
    """What the log holds of a signal until it is revealed."""
    return hashlib.sha256(b"argo-commit/v1\n" + bytes.fromhex(salt) + bytes.fromhex(digest)).hexdigest()


def signed_tree(note: str, vkey: str) -> tuple[int, bytes | None]:
    """Size and root of a checkpoint; no root if the key did not sign it."""
    name, key_id, key = vkey.split("+", 2)
    text, _, signatures = note.partition("\n\n")
    origin, size, root = text.split("\n")
    mark = f"\u2014 {name} "
    blobs = [base64.b64decode(line[len(mark) :]) for line in signatures.splitlines() if line.startswith(mark)]
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:])
    for blob in blobs:
        if blob[:4].hex() == key_id and origin == name:
            try:
                public.verify(blob[4:], f"{text}\n".encode())
            except InvalidSignature:
                return int(size), None
            return int(size), base64.b64decode(root)
    return int(size), None


def tree(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962, section 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        paired = [
            hashlib.sha256(b"\x01" + one + two).digest() for one, two in zip(level[::2], level[1::2], strict=False)
        ]
        level = paired + (level[-1:] if len(level) % 2 else [])
    return level[0]
