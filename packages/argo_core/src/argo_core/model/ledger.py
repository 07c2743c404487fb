"""The provable log in records: what is appended to it with a cycle, and what is needed to go on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from argo_core.model.trade import Trade


class Seal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where a signal stands in the log. `commitment` is public; `salt` (32 bytes) opens it together with the signal.

    `seq` counts the signals of `stream` from 0 without a gap; `reveal_by` is wall clock.
    """

    signal_id: str
    leaf_index: int
    stream: str
    seq: int
    commitment: str
    salt: bytes
    reveal_by: datetime


class LeafOf(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The entry of a signal's reveal or outcome."""

    signal_id: str
    leaf_index: int


class TradeLeaf(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The entry that commits to a finished trade; None for a trade whose signal is in no log."""

    trade_id: str
    leaf_index: int | None


class DueTrade(msgspec.Struct, frozen=True, kw_only=True):
    """A reported trade that was not logged yet. `of` is the leaf index of its signal, None if that has no seal."""

    trade: Trade
    of: int | None


class LogFact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One of the few entries that are about the log itself, findable without reading it.

    `kind` is `decisions` (`subject` the date, `digest` the root, `count` how many), `legacy` (the scheme, the root,
    how many), `policy` (its name, the text's SHA-256), `key` (the vkey, `add` or `retire`) or `tally` (the date).
    """

    leaf_index: int
    kind: str
    subject: str
    digest: str = ""
    count: int = 0


class DayRoot(msgspec.Struct, frozen=True, kw_only=True):
    """All decisions of one UTC day (`YYYY-MM-DD`, by `decided_at`): how many, and the root over them (hex)."""

    date: str
    count: int
    root: str


class Unresolved(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed signal to which something must still be appended: its reveal, its outcome, or both.

    `fields` are the nine, which a reveal makes public.
    """

    seal: Seal
    fields: Mapping[str, object]
    revealed: bool = False


class LogHead(msgspec.Struct, frozen=True, kw_only=True):
    """The log's end. `edge` are the hashes of its largest complete subtrees, largest first; `at` that of its last
    entry, None while it is empty; `next_seq` by stream."""

    size: int = 0
    edge: tuple[bytes, ...] = ()
    at: datetime | None = None
    next_seq: Mapping[str, int] = {}


class LedgerBatch(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes durable together: entries from index `start`, hashes from position `first_hash`, and their note.

    `root` (32 bytes) and `note` are of the log with these entries; `head` is its end then.
    """

    start: int
    entries: tuple[bytes, ...]
    leaf_hashes: tuple[bytes, ...]
    first_hash: int
    hashes: tuple[bytes, ...]
    root: bytes
    note: bytes
    signed_at: datetime
    head: LogHead
    seals: tuple[Seal, ...] = ()
    reveals: tuple[LeafOf, ...] = ()
    outcomes: tuple[LeafOf, ...] = ()
    realised: tuple[TradeLeaf, ...] = ()
    facts: tuple[LogFact, ...] = ()


class LedgerState(msgspec.Struct, frozen=True, kw_only=True):
    """What a log's writer holds in memory: the end, what is unresolved by signal id, and the facts."""

    head: LogHead
    unresolved: Mapping[str, Unresolved] = {}
    facts: tuple[LogFact, ...] = ()


class StoredCheckpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A signed note as stored, without cosignatures."""

    size: int
    root: bytes
    note: bytes
    signed_at: datetime


class Cosignature(msgspec.Struct, frozen=True, kw_only=True):
    """A witness's line (`— name base64` and a newline). `time` is what it claims, POSIX seconds."""

    name: str
    time: int
    line: str
