"""Every trial of every search, on a SQL database."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, func, or_, select

from argo_core.adapters.sql.append_rows import append_rows
from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.trial_tables import TRIAL_LOG, TRIAL_SERIES
from argo_core.model.search import Parameters, SearchIdentity, Trial, TrialCounts, TrialState
from argo_core.ports.clock import Clock


class SqlTrialLedger:
    """`ports.TrialLedger` on SQLite or PostgreSQL. `clock` says when a trial was stored."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def append(self, identity: SearchIdentity, trials: Sequence[Trial]) -> None:
        """See `ports.TrialLedger`."""
        created = created_text(self._clock.now())
        owner = {"bars": identity.bars, "study": identity.study, "search": identity.search, "created_at": created}
        rows = [{**owner, **_row(trial)} for trial in trials]

        def append(connection: Connection) -> None:
            append_rows(connection, TRIAL_LOG, rows)
            told = select(TRIAL_SERIES.c.series).where(TRIAL_SERIES.c.search == identity.search)
            new = sorted(set(identity.series) - set(connection.execute(told).scalars())) if rows else []
            append_rows(
                connection,
                TRIAL_SERIES,
                [{"search": identity.search, "series": series, "created_at": created} for series in new],
            )

        with store_errors("storing trials"):
            # A crash before the commit leaves these trials unrun; after it they are never run again.
            await self._database.write(append)

    async def trials(self, search: str) -> tuple[Trial, ...]:
        """See `ports.TrialLedger`."""
        columns = (TRIAL_LOG.c[name] for name in ("number", "state", "parameters", "figures", "reason"))
        wanted = select(*columns).where(TRIAL_LOG.c.search == search).order_by(TRIAL_LOG.c.number)
        with store_errors("reading trials"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(wanted)).all()
        return tuple(
            Trial(
                number=number,
                state=TrialState(state),
                parameters=msgspec.json.decode(parameters, type=Parameters),
                figures=msgspec.json.decode(figures, type=dict[str, float]),
                reason=reason,
            )
            for number, state, parameters, figures, reason in rows
        )

    async def counts(self, identity: SearchIdentity) -> TrialCounts:
        """See `ports.TrialLedger`."""
        sharing = select(TRIAL_SERIES.c.search).where(TRIAL_SERIES.c.series.in_(identity.series))
        conditions = {
            "bars": or_(TRIAL_LOG.c.bars == identity.bars, TRIAL_LOG.c.search.in_(sharing)),
            "study": TRIAL_LOG.c.study == identity.study,
            "search": TRIAL_LOG.c.search == identity.search,
        }
        found: dict[str, int] = {}
        with store_errors("counting trials"):
            async with self._database.reading() as connection:
                for name, condition in conditions.items():
                    wanted = select(func.count()).select_from(TRIAL_LOG).where(condition)
                    found[name] = int((await connection.execute(wanted)).scalar_one())
        return TrialCounts(**found)


def _row(trial: Trial) -> dict[str, object]:
    return {
        "number": trial.number,
        "state": trial.state.value,
        "parameters": msgspec.json.encode(trial.parameters).decode(),
        "figures": msgspec.json.encode(trial.figures).decode(),
        "reason": trial.reason,
    }
