"""The lab's runs as rows, and rows as runs: a run is what its request and its events make of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.lab_tables import LAB_END, LAB_RUN, LAB_STEP
from argo_core.model.instant import from_text, to_text
from argo_core.model.lab_run import (
    CancelAsked,
    Claimed,
    Ended,
    LabEvent,
    LabRequest,
    LabRun,
    Progressed,
    RunState,
    after,
    closed,
)

_CLAIMED, _PROGRESS, _CANCELLING = "claimed", "progress", "cancelling"


def request_row(request: LabRequest) -> dict[str, object]:
    """A row of `lab_run`."""
    return {
        "run_id": request.run_id,
        "kind": request.kind,
        "content_key": request.content_key,
        "document": request.document.decode(),
        "requested_at": to_text(request.requested_at),
        "created_at": created_text(request.requested_at),
    }


def event_row(event: LabEvent) -> tuple[Table, dict[str, object]]:
    """The table that keeps an event, and its row."""
    common = {"run_id": event.run_id, "at": to_text(event.at), "created_at": created_text(event.at)}
    step = {"attempt": 0, "owner": None, "done": 0, "total": 0}
    match event:
        case Claimed():
            return LAB_STEP, {**common, **step, "step": _CLAIMED, "attempt": event.attempt, "owner": event.owner}
        case Progressed():
            how_far = {"attempt": event.attempt, "done": event.done, "total": event.total}
            return LAB_STEP, {**common, **step, "step": _PROGRESS, **how_far}
        case CancelAsked():
            return LAB_STEP, {**common, **step, "step": _CANCELLING}
        case Ended():
            return LAB_END, {
                **common,
                "attempt": event.attempt,
                "state": event.state.value,
                "error": event.error,
                "summary": event.summary.decode(),
                "result": event.result,
            }


def read_runs(connection: Connection, requests: Sequence[Row[Any]]) -> list[LabRun]:
    """The runs of these rows of `lab_run`, in their order. Of progress only the newest row of a run is read."""
    names = [row.run_id for row in requests]
    of_these = LAB_STEP.c.run_id.in_(names)
    newest = select(func.max(LAB_STEP.c.id)).where(of_these, LAB_STEP.c.step == _PROGRESS).group_by(LAB_STEP.c.run_id)
    steps = connection.execute(
        select(LAB_STEP)
        .where(of_these, (LAB_STEP.c.step != _PROGRESS) | LAB_STEP.c.id.in_(newest))
        .order_by(LAB_STEP.c.id)
    ).all()
    told = [column for column in LAB_END.columns if column.name != "result"]
    ends = connection.execute(select(*told).where(LAB_END.c.run_id.in_(names))).all()
    events: dict[str, list[LabEvent]] = {name: [] for name in names}
    for row in steps:
        events[row.run_id].append(_step_of(row))
    ended = {row.run_id: _end_of(row) for row in ends}
    return [_run_of(row, events[row.run_id], ended.get(row.run_id)) for row in requests]


def _run_of(row: Row[Any], events: Sequence[LabEvent], end: Ended | None) -> LabRun:
    request = LabRequest(
        run_id=row.run_id,
        kind=row.kind,
        document=row.document.encode(),
        content_key=row.content_key,
        requested_at=from_text(row.requested_at),
    )
    run = LabRun(request=request)
    for event in events:
        run = after(run, event)
    return run if end is None else closed(run, end)


def _step_of(row: Row[Any]) -> LabEvent:
    at = from_text(row.at)
    if row.step == _CLAIMED:
        return Claimed(run_id=row.run_id, attempt=row.attempt, owner=row.owner, at=at)
    if row.step == _PROGRESS:
        return Progressed(run_id=row.run_id, attempt=row.attempt, done=row.done, total=row.total, at=at)
    return CancelAsked(run_id=row.run_id, at=at)


def _end_of(row: Row[Any]) -> Ended:
    return Ended(
        run_id=row.run_id,
        attempt=row.attempt,
        state=RunState(row.state),
        at=from_text(row.at),
        error=row.error,
        summary=row.summary.encode(),
    )


def of_run(connection: Connection, run_id: str) -> LabRun | None:
    """One run; None for an id that nobody asked for."""
    rows = connection.execute(select(LAB_RUN).where(LAB_RUN.c.run_id == run_id)).all()
    return read_runs(connection, rows)[0] if rows else None
