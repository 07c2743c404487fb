"""A body of finished trades."""

from __future__ import annotations

from typing import Annotated

import msgspec

from alpine_core.errors import SenderError
from alpine_core.model.realised import RealisedTrade
from alpine_core.wire.convert import convert
from alpine_core.wire.json_text import read_object
from alpine_core.wire.ledger import Count, LedgerMembers, LedgerText, take_ledger
from alpine_core.wire.limits import BATCH_BYTES, require_count, require_size
from alpine_core.wire.moments import read_moment


class RealisedDelivery(RealisedTrade, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A trade with its place in the provider's log: all of `leaf_index`, `entry`, `tlog_proof`, or none of them."""

    leaf_index: Count | None = None
    entry: LedgerText | None = None
    tlog_proof: LedgerText | None = None


class RealisedBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    realised: Annotated[tuple[RealisedDelivery, ...], msgspec.Meta(max_length=1000)]


class OfferedRealised(msgspec.Struct, frozen=True):
    """A trade as it was sent, with what was said of its place in the log, unchecked."""

    trade: RealisedTrade
    ledger: LedgerMembers | None


class RefusedRealised(msgspec.Struct, frozen=True):
    """An item that cannot be read, by the trade's name as far as that can be."""

    trade_id: str
    error: SenderError


def read_realised(body: bytes) -> tuple[OfferedRealised | RefusedRealised, ...]:
    """Each trade of `{"realised": […]}`, or why that one is refused; in order.

    Raises TooLarge, and SenderError: those of `read_object`, `unknown_field`, `missing_field`, `bad_type`, `too_many`.
    """
    require_size(body, BATCH_BYTES)
    members = read_object(body)
    if members.keys() - {"realised"}:
        raise SenderError("unknown_field", 'send {"realised": [...]} and nothing else')
    listed = members.get("realised")
    if not isinstance(listed, list):
        raise SenderError("missing_field" if listed is None else "bad_type", 'send {"realised": [...]}')
    require_count("realised", len(listed))
    return tuple(_offered(one) for one in listed)


def _offered(value: object) -> OfferedRealised | RefusedRealised:
    if not isinstance(value, dict):
        return RefusedRealised("", SenderError("bad_type", "a trade is an object: see the schema of this body"))
    name = value.get("trade_id")
    try:
        ledger = take_ledger(value, salted=False)
        trade = convert(value, RealisedTrade)
        for member in ("opened_at", "closed_at"):
            read_moment(member, getattr(trade, member))
    except SenderError as error:
        return RefusedRealised(name[:160] if isinstance(name, str) else "", error)
    return OfferedRealised(trade, ledger)
