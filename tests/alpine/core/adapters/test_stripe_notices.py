"""Webhooks of Stripe: what is signed for us at about now, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alpine_core.adapters.stripe_notices import StripeNotices
from alpine_core.errors import OperatorError, SenderError
from tests.alpine.stripe_peer import OLDER_SECRET, SECRET, START, signed

NOW = datetime.fromtimestamp(START, UTC)
EVENT = json.loads((Path(__file__).parent / "stripe_event.json").read_text("utf-8"))


def refusal(body: bytes, header: str) -> str:
    with pytest.raises(SenderError) as refused:
        StripeNotices([SECRET, OLDER_SECRET]).read(body, header, NOW)
    return refused.value.code


def test_a_signed_event_names_its_subscription() -> None:
    notice = StripeNotices([SECRET]).read(*signed(EVENT), NOW)
    told = (notice.notice_id, notice.kind, notice.subscription_id)
    assert told == (
        "evt_1NG8Du2eZvKYlo2CUI79vXWy",
        "checkout.session.completed",
        "sub_1MowQVLkdIwHu7ixeRlqHVzs",
    )


@pytest.mark.parametrize("secrets", [(SECRET,), (OLDER_SECRET,), (OLDER_SECRET, SECRET), ("whsec_x", SECRET)])
def test_while_the_secret_is_rolled_either_holds(secrets: tuple[str, ...]) -> None:
    notice = StripeNotices([SECRET, OLDER_SECRET]).read(*signed(EVENT, *secrets), NOW)
    assert notice.notice_id == EVENT["id"]


@pytest.mark.parametrize(("seconds", "held"), [(-301, False), (-300, True), (300, True), (301, False)])
def test_the_time_holds_for_five_minutes_both_ways(seconds: int, held: bool) -> None:
    body, header = signed(EVENT, at=START + seconds)
    if held:
        assert StripeNotices([SECRET]).read(body, header, NOW).notice_id == EVENT["id"]
    else:
        assert refusal(body, header) == "stale_signature"


def test_what_was_changed_or_signed_by_another_is_refused() -> None:
    body, header = signed(EVENT)
    time, mark = header.split(",")
    for given, said in [
        (body + b" ", header),
        (body, signed(EVENT, "whsec_another")[1]),
        (body, f"t={START + 1},{mark}"),
        (body, f"{time},v0={mark[3:]}"),
        (body, mark),
        (body, time),
        (body, ""),
        (body, f"{time},{time},{mark}"),
        (body, "t=,v1="),
        (body, f"t=\u0661,{mark}"),
    ]:
        assert refusal(given, said) == "bad_signature", said


@pytest.mark.parametrize("event", [{}, [], {"id": "", "type": "x", "data": {"object": {}}}, {"id": "e", "type": "x"}])
def test_a_signed_body_that_is_no_event_is_refused(event: object) -> None:
    assert refusal(*signed(event)) == "bad_notice"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "about", "named"),
    [
        ("customer.subscription.deleted", {"id": "sub_9"}, "sub_9"),
        ("checkout.session.completed", {"id": "cs_1", "subscription": {"id": "sub_9"}}, "sub_9"),
        ("checkout.session.completed", {"id": "cs_1", "subscription": None}, ""),
        ("invoice.paid", {"parent": {"subscription_details": {"subscription": "sub_9"}}}, "sub_9"),
        ("invoice.paid", {"subscription": "sub_9"}, "sub_9"),
        ("invoice.paid", {"parent": None}, ""),
        ("customer.created", {"id": "cus_1"}, ""),
    ],
)
def test_the_subscription_is_found_where_each_kind_has_it(kind: str, about: dict[str, object], named: str) -> None:
    event = {"id": "evt_1", "type": kind, "data": {"object": about}}
    assert StripeNotices([SECRET]).read(*signed(event), NOW).subscription_id == named


@pytest.mark.parametrize("secrets", [[], [""], ["a", "b", "c"]])
def test_without_a_secret_or_with_three_nothing_is_read(secrets: list[str]) -> None:
    with pytest.raises(OperatorError):
        StripeNotices(secrets)
