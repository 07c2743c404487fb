"""Alpine in somebody else's application: below a prefix, with their templates, or without pages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from alpine_core.errors import OperatorError
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import sample_members
from alpine_web import AlpinePlugin
from alpine_web.settings import DemoAccount, Settings
from alpine_web.wiring.upgrade import upgrade_database
from examples.embed_alpine import create_host
from tests.alpine.web.parts import AUTHORISED, settings_of

DEMO = DemoAccount("demo@alpine.localhost", "demonstration")
HTML = {"Accept": "text/html"}


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """Over a real SQLite file."""
    url = f"sqlite+aiosqlite:///{tmp_path}/alpine.db"
    made = settings_of(database_url=url, demo_account=DEMO, key_folder=tmp_path / "keys")
    await upgrade_database(made)
    return made


@asynccontextmanager
async def running(
    host: Litestar, base: str = "https://desk.example", client: tuple[str, int] = ("127.0.0.1", 1)
) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(host, raise_app_exceptions=False, client=client)  # type: ignore[arg-type]
    async with host.lifespan(), httpx.AsyncClient(transport=transport, base_url=base) as opened:
        yield opened


async def sign_in(client: httpx.AsyncClient) -> None:
    answer = await client.post("/signals/api/auth/login", json={"email": DEMO.email, "password": DEMO.password})
    assert answer.status_code == 200, answer.text


async def test_every_address_on_every_page_lies_below_the_prefix(settings: Settings) -> None:
    async with running(create_host(settings)) as client:
        members = SampleLog().seal(sample_members("SIG-1"))
        sent = await client.post("/signals/api/v1/external-signals/sync/signal", json=members, headers=AUTHORISED)
        assert sent.status_code == 201
        await sign_in(client)
        found: set[tuple[str, str]] = set()
        for path in ("/signals", "/signals/login", "/signals/dashboard", "/signals/signals", "/signals/signals/SIG-1"):
            page = await client.get(path)
            assert page.status_code == 200, path
            addresses = re.findall(r'(?:href|src|action|hx-get|hx-sse:connect|data-source)="(/[^"]*)"', page.text)
            assert len(addresses) > 8
            assert [each for each in addresses if not re.match(r"/signals([/?]|$)", each)] == []
            found |= {(each, path) for each in addresses if not re.search("/stream/|/logout", each)}
        # Each once, wherever it stands: an account has a limit of pages a minute.
        for each, path in {each: (each, path) for each, path in sorted(found)}.values():
            assert (await client.get(each.replace("&amp;", "&"))).status_code == 200, (path, each)


async def test_the_host_keeps_its_own_pages_and_headers(settings: Settings) -> None:
    async with running(create_host(settings)) as client:
        own, ours = await client.get("/"), await client.get("/signals")
    assert "My desk" in own.text
    assert "content-security-policy" not in own.headers
    assert ours.headers["content-security-policy"].startswith("default-src 'none'")


async def test_signing_in_stays_below_the_prefix(settings: Settings) -> None:
    async with running(create_host(settings)) as client:
        asked = await client.get("/signals/dashboard", headers=HTML)
        assert asked.headers["location"] == "/signals/login?next=%2Fdashboard"
        form = (await client.get("/signals/login")).text
        token = re.search(r'name="form_token" value="([0-9a-f]{64})"', form)
        assert token is not None
        fields = {"email": DEMO.email, "password": DEMO.password, "form_token": token[1], "next": "/dashboard"}
        answer = await client.post("/signals/login", data=fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/signals/dashboard")
        assert "Path=/signals" in answer.headers["set-cookie"]


async def test_templates_and_static_files_of_the_host_stand_in_for_ours(settings: Settings, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "static").mkdir(parents=True)
    (own / "landing.html").write_text(
        '{% extends "base.html" %}{% block main %}<h1>The desk\'s words</h1>{% endblock %}'
    )
    (own / "static" / "app.css").write_text("body { margin: 0; }")
    async with running(create_host(settings, templates=own)) as client:
        page = (await client.get("/signals")).text
        assert "The desk's words" in page
        assert "Sign in" in page
        assert (await client.get("/signals/static/app.css")).text == "body { margin: 0; }"
        assert (await client.get("/signals/static/brand.css")).status_code == 200


async def test_without_pages_there_is_the_api_only(settings: Settings) -> None:
    async with running(create_host(settings, pages=False)) as client:
        await sign_in(client)
        assert (await client.get("/signals/api/v1/signals/subscribed")).json() == {
            "items": [],
            "sealed": [],
            "next": None,
        }
        for path in (
            "/signals",
            "/signals/dashboard",
            "/signals/login",
            "/signals/static/app.css",
            "/signals/stream/rows",
        ):
            assert (await client.get(path, headers=HTML)).status_code == 404, path
        problem = await client.get("/signals/api/v1/signals/SIG-9", headers=HTML)
        assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["signals", "/signals/", "/{name}", ""])
def test_a_path_that_is_no_prefix_is_refused(path: str) -> None:
    with pytest.raises(OperatorError):
        AlpinePlugin(settings_of(), path=path)


def test_services_of_a_host_that_does_not_run_are_refused() -> None:
    with pytest.raises(OperatorError, match="not running"):
        AlpinePlugin(settings_of()).services()


@pytest.mark.parametrize(
    ("base", "secure"),
    [("http://desk.example", True), ("https://desk.example", True), ("http://127.0.0.1:8000", False)],
)
async def test_cookies_are_secure_unless_the_host_was_asked_on_this_machine(
    settings: Settings, base: str, secure: bool
) -> None:
    async with running(create_host(settings), base) as client:
        form = (await client.get("/signals/login")).headers["set-cookie"]
        given = {"email": DEMO.email, "password": DEMO.password}
        session = (await client.post("/signals/api/auth/login", json=given)).headers["set-cookie"]
    assert ("; Secure" in form, "; Secure" in session) == (secure, secure)
    # Not `__Host-`, which is for the path `/` alone.
    prefix = "__Secure-" if secure else ""
    assert (form.partition("=")[0], session.partition("=")[0]) == (f"{prefix}alpine_form", f"{prefix}alpine_session")


async def test_the_demonstrations_account_of_a_host_is_for_its_own_machine(settings: Settings) -> None:
    async with running(create_host(settings), client=("203.0.113.9", 1)) as client:
        given = {"email": DEMO.email, "password": DEMO.password}
        assert (await client.post("/signals/api/auth/login", json=given)).status_code == 401


async def test_a_host_tells_no_stranger_its_counts(settings: Settings) -> None:
    async with running(create_host(settings), client=("203.0.113.9", 1)) as client:
        told = (await client.get("/signals/health")).json()
        assert (told["status"], told["records"], told["alarms"]) == ("healthy", None, None)
        assert (await client.get("/signals/metrics")).status_code == 403
