"""A body of outcomes."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from alpine_core.errors import SenderError
from alpine_core.model.signal import OutcomeRecord
from alpine_core.wire.convert import convert
from alpine_core.wire.json_text import read_object
from alpine_core.wire.ledger import Count, LedgerMembers, LedgerText, take_ledger
from alpine_core.wire.limits import BATCH_BYTES, require_count, require_size
from alpine_core.wire.moments import read_moment

Positive = Annotated[float, msgspec.Meta(gt=0)]


class OutcomeBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One outcome. `exit_at` is RFC 3339; `profit_loss_pct` is per cent of the entry price, before costs.

    `net_pct` is the same after costs.
    """

    signal_id: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9._:-]{1,64}$")]
    outcome: Literal["win", "loss", "expired"]
    result: Literal["target", "stop", "expired", "cancelled", "manual"]
    exit_price: Positive | None
    exit_at: Annotated[str, msgspec.Meta(max_length=64)]
    profit_loss_pct: float | None
    net_pct: float | None = None


class OutcomeDelivery(OutcomeBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An outcome with its place in the provider's log: all of `leaf_index`, `entry`, `tlog_proof`, or none of them."""

    leaf_index: Count | None = None
    entry: LedgerText | None = None
    tlog_proof: LedgerText | None = None


class OutcomesBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    outcomes: Annotated[tuple[OutcomeDelivery, ...], msgspec.Meta(max_length=1000)]


class OfferedOutcome(msgspec.Struct, frozen=True):
    """An outcome as it was sent, with what was said of its place in the log, unchecked."""

    record: OutcomeRecord
    ledger: LedgerMembers | None


def read_outcomes(body: bytes) -> tuple[OfferedOutcome | SenderError, ...]:
    """Each outcome of `{"outcomes": […]}`, or why that one is refused; in order.

    Raises TooLarge, and SenderError: those of `read_object`, `unknown_field`, `missing_field`, `bad_type`, `too_many`.
    """
    require_size(body, BATCH_BYTES)
    members = read_object(body)
    unknown = sorted(members.keys() - {"outcomes"})
    if unknown:
        raise SenderError("unknown_field", 'send {"outcomes": [...]} and nothing else')
    listed = members.get("outcomes")
    if not isinstance(listed, list):
        raise SenderError("missing_field" if listed is None else "bad_type", 'send {"outcomes": [...]}')
    require_count("outcomes", len(listed))
    return tuple(_offered(one) for one in listed)


def outcome_problem(outcome: OutcomeRecord) -> str | None:
    """Why this could not have been read from a body, in one line; None if it could."""
    refused = _outcome(msgspec.structs.asdict(outcome))
    return str(refused) if isinstance(refused, SenderError) else None


def _offered(value: object) -> OfferedOutcome | SenderError:
    if not isinstance(value, dict):
        return SenderError("bad_type", "an outcome is an object: see the schema of this body")
    try:
        ledger = take_ledger(value, salted=False)
    except SenderError as error:
        return error
    read = _outcome(value)
    return read if isinstance(read, SenderError) else OfferedOutcome(read, ledger)


def _outcome(value: object) -> OutcomeRecord | SenderError:
    try:
        read = convert(value, OutcomeBody)
        read_moment("exit_at", read.exit_at)
    except SenderError as error:
        return error
    return OutcomeRecord(
        signal_id=read.signal_id,
        outcome=read.outcome,
        result=read.result,
        exit_price=read.exit_price,
        exit_at=read.exit_at,
        profit_loss_pct=read.profit_loss_pct,
        net_pct=read.net_pct,
    )
