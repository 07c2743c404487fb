"""What every Notifier promises."""

from __future__ import annotations

from datetime import UTC, datetime

from argo_core.model.alert import Alert, Severity
from argo_core.ports import Notifier


def alert(title: str = "sources are failing", resolved: bool = False) -> Alert:
    """An alert of the contract tests."""
    return Alert(
        dedup_key="sources-failing", title=title, message="three of six sources have not answered for five minutes",
        severity=Severity.WARNING, source="argo-generator", raised_at=datetime(2026, 1, 2, 14, 30, tzinfo=UTC),
        runbook="sources_failing", details={"failing": "3"}, resolved=resolved,
    )  # fmt: skip


class NotifierContract:
    """Subclass it, and give fixtures `notifier` (working) and `broken_notifier` (its channel is down)."""

    async def test_a_working_channel_delivers_and_names_itself(self, notifier: Notifier) -> None:
        delivery = await notifier.send(alert())
        assert delivery.delivered
        assert delivery.channel

    async def test_the_same_matter_can_be_sent_again_and_resolved(self, notifier: Notifier) -> None:
        await notifier.send(alert())
        assert (await notifier.send(alert("still failing"))).delivered
        assert (await notifier.send(alert(resolved=True))).delivered

    async def test_a_broken_channel_is_told_not_raised(self, broken_notifier: Notifier) -> None:
        delivery = await broken_notifier.send(alert())
        assert not delivery.delivered
        assert delivery.detail
