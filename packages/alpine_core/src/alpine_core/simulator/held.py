"""Buying every symbol once and holding it: what any following has to be compared with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from alpine_core.simulator.exact import exact
from alpine_core.simulator.price_book import PriceBook


class Held:
    """Equal shares of the capital in each symbol, bought at the open of its first bar from `since` on, without costs.

    A symbol without a bar stays cash and is named in `unpriced`.
    """

    def __init__(self, symbols: Iterable[str], capital: float, since: datetime, book: PriceBook) -> None:
        self._book = book
        self.symbols = sorted(set(symbols))
        bought = {symbol: book.first_from(symbol, since) for symbol in self.symbols}
        self._bought = {symbol: bar for symbol, bar in bought.items() if bar is not None}
        self.unpriced = tuple(symbol for symbol in self.symbols if symbol not in self._bought)
        self._share = exact(capital) / max(1, len(self.symbols))

    def at(self, moment: datetime) -> Decimal | None:
        """The worth at `moment` by the newest opens; None where nothing has a price."""
        return self._worth(
            {
                symbol: self._book.open_at(symbol, moment) if bar.start <= moment else bar.open
                for symbol, bar in self._bought.items()
            }
        )

    def final(self) -> Decimal | None:
        """The worth at the last closes."""
        lasts = {symbol: self._book.last(symbol) for symbol in self._bought}
        return self._worth({symbol: None if last is None else last.close for symbol, last in lasts.items()})

    def _worth(self, prices: dict[str, float | None]) -> Decimal | None:
        if not prices:
            return None
        total = self._share * len(self.unpriced)
        for symbol, price in prices.items():
            bought = self._bought[symbol].open
            total += self._share * exact(bought if price is None else price) / exact(bought)
        return total
