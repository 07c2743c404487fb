"""The page of prices shows the rows by which the service decides."""

from __future__ import annotations

import re

import httpx

from alpine_core.model import Tier
from alpine_web.jobs.running import read_terms
from tests.alpine.web.parts import Rig, add_account, asked, rig_of, sign_in


async def row_of(client: httpx.AsyncClient, name: str) -> list[str]:
    page = (await client.get("/pricing")).text
    found = re.search(rf'<tr><th scope="row">{name}</th>(.*?)</tr>', page)
    assert found, page
    return re.findall(r"<td[^>]*>(.*?)</td>", found[1])


async def test_the_page_shows_the_defaults_and_no_invented_price(rig: Rig, client: httpx.AsyncClient) -> None:
    assert await row_of(client, "API requests a minute") == ["–", "60", "600", "6,000"]
    assert await row_of(client, "API keys") == ["no", "read", "read", "read, webhooks"]
    assert await row_of(client, "Alerts") == ["no", "email", "email, webhook", "email, webhook"]
    assert await row_of(client, "One export") == ["1,000 rows", "1,000 rows", "1,000 rows", "everything"]
    page = (await client.get("/pricing")).text
    assert re.findall(r"<b>(.*?)</b>", page) == ["free", "on request", "on request", "on request"]
    await add_account(rig, email="basic@example.com", tier=Tier.BASIC)
    await sign_in(client, "basic@example.com")
    assert (await client.get("/pricing")).text.count("your tier") == 1


async def test_one_row_is_shown_and_enforced(rig: Rig, client: httpx.AsyncClient) -> None:
    await rig.services.terms.change(Tier.BASIC, {"price_cents": "2950", "currency": "EUR", "history_days": "100"})
    await rig.services.terms.change(Tier.FREE, {"history_days": "7"})
    page = (await client.get("/pricing")).text
    assert (await row_of(client, "History"))[:2] == ["7 days", "100 days"]
    assert "<b>29.50 EUR</b>" in page
    assert "7 days" in (await client.get("/")).text
    assert rig.services.feed.entitlements.terms(Tier.FREE).history_days == 7


async def test_a_running_worker_takes_over_what_another_changed() -> None:
    here = rig_of()
    elsewhere = rig_of(terms=here.terms)
    async with asked(here) as client:
        await elsewhere.services.terms.change(Tier.BASIC, {"price_cents": "1900"})
        assert "19.00 USD" not in (await client.get("/pricing")).text
        await read_terms(here.services)
        assert "19.00 USD" in (await client.get("/pricing")).text
