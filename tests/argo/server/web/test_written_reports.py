"""The page that lists reports, and the files that it opens."""

from __future__ import annotations

import msgspec
import pytest

from argo_core.adapters.report_files.performance_forms import performance_forms
from argo_core.testing.contracts.report_shelf import EARLIER, KEPT
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.memory_shelf import MemoryShelf
from argo_server.web.gate import SECURITY_HEADERS
from argo_server.web.sandbox import ALONE
from tests.argo.adapters.report_files.performance_sample import sample_report
from tests.argo.server.web.parts import assemble, client_of, written_services

NAME = KEPT.name


@pytest.fixture
async def shelf() -> MemoryShelf:
    made = MemoryShelf()
    forms = performance_forms(sample_report())
    await made.put(msgspec.structs.replace(KEPT, forms=tuple(sorted(forms)), uploaded=tuple(sorted(forms))), forms)
    await made.put(msgspec.structs.replace(EARLIER, failed="the store <is> down"), {"csv": b"", "txt": b""})
    return made


async def test_without_a_report_the_page_says_how_one_is_made() -> None:
    async with client_of(assemble(MemoryLog())) as client:
        page = await client.get("/reports")
    assert page.status_code == 200
    assert "No report has been written yet" in page.text


async def test_each_report_is_listed_with_its_forms_and_how_far_it_has_come(shelf: MemoryShelf) -> None:
    async with client_of(assemble(MemoryLog(), written=written_services(shelf))) as client:
        page = (await client.get("/reports")).text
    assert page.index(f'href="/reports/{NAME}.html"') < page.index(f'href="/reports/{EARLIER.name}.txt"')
    assert ">uploaded<" in page
    assert "the store &lt;is&gt; down" in page


async def test_a_file_that_cannot_be_read_and_a_letter_that_was_given_up_are_said(shelf: MemoryShelf) -> None:
    shelf.findings = ("reports/2026/<notes>.json is not what we wrote",)
    await shelf.put(msgspec.structs.replace(EARLIER, failed="bo refuses it", given_up="bo refuses it"), {})
    async with client_of(assemble(MemoryLog(), written=written_services(shelf))) as client:
        page = (await client.get("/reports")).text
    assert "reports/2026/&lt;notes&gt;.json is not what we wrote" in page
    assert ">given up<" in page
    assert f'href="/reports/{NAME}.html"' in page


@pytest.mark.parametrize(
    ("form", "kind", "begins"),
    [("txt", "inline", b"Argo Capital"), ("html", "inline", b"<!doctype html>"), ("csv", "attachment", b"section,key"),
     ("xlsx", "attachment", b"PK")],
)  # fmt: skip
async def test_each_form_opens_alone_without_this_sites_rights(
    shelf: MemoryShelf, form: str, kind: str, begins: bytes
) -> None:
    async with client_of(assemble(MemoryLog(), written=written_services(shelf))) as client:
        answer = await client.get(f"/reports/{NAME}.{form}")
    assert answer.status_code == 200
    assert answer.content.startswith(begins)
    assert answer.headers["content-disposition"] == f'{kind}; filename="week_20260302.{form}"'
    assert answer.headers["content-security-policy"] == ALONE
    assert "allow-same-origin" not in ALONE
    assert answer.headers["x-frame-options"] == "DENY"


async def test_other_answers_keep_the_sites_own_policy(shelf: MemoryShelf) -> None:
    async with client_of(assemble(MemoryLog(), written=written_services(shelf))) as client:
        answers = [await client.get("/reports"), await client.get("/reports/2020/week_20200101.html")]
    assert {each.headers["content-security-policy"] for each in answers} == {
        SECURITY_HEADERS["Content-Security-Policy"]
    }


@pytest.mark.parametrize(
    "path", ["2026/week_20260302.json", "2026/week_20260302.pdf", "2026/week_20260302", "2026/..%2f..%2fsecret.txt"]
)
async def test_what_is_no_report_is_not_found(shelf: MemoryShelf, path: str) -> None:
    async with client_of(assemble(MemoryLog(), written=written_services(shelf))) as client:
        assert (await client.get(f"/reports/{path}")).status_code == 404
