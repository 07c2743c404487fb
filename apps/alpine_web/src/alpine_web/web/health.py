"""Whether this process works, and what it has counted."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from alpine_core.errors import StoreError
from alpine_web.metrics import CONTENT_TYPE
from alpine_web.services import Services
from alpine_web.version import installed_version


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """`status` is healthy or degraded; `records` is None while the database does not answer."""

    status: str
    service: str
    version: str
    uptime_seconds: float
    database: str
    records: int | None
    taking_deliveries: bool


@get("/health")
async def health(services: NamedDependency[Services]) -> Response[Health]:
    """200 if everything works, 503 if the database does not answer."""
    try:
        records: int | None = await services.shelf.newest_cursor()
    except StoreError:
        records = None
    answers = records is not None
    found = Health(
        status="healthy" if answers else "degraded",
        service="alpine",
        version=installed_version(),
        uptime_seconds=round((services.clock.now() - services.started_at).total_seconds(), 3),
        database=services.database_backend,
        records=records,
        taking_deliveries=answers and bool(services.settings.provider_keys),
    )
    return Response(found, status_code=HTTPStatus.OK if answers else HTTPStatus.SERVICE_UNAVAILABLE)


@get("/metrics", include_in_schema=False)
async def metrics(services: NamedDependency[Services]) -> Response[bytes]:
    """Prometheus text."""
    return Response(services.metrics.render(await services.shelf.newest_cursor()), media_type=CONTENT_TYPE)


HEALTH_ROUTES: tuple[HTTPRouteHandler, ...] = (health, metrics)
