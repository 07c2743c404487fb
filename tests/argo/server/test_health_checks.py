"""`argo health`: what counts as an answer, and which secrets a file can give away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from argo_core.errors import ArgoError
from argo_core.pipeline.health_levels import CheckedPart, HealthCheck
from argo_server.settings import load_settings
from argo_server.wiring.health_checks import open_health_checks
from tests.argo.server.web.parts import served, services_after, three_cycles

ADDRESSES = "every address over HTTP"
ANSWERS = {"/asks": 400, "/fine": 200, "/gone": 404, "/keyed": 401, "/locked": 401, "/moved": 302, "/shut": 403}
DESCRIBED: dict[str, object] = {"/keyed": {"security": [{"key": []}]}}
KEYS = {"ARGO_API_KEY": "k" * 32, "ARGO_DISTRIBUTION_KEY": "d" * 32}
READABLE = "missing or too short: {path} can be read by others: chmod 600"


async def looked_at(name: str, url: str, environ: dict[str, str] | None = None) -> CheckedPart:
    """One check alone."""
    async with open_health_checks(load_settings(environ or {}), url) as checks:
        check: HealthCheck = next(one for one in checks if one.name == name)
        try:
            state, told = "passed", await check.look()
        except ArgoError as error:
            state, told = type(error).__name__, str(error)
    return CheckedPart(level=check.level, check=name, state=state, told=told)


@asynccontextmanager
async def peer(*paths: str) -> AsyncIterator[str]:
    """A server that describes these paths, and closes the line where it knows no status."""
    described = {path: {"get": DESCRIBED.get(path, {})} for path in paths}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        status = 200 if path == "/schema/openapi.json" else ANSWERS.get(path)
        if status is not None:
            body = json.dumps({"paths": described})
            head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            writer.write((head + body).encode())
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_refusal_and_a_cut_line_are_no_answers_and_keep_no_other_path_from_being_asked() -> None:
    async with peer("/cut", *ANSWERS) as url:
        found = await looked_at(ADDRESSES, url)
    assert (found.state, found.told) == (
        "StoreError",
        "/cut RemoteProtocolError, /gone 404, /locked 401, /shut 403",
    )


async def test_what_answers_and_what_is_described_to_want_a_key_passes() -> None:
    async with peer("/asks", "/fine", "/keyed", "/moved") as url:
        found = await looked_at(ADDRESSES, url)
    assert (found.state, found.told) == ("passed", "4 answer")


async def test_every_address_of_the_generator_answers() -> None:
    async with served(await services_after(three_cycles())) as (url, _, _):
        found = await looked_at(ADDRESSES, url)
    assert (found.state, found.told) == ("passed", "21 answer")


@pytest.mark.parametrize(
    ("document", "environ", "told"),
    [
        ({}, KEYS, "present, and long enough"),
        ({"distribution": {"executors": {}}}, {"ARGO_API_KEY": "k" * 32}, "present, and long enough"),
        ({"notion": {"api_key": ""}}, KEYS, "present, and long enough"),
        ({"alpine": {"api_key": "old"}}, KEYS, "present, and long enough"),
        ({}, {"ARGO_DISTRIBUTION_KEY": "d" * 32}, "missing or too short: alpine.api_key (ARGO_API_KEY)"),
        ({"alpine": {"api_key": "k" * 32}}, {"ARGO_DISTRIBUTION_KEY": "d" * 32}, READABLE),
        ({"notion": {"api_key": "n" * 32}}, KEYS, READABLE),
    ],
)
async def test_a_file_that_others_read_is_a_fault_only_where_a_secret_in_force_stands_in_it(
    tmp_path: Path, document: dict[str, object], environ: dict[str, str], told: str
) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(document))
    path.chmod(0o644)
    found = await looked_at("secrets", "http://127.0.0.1:9", {**environ, "ARGO_CONFIG": str(path)})
    assert found.told == told.format(path=path)
