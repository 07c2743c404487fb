"""The provable log over HTTP: JSON for programs, and the C2SP paths for witnesses and monitors. Needs no key."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Meta

from argo_core.ledger.tiles import parse_tile_path
from argo_core.model.anchor import Receipt
from argo_core.model.ledger import StoredCheckpoint
from argo_core.pipeline.prove import ConsistencyProof, EntryPage, InclusionProof, PublishedCheckpoint
from argo_server.services import Services
from argo_server.web.documented import documented
from argo_server.web.ledger_paths import C2SP, JSON
from argo_server.web.queries import AnyRequest, Filter, decode_query

NOTE_TYPE, TILE_TYPE = "text/plain", "application/octet-stream"
FOR_EVER, SHORTLY = "public, max-age=31536000, immutable", "public, max-age=60"

Index = Annotated[int, Meta(ge=0, le=2**53 - 1, description="A leaf index, from 0.")]
Size = Annotated[int, Meta(ge=1, le=2**53 - 1, description="A size of the log; the newest checkpoint's by default.")]


class InclusionFilter(Filter, frozen=True, kw_only=True):
    """Which entry, in the log of which size."""

    index: Index
    size: Size | None = None


class ConsistencyFilter(Filter, frozen=True, kw_only=True, rename={"old": "from", "new": "to"}):
    """From which size to which."""

    old: Annotated[int, Meta(ge=1, le=2**53 - 1, description="The smaller size.")]
    new: Size | None = None


class EntryFilter(Filter, frozen=True, kw_only=True):
    """Which entries."""

    start: Index = 0
    limit: Annotated[int, Meta(ge=1, le=1000, description="How many entries at most.")] = 100


class SizeFilter(Filter, frozen=True, kw_only=True):
    """The checkpoint of which size."""

    size: Size | None = None


class AnchorReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of an outside authority: `receipt` is its RFC 3161 TimeStampResp over exactly the bytes of `note`,
    in base64. `not_later_than` RFC 3339."""

    size: int
    authority: str
    not_later_than: datetime
    note: str
    receipt: bytes


class AnchorList(msgspec.Struct, frozen=True, kw_only=True):
    """By authority; empty where nobody has anchored that checkpoint."""

    items: tuple[AnchorReceipt, ...]


@get(f"{JSON}/checkpoint")
async def checkpoint(services: NamedDependency[Services]) -> PublishedCheckpoint:
    """The newest checkpoint, with the newest cosignature of each witness."""
    return await services.ledger.prover.checkpoint()


@get(f"{JSON}/proof/inclusion", **documented(InclusionFilter))
async def inclusion(request: AnyRequest, services: NamedDependency[Services]) -> InclusionProof:
    """That an entry is in the log (RFC 6962 section 2.1.1)."""
    asked = decode_query(request, InclusionFilter)
    return await services.ledger.prover.inclusion(asked.index, asked.size)


@get(f"{JSON}/proof/consistency", **documented(ConsistencyFilter))
async def consistency(request: AnyRequest, services: NamedDependency[Services]) -> ConsistencyProof:
    """That the log only grew (RFC 6962 section 2.1.2)."""
    asked = decode_query(request, ConsistencyFilter)
    return await services.ledger.prover.consistency(asked.old, asked.new)


@get(f"{JSON}/entries", **documented(EntryFilter))
async def entries(request: AnyRequest, services: NamedDependency[Services]) -> EntryPage:
    """The log's entries as they were hashed."""
    asked = decode_query(request, EntryFilter)
    return await services.ledger.prover.entries(asked.start, asked.limit)


@get(f"{JSON}/anchors", **documented(SizeFilter))
async def anchors(request: AnyRequest, services: NamedDependency[Services]) -> AnchorList:
    """Outside proofs of time for a checkpoint, by default the newest that has one."""
    asked = decode_query(request, SizeFilter)
    found = await services.ledger.anchoring.receipts(asked.size)
    return AnchorList(items=tuple(_anchor_receipt(stored, receipt) for stored, receipt in found))


@get(f"{JSON}/policies/{{name:str}}", media_type=NOTE_TYPE)
async def policy(name: FromPath[str], services: NamedDependency[Services]) -> Response[bytes]:
    """A text whose hash is logged: methodology, costs."""
    texts = {text.name: text.text for text in services.ledger.policy().served}
    if name not in texts:
        raise NotFoundException
    return Response(texts[name].encode(), media_type=NOTE_TYPE)


@get(f"{C2SP}/checkpoint", media_type=NOTE_TYPE)
async def signed_note(services: NamedDependency[Services]) -> Response[bytes]:
    """The newest checkpoint as a C2SP signed note."""
    found = await services.ledger.prover.checkpoint()
    return Response(found.checkpoint.encode(), media_type=NOTE_TYPE, headers={"Cache-Control": "no-cache"})


@get(f"{C2SP}/tile/{{rest:path}}", media_type=TILE_TYPE)
async def tile(rest: FromPath[str], services: NamedDependency[Services]) -> Response[bytes]:
    """A tile or an entry bundle (C2SP tlog-tiles)."""
    named = parse_tile_path(f"tile{rest}")
    content = None if named is None else await services.ledger.prover.tile(named)
    if named is None or content is None:
        raise NotFoundException
    age = FOR_EVER if named.full else SHORTLY
    return Response(content, media_type=TILE_TYPE, headers={"Cache-Control": age})


LEDGER_ROUTES: tuple[HTTPRouteHandler, ...] = (
    checkpoint,
    inclusion,
    consistency,
    entries,
    anchors,
    policy,
    signed_note,
    tile,
)


def _anchor_receipt(stored: StoredCheckpoint, receipt: Receipt) -> AnchorReceipt:
    return AnchorReceipt(
        size=stored.size,
        authority=receipt.authority,
        not_later_than=receipt.not_later_than,
        note=stored.note.decode(),
        receipt=receipt.receipt,
    )
