"""The record's pages: every figure is reckoned from what ended, and addresses hold the whole question."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from alpine_core.model import Tier
from alpine_core.testing.samples import DETAILS, sample_outcome
from alpine_web.jobs.running import reckon_record
from tests.alpine.web.parts import (
    AUTHORISED,
    SYNC,
    Rig,
    add_account,
    asked,
    deliver,
    recent,
    resolve,
    rig_of,
    settings_of,
    sign_in,
)

HTML = {"Accept": "text/html"}
ENDS = [
    ("AAPL", 80.0, "BULL", 4.0),
    ("MSFT", 92.0, "BEAR", -2.0),
    ("AAPL", 97.0, "BULL", 1.0),
    ("TSLA", 96.0, "CHOP", -1.0),
]


async def end(rig: Rig, client: httpx.AsyncClient, name: str, percent: float, **changed: Any) -> None:
    """End a signal of entry 175.25 with this gross result, 0.1 less after the provider's costs."""
    word, result = ("win", "target") if percent > 0 else ("loss", "stop")
    known = {"exit_price": 175.25 * (1 + percent / 100), "profit_loss_pct": percent, "net_pct": percent - 0.1}
    at = f"{rig.clock.now():%Y-%m-%dT%H:%M:%SZ}"
    outcome = sample_outcome(name, **{"outcome": word, "result": result, "exit_at": at, **known, **changed})
    await resolve(rig, client, outcome)


async def fill(rig: Rig, client: httpx.AsyncClient) -> None:
    """Four signals that ended on one day, and one that is open."""
    for number, (symbol, confidence, regime, percent) in enumerate(ENDS):
        known = {"symbol": symbol, "confidence": confidence, "regime": regime, "win_probability": 0.55}
        await deliver(rig, client, recent(rig, f"SIG-{number}", **known))
        await end(rig, client, f"SIG-{number}", percent)
    await deliver(rig, client, recent(rig, "SIG-open", **DETAILS))
    await mirror(rig, client)


async def mirror(rig: Rig, client: httpx.AsyncClient) -> None:
    """Bring the copy of the log up to the log."""
    state = await rig.store.ledger.state(rig.log.origin)
    assert state is not None
    body = rig.log.checkpoint_body(old_size=state.size, start=state.mirrored)
    assert (await client.post(f"{SYNC}/checkpoint", json=body, headers=AUTHORISED)).status_code == 200


