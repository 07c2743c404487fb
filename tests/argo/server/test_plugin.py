"""The producer as a part of somebody else's application."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from litestar import Litestar, get
from litestar.testing import AsyncTestClient

from argo_core.errors import ConfigError
from argo_server import ArgoPlugin
from argo_server.settings import Settings, load_settings
from tests.argo.server.processes import ArgoFolder, stop, wait_until
from tests.ports import free_port

ROOT = Path(__file__).parents[3]


def settings_of(argo: ArgoFolder) -> Settings:
    return load_settings(argo.environment)


@get("/", sync_to_thread=False)
def home() -> str:
    return "the host"


def read(url: str) -> str | None:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            text: str = answer.read().decode()
            return text
    except (urllib.error.URLError, OSError):
        return None


def test_the_example_host_serves_its_own_page_and_the_producer_under_its_prefix(argo: ArgoFolder) -> None:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "examples.embed_argo:create_host", "--factory", "--port", str(port)]
    with (argo.folder / "host.log").open("wb") as log:
        process = subprocess.Popen(
            command, env={**argo.environment, "PYTHONPATH": str(ROOT)}, cwd=argo.folder, stdout=log, stderr=log
        )
    try:
        base = f"http://127.0.0.1:{port}"
        wait_until(lambda: '"cycles":0' not in (read(f"{base}/argo/api/signals/stats") or '"cycles":0'), process)
        assert "our own page" in (read(f"{base}/") or "")
        page = read(f"{base}/argo/") or ""
    finally:
        assert stop(process) in (0, -15)
    assert 'href="/argo/signals"' in page
    assert 'href="/signals' not in page
    assert 'src="/static' not in page
    assert len(argo.stored_cycles()) >= 1


async def test_without_pages_there_is_the_api_only(argo: ArgoFolder) -> None:
    host = Litestar(route_handlers=[home], plugins=[ArgoPlugin(settings_of(argo), path="/lab/argo", pages=False)])
    async with AsyncTestClient(host, base_url="http://127.0.0.1") as client:
        assert (await client.get("/")).text == "the host"
        assert (await client.get("/lab/argo/health")).json() == {"status": "alive"}
        assert (await client.get("/lab/argo/")).status_code == 404
        assert (await client.get("/lab/argo/static/brand.css")).status_code == 404


async def test_a_hosts_template_wins_over_ours(argo: ArgoFolder, tmp_path: Path) -> None:
    (tmp_path / "sources.html").write_text("sources, in the host's own words, below {{ root }}")
    plugin = ArgoPlugin(settings_of(argo), path="/argo", templates=tmp_path)
    async with AsyncTestClient(Litestar(plugins=[plugin]), base_url="http://127.0.0.1") as client:
        assert (await client.get("/argo/sources")).text == "sources, in the host's own words, below /argo"
        assert "ARGO" in (await client.get("/argo/signals")).text


@pytest.mark.parametrize("path", ["", "argo", "/argo/", "/"])
def test_a_path_that_cannot_be_a_prefix_is_refused(path: str, argo: ArgoFolder) -> None:
    with pytest.raises(ConfigError, match="must begin with a slash"):
        ArgoPlugin(settings_of(argo), path=path)


@pytest.mark.timeout(60)
async def test_in_a_host_a_changed_file_is_taken_over_too(argo: ArgoFolder) -> None:
    host = Litestar(plugins=[ArgoPlugin(settings_of(argo), path="/argo")])
    async with AsyncTestClient(host, base_url="http://127.0.0.1") as client, asyncio.timeout(50):
        document = json.loads(argo.config.read_text())
        document["signal_generation"] |= {"min_confidence": 71.0}
        argo.config.write_text(json.dumps(document))
        while (
            "signal_generation.min_confidence = 71.0"
            not in (await client.get("/argo/api/v1/ledger/policies/settings")).text
        ):
            await asyncio.sleep(0.1)
