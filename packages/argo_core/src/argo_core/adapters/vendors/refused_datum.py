"""One symbol's datum that is refused while the rest of the answer is good."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from argo_core.errors import SourceError
from argo_core.model.rejection import Rejection

T = TypeVar("T")
REMEMBERED = 1000


class RefusedDatum(SourceError):
    """What no market makes, told of one symbol; `kind`, `measured` and `limit` as a `Rejection` has them."""

    def __init__(self, symbol: str, kind: str, measured: float, limit: float, why: str) -> None:
        super().__init__("REFUSED_ANSWER", why)
        self.symbol, self.kind, self.measured, self.limit = symbol, kind, measured, limit


@dataclass(frozen=True, slots=True)
class Sifted(Generic[T]):
    """A part of an answer: what is good of it by symbol, and what is refused."""

    good: dict[str, T]
    refused: tuple[RefusedDatum, ...] = ()


def sifted(symbols: Iterable[str], read: Callable[[str], T | None]) -> Sifted[T]:
    """Each symbol read for itself; None is nothing of it. Raises what `read` raises beside RefusedDatum."""
    good: dict[str, T] = {}
    refused: list[RefusedDatum] = []
    for symbol in symbols:
        try:
            value = read(symbol)
        except RefusedDatum as error:
            refused.append(error)
            continue
        if value is not None:
            good[symbol] = value
    return Sifted(good, tuple(refused))


async def sifted_alone(symbol: str, answer: Awaitable[T | None]) -> Sifted[T]:
    """A part that is about one symbol. Raises what the answer raises beside RefusedDatum."""
    try:
        value = await answer
    except RefusedDatum as error:
        return Sifted({}, (error,))
    return Sifted({} if value is None else {symbol: value})


class Refusals:
    """What one vendor's answers were refused for, until somebody asks."""

    def __init__(self, vendor: str) -> None:
        self._vendor = vendor
        self._kept: deque[Rejection] = deque(maxlen=REMEMBERED)

    def joined(self, parts: Iterable[Sifted[T]], at: datetime) -> dict[str, T]:
        """The parts' good values as one answer. Raises the first refusal where several symbols were refused and none
        is good: then it is the vendor that is wrong."""
        found = list(parts)
        good = {symbol: value for part in found for symbol, value in part.good.items()}
        refused = [error for part in found for error in part.refused]
        if len(refused) > 1 and not good:
            raise refused[0]
        self.keep(refused, at)
        return good

    def keep(self, refused: Iterable[RefusedDatum], at: datetime) -> None:
        """Refused at this moment, by our clock."""
        self._kept.extend(
            Rejection(vendor=self._vendor, symbol=each.symbol, kind=each.kind, measured=each.measured,
                      limit=each.limit, at=at)
            for each in refused
        )  # fmt: skip

    def rejections(self) -> tuple[Rejection, ...]:
        """Since the last call; they are forgotten with it."""
        taken = tuple(self._kept)
        self._kept.clear()
        return taken
