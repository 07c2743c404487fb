"""Every configuration that was accepted is kept, and a refused one is told to a person."""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from argo_core.alerts.runbooks import CONFIG_REFUSED
from argo_core.errors import DataError
from argo_core.model.alert import Alert, Severity
from argo_core.model.configuration import Accepted, Cause
from argo_core.model.masked_document import different_keys
from argo_core.ports.clock import Clock
from argo_core.ports.configuration_log import ConfigurationLog

MATTER = "settings-file"


class ConfigurationKeeper:
    """The history of one file."""

    def __init__(self, log: ConfigurationLog, file: str, clock: Clock) -> None:
        self._log, self._file, self._clock = log, file, clock

    async def keep(self, document: str, cause: Cause, by: str) -> Accepted | None:
        """Keep what is in force now: JSON, masked. None where it is what is kept already. Raises StoreError."""
        text = canonical(document)
        page = await self._log.history(self._file, 1)
        before = page.items[0] if page.items else None
        digest = hashlib.sha256(text.encode()).hexdigest()
        if before is not None and before.sha256 == digest:
            return None
        earlier = {} if before is None else msgspec.json.decode(before.document)
        changed = () if before is None else different_keys(earlier, msgspec.json.decode(text))
        now = self._clock.now()
        accepted = Accepted(
            file=self._file, accepted_at=now, cause=cause, by=by, sha256=digest, changed=changed, document=text
        )
        return await self._log.append(accepted)

    async def entry(self, number: int | None) -> Accepted:
        """The entry of that number; without one, that before the newest. Raises DataError `no_configuration` where
        there is none or it is of another file, StoreError."""
        if number is None:
            page = await self._log.history(self._file, 2)
            if len(page.items) < 2:
                raise DataError("no_configuration", "nothing was accepted before what is in force: name a number")
            return page.items[1]
        found = await self._log.entry(number)
        if found is None:
            raise DataError("no_configuration", f"no configuration has the number {number}: see argo config history")
        if found.file != self._file:
            raise DataError("no_configuration", f"configuration {number} is of {found.file}: name one of {self._file}")
        return found


def canonical(document: str) -> str:
    """The same settings give the same text. Raises msgspec.DecodeError for what is not JSON."""
    return msgspec.json.encode(msgspec.json.decode(document), order="sorted").decode()


def config_alert(why: str, at: datetime) -> Alert:
    """What a person should know of a file that was refused; an empty `why` ends the matter."""
    return Alert(
        dedup_key=MATTER,
        title="the settings file is in order again" if not why else "a changed settings file was refused",
        message=why or "it was read, checked and taken over",
        severity=Severity.WARNING,
        source="argo-generator",
        raised_at=at,
        runbook=CONFIG_REFUSED,
        resolved=not why,
    )
