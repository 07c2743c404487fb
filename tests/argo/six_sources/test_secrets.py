"""A vendor that says our key in its errors: no key is found in anything that we write, show or say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from tests.argo.peers.http_peer import Reply
from tests.argo.peers.keys import ALL_KEYS
from tests.argo.peers.program import Peers
from tests.argo.peers.vendors import KEYS
from tests.argo.server.processes import ArgoFolder, stop, wait_until
from tests.argo.six_sources.rig import SOURCES, six_sources

PAGES = ("/", "/sources", "/decisions", "/signals", "/api/v1/health", "/metrics", "/api/v1/decisions?limit=100")
MARKETS = ("alpaca", "massive", "yahoo")
TOLD_IN_SUCCESSES = ("massive", "yahoo", "alpha_vantage")


PIECE = 8


def shown(content: str | bytes) -> list[str]:
    """The keys of which the beginning can be read in it."""
    text = content if isinstance(content, bytes) else content.encode()
    return [key for key in ALL_KEYS if key[:PIECE].encode() in text or json.dumps(key)[1:PIECE].encode() in text]


def words_that_end_in(key: str, length: int) -> dict[str, Any]:
    """A vendor's refusal in whichever form, its key so many characters in, and more behind it."""
    words = "x" * length + key + "y" * 400
    chart = {"result": None, "error": {"code": "Bad", "description": words}}
    return {"status": "ERROR", "error": words, "message": words, "Information": words, "chart": chart}


def written(folder: Path) -> dict[str, list[str]]:
    """By file, the keys that can be read in it."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert [path for path in files if path.suffix == ".db"]
    return {path.name: found for path in files if (found := shown(path.read_bytes()))}


def sources_of(live: ArgoFolder) -> dict[str, Any]:
    """Health by source; nothing while the process is not there yet."""
    try:
        health = live.get("/api/v1/health")
    except HTTPError as error:  # a process in bad health says so by its status
        with error:
            health = json.load(error)
    except OSError:
        return {}
    found: dict[str, Any] = health["services"]["data_sources"]["sources"]
    return found


@pytest.mark.parametrize("fault", ["500", "429", "error in 200"])
async def test_no_key_is_in_pages_metrics_or_the_database(fault: str, tmp_path: Path) -> None:
    async with six_sources(tmp_path) as six:
        for vendor in six.vendors.values():
            vendor.fail(fault)
        for _ in range(6):
            await six.cycle(31.0)
        errors = {source: six.path(source).last_error or "" for source in SOURCES}
        assert all(errors.values())
        pages = {page: await six.page(page) for page in PAGES}
        assert {page: found for page, text in pages.items() if (found := shown(text))} == {}
        assert not shown(repr([six.live.standing(), six.services.generator.status()]))
    assert written(tmp_path) == {}


async def test_what_is_shown_of_a_planted_key_is_that_it_was_struck_out(tmp_path: Path) -> None:
    async with six_sources(tmp_path) as six:
        for vendor in six.vendors.values():
            vendor.fail("500")
        await six.cycle(31.0)
        assert {source for source in SOURCES if "[secret]" in (six.path(source).last_error or "")} >= {
            "alpaca_pro", "massive", "alpha_vantage", "x_sentiment", "sonar",
        }  # fmt: skip


@pytest.mark.parametrize(
    "length", [85, 186, 288, *(pytest.param(length, marks=pytest.mark.slow) for length in (92, 194, 262, 276))]
)
async def test_wherever_a_vendors_words_are_cut_no_half_of_a_key_is_left(length: int, tmp_path: Path) -> None:
    async with six_sources(tmp_path) as six:
        for name, vendor in six.vendors.items():
            status = 200 if name in TOLD_IN_SUCCESSES else 500
            vendor.http.fault = Reply(words_that_end_in(KEYS[name], length), status).answering()
        told: set[str] = set()
        for _ in range(4):
            await six.cycle(31.0)
            told |= {six.path(source).last_error or "" for source in SOURCES}
            assert {page: found for page in PAGES if (found := shown(await six.page(page)))} == {}
        assert shown(repr(told)) == []
        for name in ("massive", "yahoo", "alpha_vantage", "xai", "perplexity"):
            assert any(name in sentence and "xxx" in sentence for sentence in told), name
    assert written(tmp_path) == {}


@pytest.mark.timeout(150)
def test_no_key_is_in_what_the_processes_log_say_and_store(live: ArgoFolder, peers: Peers) -> None:
    for vendor in SOURCES.values():
        peers.fail(vendor, "500")
    checked = live.run("sources", "check")
    assert (checked.returncode, shown(checked.stdout + checked.stderr)) == (1, [])
    for vendor in MARKETS:  # without a price nobody would be asked for an opinion
        peers.fail(vendor, None)
    process = live.serve()

    def failed() -> set[str]:
        return {name for name, told in sources_of(live).items() if told["errors"]}

    try:
        wait_until(lambda: failed() >= {"alpha_vantage", "x_sentiment", "sonar"}, process)
    finally:
        assert stop(process) == 0
    assert (live.folder / "generator.log").stat().st_size > 0
    assert written(live.folder) == {}
    told = live.run("config", "check")
    assert (told.returncode, shown(told.stdout + told.stderr)) == (0, [])
