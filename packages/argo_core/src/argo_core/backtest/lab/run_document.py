"""A run of the lab as it is sent to machines."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.backtest.lab.request import BacktestRequest, document_from
from argo_core.backtest.lab.result import LabSummary, summary_of
from argo_core.model.lab_run import LabRun
from argo_core.model.query import Page


class RunProgress(msgspec.Struct, frozen=True, kw_only=True):
    """`total` is 0 until the work is measured."""

    done: int
    total: int


class RunDocument(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: requested, running, done, failed, cancelled. `earlier`: it was there already, for an equal request.
    `summary` and `result` of a run that is done; lists leave the result out."""

    run_id: str
    kind: str
    state: str
    request: BacktestRequest
    content_key: str
    requested_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    attempts: int
    progress: RunProgress
    cancelling: bool
    error: str | None
    summary: LabSummary | None
    earlier: bool | None = None
    result: msgspec.Raw | None = None


class RunPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is the cursor of the following page, null on the last."""

    items: tuple[RunDocument, ...]
    next: int | None


def run_document(run: LabRun, result: bytes | None = None, *, earlier: bool | None = None) -> RunDocument:
    """One run."""
    return RunDocument(
        run_id=run.run_id,
        kind=run.request.kind,
        state=run.state.value,
        request=document_from(run.request.document).request,
        content_key=run.request.content_key,
        requested_at=run.request.requested_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
        attempts=run.attempts,
        progress=RunProgress(done=run.done, total=run.total),
        cancelling=run.cancelling_at is not None and not run.over,
        error=run.error,
        summary=summary_of(run.summary) if run.summary else None,
        earlier=earlier,
        result=None if result is None else msgspec.Raw(result),
    )


def run_page(page: Page[LabRun]) -> RunPage:
    """A page of them."""
    return RunPage(items=tuple(map(run_document, page.items)), next=page.next_before)
