"""The fake's rows: orders, positions, assets, and how each looks on the wire."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

TERMINAL = frozenset({"filled", "canceled", "expired", "rejected", "replaced"})
Json = dict[str, Any]


class Refusal(Exception):
    """An answer that is an error, with its body."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(str(body))
        self.status, self.body = status, body


def text(value: Decimal | None) -> str | None:
    """A decimal as Alpaca writes it."""
    return None if value is None else format(value.normalize(), "f")


@dataclass
class FakeAsset:
    """One row of /v2/assets."""

    symbol: str
    asset_class: str = "us_equity"
    fractionable: bool = True
    shortable: bool = True
    tradable: bool = True
    min_order_size: str | None = None
    min_trade_increment: str | None = None
    price_increment: str | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def crypto(self) -> bool:
        return self.asset_class == "crypto"

    def json(self) -> Json:
        row: Json = {
            "id": self.id,
            "class": self.asset_class,
            "exchange": "CRYPTO" if self.crypto else "NASDAQ",
            "symbol": self.symbol,
            "name": self.symbol,
            "status": "active",
            "tradable": self.tradable,
            "marginable": not self.crypto,
            "shortable": self.shortable and not self.crypto,
            "easy_to_borrow": self.shortable and not self.crypto,
            "fractionable": self.fractionable,
        }
        if self.crypto:
            row |= {
                "min_order_size": self.min_order_size,
                "min_trade_increment": self.min_trade_increment,
                "price_increment": self.price_increment,
            }
        else:
            row["borrow_status"] = "easy_to_borrow" if self.shortable else "hard_to_borrow"
        return row


@dataclass
class FakeOrder:
    """One order or leg. `parent` is the id of the order that it came with."""

    id: str
    client_order_id: str
    asset: FakeAsset
    side: str
    type: str
    time_in_force: str
    qty: Decimal | None
    created_at: str
    number: int
    notional: Decimal | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    order_class: str = ""
    status: str = "accepted"
    filled_qty: Decimal = Decimal(0)
    filled_value: Decimal = Decimal(0)
    group_id: str | None = None
    group_role: str | None = None
    parent: str | None = None
    legs: list[str] = field(default_factory=list)
    updated_at: str = ""
    filled_at: str | None = None
    canceled_at: str | None = None
    replaced_at: str | None = None
    replaced_by: str | None = None
    replaces: str | None = None
    triggered: bool = False
    cancel_reads: int = 0

    @property
    def open(self) -> bool:
        return self.status not in TERMINAL

    @property
    def complex(self) -> bool:
        return self.order_class in ("bracket", "oto", "oco")

    @property
    def left(self) -> Decimal:
        return (self.qty or Decimal(0)) - self.filled_qty

    def json(self, legs: list[Json] | None = None) -> Json:
        average = self.filled_value / self.filled_qty if self.filled_qty else None
        row: Json = {
            "id": self.id,
            "client_order_id": self.client_order_id,
            "created_at": self.created_at,
            "updated_at": self.updated_at or self.created_at,
            "submitted_at": self.created_at,
            "filled_at": self.filled_at,
            "expired_at": None,
            "canceled_at": self.canceled_at,
            "failed_at": None,
            "replaced_at": self.replaced_at,
            "replaced_by": self.replaced_by,
            "replaces": self.replaces,
            "asset_id": self.asset.id,
            "symbol": self.asset.symbol,
            "asset_class": self.asset.asset_class,
            "notional": text(self.notional),
            "qty": text(self.qty),
            "filled_qty": text(self.filled_qty),
            "filled_avg_price": text(None if average is None else round(average, 9)),
            "order_class": self.order_class,
            "order_type": self.type,
            "type": self.type,
            "side": self.side,
            "time_in_force": self.time_in_force,
            "limit_price": text(self.limit_price),
            "stop_price": text(self.stop_price),
            "status": self.status,
            "extended_hours": False,
            "legs": legs,
            "trail_percent": None,
            "trail_price": None,
            "hwm": None,
            "subtag": None,
            "source": None,
        }
        if self.group_id is not None:
            row |= {"group_id": self.group_id, "group_role": self.group_role}
        return row


@dataclass
class FakePosition:
    """`qty` signed; `cost` is what the whole of it cost, signed like it."""

    asset: FakeAsset
    qty: Decimal
    cost: Decimal

    def json(self, price: Decimal, available: Decimal) -> Json:
        return {
            "asset_id": self.asset.id,
            "symbol": self.asset.symbol.replace("/", ""),
            "exchange": "CRYPTO" if self.asset.crypto else "NASDAQ",
            "asset_class": self.asset.asset_class,
            "asset_marginable": not self.asset.crypto,
            "avg_entry_price": text(round(self.cost / self.qty, 9)),
            "qty": text(self.qty),
            "qty_available": text(available if self.qty > 0 else -available),
            "side": "long" if self.qty > 0 else "short",
            "market_value": text(self.qty * price),
            "cost_basis": text(self.cost),
            "unrealized_pl": text(self.qty * price - self.cost),
            "unrealized_plpc": "0",
            "unrealized_intraday_pl": "0",
            "unrealized_intraday_plpc": "0",
            "current_price": text(price),
            "lastday_price": text(price),
            "change_today": "0",
        }
