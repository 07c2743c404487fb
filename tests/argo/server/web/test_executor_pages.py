"""An executor's pages without scripts, and the two forms that change something."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from argo_server.web.executor_pages import PAGES
from tests.argo.server.web.executor_parts import ORIGIN, RunningExecutor, running_executor

FORM = {"by": "ada", "reason": "news at 14:00"}
BROWSER = {"accept": "text/html"}


@pytest.fixture
async def executor(tmp_path: Path) -> AsyncIterator[RunningExecutor]:
    async with running_executor(tmp_path) as opened:
        yield opened


async def posted(
    running: RunningExecutor, path: str, headers: Mapping[str, str], fields: Mapping[str, str]
) -> tuple[int, str]:
    """Status and text of a form's answer; a redirect is not followed."""
    answer = await running.client.post(path, data=fields, headers={**BROWSER, **headers})
    return answer.status_code, answer.text


async def test_every_page_answers_before_anything_happened(executor: RunningExecutor) -> None:
    for path in PAGES:
        answer = await executor.client.get(path)
        assert answer.status_code == 200, path
        assert f'<a href="{path}" aria-current="page">' in answer.text
        assert "simulated account SIM-" in answer.text
        assert 'role="alert"' not in answer.text


async def test_every_page_says_that_a_halt_stands_and_what_is_known(executor: RunningExecutor) -> None:
    await executor.trade("SIG-1")
    await executor.trade("SIG-2", "BTC-USD", action="SELL")
    shown = {
        "/positions": ">65</td>",
        "/orders": "argo-SIG-1",
        "/verdicts": "short not available",
        "/risk": "daily loss",
    }
    for path, words in shown.items():
        assert words in (await executor.client.get(path)).text, path
    await executor.halt(**FORM)
    assert "SIG-1" in (await executor.client.get("/trades")).text
    for path in PAGES:
        text = (await executor.client.get(path)).text
        assert 'role="alert"' in text
        assert "news at 14:00" in text


async def test_the_switch_works_from_its_own_page_and_leads_back_to_it(executor: RunningExecutor) -> None:
    token = await executor.token()
    assert (await posted(executor, "/halts/halt", ORIGIN, {"executor": "argo", "token": token, **FORM}))[0] == 303
    status = await executor.status()
    assert (status["state"], status["halt"]["by"]) == ("HALTED", "ada")
    resume = {"confirm": "argo", "token": token, "by": "eve", "reason": "the news was nothing"}
    assert (await posted(executor, "/halts/resume", ORIGIN, resume))[0] == 303
    status = await executor.status()
    assert (status["state"], status["halts"][0]["by"]) == ("TRADING", "eve")
    page = (await executor.client.get("/halts")).text
    assert "the news was nothing" in page
    assert "No halt stands." in page


async def test_a_switch_pulled_in_a_hurry_needs_only_a_name(executor: RunningExecutor) -> None:
    form = {"executor": "argo", "token": await executor.token(), "by": "ada", "reason": ""}
    assert (await posted(executor, "/halts/halt", ORIGIN, form))[0] == 303
    assert (await executor.status())["halt"]["reason"] == "halted by an operator"


FOREIGN_FORMS: tuple[tuple[str, dict[str, str], dict[str, str], int], ...] = (
    ("no token", ORIGIN, {"executor": "argo"}, 400),
    ("another token", ORIGIN, {"executor": "argo", "token": "guessed"}, 403),
    ("another site", {"Origin": "https://evil.example"}, {"executor": "argo", "token": "ours"}, 403),
    ("a page of a neighbour", {"Sec-Fetch-Site": "same-site"}, {"executor": "argo", "token": "ours"}, 403),
    ("nobody says from where", {}, {"executor": "argo", "token": "ours"}, 403),
    ("another executor's name", ORIGIN, {"executor": "prop_firm", "token": "ours"}, 400),
    ("a field more", ORIGIN, {"executor": "argo", "token": "ours", "flat": "no"}, 400),
)


async def test_a_form_that_is_not_ours_halts_nothing(executor: RunningExecutor) -> None:
    ours = await executor.token()
    for attack, headers, fields, status in FOREIGN_FORMS:
        form = {**FORM, **fields, **({"token": ours} if fields.get("token") == "ours" else {})}
        code, text = await posted(executor, "/halts/halt", headers, form)
        assert (attack, code, (await executor.status())["halt"]) == (attack, status, None)
        assert "<h1>" in text


UNCONFIRMED = (
    ("another name typed", {"confirm": "Argo"}, 400),
    ("no name typed", {"confirm": ""}, 400),
    ("no reason", {"reason": ""}, 400),
    ("no person", {"by": ""}, 400),
    ("another token", {"token": "guessed"}, 403),
)


async def test_a_resume_that_is_not_confirmed_ends_nothing(executor: RunningExecutor) -> None:
    await executor.halt()
    sound = {**FORM, "confirm": "argo", "token": await executor.token()}
    for mistake, changed, status in UNCONFIRMED:
        code, _ = await posted(executor, "/halts/resume", ORIGIN, {**sound, **changed})
        assert (mistake, code, (await executor.status())["state"]) == (mistake, status, "HALTED")
