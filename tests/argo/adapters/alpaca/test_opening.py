"""Which account is opened: never another one than the pinned, never by two, never by the wrong function."""

from __future__ import annotations

from pathlib import Path

import pytest

from argo_core.adapters.alpaca import open_live_venue, open_paper_venue, open_prop_venue
from argo_core.adapters.alpaca.key_lock import key_lock
from argo_core.errors import ConfigError, StoreError
from argo_core.model.venue_account import Credential, LiveAccount, PaperAccount, PropAccount
from argo_core.testing.memory_exchange_store import MemoryExchangeStore
from tests.argo.adapters.alpaca.conftest import CREDENTIAL, Waits, paper, parts
from tests.argo.adapters.alpaca.fake.server import FakeAlpaca


async def test_a_key_of_another_account_is_refused_and_both_are_named(fake: FakeAlpaca, tmp_path: Path) -> None:
    account = PaperAccount(account_number="PA0OTHER", credential=CREDENTIAL, host=fake.url)
    with pytest.raises(
        ConfigError, match="this key belongs to account PA0FAKE00001, but PA0OTHER is pinned: configure"
    ):
        async with open_paper_venue(account, parts(tmp_path, MemoryExchangeStore(), Waits())):
            raise AssertionError("opened")


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_that_the_host_refuses_is_explained_without_it(
    fake: FakeAlpaca, tmp_path: Path, status: int
) -> None:
    fake.unauthorized = status
    wrong = Credential("PKWRONG0000000000001", "a-secret-that-stays-one")
    account = PaperAccount(account_number="PA0FAKE00001", credential=wrong, host=fake.url)
    with pytest.raises(ConfigError, match=rf"refuses the key \({status}\): a key works only on the host of") as refused:
        async with open_paper_venue(account, parts(tmp_path, MemoryExchangeStore(), Waits())):
            raise AssertionError("opened")
    assert "a-secret-that-stays-one" not in str(refused.value)
    assert "PKWRONG" not in str(refused.value)


async def test_two_executors_with_one_key_are_refused(fake: FakeAlpaca, tmp_path: Path) -> None:
    async with open_paper_venue(paper(fake), parts(tmp_path, MemoryExchangeStore(), Waits())):
        with pytest.raises(ConfigError, match="another executor trades with this key: stop it first"):
            async with open_paper_venue(paper(fake), parts(tmp_path, MemoryExchangeStore(), Waits())):
                raise AssertionError("opened")
    async with open_paper_venue(paper(fake), parts(tmp_path, MemoryExchangeStore(), Waits())) as again:
        assert again.account_number == "PA0FAKE00001"


async def test_no_function_opens_an_account_of_another_type(fake: FakeAlpaca, tmp_path: Path) -> None:
    everything = parts(tmp_path, MemoryExchangeStore(), Waits())
    live = LiveAccount(account_number="1234", credential=Credential("AKLIVE", "s"), host=fake.url)
    prop = PropAccount(account_number="PA0FAKE00001", credential=CREDENTIAL, host=fake.url)
    attempts = (
        open_paper_venue(live, everything),  # type: ignore[arg-type]  # the attack
        open_live_venue(prop, everything),  # type: ignore[arg-type]  # the attack
        open_prop_venue(paper(fake), everything),  # type: ignore[arg-type]  # the attack
    )
    for attempt in attempts:
        with pytest.raises(ConfigError, match="cannot be opened as"):
            async with attempt:
                raise AssertionError("opened")
    assert fake.calls == []


async def test_no_account_at_a_venue_counts_as_one_of_our_own_exchange(fake: FakeAlpaca, tmp_path: Path) -> None:
    prop = PropAccount(account_number="PA0FAKE00001", credential=CREDENTIAL, host=fake.url)
    async with open_prop_venue(prop, parts(tmp_path, MemoryExchangeStore(), Waits())) as opened:
        assert not (await opened.venue.snapshot()).simulated
    async with open_paper_venue(paper(fake), parts(tmp_path, MemoryExchangeStore(), Waits())) as opened:
        assert not (await opened.venue.snapshot()).simulated


@pytest.mark.parametrize(
    "more",
    [
        {"status": "ACCOUNT_CLOSED"},
        {"trading_blocked": True},
        {"account_blocked": True},
        {"trade_suspended_by_user": True},
        {"trading_blocked": None},
    ],
)
async def test_an_account_that_may_not_trade_is_blocked(
    fake: FakeAlpaca, tmp_path: Path, more: dict[str, object]
) -> None:
    fake.exchange.account_more = more
    async with open_paper_venue(paper(fake), parts(tmp_path, MemoryExchangeStore(), Waits())) as opened:
        assert (await opened.venue.snapshot()).trading_blocked


async def test_an_account_state_that_nobody_described_is_an_error_and_no_permission(
    fake: FakeAlpaca, tmp_path: Path
) -> None:
    fake.exchange.account_more = {"status": "QUANTUM"}
    with pytest.raises(StoreError, match="not understood in status: update the adapter"):
        async with open_paper_venue(paper(fake), parts(tmp_path, MemoryExchangeStore(), Waits())):
            raise AssertionError("opened")


async def test_markets_and_shorting_are_those_of_the_account(fake: FakeAlpaca, tmp_path: Path) -> None:
    fake.exchange.is_open = False
    fake.exchange.account_more = {"shorting_enabled": False, "non_marginable_buying_power": "50.5"}
    async with open_paper_venue(paper(fake), parts(tmp_path, MemoryExchangeStore(), Waits())) as opened:
        snapshot = await opened.venue.snapshot()
    assert (snapshot.open_markets, snapshot.shorting, snapshot.buying_power) == (frozenset({"crypto"}), False, 50.5)


def test_the_lock_gives_the_key_not_away(tmp_path: Path) -> None:
    with key_lock(tmp_path, CREDENTIAL):
        files = list(tmp_path.iterdir())
        assert len(files) == 1
        assert CREDENTIAL.key_id not in files[0].name
        assert files[0].read_bytes() == b""
        with key_lock(tmp_path, Credential("PKANOTHER", "s")):
            assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StoreError, match="the folder of key locks must be writable"),
        key_lock(tmp_path / "file", CREDENTIAL),
    ):
        raise AssertionError("locked")
