"""The Merkle tree of RFC 6962 section 2.1: how it hashes, and what its proofs must satisfy (RFC 9162 section 2.1.3–4).

Hashes are 32 bytes; sizes and indexes count leaves from 0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NoReturn

from alpine_core.errors import NotProven

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of the tree without leaves (RFC 6962 section 2.1)."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256 of 0x00 and the data."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and the two hashes below."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Return only if the leaf with hash `leaf` is number `index` of the tree of `size` leaves with this `root`.

    Raises NotProven `bad_hash_length`, `index_out_of_range`, `proof_too_short`, `proof_too_long`, `root_mismatch`.
    Source: RFC 9162 section 2.1.3.2.
    """
    _require_hashes(leaf, root, *proof)
    if not 0 <= index < size:
        raise NotProven("index_out_of_range", f"leaf {index} is not in a tree of {size}: ask for a proof of its size")
    node, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise NotProven("proof_too_long", "the proof goes on above the root: send the path of this tree")
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise NotProven("proof_too_short", "the proof ends below the root: send the path of this tree")
    if found != root:
        raise NotProven("root_mismatch", "the proof leads to another root: the leaf is not in this tree")


def verify_consistency(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    """Return only if the tree of `size1` leaves with `root1` is the beginning of that of `size2` with `root2`.

    For `size1` 0 the proof is empty (C2SP tlog-witness); so it is for equal sizes. Raises NotProven `bad_hash_length`,
    `bad_sizes`, `bad_empty_root`, `proof_not_empty`, `proof_too_short`, `proof_too_long`, `old_root_mismatch`,
    `new_root_mismatch`, `split_view` (one size, two roots). Source: RFC 9162 section 2.1.4.2.
    """
    _require_hashes(root1, root2, *proof)
    if not 0 <= size1 <= size2:
        raise NotProven("bad_sizes", f"a tree of {size1} is no beginning of one of {size2}: name the smaller first")
    if size1 in (0, size2):
        _require_trivial(size1, size2, root1, root2, proof)
        return
    hashes = list(proof)
    if size1 & (size1 - 1) == 0:
        # A whole subtree needs no hash of its own in the proof: it is the old root.
        hashes.insert(0, root1)
    if not hashes:
        raise NotProven("proof_too_short", "the proof is empty: send the hashes between the two sizes")
    old, new = _both_roots(size1 - 1, size2 - 1, hashes)
    if old != root1:
        raise NotProven("old_root_mismatch", "the proof does not contain the older tree: the log was rewritten")
    if new != root2:
        raise NotProven("new_root_mismatch", "the proof does not lead to the newer tree: the log was rewritten")


def _require_trivial(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    if size1 == 0 and root1 != EMPTY_ROOT:
        raise NotProven("bad_empty_root", "a tree without leaves has one root only")
    if proof:
        raise NotProven("proof_not_empty", "nothing is to be proved between these sizes: send an empty proof")
    if size1 == size2 and root1 != root2:
        raise NotProven("split_view", f"two roots for one size {size1}: the log shows different histories")


def _both_roots(node: int, last: int, hashes: list[bytes]) -> tuple[bytes, bytes]:
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise NotProven("proof_too_long", "the proof goes on above the root: send the hashes between the two sizes")
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise NotProven("proof_too_short", "the proof ends below the root: send the hashes between the two sizes")
    return old, new


def _require_hashes(*hashes: bytes) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        _bad_length()


def _bad_length() -> NoReturn:
    raise NotProven("bad_hash_length", "a hash has not 32 bytes: send SHA-256 hashes")
