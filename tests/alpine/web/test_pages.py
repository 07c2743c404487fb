"""Pages: what is verified stands in its box, everything else outside; addresses hold the whole question."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import httpx
import msgspec
import pytest

from alpine_core.model import Tier
from alpine_core.testing.samples import DETAILS, sample_outcome, sample_verified
from tests.alpine.web.parts import AUTHORISED, SYNC, Rig, add_account, asked, deliver, recent, resolve, rig_of, sign_in

HTML = {"Accept": "text/html"}
NINE = [
    "signal_id",
    "symbol",
    "action",
    "entry_price",
    "target_price",
    "stop_price",
    "confidence",
    "strategy",
    "timestamp",
]


class Reader(HTMLParser):
    """What a page shows: fields by name, in the proof's box and outside of it, and the text of each."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.shown: dict[str, str] = {}
        self.inside: list[str] = []
        self.outside: list[str] = []
        self._depth = 0
        self._name: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "section" and (self._depth or given.get("id") == "proof"):
            self._depth += 1
        if "data-shown" in given:
            self._name = str(given["data-shown"])
            self.shown[self._name] = ""

    def handle_endtag(self, tag: str) -> None:
        self._name = None
        if tag == "section" and self._depth:
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        (self.inside if self._depth else self.outside).append(data)
        if self._name is not None:
            self.shown[self._name] += data


async def outcome(rig: Rig, client: httpx.AsyncClient, signal_id: str, word: str, percent: float) -> None:
    result = {"win": "target", "loss": "stop"}[word]
    ended = sample_outcome(signal_id, outcome=word, result=result, exit_at="2026-03-02T15:00:00Z")
    exit_price = 175.25 * (1 + percent / 100)
    await resolve(rig, client, msgspec.structs.replace(ended, exit_price=exit_price, profit_loss_pct=percent))


@pytest.mark.parametrize("path", ["/dashboard", "/dashboard/open", "/signals", "/signals/SIG-1"])
async def test_signals_are_for_account_holders(client: httpx.AsyncClient, path: str) -> None:
    page = await client.get(path, headers=HTML)
    assert (page.status_code, page.headers["location"].split("?")[0]) == (303, "/login")
    assert (await client.get(path)).status_code == 401


async def test_the_nine_fields_stand_in_the_box_exactly_as_hashed(rig: Rig, client: httpx.AsyncClient) -> None:
    await sign_in(client)
    members = recent(rig, "SIG-1", **DETAILS, entry_price=175.0, stop_price=None, target_price=184.123456789)
    await deliver(rig, client, members)
    page = Reader((await client.get("/signals/SIG-1")).text)
    assert [name for name in page.shown if name in NINE] == NINE
    assert page.shown == {
        "signal_id": "SIG-1",
        "symbol": "AAPL",
        "action": "BUY",
        "entry_price": "175",
        "target_price": "184.123456789",
        "stop_price": "none",
        "confidence": "97.3",
        "strategy": "momentum_breakout",
        "timestamp": members["timestamp"],
        "verification_hash": members["verification_hash"],
        "scheme": "jcs-1",
    }


async def test_what_the_hash_does_not_cover_stands_outside_of_the_box(rig: Rig, client: httpx.AsyncClient) -> None:
    await sign_in(client)
    await deliver(rig, client, recent(rig, "SIG-1", **DETAILS))
    await outcome(rig, client, "SIG-1", "win", 5.28)
    page = Reader((await client.get("/signals/SIG-1")).text)
    inside, outside = " ".join(page.inside), " ".join(page.outside)
    for words in ("three of four sources agree", "technical", "above its average", "TRENDING", "+5.28 %", "premium"):
        assert (words in inside, words in outside) == (False, True), words
    for words in ("2.5 s", "0.4", "88.5", "61 %"):
        assert words in outside


async def test_text_of_the_provider_cannot_become_markup(rig: Rig, client: httpx.AsyncClient) -> None:
    await sign_in(client)
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    votes = [{"source": attack, "direction": attack, "confidence": 50.0, "rationale": attack}]
    await deliver(
        rig, client, recent(rig, "SIG-1", reasoning=attack, regime=attack[:60], votes=votes, strategy="a<b>&\"'")
    )
    for path in ("/signals/SIG-1", "/dashboard", "/signals", "/dashboard/open"):
        page = (await client.get(path)).text
        assert "<script>alert" not in page
        assert "<img" not in page
    shown = Reader((await client.get("/signals/SIG-1")).text)
    assert shown.shown["strategy"] == "a<b>&\"'"


