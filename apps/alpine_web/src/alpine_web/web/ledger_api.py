"""The mirrored log as JSON, for anybody: checkpoint, proofs, entries, policy. Hashes in hex."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from alpine_core.feed.ledger_view import signed_note
from alpine_core.verify.policy_text import write_policy
from alpine_web.services import Services
from alpine_web.web.ledger_files import TEXT
from alpine_web.web.queries import decode_query
from alpine_web.web.static_files import AnyRequest

LEDGER = "/api/v1/ledger"


class CosignatureLine(msgspec.Struct, frozen=True, kw_only=True):
    """`time`: seconds since 1970. `line` as it stands in the note."""

    name: str
    time: int
    line: str


class CheckpointAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`checkpoint` is the signed note with cosignatures; `signed_at` is when it came here."""

    origin: str
    size: int
    root: str
    checkpoint: str
    signed_at: datetime
    cosignatures: tuple[CosignatureLine, ...]


class InclusionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`tlog_proof` is the C2SP text, null where no checkpoint of this size is kept."""

    index: int
    size: int
    leaf_hash: str
    root: str
    proof: tuple[str, ...]
    tlog_proof: str | None


class ConsistencyAnswer(msgspec.Struct, frozen=True, kw_only=True, rename={"old": "from", "new": "to"}):
    """That the tree of `from` leaves is the beginning of the tree of `to` leaves."""

    old: int
    new: int
    root_from: str
    root_to: str
    proof: tuple[str, ...]


class EntriesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`size`: how many entries there are; `entries` begin at `start`."""

    start: int
    size: int
    entries: tuple[str, ...]


class InclusionQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`size` defaults to that of the newest mirrored checkpoint."""

    index: int
    size: int | None = None


class ConsistencyQuery(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"old": "from", "new": "to"}
):
    """Both sizes are mirrored ones."""

    old: int
    new: int


class EntriesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`limit` up to 1,000."""

    start: int = 0
    limit: int = 100


@get(f"{LEDGER}/checkpoint")
async def ledger_checkpoint(services: NamedDependency[Services]) -> CheckpointAnswer:
    """The newest checkpoint whose entries are all mirrored."""
    kept = await services.ledger.checkpoint(services.ledger.origin())
    lines = tuple(CosignatureLine(name=one.name, time=one.time, line=one.line) for one in kept.cosignatures)
    return CheckpointAnswer(
        origin=kept.origin,
        size=kept.size,
        root=kept.root.hex(),
        checkpoint=signed_note(kept),
        signed_at=kept.received_at,
        cosignatures=lines,
    )


@get(f"{LEDGER}/proof/inclusion")
async def ledger_inclusion(request: AnyRequest, services: NamedDependency[Services]) -> InclusionAnswer:
    """That an entry is in the log."""
    asked = decode_query(request, InclusionQuery)
    found = await services.ledger.inclusion(services.ledger.origin(), asked.index, asked.size)
    return InclusionAnswer(
        index=found.index,
        size=found.size,
        leaf_hash=found.leaf_hash.hex(),
        root=found.root.hex(),
        proof=tuple(one.hex() for one in found.proof),
        tlog_proof=found.tlog_proof,
    )


@get(f"{LEDGER}/proof/consistency")
async def ledger_consistency(request: AnyRequest, services: NamedDependency[Services]) -> ConsistencyAnswer:
    """That the log only grew between two sizes."""
    asked = decode_query(request, ConsistencyQuery)
    origin = services.ledger.origin()
    await services.mirror_patience.until(origin, asked.new)
    found = await services.ledger.consistency(origin, asked.old, asked.new)
    return ConsistencyAnswer(
        old=found.old,
        new=found.new,
        root_from=found.old_root.hex(),
        root_to=found.new_root.hex(),
        proof=tuple(one.hex() for one in found.proof),
    )


@get(f"{LEDGER}/entries")
async def ledger_entries(request: AnyRequest, services: NamedDependency[Services]) -> EntriesAnswer:
    """The entries as they were logged."""
    asked = decode_query(request, EntriesQuery)
    origin = services.ledger.origin()
    entries = await services.ledger.entries(origin, asked.start, asked.limit)
    return EntriesAnswer(start=asked.start, size=(await services.ledger.checkpoint(origin)).size, entries=entries)


@get(f"{LEDGER}/policy", sync_to_thread=False)
def ledger_policy(services: NamedDependency[Services]) -> Response[str]:
    """Which logs and witnesses are believed here, in the file format of C2SP tlog-policy."""
    return Response(write_policy(services.policy), media_type=TEXT)


LEDGER_API_ROUTES: tuple[HTTPRouteHandler, ...] = (
    ledger_checkpoint,
    ledger_inclusion,
    ledger_consistency,
    ledger_entries,
    ledger_policy,
)
