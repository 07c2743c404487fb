"""Whether this process works, and what it has counted."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from alpine_core.errors import StoreError
from alpine_core.model import MailState
from alpine_core.model.integrity_check import expected_checks
from alpine_core.model.log_freshness import LogFreshness
from alpine_web.count_sharing import families_of_all, own_reading
from alpine_web.metrics import CONTENT_TYPE, rendered
from alpine_web.metrics_reading import Reading
from alpine_web.refused import Refused
from alpine_web.services import Services
from alpine_web.version import installed_version
from alpine_web.web.operator import is_operator
from alpine_web.web.static_files import AnyRequest

MOST_MAILS = 1_000
QUEUED = (MailState.WAITING, MailState.DEAD)
LATENCY_OVER = timedelta(hours=24)
OPERATORS_ONLY = "metrics are for this machine and for who sends ALPINE_METRICS_TOKEN as a bearer token"


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """`status` is healthy or degraded.

    `records` and `alarms` are told to the operator, else None: a live count tells strangers when something was issued.
    They are None too while the database does not answer.
    """

    status: str
    service: str
    version: str
    uptime_seconds: float
    database: str
    records: int | None
    alarms: int | None
    taking_deliveries: bool


@get("/health")
async def health(request: AnyRequest, services: NamedDependency[Services]) -> Response[Health]:
    """200 if everything works, 503 if the database does not answer."""
    counted: tuple[int | None, int | None] = (None, None)
    try:
        counted = (await services.shelf.newest_cursor(), await services.alarms.count_alarms())
        answers = True
    except StoreError:
        answers = False
    records, alarms = counted if is_operator(request, services.settings) else (None, None)
    found = Health(
        status="healthy" if answers else "degraded",
        service="alpine",
        version=installed_version(),
        uptime_seconds=round((services.clock.now() - services.started_at).total_seconds(), 3),
        database=services.database_backend,
        records=records,
        alarms=alarms,
        taking_deliveries=answers and bool(services.provider_keys),
    )
    return Response(found, status_code=HTTPStatus.OK if answers else HTTPStatus.SERVICE_UNAVAILABLE)


@get("/metrics", include_in_schema=False)
async def metrics(request: AnyRequest, services: NamedDependency[Services]) -> Response[bytes]:
    """Prometheus text, for the operator."""
    if not is_operator(request, services.settings):
        raise Refused(HTTPStatus.FORBIDDEN, "operators_only", OPERATORS_ONLY)
    families = families_of_all(services, await _reading(services))
    return Response(rendered(families), media_type=CONTENT_TYPE)


async def _reading(services: Services) -> Reading:
    """What the database says; without it the process's own counts are told all the same."""
    own = own_reading(services)
    with suppress(StoreError):
        last = None if services.backups is None else await services.backups.last()
        return msgspec.structs.replace(
            own,
            records=await services.shelf.newest_cursor(),
            alarms=await services.alarms.count_alarms(),
            logs=await _logs(services),
            stored_checks=expected_checks(
                await services.checks.checks(), nightly=services.settings.integrity.at is not None
            ),
            mails={one.value: len(await services.members.mail_shelf.mails(one, MOST_MAILS)) for one in QUEUED},
            latencies=tuple(await services.receipts.latencies(LATENCY_OVER)),
            uptime=await services.uptime.report(own.read_at),
            backup_at=last.taken_at if last is not None and last.verified else None,
        )
    return own


async def _logs(services: Services) -> tuple[LogFreshness, ...]:
    found = [await services.mirror.checkpoint(origin) for origin in await services.states.origins()]
    return tuple(
        LogFreshness(origin=one.origin, size=one.size, received_at=one.received_at) for one in found if one is not None
    )


HEALTH_ROUTES: tuple[HTTPRouteHandler, ...] = (health, metrics)
