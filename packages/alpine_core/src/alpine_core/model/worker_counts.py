"""What one of several workers has counted, and how the counts of all become one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from alpine_core.model.integrity_check import IntegrityCheck


class Way(StrEnum):
    """SUM and EARLIEST are over every worker that ever ran, the others over those that live."""

    SUM = "sum"
    EARLIEST = "earliest"
    LIVE_SUM = "live_sum"
    LIVE_MAX = "live_max"


LASTING = frozenset({Way.SUM, Way.EARLIEST})


class CountedSample(msgspec.Struct, frozen=True, array_like=True):
    """`labels`: pairs of name and value."""

    name: str
    labels: tuple[tuple[str, str], ...]
    value: float
    way: Way


class WorkerCounts(msgspec.Struct, frozen=True):
    """`pid`: the process that counted it, beside what those counted that had its place before."""

    pid: int
    samples: tuple[CountedSample, ...] = ()
    checks: tuple[IntegrityCheck, ...] = ()

    def lasting(self) -> WorkerCounts:
        """What is left of it when the process has ended."""
        kept = tuple(each for each in self.samples if each.way in LASTING)
        return WorkerCounts(self.pid, kept, self.checks)


def all_counts(pid: int, each: Sequence[WorkerCounts]) -> WorkerCounts:
    """The counts of all, in the order in which their names come first."""
    found: dict[tuple[str, tuple[tuple[str, str], ...]], CountedSample] = {}
    for counts in each:
        for sample in counts.samples:
            name = (sample.name, sample.labels)
            before = found.get(name)
            found[name] = sample if before is None else _joined(before, sample)
    return WorkerCounts(pid, tuple(found.values()), newest_checks(one for counts in each for one in counts.checks))


def newest_checks(checks: Iterable[IntegrityCheck]) -> tuple[IntegrityCheck, ...]:
    """Of each kind the newest, with the runs and findings of all, by kind."""
    found: dict[str, IntegrityCheck] = {}
    for each in checks:
        before = found.get(each.kind)
        if before is not None:
            newest = each if each.finished_at >= before.finished_at else before
            sums = {"runs": before.runs + each.runs, "found": before.found + each.found}
            found[each.kind] = msgspec.structs.replace(newest, **sums)
        else:
            found[each.kind] = each
    return tuple(found[kind] for kind in sorted(found))


def _joined(one: CountedSample, other: CountedSample) -> CountedSample:
    if one.way in (Way.SUM, Way.LIVE_SUM):
        value = one.value + other.value
    else:
        value = min(one.value, other.value) if one.way is Way.EARLIEST else max(one.value, other.value)
    return CountedSample(one.name, one.labels, value, one.way)
