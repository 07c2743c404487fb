"""The monthly report as subscribers get it: made on the first, a page for everybody, a mail for those who asked."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from alpine_core.model import Tier
from alpine_core.testing.samples import sample_outcome
from alpine_web.jobs.running import report_month
from tests.alpine.web.parts import Rig, add_account, asked, deliver, recent, resolve, sign_in
from tests.alpine.web.test_ledger import mirror
from tests.alpine.web.test_track_record_pages import fill, words

HTML = {"Accept": "text/html"}


async def next_month(rig: Rig, hours: float = 6) -> str:
    """Turn the clock so many hours into the following month; the name of the month that is over then."""
    now = rig.clock.now()
    first = (now.replace(day=1, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=32)).replace(day=1)
    rig.clock.advance(seconds=(first - now).total_seconds() + 3600 * hours)
    return f"{now:%Y-%m}"


async def ask(client: httpx.AsyncClient, wanted: str) -> None:
    token = re.search(r'name="form_token" value="([^"]+)"', (await client.get("/reports", headers=HTML)).text)
    assert token is not None
    sent = await client.post("/reports/mail", data={"form_token": token[1], "wanted": wanted}, headers=HTML)
    assert sent.status_code == 303


async def test_before_the_first_report_the_page_says_when_it_comes(client: httpx.AsyncClient) -> None:
    page = await client.get("/reports", headers=HTML)
    assert page.status_code == 200
    assert "No month has been reported yet" in page.text


async def test_on_the_first_the_month_before_is_told_once_and_to_everybody(rig: Rig, client: httpx.AsyncClient) -> None:
    await fill(rig, client)
    await report_month(rig.services)
    assert await rig.services.monthly.reports() == ()
    month = await next_month(rig)
    await report_month(rig.services)
    await report_month(rig.services)
    (report,) = await rig.services.monthly.reports()
    record = await rig.services.record.reckon()
    assert (report.month, report.closed, report.won) == (month, 4, record.overall.won.won)
    assert report.mean_net_pct == record.overall.mean_net_pct
    async with asked(rig) as stranger:
        listed = words((await stranger.get("/reports", headers=HTML)).text)
        page = words((await stranger.get(f"/reports/{month}", headers=HTML)).text)
        missing = await stranger.get("/reports/2020-01", headers=HTML)
    assert f"{month} 4 " in listed
    assert "4 signals ended in this month" in page
    assert f"{report.won} of 4" in page
    assert missing.status_code == 404


@pytest.mark.parametrize(("tier", "mails"), [(Tier.FREE, 0), (Tier.BASIC, 1), (Tier.INSTITUTIONAL, 1)])
async def test_who_asked_is_mailed_where_the_tier_has_mails(rig: Rig, tier: Tier, mails: int) -> None:
    await add_account(rig, "eva@example.com", tier)
    async with asked(rig) as client:
        await fill(rig, client)
        await sign_in(client, "eva@example.com")
        await ask(client, "yes")
        month = await next_month(rig)
        await report_month(rig.services)
    queued = await rig.outbox.to("eva@example.com")
    assert len(queued) == mails
    for each in queued:
        assert each.mail.subject == f"Alpine: The record in {month}"
        assert f"/reports/{month}" in each.mail.text
        assert "4 signals ended" in each.mail.text


async def test_who_takes_it_back_and_who_never_asked_gets_none(rig: Rig) -> None:
    await add_account(rig, "eva@example.com")
    await add_account(rig, "bob@example.com")
    async with asked(rig) as client:
        await fill(rig, client)
        await sign_in(client, "eva@example.com")
        await ask(client, "yes")
        await ask(client, "no")
        await next_month(rig)
        await report_month(rig.services)
    assert rig.outbox.rows == {}


async def test_a_form_from_elsewhere_asks_for_nothing(rig: Rig) -> None:
    await add_account(rig, "eva@example.com")
    async with asked(rig) as client:
        await sign_in(client, "eva@example.com")
        answer = await client.post("/reports/mail", data={"form_token": "no", "wanted": "yes"}, headers=HTML)
    assert answer.status_code == 403
    account = await rig.accounts.by_email("eva@example.com")
    assert account is not None
    assert await rig.services.monthly.asked(account) is None


async def test_the_wish_is_in_the_export_and_ends_with_the_account(rig: Rig) -> None:
    await add_account(rig, "eva@example.com")
    account = await rig.accounts.by_email("eva@example.com")
    assert account is not None
    await rig.services.monthly.ask(account, True)
    exported = await rig.services.monthly.export(account)
    assert exported["asked_at"] == rig.clock.now()
    await rig.services.monthly.erase(account)
    assert await rig.services.monthly.export(account) == {"asked_at": None}


async def months(rig: Rig) -> list[str]:
    """What is reported after a turn, the newest first."""
    await report_month(rig.services)
    return [report.month for report in await rig.services.monthly.reports()]


async def test_a_month_waits_six_hours_for_what_ended_in_it_while_its_log_is_not_mirrored_on(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await fill(rig, client)
    month = await next_month(rig, hours=5.9)
    assert await months(rig) == []
    rig.clock.advance(seconds=360)
    assert await months(rig) == [month]


async def test_a_month_is_told_as_soon_as_its_log_is_mirrored_beyond_it(rig: Rig, client: httpx.AsyncClient) -> None:
    await fill(rig, client)
    month = await next_month(rig, hours=0)
    await deliver(rig, client, recent(rig, "NEXT"))
    assert await months(rig) == []
    state = await rig.store.ledger.state(rig.log.origin)
    assert state is not None
    await mirror(client, rig.log, old_size=state.size, start=state.mirrored)
    assert await months(rig) == []
    rig.clock.advance(seconds=300)
    assert await months(rig) == [month]


async def test_every_month_without_a_report_is_made_and_old_ones_are_not_mailed_to_who_asked_later(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await add_account(rig, "eva@example.com", Tier.BASIC)
    await fill(rig, client)
    first = await next_month(rig)
    members = recent(rig, "LATER")
    await deliver(rig, client, members)
    rig.log.reveal(members)
    rig.clock.advance(seconds=3600)
    await resolve(rig, client, sample_outcome("LATER", exit_at=f"{rig.clock.now():%Y-%m-%dT%H:%M:%SZ}"))
    second = await next_month(rig)
    await sign_in(client, "eva@example.com")
    await ask(client, "yes")
    assert await months(rig) == [second, first]
    assert [each.mail.subject for each in await rig.outbox.to("eva@example.com")] == [f"Alpine: The record in {second}"]
