"""Symbols that every vendor has been asked about, and none has a price of: a name mistyped, or delisted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from argo_core.model.rejection import ALL_VENDORS, Rejection

AGAIN = timedelta(minutes=10)


class UnknownSymbols:
    """Nobody but the first vendor, which is asked for all at once, is asked about them before `AGAIN` is over; each
    time they are found unknown anew it is told as a rejection."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}
        self._rejections: list[Rejection] = []

    def known(self, symbols: Sequence[str], now: datetime) -> tuple[str, ...]:
        """Those of `symbols` that it is worth asking a further vendor for."""
        return tuple(symbol for symbol in symbols if symbol not in self._until or now >= self._until[symbol])

    def found(self, priced: Sequence[str], unpriced: Sequence[str], now: datetime) -> None:
        """All vendors have answered."""
        for symbol in priced:
            self._until.pop(symbol, None)
        for symbol in self.known(unpriced, now):
            self._until[symbol] = now + AGAIN
            self._rejections.append(
                Rejection(vendor=ALL_VENDORS, symbol=symbol, kind="unknown_symbol", measured=0.0, limit=1.0, at=now)
            )

    def rejections(self) -> tuple[Rejection, ...]:
        """What was found since the last call, each once."""
        told, self._rejections = tuple(self._rejections), []
        return told
