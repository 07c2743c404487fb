"""The plain account as a definition: bar by bar, readable, exact, slow. The fast paths are held against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from argo_core.backtest.plain_terms import PlainTerms


@dataclass(frozen=True, slots=True)
class Fill:
    """An order filled at the open of `bar` at `price`; `units` above 0 were bought, below 0 sold."""

    bar: int
    units: float
    price: float
    fee: float


@dataclass(frozen=True, slots=True)
class PlainAccount:
    """How an account went: its fills in order, its equity at each close, and entries that the cash did not allow."""

    fills: tuple[Fill, ...]
    equity: tuple[float, ...]
    refused: int

    @property
    def entries(self) -> int:
        """Filled entries, the open one included."""
        return sum(fill.units > 0 for fill in self.fills)


def walk(
    opens: Sequence[float], closes: Sequence[float], entries: Sequence[bool], exits: Sequence[bool], terms: PlainTerms
) -> PlainAccount:
    """One account over one symbol.

    On the close of bar t the account looks at the signals of t: with nothing held `entries[t]` orders `units`, with
    something held `exits[t]` orders them sold; the other signal has no meaning then. The order fills at the open of
    bar t + 1, whatever lies between the two prices or the two times; volume is not looked at. After the last bar
    nothing fills. An entry whose notional and fee exceed the cash is refused and forgotten.
    """
    cash, held, refused = terms.start_cash, 0.0, 0
    ordered = False
    fills: list[Fill] = []
    equity: list[float] = []
    for bar in range(len(closes)):
        if ordered:
            notional = terms.units * opens[bar]
            fee = terms.fee_ratio * notional
            if held:
                cash, bought = cash + (notional - fee), -held
            elif notional + fee <= cash:
                cash, bought = cash - (notional + fee), terms.units
            else:
                refused, bought = refused + 1, 0.0
            if bought:
                fills.append(Fill(bar, bought, opens[bar], fee))
                held += bought
        equity.append(cash + held * closes[bar])
        ordered = bool(exits[bar] if held else entries[bar])
    return PlainAccount(tuple(fills), tuple(equity), refused)


def crossings_on_paper(closes: Sequence[float], fast: int, slow: int) -> tuple[list[bool], list[bool]]:
    """Where the mean of the last `fast` closes came to stand above that of the last `slow`, and below, in fractions.

    Above on bar t: greater on t and not greater on t - 1, both means known on both bars; below likewise.
    """
    exact = [Fraction(close) for close in closes]
    gaps: list[Fraction | None] = [
        None
        if bar < slow - 1
        else sum(exact[bar - fast + 1 : bar + 1]) / Fraction(fast)
        - sum(exact[bar - slow + 1 : bar + 1]) / Fraction(slow)
        for bar in range(len(exact))
    ]
    pairs = list(zip([None, *gaps], gaps, strict=False))
    rises = [was is not None and now is not None and now > 0 >= was for was, now in pairs]
    falls = [was is not None and now is not None and now < 0 <= was for was, now in pairs]
    return rises, falls
