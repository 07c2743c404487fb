"""An answer as the vendor documents it, or a refusal that says where it differs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec

from argo_core.adapters.vendor_path.document import Document
from argo_core.adapters.vendors.refused_datum import RefusedDatum
from argo_core.errors import DataError, SourceError
from argo_core.model.asset import require_symbol
from argo_core.model.instant import require_utc
from argo_core.model.last_price import LastPrice

T = TypeVar("T")
FUTURE_SECONDS = 60.0
BAD_PRICE, CLOCK_SKEW = "bad_price", "clock_skew"
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_SECOND, _LAST_SECOND = int(EARLIEST.timestamp()), int(LATEST.timestamp())


def shaped(vendor: str, raw: object, shape: type[T]) -> T:
    """`raw` (as JSON decodes) as a value of `shape`. Raises SourceError REFUSED_ANSWER, which names the place."""
    try:
        return msgspec.convert(raw, shape)
    except msgspec.ValidationError as error:
        raise SourceError("REFUSED_ANSWER", f"{vendor}: the answer is not what it documents: {error}") from error


def shaped_document(vendor: str, document: Document, shape: type[T]) -> T:
    """As `shaped`, of an answer's JSON at once: of a large one nothing else is held meanwhile."""
    try:
        return document.decoded(shape)
    except msgspec.ValidationError as error:
        raise SourceError("REFUSED_ANSWER", f"{vendor}: the answer is not what it documents: {error}") from error


def last_price(
    vendor: str, symbol: str, price: float, at: datetime, received_at: datetime, feed: str, trade: str = ""
) -> LastPrice:
    """A checked price. Raises RefusedDatum: no positive price, a time of no market, or more than a minute in the
    future: a price that nobody can have seen yet. Raises SourceError REFUSED_ANSWER for what is no symbol."""
    try:
        require_symbol(symbol)
    except DataError as error:
        raise SourceError("REFUSED_ANSWER", f"{vendor}: {error}") from error
    try:
        moment = plausible(vendor, at)
    except SourceError as error:
        raise RefusedDatum(symbol, BAD_PRICE, price, 0.0, f"{error} ({symbol})") from error
    if not 0 < price < float("inf"):
        raise RefusedDatum(
            symbol, BAD_PRICE, price, 0.0, f"{vendor}: {symbol} has the price {price:g}: no market makes it"
        )
    ahead = (moment - received_at).total_seconds()
    if ahead > FUTURE_SECONDS:
        why = f"{vendor}: the price of {symbol} is {ahead:.0f} s ahead of us: check the clock"
        raise RefusedDatum(symbol, CLOCK_SKEW, ahead, FUTURE_SECONDS, why)
    return LastPrice(symbol=symbol, price=price, at=moment, received_at=received_at, feed=feed, trade=trade)


def instant_of(vendor: str, epoch: int, per_second: int) -> datetime:
    """Units since 1970 as UTC, cut to microseconds. Raises SourceError REFUSED_ANSWER outside the years 1990–2100,
    where a mistaken unit lands."""
    if not _FIRST_SECOND * per_second <= epoch < _LAST_SECOND * per_second:
        raise SourceError("REFUSED_ANSWER", f"{vendor}: {str(epoch)[:30]} is no time in units of 1/{per_second} s")
    return _EPOCH + timedelta(microseconds=epoch * 1_000_000 // per_second)


def plausible(vendor: str, moment: datetime) -> datetime:
    """The moment in UTC. Raises SourceError REFUSED_ANSWER for one without a zone or outside the years 1990–2100."""
    try:
        utc = require_utc(moment)
    except (DataError, OverflowError) as error:
        raise SourceError("REFUSED_ANSWER", f"{vendor}: {error}") from error
    if not EARLIEST <= utc < LATEST:
        raise SourceError("REFUSED_ANSWER", f"{vendor}: {utc.isoformat()} is no time of this market")
    return utc
