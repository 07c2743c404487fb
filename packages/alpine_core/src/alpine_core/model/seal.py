"""The places in a provider's log of what was delivered, verified."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """A signal's place in the log of `origin`: leaf `leaf_index`, number `seq` (dense from 0) of its `stream`.

    `at` is the log's time, `reveal_by` until when the log promises to disclose the signal, both as in the entry.
    `salt` is 64 hex digits, `entry` the leaf's text, `tlog_proof` its C2SP proof in the tree of `size` leaves.
    """

    origin: str
    leaf_index: int
    stream: str
    seq: int
    at: str
    reveal_by: str
    salt: str
    entry: str
    tlog_proof: str
    size: int


class OutcomeSeal(msgspec.Struct, frozen=True, kw_only=True):
    """An outcome's place in the log, of the signal at leaf `of`; the other members are those of `Seal`."""

    origin: str
    leaf_index: int
    of: int
    entry: str
    tlog_proof: str
    size: int


class Reveal(msgspec.Struct, frozen=True, kw_only=True):
    """The log discloses a signal by its entry `leaf_index`, which was mirrored here at `revealed_at` (aware UTC)."""

    leaf_index: int
    revealed_at: datetime