def words(page: str) -> str:
    """The text of a page, blanks made one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


async def test_the_track_record_counts_every_resolved_signal_and_says_so(rig: Rig, client: httpx.AsyncClient) -> None:
    await fill(rig, client)
    told = words((await client.get("/track-record")).text)
    assert "4 of 4 resolved signals are counted, none is left out ." in told
    assert "50.0 % 2 of 4 95 %: 15.0 to 85.0 %" in told
    assert "expectancy of a signal +0.40 % 95 %: too few" in told
    assert "profit factor 1.50 won by lost" in told  # (3.9 + 0.9) by (2.1 + 1.1)
    assert "Too few. Fewer than 30 signals" in told
    assert "of 4 ended signals" in told.lower()
    # 100 → 100.39 → 100.179181 → 100.26934… → 100.15905…; deepest from 100.39
    assert "deepest drawdown 0.23 %" in told
    assert "2026-03 4 50.0 %" in told
    assert "BULL 2 100.0 %" in told
    assert "95 to 100 2 50.0 %" in told
    assert "Brier score 0.2525" in told  # (0.45² + 0.55²) / 2


async def test_an_end_that_the_log_has_and_we_have_not_is_told(rig: Rig, client: httpx.AsyncClient) -> None:
    await fill(rig, client)
    rig.log.outcome_members(sample_outcome("SIG-open"))  # logged, and its delivery is lost
    await mirror(rig, client)
    told = words((await client.get("/track-record")).text)
    assert "4 of 5 resolved signals are counted, 1 are not" in told


async def test_figures_move_with_the_next_outcome(rig: Rig, client: httpx.AsyncClient) -> None:
    await fill(rig, client)
    assert "50.0 % 2 of 4" in words((await client.get("/track-record")).text)
    assert "100.0 % 2 of 2" in words((await client.get("/backtest?symbols=AAPL")).text)
    await end(rig, client, "SIG-open", 5.0)
    told = words((await client.get("/track-record")).text)
    assert "60.0 % 3 of 5" in told
    assert "100.0 % 3 of 3" in words((await client.get("/backtest?symbols=AAPL")).text)
    assert "the copy of the log kept here ends before the newest of them" in told


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "50.0 % 2 of 4"),
        ("symbols=aapl", "100.0 % 2 of 2"),
        ("symbols=MSFT,+TSLA", "0.0 % 0 of 2"),
        ("min_confidence=95", "50.0 % 1 of 2"),
        ("max_confidence=92&min_confidence=92", "0.0 % 0 of 1"),
        ("regime=BULL", "100.0 % 2 of 2"),
        ("action=SELL", "No ended signal fits"),
        ("since=2026-03-03", "No ended signal fits"),
        ("until=2026-03-02", "50.0 % 2 of 4"),
        ("cost_pct=2", "25.0 % 1 of 4"),
        ("cost_pct=0", "expectancy of a signal +0.50 %"),
        ("stake_pct=100", "deepest drawdown 2.31 %"),
    ],
)
async def test_a_backtest_is_a_part_of_the_record_by_its_address(
    rig: Rig, client: httpx.AsyncClient, query: str, told: str
) -> None:
    await fill(rig, client)
    page = await client.get(f"/backtest?{query}", headers=HTML)
    assert (page.status_code, told in words(page.text)) == (200, True)


@pytest.mark.parametrize(
    "query", ["since=x", "stake_pct=0", "cost_pct=21", "page=0", "colour=red", "min_confidence=nan"]
)
async def test_a_backtest_that_cannot_be_is_400(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(f"/backtest?{query}")).status_code == 400


async def test_the_curve_stands_beside_holding_the_same_symbols(rig: Rig, client: httpx.AsyncClient) -> None:
    day = rig.clock.now() - timedelta(days=2)
    for number, percent in enumerate([4.0, -2.0]):
        made = {"as_of": f"{day + timedelta(days=number):%Y-%m-%dT%H:%M:%SZ}"}
        await deliver(rig, client, recent(rig, f"SIG-{number}", **made))
        ended = f"{day + timedelta(days=number, hours=1):%Y-%m-%dT%H:%M:%SZ}"
        await end(rig, client, f"SIG-{number}", percent, exit_at=ended)
    bars = [
        [f"{day + timedelta(days=number):%Y-%m-%d}T00:00:00Z", 100, 130, 90, 100 + 10 * number, 1] for number in (0, 1)
    ]
    marks: dict[str, object] = {"origin": "replay", "as_of": f"{rig.clock.now():%Y-%m-%dT%H:%M:%SZ}"}
    marks |= {"series": [{"symbol": "AAPL", "timeframe": "1d", "bars": bars}]}
    assert (await client.post(f"{SYNC}/marks", json=marks, headers=AUTHORISED)).json()["stored"] == 2
    page = (await client.get("/backtest?stake_pct=50")).text
    # 100 → 101.95 → 100.879525; held 100 → 110
    assert '<td class="number">100.88</td><td class="number">110.00</td>' in page
    assert len(re.findall("<polyline", page)) == 2
    assert "style=" not in page


async def test_a_short_history_lists_fewer_signals_and_counts_them_all() -> None:
    rig = rig_of()
    for tier in Tier:
        await add_account(rig, f"{tier.value}@example.com", tier)
    async with asked(rig) as client:
        await deliver(rig, client, recent(rig, "SIG-old"))
        await end(rig, client, "SIG-old", 4.0)
        rig.clock.advance(seconds=86_400 * 31)
        await deliver(rig, client, recent(rig, "SIG-new"))
        await end(rig, client, "SIG-new", -1.0)
        seen = {"": await names_of(client)}
    for tier in Tier:
        async with asked(rig) as client:
            await sign_in(client, f"{tier.value}@example.com")
            seen[tier.value] = await names_of(client)
    both = (["SIG-new", "SIG-old"],) * 2
    assert seen == {
        "": (["SIG-new"], ["SIG-new"]),
        "free": (["SIG-new"], ["SIG-new"]),
        "basic": both,
        "premium": both,
        "institutional": both,
    }


async def names_of(client: httpx.AsyncClient) -> tuple[list[str], list[str]]:
    """The signals that the backtest lists, and those of its download; its figures always count two."""
    page = (await client.get("/backtest", headers=HTML)).text
    assert "50.0 % 1 of 2" in words(page)
    rows = (await client.get("/backtest/trades/json")).json()["rows"]
    return re.findall(r'<th scope="row"><a href="/signals/(SIG-[a-z]+)"', page), [row["signal_id"] for row in rows]


async def test_the_dashboard_tells_regime_calibration_and_curve(rig: Rig, client: httpx.AsyncClient) -> None:
    await sign_in(client)
    assert "No signal has ended yet" in (await client.get("/dashboard")).text
    await fill(rig, client)
    page = (await client.get("/dashboard")).text
    told = words(page)
    assert "AAPL TRENDING" in told
    assert "MSFT BEAR" in told
    assert "95 to 100 2 too few (1)" in told
    assert "<polyline" in page
    signal = words((await client.get("/signals/SIG-open")).text)
    assert "1 of 2 ended signals of confidence 95 to 100 won after costs : too few to say more" in signal.replace(
        "costs:", "costs :"
    )


async def test_the_landing_page_has_every_section_and_only_counted_figures(rig: Rig, client: httpx.AsyncClient) -> None:
    await fill(rig, client)
    page = (await client.get("/")).text
    titles = re.findall(r"<h[12] id=\"([a-z]+)-title\"", page)
    assert titles == (
        "hero problem figures newest proof how limits quality high symbols compare pricing questions closing".split()
    )
    told = words(page)
    assert "5 sealed, 4 resolved, none missing" in told
    assert "4 of the 4 resolved signals are in the figures below" in told
    assert "ended 2 won after costs 1: too few to give a rate" in told
    assert "basic below 95 % confidence at once, others 24 h late 365 days yes 1000 rows" in told
    assert "institutional all at once all yes everything" in told


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/methodology", "Wilson"),
        ("/terms", "not advice"),
        ("/privacy", "Argon2id"),
        ("/risk-disclosure", "can cost everything"),
        ("/contact", "has not named an address"),
    ],
)
async def test_pages_of_text_need_no_account(client: httpx.AsyncClient, path: str, told: str) -> None:
    page = await client.get(path, headers=HTML)
    assert (page.status_code, told in page.text) == (200, True)


async def test_the_contact_page_has_the_operators_address() -> None:
    async with asked(rig_of(contact_email="desk@example.com")) as client:
        assert 'href="mailto:desk@example.com"' in (await client.get("/contact")).text


async def test_of_a_long_record_requests_have_what_the_job_reckoned(rig: Rig, client: httpx.AsyncClient) -> None:
    members = [recent(rig, f"SIG-{number}") for number in range(202)]
    await deliver(rig, client, *members)
    outcomes = [sample_outcome(f"SIG-{number}", net_pct=5.0) for number in range(202)]
    for outcome in outcomes[:201]:
        await rig.log.resolve_in(rig.store, outcome, rig.clock.now())
    await reckon_record(rig.services)
    assert (await rig.services.record.reckon()).closed == 201
    await rig.log.resolve_in(rig.store, outcomes[201], rig.clock.now())
    assert (await rig.services.record.reckon()).closed == 201
    await reckon_record(rig.services)
    assert (await rig.services.record.reckon()).closed == 202


def test_a_contact_that_is_no_address_is_refused() -> None:
    with pytest.raises(Exception, match="ALPINE_CONTACT_EMAIL"):
        settings_of(contact_email="nobody")
