"""What must be true when a soak is over."""

from __future__ import annotations

import math
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from tests.interop.agreement import require_agreement
from tests.interop.evidence import Stranger, distributors_audit, producers_audit
from tests.interop.system import ALPINE, GENERATOR
from tests.soak.alerts import (
    MOST_SECONDS,
    Telling,
    distributors_lines,
    distributors_tellings,
    late,
    lines,
    still_open,
    tellings,
)
from tests.soak.memory import MOST_GROWTH_PCT, Growth, Sample, growth
from tests.soak.receivers import Receivers
from tests.soak.system import SoakSystem

LEAST_CYCLES = 0.95
"""Of those that the time would hold in which no fault forbade them."""


class Finding(msgspec.Struct, frozen=True):
    """One claim, whether it held, and the figures."""

    claim: str
    held: bool
    said: str


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What the soak itself knows. `cycles` ran in the `seconds` in which things failed; in `stopped_seconds` of them no
    cycle may run. `kills`, `kills_there`: how often the generator and the distributor or a worker of it were killed.
    `excused`: when no alert could be in time, or be timed; `excused_there`: the same at the distributor."""

    seconds: float
    interval_seconds: float
    cycles: int
    stopped_seconds: float
    kills: int
    kills_there: int
    kept: tuple[Sample, ...]
    ended_by_itself: tuple[str, ...]
    excused: tuple[tuple[datetime, datetime], ...]
    excused_there: tuple[tuple[datetime, datetime], ...]


def judge(system: SoakSystem, run: Run, receivers: Receivers) -> list[Finding]:
    """Every claim, in the order in which a reader asks. The system still runs, and has settled."""
    stranger = Stranger(system)
    return [
        _pace(run),
        _cycles(system, run),
        _agreement(system),
        _audit("the producer's audit", lambda: producers_audit(system)),
        _audit("the distributor's audit", lambda: distributors_audit(system)),
        _audit("a stranger's check of the record", lambda: stranger.record(stranger.download())),
        _audit("a stranger's check of the log", stranger.feed),
        _supervised(run),
        *(_memory(one) for one in growth(run.kept)),
        _told("every alert", tellings(system), run.excused, receivers),
        _told("every alert of the distributor's", distributors_tellings(system), run.excused_there, receivers),
        _heard("alert", receivers.lines(GENERATOR), lines(system), run.kills),
        _heard("alert of the distributor's", receivers.lines(ALPINE), distributors_lines(system), run.kills_there),
        _resolved(still_open(system), receivers),
    ]


def _pace(run: Run) -> Finding:
    possible = (run.seconds - run.stopped_seconds) / run.interval_seconds
    said = f"{run.cycles} cycles of {possible:.0f}; for {run.stopped_seconds:.0f} s of {run.seconds:.0f} none may run"
    return Finding("cycles ran at the pace wherever they may", run.cycles >= LEAST_CYCLES * possible, said)


def _cycles(system: SoakSystem, run: Run) -> Finding:
    cycles, wanted = system.cycles(), run.seconds / run.interval_seconds
    return Finding(f"all {wanted:.0f} cycles ran", cycles >= wanted, f"{cycles} cycles, {system.published()} signals")


def _agreement(system: SoakSystem) -> Finding:
    claim = "nothing is lost, doubled or ordered twice: the databases agree"
    try:
        require_agreement(system)
    except AssertionError as difference:
        place = traceback.extract_tb(difference.__traceback__)[-1]
        return Finding(claim, False, f"{place.filename}:{place.lineno}: {place.line} {difference}")
    counts = {
        name: system.rows(database, f"SELECT count(*) FROM {table}")[0][0]
        for name, database, table in (
            ("signals", "signals_unified", "signal_log"),
            ("outcomes", "signals_unified", "outcome_log"),
            ("fills of the regular account", "executor_argo", "fill_log"),
            ("fills of the prop firm's", "executor_prop_firm", "fill_log"),
        )
    }
    return Finding(claim, True, ", ".join(f"{count} {name}" for name, count in counts.items()))


def _audit(claim: str, audit: Callable[[], tuple[int, str]]) -> Finding:
    status, said = audit()
    return Finding(claim, status == 0, (said.strip().splitlines() or [""])[-1][:200])


def _supervised(run: Run) -> Finding:
    said = ", ".join(run.ended_by_itself) or "none did"
    return Finding("no process ended by itself", not run.ended_by_itself, said)


def _memory(one: Growth) -> Finding:
    said = f"{one.warm_megabytes:.1f} to {one.last_megabytes:.1f} MB, {one.pct:+.1f} % in {one.lived_seconds:.0f} s"
    if math.isnan(one.pct):
        return Finding(f"memory of {one.name} is flat", False, f"it lived {one.lived_seconds:.0f} s: too short to say")
    return Finding(f"memory of {one.name} is flat", one.pct < MOST_GROWTH_PCT, said)


def _told(
    what: str, told: Sequence[Telling], excused: Sequence[tuple[datetime, datetime]], receivers: Receivers
) -> Finding:
    slow = late(told, excused)
    worst = max((one.seconds for one in told if one not in slow), default=0.0)
    counts = ", ".join(f"{count} at {name}" for name, count in receivers.counts().items())
    said = f"{len(told)} tellings ({counts}), the slowest {worst:.1f} s; late: " + (
        "; ".join(
            f"{one.key} by {one.channel} after {one.seconds:.0f} s at {one.raised_at:%H:%M:%S}" for one in slow[:8]
        )
        or "none"
    )
    return Finding(f"{what} is told within {MOST_SECONDS:.0f} s", bool(told) and not slow, said)


def _heard(what: str, heard: Counter[str], kept: Counter[str], kills: int) -> Finding:
    """Who tells may be killed between the telling and the note of it, and tells it again; nothing else is excused."""
    unknown, lost = sorted(heard.keys() - kept.keys()), sorted((kept - heard).keys())
    again = sum((heard - kept).values()) - sum(heard[line] for line in unknown)
    said = f"{heard.total()} lines at Slack, {again} of them again at {kills} kills; never kept: {unknown or 'none'}"
    held = heard.total() > 0 and not unknown and not lost and again <= kills
    return Finding(f"each {what} is told once", held, f"{said}; never heard: {lost or 'none'}")


def _resolved(left: Sequence[str], receivers: Receivers) -> Finding:
    incidents = sorted(key for key, action in receivers.incidents().items() if action != "resolve")
    said = f"open here: {', '.join(left) or 'none'}; open at PagerDuty: {', '.join(incidents) or 'none'}"
    return Finding("every alert is over by itself", not left and not incidents, said)
