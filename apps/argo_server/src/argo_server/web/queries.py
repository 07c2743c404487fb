"""Query strings, decoded strictly: an unknown name, a repeated name or a value out of range is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from msgspec import Meta

from argo_core.errors import DataError
from argo_core.model.asset import require_symbol
from argo_core.model.lab_run import LabQuery
from argo_core.model.query import DecisionQuery, SignalQuery

AnyRequest = Request[Any, Any, Any]

MAX_FIELDS = 16
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
IDENTIFIER = r"[A-Za-z0-9._:-]{1,64}"

Limit = Annotated[int, Meta(ge=1, le=500, description="How many items a page holds.")]
Cursor = Annotated[int, Meta(ge=1, le=2**63 - 1, description="`next` of the page before.")]
Symbol = Annotated[str, Meta(max_length=32, description="Upper case, for instance AAPL or BTC-USD.")]
Instant = Annotated[datetime, Meta(tz=True, description="RFC 3339, with a timezone.")]
Code = Annotated[str, Meta(pattern=r"\A[a-z_]{1,32}\Z", description="A veto's code, for instance below_threshold.")]


class Filter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fields of a query string. This one has none."""


class SymbolSignalFilter(Filter, frozen=True, kw_only=True):
    """Which signals of one symbol, newest first."""

    action: Literal["BUY", "SELL"] | None = None
    regime: Literal["UNKNOWN", "BULL", "BEAR", "CHOP", "CRISIS"] | None = None
    outcome: Literal["win", "loss"] | None = None
    open_only: bool = msgspec.field(name="open", default=False)
    min_confidence: Annotated[float, Meta(ge=0, le=100)] | None = None
    since: Instant | None = None
    limit: Limit = 50
    before: Cursor | None = None

    def query_for(self, symbol: str | None) -> SignalQuery:
        """The question to the log. Raises DataError `bad_symbol`, `bad_query`."""
        since = None if self.since is None else _utc(self.since)
        named = None if symbol is None else require_symbol(symbol)
        return SignalQuery(**{**msgspec.structs.asdict(self), "since": since, "symbol": named})


class SignalFilter(SymbolSignalFilter, frozen=True, kw_only=True):
    """Which signals, newest first."""

    symbol: Symbol | None = None


class LevelFilter(Filter, frozen=True, kw_only=True):
    """How deep to look at health."""

    level: Annotated[int, Meta(ge=1, le=3, description="1 or 2; 3 is for the command.")] | None = None


class LatestFilter(Filter, frozen=True, kw_only=True):
    """How many of the newest."""

    limit: Limit = 50


class DecisionFilter(Filter, frozen=True, kw_only=True):
    """Which decisions, newest first."""

    symbol: Symbol | None = None
    status: Literal["published", "repeat", "vetoed"] | None = None
    veto: Code | None = None
    cycle_id: Annotated[str, Meta(pattern=rf"\A{IDENTIFIER}\Z")] | None = None
    limit: Limit = 50
    before: Cursor | None = None

    def query(self) -> DecisionQuery:
        """The question to the log. Raises DataError `bad_symbol`, `bad_query`."""
        if self.symbol is not None:
            require_symbol(self.symbol)
        return DecisionQuery(**msgspec.structs.asdict(self))


class RunFilter(Filter, frozen=True, kw_only=True):
    """Which runs of the lab, newest first."""

    open_only: bool = msgspec.field(name="open", default=False)
    limit: Limit = 50
    before: Cursor | None = None

    def query(self) -> LabQuery:
        """The question to the lab."""
        return LabQuery(**msgspec.structs.asdict(self))


class ResultFilter(Filter, frozen=True, kw_only=True):
    """Which page of a run's trades; `earlier`: the run was there already when somebody asked for one like it."""

    trades: Annotated[int, Meta(ge=1, le=100_000, description="Page of the trades, from 1.")] = 1
    earlier: bool = False


class ComparedFilter(Filter, frozen=True, kw_only=True):
    """Which runs are put side by side."""

    ids: Annotated[str, Meta(max_length=400, description="Ids of runs, separated by commas.")] = ""


class AlertFilter(Filter, frozen=True, kw_only=True):
    """Which alerts, newest first."""

    limit: Limit = 20
    before: Cursor | None = None


class ParityFilter(Filter, frozen=True, kw_only=True):
    """Which comparisons, newest first."""

    limit: Limit = 20
    before: Cursor | None = None


class DifferenceFilter(Filter, frozen=True, kw_only=True):
    """Which differences of one comparison: from the `first` on, counted from 0."""

    first: Annotated[int, Meta(ge=0, le=10**9)] = 0
    limit: Limit = 50


F = TypeVar("F", bound=Filter)


def decode_query(request: AnyRequest, shape: type[F], *, blank_is_absent: bool = False) -> F:
    """The query string as `shape`. Forms send untouched fields as blanks; with `blank_is_absent` they do not count.

    Raises DataError `bad_query`, naming the field.
    """
    fields = _fields(request.scope["query_string"])
    if blank_is_absent:
        fields = {name: value for name, value in fields.items() if value}
    try:
        return msgspec.convert(fields, shape, strict=False)
    except msgspec.ValidationError as error:
        raise DataError("bad_query", f"{error}: correct the query") from error


def require_identifier(text: str) -> str:
    """The text itself. Raises DataError `bad_identifier` unless it is 1–64 of `A-Z a-z 0-9 . _ : -`."""
    if re.fullmatch(IDENTIFIER, text) is None:
        raise DataError("bad_identifier", f"{ascii(text)[:80]} is not an identifier: copy it from a list")
    return text


def refuse_unknown_fields(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """A guard: names that the route's `query` shape lacks are refused, on routes without one every name."""
    shape = handler.opt.get("query", Filter)
    known = {field.encode_name for field in msgspec.structs.fields(shape)}
    for name in _fields(connection.scope["query_string"]):
        if name not in known:
            choices = f"use {', '.join(sorted(known))}" if known else "this address takes none"
            raise DataError("unknown_field", f"unknown query field {ascii(name)[:40]}: {choices}")


def _fields(query_string: bytes) -> dict[str, str]:
    try:
        text = query_string.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise DataError("bad_query", "the query is not percent-encoded UTF-8 of at most 16 fields") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise DataError("bad_query", "a query field occurs twice: give each one once")
    return fields


def _utc(instant: datetime) -> datetime:
    try:
        return max(instant.astimezone(UTC), EARLIEST)
    except OverflowError as error:
        raise DataError("bad_query", "since is outside the years 1 to 9999 in UTC") from error
