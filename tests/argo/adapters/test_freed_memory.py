"""What a large answer took goes back to the system once it is freed."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, os
from argo_core.adapters.freed_memory import give_back, giving_back

def held():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

async def beside():
    async with giving_back(0.01):
        await asyncio.sleep(0.5)

pieces = [bytes([i % 251]) * 60_000 for i in range(1_000)]
kept, pieces = pieces[::50], None
before = held()
WAY
print(round(before - held()))
"""
"""60 MB in pieces that the C library keeps, of which some live on in between."""


@pytest.mark.parametrize("way", ["give_back()", "asyncio.run(beside())"])
def test_freed_pieces_between_living_ones_go_back(way: str) -> None:
    program = [sys.executable, "-c", PROGRAM.replace("WAY", way)]
    told = subprocess.run(program, check=True, capture_output=True, text=True)
    assert 40 <= int(told.stdout) <= 60


ARENAS_OF_THREADS = """
import ctypes, tempfile, threading
from argo_core.adapters.freed_memory import keep_few_arenas

CALL
gate = threading.Barrier(8)

def work():
    gate.wait()
    held = [bytes(10_000) for _ in range(100)]
    gate.wait()

threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
library = ctypes.CDLL(None)
library.fopen.restype = ctypes.c_void_p
with tempfile.NamedTemporaryFile("r") as told:
    stream = ctypes.c_void_p(library.fopen(told.name.encode(), b"w"))
    library.malloc_info(0, stream)
    library.fclose(stream)
    print(told.read().count("<heap nr="))
"""


def arenas(call: str) -> int:
    program = [sys.executable, "-c", ARENAS_OF_THREADS.replace("CALL", call)]
    return int(subprocess.run(program, check=True, capture_output=True, text=True).stdout)


def test_threads_share_two_arenas() -> None:
    assert arenas("assert keep_few_arenas()") <= 2 < arenas("")
