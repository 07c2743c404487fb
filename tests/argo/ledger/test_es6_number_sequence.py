"""The published number sequence of cyberphone/json-canonicalization, compared by its published SHA-256.

The sequence is 168 chosen doubles, 2,000 neighbours of the smallest normal one, then finite non-zero doubles from a
chain of SHA-256 blocks; each line is `hex bits,ECMAScript text`. Written here from the description of that generator
(testdata/numgen in the repository of A. Rundgren, Apache-2.0); the digest proves the inputs as well as the texts.
"""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Iterator
from itertools import islice

import pytest

from argo_core.ledger import es_number

# One third times 10^22 down to 10^-27, each a few units in the last place off: digits 16 and 17 of 3.333...
LAST_DIGITS_OF_THIRDS = (
    "35 30 36 40 40 40 40 40 44 40 44 40 40 40 36 35 30 36 30 30 36 35 30 30 35 "
    "30 35 33 35 34 34 30 35 30 34 34 32 30 35 33 34 30 33 30 33 34 35 30 30 38"
)
NEIGHBOURS = """
    1 -1 -3feffffffffffffa -3feffffffffffffb 3feffffffffffffa 3feffffffffffffb 3feffffffffffffc 3feffffffffffffe
    -3fefffffffffffff -3fefffffffffffff 3fefffffffffffff 3fefffffffffffff 3fd3333333333332 3fd3333333333333
    3fd3333333333334 10000000000000 ffffffffffffd fffffffffffff 7fefffffffffffff -7fefffffffffffff
    4340000000000000 -4340000000000000 4430000000000000 44b52d02c7e14af5 44b52d02c7e14af6 44b52d02c7e14af7
    444b1ae4d6e2ef4e 444b1ae4d6e2ef4f 444b1ae4d6e2ef50 3eb0c6f7a0b5ed8c 3eb0c6f7a0b5ed8d
    41b3de4355555553 41b3de4355555554 41b3de4355555555 41b3de4355555556 41b3de4355555557
    -3ecbf647612f3696 43143ff3c1cb0959
"""
SMALLEST_NORMAL = 0x0010000000000000


def from_bits(bits: int) -> float:
    (value,) = struct.unpack(">d", bits.to_bytes(8, "big"))
    return float(value)


def to_bits(value: float) -> int:
    return int.from_bytes(struct.pack(">d", value), "big")


def chosen_doubles() -> Iterator[float]:
    yield from (0.0, -0.0, 5e-324, -5e-324)
    thirds = [float(f"3.33333333333333{d}e{21 - i}") for i, d in enumerate(LAST_DIGITS_OF_THIRDS.split())]
    yield from (-value for value in thirds)
    yield from thirds
    yield 10.0
    yield from (float(f"5e{exponent}") for exponent in range(0, -10, -1))
    yield from (float(f"5.{'0' * zeros}6e-6") for zeros in range(1, 15))
    yield 5e-6
    for word in NEIGHBOURS.split():
        if word in {"1", "-1"}:
            yield float(word)
        else:
            magnitude = from_bits(int(word.removeprefix("-"), 16))
            yield -magnitude if word.startswith("-") else magnitude


def hash_chain_doubles() -> Iterator[float]:
    block = bytes(32)
    while True:
        block = hashlib.sha256(block).digest()
        for value in struct.unpack("<4d", block):
            if value != 0.0 and math.isfinite(value):
                yield value


def sequence() -> Iterator[float]:
    yield from chosen_doubles()
    yield from (from_bits(SMALLEST_NORMAL + step) for step in range(2000))
    yield from hash_chain_doubles()


def test_the_sequence_begins_with_168_chosen_doubles() -> None:
    assert len(list(chosen_doubles())) == 168


@pytest.mark.parametrize(
    ("lines", "digest"),
    [
        (1_000, "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687"),
        (100_000, "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7"),
    ],
)
def test_our_number_texts_have_the_published_digest(lines: int, digest: str) -> None:
    running = hashlib.sha256()
    for value in islice(sequence(), lines):
        running.update(f"{to_bits(value):x},{es_number(value)}\n".encode("ascii"))
    assert running.hexdigest() == digest
