"""Reads the mirrored logs on and says which rules they broke; once a day from their first entry."""

from __future__ import annotations

import asyncio

import structlog

from alpine_core.errors import StoreError
from alpine_web.services import Services

TURN_SECONDS = 30.0
TURNS_PER_DAY = 2880

log = structlog.get_logger(__name__)


async def watch_records(services: Services) -> None:
    """Again and again; a database that does not answer is tried again at the next turn."""
    turn = 0
    while True:
        turn += 1
        try:
            # Every worker reads on, for its own pages; the whole history is one worker's work.
            whole = turn % TURNS_PER_DAY == 0 and await services.lease.hold()
            found = await (services.public_log.read_anew() if whole else services.public_log.read_on())
            for origin, each in found:
                log.error("log_rule_broken", origin=origin, index=each.index, code=each.code)
        except StoreError as error:
            log.warning("logs_not_read", error=str(error))
        await asyncio.sleep(TURN_SECONDS)
