"""The pages that show live days beside their replays, and the metrics."""

from __future__ import annotations

import msgspec

from argo_core.model.parity import Difference
from argo_core.testing.contracts.parity_reports import sample_report
from argo_core.testing.memory_log import MemoryLog
from tests.argo.server.web.parts import assemble, client_of, parity_services


def many(count: int) -> tuple[Difference, ...]:
    (one,) = sample_report().differences
    return tuple(msgspec.structs.replace(one, symbol=f"S{number}") for number in range(count))


async def test_without_a_comparison_the_page_says_how_one_is_made() -> None:
    async with client_of(assemble(MemoryLog())) as client:
        page = await client.get("/parity")
    assert page.status_code == 200
    assert "No day has been compared yet" in page.text


async def test_the_last_score_of_each_executor_stands_above_all_comparisons() -> None:
    reports = [sample_report(), sample_report(1, executor_id="prop_firm"), sample_report(2)]
    async with client_of(assemble(MemoryLog(), parity=parity_services(*reports))) as client:
        page = await client.get("/parity?limit=2")
        older = await client.get("/parity?limit=2&before=2")
    assert "90.00 %" in page.text  # 8 of 8 signals and 1 of 2 fills
    assert 'href="/parity/2026-03-04/argo"' in page.text
    assert 'href="/parity?limit=2&amp;before=2"' in page.text
    assert 'href="/parity/2026-03-02/argo"' in older.text


async def test_a_days_differences_come_in_pages_with_cause_and_amount() -> None:
    report = sample_report(differences=many(5))
    async with client_of(assemble(MemoryLog(), parity=parity_services(report))) as client:
        first = await client.get(f"/parity/{report.day}/argo?limit=2")
        last = await client.get(f"/parity/{report.day}/argo?limit=2&first=4")
        unknown = await client.get("/parity/2020-01-01/argo")
    assert "1 to 2 of 5" in first.text
    assert "price moved" in first.text
    assert "-10.00" in first.text
    assert ">S1<" in first.text
    assert ">S2<" not in first.text
    assert "5 to 5 of 5" in last.text
    assert unknown.status_code == 404


async def test_metrics_show_the_score_by_executor_and_differences_by_cause() -> None:
    services = assemble(MemoryLog(), parity=parity_services(sample_report()))
    services.parity.found.note(sample_report())
    async with client_of(services) as client:
        text = (await client.get("/metrics")).text
    assert 'argo_parity_score{executor="argo"} 0.9' in text
    assert 'argo_parity_differences_total{cause="price_moved"} 1.0' in text
    assert 'argo_parity_differences_total{cause="halted"} 0.0' in text
