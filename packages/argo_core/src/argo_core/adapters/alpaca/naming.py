"""Under which of our ids an order of the venue's goes, and what it was meant to do. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from argo_core.adapters.alpaca.observed_book import ObservedBook
from argo_core.adapters.alpaca.order_parse import TAKE_PROFIT, VenueOrder, flattened
from argo_core.execution.order_ids import STOP, TARGET, related_order_id
from argo_core.model.order import OrderClass, OrderIntent, OrderType

EXTERNAL = "external"
_SUFFIX = re.compile(r"(-close|-stop|-target|-protect-\d+)+$")


@dataclass(frozen=True, slots=True)
class Named:
    """A row of the venue's under our id; `parent` is our id of the order that it belongs to."""

    row: VenueOrder
    client_order_id: str
    parent: str | None
    intent: OrderIntent


@dataclass(frozen=True, slots=True)
class Naming:
    """Ids that begin with the executor's name are ours, even where our sequence does not know them."""

    executor_id: str

    def named(self, book: ObservedBook, rows: Iterable[VenueOrder]) -> Iterator[Named]:
        """Every row and leg once, entries before legs."""
        listed = list(rows)
        legs = {leg.order_id: row.order_id for row in listed for leg in row.legs}
        unique = {row.order_id: row for row in flattened(listed)}
        ordered = sorted(unique.values(), key=lambda row: row.order_id in legs or row.group_role not in (None, "entry"))
        names, groups, used = dict(book.names), dict[str, str](), dict[str, Named]()
        for row in ordered:
            named = self._one(book, row, names, names.get(legs.get(row.order_id, "")) or _group_root(groups, row), used)
            names[row.order_id] = named.client_order_id
            used[named.client_order_id] = named
            if row.group_id is not None and named.parent is None:
                groups.setdefault(row.group_id, named.client_order_id)
            yield named

    def _one(
        self, book: ObservedBook, row: VenueOrder, names: dict[str, str], root: str | None, used: dict[str, Named]
    ) -> Named:
        name = names.get(row.order_id)
        if name is None and row.client_order_id in book.newest:
            name = row.client_order_id
        if name is not None and name in book.newest:
            known = book.newest[name]
            return Named(row, name, known.parent, _with_quantity(known.order.intent, row))
        replaced = book.by_venue_id(row.replaces or "")
        parent = root if replaced is None else replaced.parent
        if parent == row.client_order_id:
            parent = None
        name = row.client_order_id
        if parent is not None and replaced is None:
            offered = related_order_id(parent, STOP if row.stop_price is not None else TARGET)
            name = offered if offered not in book.newest and offered not in used else name
        signal_id = self._signal_of(book, row, parent, used)
        if replaced is not None:
            signal_id = replaced.order.intent.signal_id
        return Named(row, name, parent, _intent(row, name, signal_id, reduces=parent is not None))

    def _signal_of(self, book: ObservedBook, row: VenueOrder, parent: str | None, used: dict[str, Named]) -> str:
        """The entry's signal, the one that an id of ours names, or nobody's."""
        if parent is not None:
            return used[parent].intent.signal_id if parent in used else book.newest[parent].order.intent.signal_id
        own = f"{self.executor_id}-"
        if not row.client_order_id.startswith(own):
            return EXTERNAL
        return _SUFFIX.sub("", row.client_order_id.removeprefix(own)) or EXTERNAL


def _group_root(groups: dict[str, str], row: VenueOrder) -> str | None:
    return None if row.group_id is None else groups.get(row.group_id)


def _with_quantity(intent: OrderIntent, row: VenueOrder) -> OrderIntent:
    """What was meant, in the quantity that the venue works on: rounded, or reduced by the other leg's fill."""
    quantity = row.quantity if row.quantity is not None else row.filled
    return msgspec.structs.replace(intent, quantity=float(quantity)) if quantity > 0 else intent


def _intent(row: VenueOrder, name: str, signal_id: str, *, reduces: bool) -> OrderIntent:
    pair = row.order_class == OrderClass.OCO.value and row.group_role in (None, TAKE_PROFIT) and row.legs != ()
    stop = next((leg.stop_price for leg in row.legs if leg.stop_price is not None), None) if pair else None
    stops = row.order_type in (OrderType.STOP, OrderType.STOP_LIMIT)
    return OrderIntent(
        client_order_id=name,
        signal_id=signal_id,
        symbol=row.symbol,
        action=row.action,
        quantity=float(row.quantity if row.quantity is not None else row.filled),
        order_type=row.order_type,
        limit_price=None if row.limit_price is None else float(row.limit_price),
        stop_price=float(row.stop_price) if stops and row.stop_price is not None else None,
        take_profit_price=float(row.limit_price) if pair and row.limit_price is not None else None,
        stop_loss_price=None if stop is None else float(stop),
        reduce_only=reduces or row.order_class == OrderClass.OCO.value,
    )
