"""The record as it can be proven: how complete it is, which rules it broke, its evidence, all of it as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator

from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from alpine_core.feed import Evidence
from alpine_core.feed.log_answers import Completeness, Findings, completeness_of, findings_of
from alpine_core.model import ApiScope
from alpine_core.verify.realised import statement_text
from alpine_web.services import Services
from alpine_web.web.api_signals import find_public_signal
from alpine_web.web.viewer import Viewer

LEDGER = "/api/v1/ledger"


@get(f"{LEDGER}/completeness")
async def completeness(services: NamedDependency[Services]) -> Completeness:
    """How many signals were sealed, disclosed and resolved, and whether one is missing."""
    return await completeness_of(services.public_log, services.clock.now())


@get(f"{LEDGER}/findings")
async def findings(services: NamedDependency[Services]) -> Findings:
    """Which rules the logs broke, and every rewritten history with its evidence."""
    return await findings_of(services.public_log, services.clock.now())


@get(f"{LEDGER}/export")
async def export(services: NamedDependency[Services]) -> Stream:
    """The whole log as one file, for `alpine-verify record`."""
    origins = services.public_log.origins
    if not origins:
        raise NotFoundException
    lines = services.public_log.export(origins[0], services.clock.now())
    first = await anext(lines, None)
    if first is None:
        raise NotFoundException
    headers = {"Content-Disposition": 'attachment; filename="record.jsonl"'}
    return Stream(_bytes(first, lines), media_type="application/jsonl", headers=headers)


@get(f"{LEDGER}/realised/{{trade_id:str}}")
async def realised(
    trade_id: FromPath[str], services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """The statement on a finished trade, exactly the bytes that the log's entry has the SHA-256 of."""
    found = await services.realised.of_trade(trade_id)
    # A trade that there is not is looked for as long as one whose signal the viewer does not see.
    await find_public_signal(trade_id if found is None else found.trade.signal_id, services, viewer)
    if found is None:
        raise NotFoundException
    return Response(statement_text(found.trade), media_type=MediaType.JSON)


@get("/api/v1/signals/{signal_id:str}/evidence", opt={"key_scope": ApiScope.READ})
async def evidence(
    signal_id: FromPath[str], services: NamedDependency[Services], viewer: NamedDependency[Viewer]
) -> Response[Evidence]:
    """Everything that proves one signal, as a file; without an account, of what everybody may see."""
    view = await find_public_signal(signal_id, services, viewer)
    found = await services.public_log.evidence(view)
    if found is None:
        raise NotFoundException
    headers = {"Content-Disposition": f'attachment; filename="{view.signal_id}.evidence.json"'}
    return Response(found, headers=headers)


RECORD_ROUTES: tuple[HTTPRouteHandler, ...] = (completeness, findings, export, realised, evidence)


async def _bytes(first: str, lines: AsyncIterator[str]) -> AsyncIterator[bytes]:
    yield first.encode() + b"\n"
    async for line in lines:
        yield line.encode() + b"\n"
