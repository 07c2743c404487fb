"""The hash tree of RFC 6962 section 2.1, and the two proofs over it as RFC 9162 verifies them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from argo_core.ledger.ledger_error import LedgerCode, LedgerError

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """32 bytes: SHA-256 of 0x00 and the entry (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """32 bytes: SHA-256 of 0x01 and the two children (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Return if `leaf` (a leaf hash) stands at `index` of the tree of `size` leaves with `root`.

    Raises LedgerError `bad_proof`. Source: RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise LedgerError("bad_proof", f"index {index} lies outside a log of {size} entries")
    _require_hashes("bad_proof", leaf, root, *proof)
    position, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise LedgerError("bad_proof", "the proof is too long for this size")
        if position & 1 or position == last:
            found = node_hash(sibling, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise LedgerError("bad_proof", "the proof is too short for this size")
    if found != root:
        raise LedgerError("bad_proof", "the proof leads to another root: the entry is not in this log")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Return if the log of `new` entries begins with the log of `old` entries, by their roots.

    `old` 0 needs no proof and the root of nothing; equal sizes need equal roots and no proof. Raises LedgerError
    `bad_consistency`. Source: RFC 9162 section 2.1.4.2.
    """
    _require_hashes("bad_consistency", old_root, new_root, *proof)
    if not 0 <= old <= new:
        raise LedgerError("bad_consistency", f"a log of {new} entries cannot follow one of {old}")
    if old in (0, new):
        expected = EMPTY_ROOT if old == 0 else new_root
        if proof or old_root != expected or (new == 0 and new_root != EMPTY_ROOT):
            raise LedgerError("bad_consistency", "the two logs show different pasts, or a proof where none belongs")
        return
    was, now = _old_and_new(old, new, old_root, proof)
    if was != old_root or now != new_root:
        raise LedgerError("bad_consistency", "the newer log does not contain the older one unchanged")


def _old_and_new(old: int, new: int, old_root: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The two roots that a proof leads to, for 0 < old < new."""
    # Clause 3: a power of two is a whole subtree of the newer log, whose hash the verifier holds already.
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        raise LedgerError("bad_consistency", "the proof is too short for these sizes")
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    was = now = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise LedgerError("bad_consistency", "the proof is too long for these sizes")
        if position & 1 or position == last:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            now = node_hash(now, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise LedgerError("bad_consistency", "the proof is too short for these sizes")
    return was, now


def _require_hashes(code: LedgerCode, *hashes: bytes) -> None:
    # A shorter "hash" could make two different trees look alike.
    if any(len(one) != HASH_BYTES for one in hashes):
        raise LedgerError(code, "a hash must have 32 bytes")
