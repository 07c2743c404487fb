"""Bytes from the generator → a verified signal, or the first rule that they break."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from argo_core.errors import DataError
from argo_core.ledger import HASHED_FIELDS, verify_signal
from argo_core.ledger.json_text import read_object
from argo_core.model.asset import asset_type_of
from argo_core.model.instant import from_text
from argo_core.model.signal import SealedSignal, Signal
from argo_core.pipeline.market_time import require_market_time

HASH_NAMES = ("verification_hash", "sha256", "hash")
OLDER_NAMES = {"take_profit": "target_price", "stop_loss": "stop_price"}
BESIDE = frozenset(
    "scheme asset_type data_source regime reasoning win_probability votes decision as_of service_type generated_by "
    "generation_latency_ms".split()
)


class RuleBroken(DataError):
    """The body could be read and its hash holds, but a rule refuses what it says."""


class _Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What an executor reads of the fields that no hash covers; votes and the decision stay in the stored body."""

    scheme: str = "jcs-1"
    asset_type: str | None = None
    data_source: str | None = None
    regime: str | None = None
    reasoning: str | None = None
    win_probability: float | None = None
    as_of: datetime | None = None
    service_type: str | None = None
    generated_by: str | None = None


def received_signal(body: bytes) -> SealedSignal:
    """The signal in a body of the sync format (one JSON object: the nine hashed fields, a hash, what stands beside).

    Raises DataError for bytes that say nothing certain or whose hash is wrong (`bad_json`, `unknown_field`,
    `missing_hash`, `hashes_differ`, `hash_mismatch`, …), RuleBroken for a signal that a rule refuses: `action_unknown`,
    `price_not_positive`, `confidence_out_of_range`, `levels_on_wrong_side`, `legacy_not_allowed`. Source: the signal
    body of the sync protocol, `docs/spec`.
    """
    members = _current_names(read_object(body))
    fields: dict[str, object] = {name: members[name] for name in HASHED_FIELDS if name in members}
    beside = _beside(members)
    verdict = verify_signal(fields, _claimed_hash(members), beside.scheme)
    if verdict.code == "legacy_not_allowed":
        raise RuleBroken("legacy_not_allowed", "an executor trades only on the canonical scheme: send jcs-1")
    if not verdict.ok:
        raise DataError(verdict.code or "hash_mismatch", "the nine fields do not have the hash that came with them")
    signal = _signal(members, beside)
    _require_tradable(signal)
    return SealedSignal(signal=signal, scheme=beside.scheme, verification_hash=_claimed_hash(members).lower())


def _current_names(members: Mapping[str, object]) -> dict[str, object]:
    known = {*HASHED_FIELDS, *HASH_NAMES, *OLDER_NAMES, *BESIDE}
    for name in members:
        if name not in known:
            raise DataError("unknown_field", f"{ascii(name)[:40]} is not a field of a signal: leave it out")
    renamed = {OLDER_NAMES.get(name, name): value for name, value in members.items()}
    if len(renamed) != len(members):
        raise DataError("duplicate_key", "a price is given under its older and its newer name: send one")
    return renamed


def _claimed_hash(members: Mapping[str, object]) -> str:
    claimed = [members[name] for name in HASH_NAMES if name in members]
    texts = [value for value in claimed if isinstance(value, str) and value.isascii()]
    if not claimed:
        raise DataError("missing_hash", "no hash came with the signal: send verification_hash")
    if len(texts) != len(claimed):
        raise DataError("bad_type", "a hash is a text of 64 hex digits")
    if len({text.lower() for text in texts}) > 1:
        raise DataError("hashes_differ", "the signal came with two different hashes: send one")
    return texts[0]


def _beside(members: Mapping[str, object]) -> _Beside:
    named = {name: value for name, value in members.items() if name in _Beside.__struct_fields__ and value is not None}
    try:
        beside = msgspec.convert(named, _Beside)
    except msgspec.ValidationError as error:
        raise DataError("bad_type", f"{error}: correct the field") from error
    if beside.as_of is not None:
        require_market_time(beside.as_of)
    return beside


def _signal(members: Mapping[str, object], beside: _Beside) -> Signal:
    hashed = {name: members[name] for name in HASHED_FIELDS}
    known = {name: value for name, value in hashed.items() if isinstance(value, str | float | int | None)}
    timestamp, symbol = str(known["timestamp"]), str(known["symbol"])
    return msgspec.convert(
        {
            **known,
            "as_of": from_text(timestamp) if beside.as_of is None else beside.as_of.astimezone(UTC),
            "asset_type": beside.asset_type or asset_type_of(symbol).value,
            "data_source": beside.data_source or "unknown",
            "regime": beside.regime or "UNKNOWN",
            "reasoning": beside.reasoning or "",
            "win_probability": beside.win_probability,
            "service_type": beside.service_type or "both",
            "generated_by": beside.generated_by or "unknown",
        },
        Signal,
    )


def _require_tradable(signal: Signal) -> None:
    if signal.action not in ("BUY", "SELL"):
        raise RuleBroken("action_unknown", f"{signal.action} is no order: use BUY or SELL")
    if not all(
        price > 0 for price in (signal.entry_price, signal.target_price, signal.stop_price) if price is not None
    ):
        raise RuleBroken("price_not_positive", "entry, target and stop must be above 0")
    if not 0 <= signal.confidence <= 100:
        raise RuleBroken("confidence_out_of_range", f"confidence {signal.confidence:g} lies outside 0 to 100")
    side = int(signal.direction)
    target, stop = signal.target_price, signal.stop_price
    wrong_target = target is not None and side * (target - signal.entry_price) <= 0
    wrong_stop = stop is not None and side * (signal.entry_price - stop) <= 0
    if wrong_target or wrong_stop:
        raise RuleBroken("levels_on_wrong_side", "stop and target must lie on opposite sides of the entry")
