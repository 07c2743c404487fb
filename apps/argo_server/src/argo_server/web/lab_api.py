"""Backtests for machines: ask for one, follow it, read what it found, say that it is not wanted."""

from __future__ import annotations

from http import HTTPStatus

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from argo_core.backtest.lab.request import BacktestRequest
from argo_core.backtest.lab.run_document import RunDocument, RunPage, run_document, run_page
from argo_core.pipeline.kept_secret import KeptSecret
from argo_server.services import Services
from argo_server.web.documented import documented
from argo_server.web.machine_key import BACKTEST, require_key, require_key_if_given
from argo_server.web.orders_of_people import decode_body
from argo_server.web.queries import AnyRequest, RunFilter, decode_query, require_identifier

ONE = BACKTEST + "/{run_id:str}"


def lab_routes(key: KeptSecret) -> tuple[HTTPRouteHandler, ...]:
    """What changes something wants the key; what only reads takes it in the place of the console's password."""

    @post(BACKTEST, guards=[require_key(key)])
    async def ask(request: AnyRequest, services: NamedDependency[Services]) -> Response[RunDocument]:
        """Ask for a backtest: 202 and where to follow it; 200 where an equal one is done already."""
        asked = await services.lab.ask(decode_body(await request.body(), BacktestRequest))
        document = run_document(asked.run, earlier=asked.earlier)
        status = HTTPStatus.OK if asked.run.over else HTTPStatus.ACCEPTED
        return Response(document, status_code=status.value, headers={"Location": f"{BACKTEST}/{asked.run.run_id}"})

    @get(ONE, guards=[require_key_if_given(key)])
    async def follow(run_id: FromPath[str], services: NamedDependency[Services]) -> RunDocument:
        """How a run stands, and what it found."""
        run = await services.lab.desk.find(require_identifier(run_id))
        if run is None:
            raise NotFoundException
        return run_document(run, await services.lab.desk.result(run_id))

    @delete(ONE, guards=[require_key(key)], status_code=200)
    async def cancel(run_id: FromPath[str], services: NamedDependency[Services]) -> RunDocument:
        """It is no longer wanted. A run that is over stays as it is."""
        if await services.lab.desk.find(require_identifier(run_id)) is None:
            raise NotFoundException
        return run_document(await services.lab.desk.cancel(run_id))

    @get("/api/v1/backtests", **documented(RunFilter))
    async def runs(request: AnyRequest, services: NamedDependency[Services]) -> RunPage:
        """Runs, newest first, without what they found."""
        return run_page(await services.lab.desk.page(decode_query(request, RunFilter).query()))

    return (ask, follow, cancel, runs)
