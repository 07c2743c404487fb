"""What storing seals asks and changes: each number of a stream once, and none left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alpine_core.adapters.sql.ledger_tables import SEALS
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.transaction import Answers, Question, Row, Statement
from alpine_core.adapters.sql.witness_plan import LogPlace
from alpine_core.model.seal import Seal
from alpine_core.model.signal import VerifiedSignal

_INSERT = insert_into(SEALS)
_NEXT = """SELECT coalesce(max(newest) + 1, 0) FROM (
  SELECT max(s.seq) AS newest FROM seals s JOIN log_origins o ON o.log = s.log WHERE o.origin = ? AND s.stream = ?
  UNION ALL
  SELECT max(m.seq) FROM log_signals m JOIN log_origins o ON o.log = m.log WHERE o.origin = ? AND m.stream = ?
) AS both_of_them"""
_LEAVES = """SELECT s.leaf_index FROM seals s JOIN log_origins o ON o.log = s.log
WHERE o.origin = ? AND s.leaf_index {names}"""
_NUMBERS = """SELECT s.seq FROM seals s JOIN log_origins o ON o.log = s.log
WHERE o.origin = ? AND s.stream = ? AND s.seq {names}"""


def origins_of(signals: Sequence[VerifiedSignal]) -> list[str]:
    """The logs that these signals rest on, each once."""
    return list(dict.fromkeys(one.seal.origin for one in signals if one.seal is not None))


def seal_questions(signals: Sequence[VerifiedSignal]) -> list[Question]:
    """Which leaves and numbers of these are taken, and which number of each stream is next."""
    asked: list[Question] = []
    for origin, stream in _streams(signals):
        own = _seals(signals, origin, stream)
        asked.append(Question(_NEXT, (origin, stream, origin, stream)))
        asked.append(Question(_LEAVES, (origin, [one.leaf_index for one in own])))
        asked.append(Question(_NUMBERS, (origin, stream, [one.seq for one in own])))
    return asked


class SealChanges:
    """The seals of one transaction. `places`: where the logs stand, by origin, once the call's checkpoints count."""

    def __init__(self, signals: Sequence[VerifiedSignal], answers: Answers, places: Mapping[str, LogPlace]) -> None:
        self._places = places
        self._next: dict[tuple[str, str], int] = {}
        self._leaves: set[tuple[str, int]] = set()
        self._numbers: set[tuple[str, str, int]] = set()
        self._rows: list[Row] = []
        for number, (origin, stream) in enumerate(_streams(signals)):
            newest, leaves, numbers = answers[3 * number : 3 * number + 3]
            self._next[origin, stream] = newest[0][0]
            self._leaves.update((origin, row[0]) for row in leaves)
            self._numbers.update((origin, stream, row[0]) for row in numbers)

    def refusal(self, seal: Seal) -> str | None:
        """The code of the rule that this seal breaks, None if none.

        A number must be the next of its stream, unless the mirror holds the entry: then it holds those before it too.
        """
        origin, stream = seal.origin, seal.stream
        if (origin, seal.leaf_index) in self._leaves or (origin, stream, seal.seq) in self._numbers:
            return "seq_duplicate"
        following = self._next[origin, stream]
        if seal.leaf_index < self._places[origin].mirrored or seal.seq == following:
            return None
        return "seq_gap" if seal.seq > following else "seq_duplicate"

    def take(self, seal: Seal, cursor: int) -> None:
        """This one is stored."""
        origin, stream = seal.origin, seal.stream
        self._leaves.add((origin, seal.leaf_index))
        self._numbers.add((origin, stream, seal.seq))
        self._next[origin, stream] = max(self._next[origin, stream], seal.seq + 1)
        log = self._places[origin].log
        place = (cursor, log, seal.leaf_index, stream, seal.seq, seal.at, seal.reveal_by)
        self._rows.append((*place, seal.salt, seal.entry, seal.tlog_proof, seal.size))

    def statement(self) -> Statement:
        return Statement(_INSERT, self._rows)


def _streams(signals: Sequence[VerifiedSignal]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((one.seal.origin, one.seal.stream) for one in signals if one.seal is not None))


def _seals(signals: Sequence[VerifiedSignal], origin: str, stream: str) -> list[Seal]:
    seals = [one.seal for one in signals if one.seal is not None]
    return [seal for seal in seals if (seal.origin, seal.stream) == (origin, stream)]