async def test_a_chart_is_drawn_from_a_table_that_everyone_can_read(rig: Rig, client: httpx.AsyncClient) -> None:
    await sign_in(client)
    await deliver(rig, client, recent(rig, "SIG-1"))
    empty = (await client.get("/signals/SIG-1")).text
    assert "No prices of this symbol" in empty
    day = rig.clock.now().date()
    bars = [[f"{day}T0{hour}:00:00Z", 175.0, 179.0, 174.0, 175.0 + hour, 10.0] for hour in range(4)]
    marks: dict[str, object] = {"origin": "replay", "as_of": f"{day}T04:00:00Z"}
    marks |= {"series": [{"symbol": "AAPL", "timeframe": "1m", "bars": bars}]}
    assert (await client.post(f"{SYNC}/marks", json=marks, headers=AUTHORISED)).json()["stored"] == 4
    page = (await client.get("/signals/SIG-1")).text
    assert re.findall(r'data-close="([0-9.]+)"', page) == ["175", "176", "177", "178"]
    assert "not covered by the proof" in page
    assert "(replay, 1m)" in page
    told = (await client.get("/api/v1/signals/SIG-1/marks")).json()
    assert (told["covered_by_the_proof"], len(told["series"][0]["marks"])) == (False, 4)
    open_rows = (await client.get("/dashboard/open")).text
    assert "178" in open_rows
    assert "+3.65 %" in open_rows  # 184.5 above 178
    assert "-3.65 %" in open_rows  # 171.5 below 178


async def test_the_address_holds_filter_order_and_page(rig: Rig, client: httpx.AsyncClient) -> None:
    await sign_in(client)
    for number, (symbol, confidence) in enumerate([("AAPL", 80.0), ("MSFT", 99.0), ("AAPL", 91.0), ("TSLA", 75.0)]):
        await deliver(rig, client, recent(rig, f"SIG-{number}", symbol=symbol, confidence=confidence))
    await outcome(rig, client, "SIG-2", "win", 5.0)

    async def listed(query: str) -> list[str]:
        page = await client.get(f"/signals?{query}")
        assert page.status_code == 200
        return re.findall(r'/signals/(SIG-[0-9])"', page.text)

    assert await listed("") == ["SIG-3", "SIG-2", "SIG-1", "SIG-0"]
    assert await listed("symbol=AAPL") == ["SIG-2", "SIG-0"]
    assert await listed("min_confidence=90&outcome=open") == ["SIG-1"]
    assert await listed("sort=confidence") == ["SIG-1", "SIG-2", "SIG-0", "SIG-3"]
    assert await listed("sort=symbol&symbol=&action=") == ["SIG-2", "SIG-0", "SIG-1", "SIG-3"]
    assert await listed("sort=result") == ["SIG-2", *await listed("outcome=open")]
    assert await listed("search=sig-1") == ["SIG-1"]
    first = await client.get("/signals?limit=2")
    following = re.findall(r'href="(/signals\?[^"]+)" rel="next"', first.text)
    assert [sorted(address.split("?")[1].split("&amp;")) for address in following] == [["before=3", "limit=2"]]
    assert await listed("limit=2&before=3") == ["SIG-1", "SIG-0"]
    sorted_first = (await client.get("/signals?sort=confidence&limit=2")).text
    assert "sort=confidence&amp;page=2" in sorted_first
    assert await listed("sort=confidence&limit=2&page=2") == ["SIG-0", "SIG-3"]


