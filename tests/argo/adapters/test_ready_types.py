"""Types that were made ready can be decoded by threads that all begin at one moment."""

from __future__ import annotations

import subprocess
import sys

RACE = """
import sys, threading
from typing import Annotated
import msgspec
from {core}.adapters.ready_types import ready_types

sys.setswitchinterval(1e-6)
BODY = b'{{"m": [{{"x": [{{"a": 1, "d": [1, 2]}}], "y": {{"a": 2}}, "z": {{"k": {{"a": 3}}}}}}]}}'

def fresh():
    class Inner(msgspec.Struct):
        a: int
        b: Annotated[int, msgspec.Meta(ge=0)] = 0
        d: list[int] | None = None
    class Middle(msgspec.Struct):
        x: list[Inner]
        y: Inner | None = None
        z: dict[str, Inner] = {{}}
    class Outer(msgspec.Struct):
        m: list[Middle]
    return Outer

def decode(kind, barrier):
    barrier.wait()
    msgspec.json.decode(BODY, type=kind)

kinds = [fresh() for _ in range(400)]
if {ready}:
    assert ready_types() >= 1200
for kind in kinds:
    barrier = threading.Barrier(4)
    threads = [threading.Thread(target=decode, args=(kind, barrier)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_no_process_ends_by_it() -> None:
    """Without `ready_types` this program ends by SIGSEGV, nearly always: run it with `ready=False` to see."""
    program = RACE.format(core="argo_core", ready=True)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
