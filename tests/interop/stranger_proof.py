"""A proof of one entry, checked by somebody who knows the published formats only: RFC 6962, C2SP notes and proofs."""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def require_in_log(entry: str, tlog_proof: str, vkey: str) -> int:
    """The entry's index, if it is under a checkpoint that this key signed. Raises AssertionError, InvalidSignature."""
    head, _, note = tlog_proof.partition("\n\n")
    first, numbered, *hashes = head.split("\n")
    assert first == "c2sp.org/tlog-proof@v1"
    index = int(numbered.removeprefix("index "))
    size, root = _signed(note, vkey)
    found = hashlib.sha256(b"\x00" + entry.encode()).digest()
    path = [base64.b64decode(one, validate=True) for one in hashes]
    assert _root(index, size, found, path) == root
    return index


def _signed(note: str, vkey: str) -> tuple[int, bytes]:
    name, key_id, public = vkey.split("+", 2)
    text, _, signatures = note.partition("\n\n")
    (line,) = [one for one in signatures.splitlines() if one.startswith(f"\u2014 {name} ")]
    blob = base64.b64decode(line.rpartition(" ")[2], validate=True)
    assert blob[:4].hex() == key_id
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public)[1:])
    key.verify(blob[4:], f"{text}\n".encode())
    origin, size, root = text.split("\n")
    assert origin == name
    return int(size), base64.b64decode(root, validate=True)


def _root(index: int, size: int, found: bytes, path: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.3.2."""
    assert index < size
    last = size - 1
    for step in path:
        assert last > 0
        if index & 1 or index == last:
            found = _node(step, found)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = _node(found, step)
        index, last = index >> 1, last >> 1
    assert last == 0
    return found


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
