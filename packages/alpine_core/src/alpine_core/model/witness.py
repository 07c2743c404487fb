"""What was seen of a provider's log, and what is to be kept of it next."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Cosignature(msgspec.Struct, frozen=True):
    """A cosignature that holds. `time`: whole seconds since 1970, not 0. `line`: as it stands in the note."""

    name: str
    vkey: str
    time: int
    line: str


class WitnessState(msgspec.Struct, frozen=True, kw_only=True):
    """The newest checkpoint that was cosigned for `origin`, and of how many entries a mirror is held.

    `halted`: the log showed two histories and no operator has decided since; nothing of it is published.
    `first_seen_at` is when the origin was accepted first.
    """

    origin: str
    size: int
    root: bytes
    note: str
    mirrored: int
    halted: bool
    first_seen_at: datetime


class Advance(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint to keep, decided upon the state in which the witness stood at `expected` (None: origin unknown).

    `size` is the expected one again where only cosignatures are new, smaller for an older one beside the mirror.
    """

    origin: str
    expected: int | None
    size: int
    root: bytes
    note: str
    cosignatures: tuple[Cosignature, ...] = ()


class KeptCheckpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint of a log as it is kept: the signed note, and its cosignatures, the newest first.

    Of many cosignatures the newest and the oldest are here: how fresh it is, and since when it is known.
    """

    origin: str
    size: int
    root: bytes
    note: str
    received_at: datetime
    cosignatures: tuple[Cosignature, ...]


class LoggedSignal(msgspec.Struct, frozen=True, kw_only=True):
    """What a log's entry says of a signal: as `Seal`; `commit` is the commitment, 64 hex digits."""

    leaf_index: int
    stream: str
    seq: int
    at: str
    reveal_by: str
    commit: str


class MirrorStep(msgspec.Struct, frozen=True, kw_only=True):
    """Entries to append to a mirror from `start` on, with the hashes to keep for them, and what they disclose.

    `reveals`: pairs of a signal's leaf index and that of the entry which discloses it, checked against the commitment.
    """

    start: int
    entries: tuple[str, ...]
    hashes: tuple[bytes, ...]
    signals: tuple[LoggedSignal, ...]
    reveals: tuple[tuple[int, int], ...]


class OverdueReveal(msgspec.Struct, frozen=True, kw_only=True):
    """A signal that the log promised to disclose by `reveal_by` and has not."""

    origin: str
    leaf_index: int
    reveal_by: str


class Repin(msgspec.Struct, frozen=True, kw_only=True):
    """An operator's decision that the log of `origin` is to be published again, and why."""

    origin: str
    reason: str
    decided_at: datetime
