"""JSON Schemas of the bodies that the provider may send, written from the types that read them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from alpine_core.model.signal import Label, Prose, VoteLine
from alpine_core.wire.ledger import Count, Hashes, LedgerCheckpointBody, LedgerText
from alpine_core.wire.limits import BATCH_ITEMS
from alpine_core.wire.marks import MarksBody
from alpine_core.wire.outcomes import OutcomesBody
from alpine_core.wire.realised import RealisedBody

Price = Annotated[float, msgspec.Meta(gt=0, le=2**53 - 1)]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-fA-F]{64}$")]


class SignalBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A signal of the scheme jcs-1: the nine hashed fields, their hash, and what the hash does not cover."""

    signal_id: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9._:-]{1,64}$")]
    symbol: Annotated[str, msgspec.Meta(pattern="^[A-Z0-9][A-Z0-9._:/^=-]{0,31}$")]
    action: Literal["BUY", "SELL"]
    entry_price: Price
    target_price: Price | None
    stop_price: Price | None
    confidence: Annotated[float, msgspec.Meta(ge=0, le=100)]
    strategy: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    timestamp: Annotated[str, msgspec.Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{6}Z$")]
    verification_hash: Digest
    sha256: Digest | msgspec.UnsetType = msgspec.UNSET
    scheme: Literal["jcs-1", "legacy-json-0"] | None = None
    asset_type: Label | None = None
    data_source: Label | None = None
    regime: Label | None = None
    reasoning: Prose | None = None
    win_probability: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    votes: Annotated[tuple[VoteLine, ...], msgspec.Meta(max_length=500)] = ()
    decision: dict[str, Any] = {}
    as_of: Label | None = None
    service_type: Label | None = None
    generated_by: Label | None = None
    generation_latency_ms: float | None = None
    salt: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")] | msgspec.UnsetType = msgspec.UNSET
    leaf_index: Count | msgspec.UnsetType = msgspec.UNSET
    entry: LedgerText | msgspec.UnsetType = msgspec.UNSET
    tlog_proof: LedgerText | msgspec.UnsetType = msgspec.UNSET
    old_size: Count | msgspec.UnsetType = msgspec.UNSET
    consistency: Hashes | msgspec.UnsetType = msgspec.UNSET


class SignalsBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Several signals; each is answered on its own."""

    signals: Annotated[tuple[SignalBody, ...], msgspec.Meta(max_length=BATCH_ITEMS)]


_BODIES: dict[str, Any] = {
    "checkpoint": LedgerCheckpointBody,
    "signal": SignalBody,
    "signals": SignalsBody,
    "outcomes": OutcomesBody,
    "realised": RealisedBody,
    "marks": MarksBody,
}
SCHEMA_NAMES = tuple(_BODIES)


def schema_json(name: str) -> bytes:
    """The JSON Schema (2020-12) of the body `name`, one of SCHEMA_NAMES. Raises KeyError for another name."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(_BODIES[name])}
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"
