"""Live fills beside the replay's, each by the signal it belongs to and the part it plays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from argo_core.execution.exits import exit_of
from argo_core.model.order import Fill, Order
from argo_core.model.order_change import NumberedChange

Part = tuple[str, str, str, int]
"""Signal (a kill switch's orders have none), symbol, `entry` or what it closes by, and the number of the fill."""
ENTRY = "entry"
SAME = 1e-9
"""Relative: what two ways of adding the same numbers may differ by."""
MICROS = 1_000_000


@dataclass(frozen=True, slots=True)
class PartFill:
    """One fill; `quantity` signed. `at_venue`: the same fill as the log of orders has it, None where it has none."""

    part: Part
    client_order_id: str
    quantity: float
    fill: Fill
    at_venue: Fill | None

    def micros(self, mark: float) -> int:
        """What it brought by the time its symbol stands at `mark`, after its fee, in millionths of quote currency."""
        return round((self.quantity * (mark - self.fill.price) - self.fill.fee) * MICROS)

    def agrees(self, other: PartFill) -> bool:
        """Quantity, price and fee are the same. Times are not compared: a venue's clock is not a bar's."""
        own = (self.quantity, self.fill.price, self.fill.fee)
        return all(
            near(one, two) for one, two in zip(own, (other.quantity, other.fill.price, other.fill.fee), strict=True)
        )

    @property
    def text(self) -> str:
        """For people."""
        side = "bought" if self.quantity > 0 else "sold"
        return f"{self.part[2]}: {side} {abs(self.quantity):g} at {self.fill.price:g}"

    @property
    def contradiction(self) -> str | None:
        """What the two stored copies of the fill disagree in, None where they agree or there is one copy."""
        if self.at_venue is None:
            return None
        for name in ("quantity", "price", "fee"):
            books, venue = getattr(self.fill, name), getattr(self.at_venue, name)
            if not near(books, venue):
                return f"{name} {books:g} in the log of fills, {venue:g} in the log of orders"
        return None


def near(one: float, other: float) -> bool:
    """Equal but for the last digits."""
    return abs(one - other) <= SAME * max(abs(one), abs(other), 1.0)


def orders_of(changes: Iterable[NumberedChange]) -> dict[str, Order]:
    """Each order as it changed last, by its id."""
    return {each.change.order.intent.client_order_id: each.change.order for each in changes}


@dataclass(frozen=True, slots=True)
class StoredFill:
    """What both sides know of a fill, whoever stored it."""

    client_order_id: str
    signal_id: str
    symbol: str
    quantity: float
    fill: Fill
    at_venue: Fill | None = None


def by_part(fills: Iterable[StoredFill], orders: Mapping[str, Order]) -> dict[Part, PartFill]:
    """The fills, oldest first, by their parts."""
    found: dict[Part, PartFill] = {}
    counts: dict[tuple[str, str, str], int] = {}
    for each in fills:
        order = orders.get(each.client_order_id)
        role = ENTRY if order is None or not order.intent.reduce_only else exit_of(order.intent)
        place = (each.signal_id, each.symbol, role)
        counts[place] = counts.get(place, 0) + 1
        part = (*place, counts[place])
        found[part] = PartFill(part, each.client_order_id, each.quantity, each.fill, each.at_venue)
    return found
