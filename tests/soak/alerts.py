"""Whether what was raised was told in time, and taken back once it was over."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from tests.soak.system import SoakSystem

MOST_SECONDS = 10.0
_TOLD = """
    SELECT a.dedup_key, a.resolved, t.channel, a.raised_at, min(d.at)
    FROM alert_log a JOIN alert_task t ON t.alert = a.id
    LEFT JOIN alert_attempt d ON d.task = t.id AND d.delivered = 1
    GROUP BY a.id, a.dedup_key, a.resolved, t.channel, a.raised_at ORDER BY a.id"""
_OPEN = """
    SELECT dedup_key FROM alert_log a WHERE told = 1 AND resolved = 0
    AND id = (SELECT max(id) FROM alert_log b WHERE b.dedup_key = a.dedup_key AND b.told = 1) ORDER BY dedup_key"""

_DISTRIBUTORS = """
    SELECT a.rule, a.subject, a.ended, d.channel, a.at, CASE d.state WHEN 'told' THEN d.next_at END
    FROM operator_alerts a JOIN alert_deliveries d ON d.number = a.number ORDER BY a.number"""
_DISTRIBUTORS_OPEN = "SELECT rule, subject FROM operator_matters ORDER BY rule, subject"

_LINES = """
    SELECT a.resolved, a.severity, a.body FROM alert_log a JOIN alert_task t ON t.alert = a.id
    JOIN alert_attempt d ON d.task = t.id AND d.delivered = 1 WHERE t.channel = 'slack'"""
_DISTRIBUTORS_LINES = """
    SELECT a.ended, CASE a.critical WHEN 1 THEN 'critical' ELSE 'warning' END, a.title
    FROM operator_alerts a JOIN alert_deliveries d ON d.number = a.number
    WHERE d.channel = 'slack' AND d.state = 'told'"""


class Telling(msgspec.Struct, frozen=True):
    """One alert on its way to one channel; `delivered_at` is None for one that never came."""

    key: str
    resolved: bool
    channel: str
    raised_at: datetime
    delivered_at: datetime | None

    @property
    def seconds(self) -> float:
        return float("inf") if self.delivered_at is None else (self.delivered_at - self.raised_at).total_seconds()


def tellings(system: SoakSystem) -> list[Telling]:
    """All of the generator's, oldest first."""
    return [
        Telling(key, bool(resolved), channel, _read(raised), None if at is None else _read(at))
        for key, resolved, channel, raised, at in system.rows("signals_unified", _TOLD)
    ]


def distributors_tellings(system: SoakSystem) -> list[Telling]:
    """All of the distributor's, oldest first."""
    return [
        Telling(f"{rule}:{subject}", bool(ended), channel, _read(raised), None if at is None else _read(at))
        for rule, subject, ended, channel, raised, at in system.rows("alpine", _DISTRIBUTORS)
    ]


def lines(system: SoakSystem) -> Counter[str]:
    """What the generator kept as told to Slack, and how often, as `Receivers.lines` has it."""
    kept = system.rows("signals_unified", _LINES)
    return Counter(_line(resolved, severity, json.loads(body)["title"]) for resolved, severity, body in kept)


def distributors_lines(system: SoakSystem) -> Counter[str]:
    """The same of the distributor."""
    return Counter(_line(*row) for row in system.rows("alpine", _DISTRIBUTORS_LINES))


def late(told: Sequence[Telling], excused: Sequence[tuple[datetime, datetime]]) -> list[Telling]:
    """Those that took longer than they may, but for those raised while the clock that both times come from was wrong,
    or nobody could tell anybody: within an `excused` period."""
    return [
        one
        for one in told
        if not 0.0 <= one.seconds <= MOST_SECONDS
        and not any(begin - timedelta(seconds=MOST_SECONDS) <= one.raised_at <= end for begin, end in excused)
    ]


def still_open(system: SoakSystem) -> list[str]:
    """Matters of both companies whose last word is not that they are over."""
    there = [f"alpine/{rule}:{subject}" for rule, subject in system.rows("alpine", _DISTRIBUTORS_OPEN)]
    return [str(key) for (key,) in system.rows("signals_unified", _OPEN)] + there


def _line(over: int, severity: str, title: str) -> str:
    return f"{'over' if over else severity} {title}"


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
