"""What may be asked of the lab: one backtest, said whole, so that it can be read and repeated."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from argo_core.errors import DataError
from argo_core.execution.costs import CostPolicy
from argo_core.model.asset import require_symbol
from argo_core.model.lab_run import Kind
from argo_core.model.stored_series import Adjustment

MOST_SYMBOLS = 50
LARGEST = 1e12
CostPct = Annotated[float, Meta(ge=0, le=10, description="Percent of the price, or of the traded worth.")]
Symbols = Annotated[
    tuple[Annotated[str, Meta(min_length=1, max_length=32)], ...],
    Meta(min_length=1, max_length=MOST_SYMBOLS, description="Upper case, for instance AAPL or BTC-USD; each once."),
]
Money = Annotated[float, Meta(gt=0, lt=LARGEST, description="Quote currency.")]
STORED = "stored"
TIMEFRAME = "1Day"
Seed = Annotated[int, Meta(ge=0, lt=2**32, description="Of everything that is drawn: the same seed, the same answer.")]


class BacktestRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One backtest. Left out means: `symbols` all, dates as far as bars reach, money and costs as in the settings.
    `bars`: packaged ones, or those of the library that `timeframe` (1Day) and `adjustment` (split) name.
    `begin` is the first day, `end` the day before which it ends; an account is for kind `profit` only."""

    kind: Kind = "profit"
    bars: Literal["recorded", "stored"] = "recorded"
    timeframe: Annotated[str, Meta(min_length=1, max_length=16)] | None = None
    adjustment: Adjustment | None = None
    symbols: Symbols | None = None
    begin: date | None = None
    end: date | None = None
    executor: Literal["regular", "prop_firm"] = "regular"
    initial_capital: Money | None = None
    commission_pct: CostPct | None = None
    slippage_pct: CostPct | None = None
    spread_pct: CostPct | None = None
    seed: Seed = 0


class LabDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a request: itself, nothing left out but dates, and `rules`, the settings of strategy and account
    that it is worked on with, as JSON. `hashes`: the content of each stored series, by symbol; empty for packaged bars.
    A run can be repeated from it whatever the settings and the newest bars are by then."""

    request: BacktestRequest
    rules: msgspec.Raw
    hashes: dict[str, str] = {}


def completed(request: BacktestRequest, symbols: tuple[str, ...], capital: float, costs: CostPolicy) -> BacktestRequest:
    """The request with nothing left out but dates. Raises DataError: `bad_symbol`, `duplicate_symbol`, `bad_period`,
    `bad_bars`, `too_many_symbols`."""
    wanted = request.symbols or symbols
    if len(wanted) > MOST_SYMBOLS:
        raise DataError("too_many_symbols", f"{len(wanted)} symbols: name at most {MOST_SYMBOLS} of them")
    for symbol in wanted:
        require_symbol(symbol)
    if len(set(wanted)) != len(wanted):
        raise DataError("duplicate_symbol", "a symbol appears twice: give each one once")
    if request.begin is not None and request.end is not None and request.end <= request.begin:
        raise DataError("bad_period", f"the period ends on {request.end}: give a day after it begins")
    request = of_bars(request)
    return msgspec.structs.replace(
        request,
        symbols=wanted,
        initial_capital=_or(request.initial_capital, capital),
        commission_pct=_or(request.commission_pct, costs.fee_pct),
        slippage_pct=_or(request.slippage_pct, costs.slippage_pct),
        spread_pct=_or(request.spread_pct, costs.spread_pct),
    )


def of_bars(request: BacktestRequest) -> BacktestRequest:
    """With timeframe and adjustment of stored bars filled in; packaged ones have no choice of them. Raises DataError
    `bad_bars`."""
    if request.bars == STORED:
        timeframe, adjustment = request.timeframe or TIMEFRAME, request.adjustment or Adjustment.SPLIT
        return msgspec.structs.replace(request, timeframe=timeframe, adjustment=adjustment)
    if request.timeframe is not None or request.adjustment is not None:
        raise DataError("bad_bars", "timeframe and adjustment are said of stored bars only: leave them out")
    return request


def document_of(request: BacktestRequest, rules: bytes, hashes: Mapping[str, str] = {}) -> bytes:
    """As JSON, always the same for the same request, rules and bars."""
    kept = LabDocument(request=request, rules=msgspec.Raw(rules), hashes=dict(hashes))
    return msgspec.json.encode(kept, order="sorted")


def document_from(document: bytes) -> LabDocument:
    """Inverse of `document_of`. Raises DataError `bad_document`."""
    try:
        return msgspec.json.decode(document, type=LabDocument)
    except msgspec.MsgspecError as error:
        raise DataError("bad_document", f"the stored request cannot be read: {error}: ask for it anew") from error


def content_key(document: bytes, further: Iterable[str]) -> str:
    """SHA-256, in hex, over everything that a result depends on: the document, and `further`, in this order: digests of
    the data, the version of the program, whatever else counts."""
    digest = hashlib.sha256(document)
    for each in further:
        digest.update(b"\0" + each.encode())
    return digest.hexdigest()


def _or(value: float | None, default: float) -> float:
    return default if value is None else value
