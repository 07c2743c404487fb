"""Many proposals of one account at one moment, as a struct of arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.measures.panel import Floats
from argo_core.model.position import AccountSnapshot
from argo_core.risk.context import MarketContext
from argo_core.risk.open_risk import pending_quantities
from argo_core.risk.proposal import Standing, sides_of
from argo_core.risk.watched import Watched

Bools = NDArray[np.bool_]
Indices = NDArray[np.intp]
Signs = NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """N proposals. `symbols` are distinct, with their `asset_types`; `symbol` (N,) says which of them each is about.
    `direction` (N,) is 1 or -1; `crisis` (N,) whether the signal's regime is CRISIS.

    Floats (N,), as in `Proposal`: `confidence` 0–100, `entry_price`, `stop_price` (NaN for none), `price`,
    `age_seconds`, `held` signed, `closing` and `opening` ≥ 0.
    """

    symbols: tuple[str, ...]
    asset_types: tuple[str, ...]
    symbol: Indices
    direction: Signs
    crisis: Bools
    confidence: Floats
    entry_price: Floats
    stop_price: Floats
    price: Floats
    age_seconds: Floats
    held: Floats
    closing: Floats
    opening: Floats
    account: AccountSnapshot
    standing: Standing
    watched: Watched
    context: MarketContext

    def __len__(self) -> int:
        return int(self.symbol.shape[0])

    @property
    def opens(self) -> Bools:
        """(N,) rows that take on something new."""
        opens: Bools = self.opening != 0
        return opens

    @property
    def resulting(self) -> Floats:
        """(N,) size of the position afterwards, unsigned; entries that still rest are counted as filled."""
        waiting = pending_quantities(self.account)
        pending = self.of_symbol([abs(waiting.get(symbol, 0.0)) for symbol in self.symbols])
        resulting: Floats = np.abs(self.held) - self.closing + self.opening + pending
        return resulting

    @property
    def sides(self) -> Mapping[str, int]:
        """Every symbol that is held or may yet be, with its sign."""
        return sides_of(self.account)

    def of_symbol(self, values: list[float]) -> Floats:
        """(N,) from one value per distinct symbol."""
        each: Floats = np.array(values, dtype=np.float64)[self.symbol]
        return each

    def of_kind(self, rule: Callable[[str], bool]) -> Bools:
        """(N,) from a rule on a kind of asset."""
        holds = {kind: rule(kind) for kind in set(self.asset_types)}
        rows: Bools = np.array([holds[kind] for kind in self.asset_types], dtype=np.bool_)[self.symbol]
        return rows

    def of_name(self, rule: Callable[[str], bool]) -> Bools:
        """(N,) from a rule on a symbol."""
        rows: Bools = np.array([rule(symbol) for symbol in self.symbols], dtype=np.bool_)[self.symbol]
        return rows


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One layer's answer to N candidates. `which` (N,) is 0 where it allows, else 1 + the place of the denial in
    `codes`; `measured` and `limit` (N,) are NaN where there is none."""

    layer: str
    codes: tuple[str, ...]
    which: Signs
    measured: Floats
    limit: Floats

    @classmethod
    def of(
        cls, layer: str, denials: Mapping[str, Bools], measured: Floats | float = np.nan, limit: Floats | float = np.nan
    ) -> Column:
        """Of several denials of a row the first counts. At least one array of `denials` gives N."""
        codes = tuple(denials)
        rows = np.broadcast_shapes(*(mask.shape for mask in denials.values()))
        which = np.zeros(rows, dtype=np.int8)
        for place in range(len(codes), 0, -1):
            which[denials[codes[place - 1]]] = place
        return cls(layer, codes, which, np.broadcast_to(measured, rows), np.broadcast_to(limit, rows))

    def code(self, row: int) -> str | None:
        """The denial of a row, None where it is allowed."""
        place = int(self.which[row])
        return self.codes[place - 1] if place else None
