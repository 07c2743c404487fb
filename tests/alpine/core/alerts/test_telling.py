"""Which channels tell an alert, and what follows an attempt."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from alpine_core.alerts.telling import failed, told, waiting
from alpine_core.errors import DeliveryError
from alpine_core.model.alert_delivery import AlertEnd, AlertState
from alpine_core.model.operator_alert import OperatorAlert
from alpine_core.testing.samples import MOMENT

CHANNELS = ("slack", "pagerduty", "email")


def alert(*, critical: bool) -> OperatorAlert:
    return OperatorAlert(rule="mails_dead", subject="", title="t", message="m", critical=critical, at=MOMENT)


def after(seconds: float) -> datetime:
    return MOMENT + timedelta(seconds=seconds)


def test_only_critical_matters_reach_pagerduty() -> None:
    chosen = {
        critical: [one.channel for one in waiting(alert(critical=critical), CHANNELS, MOMENT).deliveries]
        for critical in (True, False)
    }
    assert chosen == {True: ["email", "pagerduty", "slack"], False: ["email", "slack"]}


def test_it_is_due_at_once() -> None:
    (one,) = waiting(alert(critical=False), ("slack",), after(3)).deliveries
    assert (one.state, one.attempts, one.next_at) == (AlertState.WAITING, 0, after(3))


@pytest.mark.parametrize(("attempts", "wait"), [(1, 0.5), (2, 1.0), (7, 30.0), (8, 30.0), (119, 30.0)])
def test_the_wait_grows_to_half_a_minute(attempts: int, wait: float) -> None:
    end = failed(attempts, DeliveryError("slack: 503", retry=True), MOMENT)
    assert end == AlertEnd(state=AlertState.WAITING, next_at=after(wait), detail="slack: 503")


@pytest.mark.parametrize(("asked", "wait"), [(7.0, 7.0), (0.1, 0.5), (86_400.0, 600.0)])
def test_a_channel_may_ask_for_a_longer_wait_up_to_ten_minutes(asked: float, wait: float) -> None:
    assert failed(1, DeliveryError("429", retry=True, retry_after=asked), MOMENT).next_at == after(wait)


def test_what_was_refused_for_good_or_too_often_is_given_up() -> None:
    for attempts, retry in ((1, False), (120, True)):
        end = failed(attempts, DeliveryError("slack: 410", retry=retry), MOMENT)
        assert (end.state, end.detail) == (AlertState.GIVEN_UP, "slack: 410")


def test_what_was_taken_is_told() -> None:
    assert told(MOMENT) == AlertEnd(state=AlertState.TOLD, next_at=MOMENT)
