"""How far a log's witness and its mirror are behind, now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from alpine_core.ports.log_mirror import LogMirror
from alpine_core.ports.log_watch import LogWatch
from alpine_core.ports.witness_store import WitnessStore

FRESHNESS = timedelta(minutes=5)
"""A log that is alive sends a checkpoint every minute."""


class LogLag(msgspec.Struct, frozen=True, kw_only=True):
    """`stale` and `behind` say why, "" where all is well; `halted`: two histories were shown and nobody has decided."""

    origin: str
    stale: str = ""
    behind: str = ""
    halted: bool = False


class LogLags:
    """Over the parts that know a log."""

    def __init__(self, states: WitnessStore, mirror: LogMirror, watch: LogWatch) -> None:
        self._states, self._mirror, self._watch = states, mirror, watch

    async def all(self, now: datetime) -> tuple[LogLag, ...]:
        """Of every log that was witnessed, at `now` (aware). Raises StoreError."""
        return tuple([await self._of(origin, now) for origin in await self._states.origins()])

    async def _of(self, origin: str, now: datetime) -> LogLag:
        state, kept = await self._states.state(origin), await self._mirror.checkpoint(origin)
        if state is None or kept is None:
            return LogLag(origin=origin)
        # A log that does not grow shows the same checkpoint, cosigned anew.
        newest = max([kept.received_at, *(datetime.fromtimestamp(one.time, UTC) for one in kept.cosignatures)])
        stale = f"nothing since {newest:%Y-%m-%dT%H:%M:%SZ}" if now - newest > FRESHNESS else ""
        behind = ""
        if state.mirrored < state.size:
            # The first one that the mirror does not reach: newer ones may be as fresh as they like.
            waiting = await self._watch.checkpoints(origin, state.mirrored, 1)
            if waiting and now - waiting[0].received_at > FRESHNESS:
                behind = f"mirrored {state.mirrored}, witnessed {state.size}"
        return LogLag(origin=origin, stale=stale, behind=behind, halted=state.halted)
