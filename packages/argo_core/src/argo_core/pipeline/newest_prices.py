"""The newest price of each symbol, and the one before it."""

from __future__ import annotations

from collections.abc import Mapping

from argo_core.measures.price_jump import distance_ratio
from argo_core.model.last_price import LastPrice, Withdrawal


class NewestPrices:
    """An older price never replaces a newer one; of two of the same instant the later word counts.

    The price before is kept too: a refresh that is not waited for may bring what happened after a view's instant, and
    a trade may be withdrawn.
    """

    def __init__(self) -> None:
        self._newest: dict[str, LastPrice] = {}
        self._earlier: dict[str, LastPrice] = {}

    def take(self, price: LastPrice) -> None:
        """From now on the newest, unless it is older than what is known."""
        known = self._newest.get(price.symbol)
        if known is not None and price.at < known.at:
            return
        if known is not None and price.at > known.at:
            self._earlier[price.symbol] = known
        self._newest[price.symbol] = price

    def withdraw(self, withdrawn: Withdrawal) -> None:
        """The vendor takes a trade back: if that very trade is what we know, the price before it counts again."""
        symbol = withdrawn.symbol
        for prices in (self._newest, self._earlier):
            if (known := prices.get(symbol)) is not None and known.trade == withdrawn.trade != "":
                del prices[symbol]
        if symbol not in self._newest and symbol in self._earlier:
            self._newest[symbol] = self._earlier.pop(symbol)

    def of(self, symbol: str) -> LastPrice | None:
        """The newest."""
        return self._newest.get(symbol)

    def told(self) -> tuple[Mapping[str, LastPrice], Mapping[str, LastPrice]]:
        """The prices before, and the newest."""
        return self._earlier, self._newest

    def forget_far(self, symbol: str, close: float, ratio: float) -> None:
        """A split makes prices of before it wrong ones: forget what is so far from the adjusted close."""
        for prices in (self._earlier, self._newest):
            if (known := prices.get(symbol)) is not None and distance_ratio(known.price, close) >= ratio:
                del prices[symbol]
