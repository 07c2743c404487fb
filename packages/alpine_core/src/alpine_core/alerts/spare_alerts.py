"""Alerts in memory, for as long as there is no other place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec.structs import replace

from alpine_core.model.alert_delivery import AlertDelivery, AlertEnd, AlertState, DueAlert, KeptAlert
from alpine_core.model.operator_alert import OperatorAlert


class SpareAlerts:
    """`ports.OperatorAlerts` that end with the process. `standing` is what stood before `kept` were."""

    def __init__(self, standing: Mapping[tuple[str, str], str], kept: Iterable[KeptAlert] = ()) -> None:
        self._standing = dict(standing)
        self._kept: list[KeptAlert] = []
        self.take(kept)

    @property
    def kept(self) -> tuple[KeptAlert, ...]:
        """All, in the order in which they were kept."""
        return tuple(self._kept)

    def take(self, kept: Iterable[KeptAlert]) -> None:
        """Behind what is here, whatever stands: so it was kept elsewhere."""
        for one in kept:
            self._add(one)

    def knows(self, alert_id: str) -> bool:
        return any(one.alert.alert_id == alert_id for one in self._kept)

    def drop_first(self) -> None:
        """The first has another place now. Raises IndexError if there is none."""
        del self._kept[0]

    def remember(self, alert: OperatorAlert) -> None:
        """It is kept elsewhere: its matter stands, or is over."""
        if alert.over:
            self._standing.pop((alert.rule, alert.subject), None)
        else:
            self._standing[(alert.rule, alert.subject)] = alert.message

    async def standing(self) -> dict[tuple[str, str], str]:
        return dict(self._standing)

    async def keep(self, kept: KeptAlert) -> bool:
        stands = (kept.alert.rule, kept.alert.subject) in self._standing
        if kept.alert.over != stands or self.knows(kept.alert.alert_id):
            return False
        self._add(kept)
        return True

    async def newest(self, limit: int) -> tuple[KeptAlert, ...]:
        return tuple(reversed(self._kept))[:limit]

    async def claim(self, channel: str, now: datetime, until: datetime) -> DueAlert | None:
        ahead = set[str]()
        for index, one in enumerate(self._kept):
            delivery = _of(channel, one.deliveries)
            if delivery is None or delivery.state is not AlertState.WAITING or one.alert.key in ahead:
                continue
            if delivery.next_at > now:
                ahead.add(one.alert.key)
                continue
            claimed = replace(delivery, attempts=delivery.attempts + 1, next_at=until)
            self._kept[index] = _with(one, claimed)
            return DueAlert(alert=one.alert, attempts=claimed.attempts)
        return None

    async def end(self, alert_id: str, channel: str, end: AlertEnd) -> None:
        for index, one in enumerate(self._kept):
            delivery = _of(channel, one.deliveries)
            if one.alert.alert_id == alert_id and delivery is not None:
                ended = replace(delivery, state=end.state, next_at=end.next_at, detail=end.detail)
                self._kept[index] = _with(one, ended)

    def _add(self, kept: KeptAlert) -> None:
        self._kept.append(kept)
        self.remember(kept.alert)


def _of(channel: str, deliveries: Iterable[AlertDelivery]) -> AlertDelivery | None:
    return next((one for one in deliveries if one.channel == channel), None)


def _with(kept: KeptAlert, delivery: AlertDelivery) -> KeptAlert:
    changed = (delivery if one.channel == delivery.channel else one for one in kept.deliveries)
    return replace(kept, deliveries=tuple(changed))
