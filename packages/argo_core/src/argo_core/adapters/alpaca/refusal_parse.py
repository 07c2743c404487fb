"""What Alpaca means by an error: its code 40310000 is a family, told apart by the message and the fields beside it.

The texts are those that users report; Alpaca's documentation names only the codes.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable

import msgspec

MESSAGE_LENGTH = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class RefusalKind(enum.StrEnum):
    """What follows: KEYS stop trading; DUPLICATE look the order up; BOUND_QUANTITY and WASH_TRADE cancel what is named
    first; NOT_FOUND it is not there; LIMITED wait; UNCLEAR (a server's error, or no answer of the venue's) look whether
    it happened; all others are final."""

    KEYS = "keys"
    DUPLICATE = "duplicate_id"
    BUYING_POWER = "insufficient_buying_power"
    BOUND_QUANTITY = "insufficient_quantity"
    WASH_TRADE = "wash_trade"
    SUSPENDED = "suspended"
    TOO_SMALL = "too_small"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    NOT_CANCELABLE = "not_cancelable"
    INVALID = "invalid"
    LIMITED = "rate_limited"
    UNCLEAR = "unclear"


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A refused call. `order_ids` are the venue's ids of orders that stand in the way. `message` is one line without
    secrets."""

    kind: RefusalKind
    status: int
    message: str
    code: int | None = None
    order_ids: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind.value}: {self.message}"


class _Body(msgspec.Struct):
    code: int | None = None
    message: str | None = None
    existing_order_id: str | None = None
    related_orders: list[str] | None = None


# By code, then by what the message says, then by what the status says.
_BY_CODE = {40410000: RefusalKind.NOT_FOUND, 42910000: RefusalKind.LIMITED}
_BY_WORDS = (
    ("client_order_id must be unique", RefusalKind.DUPLICATE),
    ("insufficient buying power", RefusalKind.BUYING_POWER),
    ("insufficient balance", RefusalKind.BUYING_POWER),
    ("insufficient qty", RefusalKind.BOUND_QUANTITY),
    ("wash trade", RefusalKind.WASH_TRADE),
    ("rejected by user request", RefusalKind.SUSPENDED),
    ("minimal amount of order", RefusalKind.TOO_SMALL),
    ("not cancelable", RefusalKind.NOT_CANCELABLE),
    ("order is already in", RefusalKind.NOT_CANCELABLE),
)
_BY_STATUS = {404: RefusalKind.NOT_FOUND, 422: RefusalKind.INVALID, 429: RefusalKind.LIMITED}


def parse_refusal(status: int, body: bytes, secrets: Iterable[str]) -> Refusal:
    """The meaning of an answer that is no success. Never raises: a page that is no JSON is UNCLEAR or by its status."""
    try:
        said = msgspec.json.decode(body, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        said = _Body()
    message = one_line(said.message or f"status {status} without a reason", secrets)
    related = tuple(filter(None, (said.existing_order_id, *(said.related_orders or ()))))
    return Refusal(kind=_kind(status, said), status=status, message=message, code=said.code, order_ids=related)


def one_line(message: str, secrets: Iterable[str]) -> str:
    """A foreign text that may be shown: one line, short, and without a key that it echoes."""
    for secret in secrets:
        message = message.replace(secret, "[redacted]")
    return _CONTROL.sub(" ", message)[:MESSAGE_LENGTH]


def _kind(status: int, said: _Body) -> RefusalKind:
    words = (said.message or "").lower()
    named = next((kind for text, kind in _BY_WORDS if text in words), None)
    forbidden = RefusalKind.KEYS if said.code in (None, 40110000) else RefusalKind.FORBIDDEN
    by_fields = None
    if said.existing_order_id is not None:
        by_fields = RefusalKind.WASH_TRADE
    elif said.related_orders:
        by_fields = RefusalKind.BOUND_QUANTITY
    by_status = {401: forbidden, 403: forbidden}.get(status, _BY_STATUS.get(status, RefusalKind.INVALID))
    if not 400 <= status < 500:
        return RefusalKind.UNCLEAR
    return _BY_CODE.get(said.code or 0) or named or by_fields or by_status
