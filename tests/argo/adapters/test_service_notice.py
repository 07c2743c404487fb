"""What a process tells the service manager, on the manager's own kind of socket."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from argo_core.adapters.service_notice import ServiceNotice


@pytest.fixture(name="manager", params=["path", "abstract"])
def listening_manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    address = str(tmp_path / "notify") if request.param == "path" else f"@{tmp_path.name}-argo-notice"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        line.settimeout(10)
        yield address, line


def test_each_word_is_one_datagram(manager: tuple[str, socket.socket]) -> None:
    address, line = manager
    notice = ServiceNotice(address, None)
    notice.waiting("for its turn")
    notice.ready()
    notice.stopping()
    assert [line.recv(200) for _ in range(3)] == [b"STATUS=for its turn", b"READY=1\nSTATUS=working", b"STOPPING=1"]


async def test_the_watchdog_hears_of_a_living_event_loop_again_and_again(manager: tuple[str, socket.socket]) -> None:
    address, line = manager
    async with ServiceNotice(address, 0.02).alive():
        heard = [await asyncio.to_thread(line.recv, 200) for _ in range(3)]
    assert heard == [b"WATCHDOG=1"] * 3


@pytest.mark.parametrize("address", [None, "/nowhere/at/all"])
async def test_a_manager_that_is_away_is_no_failure(address: str | None) -> None:
    notice = ServiceNotice(address, 0.01)
    async with notice.alive():
        notice.ready()
        await asyncio.sleep(0)
