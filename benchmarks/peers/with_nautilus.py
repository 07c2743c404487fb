"""The workloads in nautilus-trader: one engine for each symbol and pair.

It is fed with a quote at each open and with each bar. Its market orders fill at once, so the order decided on a bar is
sent when the quote of the next open arrives, whose two sides are one. Money has eight decimals here and prices nine:
with cents, commissions would be rounded to cents and the accounts would differ.
"""

from __future__ import annotations

from typing import Any

from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig, RiskEngineConfig, StrategyConfig
from nautilus_trader.indicators import SimpleMovingAverage
from nautilus_trader.model.currencies import Currency
from nautilus_trader.model.data import Bar, BarType, QuoteTick
from nautilus_trader.model.enums import AccountType, CurrencyType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.trading.strategy import Strategy

from benchmarks.peers.serving import Work, serve

MONEY = Currency("XMO", precision=8, iso4217=0, name="money with eight decimals", currency_type=CurrencyType.CRYPTO)
SHARE = InstrumentId(Symbol("SHARE"), Venue("HERE"))
BARS = BarType.from_str("SHARE.HERE-1-MINUTE-LAST-EXTERNAL")
MINUTE, DECIMALS = 60_000_000_000, 9


class CrossConfig(StrategyConfig, frozen=True):  # type: ignore[misc, call-arg]
    """Both windows."""

    fast: int = 10
    slow: int = 30


class Cross(Strategy):  # type: ignore[misc]
    """Ten units long while the fast mean is above the slow one."""

    def __init__(self, config: CrossConfig) -> None:
        super().__init__(config)
        self.quick, self.lazy = SimpleMovingAverage(config.fast), SimpleMovingAverage(config.slow)
        self.before: int | None = None
        self.ordered: Any = None
        self.held, self.entries = False, 0

    def on_start(self) -> None:
        """Bars feed the means, quotes of the open carry the orders."""
        for indicator in (self.quick, self.lazy):
            self.register_indicator_for_bars(BARS, indicator)
        self.subscribe_bars(BARS)
        self.subscribe_quote_ticks(SHARE)

    def on_bar(self, bar: Any) -> None:
        """Decides on the close."""
        if not self.lazy.initialized:
            return
        gap = self.quick.value - self.lazy.value
        order = (gap > 0) - (gap < 0)
        if self.before is not None:
            if not self.held and order > 0 >= self.before:
                self.ordered = OrderSide.BUY
            elif self.held and order < 0:
                self.ordered = OrderSide.SELL
        self.before = order

    def on_quote_tick(self, tick: Any) -> None:
        """Sends the order of the bar before."""
        if self.ordered is not None:
            side, self.ordered = self.ordered, None
            self.held = side == OrderSide.BUY
            self.entries += self.held
            self.submit_order(self.order_factory.market(SHARE, side, Quantity.from_int(10)))


def share() -> Any:
    """The instrument, with a fee of 0.1 % for each side."""
    from decimal import Decimal

    return Equity(
        SHARE, Symbol("SHARE"), MONEY, DECIMALS, Price(1e-9, DECIMALS), Quantity.from_int(1), 0, 0,
        maker_fee=Decimal("0.001"), taker_fee=Decimal("0.001"),
    )  # fmt: skip


def events(work: Work, symbol: int) -> list[Any]:
    """The quote of each open a nanosecond after the bar before, and each bar at its end."""
    found: list[Any] = []
    volume = Quantity.from_int(1_000_000)
    sides = (work.opens, work.highs, work.lows, work.closes)
    for bar, row in enumerate(zip(*(side[symbol].tolist() for side in sides), strict=True), start=1):
        prices = [Price(value, DECIMALS) for value in row]
        at = bar * MINUTE
        quote = QuoteTick(SHARE, prices[0], prices[0], volume, volume, at + 1, at + 1)
        found += [quote, Bar(BARS, *prices, volume, at + MINUTE, at + MINUTE)]
    return found


def prepare(work: Work) -> tuple[Work, list[list[Any]]]:
    """The events of each symbol."""
    return work, [events(work, symbol) for symbol in range(len(work.closes))]


def run(prepared: tuple[Work, list[list[Any]]], headline: bool) -> tuple[float, Any]:
    """Sum of the final equities."""
    work, histories = prepared
    equity, entries = 0.0, 0
    for symbol, data in enumerate(histories):
        for fast, slow in work.pairs.tolist():
            engine = BacktestEngine(
                BacktestEngineConfig(
                    logging=LoggingConfig(bypass_logging=True), risk_engine=RiskEngineConfig(bypass=True),
                    run_analysis=headline,
                )
            )  # fmt: skip
            engine.add_venue(
                SHARE.venue, OmsType.NETTING, AccountType.CASH, [Money(100_000, MONEY)], base_currency=MONEY,
                bar_execution=False,
            )  # fmt: skip
            engine.add_instrument(share())
            engine.add_data(data)
            strategy = Cross(CrossConfig(fast=fast, slow=slow))
            engine.add_strategy(strategy)
            engine.run()
            cash = engine.cache.account_for_venue(SHARE.venue).balance_total(MONEY).as_double()
            equity += cash + (10 * float(work.closes[symbol, -1]) if strategy.held else 0.0)
            entries += strategy.entries
            engine.dispose()
    return equity, lambda: entries


if __name__ == "__main__":
    serve(run, prepare)
