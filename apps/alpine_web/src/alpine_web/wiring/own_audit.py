"""The full check of the record by a process of its own: it takes neither our event loop's time nor our memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import msgspec

from alpine_core.adapters.backups.process import said_by
from alpine_core.errors import StoreError
from alpine_core.verify.audit_report import AuditReport
from alpine_web.settings import Settings
from alpine_web.settings.integrity import LONGEST_SECONDS, audit_command, audit_environment


def own_audit(settings: Settings, environ: Mapping[str, str] | None = None) -> Callable[[], Awaitable[AuditReport]]:
    """What the job calls; StoreError where the process failed or did not end. `environ`: instead of ours."""

    async def run() -> AuditReport:
        environment = audit_environment(settings.database_url, environ)
        told = await said_by(audit_command(), environment, "a full check", LONGEST_SECONDS)
        try:
            return msgspec.json.decode(told, type=AuditReport)
        except msgspec.MsgspecError as error:
            raise StoreError(f"the report of a full check cannot be read: {error}") from error

    return run
