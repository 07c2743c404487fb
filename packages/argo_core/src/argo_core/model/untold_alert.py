"""An alert that the database did not take, and how far telling it has come without one."""

from __future__ import annotations

import msgspec

from argo_core.model.alert import Alert, Attempt


class UntoldAlert(msgspec.Struct, frozen=True, kw_only=True):
    """`channels` have to tell it; `attempts`, oldest first, are their tries so far. Without channels it is held: nobody
    tells it before the database has it."""

    alert: Alert
    channels: tuple[str, ...]
    attempts: tuple[Attempt, ...] = ()

    @property
    def held(self) -> bool:
        """Only the database knows who has to tell it."""
        return not self.channels

    @property
    def told(self) -> bool:
        """Nobody has to tell it any more."""
        return not self.held and not self.waiting

    @property
    def waiting(self) -> tuple[str, ...]:
        """The channels that still have to tell it."""
        settled = {one.channel for one in self.attempts if one.settled}
        return tuple(name for name in self.channels if name not in settled)


class LeftAlerts(msgspec.Struct, frozen=True, kw_only=True):
    """What earlier processes left: `untold`, oldest first, and what is wrong with the place, a line each."""

    untold: tuple[UntoldAlert, ...] = ()
    faults: tuple[str, ...] = ()
