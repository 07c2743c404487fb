"""A price that has moved makes every vendor's kept answer about its symbol old, whoever told of the move."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

from argo_core.model.last_price import LastPrice
from argo_core.ports.market_stream import News
from argo_core.sources.adaptive_ttl import AdaptiveTtl


class PriceMoves:
    """Each teller is compared with itself alone: two vendors that always differ are no move. Times are seconds since
    1970 by our wall clock: when we heard of it, not when it was traded."""

    def __init__(self, rules: AdaptiveTtl) -> None:
        self.rules = rules
        self._answered: dict[tuple[str, str], float] = {}
        self._moved_at: dict[str, float] = {}

    def moved_at(self, symbol: str) -> float:
        """When we last heard that it moved; -inf if never."""
        return self._moved_at.get(symbol, -math.inf)

    def answered(self, teller: str, symbol: str, price: float, at: float) -> bool:
        """A vendor's answer, which later ones are compared with; whether it has left the one before behind."""
        moved = self._compared(teller, symbol, price, at)
        self._answered[teller, symbol] = price
        return moved

    def pushed(self, teller: str, symbol: str, price: float, at: float) -> None:
        """A price between two answers: many small steps away from the last answer are a move too."""
        if self._compared(teller, symbol, price, at):
            self._answered[teller, symbol] = price

    def watching(
        self, now: Callable[[], datetime], teller: str, take: Callable[[News], None]
    ) -> Callable[[News], None]:
        """`take`, and each price noted on its way."""

        def taken(news: News) -> None:
            if isinstance(news, LastPrice):
                self.pushed(teller, news.symbol, news.price, now().timestamp())
            take(news)

        return taken

    def _compared(self, teller: str, symbol: str, price: float, at: float) -> bool:
        before = self._answered.get((teller, symbol))
        moved = before is not None and self.rules.moved(before, price)
        if moved:
            self._moved_at[symbol] = at
        return moved
