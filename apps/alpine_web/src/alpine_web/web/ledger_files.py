"""The log at the addresses, and in the bytes, of C2SP tlog-witness and tlog-tiles. For anybody."""

from __future__ import annotations

from http import HTTPStatus

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from alpine_core.errors import NotProven, OldSize, SenderError
from alpine_core.feed.ledger_view import signed_note
from alpine_web.services import Services
from alpine_web.web.body import limited_body
from alpine_web.web.network import network_of
from alpine_web.web.static_files import AnyRequest

NOTE_BYTES = 131_072
TEXT = "text/plain"
SIZE = "text/x.tlog.size"
TILE = "application/octet-stream"
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
FOR_NOW = {"Cache-Control": "public, max-age=5"}
REFUSALS = {
    "unknown_origin": HTTPStatus.NOT_FOUND,
    "bad_log_signature": HTTPStatus.FORBIDDEN,
    "bad_cosignature": HTTPStatus.FORBIDDEN,
    "split_view": HTTPStatus.UNPROCESSABLE_ENTITY,
}


@post("/ledger/add-checkpoint", status_code=200, include_in_schema=False)
async def add_checkpoint(request: AnyRequest, services: NamedDependency[Services]) -> Response[str]:
    """c2sp.org/tlog-witness: our cosignature for a checkpoint that continues the log as it was seen."""
    services.witness_rate.take(network_of(request))
    try:
        cosignature = await services.witness.add_checkpoint(await limited_body(request, NOTE_BYTES))
    except OldSize as error:
        return Response(f"{error.size}\n", status_code=HTTPStatus.CONFLICT, headers={"Content-Type": SIZE})
    except NotProven as error:
        return Response("", status_code=REFUSALS.get(error.code, HTTPStatus.BAD_REQUEST), media_type=TEXT)
    except SenderError:
        return Response("", status_code=HTTPStatus.BAD_REQUEST, media_type=TEXT)
    return Response(cosignature.line, media_type=TEXT)


@get("/ledger/checkpoint", include_in_schema=False)
async def log_checkpoint(services: NamedDependency[Services]) -> Response[str]:
    """c2sp.org/tlog-tiles: the newest checkpoint of the first pinned log whose tiles are all here."""
    kept = await services.ledger.checkpoint(services.ledger.origin())
    return Response(signed_note(kept), media_type=TEXT, headers=FOR_NOW)


@get("/ledger/{digest:str}/checkpoint", include_in_schema=False)
async def witnessed_checkpoint(digest: FromPath[str], services: NamedDependency[Services]) -> Response[str]:
    """c2sp.org/tlog-witness: the newest checkpoint that was cosigned, of the log whose origin has this SHA-256."""
    kept = await services.ledger.witnessed(services.ledger.origin(digest))
    return Response(signed_note(kept), media_type=TEXT, headers=FOR_NOW)


@get("/ledger/tile/{rest:path}", include_in_schema=False)
async def tile(rest: FromPath[str], services: NamedDependency[Services]) -> Response[bytes]:
    """c2sp.org/tlog-tiles: a tile or a bundle of entries of the first pinned log."""
    return await _tile(services, services.ledger.origin(), rest)


@get("/ledger/{digest:str}/tile/{rest:path}", include_in_schema=False)
async def tile_of(digest: FromPath[str], rest: FromPath[str], services: NamedDependency[Services]) -> Response[bytes]:
    """The same of the log whose origin has this SHA-256."""
    return await _tile(services, services.ledger.origin(digest), rest)


async def _tile(services: Services, origin: str, rest: str) -> Response[bytes]:
    content, full = await services.ledger.tile(origin, f"tile/{rest.lstrip('/')}")
    return Response(content, media_type=TILE, headers=FOR_EVER if full else FOR_NOW)


LEDGER_ROUTES: tuple[HTTPRouteHandler, ...] = (add_checkpoint, log_checkpoint, witnessed_checkpoint, tile, tile_of)
