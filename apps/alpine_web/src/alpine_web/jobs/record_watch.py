"""Reads the mirrored logs on and says which rules they broke; once a day from their first entry."""

from __future__ import annotations

from alpine_core.intake.integrity import broken_rule
from alpine_web.jobs.integrity import tell_findings
from alpine_web.services import Services

TURN_SECONDS = 30.0
TURNS_PER_DAY = 2880


class RecordWatch:
    """One per process. What a page's reading found is told too: the monitors remember it."""

    def __init__(self) -> None:
        self._turn, self._told = 0, 0

    async def watch_records(self, services: Services) -> None:
        """One turn. Raises StoreError."""
        self._turn += 1
        # Every worker reads on, for its own pages; the whole history and the alarms are one worker's work.
        holds = await services.lease.hold()
        if holds and self._turn % TURNS_PER_DAY == 0:
            await services.public_log.read_anew()
        else:
            await services.public_log.read_on()
        broken = services.public_log.broken()
        if holds and len(broken) != self._told:
            tell_findings(services, await services.integrity.tell([broken_rule(*each) for each in broken]))
            self._told = len(broken)
