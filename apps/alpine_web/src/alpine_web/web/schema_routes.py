"""JSON Schemas of what the provider may deliver."""

from __future__ import annotations

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from alpine_core.wire.schemas import SCHEMA_NAMES, schema_json

BODIES = {f"{body}.json": body for body in SCHEMA_NAMES}


@get("/schema/sync/{name:str}", include_in_schema=False, sync_to_thread=False)
def sync_schema(name: FromPath[str]) -> Response[bytes]:
    """The schema of one body: signal, signals, outcomes or marks."""
    body = BODIES.get(name)
    if body is None:
        raise NotFoundException
    return Response(schema_json(body), media_type="application/schema+json")


SCHEMA_ROUTES: tuple[HTTPRouteHandler, ...] = (sync_schema,)
