"""What a thread freed serves the others."""

from __future__ import annotations

import subprocess
import sys

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


def arenas(call: str) -> int:
    program = [sys.executable, "-c", ARENAS_OF_THREADS.replace("CALL", call)]
    return int(subprocess.run(program, check=True, capture_output=True, text=True).stdout)


def test_threads_share_two_arenas() -> None:
    assert arenas("assert keep_few_arenas()") <= 2 < arenas("")
