"""The console: what each page shows, without scripts."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import msgspec
import pytest

from argo_core.model.origin import Origin
from argo_core.model.signal import SealedSignal
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.sample_cycles import MOMENT, sample_cycle, sample_decision, sample_signal
from tests.argo.server.web.conftest import Client
from tests.argo.server.web.parts import assemble, client_of, services_after, three_cycles

PAGES = ["/", "/decisions", "/signals", "/signals/c1-s0", "/sources"]
PARTS = ["/console/parts/cycle", "/console/parts/board", "/console/parts/signals"]


async def words(client: Client, path: str) -> str:
    """The page's text as a person reads it: no tags, no entities, single blanks."""
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)))


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_says_that_its_data_is_replayed_history_and_of_when(client: Client, path: str) -> None:
    text = await words(client, path)
    assert "replayed history 2018-11-01 to 2019-09-30" in text
    assert "recorded history from a package" in text


@pytest.mark.parametrize("path", PAGES)
async def test_live_data_is_not_called_replayed(path: str) -> None:
    services = assemble(MemoryLog(), three_cycles(), origin=Origin(name="alpaca", description="live", replayed=False))
    for _ in range(3):
        await services.generator.tick()
    async with client_of(services) as client:
        text = await words(client, path)
    assert "live data" in text
    assert "replayed" not in text


async def test_the_overview_shows_the_newest_cycle_with_both_clocks(client: Client) -> None:
    text = await words(client, "/")
    assert "Market time, as of 2026-03-02 14:30:10" in text
    assert "Wall time, started 2026-03-02 15:30:10" in text
    assert "Published 1 Vetoed 0 Repeats 0 Outcomes 0" in text
    assert "p50 12.5 ms · p95 12.5 ms over the last 3" in text
    assert "consensus 0.2 ms" in text


async def test_the_overview_says_why_a_symbol_was_vetoed_and_by_how_much(client: Client) -> None:
    assert "below threshold: 61.5 % measured, 75.0 % needed" in await words(client, "/")


async def test_the_overview_shows_votes_with_weight_and_age_and_absences_with_reason(client: Client) -> None:
    text = await words(client, "/")
    assert "replay_price ▲ LONG 81.2 % weight 0.40 · age 1.5 s" in text
    assert "absent: sentiment (no recording)" in text


async def test_the_overview_links_a_repeat_to_the_open_signal(client: Client) -> None:
    assert '<a class="hash" href="/signals/c1-s1">c1-s1</a>' in (await client.get("/")).text


async def test_a_page_without_a_cycle_says_what_will_appear() -> None:
    async with client_of(await services_after([])) as client:
        for path in ("/", "/decisions", "/signals", "/sources"):
            answer = await client.get(path)
            assert (answer.status_code, 'class="empty"' in answer.text) == (200, True)


@pytest.mark.parametrize("path", PARTS)
async def test_a_live_part_is_a_fragment_of_the_overview(client: Client, path: str) -> None:
    part, page = (await client.get(path)).text, (await client.get("/")).text
    assert "<html" not in part
    assert re.sub(r"\s+", "", part) in re.sub(r"\s+", "", page)


async def test_a_form_with_untouched_fields_filters_by_the_others(client: Client) -> None:
    text = await words(client, "/signals?symbol=&action=SELL&regime=&outcome=&min_confidence=")
    assert "no. 3" in text
    assert "no. 4" not in text


async def test_older_decisions_are_a_link_away_and_keep_the_filter() -> None:
    decisions = [sample_decision(f"d{n}", at=MOMENT + timedelta(seconds=n)) for n in range(60)]
    async with client_of(await services_after([sample_cycle("c", decisions=decisions)])) as client:
        page = (await client.get("/decisions?status=vetoed&symbol=")).text
        link = re.search(r'href="([^"]+)" rel="next"', page)
        assert link is not None
        assert html.unescape(link[1]) == "/decisions?status=vetoed&limit=50&before=11"
        assert 'rel="next"' not in (await client.get(html.unescape(link[1]))).text


async def test_a_signal_page_sets_the_nine_fields_apart_and_shows_the_recomputed_hash(client: Client) -> None:
    page = (await client.get("/signals/c1-s0")).text
    covered, _, rest = page.partition("Not covered by the hash")
    for name in (
        "signal_id",
        "symbol",
        "action",
        "entry_price",
        "target_price",
        "stop_price",
        "confidence",
        "strategy",
    ):
        assert f"<code>{name}</code>" in covered
        assert f"<code>{name}</code>" not in rest
    text = await words(client, "/signals/c1-s0")
    assert "Recomputed by this server Canonical text" in text
    assert '{"action":"BUY","confidence":82.5,"entry_price":175.25,"signal_id":"c1-s0"' in text
    assert "The recomputed hash equals the stored one" in text


async def test_a_signal_whose_hash_does_not_hold_raises_the_alarm() -> None:
    honest = sample_signal("forged")
    forged = SealedSignal(
        signal=msgspec.structs.replace(honest.signal, entry_price=1.0),
        scheme=honest.scheme,
        verification_hash=honest.verification_hash,
    )
    async with client_of(await services_after([sample_cycle("c", signals=[forged])])) as client:
        text = await words(client, "/signals/forged")
    assert "The stored hash does not hold: hash mismatch" in text
    assert "equals the stored one" not in text


async def test_text_of_others_is_shown_and_never_run() -> None:
    signal = sample_signal("x")
    evil = msgspec.structs.replace(signal.signal, reasoning="<script>alert(1)</script> & more")
    sealed = msgspec.structs.replace(signal, signal=evil)
    async with client_of(await services_after([sample_cycle("c", signals=[sealed])])) as client:
        page = (await client.get("/signals/x")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page


async def test_sources_show_rate_latency_and_errors(client: Client) -> None:
    text = await words(client, "/sources")
    why = "fails: 0.0 % answered, under 80; slow: 250.0 ms, not under 200"
    assert f"massive unhealthy {why} 0.0 % 250.0 ms 250.0 ms 3 3 vendor error 3 –" in text
    assert "replay_price healthy 100.0 % 12.0 ms 12.0 ms 3 0 – 2026-03-02 15:30:10" in text
    assert "sonar not due" in text


async def test_sources_show_no_last_word_on_a_symbol_that_is_not_configured_any_more(client: Client) -> None:
    _, _, said = (await words(client, "/sources")).partition("What they said last")
    told, _, _ = said.partition("Absent from the newest decisions")
    assert "AAPL LONG" in told
    assert "old then" in told
    assert [gone for gone in ("MSFT", "NVDA", "BTC-USD") if gone in told] == []


async def test_sources_explain_the_reasons_for_which_one_is_absent(client: Client) -> None:
    assert "race lost called off, because the other vendor of prices answered first" in await words(client, "/sources")


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_holds_inline_script_or_style_or_another_host(client: Client, path: str) -> None:
    page = (await client.get(path)).text
    assert re.findall(r"<script(?![^>]*\ssrc=)|\sstyle=|<style|\son[a-z]+=", page) == []
    assert re.findall(r"(?:src|href)=\"(?!/|#)", page) == []
