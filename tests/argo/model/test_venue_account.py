"""Host, key and account number belong together, and a refusal says why."""

from __future__ import annotations

import pytest

from argo_core.errors import ConfigError
from argo_core.model.venue_account import (
    LIVE_HOST,
    PAPER_HOST,
    Credential,
    LiveAccount,
    PaperAccount,
    PropAccount,
    SimulatedAccount,
    is_loopback,
    is_paper,
)

PAPER_KEY, LIVE_KEY = Credential("PK1", "s"), Credential("AK1", "s")


def test_what_belongs_together_is_an_account() -> None:
    assert PaperAccount(account_number="PA1", credential=PAPER_KEY).host == PAPER_HOST
    assert LiveAccount(account_number="1", credential=LIVE_KEY).host == LIVE_HOST
    assert is_paper(PropAccount(account_number="PA1", credential=PAPER_KEY, host=PAPER_HOST))
    assert not is_paper(PropAccount(account_number="1", credential=LIVE_KEY, host=LIVE_HOST))
    assert SimulatedAccount(account_number="SIM-1").account_number == "SIM-1"


@pytest.mark.parametrize(
    ("kind", "number", "key", "host", "why"),
    [
        (PaperAccount, "PA1", LIVE_KEY, PAPER_HOST, "this is a live key on the paper host"),
        (LiveAccount, "1", PAPER_KEY, LIVE_HOST, "this is a paper key on the live host"),
        (PaperAccount, "PA1", PAPER_KEY, LIVE_HOST, "is not the paper host"),
        (LiveAccount, "1", LIVE_KEY, PAPER_HOST, "is not the live host"),
        (PaperAccount, "1", PAPER_KEY, PAPER_HOST, "1 is not a paper account"),
        (LiveAccount, "PA1", LIVE_KEY, LIVE_HOST, "PA1 is a paper account"),
        (PaperAccount, " ", PAPER_KEY, PAPER_HOST, "no account is pinned"),
        (PropAccount, "PA1", LIVE_KEY, PAPER_HOST, "this is a live key on the paper host"),
        (PropAccount, "1", PAPER_KEY, LIVE_HOST, "this is a paper key on the live host"),
        (PropAccount, "PA1", PAPER_KEY, "https://example.com", "is not the paper host"),
        (PaperAccount, "PA1", Credential("XX1", "s"), PAPER_HOST, "keys of paper accounts begin with PK"),
        (LiveAccount, "1", Credential("XX1", "s"), LIVE_HOST, "keys of live accounts begin with AK"),
        (PaperAccount, "PA1", PAPER_KEY, "https://127.0.0.1.example.com", "is not the paper host"),
        (PaperAccount, "PA1", PAPER_KEY, "http://127.0.0.1@example.com", "is not the paper host"),
    ],
)
def test_what_does_not_belong_together_is_refused(
    kind: type[PaperAccount] | type[LiveAccount] | type[PropAccount], number: str, key: Credential, host: str, why: str
) -> None:
    with pytest.raises(ConfigError, match=why) as refused:
        kind(account_number=number, credential=key, host=host)
    assert "\n" not in str(refused.value)


def test_a_key_has_two_parts_and_shows_neither() -> None:
    with pytest.raises(ConfigError, match="set both"):
        Credential("PK1", "")
    account = PaperAccount(account_number="PA1", credential=Credential("PKVISIBLE", "hidden"))
    assert "PKVISIBLE" not in repr(account)
    assert "hidden" not in repr(account)


@pytest.mark.parametrize(
    ("host", "is_one"), [("http://127.0.0.1:1", True), ("http://[::1]:1", True), (LIVE_HOST, False)]
)
def test_loopback_is_this_machine(host: str, is_one: bool) -> None:
    assert is_loopback(host) == is_one


def test_a_simulated_account_has_a_number() -> None:
    with pytest.raises(ConfigError, match="no account is pinned"):
        SimulatedAccount(account_number="")
