"""Order ids derive from who orders and why: a retry or a restart asks for the same order, never for a second one."""

from __future__ import annotations

CLOSING, STOP, TARGET, PROTECT = "close", "stop", "target", "protect"
ADJUSTMENT = "adjust-"
"""What the ids of adjustments begin with: changes that a venue shows and no order explains."""


def client_order_id(executor_id: str, signal_id: str) -> str:
    """The id of the order that opens a position for a signal."""
    return f"{executor_id}-{signal_id}"


def related_order_id(client_order_id: str, role: str) -> str:
    """The id of an order that belongs to another: the closing of the opposite position, a stop, a target."""
    return f"{client_order_id}-{role}"


def protection_id(entry_id: str, number: int) -> str:
    """The id of the `number`-th order, from 1, that protects what an entry has left unprotected."""
    return f"{entry_id}-{PROTECT}-{number}"


def flatten_id(halt_id: str, symbol: str, number: int) -> str:
    """The id of the `number`-th order, from 1, that closes a symbol under a halt. The first has no number."""
    first = f"{halt_id}-{symbol}"
    return first if number == 1 else f"{first}-{number}"
