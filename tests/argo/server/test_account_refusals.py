"""Which account an executor trades: whatever does not belong together refuses to start, in a sentence that says why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from argo_core.errors import ConfigError
from argo_core.model.venue_account import LIVE_HOST, PAPER_HOST
from argo_server.services import ExecutorServices
from argo_server.settings import executor_role, own_credential
from argo_server.web.executor_status import executor_status
from argo_server.wiring.executor import open_executor
from tests.argo.adapters.alpaca.fake.server import KEY as VENUE_KEY
from tests.argo.adapters.alpaca.fake.server import SECRET, FakeAlpaca, serving
from tests.argo.server.executors import KEY, ExecutorFolder, settings_of
from tests.argo.server.processes import ArgoFolder

PAPER = {"mode": "paper", "account_number": "PA0FAKE00001"}
LIVE = {"mode": "live", "account_number": "123456789"}


@pytest.fixture
async def venue() -> AsyncIterator[FakeAlpaca]:
    async with serving(FakeAlpaca()) as served:
        yield served


def on_paper(venue: FakeAlpaca, executor_id: str = "argo", **trading: str) -> dict[str, Any]:
    """The configuration of an executor with the venue's own paper account."""
    return {
        "executor": {"id": executor_id},
        "trading": {**PAPER, **trading},
        "alpaca": {"api_key": VENUE_KEY, "secret_key": SECRET, "trading_url": venue.url},
    }


@asynccontextmanager
async def started(folder: Path, document: dict[str, Any], **environ: str) -> AsyncIterator[ExecutorServices]:
    """An executor of this configuration; keys are locked in the folder above its own."""
    settings = settings_of(_made(folder), document, XDG_CACHE_HOME=str(folder.parent / "locks"), **environ)
    role = executor_role(settings, None)
    async with open_executor(role, own_credential(role, {})) as services:
        yield services


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


async def test_an_executor_on_a_paper_account_reads_the_venues_books(venue: FakeAlpaca, tmp_path: Path) -> None:
    async with started(tmp_path / "one", on_paper(venue)) as services:
        assert await services.minder.recover()
        status = await executor_status(services)
    assert (status.mode, status.account_number, status.simulated) == ("paper", "PA0FAKE00001", False)
    assert status.account is not None
    assert status.account.account_number == "PA0FAKE00001"


async def test_a_key_of_another_account_is_refused_and_both_are_named(venue: FakeAlpaca, tmp_path: Path) -> None:
    other = on_paper(venue, account_number="PA0OTHER0001")
    with pytest.raises(ConfigError, match="belongs to account PA0FAKE00001, but PA0OTHER0001 is pinned"):
        async with started(tmp_path / "one", other):
            raise AssertionError("started")


async def test_two_executors_with_one_key_are_refused(venue: FakeAlpaca, tmp_path: Path) -> None:
    async with started(tmp_path / "one", on_paper(venue)):
        with pytest.raises(ConfigError, match="another executor trades with this key: stop it first"):
            async with started(tmp_path / "two", on_paper(venue, "second")):
                raise AssertionError("started")


async def test_a_live_key_on_the_paper_host_is_refused_and_not_shown(venue: FakeAlpaca, tmp_path: Path) -> None:
    document = on_paper(venue)
    document["alpaca"]["api_key"] = "AKLIVE00000000000001"
    with pytest.raises(ConfigError, match="this is a live key on the paper host: take the key of the paper") as refused:
        async with started(tmp_path / "one", document):
            raise AssertionError("started")
    assert "AKLIVE" not in str(refused.value)
    assert SECRET not in str(refused.value)


async def test_a_key_that_the_host_does_not_know_is_refused(venue: FakeAlpaca, tmp_path: Path) -> None:
    document = on_paper(venue)
    document["alpaca"]["api_key"] = "PKOTHER0000000000001"
    with pytest.raises(ConfigError, match=r"refuses the key \(401\): a key works only on the host of"):
        async with started(tmp_path / "one", document):
            raise AssertionError("started")


@pytest.mark.parametrize(
    ("mistake", "document", "environ", "words"),
    [
        ("live money in development", {"trading": LIVE}, {}, "set ARGO_ENV=production, or trade on paper"),
        ("no number pinned", {"trading": {"mode": "paper"}}, {}, "set trading.account_number to the number"),
        (
            "a live account on the paper host",
            {"trading": LIVE, "alpaca": {"trading_url": PAPER_HOST}},
            {"ARGO_ENV": "production"},
            "they do not belong together",
        ),
        (
            "a paper account on the live host",
            {"trading": PAPER},
            {"ALPACA_TRADING_URL": LIVE_HOST},
            "they do not belong together",
        ),
        (
            "a credential that is said to be live",
            {"trading": PAPER, "alpaca": {"paper": False}},
            {},
            "trading.mode is paper and the credential says paper: false",
        ),
        (
            "a stream of another host",
            {"trading": PAPER},
            {"ALPACA_TRADING_STREAM_URL": "wss://stream.example/stream"},
            "set ALPACA_TRADING_STREAM_URL to",
        ),
        (
            "a simulated account with the number of another",
            {"trading": {"account_number": "PA0FAKE00001"}},
            {},
            "or set trading.mode to paper or live",
        ),
        (
            "a prop firm's account without its number",
            {"prop_firm": {"enabled": True}, "trading": PAPER},
            {},
            "set prop_firm.account_number to the number",
        ),
        ("a pack that there is not", {"prop_firm": {"enabled": True, "rule_pack": "nobody"}}, {}, "nobody"),
        (
            "a symbol in two groups",
            {"trading": {"correlation_groups": {"a": ["SPY"], "b": ["SPY"]}}},
            {},
            "SPY is in a and in b: leave one",
        ),
    ],
)
async def test_what_does_not_belong_together_is_refused_before_anything_is_opened(
    tmp_path: Path, mistake: str, document: dict[str, Any], environ: dict[str, str], words: str
) -> None:
    credential = {"api_key": "PKMINE00000000000001", "secret_key": "s", **document.get("alpaca", {})}
    with pytest.raises(ConfigError) as refused:
        async with started(tmp_path / "one", {**document, "alpaca": credential}, **environ):
            raise AssertionError("started")
    assert words in str(refused.value), mistake
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "one" / "data").exists()


def test_a_process_with_live_money_in_development_says_so_in_one_line(tmp_path: Path) -> None:
    document = {"trading": LIVE, "alpaca": {"api_key": "AKMINE", "secret_key": "s"}}
    done = ExecutorFolder(tmp_path, document).run("serve", "--role", "executor")
    assert (done.returncode, len(done.stderr.splitlines()), "Traceback" in done.stderr) == (1, 1, False)
    assert "ARGO_ENV" in done.stderr


def test_all_roles_with_one_key_for_two_executors_start_none(argo: ArgoFolder) -> None:
    everything = argo.with_environment(
        ARGO_DISTRIBUTION_KEY=KEY, ALPACA_API_KEY="PKONE", ALPACA_SECRET_KEY="s",
        PROP_FIRM_API_KEY="PKONE", PROP_FIRM_SECRET_KEY="s",
    )  # fmt: skip
    done = everything.run("serve", "--role", "all")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "executors argo and prop_firm are given one key" in done.stderr
    assert "PKONE" not in done.stderr
    assert not (argo.folder / "var" / "processes").exists()
