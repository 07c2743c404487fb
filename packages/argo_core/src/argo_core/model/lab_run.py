"""A run of the lab: what was asked for, what happened to it, and how it stands. What happened is never changed."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Annotated, Literal

import msgspec


class RunState(enum.StrEnum):
    """`DONE`, `FAILED` and `CANCELLED` are final: a run ends once."""

    REQUESTED = "requested"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDS = frozenset({RunState.DONE, RunState.FAILED, RunState.CANCELLED})
Kind = Literal["strategy", "profit"]


class LabRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`document` is the whole request as JSON; `content_key` the SHA-256, in hex, of everything that the result depends
    on: two requests with one key have one result."""

    run_id: str
    kind: Kind
    document: bytes
    content_key: str
    requested_at: datetime


class Claimed(msgspec.Struct, frozen=True, kw_only=True, tag="claimed"):
    """A process takes the run. `attempt` counts from 1; `owner` is `host:pid`."""

    run_id: str
    attempt: int
    owner: str
    at: datetime


class Progressed(msgspec.Struct, frozen=True, kw_only=True, tag="progress"):
    """A sign of life of the process at work: `done` of `total` steps."""

    run_id: str
    attempt: int
    done: int
    total: int
    at: datetime


class CancelAsked(msgspec.Struct, frozen=True, kw_only=True, tag="cancelling"):
    """Somebody no longer wants it."""

    run_id: str
    at: datetime


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ended"):
    """The end, told by the process of that attempt, or by whoever found it gone (0 where none ever claimed the run).

    `error` is one sentence for a person, of a failure only. `summary` (small, for lists) and `result` are JSON, of a
    run that is done only.
    """

    run_id: str
    attempt: int
    state: RunState
    at: datetime
    error: str | None = None
    summary: bytes = b""
    result: bytes = b""


LabEvent = Claimed | Progressed | CancelAsked | Ended


class LabRun(msgspec.Struct, frozen=True, kw_only=True):
    """How a run stands. `attempts`: how many processes took it; `owner` the last; `seen_at` its last sign of life.

    `total` is 0 until the work is measured. The result lies apart: it may be large.
    """

    request: LabRequest
    state: RunState = RunState.REQUESTED
    attempts: int = 0
    owner: str | None = None
    done: int = 0
    total: int = 0
    started_at: datetime | None = None
    seen_at: datetime | None = None
    cancelling_at: datetime | None = None
    ended_at: datetime | None = None
    error: str | None = None
    summary: bytes = b""

    @property
    def run_id(self) -> str:
        """The request's."""
        return self.request.run_id

    @property
    def over(self) -> bool:
        """Nothing happens to it any more."""
        return self.state in ENDS


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The run that answers a request. `earlier`: it was there already, for an equal request."""

    run: LabRun
    earlier: bool


class LabQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first. `before`: the cursor of the previous page (exclusive). `open_only`: those that are not over."""

    open_only: bool = False
    before: int | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 50


def after(run: LabRun, event: LabEvent) -> LabRun:
    """The run once `event` has happened; the same object where it may not happen: a run that is over stays as it is, a
    process that was replaced no longer has a say, an attempt is taken once, and a run that somebody cancelled is never
    done: whoever was told that it is being cancelled was told the truth."""
    if run.over:
        return run
    match event:
        case Claimed():
            return _claimed(run, event)
        case Progressed():
            if event.attempt != run.attempts or run.attempts == 0:
                return run
            return msgspec.structs.replace(run, done=event.done, total=event.total, seen_at=event.at)
        case CancelAsked():
            return run if run.cancelling_at else msgspec.structs.replace(run, cancelling_at=event.at)
        case Ended():
            return _ended(run, event)


def closed(run: LabRun, end: Ended) -> LabRun:
    """The run with an end that was kept, which nobody judges again."""
    return msgspec.structs.replace(run, state=end.state, ended_at=end.at, error=end.error, summary=end.summary)


def _claimed(run: LabRun, event: Claimed) -> LabRun:
    if event.attempt != run.attempts + 1:
        return run
    return msgspec.structs.replace(
        run,
        state=RunState.RUNNING,
        attempts=event.attempt,
        owner=event.owner,
        done=0,
        total=0,
        started_at=event.at,
        seen_at=event.at,
    )


def _ended(run: LabRun, event: Ended) -> LabRun:
    if event.attempt != run.attempts or event.state not in ENDS:
        return run
    if event.state is RunState.DONE and run.cancelling_at is not None:
        return run
    return closed(run, event)