@pytest.mark.parametrize(
    "query",
    [
        "sort=worst",
        "limit=0",
        "limit=x",
        "before=0",
        "colour=red",
        "limit=1&limit=2",
        "search=%ff",
        "search=%00",
        "symbol=a%00",
    ],
)
async def test_a_question_that_cannot_be_is_400(client: httpx.AsyncClient, query: str) -> None:
    await sign_in(client)
    answer = await client.get(f"/signals?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


async def test_the_landing_page_counts_what_everybody_may_see(rig: Rig, client: httpx.AsyncClient) -> None:
    async def figures() -> list[str]:
        return re.findall(r"<li><b>([0-9]+)</b>", (await client.get("/")).text)

    await deliver(rig, client, recent(rig, "SIG-1"), recent(rig, "SIG-2"), recent(rig, "SIG-3"))
    await outcome(rig, client, "SIG-1", "win", 5.0)
    await outcome(rig, client, "SIG-2", "loss", -2.0)
    # FREE waits a day, and no count tells what came meanwhile; but how a signal ended is public at once.
    assert await figures() == ["2", "1", "1", "0", "0", "0"]
    rig.clock.advance(seconds=86_401)
    assert await figures() == ["3", "1", "1", "0", "1", "5"]
    await deliver(rig, client, recent(rig, "SIG-4"))
    rig.clock.advance(seconds=10)
    assert await figures() == ["3", "1", "1", "0", "1", "5"]


async def test_a_page_shows_each_tier_what_it_may_see_and_no_more() -> None:
    rig = rig_of()
    for tier in Tier:
        await add_account(rig, f"{tier.value}@example.com", tier)
    async with asked(rig) as provider:
        await deliver(rig, provider, recent(rig, "SIG-low", confidence=80.0), recent(rig, "SIG-high", confidence=97.0))
    seen = {}
    for tier in Tier:
        async with asked(rig) as client:
            await sign_in(client, f"{tier.value}@example.com")
            pages = [await client.get(path) for path in ("/signals", "/dashboard", "/dashboard/open")]
            lists = [await client.get(path) for path in ("/api/v1/signals/subscribed", "/api/signals/history")]
            ones = {name: (await client.get(f"/api/v1/signals/{name}")).status_code for name in ("SIG-low", "SIG-high")}
            drawn = {name: (await client.get(f"/signals/{name}")).status_code for name in ("SIG-low", "SIG-high")}
            assert ones == drawn
            named = {tuple(sorted(set(re.findall(r"SIG-(?:low|high)", each.text)))) for each in [*pages, *lists]}
            assert len(named) == 1
            seen[tier.value] = (named.pop(), ones["SIG-low"], ones["SIG-high"])
    assert seen == {
        "free": ((), 404, 404),
        "basic": (("SIG-low",), 200, 404),
        "premium": (("SIG-high", "SIG-low"), 200, 200),
        "institutional": (("SIG-high", "SIG-low"), 200, 200),
    }


async def test_the_json_of_a_signal_is_the_view_of_its_tier(rig: Rig, client: httpx.AsyncClient) -> None:
    await sign_in(client)
    members = recent(rig, "SIG-1", **DETAILS)
    await deliver(rig, client, members)
    told = (await client.get("/api/v1/signals/SIG-1")).json()
    assert {name: told[name] for name in NINE} == {name: members[name] for name in NINE}
    assert (told["verification_hash"], told["scheme"], told["legacy_preimage"]) == (
        members["verification_hash"],
        "jcs-1",
        None,
    )
    assert (told["alpine_signal_id"], told["outcome"], told["premium"]) == (1, None, True)
    listed = (await client.get("/api/signals/subscribed?limit=1")).json()
    assert told["realised"] == []  # looked up for a signal that is asked for alone, and not in lists
    assert listed == {"items": [{**told, "realised": None}], "sealed": [], "next": None}


async def test_a_signal_of_replayed_history_says_so_wherever_it_is_shown(rig: Rig, client: httpx.AsyncClient) -> None:
    replay = {"data_source": "replay", "as_of": "2018-11-01T20:00:00.000000Z"}
    await deliver(rig, client, recent(rig, "SIG-R", **replay))
    rig.clock.advance(seconds=86_401)
    assert "1 of the signals shown were made from replayed history" in (await client.get("/", headers=HTML)).text
    await sign_in(client)
    for path in ("/dashboard", "/signals", "/signals/SIG-R"):
        page = (await client.get(path, headers=HTML)).text
        assert "replayed history, market time 2018-11-01 20:00:00" in page, path


async def test_every_link_of_a_page_leads_somewhere(rig: Rig, client: httpx.AsyncClient) -> None:
    await sign_in(client)
    await deliver(rig, client, recent(rig, "SIG-1", **DETAILS))
    for path in ("/", "/login", "/dashboard", "/signals", "/signals/SIG-1", "/backtest", "/methodology", "/contact"):
        page = (await client.get(path)).text
        for address in re.findall(r'(?:href|src|hx-get|data-source)="(/[^"]*)"', page):
            assert (await client.get(address.replace("&amp;", "&"))).status_code == 200, (path, address)


async def test_history_keeps_to_the_limit_and_has_a_larger_page_by_itself(rig: Rig, client: httpx.AsyncClient) -> None:
    await sign_in(client)
    await deliver(rig, client, *(recent(rig, f"SIG-{number}") for number in range(60)))
    for path, count in (("history?limit=2", 2), ("history", 60), ("subscribed", 50), ("history?limit=51", 51)):
        told = (await client.get(f"/api/v1/signals/{path}")).json()
        assert (len(told["items"]), told["next"] is None) == (count, count == 60), path


@pytest.mark.parametrize(
    "path", ["/signals/%00", "/signals/a%00b", "/api/v1/signals/%00", "/api/v1/signals/%00/marks", "/static/%00"]
)
async def test_a_name_with_u_0000_is_404(client: httpx.AsyncClient, path: str) -> None:
    await sign_in(client)
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00", "9999-12-31T23:59:59-23:59", "soon"])
async def test_a_stored_time_that_no_door_would_take_breaks_no_page(
    rig: Rig, client: httpx.AsyncClient, text: str
) -> None:
    await sign_in(client)
    planted = sample_verified("SIG-1")
    details = msgspec.structs.replace(planted.details, as_of=text)
    await rig.log.store_in(rig.store, [msgspec.structs.replace(planted, details=details)], rig.clock.now())
    for path in ("/dashboard", "/dashboard/open", "/signals", "/signals/SIG-1", "/api/v1/signals/SIG-1/marks"):
        assert (await client.get(path)).status_code == 200, path
