"""What every AlertStore and AlertReader promise. Give the fixtures `alerts` and `alert_reader` over the same place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from argo_core.errors import DataError
from argo_core.model.alert import Alert, Attempt, Severity
from argo_core.ports.alert_store import AlertReader, AlertStore

AT = datetime(2026, 1, 2, 14, 30, tzinfo=UTC)
EVERY = ("pagerduty", "slack", "email", "notion")


def sample_alert(key: str = "disk_high", severity: Severity = Severity.WARNING, *, resolved: bool = False) -> Alert:
    """One alert of a matter."""
    return Alert(
        dedup_key=key,
        title="the disk fills up",
        message="93 %",
        severity=severity,
        source="generator",
        raised_at=AT,
        runbook="disk_high",
        details={"limit": "above 90"},
        resolved=resolved,
    )


def sample_attempt(channel: str = "slack", *, delivered: bool = True, settled: bool | None = None) -> Attempt:
    """One try; a delivered one is settled."""
    detail = "taken: 200" if delivered else "500"
    done = delivered if settled is None else settled
    return Attempt(channel=channel, delivered=delivered, settled=done, detail=detail, at=AT + timedelta(seconds=1))


class AlertStoreContract:
    """Subclass it, and give fixtures `alerts` (the store) and `alert_reader`."""

    async def test_each_configured_channel_of_the_route_gets_its_task(self, alerts: AlertStore) -> None:
        assert await alerts.keep(sample_alert(), EVERY) == ("slack", "email", "notion")
        assert [one.alert for one in await alerts.pending("email", 10)] == [sample_alert()]
        assert await alerts.pending("pagerduty", 10) == ()

    async def test_an_open_matter_is_told_once(self, alerts: AlertStore, alert_reader: AlertReader) -> None:
        assert await alerts.keep(sample_alert(), EVERY) != ()
        assert await alerts.keep(sample_alert(), EVERY) == ()
        assert len(await alerts.pending("slack", 10)) == 1
        assert [one.channels for one in (await alert_reader.alerts(10)).items] == [(), ("slack", "email", "notion")]

    async def test_its_end_reaches_everybody_who_heard_of_it(
        self, alerts: AlertStore, alert_reader: AlertReader
    ) -> None:
        await alerts.keep(sample_alert(severity=Severity.CRITICAL), EVERY)
        assert len(await alert_reader.standing()) == 1
        over = sample_alert(severity=Severity.INFO, resolved=True)
        assert await alerts.keep(over, EVERY) == EVERY
        assert await alert_reader.standing() == ()
        assert await alerts.keep(over, EVERY) == ()

    async def test_a_matter_that_began_again_is_told_again(self, alerts: AlertStore) -> None:
        for resolved in (False, True, False):
            assert await alerts.keep(sample_alert(resolved=resolved), EVERY) != ()

    async def test_a_matter_that_eases_is_told_to_all_and_ends_for_all(self, alerts: AlertStore) -> None:
        await alerts.keep(sample_alert(severity=Severity.CRITICAL), EVERY)
        assert await alerts.keep(sample_alert(severity=Severity.WARNING), EVERY) == EVERY
        assert await alerts.keep(sample_alert(severity=Severity.INFO, resolved=True), EVERY) == EVERY

    async def test_a_failed_try_leaves_it_pending_and_a_settled_one_ends_it(
        self, alerts: AlertStore, alert_reader: AlertReader
    ) -> None:
        await alerts.keep(sample_alert(), ("slack",))
        (waiting,) = await alerts.pending("slack", 10)
        await alerts.attempted(waiting.task, sample_attempt(delivered=False))
        (again,) = await alerts.pending("slack", 10)
        assert (again.task, again.attempts) == (waiting.task, 1)
        await alerts.attempted(waiting.task, sample_attempt())
        assert await alerts.pending("slack", 10) == ()
        (record,) = (await alert_reader.alerts(10)).items
        assert record.attempts == (sample_attempt(delivered=False), sample_attempt())

    async def test_a_later_one_may_be_told_before_an_earlier_one(self, alerts: AlertStore) -> None:
        await alerts.keep(sample_alert("a"), ("slack",))
        await alerts.keep(sample_alert("b"), ("slack",))
        first, second = await alerts.pending("slack", 10)
        await alerts.attempted(second.task, sample_attempt())
        assert [one.task for one in await alerts.pending("slack", 10)] == [first.task]
        assert [one.alert.dedup_key for one in await alerts.pending("slack", 1)] == ["a"]

    async def test_what_was_told_already_is_kept_with_its_tries(
        self, alerts: AlertStore, alert_reader: AlertReader
    ) -> None:
        tries = [sample_attempt("slack", delivered=False), sample_attempt("slack"), sample_attempt("email")]
        await alerts.recorded(sample_alert(), tries, matter=False)
        assert await alerts.pending("slack", 10) == ()
        assert await alert_reader.standing() == ()
        (record,) = (await alert_reader.alerts(10)).items
        assert (record.channels, record.attempts) == (("slack", "email"), tuple(tries))
        await alerts.recorded(sample_alert(), tries, matter=True)
        assert [one.channels for one in await alert_reader.standing()] == [("slack", "email")]

    async def test_what_was_told_in_part_is_kept_and_the_others_tell_it(
        self, alerts: AlertStore, alert_reader: AlertReader
    ) -> None:
        tries = [sample_attempt("slack"), sample_attempt("email", delivered=False)]
        await alerts.recorded(sample_alert(), tries, matter=True, waiting=("email", "notion"))
        assert await alerts.pending("slack", 10) == ()
        assert [one.attempts for one in await alerts.pending("email", 10)] == [1]
        assert [one.attempts for one in await alerts.pending("notion", 10)] == [0]
        assert [one.channels for one in await alert_reader.standing()] == [("slack", "email", "notion")]

    async def test_pages_go_back_from_the_newest(self, alerts: AlertStore, alert_reader: AlertReader) -> None:
        for number in range(5):
            await alerts.keep(sample_alert(f"key-{number}"), EVERY)
        newest = await alert_reader.alerts(2)
        assert [one.number for one in newest.items] == [5, 4]
        assert [one.number for one in (await alert_reader.alerts(10, newest.next_before)).items] == [3, 2, 1]
        with pytest.raises(DataError):
            await alert_reader.alerts(0)
