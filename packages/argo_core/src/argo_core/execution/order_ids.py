"""Order ids derive from who orders and why: a retry or a restart asks for the same order, never for a second one."""

from __future__ import annotations

CLOSING, STOP, TARGET = "close", "stop", "target"


def client_order_id(executor_id: str, signal_id: str) -> str:
    """The id of the order that opens a position for a signal."""
    return f"{executor_id}-{signal_id}"


def related_order_id(client_order_id: str, role: str) -> str:
    """The id of an order that belongs to another: the closing of the opposite position, a stop, a target."""
    return f"{client_order_id}-{role}"
