"""The page of alerts: what is open, who was told, and what each channel made of it."""

from __future__ import annotations

import re

import msgspec

from argo_core.model.alert import Severity
from argo_core.testing.contracts.alert_store import sample_alert, sample_attempt
from argo_core.testing.memory_alerts import MemoryAlerts
from argo_core.testing.memory_log import MemoryLog
from tests.argo.server.web.parts import alert_services, assemble, client_of


async def test_without_an_alert_the_page_says_how_to_try_one() -> None:
    async with client_of(assemble(MemoryLog())) as client:
        page = await client.get("/alerts")
    assert page.status_code == 200
    assert "There has been no alert" in page.text
    assert "No channel to a person is configured" in page.text


async def test_open_matters_and_deliveries_are_shown() -> None:
    store = MemoryAlerts()
    hostile = msgspec.structs.replace(sample_alert("a", Severity.CRITICAL), message="<b>93 %</b> of //host/var_lib")
    await store.keep(hostile, ("pagerduty", "slack"))
    await store.keep(sample_alert("b"), ("slack",))
    await store.keep(sample_alert("b", resolved=True), ("slack",))
    await store.attempted(1, sample_attempt("pagerduty", delivered=False))
    await store.attempted(1, sample_attempt("pagerduty"))
    await store.attempted(3, sample_attempt("slack", delivered=False, settled=True))
    services = assemble(MemoryLog(), alerts=alert_services(store, "pagerduty", "slack"))
    async with client_of(services) as client:
        page = (await client.get("/alerts")).text
        older = (await client.get("/alerts?limit=1&before=2")).text
    standing, _, rest = page.partition("Every alert")
    assert "&lt;b&gt;93 %&lt;/<wbr>b&gt; of //host/<wbr>var_<wbr>lib" in standing
    assert standing.count('<th scope="row"') == 1
    assert "pagerduty: delivered</span> taken: 200 (2 tries)" in rest
    assert "slack: waiting" in rest
    assert "slack: not delivered</span> 500" in rest
    assert older.partition("Every alert")[2].count("the disk fills up") == 1


async def test_the_rules_stand_on_the_page() -> None:
    async with client_of(assemble(MemoryLog())) as client:
        page = (await client.get("/alerts")).text
    rows = re.sub(r" +", " ", re.sub(r"<[^>]+>", " ", page))
    assert " disk_high warning above 90 % at once \n" in rows
    assert " cpu_high warning above 80 % after 60 s \n" in rows
