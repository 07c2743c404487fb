"""What closed a position, told by the order that did."""

from __future__ import annotations

import re

from argo_core.execution.order_ids import ADJUSTMENT, CLOSING, STOP, TARGET
from argo_core.model.execution import EXTERNAL, FLATTEN
from argo_core.model.order import OrderIntent, OrderType


def exit_of(intent: OrderIntent) -> str:
    """stop, target, signal, flatten, external or adjustment: what a `Trade` names as its exit."""
    name = intent.client_order_id
    if name.startswith(ADJUSTMENT):
        return "adjustment"
    if intent.signal_id in (EXTERNAL, FLATTEN):
        return intent.signal_id
    if name.endswith(f"-{STOP}"):
        return "stop"
    if re.search(rf"-{TARGET}(-\d+)?$", name):
        return "target"
    if not intent.reduce_only or name.endswith(f"-{CLOSING}"):
        return "signal"
    # An order of protection: at a limit it is the target, else what stands in for the stop.
    return "target" if intent.order_type is OrderType.LIMIT else "stop"
