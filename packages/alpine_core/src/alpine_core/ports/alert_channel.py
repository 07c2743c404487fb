"""A way to the operator."""

from __future__ import annotations

from typing import Protocol

from alpine_core.model.operator_alert import OperatorAlert


class AlertChannel(Protocol):
    """Promise: ends within ten seconds. Raises DeliveryError, without secrets; then it was not taken, or it is not
    known whether it was."""

    async def tell(self, alert: OperatorAlert) -> None: ...
