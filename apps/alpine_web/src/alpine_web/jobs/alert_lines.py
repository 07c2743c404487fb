"""Every channel tells for itself, again after a failure: a slow or dead one delays no other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping

from alpine_core.errors import DeliveryError
from alpine_core.model.operator_alert import OperatorAlert
from alpine_core.ports.alert_channel import AlertChannel

PAGERDUTY = "pagerduty"
WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
LONGEST_ASKED_SECONDS = 600.0
MOST_TRIES = 120
MOST_WAITING = 500


class AlertLine:
    """One channel. What waits is in memory: after a restart the rules find it again."""

    def __init__(self, name: str, channel: AlertChannel) -> None:
        self.name = name
        self.failures: dict[str, str] = {}
        self._channel = channel
        self._waiting: deque[OperatorAlert] = deque(maxlen=MOST_WAITING)
        self._news = asyncio.Event()

    def take(self, alert: OperatorAlert) -> None:
        """Tell it as soon as the channel can."""
        self._waiting.append(alert)
        self._news.set()

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                await self._tell(self._waiting.popleft())

    async def _tell(self, alert: OperatorAlert) -> None:
        for tries in range(MOST_TRIES):
            try:
                await self._channel.tell(alert)
            except DeliveryError as error:
                self.failures[alert.key] = str(error)
                if not error.retry:
                    return
                asked = min(error.retry_after or 0.0, LONGEST_ASKED_SECONDS)
                await asyncio.sleep(max(WAITS[min(tries, len(WAITS) - 1)], asked))
            else:
                self.failures.pop(alert.key, None)
                return


class AlertTeller:
    """Hands each alert to its channels: critical ones to all, others to all but PagerDuty. An end goes to everybody: a
    channel that never heard of the matter takes no harm."""

    def __init__(self, channels: Mapping[str, AlertChannel]) -> None:
        self.lines = tuple(AlertLine(name, channel) for name, channel in channels.items())

    def take(self, alert: OperatorAlert) -> None:
        """Returns at once."""
        for line in self.lines:
            if alert.critical or line.name != PAGERDUTY:
                line.take(alert)
