"""Exports hold what the tier sees, in the order that is asked for, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import msgspec
import openpyxl
import pytest

from alpine_core.model import DEFAULT_TERMS, Tier
from alpine_core.testing.samples import sample_verified
from alpine_core.tiers import Entitlements
from alpine_web.record_export import export_record
from alpine_web.web.views.sheet import Sheet, as_csv, as_json, as_xlsx
from tests.alpine.web.parts import Rig, add_account, asked, deliver, recent, rig_of, sign_in


async def fill(rig: Rig, client: httpx.AsyncClient) -> None:
    for number, confidence in enumerate([80.0, 99.0, 91.0]):
        await deliver(rig, client, recent(rig, f"SIG-{number}", confidence=confidence))


def rows_of(form: str, content: bytes) -> list[dict[str, Any]]:
    """The rows of an export by name of the column."""
    if form == "json":
        found: list[dict[str, Any]] = msgspec.json.decode(content)["rows"]
        return found
    if form == "csv":
        return list(csv.DictReader(io.StringIO(content.decode())))
    lines = list(openpyxl.load_workbook(io.BytesIO(content)).active.values)
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
async def test_an_export_is_the_list_of_its_address(rig: Rig, client: httpx.AsyncClient, form: str) -> None:
    await sign_in(client)
    await fill(rig, client)
    answer = await client.get(f"/signals/export/{form}?sort=confidence&min_confidence=90")
    assert answer.headers["content-disposition"] == f'attachment; filename="signals.{form}"'
    rows = rows_of(form, answer.content)
    assert [row["signal_id"] for row in rows] == ["SIG-1", "SIG-2"]
    assert [float(row["confidence"]) for row in rows] == [99.0, 91.0]
    assert {float(row["entry_price"]) for row in rows} == {175.25}
    assert all(len(row["verification_hash"]) == 64 for row in rows)


async def test_each_tier_exports_what_it_sees_and_no_more() -> None:
    rig = rig_of()
    for tier in Tier:
        await add_account(rig, f"{tier.value}@example.com", tier)
    async with asked(rig) as provider:
        await fill(rig, provider)
        assert (await provider.get("/signals/export/csv")).status_code == 401
    seen = {}
    for tier in Tier:
        async with asked(rig) as client:
            await sign_in(client, f"{tier.value}@example.com")
            rows = (await client.get("/signals/export/json")).json()["rows"]
            seen[tier.value] = [row["signal_id"] for row in rows]
    every = ["SIG-2", "SIG-1", "SIG-0"]
    assert seen == {"free": [], "basic": ["SIG-2", "SIG-0"], "premium": every, "institutional": every}


async def test_an_export_ends_at_the_rows_of_the_tier_and_institutional_has_all(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await add_account(rig, "house@example.com", Tier.INSTITUTIONAL)
    for start in range(0, 1005, 500):
        verified = [sample_verified(f"SIG-{number}") for number in range(start, min(start + 500, 1005))]
        await rig.log.store_in(rig.store, verified, rig.clock.now())
    counts = {}
    for email in ("ada@example.com", "house@example.com"):
        await sign_in(client, email)
        for sort in ("newest", "oldest"):
            rows = (await client.get(f"/signals/export/json?sort={sort}")).json()["rows"]
            counts[email[:3], sort] = (len(rows), len({row["signal_id"] for row in rows}))
    assert counts == {
        ("ada", "newest"): (1000, 1000),
        ("ada", "oldest"): (1000, 1000),
        ("hou", "newest"): (1005, 1005),
        ("hou", "oldest"): (1005, 1005),
    }


@pytest.mark.parametrize("path", ["/signals/export/pdf", "/backtest/trades/exe"])
async def test_another_form_is_404(client: httpx.AsyncClient, path: str) -> None:
    await sign_in(client)
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_text_that_a_spreadsheet_would_run_stays_a_text(text: str) -> None:
    sheet = Sheet("one", ("name", "value"), [[text, -1.5]])
    assert list(csv.reader(io.StringIO(as_csv(sheet).decode(), newline=""))) == [
        ["name", "value"],
        [f"'{text}", "-1.5"],
    ]
    (cell, number) = list(openpyxl.load_workbook(io.BytesIO(as_xlsx(sheet))).active.rows)[1]
    assert (cell.data_type, number.value) == ("s", -1.5)
    assert msgspec.json.decode(as_json(sheet))["rows"] == [{"name": text, "value": -1.5}]


def test_terms_in_which_a_higher_tier_exports_less_are_refused() -> None:
    less = msgspec.structs.replace(DEFAULT_TERMS[Tier.INSTITUTIONAL], export_rows=10)
    with pytest.raises(Exception, match="institutional would see less than premium"):
        Entitlements({**DEFAULT_TERMS, Tier.INSTITUTIONAL: less})


async def test_the_operators_table_holds_no_formula_either(rig: Rig, client: httpx.AsyncClient) -> None:
    await deliver(rig, client, recent(rig, "SIG-1", strategy="=HYPERLINK(1)"))
    written = io.StringIO()
    assert await export_record(rig.services.feed, rig.clock.now(), "csv", written) == 1
    (row,) = csv.DictReader(io.StringIO(written.getvalue()))
    assert row["strategy"] == "'=HYPERLINK(1)"
