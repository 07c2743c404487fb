"""A calculation in another process: its answer, its failure in one line, its end with whoever waits."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import psutil
import pytest

from argo_core.adapters.calculation import calculated
from argo_core.errors import StoreError


def program(text: str) -> tuple[str, ...]:
    return (sys.executable, "-c", text)


async def test_the_answer_and_nothing_of_our_environment() -> None:
    text = "import os, sys; sys.stdout.write(sys.stdin.read()[::-1] + str('SECRET' in os.environ))"
    os.environ["SECRET"] = "s"
    try:
        assert await calculated(program(text), {}, b"abc") == b"cbaFalse"
    finally:
        del os.environ["SECRET"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import sys; sys.exit('no such pack')", "a calculation failed: no such pack"),
        ("import os; os.kill(os.getpid(), 9)", "a calculation failed: ended with status -9"),
    ],
)
async def test_a_failure_is_one_line(text: str, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        await calculated(program(text), {}, b"")


async def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(StoreError, match="cannot be started"):
        await calculated(("/no/such/program",), {}, b"")


async def test_whoever_stops_waiting_ends_it(tmp_path: Path) -> None:
    place = tmp_path / "pid"
    text = f"import os, time, pathlib; pathlib.Path({str(place)!r}).write_text(str(os.getpid())); time.sleep(60)"
    waiting = asyncio.create_task(calculated(program(text), {}, b""))
    while not place.exists() or not place.read_text():
        await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    with pytest.raises(ProcessLookupError):
        os.kill(int(place.read_text()), 0)


@pytest.mark.parametrize("starting", ["run", "Popen"], ids=["it waits", "it is dead before"])
async def test_its_time_ends_it_with_whatever_it_started(starting: str) -> None:
    mark = f"a dump that hangs, {starting} of {os.getpid()}"
    hangs = f"import signal; signal.pause()  # {mark}"
    starts = f"import subprocess, sys; subprocess.{starting}([sys.executable, '-c', {hangs!r}])"
    with pytest.raises(StoreError, match=r"^a calculation did not end within 0\.5 s and was stopped$"):
        await calculated(program(starts), {}, b"", 0.5)
    async with asyncio.timeout(5.0):
        while any(mark in " ".join(one.info["cmdline"] or ()) for one in psutil.process_iter(["cmdline"])):
            await asyncio.sleep(0.01)
