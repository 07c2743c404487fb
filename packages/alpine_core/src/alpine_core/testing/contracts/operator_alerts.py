"""What every OperatorAlerts and SparePlace promise."""

from __future__ import annotations

from datetime import datetime, timedelta

from alpine_core.model.alert_delivery import AlertDelivery, AlertEnd, AlertState, DueAlert, KeptAlert
from alpine_core.model.operator_alert import OperatorAlert
from alpine_core.ports.operator_alerts import OperatorAlerts, SparePlace
from alpine_core.testing.samples import MOMENT

PLACE = ("integrity_alarm", "split_view")


def after(seconds: float) -> datetime:
    """So long after the samples' moment."""
    return MOMENT + timedelta(seconds=seconds)


def kept(*channels: str, seconds: float = 0.0, over: bool = False, subject: str = "split_view") -> KeptAlert:
    """An alert of that moment, due at once for these channels."""
    alert = OperatorAlert(
        rule="integrity_alarm",
        subject=subject,
        title="the record has an alarm",
        message="it is well" if over else "log at 12:00",
        critical=True,
        at=after(seconds),
        over=over,
    )
    return KeptAlert(
        alert=alert, deliveries=tuple(AlertDelivery(channel=one, next_at=after(seconds)) for one in channels)
    )


class OperatorAlertsContract:
    """Subclass it, and give the fixture `alerts`, empty."""

    async def test_a_matter_stands_until_it_is_over(self, alerts: OperatorAlerts) -> None:
        assert await alerts.standing() == {}
        assert await alerts.keep(kept("slack"))
        assert await alerts.standing() == {PLACE: "log at 12:00"}
        assert await alerts.keep(kept("slack", seconds=5, over=True))
        assert await alerts.standing() == {}

    async def test_a_matter_begins_and_ends_once_whoever_finds_it(self, alerts: OperatorAlerts) -> None:
        assert not await alerts.keep(kept("slack", over=True))
        assert await alerts.keep(kept("slack"))
        assert not await alerts.keep(kept("slack", seconds=1))
        assert [one.alert.at for one in await alerts.newest(9)] == [MOMENT]

    async def test_the_last_kept_comes_first_with_its_deliveries_by_channel(self, alerts: OperatorAlerts) -> None:
        first, second = kept("pagerduty", "slack"), kept(seconds=-60, subject="equivocation")
        for one in (first, second):
            await alerts.keep(one)
        assert await alerts.newest(9) == (second, first)
        assert await alerts.newest(1) == (second,)

    async def test_an_alert_is_kept_once_for_all(self, alerts: OperatorAlerts) -> None:
        for one in (kept("slack"), kept("slack", seconds=5, over=True)):
            assert await alerts.keep(one)
        assert not await alerts.keep(kept("slack"))
        assert await alerts.standing() == {}
        assert await alerts.keep(kept("slack", seconds=9))

    async def test_a_channel_is_given_the_first_that_is_due_and_nobody_else_gets_it(
        self, alerts: OperatorAlerts
    ) -> None:
        first, second = kept("slack"), kept("slack", seconds=-60, subject="equivocation")
        for one in (first, second):
            await alerts.keep(one)
        assert await alerts.claim("pagerduty", MOMENT, after(15)) is None
        assert await alerts.claim("slack", MOMENT, after(15)) == DueAlert(alert=first.alert, attempts=1)
        assert await alerts.claim("slack", MOMENT, after(15)) == DueAlert(alert=second.alert, attempts=1)
        assert await alerts.claim("slack", after(14), after(29)) is None
        assert await alerts.claim("slack", after(15), after(30)) == DueAlert(alert=first.alert, attempts=2)
        await alerts.end(first.alert.alert_id, "slack", AlertEnd(state=AlertState.TOLD, next_at=after(16)))
        assert await alerts.claim("slack", after(16), after(31)) == DueAlert(alert=second.alert, attempts=2)

    async def test_the_end_of_a_matter_waits_for_its_beginning(self, alerts: OperatorAlerts) -> None:
        begins, over = kept("slack"), kept("slack", seconds=1, over=True)
        for one in (begins, over):
            await alerts.keep(one)
        assert await alerts.claim("slack", after(1), after(16)) == DueAlert(alert=begins.alert, attempts=1)
        assert await alerts.claim("slack", after(2), after(17)) is None
        ended = AlertEnd(state=AlertState.GIVEN_UP, next_at=after(2), detail="slack: 410")
        await alerts.end(begins.alert.alert_id, "slack", ended)
        assert await alerts.claim("slack", after(3), after(18)) == DueAlert(alert=over.alert, attempts=1)

    async def test_a_failure_waits_in_its_place_and_says_why(self, alerts: OperatorAlerts) -> None:
        first = kept("email", "slack")
        await alerts.keep(first)
        await alerts.claim("slack", MOMENT, after(15))
        await alerts.end(
            first.alert.alert_id, "slack", AlertEnd(state=AlertState.WAITING, next_at=after(2), detail="slack: 503")
        )
        assert await alerts.claim("slack", after(1), after(16)) is None
        (found,) = await alerts.newest(9)
        assert found.deliveries == (
            AlertDelivery(channel="email", next_at=MOMENT),
            AlertDelivery(channel="slack", next_at=after(2), attempts=1, detail="slack: 503"),
        )
        assert await alerts.claim("slack", after(2), after(17)) == DueAlert(alert=first.alert, attempts=2)

    async def test_what_was_given_up_is_not_told_again(self, alerts: OperatorAlerts) -> None:
        first = kept("slack")
        await alerts.keep(first)
        await alerts.claim("slack", MOMENT, after(15))
        ended = AlertEnd(state=AlertState.GIVEN_UP, next_at=after(1), detail="slack: 410")
        await alerts.end(first.alert.alert_id, "slack", ended)
        assert await alerts.claim("slack", after(99), after(114)) is None

    async def test_the_end_of_what_nobody_knows_changes_nothing(self, alerts: OperatorAlerts) -> None:
        await alerts.keep(kept("slack"))
        await alerts.end("integrity_alarm@1970", "slack", AlertEnd(state=AlertState.TOLD, next_at=MOMENT))
        await alerts.end(kept().alert.alert_id, "email", AlertEnd(state=AlertState.TOLD, next_at=MOMENT))
        assert await alerts.newest(9) == (kept("slack"),)


class SparePlaceContract:
    """Subclass it, and give the fixtures `place`, empty, and `beside`, the same place for another process."""

    def test_one_process_holds_it(self, place: SparePlace, beside: SparePlace) -> None:
        assert [place.hold(), place.hold(), beside.hold(), place.hold()] == [True, True, False, True]

    def test_what_was_saved_last_is_loaded(self, place: SparePlace) -> None:
        assert place.load() == ()
        place.save((kept("slack"), kept("email", over=True)))
        place.save((kept("slack", "email"),))
        assert place.load() == (kept("slack", "email"),)
        place.save(())
        assert place.load() == ()
