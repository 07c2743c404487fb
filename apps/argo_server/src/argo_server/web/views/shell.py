"""What every page shows around its content: where the data comes from, and whether the generator runs."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.model.origin import Origin
from argo_server.generator import GeneratorStatus
from argo_server.reloading import ReloadStatus

STATE_TONES = {"waiting": "good", "running": "good", "idle": "calm", "exhausted": "warn", "failed": "bad"}


class Shell(msgspec.Struct, frozen=True, kw_only=True):
    """`origin` is what is said of the data; `tone` one of good, calm, warn, bad; `now` wall clock; `reload`: the newest
    attempt to take over changed settings."""

    status: GeneratorStatus
    origin: str
    tone: str
    now: datetime
    reload: ReloadStatus | None = None


def shell_view(status: GeneratorStatus, now: datetime, reload: ReloadStatus | None = None) -> Shell:
    """The frame of a page."""
    tone = STATE_TONES.get(status.state, "calm")
    return Shell(status=status, origin=origin_words(status.origin), tone=tone, now=now, reload=reload)


def origin_words(origin: Origin) -> str:
    """`replayed history 2018-11-01 to 2019-09-30` for recorded data, else that it is live; its description follows."""
    if not origin.replayed:
        return "live data"
    if origin.period_start is None or origin.period_end is None:
        return "replayed history"
    return f"replayed history {origin.period_start:%Y-%m-%d} to {origin.period_end:%Y-%m-%d}"
