"""The answers of language models that a day could know, read at once."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import select

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.opinion_tables import OPINION_LOG
from argo_core.model.instant import to_text
from argo_core.model.opinion_answer import OpinionAnswer

_ANSWER = msgspec.json.Decoder(OpinionAnswer)


async def answers_known(database: Database, after: datetime, until: datetime) -> tuple[OpinionAnswer, ...]:
    """Of every source what could be known in (after, until], market time, in the order of keeping, without the vendors'
    own bytes. Raises StoreError."""
    log = OPINION_LOG.c
    wanted = select(log.body).where(log.known_at > to_text(after), log.known_at <= to_text(until)).order_by(log.id)
    with store_errors("reading the answers of a day"):
        async with database.reading() as connection:
            bodies = (await connection.scalars(wanted)).all()
    return tuple(map(_ANSWER.decode, bodies))
