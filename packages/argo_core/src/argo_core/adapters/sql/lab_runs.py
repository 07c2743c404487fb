"""The lab's runs on a SQL database."""

from __future__ import annotations

from sqlalchemy import Connection, select

from argo_core.adapters.sql.append_rows import append_rows
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.lab_rows import event_row, of_run, read_runs, request_row
from argo_core.adapters.sql.lab_tables import LAB_END, LAB_RUN
from argo_core.adapters.sql.pages import require_limit
from argo_core.errors import DataError
from argo_core.model.lab_run import Asked, LabEvent, LabQuery, LabRequest, LabRun, RunState, after
from argo_core.model.query import Page

_ANSWERS_NOBODY = (RunState.FAILED.value, RunState.CANCELLED.value)


class SqlLabRuns:
    """`ports.LabRuns` and `ports.LabReader` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, request: LabRequest) -> Asked:
        """The run that answers the request. Raises StoreError."""

        def ask_once(connection: Connection) -> Asked:
            known = of_run(connection, request.run_id) or _equal(connection, request.content_key)
            if known is not None:
                return Asked(run=known, earlier=True)
            append_rows(connection, LAB_RUN, [request_row(request)])
            return Asked(run=LabRun(request=request), earlier=False)

        with store_errors(f"storing run {request.run_id}"):
            # A crash before the commit leaves no run, and the caller without an answer: it asks again.
            return await self._database.write(ask_once)

    async def note(self, event: LabEvent) -> LabRun:
        """How the run stands after the event. Raises DataError `unknown_run`, StoreError."""

        def note_once(connection: Connection) -> LabRun:
            run = of_run(connection, event.run_id)
            if run is None:
                raise DataError("unknown_run", f"no run is called {ascii(event.run_id)[:80]}: copy its id from a list")
            then = after(run, event)
            if then is not run:
                table, row = event_row(event)
                append_rows(connection, table, [row])
            return then

        with store_errors(f"storing what became of run {event.run_id}"):
            # A crash before the commit loses a sign of life, or an end: then the process is found gone, and the run is
            # worked on again.
            return await self._database.write(note_once)

    async def run(self, run_id: str) -> LabRun | None:
        """None for an id that nobody asked for. Raises StoreError."""
        with store_errors(f"reading run {run_id}"):
            return await self._database.read(lambda connection: of_run(connection, run_id))

    async def runs(self, query: LabQuery) -> Page[LabRun]:
        """One page, newest first. Raises DataError `bad_limit`, StoreError."""
        limit = require_limit(query.limit)
        wanted = select(LAB_RUN)
        if query.before is not None:
            wanted = wanted.where(LAB_RUN.c.id < query.before)
        if query.open_only:
            wanted = wanted.where(LAB_RUN.c.run_id.not_in(select(LAB_END.c.run_id)))
        wanted = wanted.order_by(LAB_RUN.c.id.desc()).limit(limit + 1)

        def look(connection: Connection) -> Page[LabRun]:
            rows = connection.execute(wanted).all()
            following = rows[limit - 1].id if len(rows) > limit else None
            return Page(items=tuple(read_runs(connection, rows[:limit])), next_before=following)

        with store_errors("reading the lab's runs"):
            return await self._database.read(look)

    async def result(self, run_id: str) -> bytes | None:
        """The stored result of a run that is done. Raises StoreError."""
        wanted = select(LAB_END.c.result).where(LAB_END.c.run_id == run_id, LAB_END.c.state == RunState.DONE.value)
        with store_errors(f"reading the result of run {run_id}"):
            found = await self._database.read(lambda connection: connection.scalar(wanted))
        return None if found is None else bytes(found)


def _equal(connection: Connection, content_key: str) -> LabRun | None:
    """The newest run with that key which is under way or done."""
    useless = select(LAB_END.c.run_id).where(LAB_END.c.state.in_(_ANSWERS_NOBODY))
    wanted = (
        select(LAB_RUN)
        .where(LAB_RUN.c.content_key == content_key, LAB_RUN.c.run_id.not_in(useless))
        .order_by(LAB_RUN.c.id.desc())
    )
    runs = read_runs(connection, connection.execute(wanted).all())
    return next((run for run in runs if run.cancelling_at is None or run.over), None)
