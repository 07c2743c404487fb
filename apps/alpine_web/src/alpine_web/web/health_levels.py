"""Health in three levels over HTTP, for the operator: what `alpine health --level` looks at."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta

from alpine_core.model.checked_part import CheckedPart, whole
from alpine_web.refused import Refused
from alpine_web.services import Services
from alpine_web.web.operator import is_operator
from alpine_web.web.queries import decode_query
from alpine_web.web.static_files import AnyRequest

OPERATORS_ONLY = "health by level is for this machine and for who sends ALPINE_METRICS_TOKEN as a bearer token"
SHALLOW = 2
BY_COMMAND = "level 3 restores a backup, which no request waits for: run alpine health --level 3 on the machine"


class LevelQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How deep to look."""

    level: Annotated[int, Meta(ge=1, le=3, description="1 or 2; 3 is for the command.")] = 1


class LevelHealth(msgspec.Struct, frozen=True, kw_only=True):
    """`healthy` only at 100 %: something passed and nothing failed."""

    healthy: bool
    level: int
    checks: tuple[CheckedPart, ...]


@get("/api/v1/health")
async def health_level(request: AnyRequest, services: NamedDependency[Services]) -> Response[LevelHealth]:
    """Every check up to a level, with what to do; status 503 below 100 %."""
    if not is_operator(request, services.settings):
        raise Refused(HTTPStatus.FORBIDDEN, "operators_only", OPERATORS_ONLY)
    level = decode_query(request, LevelQuery).level
    if level > SHALLOW:
        raise Refused(HTTPStatus.BAD_REQUEST, "by_command", BY_COMMAND)
    parts = await services.examine(level)
    good = whole(parts)
    found = LevelHealth(healthy=good, level=level, checks=parts)
    return Response(found, status_code=HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE)


HEALTH_LEVEL_ROUTES: tuple[HTTPRouteHandler, ...] = (health_level,)
