"""Settings that change while a generator runs: read whole, checked whole, then taken over between two cycles."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import msgspec
import structlog

from argo_core.errors import ConfigError, StoreError
from argo_core.pipeline.keep_configuration import config_alert
from argo_core.ports import Clock, Notifier
from argo_server.settings.reload import Reread

log = structlog.get_logger(__name__)


class ReloadStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The newest attempt: the keys that took effect, those that wait for a restart, or why nothing changed."""

    at: datetime
    changed: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    error: str | None = None


class Reloader:
    """Reads the file again when asked, or when it has changed. `read` raises ConfigError; `take_over` is all or
    nothing, and may raise StoreError. Whatever is wrong with file or database, the running settings stay. A file that
    was accepted is handed to `keep`, also if all of it waits for a restart; a refused one is told to `notifier`."""

    def __init__(
        self,
        path: Path | None,
        read: Callable[[], Reread],
        take_over: Callable[[Reread], Awaitable[None]],
        clock: Clock,
        *,
        keep: Callable[[Reread], Awaitable[None]] | None = None,
        notifier: Notifier | None = None,
    ) -> None:
        self._path, self._read, self._take_over, self._clock = path, read, take_over, clock
        self._keep, self._notifier = keep, notifier
        self._seen, self._due = self._stamp(), False
        self._status: ReloadStatus | None = None
        self.done = self.refused = 0

    @property
    def status(self) -> ReloadStatus | None:
        """None before the first attempt."""
        return self._status

    def has_changed(self) -> bool:
        """Whether the file is another than at the last attempt, or that one failed for want of a database."""
        return self._due or self._stamp() != self._seen

    async def reload(self) -> ReloadStatus:
        """One attempt now; its outcome is logged, and stands in `status`."""
        self._seen, self._due = self._stamp(), False
        try:
            fresh = self._read()
            if fresh.changed:
                await self._take_over(fresh)
            # A crash here: they are in force and in the file, and the next start keeps them.
            if self._keep is not None:
                await self._keep(fresh)
        except ConfigError as error:
            return await self._kept(error)
        except StoreError as error:
            self._due = True  # the file may be good: it is tried again as soon as somebody looks
            return await self._kept(error)
        await self._tell("")
        self.done += bool(fresh.changed)
        self._status = ReloadStatus(at=self._clock.now(), changed=fresh.changed, waiting=fresh.waiting)
        log.info("settings_reloaded", changed=list(fresh.changed), waiting_for_a_restart=list(fresh.waiting))
        return self._status

    async def _tell(self, why: str) -> None:
        """What is over is told only of what was told."""
        was_refused = self._status is not None and self._status.error is not None
        if self._notifier is not None and (why or was_refused):
            await self._notifier.send(config_alert(why, self._clock.now()))

    async def _kept(self, error: ConfigError | StoreError) -> ReloadStatus:
        self.refused += 1
        self._status = ReloadStatus(at=self._clock.now(), error=str(error))
        log.error("settings_refused", error=str(error), kept="the settings that were in force")
        await self._tell(str(error))
        return self._status

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = None if self._path is None else self._path.stat()
        except OSError:
            return None
        return None if found is None else (found.st_mtime_ns, found.st_size)
