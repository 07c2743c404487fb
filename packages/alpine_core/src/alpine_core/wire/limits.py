"""How large what may be."""

from __future__ import annotations

from alpine_core.errors import SenderError, TooLarge

SIGNAL_BYTES = 256 * 1024
"""One signal's body, alone or within a batch."""

BATCH_BYTES = 8 * 1024 * 1024
"""A body of several signals, outcomes or bars."""

BATCH_ITEMS = 1000
"""Signals or outcomes of one body."""

LEDGER_BYTES = 128 * 1024
"""One entry, proof or checkpoint within a body: twice what the largest entry and the largest note have."""

PROOF_HASHES = 64
"""Hashes of one proof: a log of 2^53 entries needs fewer."""

DECISION_BYTES = 16 * 1024
"""The provider's own account of a decision, as JSON without white space."""

DECISION_DEPTH = 32
"""How deep objects and lists of a decision may lie within each other: readers recurse."""


def require_size(body: bytes, limit: int) -> None:
    """Raise TooLarge for a body of more than `limit` bytes."""
    if len(body) > limit:
        raise TooLarge("too_large", f"the body has {len(body)} bytes: send at most {limit}")


def require_count(name: str, count: int) -> None:
    """Raise SenderError `too_many` for more than BATCH_ITEMS."""
    if count > BATCH_ITEMS:
        raise SenderError("too_many", f"{count} {name}: send at most {BATCH_ITEMS} in one body")
