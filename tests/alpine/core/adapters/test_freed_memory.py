"""What a thread freed serves the others, and goes back to the system."""

from __future__ import annotations

import subprocess
import sys

PIECES = """
import asyncio, os
from alpine_core.adapters.freed_memory import sparing_memory

def held():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

async def beside():
    async with sparing_memory(SECONDS):
        await asyncio.sleep(0.5)

pieces = [bytes([i % 251]) * 60_000 for i in range(1_000)]
kept, pieces = pieces[::50], None
before = held()
asyncio.run(beside())
print(round(before - held()))
"""
"""60 MB in pieces that the C library keeps, of which some live on in between."""
ARENAS_OF_THREADS = """
import ctypes, tempfile, threading
from alpine_core.adapters.freed_memory import keep_few_arenas

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


def said(program: str) -> int:
    told = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return int(told.stdout)


def arenas(call: str) -> int:
    return said(ARENAS_OF_THREADS.replace("CALL", call))


def test_threads_share_two_arenas() -> None:
    assert arenas("assert keep_few_arenas()") <= 2 < arenas("")


def test_freed_pieces_between_living_ones_go_back() -> None:
    assert said(PIECES.replace("SECONDS", "60.0")) < 10
    assert 40 <= said(PIECES.replace("SECONDS", "0.01")) <= 60
