"""Replays a log and says what in it breaks the rules: what a provider cannot do without anybody seeing it.

The rules are those of docs/spec/verification.md; each finding names the entry and carries one of the codes in RULES.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from alpine_core.errors import NotProven, OurError, SenderError
from alpine_core.verify.commitment import commitment
from alpine_core.verify.entries import (
    CorrectionEntry,
    Entry,
    GenesisEntry,
    OutcomeEntry,
    PolicyEntry,
    RevealEntry,
    SignalEntry,
    TallyEntry,
    read_entry,
    revealed_canonical,
)
from alpine_core.verify.realised import is_realised
from alpine_core.wire.moments import write_moment

MOST_SKEW = timedelta(seconds=5)

RULES: Mapping[str, str] = {
    "seq_gap": "a signal is missing: its number in the stream was left out",
    "seq_duplicate": "two signals have one number in their stream",
    "commit_mismatch": "what was disclosed is not what was sealed",
    "reveal_late": "a signal was disclosed after its deadline",
    "reveal_overdue": "a signal was not disclosed although its deadline has passed",
    "backdated": "a signal claims to be older than its entry in the log",
    "postdated": "a signal claims to be newer than its entry in the log",
    "time_regression": "an entry is older than the one before it",
    "bad_reference": "an entry speaks of one that is not there or not of the right kind",
    "duplicate_reveal": "a signal was disclosed twice",
    "outcome_before_reveal": "a signal ended before it was disclosed",
    "duplicate_outcome": "a second outcome was logged for one signal: the first one stands",
    "impossible_time": "a signal ended before it was issued, or after the log said so",
    "duplicate_signal_id": "two disclosed signals have one name",
    "non_canonical_entry": "an entry is not in canonical form",
    "unknown_kind": "an entry is of a kind that nobody has defined",
    "bad_genesis": "the log does not begin with one genesis entry of its own origin",
    "bad_signal": "a signal's entry or content is not what it may be",
    "bad_entry": "an entry holds what it may not",
}


class MonitorFinding(msgspec.Struct, frozen=True, order=True):
    """`index` of the entry that is at fault, and one of the codes in RULES."""

    index: int
    code: str


class SealedSignal(msgspec.Struct, frozen=True, kw_only=True):
    """A signal that the log has not disclosed yet: all that anybody without its salt can know of it."""

    index: int
    stream: str
    seq: int
    at: str
    reveal_by: str
    commit: str


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """`signals` were sealed; of them, `revealed` were disclosed and `closed` have an outcome; `open` have none.

    `overdue`: neither disclosed nor within their deadline. `missing`: numbers that streams left out. `results`: closed
    signals by result.
    """

    entries: int
    signals: int
    revealed: int
    closed: int
    open: int
    overdue: int
    missing: int
    results: Mapping[str, int]


class Monitor:
    """Takes the entries of one log in order, each once, and keeps what the rules need. Not thread-safe.

    `origin`: what the genesis must name; None takes the first one's word.
    """

    def __init__(self, origin: str | None = None) -> None:
        self._origin = origin
        self._findings: list[MonitorFinding] = []
        self._signals: dict[int, SignalEntry] = {}
        self._sealed: dict[int, SignalEntry] = {}
        self._closed: dict[int, str] = {}
        self._outcomes: set[int] = set()
        self._names: set[str] = set()
        self._next_seq: dict[str, int] = {}
        self._missing = 0
        self._realised = 0
        self._last_at = ""
        self._size = 0

    @property
    def size(self) -> int:
        """How many entries were taken; the next one has this index."""
        return self._size

    @property
    def realised(self) -> int:
        """How many entries commit to a finished trade."""
        return self._realised

    @property
    def last_at(self) -> str:
        """The newest log time that was read; empty before the first."""
        return self._last_at

    def feed(self, index: int, text: str) -> None:
        """Take the next entry. A broken rule becomes a finding; raises OurError only for an index out of order."""
        if index != self._size:
            raise OurError(f"entry {index} was fed where {self._size} is due")
        self._size += 1
        try:
            entry = read_entry(text)
        except NotProven as error:
            self._find(index, error.code)
            if index == 0 and error.code != "bad_genesis":
                self._find(index, "bad_genesis")
            return
        if entry.at < self._last_at:
            self._find(index, "time_regression")
        self._last_at = max(self._last_at, entry.at)
        self._check_genesis(index, entry)
        self._take(index, entry)

    def broken(self) -> tuple[MonitorFinding, ...]:
        """The rules that entries broke, in the order of their finding; what is merely overdue is not among them."""
        return tuple(self._findings)

    def findings(self, now: datetime) -> tuple[MonitorFinding, ...]:
        """What was found, and what is overdue at `now` (aware), by index and code."""
        return tuple(sorted([*self._findings, *self._overdue(write_moment(now))]))

    def counts(self, now: datetime) -> Counts:
        """How complete the record is at `now` (aware)."""
        return Counts(
            entries=self._size,
            signals=len(self._signals),
            revealed=len(self._signals) - len(self._sealed),
            closed=len(self._closed),
            open=len(self._signals) - len(self._closed),
            overdue=len(self._overdue(write_moment(now))),
            missing=self._missing,
            results=dict(sorted(Counter(self._closed.values()).items())),
        )

    def sealed(self) -> tuple[SealedSignal, ...]:
        """The signals that are not disclosed yet, newest first."""
        return tuple(
            SealedSignal(
                index=index,
                stream=entry.stream,
                seq=entry.seq,
                at=entry.at,
                reveal_by=entry.reveal_by,
                commit=entry.commit,
            )
            for index, entry in reversed(self._sealed.items())
        )

    def _overdue(self, now: str) -> list[MonitorFinding]:
        return [
            MonitorFinding(index, "reveal_overdue") for index, entry in self._sealed.items() if entry.reveal_by < now
        ]

    def _find(self, index: int, code: str) -> None:
        self._findings.append(MonitorFinding(index, code))

    def _check_genesis(self, index: int, entry: Entry) -> None:
        is_genesis = isinstance(entry, GenesisEntry)
        named = entry.origin if isinstance(entry, GenesisEntry) else self._origin
        if is_genesis != (index == 0) or (self._origin is not None and named != self._origin):
            self._find(index, "bad_genesis")

    def _take(self, index: int, entry: Entry) -> None:
        match entry:
            case SignalEntry():
                self._take_signal(index, entry)
            case RevealEntry():
                self._take_reveal(index, entry)
            case OutcomeEntry():
                self._take_outcome(index, entry)
            case PolicyEntry() if is_realised(entry):
                self._realised += 1
            case CorrectionEntry() if entry.of not in self._outcomes:
                self._find(index, "bad_reference")
            case TallyEntry() if dict(entry.streams) != self._next_seq:
                self._find(index, "bad_entry")

    def _take_signal(self, index: int, entry: SignalEntry) -> None:
        due = self._next_seq.get(entry.stream, 0)
        if entry.seq > due:
            self._find(index, "seq_gap")
            self._missing += entry.seq - due
        elif entry.seq < due:
            self._find(index, "seq_duplicate")
        if entry.reveal_by < entry.at:
            self._find(index, "bad_signal")
        self._next_seq[entry.stream] = max(due, entry.seq + 1)
        self._signals[index] = self._sealed[index] = entry

    def _take_reveal(self, index: int, entry: RevealEntry) -> None:
        signal = self._signals.get(entry.of)
        if signal is None:
            self._find(index, "bad_reference")
        elif entry.of not in self._sealed:
            self._find(index, "duplicate_reveal")
        else:
            self._disclose(index, entry, signal)

    def _disclose(self, index: int, entry: RevealEntry, signal: SignalEntry) -> None:
        try:
            content = revealed_canonical(entry)
        except SenderError:
            self._find(index, "bad_signal")
            return
        if commitment(bytes.fromhex(entry.salt), hashlib.sha256(content).digest()).hex() != signal.commit:
            self._find(index, "commit_mismatch")
            return
        del self._sealed[entry.of]
        if entry.at > signal.reveal_by:
            self._find(index, "reveal_late")
        late = datetime.fromisoformat(signal.at) - datetime.fromisoformat(entry.signal["timestamp"])
        if abs(late) > MOST_SKEW:
            self._find(entry.of, "backdated" if late > MOST_SKEW else "postdated")
        name = entry.signal["signal_id"]
        if name in self._names:
            self._find(index, "duplicate_signal_id")
        self._names.add(name)

    def _take_outcome(self, index: int, entry: OutcomeEntry) -> None:
        self._outcomes.add(index)
        signal = self._signals.get(entry.of)
        if signal is None:
            self._find(index, "bad_reference")
            return
        if entry.of in self._closed:
            self._find(index, "duplicate_outcome")
            return
        if entry.of in self._sealed:
            self._find(index, "outcome_before_reveal")
        if not signal.at <= entry.exit_at <= entry.at:
            self._find(index, "impossible_time")
        self._closed[entry.of] = entry.result
