"""The providers' logs as everybody may see them: how complete, what is wrong with them, and as a file to take home."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec

from alpine_core.feed.evidence import Evidence, evidence_of
from alpine_core.feed.ledger_view import signed_note
from alpine_core.model.alarm import Alarm, AlarmKind
from alpine_core.model.witness import KeptCheckpoint
from alpine_core.ports.alarm_shelf import AlarmShelf
from alpine_core.ports.log_mirror import LogMirror
from alpine_core.ports.witness_store import WitnessStore
from alpine_core.tiers import SignalView
from alpine_core.verify.monitor import Counts, Monitor, MonitorFinding, SealedSignal
from alpine_core.verify.policy_text import write_policy
from alpine_core.verify.record_file import FORMAT, RecordHead, write_head
from alpine_core.verify.trust_policy import TrustPolicy
from alpine_core.wire.moments import write_moment

PAGE = 1_000
MOST_ALARMS = 200


class LogState(msgspec.Struct, frozen=True, kw_only=True):
    """One log. `size` is witnessed, `mirrored` of its entries are held, `counts.entries` of those are monitored.

    `realised`: how many entries commit to a finished trade. `halted`: it showed two histories, and no operator has
    decided since. `witnessed_at`: of the newest cosignature, seconds since 1970, None without one.
    """

    origin: str
    first_seen_at: datetime
    size: int
    mirrored: int
    halted: bool
    checkpoint: KeptCheckpoint | None
    witnessed_at: int | None
    counts: Counts
    findings: tuple[MonitorFinding, ...]
    sealed: tuple[SealedSignal, ...]
    realised: int
    last_at: str


class PublicLog:
    """Reads mirrors on, entry by entry; one for the process. Of a policy without logs nothing is shown."""

    def __init__(self, policy: TrustPolicy, states: WitnessStore, mirror: LogMirror, alarms: AlarmShelf) -> None:
        self._origins = policy.origins
        self.policy_text = write_policy(policy) if policy.logs else ""
        self._states, self._mirror, self._alarms = states, mirror, alarms
        self._monitors = {origin: Monitor(origin) for origin in self._origins}

    async def read_on(self) -> tuple[tuple[str, MonitorFinding], ...]:
        """Feed the monitors what the mirrors got since; what they newly found. Raises StoreError."""
        fresh: list[tuple[str, MonitorFinding]] = []
        for origin, monitor in self._monitors.items():
            known = set(monitor.broken())
            await self._feed(origin, monitor)
            fresh += [(origin, each) for each in monitor.broken() if each not in known]
        return tuple(fresh)

    async def read_anew(self) -> tuple[tuple[str, MonitorFinding], ...]:
        """Replay every mirror from its first entry; everything that is found. Raises StoreError."""
        found: list[tuple[str, MonitorFinding]] = []
        for origin in self._origins:
            monitor = Monitor(origin)
            await self._feed(origin, monitor)
            self._monitors[origin] = monitor
            found += [(origin, each) for each in monitor.broken()]
        return tuple(found)

    def broken(self) -> tuple[tuple[str, MonitorFinding], ...]:
        """Every rule that entries broke, as far as the mirrors were read."""
        return tuple((origin, each) for origin, monitor in self._monitors.items() for each in monitor.broken())

    async def states(self, now: datetime) -> tuple[LogState, ...]:
        """Every pinned log of which something was accepted, as it is known at `now` (aware). Raises StoreError."""
        await self.read_on()
        found = [await self._state(origin, monitor, now) for origin, monitor in self._monitors.items()]
        return tuple(each for each in found if each is not None)

    async def split_views(self) -> tuple[Alarm, ...]:
        """The evidence of rewritten histories among the newest alarms, newest first. Raises StoreError."""
        return tuple(each for each in await self._alarms.newest(MOST_ALARMS) if each.kind is AlarmKind.SPLIT_VIEW)

    async def evidence(self, view: SignalView) -> Evidence | None:
        """Of one signal, as far as the viewer's tier sees it; None for one without proof. Raises StoreError."""
        return await evidence_of(view, self._mirror, self.policy_text)

    async def export(self, origin: str, now: datetime) -> AsyncIterator[str]:
        """The lines of the record file; none where nothing is mirrored. Raises StoreError."""
        state = await self._states.state(origin)
        kept = None if state is None else await self._mirror.checkpoint(origin, state.mirrored)
        if kept is None:
            return
        head = RecordHead(
            format=FORMAT,
            origin=origin,
            size=kept.size,
            checkpoint=signed_note(kept),
            policy=self.policy_text,
            exported_at=write_moment(now),
        )
        yield write_head(head)
        for start in range(0, kept.size, PAGE):
            for entry in await self._mirror.entries(origin, start, min(PAGE, kept.size - start)):
                yield entry

    async def is_halted(self) -> bool:
        """Whether a pinned log showed two histories and no operator has decided since. Raises StoreError."""
        states = [await self._states.state(origin) for origin in self._origins]
        return any(state is not None and state.halted for state in states)

    @property
    def origins(self) -> tuple[str, ...]:
        """The pinned logs."""
        return self._origins

    async def _state(self, origin: str, monitor: Monitor, now: datetime) -> LogState | None:
        state = await self._states.state(origin)
        if state is None:
            return None
        kept = await self._mirror.checkpoint(origin)
        times = [] if kept is None else [one.time for one in kept.cosignatures]
        return LogState(
            origin=origin,
            first_seen_at=state.first_seen_at,
            size=state.size,
            mirrored=state.mirrored,
            halted=state.halted,
            checkpoint=kept,
            witnessed_at=max(times, default=None),
            counts=monitor.counts(now),
            findings=monitor.findings(now),
            sealed=monitor.sealed(),
            realised=monitor.realised,
            last_at=monitor.last_at,
        )

    async def _feed(self, origin: str, monitor: Monitor) -> None:
        while True:
            start = monitor.size
            entries = await self._mirror.entries(origin, start, PAGE)
            if monitor.size != start:
                continue  # somebody else read on while the store was asked
            for index, entry in enumerate(entries, start):
                monitor.feed(index, entry)
            if len(entries) < PAGE:
                return
