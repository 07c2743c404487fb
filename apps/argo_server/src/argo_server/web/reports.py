"""What executors report to the generator, and what they have reported."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta

from argo_core.model.execution import Execution, ReportReceipt, SignalVerdicts
from argo_core.model.trade import Trade
from argo_core.pipeline.kept_secret import KeptSecret
from argo_core.pipeline.receive_reports import received_reports
from argo_core.ports import ExecutionReportStore
from argo_server.web.documented import documented
from argo_server.web.machine_key import EXECUTIONS, require_key
from argo_server.web.queries import AnyRequest, Cursor, Filter, decode_query

BODY_LIMIT_BYTES = 1_048_576


class ReportFilter(Filter, frozen=True, kw_only=True):
    """How many of the newest, and before which."""

    limit: Annotated[int, Meta(ge=1, le=500, description="How many items a page holds.")] = 50
    before: Cursor | None = None


class ExecutionPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` goes into `before` for the page that follows; None on the last."""

    items: tuple[Execution, ...]
    next: int | None


class TradePage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` goes into `before` for the page that follows; None on the last."""

    items: tuple[Trade, ...]
    next: int | None


class VerdictPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` goes into `before` for the page that follows; None on the last."""

    items: tuple[SignalVerdicts, ...]
    next: int | None


def report_routes(store: ExecutionReportStore, key: KeptSecret) -> tuple[HTTPRouteHandler, ...]:
    """The generator's side of its executors."""

    @post(EXECUTIONS, guards=[require_key(key)], status_code=200, request_max_body_size=BODY_LIMIT_BYTES)
    async def take(request: AnyRequest) -> ReportReceipt:
        """Verdicts and executions of one executor; sending again is harmless."""
        return await store.store(received_reports(await request.body()))

    @get(EXECUTIONS, **documented(ReportFilter))
    async def executions(request: AnyRequest) -> ExecutionPage:
        """Executions, newest first."""
        asked = decode_query(request, ReportFilter)
        page = await store.executions(asked.limit, asked.before)
        return ExecutionPage(items=page.items, next=page.next_before)

    @get("/api/v1/verdicts", **documented(ReportFilter))
    async def verdicts(request: AnyRequest) -> VerdictPage:
        """Executors' verdicts, newest first."""
        asked = decode_query(request, ReportFilter)
        page = await store.verdicts(asked.limit, asked.before)
        return VerdictPage(items=page.items, next=page.next_before)

    @get("/api/v1/trades", **documented(ReportFilter))
    async def trades(request: AnyRequest) -> TradePage:
        """Executors' finished trades, newest first."""
        asked = decode_query(request, ReportFilter)
        page = await store.trades(asked.limit, asked.before)
        return TradePage(items=page.items, next=page.next_before)

    return (take, executions, verdicts, trades)
