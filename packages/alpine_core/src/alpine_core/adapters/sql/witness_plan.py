"""What keeping checkpoints asks and changes, alone or together with signals or entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from alpine_core.adapters.sql.ledger_tables import COSIGNATURES, LOG_ORIGINS, WITNESSED_CHECKPOINTS
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.transaction import Answers, Question, Row, Statement
from alpine_core.errors import WitnessMoved
from alpine_core.model.witness import Advance
from alpine_core.wire.moments import write_moment

_LAST_LOG = Question("SELECT coalesce(max(log), 0) FROM log_origins")
MIRRORED = "(SELECT coalesce(max(e.place) + 1, 0) FROM log_entries e WHERE e.log = log_origins.log)"
# Evidence of two histories that no decision has been taken upon since.
HALTED = """EXISTS (SELECT 1 FROM alarms a WHERE a.kind = 'split_view' AND a.subject = log_origins.origin
    AND a.id > (SELECT coalesce(max(r.last_alarm), 0) FROM repins r WHERE r.origin = log_origins.origin))"""
_STATE = f"""SELECT log_origins.log, c.size, {MIRRORED}, {HALTED}
FROM log_origins JOIN witnessed_checkpoints c ON c.log = log_origins.log
WHERE log_origins.origin = ? ORDER BY c.size DESC LIMIT 1"""
_KEPT = """SELECT c.size, s.vkey, s.time FROM log_origins o
JOIN witnessed_checkpoints c ON c.log = o.log
LEFT JOIN cosignatures s ON s.log = c.log AND s.size = c.size AND s.time >= ?
WHERE o.origin = ? AND c.size = ?"""


class LogPlace(NamedTuple):
    """Where one log stands: its number here, the witnessed size, how many entries are mirrored, whether halted."""

    log: int
    size: int
    mirrored: int
    halted: bool


def witness_questions(origins: Sequence[str], advances: Sequence[Advance]) -> list[Question]:
    """Where these logs stand, and what is kept of these checkpoints."""
    asked = [Question(_STATE, (origin,)) for origin in origins]
    for one in advances:
        since = min((signature.time for signature in one.cosignatures), default=0)
        asked.append(Question(_KEPT, (since, one.origin, one.size)))
    return [_LAST_LOG, *asked]


class WitnessChanges:
    """The changes of one transaction. `answers` are those to `witness_questions` for the same origins and advances."""

    def __init__(self, origins: Sequence[str], advances: Sequence[Advance], answers: Answers, at: datetime) -> None:
        self._at = write_moment(at)
        self._last_log: int = answers[0][0][0]
        states = answers[1 : len(origins) + 1]
        self.places = {
            origin: LogPlace(rows[0][0], rows[0][1], rows[0][2], bool(rows[0][3]))
            for origin, rows in zip(origins, states, strict=True)
            if rows
        }
        self._kept = {
            (one.origin, one.size): rows for one, rows in zip(advances, answers[len(origins) + 1 :], strict=True)
        }
        self._new_origins: list[Row] = []
        self._checkpoints: list[Row] = []
        self._cosignatures: list[Row] = []
        for one in advances:
            self._take(one)

    def require_published(self, origins: Iterable[str]) -> None:
        """Raise WitnessMoved if one of them is halted or was never witnessed."""
        for origin in origins:
            place = self.places.get(origin)
            if place is None or place.halted:
                raise WitnessMoved("the log stands elsewhere than it did: read its state and decide again")

    def statements(self) -> list[Statement]:
        """The insertions, what is referred to before what refers to it."""
        return [
            Statement(insert_into(LOG_ORIGINS), self._new_origins),
            Statement(insert_into(WITNESSED_CHECKPOINTS), self._checkpoints),
            Statement(insert_into(COSIGNATURES), self._cosignatures),
        ]

    def _take(self, step: Advance) -> None:
        place = self.places.get(step.origin)
        if (None if place is None else place.size) != step.expected:
            raise WitnessMoved("the witness was advanced meanwhile: read its state and decide again")
        if place is None:
            self._last_log += 1
            place = LogPlace(self._last_log, step.size, 0, False)
            self._new_origins.append((place.log, step.origin, self._at))
        kept = self._kept.pop((step.origin, step.size), ())
        if not kept:
            self._checkpoints.append((place.log, step.size, step.root, step.note, self._at))
        known = {(vkey, time) for _, vkey, time in kept}
        for one in step.cosignatures:
            if (one.vkey, one.time) not in known:
                known.add((one.vkey, one.time))
                self._cosignatures.append((place.log, step.size, one.vkey, one.time, one.name, one.line))
        self.places[step.origin] = place._replace(size=max(place.size, step.size))
