"""Query strings, read strictly: an unknown name, one given twice or a value out of range is refused by name."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypeVar
from urllib.parse import parse_qsl, urlencode

import msgspec
from msgspec import Meta

from alpine_core.errors import ReaderError
from alpine_core.model import SignalQuery
from alpine_core.model.query import Sort
from alpine_core.track_record import Costs, Selection, Terms
from alpine_core.track_record.equity import STAKE_PCT
from alpine_web.web.operator import AnyConnection

MOST_FIELDS = 16
LARGEST_CURSOR = 2**63 - 1

Word = Annotated[str, Meta(min_length=1, max_length=64)]


class SignalFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which signals, newest first. `before` is `next` of the page before."""

    symbol: Word | None = None
    action: Literal["BUY", "SELL"] | None = None
    regime: Word | None = None
    min_confidence: Annotated[float, Meta(ge=0, le=100)] | None = None
    outcome: Literal["open", "win", "loss", "expired"] | None = None
    search: Word | None = None
    before: Annotated[int, Meta(ge=1, le=LARGEST_CURSOR)] | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 50

    def query(self) -> SignalQuery:
        """The question to the record."""
        names = (name for name in SignalFilter.__struct_fields__)
        return SignalQuery(**{name: getattr(self, name) for name in names})


class HistoryFilter(SignalFilter, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same with a larger page where none is asked for."""

    limit: Annotated[int, Meta(ge=1, le=500)] = 200


class PageFilter(SignalFilter, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same for the page of signals, which can be sorted; `page` counts from 1 and is for sorted lists."""

    sort: Sort = "newest"
    page: Annotated[int, Meta(ge=1, le=1000)] = 1

    def query(self) -> SignalQuery:
        """The question to the record: one part of the list in the order that is asked for."""
        asked, offset = super().query(), (self.page - 1) * self.limit
        return msgspec.structs.replace(asked, sort=self.sort, offset=offset)


class RecordFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of the published record, with which costs. `symbols` are parted by commas or blanks; `cost_pct` stands
    in for whatever the provider states; `page` counts from 1, of the list of trades."""

    since: date | None = None
    until: date | None = None
    symbols: Annotated[str, Meta(max_length=400)] | None = None
    min_confidence: Annotated[float, Meta(ge=0, le=100)] | None = None
    max_confidence: Annotated[float, Meta(ge=0, le=100)] | None = None
    regime: Word | None = None
    action: Literal["BUY", "SELL"] | None = None
    cost_pct: Annotated[float, Meta(ge=0, le=20)] | None = None
    stake_pct: Annotated[float, Meta(ge=0.01, le=100)] = STAKE_PCT
    page: Annotated[int, Meta(ge=1, le=10_000)] = 1

    def terms(self) -> Terms:
        """The question to the track record."""
        selection = Selection(
            since=self.since,
            until=self.until,
            symbols=frozenset((self.symbols or "").replace(",", " ").upper().split()),
            min_confidence=self.min_confidence,
            max_confidence=self.max_confidence,
            regime=self.regime,
            action=self.action,
        )
        costs = Costs() if self.cost_pct is None else Costs(assumed_pct=self.cost_pct, always=True)
        return Terms(selection=selection, costs=costs, stake_pct=self.stake_pct)


class StreamStart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """After which event a stream goes on."""

    after: Annotated[str, Meta(max_length=31)] | None = None


class SignInPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to go after signing in."""

    next: Annotated[str, Meta(max_length=500)] = "/dashboard"


F = TypeVar("F", bound=msgspec.Struct)


def decode_query(request: AnyConnection, shape: type[F]) -> F:
    """The query string as `shape`; blank fields, which forms send, do not count. Raises ReaderError by field name."""
    return decode_fields(request.scope["query_string"], shape)


def decode_fields(raw: bytes, shape: type[F]) -> F:
    """`name=value&…` as `shape`. Raises ReaderError."""
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise ReaderError(f"the fields are not percent-encoded UTF-8, at most {MOST_FIELDS}: correct them") from error
    fields = dict(pairs)
    if any("\0" in text for pair in pairs for text in pair):
        raise ReaderError("a field holds the character U+0000: leave it out")
    if len(fields) != len(pairs):
        raise ReaderError("a field is given twice: give each one once")
    try:
        return msgspec.convert({name: value for name, value in fields.items() if value}, shape, strict=False)
    except msgspec.ValidationError as error:
        raise ReaderError(f"{error}: correct the field") from error


def query_string(asked: msgspec.Struct, **changed: object) -> str:
    """The same question as a query string, with some fields changed; what has its default is left out."""
    defaults = {field.encode_name: field.default for field in msgspec.structs.fields(asked)}
    fields = {**msgspec.to_builtins(asked), **changed}
    return urlencode({name: value for name, value in fields.items() if value not in (None, defaults.get(name))})
